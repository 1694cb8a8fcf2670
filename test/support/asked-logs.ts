import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { LookRequest } from '../../src/domain/look.ts';
import type { Source } from '../../src/domain/ports.ts';
import { resourceFromId, subscriptionResource } from '../../src/domain/resource-id.ts';
import type { LogQuery } from '../../src/logs/log-query.ts';
import { logTables } from '../../src/logs/log-tables.ts';
import type { ArmClient } from '../../src/sources/azure/arm-client.ts';
import type { AzureAccess } from '../../src/sources/azure/azure-access.ts';
import { createActivityLogSource } from '../../src/sources/logs/activity-log-source.ts';
import { createHeartbeatsSource } from '../../src/sources/logs/heartbeats-source.ts';
import { createLogsSource } from '../../src/sources/logs/logs-source.ts';

const subscription = '11111111-0000-4000-8000-000000000001';
const group = `/subscriptions/${subscription}/resourcegroups/logs/providers`;
const startMs = Date.parse('2026-11-24T08:00:00.000Z');
const stepMs = 60_000;

/** A look as it is configured: every so many milliseconds. */
export interface CountedLook {
  readonly name: 'logs' | 'activity-log' | 'heartbeats';
  readonly everyMs: number;
  readonly options: JsonObject;
}

export interface AskedLogs {
  /** Of the first looks, which read all that was before. */
  readonly first: readonly LogQuery[];
  /** Of an hour of looks after them. */
  readonly hourly: readonly LogQuery[];
}

/** What the looks ask of so many workspaces, in which nothing arrives: of 20 machines none is heard. */
export async function askLogs(workspaces: number, looks: readonly CountedLook[]): Promise<AskedLogs> {
  const asked: LogQuery[] = [];
  const time = { nowMs: startMs };
  const access = makeAccess(time, asked);
  const sources: { readonly [name in CountedLook['name']]: Source } = {
    logs: createLogsSource(access),
    'activity-log': createActivityLogSource(access),
    heartbeats: createHeartbeatsSource(access),
  };
  let first: readonly LogQuery[] = [];
  for (; time.nowMs <= startMs + 3_600_000; time.nowMs += stepMs) {
    for (const { name, everyMs, options } of looks)
      if ((time.nowMs - startMs) % everyMs === 0) await lookOnce(sources[name], requestOf(name, workspaces, options));
    if (time.nowMs === startMs) first = asked.splice(0);
  }
  return { first, hourly: asked };
}

async function lookOnce(source: Source, request: LookRequest): Promise<void> {
  for await (const { thrown } of source.look(request)) if (thrown !== undefined) throw thrown;
}

function requestOf(name: CountedLook['name'], workspaces: number, options: JsonObject): LookRequest {
  const ids = idsOf(`${group}/microsoft.operationalinsights/workspaces/log`, workspaces);
  const machines = idsOf(`${group}/microsoft.compute/virtualmachines/vm`, 20);
  const subjects = {
    logs: ids.flatMap((id) => resourceFromId(id) ?? []),
    'activity-log': [subscriptionResource(subscription)],
    heartbeats: machines.flatMap((id) => resourceFromId(id) ?? []),
  };
  const isRunning = { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } };
  return {
    subjects: subjects[name],
    azure: { identity: { kind: 'managed-identity' }, subscriptions: [subscription] },
    beside: ids,
    rows: new Map<string, Json>([
      ...ids.map((id, index) => [id, { properties: { customerId: `customer-${index}` } }] as const),
      ...machines.map((id) => [id, { properties: isRunning }] as const),
    ]),
    options,
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 4,
    subjectDeadlineMs: 600_000,
    signal: new AbortController().signal,
  };
}

function idsOf(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function makeAccess(time: { readonly nowMs: number }, asked: LogQuery[]): AzureAccess {
  const never = (): never => {
    throw new Error('this is not asked');
  };
  const arm: ArmClient = {
    get: async () => await Promise.resolve(null),
    compute: never,
    effectiveRules: never,
    query: never,
    async *list(path) {
      await Promise.resolve();
      if (path.endsWith('/permissions')) return yield [{ actions: ['*'] }];
      yield path.endsWith('/tables') ? Object.keys(logTables).map((name) => ({ name, properties: {} })) : [];
    },
  };
  return {
    clock: {
      now: () => time.nowMs,
      wallNow: () => time.nowMs,
      random: () => 0,
      timeout: () => new AbortController().signal,
      sleep: async () => await Promise.resolve(),
    },
    arm: async () => await Promise.resolve(arm),
    logs: async () =>
      await Promise.resolve({
        rows: async (_workspace, query) => {
          asked.push(query);
          return await Promise.resolve([]);
        },
      }),
    countFor: () => () => undefined,
  };
}
