import type { Blinded, UnknownAlert } from '../domain/alert.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { UnknownReason } from '../domain/finding.ts';
import type { InterpretationResult, RunDigestForAlerts, UnknownGroup } from '../domain/run.ts';
import { epochMs, timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';
import { alertId } from './identity.ts';
import { type Told, tellOpen, tellResolved } from './routing.ts';
import { blindMessage, memberName, seeingMessage } from './unknown-message.ts';

/** No blindness: nothing is configured (a set-up item), or the sentence can only be refuted and was not. */
const neverTold: readonly UnknownReason[] = ['none-seen', 'not-provable'];

const noLongerBlinding = 'it no longer stands in the way; what is blind for another reason has an alert of its own';

/** The alerts about what cannot be known that one interpretation of a run opens, keeps, tells or leaves. */
export function decideUnknowns(
  open: readonly UnknownAlert[],
  run: RunDigestForAlerts,
  interpretation: Interpretation,
  result: InterpretationResult,
  context: DecideContext,
): readonly Told<UnknownAlert>[] {
  const member = memberName(run.check, interpretation);
  const groups = groupByKey(result.unknown, member);
  // A run that looked at nothing has not seen that a cause is gone.
  const left = run.trigger !== 'looked' ? [] : open.filter((alert) => Object.hasOwn(alert.blinded, member) && !groups.has(alert.key));
  const blinding = [...groups].map(([key, group]) => {
    const alert = open.find((candidate) => candidate.key === key) ?? openUnknown(key, group, context);
    return tellWhenDue(
      { ...alert, message: group.message, blinded: { ...alert.blinded, [member]: countRun(alert, member, group, run) } },
      context,
    );
  });
  return [...left.map((alert) => leaveUnknown(alert, [member], noLongerBlinding, context)), ...blinding];
}

/** Takes members out; closes where none is left, which is told only where the alert was. */
export function leaveUnknown(
  open: UnknownAlert,
  members: readonly string[],
  because: string,
  context: DecideContext,
  isWithdrawn = false,
): Told<UnknownAlert> {
  const blinded = Object.fromEntries(Object.entries(open.blinded).filter(([name]) => !members.includes(name)));
  if (Object.keys(blinded).length > 0) return { alert: { ...open, blinded }, notifications: [] };
  const alert: UnknownAlert = { ...open, blinded, closedAt: timestamp(context.nowMs), closedBecause: because };
  return tellResolved(alert, () => seeingMessage(alert, open, isWithdrawn ? null : (check) => context.describe(check)), context);
}

type Group = Pick<UnknownGroup, 'cause' | 'message' | 'subjects'>;

function groupByKey(groups: readonly UnknownGroup[], member: string): ReadonlyMap<string, Group> {
  const byKey = new Map<string, Group>();
  for (const group of groups) {
    if (neverTold.includes(group.reason)) continue;
    const key = `unknown:${group.cause ?? member}`;
    const known = byKey.get(key);
    const subjects = known === undefined ? group.subjects : [...new Set([...known.subjects, ...group.subjects])];
    byKey.set(key, { cause: group.cause, message: known?.message ?? group.message, subjects });
  }
  return byKey;
}

function openUnknown(key: string, group: Group, context: DecideContext): UnknownAlert {
  const openedAt = timestamp(context.nowMs);
  return {
    kind: 'unknown',
    id: alertId(key, openedAt),
    key,
    cause: group.cause,
    message: group.message,
    response: 'ticket',
    openedAt,
    closedAt: null,
    closedBecause: null,
    toldAt: null,
    sequence: 0,
    blinded: {},
  };
}

/** Runs that saw nothing new (`expired`, `hung`) have the data of the run before and count all the same. */
function countRun(alert: UnknownAlert, member: string, group: Group, run: RunDigestForAlerts): Blinded {
  const before = alert.blinded[member];
  const isCounted = run.trigger === 'looked' && before?.asOf === run.dataAsOf;
  return { runs: (before?.runs ?? 0) + (isCounted ? 0 : 1), subjects: group.subjects.toSorted(), asOf: run.dataAsOf };
}

function tellWhenDue(alert: UnknownAlert, context: DecideContext): Told<UnknownAlert> {
  if (!isDue(alert, context)) return { alert, notifications: [] };
  return tellOpen(alert, { firing: () => blindMessage(alert, (check) => context.describe(check)), update: null }, context);
}

function isDue(alert: UnknownAlert, context: DecideContext): boolean {
  const { unknownAfterRuns, unknownAfterMs } = context.alerting;
  const runs = Math.max(...Object.values(alert.blinded).map((blinded) => blinded.runs));
  return runs >= unknownAfterRuns && context.nowMs - epochMs(alert.openedAt) >= unknownAfterMs;
}
