import { createMirror, type Mirror } from '../alerts/mirror.ts';
import { mirrorAlerts } from '../alerts/mirror-alerts.ts';
import type { Check } from '../domain/check.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, Log, Receiver, Store } from '../domain/ports.ts';
import type { Metrics } from '../reporters/metrics/metrics.ts';
import { describeCheck } from './wire-alert-rules.ts';

export interface MirrorsNeeds {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'attemptEnded' | 'mirrored'>;
}

/** One mirror per target of every receiver that holds the open alerts itself. */
export function createMirrors(needs: MirrorsNeeds): Mirror {
  const mirrors = [...needs.receivers.values()].flatMap((receiver) => mirrorsOf(receiver, needs));
  return {
    start: () => {
      warnOfOrphans(needs).catch((error: unknown) =>
        needs.log.error({ err: error }, 'it cannot be told which receivers may still hold alerts'),
      );
      for (const mirror of mirrors) mirror.start();
    },
    wake: () => {
      for (const mirror of mirrors) mirror.wake();
    },
    note: async () => {
      await Promise.all(mirrors.map((mirror) => mirror.note()));
    },
    stop: async (graceMs) => {
      await Promise.all(mirrors.map((mirror) => mirror.stop(graceMs)));
    },
  };
}

function mirrorsOf({ name, mirror }: Receiver, { plan, checks, store, clock, log, metrics }: MirrorsNeeds): readonly Mirror[] {
  if (mirror === undefined) return [];
  const configured = new Set(plan.checks.map(({ id }) => id));
  const context = {
    receiver: name,
    vantage: plan.vantage.name,
    describe: (check: string) => (configured.has(check) ? describeCheck(check, plan, checks) : null),
  };
  return mirror.targets.map((target) => {
    metrics.mirrored({ receiver: name, target: target.id, firing: 0, resolved: 0, isAccepted: false, endedAtMs: 0 });
    return createMirror({
      receiver: name,
      target,
      endsAfterMs: mirror.endsAfterMs,
      firesAtLeastMs: mirror.firesAtLeastMs,
      store,
      wanted: (open) => mirrorAlerts(open, context),
      clock,
      log,
      onAttempt: (reason) => metrics.attemptEnded({ receiver: name, reason }),
      onRound: (round) => metrics.mirrored({ receiver: name, target: target.id, ...round }),
    });
  });
}

/** Nobody can tell a target the end of its alerts whose address is not configured any more. */
async function warnOfOrphans({ receivers, store, log }: MirrorsNeeds): Promise<void> {
  const known = new Set([...receivers.values()].flatMap(({ mirror }) => mirror?.targets.map(({ id }) => id) ?? []));
  const remedy = 'configure it again until its alerts have ended, or end them there by hand';
  const orphans = (await store.mirroredTargets()).filter((target) => !known.has(target));
  for (const target of orphans) log.warn({ target, remedy }, 'a receiver that is not configured any more may still hold alerts');
}
