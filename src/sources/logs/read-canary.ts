import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import { epochMs, timestamp } from '../../domain/time.ts';
import type { LogQuery } from '../../logs/log-query.ts';
import type { ArmClient, CallOptions } from '../azure/arm-client.ts';
import { type AskedWorkspace, refuseUnreadable } from './asked-workspace.ts';
import { type Canary, type CanaryStanding, canaryTag, credibleOf, mergeCanaries, readCanaries, standingOf } from './canary-tag.ts';
import type { LogRow, LogsClient } from './logs-client.ts';

export const eventTable = 'AzureActivity';
const workspaceVersion = '2025-02-01';
/** By so much the clocks of Azure and ours may differ. */
const clockSkewMs = 300_000;

/** What one process knows besides the tag, which outlives it. */
export interface CanaryMemory {
  /** `filedAs`: the correlation id that Azure gave it, where it did not take ours. */
  note(resource: string, canary: Canary, filedAs: string | null): void;
  /** The last one that was written here: a read of the tag may lag. */
  writtenTo(resource: string): readonly Canary[];
  /** Under which correlation id its event is filed. */
  idOf(canary: Canary): string;
  arrive(canary: Canary, ingestedMs: number): void;
  /** Since when its event can be asked for, in milliseconds since the epoch; null: it is not known to have arrived. */
  arrivalOf(canary: Canary): number | null;
}

/** Far more than tags tell of. */
const mostKept = 200;

export function createCanaryMemory(): CanaryMemory {
  const written = new Map<string, readonly Canary[]>();
  const filed = new Map<string, string>();
  const arrivals = new Map<string, number>();
  return {
    note(resource, canary, filedAs) {
      written.set(resource, [canary]);
      if (filedAs !== null) keep(filed, canary.id, filedAs);
    },
    writtenTo: (resource) => written.get(resource) ?? [],
    idOf: ({ id }) => filed.get(id) ?? id,
    arrive: ({ id }, ingestedMs) => keep(arrivals, id, ingestedMs),
    arrivalOf: ({ id }) => arrivals.get(id) ?? null,
  };
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostKept && oldest !== undefined) map.delete(oldest);
}

export interface StandingNeeds {
  readonly arm: Pick<ArmClient, 'get' | 'list'>;
  readonly logs: LogsClient;
  readonly memory: CanaryMemory;
  readonly nowMs: number;
  readonly call: CallOptions;
}

/** What the tag tells of, read at Azure Resource Manager, and which of it has arrived. @throws FaultError */
export async function readStanding(workspace: AskedWorkspace, needs: StandingNeeds): Promise<CanaryStanding> {
  const { memory, nowMs } = needs;
  const told = readCanaries(await readTag(workspace, needs), nowMs);
  const canaries = mergeCanaries(told, credibleOf(memory.writtenTo(workspace.resource.id), nowMs));
  const open = canaries.filter((canary) => memory.arrivalOf(canary) === null);
  for (const canary of open) await lookFor(canary, workspace, needs);
  const isEmpty = open.some((canary) => memory.arrivalOf(canary) === null);
  // Who may not read the table is told that it is empty.
  if (isEmpty) await refuseUnreadable(needs.arm, workspace, [eventTable], needs.call);
  return standingOf(canaries, (canary) => memory.arrivalOf(canary) !== null);
}

const tagged = z.object({ id: z.string(), tags: z.record(z.string(), z.unknown()).nullish() });

async function readTag({ resource }: AskedWorkspace, { arm, call }: StandingNeeds): Promise<string> {
  const row = await arm.get(resource.id, workspaceVersion, call);
  if (row === null) throw new FaultError('partial', `${resource.name}, on which the canary writes its tag, is not there`);
  const read = tagged.safeParse(row);
  if (!read.success || read.data.id.toLowerCase() !== resource.id)
    throw new FaultError('malformed', 'Azure answered with something else than the workspace that was asked for');
  const value = read.data.tags?.[canaryTag];
  return typeof value === 'string' ? value : '';
}

async function lookFor(
  canary: Canary,
  { resource, customerId }: AskedWorkspace,
  { logs, memory, nowMs, call }: StandingNeeds,
): Promise<void> {
  const rows = await logs.rows(customerId, queryOf(memory.idOf(canary), epochMs(canary.writtenAt), nowMs), call);
  const [first] = rows
    .filter((row) => isOurs(row, resource.id))
    .map(({ ingestedAt }) => epochMs(ingestedAt))
    .sort((left, right) => left - right);
  if (first !== undefined) memory.arrive(canary, first);
}

function queryOf(correlationId: string, writtenMs: number, nowMs: number): LogQuery {
  return {
    table: eventTable,
    columns: { CorrelationId: 'plain', OperationNameValue: 'plain', _ResourceId: 'plain' },
    where: { CorrelationId: correlationId },
    window: { from: timestamp(writtenMs - clockSkewMs), to: timestamp(nowMs + clockSkewMs), by: 'ingested' },
  };
}

/** One write makes several events, of which each proves that they arrive; all are about the resource or what hangs on it. */
function isOurs({ columns }: LogRow, resource: string): boolean {
  return `${(columns['_ResourceId'] ?? '').toLowerCase()}/`.startsWith(`${resource}/`);
}
