import type { Alert, FailAlert, UnknownAlert } from '../domain/alert.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { Decision } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';
import { leaveUnknown } from './decide-unknowns.ts';
import { withdrawnMessage } from './fail-message.ts';
import { type Told, tellResolved } from './routing.ts';
import { parseMember } from './unknown-message.ts';

/**
 * Closes, and says so, what nothing will ever decide again: alerts of checks that are not configured any more, and of
 * interpretations that no longer bind. For the start of the process and each new configuration.
 */
export function decideWithdrawn(open: readonly Alert[], configuredChecks: readonly string[], context: DecideContext): Decision {
  const configured = new Set(configuredChecks);
  const whyWithdrawn = (check: string, interpretation: Interpretation): string | null => {
    if (!configured.has(check)) return `the check ${check} is no longer configured; this does not say that it passes`;
    if (context.describe(check).standing(interpretation) === 'binding') return null;
    return `the ${interpretation} interpretation of ${check} no longer binds; this does not say that it passes`;
  };
  const told = open
    .filter((alert) => alert.closedAt === null)
    .flatMap((alert) => {
      const one =
        alert.kind === 'fail' ? withdrawFail(alert, configured, whyWithdrawn, context) : withdrawMembers(alert, whyWithdrawn, context);
      return one === null ? [] : [one];
    });
  return { alerts: told.map((one) => one.alert), notifications: told.flatMap((one) => one.notifications) };
}

type WhyWithdrawn = (check: string, interpretation: Interpretation) => string | null;

function withdrawFail(open: FailAlert, configured: ReadonlySet<string>, why: WhyWithdrawn, context: DecideContext): Told | null {
  const because = why(open.check, open.interpretation);
  if (because === null) return null;
  const alert: FailAlert = { ...open, failing: [], closedAt: timestamp(context.nowMs), closedBecause: because };
  return tellResolved(
    alert,
    () => withdrawnMessage(alert, open, configured.has(open.check) ? context.describe(open.check) : null),
    context,
  );
}

function withdrawMembers(open: UnknownAlert, why: WhyWithdrawn, context: DecideContext): Told | null {
  const withdrawn = Object.keys(open.blinded).filter((name) => {
    const { check, interpretation } = parseMember(name);
    return why(check, interpretation) !== null;
  });
  if (withdrawn.length === 0) return null;
  return leaveUnknown(open, withdrawn, 'nothing that it blinded is checked any more', context, true);
}
