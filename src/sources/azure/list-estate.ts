import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Observation, ResourceTypePlan, Seen } from '../../domain/look.ts';
import { resourceFromId, subscriptionType } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';
import { type Attempted, attempt } from './attempt.ts';
import { createDiscovery } from './discovered-endpoints.ts';
import { createEffectiveRulesSample, noSampling, type Sampling } from './effective-rules-sample.ts';
import { queryAction, type Sweep, subscriptionsAction, sweepsOf } from './graph-queries.ts';
import { keepFields } from './keep-fields.ts';
import { createChildren } from './list-children.ts';
import { type ReadRights, readRights } from './read-rights.ts';
import { readCensus, readScopes } from './read-scopes.ts';
import { createDrift } from './schema-drift.ts';
import { type TypeCounts, takeCensus } from './take-census.ts';

/**
 * The whole estate: subscriptions, the census of their types, then one sweep for each table. Each scope is told for each type how completely it was
 * listed; what cannot be sure to be complete is a fault, since Resource Graph leaves out what it may not show without saying so.
 */
export async function* listEstate(client: ArmClient, request: LookRequest, sampling: Sampling = noSampling): AsyncIterable<Observation> {
  const scopes = request.subjects.filter((subject) => subject.kind === 'resource');
  const types = request.resourceTypes ?? [];
  const options: CallOptions = { signal: request.signal, deadlineMs: deadlineOfCallMs };
  const subscriptions = await attempt(() => readScopes(client, scopes, options));
  // What cannot be reached at all is not asked once more for each scope.
  const isAnswered = !('fault' in subscriptions) || subscriptions.fault.code === 'denied';
  const rights = await readRights(client, isAnswered ? scopes : [], options);
  const found = 'fault' in subscriptions ? new Map<string, JsonObject>() : subscriptions.value;
  const readable: Resource[] = [];
  for (const scope of scopes) {
    const row = found.get(scope.id);
    const denied = rights.deniedIn(scope, queryAction) ?? rights.deniedIn(scope, subscriptionsAction);
    const fault = denied ?? ('fault' in subscriptions ? subscriptions.fault : missingSubscription(scope));
    const isReadable = row !== undefined && denied === null;
    if (isReadable) {
      readable.push(scope);
      yield observeScope(scope, row, types);
    } else yield* observeBlindScope(scope, types, fault);
    request.meter?.set('azure_scope_readable', { subscription: scope.subscription }, isReadable ? 1 : 0);
  }
  if (readable.length === 0) return;
  const census = await attempt(() => readCensus(client, readable, options));
  for (const scope of readable) yield { subject: scope, seen: { census: await takeCensus(client, scope, { rights, census, options }) } };
  const listing: Listing = { client, request, scopes: readable, rights, census, drift: createDrift(), sampling };
  yield* listResources(listing, types, options);
  listing.drift.report(request.meter);
}

/**
 * What the sweeps list, what only Azure Resource Manager lists, and the public endpoints that follow from both. How complete the last lists are comes at
 * the very end: a look that is cut off before has an incomplete list, and the endpoints of the look before stay.
 */
async function* listResources(listing: Listing, types: readonly ResourceTypePlan[], options: CallOptions): AsyncIterable<Observation> {
  const { request } = listing;
  const discovery = createDiscovery();
  const children = createChildren({ ...listing, types, options, concurrency: request.concurrency });
  const effective = createEffectiveRulesSample({ ...listing, types });
  for (const sweep of sweepsOf(types)) {
    for await (const observation of runSweep(listing, sweep)) {
      children.see(observation);
      discovery.see(observation);
      const passed = effective.pass(observation);
      if (passed !== null) yield passed;
    }
  }
  for await (const observation of children.rows()) {
    discovery.see(observation);
    yield observation;
  }
  yield* effective.rest();
  if (request.discovered !== undefined) yield* discovery.endpoints(request.discovered);
  yield* children.lists();
  discovery.report(request.meter);
}

/** One call of a sweep may take 100 pages; the look's own deadline ends it as well. */
const deadlineOfCallMs = 300_000;

interface Listing {
  readonly client: ArmClient;
  readonly request: LookRequest;
  readonly scopes: readonly Resource[];
  readonly rights: ReadRights;
  readonly census: Attempted<TypeCounts>;
  readonly drift: ReturnType<typeof createDrift>;
  readonly sampling: Sampling;
}

