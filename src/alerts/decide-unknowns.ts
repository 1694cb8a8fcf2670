import type { Blinded, UnknownAlert } from '../domain/alert.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { UnknownReason } from '../domain/finding.ts';
import type { InterpretationResult, RunDigestForAlerts, UnknownGroup } from '../domain/run.ts';
import { timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';
import { findDueNewcomers, followJoined, forgetSeeing, hasLasted, isTold, markAllTold, markNewcomersTold } from './follow-joined.ts';
import { alertId } from './identity.ts';
import { type Told, tellOpen, tellResolved } from './routing.ts';
import { blindMessage, joinedMessage, memberName, seeingMessage } from './unknown-message.ts';

/** No blindness: nothing is configured (a set-up item), or the sentence can only be refuted and was not. */
const neverTold: readonly UnknownReason[] = ['none-seen', 'not-provable'];

/** What a check itself says that nobody can ask it: no outage, the same tomorrow. A look that cannot ask has a cause. */
function isLimit({ reason, cause }: Pick<UnknownGroup, 'reason' | 'cause'>): boolean {
  return reason === 'unsupported' && cause === null;
}

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
    const counted = countRun(alert, member, group, run, context);
    const isNews = counted.runs !== alert.blinded[member]?.runs;
    const blinded = { ...alert.blinded, [member]: counted };
    return tellWhenDue(followJoined({ ...alert, message: group.message, blinded }, member, isNews, context), context);
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
  if (Object.keys(blinded).length > 0) return { alert: forgetSeeing({ ...open, blinded }), notifications: [] };
  const alert: UnknownAlert = { ...open, blinded, closedAt: timestamp(context.nowMs), closedBecause: because };
  return tellResolved(alert, () => seeingMessage(alert, open, isWithdrawn ? null : (check) => context.describe(check)), context);
}

type Group = Pick<UnknownGroup, 'cause' | 'message' | 'subjects'>;

function groupByKey(groups: readonly UnknownGroup[], member: string): ReadonlyMap<string, Group> {
  const byKey = new Map<string, Group>();
  for (const group of groups) {
    if (neverTold.includes(group.reason) || isLimit(group)) continue;
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
function countRun(alert: UnknownAlert, member: string, group: Group, run: RunDigestForAlerts, context: DecideContext): Blinded {
  const before = alert.blinded[member];
  const isCounted = run.trigger === 'looked' && before?.asOf === run.dataAsOf;
  return {
    runs: (before?.runs ?? 0) + (isCounted ? 0 : 1),
    since: before?.since ?? timestamp(context.nowMs),
    subjects: group.subjects.toSorted(),
    asOf: run.dataAsOf,
  };
}

function tellWhenDue(alert: UnknownAlert, context: DecideContext): Told<UnknownAlert> {
  if (!isDue(alert, context)) return { alert, notifications: [] };
  const describe = (check: string) => context.describe(check);
  const firing = () => blindMessage(alert, describe);
  if (!isTold(alert)) return tellOpen(markAllTold(alert), { firing, update: null }, context);
  const newcomers = findDueNewcomers(alert, context);
  if (newcomers.subjects.size === 0 && newcomers.members.length === 0) return tellOpen(alert, { firing, update: null }, context);
  return tellOpen(markNewcomersTold(alert, newcomers), { firing, update: () => joinedMessage(alert, newcomers, describe) }, context);
}

function isDue(alert: UnknownAlert, context: DecideContext): boolean {
  return hasLasted(Math.max(...Object.values(alert.blinded).map((blinded) => blinded.runs)), alert.openedAt, context);
}
