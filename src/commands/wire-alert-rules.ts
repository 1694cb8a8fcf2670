import { decideRun } from '../alerts/decide.ts';
import type { CheckDescription, DecideContext } from '../alerts/decide-context.ts';
import { decideWithdrawn } from '../alerts/decide-withdrawn.ts';
import { decideDriftNotices } from '../alerts/drift-notices.ts';
import { decideStateNotice, type StateTrouble } from '../alerts/state-notice.ts';
import { decideWaiverNotices } from '../alerts/waiver-notices.ts';
import type { Alert } from '../domain/alert.ts';
import type { Change } from '../domain/change.ts';
import type { Check } from '../domain/check.ts';
import type { Plan } from '../domain/plan.ts';
import type { Decision, ReceiverKind } from '../domain/ports.ts';
import type { RunDigestForAlerts } from '../domain/run.ts';
import { standingOf } from '../domain/standing.ts';
import type { AlertRules } from '../engine/engine-needs.ts';
import { subjectOf } from './subject-of.ts';

/** What was found of a subject before deciding. */
type ChangeOf = (subject: string) => Change | null;

export interface WiredRules extends AlertRules {
  decideRun(open: readonly Alert[], run: RunDigestForAlerts, nowMs: number, changeOf?: ChangeOf): Decision;
  decideState(trouble: StateTrouble, nowMs: number): Decision;
}

/** The alert room's decisions, with this plan's mode, receivers and descriptions. */
export function wireAlertRules(
  plan: Plan,
  checks: ReadonlyMap<string, Check>,
  kinds: ReadonlyMap<string, Pick<ReceiverKind, 'delivery'>>,
): WiredRules {
  const receivers = plan.receivers.map(({ name, kind, responses }) => ({
    name,
    kind,
    responses,
    isMirror: kinds.get(kind)?.delivery === 'mirror',
  }));
  const contextAt = (nowMs: number, changeOf: ChangeOf = () => null): DecideContext => ({
    nowMs,
    mode: plan.mode,
    vantage: plan.vantage.name,
    receivers,
    alerting: plan.alerting,
    describe: (id) => describeCheck(id, plan, checks),
    changeOf,
  });
  const configured = plan.checks.map((check) => check.id);
  return {
    decideRun: (open, run, nowMs, changeOf) => decideRun(open, run, contextAt(nowMs, changeOf)),
    decideHousekeeping: (open: readonly Alert[], nowMs) => {
      const context = contextAt(nowMs);
      const withdrawn = decideWithdrawn(open, configured, context);
      const notices = decideWaiverNotices(plan.waivers, context);
      return { alerts: withdrawn.alerts, notifications: [...withdrawn.notifications, ...notices.notifications] };
    },
    decideDrift: (look, changed, nowMs) => decideDriftNotices(look, changed, contextAt(nowMs)),
    decideState: (trouble, nowMs) => decideStateNotice(trouble, contextAt(nowMs)),
  };
}

export function describeCheck(id: string, plan: Plan, checks: ReadonlyMap<string, Check>): CheckDescription {
  const check = checks.get(id);
  if (check === undefined) throw new Error(`check ${id} has no file`);
  const claims = plan.register.claims.filter((claim) => check.claims.some((served) => served.claim === claim.id));
  const described = claims.map((claim) => ({ id: claim.id, quote: claim.quotes[0] ?? '' }));
  return {
    title: check.title,
    claims: described,
    claimsUnder: (interpretation) =>
      described.filter(({ id: claim }) =>
        check.claims.some((served) => served.claim === claim && served.interpretations.includes(interpretation)),
      ),
    response: check.response,
    mend: check.mend,
    standing: (interpretation) => standingOf(check, claims, interpretation),
    repeat: (subjectId) => {
      const subject = subjectOf(plan, subjectId);
      return subject === null ? null : check.repeat(subject);
    },
  };
}
