import type { Joined, UnknownAlert } from '../domain/alert.ts';
import { isFromFuture } from '../domain/status.ts';
import { epochMs, type Timestamp, timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';

/** Who became blind under an alert that people know of, and is to be told now. */
export interface Newcomers {
  readonly subjects: ReadonlySet<string>;
  /** `<check>:<interpretation>`. */
  readonly members: readonly string[];
}

export function isTold(alert: UnknownAlert): boolean {
  return (alert.toldTo ?? []).length > 0;
}

/** Since a time that has not come yet: the clock was set back, and to wait for it could be for years; then the runs alone decide. */
export function hasLasted(runs: number, since: Timestamp, context: DecideContext): boolean {
  const { unknownAfterRuns, unknownAfterMs } = context.alerting;
  const isLong = context.nowMs - epochMs(since) >= unknownAfterMs || isFromFuture(since, context.nowMs);
  return runs >= unknownAfterRuns && isLong;
}

/** Who is blind by a cause that people know of already is told too, once, after the same limits: one dead endpoint must not hide an outage. */
export function followJoined(alert: UnknownAlert, member: string, isNews: boolean, context: DecideContext): UnknownAlert {
  if (!isTold(alert)) return alert;
  const current = forgetSeeing(alert);
  const known = new Set(current.toldSubjects);
  const subjectsOf = new Map(Object.entries(alert.blinded).map(([name, { subjects }]) => [name, new Set(subjects)] as const));
  const since = timestamp(context.nowMs);
  const joined: Record<string, Joined> = {};
  for (const subject of blindSubjects(alert)) {
    if (known.has(subject)) continue;
    const before = current.joined?.[subject] ?? { since, member, runs: 0 };
    // A member that sees it again counts no more runs of it: who is still blind of it goes on.
    const counting = subjectsOf.get(before.member)?.has(subject) === true ? before.member : member;
    const isCounted = counting === member && subjectsOf.get(member)?.has(subject) === true && (isNews || before.runs === 0);
    joined[subject] = { since: before.since, member: counting, runs: before.runs + (isCounted ? 1 : 0) };
  }
  return { ...current, joined };
}

/** Who sees again and becomes blind anew waits for the limits anew. */
export function forgetSeeing(alert: UnknownAlert): UnknownAlert {
  if (!isTold(alert)) return alert;
  const blind = blindSubjects(alert);
  return {
    ...alert,
    // An alert stored before this was kept takes nobody for told: one message too many is better than none.
    toldSubjects: (alert.toldSubjects ?? []).filter((subject) => blind.has(subject)),
    toldMembers: (alert.toldMembers ?? []).filter((member) => Object.hasOwn(alert.blinded, member)),
    joined: Object.fromEntries(Object.entries(alert.joined ?? {}).filter(([subject]) => blind.has(subject))),
  };
}

export function findDueNewcomers(alert: UnknownAlert, context: DecideContext): Newcomers {
  const subjects = Object.entries(alert.joined ?? {}).flatMap(([subject, one]) =>
    hasLasted(one.runs, one.since, context) ? [subject] : [],
  );
  const known = new Set(alert.toldMembers);
  const members = Object.entries(alert.blinded).flatMap(([member, { runs, since }]) =>
    !known.has(member) && since !== undefined && hasLasted(runs, since, context) ? [member] : [],
  );
  return { subjects: new Set(subjects), members };
}

export function markNewcomersTold(alert: UnknownAlert, newcomers: Newcomers): UnknownAlert {
  return {
    ...alert,
    toldSubjects: [...(alert.toldSubjects ?? []), ...newcomers.subjects],
    toldMembers: [...(alert.toldMembers ?? []), ...newcomers.members],
    joined: Object.fromEntries(Object.entries(alert.joined ?? {}).filter(([subject]) => !newcomers.subjects.has(subject))),
  };
}

export function markAllTold(alert: UnknownAlert): UnknownAlert {
  return { ...alert, toldSubjects: [...blindSubjects(alert)], toldMembers: Object.keys(alert.blinded), joined: {} };
}

function blindSubjects(alert: UnknownAlert): ReadonlySet<string> {
  return new Set(Object.values(alert.blinded).flatMap((blinded) => blinded.subjects));
}
