import PQueue from 'p-queue';
import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import type { Subject } from '../../domain/subject.ts';
import { timestamp } from '../../domain/time.ts';
import type { HeartbeatFact } from '../../logs/log-facts.ts';
import type { LogQuery } from '../../logs/log-query.ts';
import { queryAction, readActionOf } from '../../logs/log-tables.ts';
import { activityOf } from '../../logs/power-states.ts';
import type { ArmClient } from '../azure/arm-client.ts';
import { attempt } from '../azure/attempt.ts';
import { type AzureAccess, sharedAccess } from '../azure/azure-access.ts';
import { settingsOf } from '../azure/azure-settings.ts';
import type { Clock } from '../azure/clock.ts';
import { permissionsAction } from '../azure/read-rights.ts';
import { durationOf, durationOption } from '../duration-option.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { type AskedWorkspace, askedWorkspace, refuseUnreadable, workspaceType } from './asked-workspace.ts';
import { createHeartbeatMemory, type HeartbeatMemory, machineColumn, rememberedMs } from './heartbeat-memory.ts';
import type { LogsClient } from './logs-client.ts';
import { callOptionsOf, type ReadUntil } from './read-in-parts.ts';

const kind = 'heartbeat';
const machineType = 'microsoft.compute/virtualmachines';
const heartbeatTable = 'Heartbeat';

const optionsSchema = z.strictObject({
  /** How far back it is listened: agents beat each minute, and what they send takes some minutes. */
  within: durationOption('5m', '6h').default('15m'),
});

/** Brings the fact `heartbeat` of each virtual machine: whether its agent is heard in a workspace. */
export const heartbeatsSource: SourceKind = {
  name: 'heartbeats',
  options: optionsSchema,
  reads: { [workspaceType]: ['customerId'], [machineType]: ['extended'] },
  actions: () => [queryAction, readActionOf(heartbeatTable), permissionsAction].map((action) => ({ action, kinds: [kind] })),
  create: () => createHeartbeatsSource(sharedAccess),
};

/** What its looks have heard is kept as long as it lives. */
export function createHeartbeatsSource(access: AzureAccess): Source {
  const memory = createHeartbeatMemory();
  return {
    name: 'heartbeats',
    brings: [kind],
    resources: { types: [machineType], chosen: () => true, beside: [workspaceType] },
    look: (request) => lookAtHeartbeats(request, access, memory),
  };
}

interface Listening {
  readonly arm: Pick<ArmClient, 'list'>;
  readonly logs: LogsClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly memory: HeartbeatMemory;
  readonly nowMs: number;
  readonly withinMs: number;
}

async function* lookAtHeartbeats(request: LookRequest, access: AzureAccess, memory: HeartbeatMemory): AsyncIterable<Observation> {
  if (request.azure === undefined || request.subjects.length === 0) return;
  const settings = settingsOf(request.azure);
  const [nowMs, withinMs] = [Math.floor(access.clock.wallNow()), withinMsOf(request.options)];
  const needs = { arm: await access.arm(settings), logs: await access.logs(settings), clock: access.clock, memory, nowMs, withinMs };
  const stopCounting = access.countFor(request.meter);
  try {
    memory.begin(nowMs, withinMs);
    const hearing = listen(request, needs);
    // Where nobody waits for it any more, nobody would hear of a defect.
    hearing.catch(() => undefined);
    yield* lookAtEachSubject(request, kind, async (subject, signal) => ({
      fact: await hearOne(subject, await hearing, request.rows?.get(subject.id), needs, untilOf(request, needs, signal)),
    }));
  } finally {
    stopCounting();
  }
}

function withinMsOf(options: JsonObject): number {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw new FaultError('defect', 'the options of the look came without their shape');
  return durationOf(parsed.data.within) ?? Number.NaN;
}

/** The rest of the time of a subject is left for what follows. */
const shareForReading = 0.8;

function untilOf(request: LookRequest, { clock }: Pick<Listening, 'clock'>, signal: AbortSignal): ReadUntil {
  return { signal, untilMs: clock.now() + request.subjectDeadlineMs * shareForReading };
}

/** Where it was listened, and why a machine that is not heard may be heard elsewhere. */
interface Hearing {
  readonly workspaces: readonly AskedWorkspace[];
  readonly fault: Fault | null;
}

const noWorkspace: Fault = {
  code: 'partial',
  message: 'no Log Analytics workspace is known that heartbeats could be sent to; watch the subscription of that workspace',
};

