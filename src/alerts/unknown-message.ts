import type { MessageSubject, NotificationMessage, UnknownAlert } from '../domain/alert.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { CheckDescription } from './decide-context.ts';
import type { Newcomers } from './follow-joined.ts';
import { count, shownSubjects, verb } from './wording.ts';

const mendBlindness = 'Nothing is known of these subjects while this lasts. Repeat the look by hand and mend what stands in its way.';

type Describe = (check: string) => CheckDescription;

export interface Member {
  readonly check: string;
  readonly interpretation: Interpretation;
}

export function memberName(check: string, interpretation: Interpretation): string {
  return `${check}:${interpretation}`;
}

export function parseMember(name: string): Member {
  const at = name.lastIndexOf(':');
  return { check: name.slice(0, at), interpretation: name.slice(at + 1) === 'literal' ? 'literal' : 'intent' };
}

export function blindMessage(alert: UnknownAlert, describe: Describe): NotificationMessage {
  return {
    ...common(alert, alert, describe),
    title: titleOf(alert),
    reason: `not known since ${alert.openedAt}: ${alert.message}; it blinds ${namesOf(Object.keys(alert.blinded))}`,
    mend: mendBlindness,
  };
}

/** Lists the new ones; `subjectCount` is that of all who are blind. */
export function joinedMessage(alert: UnknownAlert, newcomers: Newcomers, describe: Describe): NotificationMessage {
  const whole = common(alert, alert, describe);
  const shown = listNewcomers(alert, newcomers).slice(0, shownSubjects);
  const blindNow = `${whole.subjectCount} ${verb(whole.subjectCount, 'is', 'are')} blind now`;
  return {
    ...whole,
    title: titleOf(alert),
    reason: `${joinedReason(newcomers)}; ${blindNow}: ${alert.message}`,
    subjects: shown.map(([subject, check]) => showBlind(subject, check, alert, describe)),
    mend: mendBlindness,
  };
}

function joinedReason({ subjects, members }: Newcomers): string {
  const parts = [
    subjects.size === 0 ? '' : `${count(subjects.size, 'subject')} became blind too`,
    members.length === 0 ? '' : `${namesOf(members)} ${verb(members.length, 'is', 'are')} blinded too`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** New subjects first, then the other subjects of new members, each with a check that is blind of it. */
function listNewcomers(alert: UnknownAlert, { subjects, members }: Newcomers): readonly (readonly [string, string])[] {
  const all = Object.entries(alert.blinded).flatMap(([member, blinded]) => blinded.subjects.map((subject) => ({ subject, member })));
  const ofSubjects = all.filter(({ subject }) => subjects.has(subject));
  const ofMembers = all.filter(({ member }) => members.includes(member));
  return [...new Map([...ofSubjects, ...ofMembers].map(({ subject, member }) => [subject, parseMember(member).check] as const))];
}

/** `before`: the alert while it was still open. `describe` is null where its checks are not configured any more. */
export function seeingMessage(alert: UnknownAlert, before: UnknownAlert, describe: Describe | null): NotificationMessage {
  return { ...common(alert, before, describe), title: `resolved: ${titleOf(before)}`, reason: alert.closedBecause ?? '', mend: null };
}

function titleOf(alert: UnknownAlert): string {
  return alert.cause === null ? `cannot judge: ${namesOf(Object.keys(alert.blinded))}` : `cannot look: ${alert.cause}`;
}

function namesOf(members: readonly string[]): string {
  const names = members.map((name) => {
    const { check, interpretation } = parseMember(name);
    return `${check} (${interpretation})`;
  });
  return names.length <= shownSubjects ? names.join(', ') : count(names.length, 'check');
}

function common(alert: UnknownAlert, shown: UnknownAlert, describe: Describe | null) {
  const members = Object.entries(shown.blinded).map(([name, blinded]) => ({ ...parseMember(name), subjects: blinded.subjects }));
  const [only] = members;
  const own = alert.cause === null && only !== undefined ? only : null;
  const checkOf = new Map(members.flatMap(({ check, subjects }) => subjects.map((subject) => [subject, check] as const)));
  return {
    alertId: alert.id,
    alertKey: alert.key,
    check: own?.check ?? null,
    interpretation: own?.interpretation ?? null,
    claims: describe === null ? [] : claimsOf(members, describe),
    openedAt: alert.openedAt,
    closedAt: alert.closedAt,
    subjectCount: checkOf.size,
    subjects: [...checkOf].slice(0, shownSubjects).map(([subject, check]) => showBlind(subject, check, alert, describe)),
  };
}

function showBlind(subject: string, check: string, alert: UnknownAlert, describe: Describe | null): MessageSubject {
  return {
    subject,
    expected: 'a look that can be judged',
    observed: alert.message,
    rule: alert.cause ?? 'no cause outside the check',
    lastSeen: null,
    isNew: alert.closedAt === null,
    repeat: describe?.(check).repeat(subject) ?? null,
  };
}

function claimsOf(members: readonly Member[], describe: Describe): NotificationMessage['claims'] {
  const claims = new Map(
    members.flatMap(({ check, interpretation }) =>
      describe(check)
        .claimsUnder(interpretation)
        .map((claim) => [claim.id, claim] as const),
    ),
  );
  return [...claims.values()];
}
