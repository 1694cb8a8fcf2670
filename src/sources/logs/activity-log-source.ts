import PQueue from 'p-queue';
import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Measures, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import { subscriptionType } from '../../domain/resource-id.ts';
import type { ActivityLogFact } from '../../logs/log-facts.ts';
import { queryAction, readActionOf } from '../../logs/log-tables.ts';
import { type ReconciledEvents, type SettledQuestion, settledSpan } from '../../logs/reconciled-events.ts';
import { type AzureAccess, sharedAccess } from '../azure/azure-access.ts';
import { settingsOf } from '../azure/azure-settings.ts';
import { permissionsAction } from '../azure/read-rights.ts';
import { durationOf, durationOption } from '../duration-option.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { activityLogAction, reconciledCategories } from './activity-log-api.ts';
import { type ActivityMemory, createActivityMemory } from './activity-memory.ts';
import { type AskedWorkspace, askedWorkspace, workspaceType } from './asked-workspace.ts';
import { activityTable, keyOf, type ReadActivityNeeds, readArrived, readListed } from './read-activity.ts';
import type { ReadUntil } from './read-in-parts.ts';

const kind = 'activity-log';

const optionsSchema = z.strictObject({
  /** How much of the past is reconciled, and how long its last event had time to arrive. */
  hours: z.int().min(1).max(72).default(24),
  settleHours: z.int().min(1).max(24).default(6),
  /** An event that has not arrived after so long is overdue. */
  usual: durationOption('1m', '1h').default('30m'),
});
type ActivityLogOptions = z.infer<typeof optionsSchema>;

/** Brings the fact `activity-log` of each subscription: whether what its activity log lists is in a workspace. */
export const activityLogSource: SourceKind = {
  name: kind,
  options: optionsSchema,
  reads: { [workspaceType]: ['customerId'] },
  actions: () =>
    [activityLogAction, queryAction, readActionOf(activityTable), permissionsAction].map((action) => ({ action, kinds: [kind] })),
  create: () => createActivityLogSource(sharedAccess),
};

/** What its looks have read is kept as long as it lives. */
export function createActivityLogSource(access: AzureAccess): Source {
  const memory = createActivityMemory();
  return {
    name: kind,
    brings: [kind],
    resources: { types: [subscriptionType], chosen: () => true, beside: [workspaceType] },
    look: (request) => lookAtActivity(request, access, memory),
  };
}

async function* lookAtActivity(request: LookRequest, access: AzureAccess, memory: ActivityMemory): AsyncIterable<Observation> {
  if (request.azure === undefined || request.subjects.length === 0) return;
  const question = questionOf(request.options, access);
  const { fromMs, toMs: settledToMs } = settledSpan(question);
  const span = { fromMs, toMs: question.nowMs };
  const settings = settingsOf(request.azure);
  const needs = { arm: await access.arm(settings), logs: await access.logs(settings), clock: access.clock, memory, span, settledToMs };
  const stopCounting = access.countFor(request.meter);
  try {
    memory.forgetBefore(span.fromMs);
    const reading = readWorkspaces(request, needs);
    // Where nobody waits for it any more, nobody would hear of a defect.
    reading.catch(() => undefined);
    yield* lookAtEachSubject(request, kind, async (subject, signal) => {
      if (subject.kind !== 'resource') throw new FaultError('unsupported', `${subject.id} is no subscription`);
      const unlisted = await readListed(subject.subscription, needs, untilOf(request, needs, signal));
      if (unlisted !== null) throw errorOf(unlisted);
      const read = await reading;
      return lookOf(memory.stateOf(subject.subscription, question), read);
    });
  } finally {
    stopCounting();
  }
}

/** The rest of the time of a subject is left for what follows. */
const shareForReading = 0.8;

function untilOf(request: LookRequest, { clock }: ReadActivityNeeds, signal: AbortSignal): ReadUntil {
  return { signal, untilMs: clock.now() + request.subjectDeadlineMs * shareForReading };
}

