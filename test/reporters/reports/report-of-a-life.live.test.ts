import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import type { Seen } from '../../../src/domain/look.ts';
import type { Run } from '../../../src/domain/run.ts';
import { epochMs, timestamp } from '../../../src/domain/time.ts';
import type { Waiver } from '../../../src/domain/waiver.ts';
import {
  bad,
  checkPlan,
  endpoint,
  faulty,
  good,
  lookPlan,
  makeFakeSource,
  minuteMs,
  startMs,
  stateCheck,
} from '../../support/engine-fixtures.ts';
import { reportOf } from '../../support/report-of.ts';
import { type RunningEngine, startTestEngine } from '../../support/running-engine.ts';

/** Runs as the real engine records them: whole and partial, expired, waived, of a daemon that is stopped and whose clock is set. */

const subjects = ['a', 'b', 'c'].map(endpoint);
const waiver: Waiver = {
  id: 'known',
  check: 'one',
  subject: subjects[0]?.id ?? '',
  interpretations: ['literal', 'intent'],
  reason: 'known',
  requestedBy: 'Jane Doe',
  approvedBy: 'John Roe',
  from: timestamp(startMs + 6 * minuteMs),
  until: timestamp(startMs + 20 * minuteMs),
};
const plan = {
  subjects,
  looks: [lookPlan('state'), lookPlan('other')],
  checks: [checkPlan('one', { maxAgeMs: 3 * minuteMs }), checkPlan('two')],
  waivers: [waiver],
};
const checks = { one: stateCheck(['state']), two: stateCheck(['state', 'other']) };

type Event =
  | { readonly kind: 'show'; readonly subject: number; readonly source: string; readonly seen: Seen }
  | { readonly kind: 'minutes'; readonly count: number }
  | { readonly kind: 'some'; readonly subject: number }
  | { readonly kind: 'stopped'; readonly minutes: number }
  | { readonly kind: 'jump'; readonly seconds: number };

const subject = fc.nat({ max: 2 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('show' as const),
      subject,
      source: fc.constantFrom('state', 'other'),
      seen: fc.constantFrom<Seen>(good, good, bad, faulty('timeout'), faulty('denied')),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('minutes' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('some' as const), subject }) },
  fc.record({ kind: fc.constant('stopped' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('jump' as const), seconds: fc.integer({ min: -900, max: 900 }) }),
);

async function live(events: readonly Event[]): Promise<RunningEngine> {
  const shown = new Map<string, Seen>();
  const sources = ['state', 'other'].map((name) => {
    const own = makeFakeSource(name);
    own.answer = ({ id }) => shown.get(`${name} ${id}`) ?? good;
    return own;
  });
  const running = await startTestEngine({ plan, checks, sources });
  await running.step();
  for (const one of events) {
    switch (one.kind) {
      case 'show':
        shown.set(`${one.source} ${subjects[one.subject]?.id}`, one.seen);
        break;
      case 'minutes':
        await running.minutes(one.count);
        break;
      case 'some':
        await running.engine().lookAtSome('state', [subjects[one.subject]?.id ?? '']);
        await running.engine().settled();
        break;
      case 'stopped':
        running.clock.advance(one.minutes * minuteMs);
        await running.restart();
        await running.step();
        break;
      case 'jump':
        running.clock.jump(one.seconds * 1_000);
        break;
    }
  }
  return running;
}

interface Told {
  readonly run: Run;
  readonly state: 'pass' | 'waived' | 'not-measured' | 'fail';
}

function stateOf(own: readonly Finding[]): Told['state'] {
  if (own.some((finding) => finding.status === 'fail' && finding.lastSeen === undefined)) return 'fail';
  if (own.some((finding) => finding.status === 'unknown' || ('lastSeen' in finding && finding.lastSeen !== undefined)))
    return 'not-measured';
  return own.some(({ status }) => status === 'waived') ? 'waived' : 'pass';
}

/** Data that seem to be a moment younger than the run are as old as the run. */
function speaksUntilMs({ run, state }: Told): number {
  const [endedAtMs, dataAsOfMs] = [epochMs(run.finishedAt), epochMs(run.dataAsOf)];
  return (state === 'not-measured' ? endedAtMs : Math.min(dataAsOfMs, endedAtMs)) + (run.maxAgeMs ?? 0);
}

/** Nothing changes between two neighbours of all moments that matter. */
function count(told: readonly Told[], fromMs: number, toMs: number) {
  const moments = told.flatMap((one) => [epochMs(one.run.finishedAt), speaksUntilMs(one)]).filter((ms) => ms > fromMs && ms < toMs);
  const ordered = [...new Set([fromMs, ...moments, toMs])].sort((a, b) => a - b);
  const ms = { pass: 0, waived: 0, 'not-measured': 0, fail: 0 };
  for (const [index, atMs] of ordered.slice(0, -1).entries()) {
    const speaking = told.filter((one, place) => {
      const next = told[place + 1];
      return (
        epochMs(one.run.finishedAt) <= atMs && atMs < speaksUntilMs(one) && (next === undefined || atMs < epochMs(next.run.finishedAt))
      );
    });
    ms[speaking.length === 1 ? (speaking[0]?.state ?? 'not-measured') : 'not-measured'] += (ordered[index + 1] ?? atMs) - atMs;
  }
  return ms;
}

it('the numbers of any life are those of a naive count over its runs', { timeout: 120_000 }, async () => {
  const triggers = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 25 }),
      fc.nat({ max: 30 }),
      fc.integer({ min: 1, max: 90 }),
      async (events, start, length) => {
        const running = await live(events);
        const [fromMs, toMs] = [startMs + start * 30_000, startMs + (start + length) * 30_000 + 1];
        const report = await reportOf(running.store(), { fromMs, toMs, plan, checks: new Map(Object.entries(checks)) });
        for (const { id, interpretations } of report.checks) {
          const runs = await running.runs(id);
          for (const run of runs) triggers.add(`${run.trigger} ${run.extent.kind}`);
          for (const { interpretation, numbers } of interpretations) {
            const told = await Promise.all(
              runs.map(async (run): Promise<Told> => {
                const findings = await running.store().findings(run);
                return { run, state: stateOf(findings.filter((finding) => finding.interpretation === interpretation)) };
              }),
            );
            const { passMs, waivedMs, failMs, notMeasuredMs } = numbers;
            expect({ pass: passMs, waived: waivedMs, 'not-measured': notMeasuredMs, fail: failMs }).toEqual(count(told, fromMs, toMs));
          }
        }
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
  expect([...triggers].sort()).toEqual(['expired all', 'looked all', 'looked some']);
});
