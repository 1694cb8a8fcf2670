import { FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import type { LogTablesFact } from '../../../src/logs/log-facts.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import type { AzureAccess } from '../../../src/sources/azure/azure-access.ts';
import type { LogRow, LogsClient } from '../../../src/sources/logs/logs-client.ts';
import { createLogsSource } from '../../../src/sources/logs/logs-source.ts';

export const subscription = '11111111-0000-4000-8000-000000000001';
export const group = `/subscriptions/${subscription}/resourcegroups/logs`;
export const workspaceId = (name: string) => `${group}/providers/microsoft.operationalinsights/workspaces/${name}`;

/** Workspaces as they are now; what is changed counts from the next request on. */
export interface PretendWorkspaces {
  nowMs: number;
  /** Of each: it is one and the same, since none is told from another. */
  customerId: string;
  names: readonly string[];
  looked: readonly string[];
  besideFault: LookRequest['besideFault'];
  actions: readonly string[];
  /** What each path lists, by how it ends; a fault is thrown. */
  lists: { [ending: string]: readonly JsonObject[] | FaultError };
  /** By path; absent: there is no such thing. */
  resources: { [id: string]: JsonObject | FaultError };
  rows: { [table: string]: readonly LogRow[] };
  /** Before each query: throws what goes wrong. */
  beforeRows(table: string, window: { readonly from: string; readonly to: string }): void;
  readonly asked: string[];
  readonly windows: { readonly workspace: string; readonly table: string; readonly from: string; readonly to: string }[];
  readonly set: { readonly [label: string]: string | number }[];
  /** What the look brings, by name of the workspace. */
  look(options?: JsonObject): Promise<ReadonlyMap<string, Seen>>;
  /** Of the first workspace. */
  fact(options?: JsonObject): Promise<LogTablesFact>;
}

const four = ['AzureActivity', 'SigninLogs', 'AuditLogs', 'Heartbeat'];

export function tableRow(name: string, properties: JsonObject = { retentionInDays: 90, totalRetentionInDays: 365 }): JsonObject {
  return { name, properties };
}

export function makePretendWorkspaces(nowMs: number): PretendWorkspaces {
  const source = createLogsSource(makeAccess(() => world));
  const world: PretendWorkspaces = {
    nowMs,
    customerId: 'one',
    names: ['central'],
    looked: ['central'],
    besideFault: undefined,
    actions: ['*'],
    lists: { '/tables': four.map((name) => tableRow(name)) },
    resources: {},
    rows: {},
    beforeRows: () => undefined,
    asked: [],
    windows: [],
    set: [],
    async look(options = { tables: four }) {
      const seen = new Map<string, Seen>();
      for await (const observation of source.look(requestOf(world, options))) {
        if (observation.thrown !== undefined) throw observation.thrown;
        const told = observation.seen['log-tables'];
        if (told !== undefined) seen.set(resourceFromId(observation.subject.id)?.name ?? '', told);
      }
      return seen;
    },
    async fact(options = { tables: four }) {
      const [told] = (await world.look(options)).values();
      if (told === undefined || 'fault' in told) throw new Error(`no fact: ${JSON.stringify(told)}`);
      return told.fact as unknown as LogTablesFact;
    },
  };
  return world;
}

function requestOf(world: PretendWorkspaces, options: JsonObject): LookRequest {
  const { names, looked, besideFault } = world;
  return {
    subjects: looked.flatMap((name) => resourceFromId(workspaceId(name)) ?? []),
    azure: { identity: { kind: 'managed-identity' }, subscriptions: [subscription] },
    beside: names.map(workspaceId),
    ...(besideFault === undefined ? {} : { besideFault }),
    rows: new Map(names.map((name) => [workspaceId(name), { properties: name === 'nameless' ? {} : { customerId: world.customerId } }])),
    options,
    meter: { count: () => undefined, set: (name, labels, value) => void world.set.push({ name, ...labels, value }) },
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 2,
    subjectDeadlineMs: 20_000,
    signal: new AbortController().signal,
  };
}

function makeAccess(world: () => PretendWorkspaces): AzureAccess {
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

function makeArm(world: () => PretendWorkspaces): ArmClient {
  const never = () => Promise.reject(new Error('this is not asked'));
  return {
    compute: never,
    effectiveRules: never,
    query: () => {
      throw new Error('this is not asked');
    },
    async get(path) {
      await Promise.resolve();
      world().asked.push(path);
      const found = world().resources[path];
      if (found instanceof FaultError) throw found;
      return found ?? null;
    },
    async *list(path) {
      await Promise.resolve();
      const { actions, asked, lists } = world();
      asked.push(path);
      const found = path.endsWith('/permissions') && !('/permissions' in lists) ? [{ actions }] : listOf(lists, path);
      if (found instanceof FaultError) throw found;
      yield found;
    },
  };
}

function listOf(lists: PretendWorkspaces['lists'], path: string): readonly JsonObject[] | FaultError {
  return Object.entries(lists).find(([ending]) => path.endsWith(ending))?.[1] ?? [];
}

function makeLogs(world: () => PretendWorkspaces): LogsClient {
  return {
    async rows(workspace, { table, window }) {
      await Promise.resolve();
      const { from, to, by } = window;
      if (by !== 'ingested') throw new Error('this is not asked');
      world().windows.push({ workspace, table, from, to });
      world().beforeRows(table, window);
      return (world().rows[table] ?? []).filter(({ ingestedAt }) => ingestedAt >= from && ingestedAt < to);
    },
  };
}
