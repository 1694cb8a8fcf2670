import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Gap,
  gravestTimeline,
  type Measured,
  numbersOf,
  type Sample,
  type Stretch,
  startTimeline,
} from '../../src/domain/timeline.ts';

const span = { fromMs: 100, toMs: 200 };
const blindGap: Gap = { reason: 'timeout', cause: 'tls: timeout', message: 'no answer', failsAsLastSeen: false };

type State = 'pass' | 'fail' | 'waived' | 'blind' | 'last-seen';

function measured(state: State): Measured {
  if (state === 'blind') return { state: 'not-measured', gap: blindGap };
  if (state === 'last-seen') return { state: 'not-measured', gap: { ...blindGap, failsAsLastSeen: true } };
  return { state, gap: null };
}

/** `[state, run ended at, data as of]`, with data that may be 20 ms old. */
type Step = readonly [state: State, endedAtMs: number, dataAsOfMs?: number];

function sampleOf([state, endedAtMs, dataAsOfMs = endedAtMs]: Step, maxAgeMs = 20): Sample {
  return { ...measured(state), endedAtMs, dataAsOfMs, maxAgeMs };
}

function timelineOf(samples: readonly Sample[]): readonly Stretch[] {
  const timeline = startTimeline(span);
  for (const sample of samples) timeline.add(sample);
  return timeline.finish();
}

/** `pass 100-120`, one after the other; of a gap its reason, with `!` where a failure stands behind it. */
function show(stretches: readonly Stretch[]): string {
  return stretches
    .map(({ state, fromMs, toMs, gap }) => `${gap === null ? state : gap.reason + (gap.failsAsLastSeen ? '!' : '')} ${fromMs}-${toMs}`)
    .join(', ');
}

describe('a sample', () => {
  it.each<[string, readonly Step[], string]>([
    ['nothing ever ran', [], 'no-run 100-200'],
    ['before the period, fresh for one moment of it', [['pass', 81]], 'pass 100-101, no-run 101-200'],
    ['before the period, its limit at its beginning', [['pass', 80]], 'no-run 100-200'],
    ['at the first moment', [['pass', 100]], 'pass 100-120, no-run 120-200'],
    ['at the last moment', [['pass', 199]], 'no-run 100-199, pass 199-200'],
    ['at the end, which is not part of it', [['pass', 200]], 'no-run 100-200'],
    ['data older than the run count from the data on', [['pass', 180, 170]], 'no-run 100-180, pass 180-190, stale 190-200'],
    ['data at their limit when the run ended', [['pass', 190, 170]], 'no-run 100-190, stale 190-200'],
    [
      'until the next run ended',
      [
        ['pass', 100],
        ['fail', 110],
        ['pass', 125],
      ],
      'pass 100-110, fail 110-125, pass 125-145, no-run 145-200',
    ],
    [
      'a pause as long as the limit is stale',
      [
        ['pass', 100],
        ['pass', 140],
        ['pass', 160],
        ['pass', 180],
      ],
      'pass 100-120, stale 120-140, pass 140-200',
    ],
    [
      'a longer one is that nothing ran',
      [
        ['pass', 100],
        ['pass', 141],
        ['pass', 161],
        ['pass', 181],
      ],
      'pass 100-120, no-run 120-141, pass 141-200',
    ],
    ['what is unknown is not measured', [['blind', 190]], 'no-run 100-190, timeout 190-200'],
    ['and needs no fresh data to stay so', [['blind', 190, 100]], 'no-run 100-190, timeout 190-200'],
    ['a failure past its limit is not measured, and stands behind it', [['fail', 100]], 'fail 100-120, no-run! 120-200'],
    [
      'a failure that nobody sees now',
      [
        ['fail', 170],
        ['last-seen', 185],
      ],
      'no-run 100-170, fail 170-185, timeout! 185-200',
    ],
    ['what is accepted is measured', [['waived', 190]], 'no-run 100-190, waived 190-200'],
    [
      'two runs at once: the later one speaks',
      [
        ['fail', 190],
        ['pass', 190],
      ],
      'no-run 100-190, pass 190-200',
    ],
  ])('%s', (_, steps, expected) => {
    expect(show(timelineOf(steps.map((step) => sampleOf(step))))).toBe(expected);
  });

  it.each<[string, readonly Step[], string]>([
    [
      'time that came twice is not measured, where both runs speak for it',
      [
        ['pass', 150],
        ['pass', 160],
        ['pass', 155],
        ['pass', 175],
      ],
      'no-run 100-150, pass 150-155, stale 155-160, pass 160-195, stale 195-200',
    ],
    [
      'set back by a moment',
      [
        ['pass', 181],
        ['fail', 180],
      ],
      'no-run 100-180, fail 180-200',
    ],
    [
      'a clock that was ahead by years for one run says nothing of now',
      [
        ['pass', 180],
        ['pass', 9_000_000],
        ['pass', 190],
      ],
      'no-run 100-180, pass 180-190, stale 190-200',
    ],
    ['data from the future are of no known age', [['pass', 190, 2_191]], 'no-run 100-190, stale 190-200'],
    ['up to the tolerance they are of now', [['pass', 190, 2_190]], 'no-run 100-190, pass 190-200'],
  ])('clock set back: %s', (_, steps, expected) => {
    expect(show(timelineOf(steps.map((step) => sampleOf(step))))).toBe(expected);
  });
});

