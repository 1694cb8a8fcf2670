import type { Fault, FaultCode } from '../../src/domain/fault.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { LookRequest, Observation, ResourceTypePlan } from '../../src/domain/look.ts';
import type { Source } from '../../src/domain/ports.ts';
import { resourceFromId, subscriptionResource, subscriptionType } from '../../src/domain/resource-id.ts';
import type { Resource } from '../../src/domain/subject.ts';

/** A source that finds its subjects itself, with an index that shows what the test puts there and an origin that knows the truth. */
export interface FakeEstate extends Source {
  /** By id, lower case. Subscriptions that are not in it cannot be seen. */
  readonly truth: Map<string, JsonObject>;
  readonly index: Map<string, JsonObject>;
  /** Found beside the resources; `host:port`. */
  readonly endpoints: Set<string>;
  /** `{scope id} {type}` -> why that list may not be complete; what the index holds of it is listed all the same, unless it is hidden. */
  readonly listFaults: Map<string, Fault>;
  /** Ids that a fault keeps from being listed. */
  readonly hidden: Set<string>;
  /** By id, or `*` for all: what the origin answers instead of the truth. */
  readonly originFaults: Map<string, Fault>;
  /** Ids of each reading at the origin so far, in order. */
  readonly asked: readonly (readonly string[])[];
  /** The index catches up with the truth. */
  catchUp(): void;
}

export const scopeA = subscriptionResource('a');
export const scopeB = subscriptionResource('b');
export const thingType = 'test.estate/things';
export const partType = 'test.estate/parts';

export function typePlan(type: string): ResourceTypePlan {
  return { type, table: 'resources', apiVersion: '2026-01-01', action: `${type}/read`, fields: ['state', 'thingId'] };
}

export function thing(name: string, scope: Resource = scopeA): Resource {
  return resourceOf(`${scope.id}/resourceGroups/group/providers/${thingType}/${name}`);
}

export function part(name: string, scope: Resource = scopeA): Resource {
  return resourceOf(`${scope.id}/resourceGroups/group/providers/${partType}/${name}`);
}

export function resourceOf(id: string): Resource {
  const resource = resourceFromId(id);
  if (resource === null) throw new Error(`${id} is no resource`);
  return resource;
}

export function fault(code: FaultCode = 'partial'): Fault {
  return { code, message: `could not be listed (${code})` };
}

export function makeFakeEstate(name = 'estate'): FakeEstate {
  const asked: (readonly string[])[] = [];
  const estate: FakeEstate = {
    name,
    brings: ['resource', 'census'],
    discovers: true,
    truth: new Map(),
    index: new Map(),
    endpoints: new Set(),
    listFaults: new Map(),
    hidden: new Set(),
    originFaults: new Map(),
    asked,
    catchUp: () => {
      estate.index.clear();
      for (const [id, row] of estate.truth) estate.index.set(id, row);
    },
    look: async function* (request) {
      if (request.origin === true) {
        asked.push(request.subjects.map(({ id }) => id));
        for (const subject of request.subjects) yield readAtOrigin(estate, subject as Resource);
      } else yield* list(estate, request);
    },
  };
  return estate;
}

function readAtOrigin(estate: FakeEstate, subject: Resource): Observation {
  const broken = estate.originFaults.get(subject.id) ?? estate.originFaults.get('*');
  if (broken !== undefined) return { subject, seen: { resource: { fault: broken } } };
  const row = estate.truth.get(subject.id);
  return row === undefined ? { subject, seen: {}, gone: true } : { subject, seen: { resource: { fact: row } } };
}

function* list(estate: FakeEstate, { subjects, resourceTypes = [] }: LookRequest): Iterable<Observation> {
  const types = new Set(resourceTypes.map(({ type }) => type));
  const readable = new Set(
    subjects.flatMap((scope) => (scope.kind === 'resource' && estate.index.has(scope.id) ? scope.subscription : [])),
  );
  for (const scope of subjects) {
    const row = estate.index.get(scope.id);
    if (row !== undefined) yield { subject: scope, seen: { resource: { fact: row }, census: { fact: { types: [] } } } };
    const lists = [...types].map((type) => {
      const broken = estate.listFaults.get(`${scope.id} ${type}`) ?? (row === undefined ? fault('partial') : undefined);
      return [`list:${type}`, broken === undefined ? { fact: {} } : { fault: broken }] as const;
    });
    yield { subject: scope, seen: Object.fromEntries(lists) };
  }
  for (const [id, row] of estate.index) {
    const resource = resourceOf(id);
    const isListed = types.has(resource.type) && resource.type !== subscriptionType && !estate.hidden.has(id);
    if (isListed && readable.has(resource.subscription)) yield { subject: resource, seen: { resource: { fact: row } } };
  }
  for (const id of estate.endpoints) {
    const [host = '', port = ''] = id.split(':');
    const subject = { kind: 'endpoint', id, host, port: Number(port), httpPort: 80, httpPaths: ['/'] } as const;
    yield { subject, seen: { discovered: { fact: { from: ['somewhere'] } } } };
  }
}
