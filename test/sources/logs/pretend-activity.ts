import { FaultError } from '../../../src/domain/fault.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import { timestamp } from '../../../src/domain/time.ts';
import type { ActivityLogFact } from '../../../src/logs/log-facts.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import type { AzureAccess } from '../../../src/sources/azure/azure-access.ts';
import { createActivityLogSource } from '../../../src/sources/logs/activity-log-source.ts';
import type { LogsClient } from '../../../src/sources/logs/logs-client.ts';
import { guidOf, type Happened, hourMs, listAt, minuteMs, startMs } from '../../logs/arbitrary-activity.ts';

export const subscription = '11111111-0000-4000-8000-000000000001';
export const workspaceId = (name: string) =>
  `/subscriptions/${subscription}/resourcegroups/logs/providers/microsoft.operationalinsights/workspaces/${name}`;

/** One subscription and its workspaces, as they are now; what is changed counts from the next request on. */
export interface PretendActivity {
  happened: readonly Happened[];
  nowMs: number;
  /** Workspace -> whether it holds an event. */
  workspaces: { [name: string]: (event: Happened, index: number) => boolean };
  besideFault: LookRequest['besideFault'];
  /** The actions that we are allowed. */
  actions: readonly string[];
  pageSize: number;
  /** Before each page of the list, each workspace's rows: throws what goes wrong. */
  beforePage(): void;
  beforeRows(name: string): void;
  /** Of each listed event. */
  edit(event: JsonObject): JsonObject;
  /** Of each row. */
  editColumns(columns: { readonly [column: string]: string | null }): { readonly [column: string]: string | null };
  readonly filters: string[];
  readonly selections: string[];
  readonly windows: { readonly name: string; readonly from: string; readonly to: string }[];
  readonly asked: string[];
  look(options?: JsonObject): Promise<Seen>;
}

export function makePretendActivity(happened: readonly Happened[], nowMs: number): PretendActivity {
  const source = createActivityLogSource(makeAccess(() => world));
  const world: PretendActivity = {
    happened,
    nowMs,
    workspaces: { central: () => true },
    besideFault: undefined,
    actions: ['*'],
    pageSize: 7,
    beforePage: () => undefined,
    beforeRows: () => undefined,
    edit: (event) => event,
    editColumns: (columns) => columns,
    filters: [],
    selections: [],
    windows: [],
    asked: [],
    async look(options = {}) {
      for await (const { seen, thrown } of source.look(requestOf(world, options))) {
        if (thrown !== undefined) throw thrown;
        const of = seen['activity-log'];
        if (of !== undefined) return of;
      }
      throw new Error('nobody was answered for');
    },
  };
  return world;
}

function requestOf({ workspaces, besideFault }: PretendActivity, options: JsonObject): LookRequest {
  const names = Object.keys(workspaces).toSorted();
  const row = (name: string): Json => ({ properties: name === 'nameless' ? {} : { customerId: name.toUpperCase() } });
  return {
    subjects: [subscriptionResource(subscription)],
    azure: { identity: { kind: 'managed-identity' }, subscriptions: [subscription] },
    beside: names.map(workspaceId),
    ...(besideFault === undefined ? {} : { besideFault }),
    rows: new Map(names.map((name) => [workspaceId(name), row(name)])),
    options,
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 2,
    subjectDeadlineMs: 20_000,
    signal: new AbortController().signal,
  };
}

function makeAccess(world: () => PretendActivity): AzureAccess {
  const clock = {
    now: () => world().nowMs,
    wallNow: () => world().nowMs,
    random: () => 0,
    timeout: () => new AbortController().signal,
    sleep: async () => await Promise.resolve(),
  };
  return {
    clock,
    arm: async () => await Promise.resolve(makeArm(world)),
    logs: async () => await Promise.resolve(makeLogs(world)),
    countFor: () => () => undefined,
  };
}

function makeArm(world: () => PretendActivity): ArmClient {
  const never = () => Promise.reject(new Error('this is not asked'));
  return {
    get: never,
    compute: never,
    effectiveRules: never,
    query: () => {
      throw new Error('this is not asked');
    },
    async *list(path, _apiVersion, { parameters = {} }) {
      const { asked, actions, filters, selections, nowMs, pageSize } = world();
      asked.push(path);
      if (path.endsWith('/permissions')) return yield [{ actions }];
      filters.push(parameters.$filter ?? '');
      selections.push(parameters.$select ?? '');
      const [from = '', to = ''] = [...(parameters.$filter ?? '').matchAll(/'([^']+)'/g)].map(([, time]) => time ?? '');
      const events = listAt(world().happened, { fromMs: Date.parse(from), toMs: Date.parse(to) }, nowMs);
      for (let first = 0; first === 0 || first < events.length; first += pageSize) {
        world().beforePage();
        await Promise.resolve();
        yield events.slice(first, first + pageSize).map((event) =>
          world().edit({
            eventDataId: event.id.toUpperCase(),
            eventTimestamp: event.at.replace('Z', '1234Z'),
            category: { value: event.category, localizedValue: 'Verwaltung' },
            operationName: { value: event.operation },
            resourceId: event.resource.toUpperCase(),
          }),
        );
      }
    },
  };
}

function makeLogs(world: () => PretendActivity): LogsClient {
  return {
    async rows(customerId, { table, columns, window }) {
      const { happened, windows, workspaces, nowMs } = world();
      await Promise.resolve();
      world().beforeRows(customerId);
      windows.push({ name: customerId, from: window.from, to: window.to });
      if (table !== 'AzureActivity' || window.by !== 'ingested') throw new Error('this is not asked');
      if (JSON.stringify(columns) !== '{"EventDataId":"text","SubscriptionId":"text"}') throw new Error('these are not asked');
      const holds = workspaces[customerId] ?? (() => false);
      return happened.filter(holds).flatMap(({ id, atMs, delayMs }) => {
        if (delayMs === null || atMs + delayMs > nowMs) return [];
        const ingestedAt = timestamp(atMs + delayMs);
        if (ingestedAt < window.from || ingestedAt >= window.to) return [];
        return [
          { generatedAt: timestamp(atMs), ingestedAt, columns: world().editColumns({ EventDataId: id, SubscriptionId: subscription }) },
        ];
      });
    },
  };
}

export function unreachable(): never {
  throw new FaultError('unreachable', 'nobody answers');
}

export function late(): never {
  throw new FaultError('throttled', 'more was to be asked than Azure allows in the time that there was');
}

export const nowMs = startMs + 48 * hourMs;
export const happenedAt = (atMs: number, changes: Partial<Happened> = {}): Happened => ({
  id: guidOf(Math.floor(atMs / 1_000) % 1_000_000_000),
  atMs,
  delayMs: 3 * minuteMs,
  shownAfterMs: minuteMs,
  ...changes,
});
/** One every hour. */
export const hourly = (count = 30): readonly Happened[] =>
  Array.from({ length: count }, (_, index) => happenedAt(nowMs - index * hourMs - 40 * minuteMs));
export const lost = (happened: readonly Happened[], index: number) =>
  happened.map((one, place) => (place === index ? { ...one, delayMs: null } : one));

export function factOf(seen: Seen): ActivityLogFact {
  if ('fault' in seen) throw new Error(`${seen.fault.code}: ${seen.fault.message}`);
  return seen.fact as unknown as ActivityLogFact;
}
export function faultOf(seen: Seen) {
  if ('fact' in seen) throw new Error(`no fault, but ${JSON.stringify(seen.fact)}`);
  return seen.fault;
}