describe('several checks', () => {
  const states = ['pass', 'waived', 'blind', 'fail'] as const;
  it.each(states.flatMap((one) => states.map((other) => [one, other] as const)))('%s and %s: the gravest', (one, other) => {
    const whole = (state: State): readonly Stretch[] => [{ ...measured(state), ...span }];
    const gravest = states[Math.max(states.indexOf(one), states.indexOf(other))] ?? 'fail';
    expect(gravestTimeline([whole(one), whole(other)], span)).toEqual(whole(gravest));
  });

  it('none is never measured', () => {
    expect(show(gravestTimeline([], span))).toBe('no-run 100-200');
  });
});

describe('numbers', () => {
  it('divide only where there is something to divide by', () => {
    expect(numbersOf(timelineOf([]))).toMatchObject({ periodMs: 100, strict: 0, measured: null, coverage: 0 });
    expect(numbersOf([])).toMatchObject({ periodMs: 0, strict: null, measured: null, coverage: null });
  });
});

const anyStep = fc.tuple(
  fc.constantFrom<State>('pass', 'fail', 'waived', 'blind', 'last-seen'),
  fc.integer({ min: 40, max: 240 }),
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 40 }),
);
/** Mostly onward, as clocks go; now and then set. */
const anySamples = fc.array(anyStep, { maxLength: 12 }).chain((steps) =>
  fc.boolean().map((isOrdered): readonly Sample[] => {
    const ordered = isOrdered ? steps.toSorted((a, b) => a[1] - b[1]) : steps;
    return ordered.map(([state, endedAtMs, ageMs, maxAgeMs]) => sampleOf([state, endedAtMs, endedAtMs - ageMs], maxAgeMs));
  }),
);

/** Millisecond by millisecond: who speaks for it? */
function stateAt(samples: readonly Sample[], atMs: number): string {
  const speaking = samples.filter((sample, index) => {
    const nextMs = samples[index + 1]?.endedAtMs ?? Number.POSITIVE_INFINITY;
    const youngMs = sample.state === 'not-measured' ? sample.endedAtMs : sample.dataAsOfMs;
    return sample.endedAtMs <= atMs && atMs < nextMs && atMs < youngMs + sample.maxAgeMs;
  });
  return speaking.length === 1 ? (speaking[0]?.state ?? '') : 'not-measured';
}

function bruteForce(samples: readonly Sample[]): { readonly [state: string]: number } {
  const ms: Record<string, number> = { pass: 0, fail: 0, waived: 0, 'not-measured': 0 };
  for (let atMs = span.fromMs; atMs < span.toMs; atMs += 1) ms[stateAt(samples, atMs)] = (ms[stateAt(samples, atMs)] ?? 0) + 1;
  return ms;
}

