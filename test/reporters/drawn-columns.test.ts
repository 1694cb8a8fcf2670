import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs, timestamp } from '../../src/domain/time.ts';
import { drawColumns, drawnState, drawnStates } from '../../src/reporters/reports/drawn-columns.ts';
import type { Gap, Interval, MeasuredState, Period } from '../../src/reporters/reports/report.ts';
import { describeTimeline } from '../../src/reporters/reports/timeline-strip.ts';

const period: Period = { from: timestamp(0), to: timestamp(1_000) };
const seen: Gap = { reason: 'timeout', cause: 'tls: timeout', message: 'no answer', failsAsLastSeen: true };

function timelineOf(...steps: readonly (readonly [MeasuredState, number, Gap?])[]): readonly Interval[] {
  return steps.map(([state, until, gap], index) => ({
    from: timestamp(steps[index - 1]?.[1] ?? 0),
    to: timestamp(until),
    state,
    ...(gap === undefined ? {} : { gap }),
  }));
}

describe('drawColumns', () => {
  test.each([
    ['one state', timelineOf(['pass', 1_000]), [['pass', 0, 10]]],
    [
      'on the border of a column',
      timelineOf(['pass', 300], ['fail', 400], ['pass', 1_000]),
      [
        ['pass', 0, 3],
        ['fail', 3, 4],
        ['pass', 4, 10],
      ],
    ],
    [
      'one millisecond over it',
      timelineOf(['pass', 300], ['fail', 401], ['pass', 1_000]),
      [
        ['pass', 0, 3],
        ['fail', 3, 5],
        ['pass', 5, 10],
      ],
    ],
    [
      'one millisecond before it',
      timelineOf(['pass', 299], ['fail', 400], ['pass', 1_000]),
      [
        ['pass', 0, 2],
        ['fail', 2, 4],
        ['pass', 4, 10],
      ],
    ],
    [
      'a failure of a millisecond',
      timelineOf(['pass', 555], ['fail', 556], ['pass', 1_000]),
      [
        ['pass', 0, 5],
        ['fail', 5, 6],
        ['pass', 6, 10],
      ],
    ],
    [
      'a gap of a millisecond',
      timelineOf(['pass', 555], ['not-measured', 556], ['pass', 1_000]),
      [
        ['pass', 0, 5],
        ['not-measured', 5, 6],
        ['pass', 6, 10],
      ],
    ],
    [
      'a failure beats a gap',
      timelineOf(['not-measured', 998], ['fail', 999], ['waived', 1_000]),
      [
        ['not-measured', 0, 9],
        ['fail', 9, 10],
      ],
    ],
    [
      'a gap with a failure behind it',
      timelineOf(['not-measured', 500, seen], ['not-measured', 1_000]),
      [
        ['blind-fail', 0, 5],
        ['not-measured', 5, 10],
      ],
    ],
    ['nothing at all', [], [['not-measured', 0, 10]]],
    [
      'a hole',
      [...timelineOf(['pass', 200]), { from: timestamp(801), to: timestamp(1_000), state: 'pass' as const }],
      [
        ['pass', 0, 2],
        ['not-measured', 2, 9],
        ['pass', 9, 10],
      ],
    ],
    [
      'an end before the end',
      timelineOf(['pass', 900]),
      [
        ['pass', 0, 9],
        ['not-measured', 9, 10],
      ],
    ],
    ['more than the period', [{ from: timestamp(-500), to: timestamp(1_500), state: 'fail' as const }], [['fail', 0, 10]]],
  ])('%s', (_name, timeline, expected) => {
    expect(drawColumns(timeline, period, 10).map(({ state, from, to }) => [state, from, to])).toEqual(expected);
  });

  test('a period without length has nothing to draw', () => {
    expect(drawColumns([], { from: period.from, to: period.from }, 10)).toEqual([]);
    expect(drawColumns([], { from: 'x', to: 'y' }, 10)).toEqual([]);
  });

  test('every column shows the gravest state of its time, as a count over every millisecond says', () => {
    const anySteps = fc.array(
      fc.tuple(fc.constantFrom<MeasuredState>('pass', 'fail', 'waived', 'not-measured'), fc.integer({ min: 1, max: 997 })),
      {
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(anySteps, fc.integer({ min: 1, max: 40 }), (steps, columns) => {
        const ends = steps.map(([, end]) => end).sort((a, b) => a - b);
        const timeline = timelineOf(...steps.map(([state], index): [MeasuredState, number] => [state, ends[index] ?? 0]));
        const whole: Period = { from: timestamp(0), to: timestamp(997) };
        const drawn = drawColumns(timeline, whole, columns).flatMap(({ state, from, to }) =>
          Array.from({ length: to - from }, () => state),
        );
        expect(drawn).toEqual(
          Array.from({ length: columns }, (_, column) => gravestWithin(timeline, (column * 997) / columns, ((column + 1) * 997) / columns)),
        );
      }),
    );
  });
});

/** Looks at each millisecond that a column touches. */
function gravestWithin(timeline: readonly Interval[], fromMs: number, toMs: number): string {
  let gravest = 0;
  for (let ms = Math.floor(fromMs); ms < toMs; ms += 1) {
    const own = timeline.find(({ from, to }) => epochMs(from) <= ms && ms < epochMs(to));
    gravest = Math.max(gravest, drawnStates.indexOf(own === undefined ? 'not-measured' : drawnState(own)));
  }
  return drawnStates[gravest] ?? '';
}

describe('describeTimeline', () => {
  test('shares by state, then what is not pass', () => {
    const text = describeTimeline(timelineOf(['pass', 500], ['fail', 600], ['pass', 1_000])).replaceAll('\u00a0', ' ');
    expect(text).toBe('pass 900 ms, fail 100 ms; fail from 1970-01-01 00:00:00.500 to 1970-01-01 00:00:00.600 UTC (100 ms).');
  });

  test('says how much it leaves out', () => {
    const steps = Array.from({ length: 30 }, (_, index): [MeasuredState, number] => [index % 2 === 0 ? 'fail' : 'pass', index + 1]);
    expect(describeTimeline(timelineOf(...steps))).toContain('and 7 more times that are not pass');
  });
});
