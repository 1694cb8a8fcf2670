import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import type { DecideContext } from '../../src/alerts/decide-context.ts';
import type { Alert, Notification } from '../../src/domain/alert.ts';
import type { Decision } from '../../src/domain/ports.ts';
import type { FailingSubject, InterpretationResult, RunDigestForAlerts, UnknownGroup } from '../../src/domain/run.ts';
import { epochMs, timestamp } from '../../src/domain/time.ts';
import { apply, blind, bothBind, fails, minuteMs, receivers, startMs } from './fixtures.ts';

type Seen = 'pass' | 'ticket' | 'page' | 'timeout' | 'denied' | 'defect' | 'waived';

interface Step {
  readonly check: string;
  readonly afterMinutes: number;
  readonly observe: boolean;
  readonly seen: readonly Seen[];
}

const subjects = ['a:443', 'b:443', 'c:443', 'd:443'];
const seen = fc.constantFrom<Seen>('pass', 'ticket', 'page', 'timeout', 'denied', 'defect', 'waived');
const step = fc.record({
  check: fc.constantFrom('tls-versions', 'https-redirect'),
  afterMinutes: fc.integer({ min: 1, max: 25 }),
  observe: fc.boolean(),
  seen: fc.array(seen, { minLength: subjects.length, maxLength: subjects.length }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 30 });

/** As the engine makes it: a fail that cannot be seen is carried on, and listed as blind too. */
function toResult(now: readonly Seen[], failedBefore: ReadonlyMap<string, FailingSubject>): InterpretationResult {
  const failing: FailingSubject[] = [];
  const groups: UnknownGroup[] = [];
  const waived: string[] = [];
  for (const [index, subject] of subjects.entries()) {
    const what = now[index] ?? 'pass';
    if (what === 'waived') waived.push(subject);
    else if (what === 'ticket' || what === 'page') failing.push(fails(subject, { response: what }));
    else if (what !== 'pass') {
      const before = failedBefore.get(subject);
      if (before !== undefined) failing.push({ ...before, lastSeen: before.lastSeen ?? timestamp(startMs) });
      groups.push(blind([subject], { cause: what === 'defect' ? null : `tls: ${what}`, reason: what }));
    }
  }
  return { failing, unknown: groups, waived, gone: [] };
}

interface Played {
  readonly run: RunDigestForAlerts;
  readonly context: DecideContext;
  readonly before: readonly Alert[];
  readonly decision: Decision;
}

function play(all: readonly Step[]): readonly Played[] {
  let open: readonly Alert[] = [];
  let nowMs = startMs;
  const failed = new Map<string, ReadonlyMap<string, FailingSubject>>();
  return all.map((one) => {
    nowMs += one.afterMinutes * minuteMs;
    const result = toResult(one.seen, failed.get(one.check) ?? new Map());
    failed.set(one.check, new Map(result.failing.map((failing) => [failing.subject, failing])));
    const run: RunDigestForAlerts = {
      check: one.check,
      dataAsOf: timestamp(nowMs),
      trigger: 'looked',
      interpretations: { literal: result, intent: result },
    };
    const context = bothBind({ nowMs, ...(one.observe ? { mode: { kind: 'observe' } } : {}) });
    const before = open;
    const decision = decideRun(before, run, context);
    open = apply(before, decision);
    return { run, context, before, decision };
  });
}

function tally(notifications: readonly Notification[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { lane, receiver, kind } of notifications) {
    const key = `${lane} ${receiver} ${kind}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('laws of deciding', () => {
  it('an alert is told to a receiver by one firing, and by at most one resolve, which comes last', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const notifications = play(all).flatMap((played) => played.decision.notifications);
        for (const [key, count] of tally(notifications)) if (!key.endsWith(' update')) expect(count, key).toBe(1);
        for (const lane of Map.groupBy(notifications, (one) => `${one.lane} ${one.receiver}`).values()) {
          expect(lane[0]?.kind).toBe('firing');
          expect(lane.slice(0, -1).some((one) => one.kind === 'resolved')).toBe(false);
          expect(lane.map((one) => one.sequence)).toEqual([...new Set(lane.map((one) => one.sequence))].sort((a, b) => a - b));
        }
        expect(new Set(notifications.map((one) => one.id)).size).toBe(notifications.length);
      }),
    );
  });

  it('every open fail alert has been told to each routed receiver, every closed one to each that knew', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const active = play(all.map((one) => ({ ...one, observe: false })));
        const heard = tally(active.flatMap((played) => played.decision.notifications));
        const alerts = new Map(active.flatMap((played) => played.decision.alerts).map((alert) => [alert.id, alert]));
        for (const alert of alerts.values()) {
          const routed = receivers.filter((receiver) => receiver.kind === 'log' || receiver.responses.includes(alert.response));
          const isTold = alert.kind === 'fail' || alert.toldAt !== null;
          for (const { name } of routed) expect(heard.get(`${alert.id} ${name} firing`) ?? 0).toBe(isTold ? 1 : 0);
          for (const { name } of receivers) {
            const knew = heard.get(`${alert.id} ${name} firing`) ?? 0;
            expect(heard.get(`${alert.id} ${name} resolved`) ?? 0).toBe(alert.closedAt === null ? 0 : knew);
          }
        }
      }),
    );
  });

  it('the open fail alerts are exactly the interpretations with a failing subject', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { run, before, decision } of play(all)) {
          const open = apply(before, decision).filter((alert) => alert.kind === 'fail' && alert.check === run.check);
          expect(open).toHaveLength((run.interpretations.intent?.failing.length ?? 0) > 0 ? 2 : 0);
        }
      }),
    );
  });

  it('a fault in place of anything closes no fail and opens none', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.constantFrom<Seen>('timeout', 'denied', 'defect'), { minLength: 4, maxLength: 4 }), (all, faults) => {
        const check = 'tls-versions';
        const last = play([...all, { check, afterMinutes: 1, observe: false, seen: faults }]).at(-1);
        const failsBefore = (last?.before ?? []).filter((alert) => alert.kind === 'fail').map((alert) => alert.id);
        const failsAfter = apply(last?.before ?? [], last?.decision ?? { alerts: [], notifications: [] }).filter(
          (alert) => alert.kind === 'fail',
        );
        expect(failsAfter.map((alert) => alert.id)).toEqual(failsBefore);
        const failLanes = new Set(failsBefore);
        const kinds = (last?.decision.notifications ?? []).filter((one) => failLanes.has(one.lane)).map((one) => one.kind);
        expect(kinds).not.toContain('resolved');
        expect(kinds).not.toContain('update');
      }),
    );
  });

  it('the same run again changes nothing and tells nobody', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { run, context, before, decision } of play(all)) {
          expect(decideRun(apply(before, decision), run, context)).toEqual({ alerts: [], notifications: [] });
        }
      }),
    );
  });

  it('the order of the subjects decides nothing', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { run, context, before, decision } of play(all)) {
          const { intent, literal } = run.interpretations;
          const turned = { ...run, interpretations: { literal: reversed(literal), intent: reversed(intent) } };
          expect(outline(decideRun(before, turned, context))).toEqual(outline(decision));
        }
      }),
    );
  });

  it('what cannot be known is told only after both limits', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { context, decision } of play(all)) {
          for (const alert of decision.alerts) {
            if (alert.kind === 'fail' || !decision.notifications.some((one) => one.lane === alert.id && one.kind === 'firing')) continue;
            expect(context.nowMs - epochMs(alert.openedAt)).toBeGreaterThanOrEqual(30 * minuteMs);
            expect(Math.max(...Object.values(alert.blinded).map((blinded) => blinded.runs))).toBeGreaterThanOrEqual(2);
          }
        }
      }),
    );
  });

  it('everything that is blind is blind in exactly one open alert per cause', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { run, before, decision } of play(all)) {
          const open = apply(before, decision);
          for (const group of run.interpretations.intent?.unknown ?? []) {
            const key = `unknown:${group.cause ?? `${run.check}:intent`}`;
            const holding = open.filter((alert) => alert.key === key);
            expect(holding).toHaveLength(1);
            const [alert] = holding;
            expect(alert?.kind === 'unknown' && alert.blinded[`${run.check}:intent`]?.subjects).toEqual(
              expect.arrayContaining([...group.subjects]),
            );
          }
        }
      }),
    );
  });
});

function reversed(result: InterpretationResult | undefined): InterpretationResult {
  if (result === undefined) throw new Error('no result');
  return { failing: result.failing.toReversed(), unknown: result.unknown.toReversed(), waived: result.waived.toReversed(), gone: [] };
}

function outline(decision: Decision) {
  return {
    alerts: decision.alerts
      .map(({ id, response, closedAt, sequence, closedBecause }) => ({ id, response, closedAt, sequence, closedBecause }))
      .sort(byId),
    notifications: decision.notifications.map(({ id, kind, response }) => ({ id, kind, response })).sort(byId),
  };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