function missingSubscription(scope: Resource): Fault {
  const message = `the subscription ${scope.subscription} cannot be seen: it is gone, or the identity lost its rights there`;
  return { code: 'partial', message, about: scope.id };
}

function* observeBlindScope(scope: Resource, types: readonly ResourceTypePlan[], fault: Fault): Iterable<Observation> {
  const lists = types.map(({ type }) => [`list:${type}`, { fault }] as const);
  yield { subject: scope, seen: { resource: { fault }, census: { fault }, ...Object.fromEntries(lists) } };
}

function observeScope(scope: Resource, row: JsonObject, types: readonly ResourceTypePlan[]): Observation {
  const own = types.find(({ type }) => type === subscriptionType);
  const seen: Record<string, Seen> = { resource: { fact: keepFields(row, own?.fields ?? ['state']) } };
  if (own !== undefined) seen[`list:${subscriptionType}`] = { fact: { listed: 1 } };
  return { subject: scope, seen };
}

async function* runSweep(listing: Listing, sweep: Sweep): AsyncIterable<Observation> {
  const { client, request, scopes } = listing;
  const planOf = new Map(sweep.types.map((one) => [one.type, one]));
  const scopeIds = new Map(scopes.map((scope) => [scope.subscription, scope]));
  const listed = new Map<string, number>();
  const ids = new Set<string>();
  let expected: number | null = null;
  let rows = 0;
  let fault: Fault | null = null;
  try {
    const wanted = { subscriptions: scopes.map(({ subscription }) => subscription), query: sweep.query };
    for await (const page of client.query(wanted, { signal: request.signal, deadlineMs: deadlineOfCallMs })) {
      expected ??= page.totalRecords;
      rows += page.rows.length;
      if (page.truncated) fault = partial(`Resource Graph cut off the list of ${sweep.table}`);
      if (page.totalRecords !== expected) fault ??= partial(`the estate changed while ${sweep.table} was listed`);
      for (const row of page.rows) {
        const resource = typeof row['id'] === 'string' ? resourceFromId(row['id']) : null;
        const plan = resource === null ? undefined : planOf.get(textOf(row['type']).toLowerCase());
        if (resource === null || plan === undefined || plan.type !== resource.type || !scopeIds.has(resource.subscription)) {
          fault ??= { code: 'malformed', message: `Resource Graph listed something under ${sweep.table} that was not asked for` };
          continue;
        }
        // Pages that overlap leave out as many others.
        if (ids.has(resource.id)) {
          fault ??= partial(`Resource Graph listed ${resource.id} twice`);
          continue;
        }
        ids.add(resource.id);
        const key = `${resource.subscription} ${resource.type}`;
        listed.set(key, (listed.get(key) ?? 0) + 1);
        const kept = keepFields(row, plan.fields);
        listing.drift.see(plan, kept);
        yield { subject: resource, seen: { resource: { fact: kept } } };
      }
    }
    if (expected !== null && rows !== expected)
      fault ??= partial(`Resource Graph counted ${expected} rows of ${sweep.table} and gave ${rows}`);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    fault = error.fault;
  }
  for (const scope of scopes) yield { subject: scope, seen: listsOf(listing, sweep, scope, { listed, fault }) };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function partial(message: string): Fault {
  return { code: 'partial', message };
}

interface Swept {
  readonly listed: ReadonlyMap<string, number>;
  readonly fault: Fault | null;
}

function listsOf(listing: Listing, sweep: Sweep, scope: Resource, { listed, fault }: Swept): Observation['seen'] {
  return Object.fromEntries(
    sweep.types.map((plan) => {
      const count = listed.get(`${scope.subscription} ${plan.type}`) ?? 0;
      const why = fault ?? listing.rights.faultOf(scope, plan) ?? miscounted(listing, sweep, scope, plan, count);
      return [`list:${plan.type}`, why === null ? { fact: { listed: count } } : { fault: why }];
    }),
  );
}

/** What the census counted has to be there; what came or went between the two is there again at the next look. */
function miscounted(listing: Listing, sweep: Sweep, scope: Resource, { type }: ResourceTypePlan, count: number): Fault | null {
  if (sweep.table !== 'resources' || 'fault' in listing.census) return null;
  const counted = listing.census.value.get(scope.subscription)?.get(type) ?? 0;
  return count >= counted ? null : partial(`Resource Graph counted ${counted} of ${type} and listed ${count}`);
}