describe('for any runs', () => {
  it('the numbers are those of a count, millisecond by millisecond', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const { passMs, failMs, waivedMs, notMeasuredMs } = numbersOf(timelineOf(samples));
        expect({ pass: passMs, fail: failMs, waived: waivedMs, 'not-measured': notMeasuredMs }).toEqual(bruteForce(samples));
      }),
      { numRuns: 2_000 },
    );
  });

  it('a timeline covers the period without hole or overlap, its neighbours differ, and each gap says why', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const timeline = timelineOf(samples);
        expect([timeline[0]?.fromMs, timeline.at(-1)?.toMs]).toEqual([span.fromMs, span.toMs]);
        for (const [index, stretch] of timeline.entries()) {
          expect(stretch.toMs).toBeGreaterThan(stretch.fromMs);
          expect(stretch.gap === null).toBe(stretch.state !== 'not-measured');
          const next = timeline[index + 1];
          if (next === undefined) continue;
          expect(next.fromMs).toBe(stretch.toMs);
          expect([next.state, next.gap]).not.toEqual([stretch.state, stretch.gap]);
        }
      }),
    );
  });

  it('a run that could not see, and one that did not come, never raise strict or coverage', () => {
    const ordered = fc
      .array(anyStep, { minLength: 1, maxLength: 10 })
      .map((steps) => steps.toSorted((a, b) => a[1] - b[1]).map(([state, endedAtMs]) => sampleOf([state, endedAtMs])));
    fc.assert(
      fc.property(ordered, fc.nat(), (samples, chosen) => {
        const place = chosen % samples.length;
        const before = numbersOf(timelineOf(samples));
        const blind = numbersOf(
          timelineOf(samples.map((sample, index) => (index === place ? { ...sample, ...measured('blind') } : sample))),
        );
        expect(blind.strict).toBeLessThanOrEqual(before.strict ?? 0);
        expect(blind.coverage).toBeLessThanOrEqual(before.coverage ?? 0);
        // One that told of its blindness ended what the run before it said: without it, that would go on until its own limit.
        if (samples[place]?.state !== 'pass') return;
        const without = numbersOf(timelineOf(samples.toSpliced(place, 1)));
        expect(without.strict).toBeLessThanOrEqual(before.strict ?? 0);
        expect(without.coverage).toBeLessThanOrEqual(before.coverage ?? 0);
      }),
    );
  });

  it('another check that serves the claim never raises strict; a blind one leaves only failures measured', () => {
    fc.assert(
      fc.property(anySamples, anySamples, (one, other) => {
        const [first, second] = [timelineOf(one), timelineOf(other)];
        const both = numbersOf(gravestTimeline([first, second], span));
        expect(both.strict).toBeLessThanOrEqual(Math.min(numbersOf(first).strict ?? 0, numbersOf(second).strict ?? 0));
        const blinded = numbersOf(gravestTimeline([first, timelineOf([])], span));
        expect([blinded.passMs, blinded.waivedMs, blinded.failMs]).toEqual([0, 0, numbersOf(first).failMs]);
        for (const share of [both.strict, both.measured, both.coverage]) {
          if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
        }
      }),
    );
  });

  it('the gravest of two, millisecond by millisecond', () => {
    const gravity = ['pass', 'waived', 'not-measured', 'fail'];
    fc.assert(
      fc.property(anySamples, anySamples, (one, other) => {
        const ms: Record<string, number> = { pass: 0, fail: 0, waived: 0, 'not-measured': 0 };
        for (let atMs = span.fromMs; atMs < span.toMs; atMs += 1) {
          const state = gravity[Math.max(gravity.indexOf(stateAt(one, atMs)), gravity.indexOf(stateAt(other, atMs)))] ?? '';
          ms[state] = (ms[state] ?? 0) + 1;
        }
        const { passMs, failMs, waivedMs, notMeasuredMs } = numbersOf(gravestTimeline([timelineOf(one), timelineOf(other)], span));
        expect({ pass: passMs, fail: failMs, waived: waivedMs, 'not-measured': notMeasuredMs }).toEqual(ms);
      }),
    );
  });
});
