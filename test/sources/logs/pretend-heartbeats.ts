import type { Fault } from '../../../src/domain/fault.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import type { Subject } from '../../../src/domain/subject.ts';
import { timestamp } from '../../../src/domain/time.ts';
import type { LogQuery } from '../../../src/logs/log-query.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import type { AzureAccess } from '../../../src/sources/azure/azure-access.ts';
import { createHeartbeatsSource } from '../../../src/sources/logs/heartbeats-source.ts';
import type { LogRow, LogsClient } from '../../../src/sources/logs/logs-client.ts';

const group = '/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/Shop/providers';
export const machineId = (name: string) => `${group}/Microsoft.Compute/virtualMachines/${name}`.toLowerCase();
export const workspaceId = (name: string) => `${group}/Microsoft.OperationalInsights/workspaces/${name}`.toLowerCase();

/** Machines and the workspaces that they send their heartbeats to, as they are now; what is changed counts from the next request on. */
export interface PretendHeartbeats {
  nowMs: number;
  /** Workspace -> machine -> the minutes before now at which it beat; where its clock is wrong, what it says and when it could be asked for. */
  beats: { [workspace: string]: { [machine: string]: readonly (number | readonly [says: number, ingested: number])[] } };
  machines: { [name: string]: Json };
  besideFault: Fault | undefined;
  actions: readonly string[];
  /** Before the rows of a workspace: throws what goes wrong. */
  beforeRows(workspace: string): void;
  beforePermissions(): void;
  readonly queries: { readonly workspace: string; readonly query: LogQuery }[];
  readonly permissions: string[];
  look(options?: JsonObject): Promise<{ readonly [machine: string]: Seen | undefined }>;
}

export function makePretendHeartbeats(): PretendHeartbeats {
  const source = createHeartbeatsSource(makeAccess(() => world));
  const world: PretendHeartbeats = {
    nowMs: Date.UTC(2026, 10, 24, 8),
    beats: { central: {} },
    machines: {},
    besideFault: undefined,
    actions: ['*/read'],
    beforeRows: () => undefined,
    beforePermissions: () => undefined,
    queries: [],
    permissions: [],
    async look(options = {}) {
      const found: Record<string, Seen | undefined> = {};
      for await (const { subject, seen, thrown } of source.look(requestOf(world, options))) {
        if (thrown !== undefined) throw thrown;
        found[(subject as Subject & { readonly name: string }).name] = seen['heartbeat'];
      }
      return found;
    },
  };
  return world;
}

function requestOf({ machines, beats, besideFault }: PretendHeartbeats, options: JsonObject): LookRequest {
  const names = Object.keys(beats).toSorted();
  const row = (name: string): Json => ({ properties: name === 'nameless' ? {} : { customerId: name.toUpperCase() } });
  return {
    subjects: Object.keys(machines).flatMap((name) => resourceFromId(machineId(name)) ?? []),
    azure: { identity: { kind: 'managed-identity' }, subscriptions: ['11111111-0000-4000-8000-000000000001'] },
    beside: names.map(workspaceId),
    ...(besideFault === undefined ? {} : { besideFault }),
    rows: new Map([
      ...names.map((name) => [workspaceId(name), row(name)] as const),
      ...Object.entries(machines).map(([name, own]) => [machineId(name), own] as const),
    ]),
    options,
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 2,
    subjectDeadlineMs: 20_000,
    signal: new AbortController().signal,
  };
}

function makeAccess(world: () => PretendHeartbeats): AzureAccess {
  const clock = {
    now: () => world().nowMs,
    wallNow: () => world().nowMs + 0.25,
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

function makeArm(world: () => PretendHeartbeats): ArmClient {
  const list: ArmClient['list'] = async function* (path) {
    await Promise.resolve();
    world().permissions.push(path);
    world().beforePermissions();
    yield [{ actions: [...world().actions] }];
  };
  return { list } as Partial<ArmClient> as ArmClient;
}

/** Machines are spelled as Azure likes, in other letters than their ids. */
function makeLogs(world: () => PretendHeartbeats): LogsClient {
  return {
    async rows(workspace, query) {
      const { queries, beats, nowMs } = world();
      await Promise.resolve();
      queries.push({ workspace, query });
      world().beforeRows(workspace);
      const rows = Object.entries(beats[workspace] ?? {}).flatMap(([machine, minutes]) =>
        minutes.map((back): LogRow => {
          const [generatedAt, ingestedAt] = (typeof back === 'number' ? [back, back] : back).map((one) => timestamp(nowMs - one * 60_000));
          return {
            generatedAt: generatedAt ?? '',
            ingestedAt: ingestedAt ?? '',
            columns: { _ResourceId: machine === '' ? null : machineId(machine).toUpperCase() },
          };
        }),
      );
      const wanted = query.where?.['_ResourceId'];
      return rows.filter(
        ({ generatedAt, columns }) =>
          generatedAt >= query.window.from &&
          generatedAt < query.window.to &&
          (wanted === undefined || columns['_ResourceId']?.toLowerCase() === wanted.toLowerCase()),
      );
    },
  };
}
