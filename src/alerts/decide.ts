import { isDeepStrictEqual } from 'node:util';
import type { Alert, FailAlert, Notification, UnknownAlert } from '../domain/alert.ts';
import { type Interpretation, interpretations } from '../domain/claim.ts';
import type { Decision } from '../domain/ports.ts';
import type { FailingSubject, InterpretationResult, RunDigestForAlerts } from '../domain/run.ts';
import type { DecideContext } from './decide-context.ts';
import { decideFail, failKey } from './decide-fails.ts';
import { decideUnknowns } from './decide-unknowns.ts';
import type { Told } from './routing.ts';

/**
 * Previous alerts and one run to new alerts and what to tell. Pure: the same input gives the same ids.
 * Interpretations that are not binding open nothing and are never told.
 */
export function decideRun(open: readonly Alert[], run: RunDigestForAlerts, context: DecideContext): Decision {
  let alerts = open.filter((alert) => alert.closedAt === null);
  const notifications: Notification[] = [];
  const described = context.describe(run.check);
  for (const interpretation of interpretations) {
    const result = run.interpretations[interpretation];
    if (result === undefined || described.standing(interpretation) !== 'binding') continue;
    const told = decideInterpretation(alerts, run, interpretation, result, context);
    alerts = replace(alerts, told);
    notifications.push(...told.flatMap((one) => one.notifications));
  }
  return { alerts: changed(open, alerts), notifications };
}

function decideInterpretation(
  alerts: readonly Alert[],
  run: RunDigestForAlerts,
  interpretation: Interpretation,
  result: InterpretationResult,
  context: DecideContext,
): readonly Told[] {
  const key = failKey(run.check, interpretation);
  const fail = decideFail(alerts.filter(isFail).find((alert) => alert.key === key) ?? null, run, interpretation, result, context);
  const unknowns = decideUnknowns(alerts.filter(isUnknown), run, interpretation, result, context);
  return fail === null ? unknowns : [fail, ...unknowns];
}

function isFail(alert: Alert): alert is FailAlert {
  return alert.kind === 'fail' && alert.closedAt === null;
}

function isUnknown(alert: Alert): alert is UnknownAlert {
  return alert.kind === 'unknown' && alert.closedAt === null;
}

function replace(alerts: readonly Alert[], told: readonly Told[]): Alert[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  for (const { alert } of told) byId.set(alert.id, alert);
  return [...byId.values()];
}

/** Only what differs is written. */
function changed(before: readonly Alert[], after: readonly Alert[]): readonly Alert[] {
  const byId = new Map(before.map((alert) => [alert.id, alert]));
  return after.filter((alert) => {
    const known = byId.get(alert.id);
    return known === undefined || alert.closedAt !== null || !isSame(known, alert);
  });
}

/** Ten thousand failing subjects are compared at every run: field by field, which is ten times as fast. */
function isSame(known: Alert, alert: Alert): boolean {
  if (known === alert) return true;
  if (known.kind !== 'fail' || alert.kind !== 'fail') return isDeepStrictEqual(known, alert);
  if (known.failing.length !== alert.failing.length) return false;
  const isFailingSame = known.failing.every((failing, index) => isSameFailing(failing, alert.failing[index]));
  return isFailingSame && isDeepStrictEqual({ ...known, failing: null }, { ...alert, failing: null });
}

function isSameFailing(a: FailingSubject, b: FailingSubject | undefined): boolean {
  return (
    b !== undefined &&
    a.subject === b.subject &&
    a.response === b.response &&
    a.lastSeen === b.lastSeen &&
    a.observed === b.observed &&
    a.expected === b.expected &&
    a.rule === b.rule
  );
}
