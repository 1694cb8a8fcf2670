import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs, timestamp } from '../../src/domain/time.ts';
import { createTimeline, fiveMinutes, type RowTimes, spanOf } from '../../src/logs/silences.ts';

const minuteMs = 60_000;
const now = epochMs('2026-11-24T12:00:00.000Z');
const resolutionMs = 10 * minuteMs;
const span = spanOf(now, 2, resolutionMs);
const at = (minutes: number) => now + minutes * minuteMs;
const moment = (minutes: number) => timestamp(at(minutes));
const row = (minutes: number, tookMinutes = 1): RowTimes => ({ generatedMs: at(minutes), ingestedMs: at(minutes + tookMinutes) });
const every = (from: number, to: number, step = 9) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => row(from + index * step));

function silencesOf(rows: readonly RowTimes[], of = span) {
  const timeline = createTimeline(resolutionMs);
  for (const one of rows) timeline.add(one);
  return timeline.silences(of);
}

describe('a silence', () => {
  test.each<[string, readonly RowTimes[], readonly (readonly [from: number | null, to: number | null])[]]>([
    ['of a table without rows', [], [[null, null]]],
    ['of a table whose rows are all older', [row(-121)], [[null, null]]],
    ['none, where rows come within the resolution', every(-120, -3), []],
    ['none, a millisecond under the resolution', [...every(-120, -30), { ...row(0), generatedMs: at(-20) - 1 }, ...every(-11, 0)], []],
    ['as long as the resolution', [...every(-120, -30), ...every(-20, 0)], [[-30, -20]]],
    ['before the first row', every(-110, 0), [[null, -110]]],
    ['none before the first row, a millisecond under', [{ ...row(0), generatedMs: at(-110) - 1 }, ...every(-105, 0)], []],
    ['that goes on, when rows would have arrived', every(-120, -15, 1), [[-15, null]]],
    ['that goes on, a minute before rows would have arrived', every(-120, -14, 1), []],
    ['that a late row ends', [...every(-120, -30), row(-25, 24), ...every(-16, 0)], []],
    [
      'several',
      [row(-100), row(-60), row(-3)],
      [
        [null, -100],
        [-100, -60],
        [-60, -3],
      ],
    ],
    ['that rows ahead of time do not fill', [...every(-120, -50, 1), { generatedMs: at(-1), ingestedMs: at(-50) }], [[-50, null]]],
  ])('%s', (_what, rows, expected) => {
    const moments = expected.map(([from, to]) => ({ from: from === null ? null : moment(from), to: to === null ? null : moment(to) }));
    expect(silencesOf(rows)).toEqual(moments);
  });

  test('is not hidden for longer than half an hour by one row that took hours', () => {
    expect(silencesOf([...every(-120, -40, 1), row(-119, 110)])).toEqual([{ from: moment(-40), to: null }]);
    expect(silencesOf([...every(-120, -39, 1), row(-119, 110)])).toEqual([]);
  });

  test('that began before the span is known by its end only, however far it reaches', () => {
    expect(silencesOf([row(-200), row(-60), ...every(-51, 0)])).toEqual([{ from: null, to: moment(-60) }]);
  });
});

test('the span begins at a full multiple of the resolution, and is no shorter than asked', () => {
  expect(spanOf(now + 1, 2, resolutionMs)).toEqual({ fromMs: at(-120), toMs: now + 1 });
  expect(spanOf(now - 1, 2, resolutionMs)).toEqual({ fromMs: at(-130), toMs: now - 1 });
});

test.each([
  [-1, 0],
  [0, 0],
  [1, 5],
  [300_000, 5],
  [300_001, 10],
])('%d ms are %d minutes', (ms, minutes) => {
  expect(fiveMinutes(ms)).toBe(minutes);
});

test('the slowest row counts while it is in the span', () => {
  const timeline = createTimeline(resolutionMs);
  expect(timeline.slowestMs(span)).toBeNull();
  for (const one of [row(-125, 90), row(-50, 7), row(-3, 2)]) timeline.add(one);
  expect(timeline.slowestMs(span)).toBe(7 * minuteMs);
});

test('forgets what is out of every span to come, and no more', () => {
  const timeline = createTimeline(resolutionMs);
  for (const one of [row(-125, 90), ...every(-120, 0)]) timeline.add(one);
  timeline.forgetBefore(span.fromMs);
  expect(timeline.silences(span)).toEqual([]);
  timeline.forgetBefore(span.fromMs + 1);
  expect(timeline.silences(span)).toEqual([]);
  timeline.forgetBefore(at(-60));
  expect(timeline.silences(span)).toEqual([{ from: null, to: expect.any(String) }]);
});

/** What the shortest code says of all rows at once. */
function plainSilences(rows: readonly RowTimes[]) {
  const times = rows.map(({ generatedMs, ingestedMs }) => Math.min(generatedMs, ingestedMs)).filter((ms) => ms >= span.fromMs && ms <= now);
  const ordered = times.toSorted((left, right) => left - right);
  const pairs = ordered.map((ms, index) => [ordered[index - 1] ?? null, ms] as const);
  return pairs
    .filter(([before, ms]) => ms - (before ?? span.fromMs) >= resolutionMs)
    .map(([before, ms]) => ({ from: before === null ? null : timestamp(before), to: timestamp(ms) }));
}

const anyRow = fc
  .record({ generatedMs: fc.integer({ min: at(-180), max: now }), tookMs: fc.integer({ min: -5 * minuteMs, max: 360 * minuteMs }) })
  .map(({ generatedMs, tookMs }) => ({ generatedMs, ingestedMs: generatedMs + tookMs }));

test('any order, any parts, late rows and repetitions give what one reading of all gives', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (rows, dice) => {
      const timeline = createTimeline(resolutionMs);
      const pick = () => dice.next().value ?? 0;
      const shuffled = rows.flatMap((one) => (pick() % 3 === 0 ? [one, one] : [one])).sort(() => (pick() % 2) - 0.5);
      for (const one of shuffled) {
        timeline.add(one);
        if (pick() % 5 === 0) timeline.forgetBefore(span.fromMs);
      }
      const seen = timeline.silences(span);
      expect(seen).toEqual(silencesOf(rows));
      expect(seen.filter(({ to }) => to !== null)).toEqual(plainSilences(rows));
    }),
  );
});
