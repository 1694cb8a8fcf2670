import type { Departure, FailAlert, MessageSubject, NotificationMessage } from '../domain/alert.ts';
import type { FailingSubject } from '../domain/run.ts';
import type { CheckDescription } from './decide-context.ts';
import { changedByText, count, nameSubjects, shownSubjects, verb } from './wording.ts';

/** What changed in one run under an open alert. */
export interface FailChange {
  readonly begun: readonly FailingSubject[];
  readonly graver: readonly FailingSubject[];
}

export function firingMessage(alert: FailAlert, check: CheckDescription): NotificationMessage {
  const unseen = alert.failing.filter((subject) => subject.lastSeen !== null).length;
  return {
    ...common(alert, check),
    title: `${nameOf(alert)} fails on ${nameSubjects(alert.failing.map((failing) => failing.subject))}`,
    reason: `${count(alert.failing.length, 'subject')} ${verb(alert.failing.length, 'fails', 'fail')}${unseen === 0 ? '' : `, ${unseen} of them cannot be seen now`}${whoseChange(alert, alert.failing)}`,
    subjects: showFailing(alert.failing, new Set(alert.failing), check, alert.changes ?? {}),
  };
}

export function updateMessage(alert: FailAlert, change: FailChange, check: CheckDescription): NotificationMessage {
  const changed = [...change.begun, ...change.graver];
  const others = alert.failing.filter((failing) => !changed.includes(failing));
  return {
    ...common(alert, check),
    title: updateTitle(alert, change),
    reason: `${updateReason(change)}; ${alert.failing.length} ${verb(alert.failing.length, 'fails', 'fail')} now${whoseChange(alert, change.begun)}`,
    subjects: showFailing([...changed, ...others], new Set(change.begun), check, alert.changes ?? {}),
  };
}

/** `before`: the alert while it was still open. */
export function resolvedMessage(alert: FailAlert, before: FailAlert, check: CheckDescription): NotificationMessage {
  return {
    ...common(alert, check),
    title: `resolved: ${nameOf(alert)} no longer fails on ${nameSubjects(before.failing.map((failing) => failing.subject))}`,
    reason: alert.closedBecause ?? '',
    subjectCount: before.failing.length,
    subjects: showFailing(before.failing, new Set(), check),
  };
}

/** Nobody says that it passes: it is not asked any more. `check` is null where nothing is known of it now. */
export function withdrawnMessage(alert: FailAlert, before: FailAlert, check: CheckDescription | null): NotificationMessage {
  return {
    ...common(alert, check),
    title: `withdrawn: ${nameOf(alert)} is no longer asked`,
    reason: alert.closedBecause ?? '',
    subjectCount: before.failing.length,
    subjects: showFailing(before.failing, new Set(), check),
  };
}

/** One part per kind, over the whole life of the alert. */
export function closingReason(left: { readonly [subject: string]: Departure }): string {
  const of = (kind: Departure) => Object.values(left).filter((departure) => departure === kind).length;
  const [passed, waived, gone] = [of('passed'), of('waived'), of('gone')];
  const parts = [
    passed === 0
      ? ''
      : `${count(passed, 'subject')} ${verb(passed, 'was', 'were')} looked at and no longer ${verb(passed, 'fails', 'fail')}`,
    waived === 0 ? '' : `${count(waived, 'subject')} ${verb(waived, 'is', 'are')} waived`,
    gone === 0 ? '' : `${count(gone, 'subject')} ${verb(gone, 'is', 'are')} gone`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Of a single new subject; of several each says its own. */
function whoseChange(alert: FailAlert, begun: readonly FailingSubject[]): string {
  const [only] = begun;
  const known = begun.length === 1 && only !== undefined ? alert.changes?.[only.subject] : undefined;
  return known === undefined ? '' : `; changed by ${changedByText(known)}`;
}

function nameOf(alert: FailAlert): string {
  return `${alert.check} (${alert.interpretation})`;
}

function updateTitle(alert: FailAlert, change: FailChange): string {
  const [verbs, subjects] = change.begun.length > 0 ? ['also fails on', change.begun] : ['became graver on', change.graver];
  return `${nameOf(alert)} ${verbs} ${nameSubjects(subjects.map((failing) => failing.subject))}`;
}

function updateReason(change: FailChange): string {
  const parts = [
    change.begun.length === 0 ? '' : `${count(change.begun.length, 'subject')} began to fail`,
    change.graver.length === 0 ? '' : `${count(change.graver.length, 'subject')} became graver`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function common(alert: FailAlert, check: CheckDescription | null) {
  return {
    alertId: alert.id,
    alertKey: alert.key,
    check: alert.check,
    interpretation: alert.interpretation,
    claims: check?.claimsUnder(alert.interpretation) ?? [],
    openedAt: alert.openedAt,
    closedAt: alert.closedAt,
    subjectCount: alert.failing.length,
    mend: check?.mend ?? null,
  };
}

function showFailing(
  failing: readonly FailingSubject[],
  begun: ReadonlySet<FailingSubject>,
  check: CheckDescription | null,
  changes: FailAlert['changes'] | null = null,
): readonly MessageSubject[] {
  return failing.slice(0, shownSubjects).map((subject) => ({
    subject: subject.subject,
    expected: subject.expected,
    observed: subject.observed,
    rule: subject.rule,
    lastSeen: subject.lastSeen,
    isNew: begun.has(subject),
    repeat: check?.repeat(subject.subject) ?? null,
    // Whoever changed it last before it failed did not mend it: an end does not name them.
    ...(changes === null ? {} : { changedBy: changes[subject.subject] ?? null }),
  }));
}