function questionOf(options: JsonObject, { clock }: AzureAccess): SettledQuestion {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw new FaultError('defect', 'the options of the look came without their shape');
  const { hours, settleHours, usual }: ActivityLogOptions = parsed.data;
  const usualMinutes = Math.ceil((durationOf(usual) ?? Number.NaN) / 60_000);
  return { nowMs: Math.floor(clock.wallNow()), hours, settleHours, usualMinutes };
}

/** In which workspaces everything was looked for, and why an event may be in another one. */
interface ReadWorkspaces {
  readonly workspaces: readonly string[];
  readonly fault: Fault | null;
}

const noWorkspace: Fault = {
  code: 'partial',
  message:
    'no Log Analytics workspace is known in which the events of the activity log could be found; export it to one, and watch the subscription of that workspace',
};
const namelessRows: Fault = { code: 'malformed', message: `rows of ${activityTable} have no EventDataId, by which events are found` };

/** Each of them once, for all subscriptions. */
async function readWorkspaces(request: LookRequest, needs: ReadActivityNeeds): Promise<ReadWorkspaces> {
  const { beside = [], besideFault, rows } = request;
  const asked = beside.map((id) => askedWorkspace(id, rows?.get(id)));
  const known = asked.flatMap((one) => ('value' in one ? [one.value] : []));
  const unknown = asked.flatMap((one) => ('fault' in one ? [one.fault] : []));
  const areAllKnown = besideFault === undefined && unknown.length === 0;
  needs.memory.beginLook(needs.span.toMs, areAllKnown ? new Set(known.map(keyOf)) : null);
  const queue = new PQueue({ concurrency: request.concurrency });
  const until = untilOf(request, needs, request.signal);
  const read = async (workspace: AskedWorkspace) => ({ id: workspace.resource.id, fault: await readArrived(workspace, needs, until) });
  const outcomes = await Promise.all(known.map((workspace) => queue.add(() => read(workspace))));
  if (areAllKnown && outcomes.every(({ fault }) => fault === null)) needs.memory.endReading();
  const unread = [besideFault, ...unknown, ...outcomes.map(({ fault }) => fault)].find((fault) => fault !== undefined && fault !== null);
  const nameless = needs.memory.hasNamelessSince(needs.span.fromMs) ? namelessRows : null;
  return {
    workspaces: outcomes.flatMap(({ id, fault }) => (fault === null ? [id] : [])),
    fault: unread ?? (beside.length === 0 ? noWorkspace : nameless),
  };
}

/** @throws FaultError where something is not found that may be where nobody could look: it is not called missing */
function lookOf(state: ReconciledEvents, { workspaces, fault }: ReadWorkspaces): { readonly fact: Json; readonly measures: Measures } {
  if (fault !== null && hasUnfound(state)) throw errorOf(fault);
  const fact = {
    ...state,
    workspaces,
    categories: reconciledCategories,
    missing: state.missing.map((event) => ({ ...event })),
    overdue: state.overdue.map((event) => ({ ...event })),
    lastUnseen: state.lastUnseen === null ? null : { ...state.lastUnseen },
  } satisfies ActivityLogFact;
  return { fact, measures: measuresOf(state) };
}

function hasUnfound({ missingCount, overdueCount, lastUnseen }: ReconciledEvents): boolean {
  return missingCount > 0 || overdueCount > 0 || lastUnseen !== null;
}

function measuresOf({ listed, missingCount, slowestIngestionMinutes: slowest }: ReconciledEvents): Measures {
  const counts = { activity_log_listed_events: listed, activity_log_missing_events: missingCount };
  return slowest === null ? counts : { ...counts, activity_log_ingestion_seconds: slowest * 60 };
}

function errorOf({ code, message, about }: Fault): FaultError {
  return new FaultError(code, message, about === undefined ? {} : { about });
}
