import type { ChangedBy, Departure, FailAlert } from '../domain/alert.ts';
import type { Interpretation } from '../domain/claim.ts';
import { type Response, responses } from '../domain/finding.ts';
import type { FailingSubject, InterpretationResult, RunDigestForAlerts } from '../domain/run.ts';
import { timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';
import { closingReason, type FailChange, firingMessage, resolvedMessage, updateMessage } from './fail-message.ts';
import { alertId } from './identity.ts';
import { type Told, tellOpen, tellResolved } from './routing.ts';

export function failKey(check: string, interpretation: Interpretation): string {
  return `fail:${check}:${interpretation}`;
}

/** The fail alert of one check's interpretation after one run; null where there is none and none opens. */
export function decideFail(
  open: FailAlert | null,
  run: RunDigestForAlerts,
  interpretation: Interpretation,
  result: InterpretationResult,
  context: DecideContext,
): Told<FailAlert> | null {
  if (open === null) return result.failing.length === 0 ? null : openFail(run, interpretation, inOrder(result.failing), context);
  const failing = inOrder([...result.failing, ...unseenFails(open, run, result)]);
  const left = departures(open, failing, result);
  return failing.length === 0 ? closeFail(open, left, context) : keepFail(open, failing, left, context);
}

function openFail(
  run: RunDigestForAlerts,
  interpretation: Interpretation,
  failing: readonly FailingSubject[],
  context: DecideContext,
): Told<FailAlert> {
  const key = failKey(run.check, interpretation);
  const openedAt = timestamp(context.nowMs);
  const alert: FailAlert = {
    kind: 'fail',
    id: alertId(key, openedAt),
    key,
    check: run.check,
    interpretation,
    response: gravest(failing.map((subject) => subject.response)),
    openedAt,
    closedAt: null,
    closedBecause: null,
    toldAt: null,
    sequence: 0,
    failing,
    ...noteChanges(null, failing, failing, context),
  };
  return tellOpen(alert, { firing: () => firingMessage(alert, context.describe(alert.check)), update: null }, context);
}

function keepFail(open: FailAlert, failing: readonly FailingSubject[], left: FailAlert['left'], context: DecideContext): Told<FailAlert> {
  const response = gravest([open.response, ...failing.map((subject) => subject.response)]);
  const change = findChange(open, failing);
  const noted = noteChanges(open, failing, change.begun, context);
  const alert: FailAlert = { ...open, response, failing, ...noted, ...(left === undefined ? {} : { left }) };
  const isQuiet = change.begun.length === 0 && change.graver.length === 0;
  const describe = () => context.describe(alert.check);
  return tellOpen(
    alert,
    { firing: () => firingMessage(alert, describe()), update: isQuiet ? null : () => updateMessage(alert, change, describe()) },
    context,
  );
}

function closeFail(open: FailAlert, left: FailAlert['left'], context: DecideContext): Told<FailAlert> {
  const alert: FailAlert = {
    ...open,
    failing: [],
    left: left ?? {},
    closedAt: timestamp(context.nowMs),
    closedBecause: closingReason(left ?? {}),
  };
  return tellResolved(alert, () => resolvedMessage(alert, open, context.describe(alert.check)), context);
}

/**
 * Subjects of the alert that the run says nothing good of: they stay, for blindness never ends a fail.
 * A run carries them in `failing` itself as a rule; this holds where it had no memory of the run before.
 */
function unseenFails(open: FailAlert, run: RunDigestForAlerts, result: InterpretationResult): readonly FailingSubject[] {
  const accounted = new Set([...result.failing.map((failing) => failing.subject), ...result.waived, ...result.gone]);
  const blind = new Set(result.unknown.filter((group) => group.reason !== 'not-provable').flatMap((group) => group.subjects));
  return open.failing
    .filter((failing) => !accounted.has(failing.subject) && (run.trigger !== 'looked' || blind.has(failing.subject)))
    .map((failing) => ({ ...failing, lastSeen: failing.lastSeen ?? open.openedAt }));
}

/** Who has left so far; who fails again has not. Undefined where nobody ever left. */
function departures(open: FailAlert, failing: readonly FailingSubject[], result: InterpretationResult): FailAlert['left'] {
  const still = new Set(failing.map((subject) => subject.subject));
  const leaving = open.failing.filter((subject) => !still.has(subject.subject));
  if (leaving.length === 0 && open.left === undefined) return undefined;
  const waived = new Set(result.waived);
  const gone = new Set(result.gone);
  const why = (subject: string): Departure => (waived.has(subject) ? 'waived' : gone.has(subject) ? 'gone' : 'passed');
  const before = Object.entries(open.left ?? {}).filter(([subject]) => !still.has(subject));
  return Object.fromEntries([...before, ...leaving.map(({ subject }) => [subject, why(subject)] as const)]);
}

/** So that the order in which subjects were judged changes nothing. */
function inOrder(failing: readonly FailingSubject[]): readonly FailingSubject[] {
  return failing.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}

function findChange(open: FailAlert, failing: readonly FailingSubject[]): FailChange {
  const before = new Map(open.failing.map((subject) => [subject.subject, subject.response]));
  const begun: FailingSubject[] = [];
  const graver: FailingSubject[] = [];
  for (const subject of failing) {
    const known = before.get(subject.subject);
    if (known === undefined) begun.push(subject);
    else if (responses.indexOf(subject.response) < responses.indexOf(known)) graver.push(subject);
  }
  return { begun, graver };
}

/** More are never shown. */
const mostChanges = 100;

/** Asked once, when a subject begins to fail: a later change is somebody's attempt to mend it. Whoever fails no longer is dropped. */
function noteChanges(
  open: FailAlert | null,
  failing: readonly FailingSubject[],
  begun: readonly FailingSubject[],
  context: DecideContext,
): Pick<FailAlert, 'changes'> {
  const found = begun.flatMap(({ subject }): readonly (readonly [string, ChangedBy])[] => {
    const change = context.changeOf(subject);
    if (change === null) return [];
    const { by, at, operation, target } = change;
    return [[subject, { by, at, operation, ...(target === subject ? {} : { target }) }]];
  });
  const known = Object.entries(open?.changes ?? {});
  if (found.length === 0 && known.length === 0) return {};
  const fresh = new Set(begun.map(({ subject }) => subject));
  const still = new Set(failing.map(({ subject }) => subject));
  const kept = known.filter(([subject]) => still.has(subject) && !fresh.has(subject));
  if (found.length === 0 && kept.length === known.length) return {};
  return { changes: Object.fromEntries([...found, ...kept].slice(0, mostChanges)) };
}

function gravest(all: readonly Response[]): Response {
  const found = new Set(all);
  return responses.find((response) => found.has(response)) ?? 'report';
}
