import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extent } from '../../../src/domain/look.ts';
import type { RunTrigger } from '../../../src/domain/run.ts';
import { epochMs } from '../../../src/domain/time.ts';
import type { Interval, Numbers, Report } from '../../../src/reporters/reports/report.ts';
import { endpoint } from '../../support/engine-fixtures.ts';
import { type RunShape, recordedPeriod, type Said } from '../../support/recorded-period.ts';
import { reportOf } from '../../support/report-of.ts';

/** The numbers of a report against a count, millisecond by millisecond, that knows nothing of how they are made. */

const baseMs = Date.UTC(2026, 10, 3);
const period = { fromMs: baseMs, toMs: baseMs + 120 };

const said = fc.constantFrom<Said>('pass', 'pass', 'pass', 'fail', 'seen-fail', 'unknown', 'accepted', 'seen-accepted');
const anyRun = fc.record({
  check: fc.constantFrom('one', 'two'),
  /** How far the clock went since the run before; now and then it was set. */
  onMs: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) }, { weight: 1, arbitrary: fc.integer({ min: -80, max: 200 }) }),
  ageMs: fc.integer({ min: 0, max: 25 }),
  maxAgeMs: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
  says: fc.record({ a: said, b: said }),
  trigger: fc.constantFrom<RunTrigger>('looked', 'looked', 'expired', 'hung'),
  isPartial: fc.boolean(),
});

interface AnyRuns {
  readonly shapes: readonly RunShape[];
  readonly wasSet: boolean;
}

const anyRuns = fc.array(anyRun, { maxLength: 14 }).map((runs): AnyRuns => {
  let atMs = baseMs - 60;
  const shapes = runs.map(({ check, onMs, ageMs, maxAgeMs, says, trigger, isPartial }): RunShape => {
    atMs += onMs;
    // What is not pass is that of the whole population, whatever was judged anew and why.
    const extent: Extent = isPartial ? { kind: 'some', subjects: [endpoint('a').id], base: 1 } : { kind: 'all' };
    const changes = { trigger, extent };
    return { check, endedAtMs: atMs, dataAsOfMs: atMs - ageMs, says, changes, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) };
  });
  return { shapes, wasSet: runs.some(({ onMs }) => onMs < 0) };
});

type Plain = 'pass' | 'waived' | 'not-measured' | 'fail';
const gravity: readonly Plain[] = ['pass', 'waived', 'not-measured', 'fail'];

function plainState({ says }: RunShape): Plain {
  const all = Object.values(says);
  if (all.includes('fail')) return 'fail';
  if (all.some((each) => each === 'unknown' || each.startsWith('seen-'))) return 'not-measured';
  return all.includes('accepted') ? 'waived' : 'pass';
}

function stateAt(shapes: readonly RunShape[], check: string, atMs: number): Plain {
  const own = shapes.filter((shape) => shape.check === check);
  const speaking = own.filter((shape, index) => {
    const bornMs = plainState(shape) === 'not-measured' ? shape.endedAtMs : (shape.dataAsOfMs ?? 0);
    const next = own[index + 1];
    return atMs >= shape.endedAtMs && atMs < bornMs + (shape.maxAgeMs ?? 40) && (next === undefined || atMs < next.endedAtMs);
  });
  const [only, ...others] = speaking;
  return only === undefined || others.length > 0 ? 'not-measured' : plainState(only);
}

function count(stateOf: (atMs: number) => Plain): { readonly [state in Plain]: number } {
  const ms = { pass: 0, waived: 0, 'not-measured': 0, fail: 0 };
  for (let atMs = period.fromMs; atMs < period.toMs; atMs += 1) ms[stateOf(atMs)] += 1;
  return ms;
}

function plain(numbers: Numbers | null | undefined) {
  return numbers && { pass: numbers.passMs, waived: numbers.waivedMs, 'not-measured': numbers.notMeasuredMs, fail: numbers.failMs };
}

const numbersOfCheck = (report: Report, id: string) =>
  report.checks.find((check) => check.id === id)?.interpretations.find(({ interpretation }) => interpretation === 'intent')?.numbers;
const numbersOfClaim = (report: Report) =>
  report.claims[0]?.interpretations.find(({ interpretation }) => interpretation === 'intent')?.numbers;

function everyInterpretation({
  checks,
  claims,
}: Report): readonly { readonly numbers: Numbers | null; readonly timeline: readonly Interval[] }[] {
  return [...checks.flatMap((check) => check.interpretations), ...claims.flatMap((claim) => claim.interpretations)];
}

describe('for any runs, gaps, waivers and clocks', () => {
  it('the numbers of checks and claims are those of a count over the runs', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, async ({ shapes }) => {
        const report = await reportOf(recordedPeriod(shapes).store, period);
        for (const check of ['one', 'two'])
          expect(plain(numbersOfCheck(report, check))).toEqual(count((atMs) => stateAt(shapes, check, atMs)));
        const gravest = (atMs: number) =>
          gravity[Math.max(...['one', 'two'].map((check) => gravity.indexOf(stateAt(shapes, check, atMs))))] ?? 'not-measured';
        expect(plain(numbersOfClaim(report))).toEqual(count(gravest));
      }),
      { numRuns: 400 },
    );
  });

  it('each share is within [0, 1], and a timeline covers the period exactly', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, async ({ shapes }) => {
        const report = await reportOf(recordedPeriod(shapes).store, period);
        for (const { numbers, timeline } of everyInterpretation(report)) {
          const shares = [numbers?.strict, numbers?.measured, numbers?.coverage].filter((share) => typeof share === 'number');
          expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
          expect([timeline[0]?.from, timeline.at(-1)?.to]).toEqual([report.period.from, report.period.to]);
          for (const [index, { to }] of timeline.slice(0, -1).entries()) expect(timeline[index + 1]?.from).toBe(to);
          expect(timeline.every(({ state, gap }) => (state === 'not-measured') === (gap !== undefined))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('where the clock was never set back, a subject is listed as failing just while the last run said so', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, async ({ shapes, wasSet }) => {
        fc.pre(!wasSet);
        const report = await reportOf(recordedPeriod(shapes).store, period);
        for (const check of ['one', 'two']) {
          const own = shapes.filter((shape) => shape.check === check);
          const listed = report.checks.find(({ id }) => id === check)?.interpretations[0]?.failures ?? [];
          for (const name of ['a', 'b']) {
            for (let atMs = period.fromMs; atMs < period.toMs; atMs += 1) {
              const said = own.findLast(({ endedAtMs }) => endedAtMs <= atMs)?.says[name];
              const isListed = listed.some(
                ({ subject, from, to }) => subject === endpoint(name).id && epochMs(from) <= atMs && (to === null || atMs < epochMs(to)),
              );
              expect([atMs - baseMs, name, isListed]).toEqual([atMs - baseMs, name, said === 'fail' || said === 'seen-fail']);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