/** Each workspace once, for all machines. */
async function listen(request: LookRequest, needs: Listening): Promise<Hearing> {
  const { beside = [], besideFault, rows } = request;
  const asked = beside.map((id) => askedWorkspace(id, rows?.get(id)));
  const known = asked.flatMap((one) => ('value' in one ? [one.value] : []));
  const queue = new PQueue({ concurrency: request.concurrency });
  const until = untilOf(request, needs, request.signal);
  const outcomes = await Promise.all(known.map((workspace) => queue.add(() => listenTo(workspace, request.subjects, needs, until))));
  const unread = [besideFault, ...asked.flatMap((one) => ('fault' in one ? [one.fault] : [])), ...outcomes.map(({ fault }) => fault)];
  const fault = unread.find((one) => one !== undefined && one !== null) ?? (beside.length === 0 ? noWorkspace : null);
  if (fault !== null) needs.memory.noteGap();
  return { workspaces: known.filter((_, index) => outcomes[index]?.isListened === true), fault };
}

interface Listened {
  readonly isListened: boolean;
  /** Null: whoever sent a heartbeat there is heard. */
  readonly fault: Fault | null;
}

/** Only silence needs the proof that we may listen. */
async function listenTo(workspace: AskedWorkspace, machines: readonly Subject[], needs: Listening, until: ReadUntil): Promise<Listened> {
  const { memory, logs, arm, clock } = needs;
  const heard = await attempt(() => logs.rows(workspace.customerId, queryOf(needs, needs.withinMs), callOptionsOf(clock, until)));
  if ('fault' in heard) return { isListened: false, fault: heard.fault };
  memory.addRows(heard.value);
  if (machines.every(({ id }) => isHeard(id, needs))) return { isListened: true, fault: null };
  const allowed = await attempt(() => refuseUnreadable(arm, workspace, [heartbeatTable], callOptionsOf(clock, until)));
  return { isListened: true, fault: 'fault' in allowed ? allowed.fault : null };
}

/** Of a row that says a later time Azure writes the time of its arrival instead. */
const farthestAheadMs = 86_400_000;

function queryOf({ nowMs }: Listening, backMs: number, machine?: string): LogQuery {
  return {
    table: heartbeatTable,
    columns: { [machineColumn]: 'text' },
    ...(machine === undefined ? {} : { where: { [machineColumn]: machine } }),
    // A machine whose clock is ahead says times to come.
    window: { from: timestamp(nowMs - backMs), to: timestamp(nowMs + farthestAheadMs), by: 'generated' },
  };
}

function isHeard(machine: string, { memory, nowMs, withinMs }: Listening): boolean {
  return (memory.lastHeardMs(machine) ?? Number.NEGATIVE_INFINITY) >= nowMs - withinMs;
}

/** @throws FaultError where a machine is not heard that may be heard where nobody could listen */
async function hearOne(
  { id }: Subject,
  { workspaces, fault }: Hearing,
  row: Json | undefined,
  needs: Listening,
  until: ReadUntil,
): Promise<Json> {
  const where = { workspaces: workspaces.map(({ resource }) => resource.name).sort(), minutes: Math.round(needs.withinMs / 60_000) };
  if (isHeard(id, needs)) return { ...where, isHeard: true, lastHeard: null } satisfies HeartbeatFact;
  if (fault !== null) throw new FaultError(fault.code, fault.message, fault.about === undefined ? {} : { about: fault.about });
  if (!isStill(row)) await readDay(id, workspaces, needs, until);
  const lastMs = needs.memory.lastHeardMs(id);
  return { ...where, isHeard: false, lastHeard: lastMs === null ? null : timestamp(lastMs) } satisfies HeartbeatFact;
}

/** Once for each machine: from then on each look listens. */
async function readDay(machine: string, workspaces: readonly AskedWorkspace[], needs: Listening, until: ReadUntil): Promise<void> {
  if (needs.memory.isRead(machine)) return;
  for (const { customerId } of workspaces) {
    const query = queryOf(needs, rememberedMs, machine);
    needs.memory.addRows(await needs.logs.rows(customerId, query, callOptionsOf(needs.clock, until)));
  }
  needs.memory.noteRead(machine);
}

const rowSchema = z.object({
  properties: z.object({ extended: z.object({ instanceView: z.object({ powerState: z.object({ code: z.string() }) }) }) }),
});

/** Nobody wants to know when a machine was heard last that does not run. */
function isStill(row: Json | undefined): boolean {
  const read = rowSchema.safeParse(row);
  return read.success && activityOf(read.data.properties.extended.instanceView.powerState.code) === 'still';
}
