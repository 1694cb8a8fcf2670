import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timestamp } from '../../src/domain/time.ts';
import { anchorOf } from '../../src/reporters/reports/page-anchors.ts';
import { percentText } from '../../src/reporters/reports/percent.ts';
import { durationText, timeText } from '../../src/reporters/reports/readable-time.ts';
import { ticksOf } from '../../src/reporters/reports/time-axis.ts';

const readable = (text: string | null): string | null => text?.replaceAll('\u00a0', ' ') ?? null;

describe('percentText', () => {
  test.each([
    [1, 1, '100 %'],
    [999_996, 1_000_000, '99.99 %'],
    [999_900, 1_000_000, '99.99 %'],
    [999_899, 1_000_000, '99.98 %'],
    [31_535_999_999, 31_536_000_000, '99.99 %'],
    [1, 2, '50.00 %'],
    [57, 100, '57.00 %'],
    [29, 100, '29.00 %'],
    [1, 10_000, '0.01 %'],
    [1, 10_001, '< 0.01 %'],
    [0, 1, '0 %'],
    [0, 0, null],
    [1, 0, null],
    [Number.NaN, 1, null],
    [1, Number.NaN, null],
  ])('%d of %d is %j', (part, whole, text) => {
    expect(readable(percentText(part, whole))).toBe(text);
  });

  test('never says more than it is, and 100 % only of the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 42 }), fc.integer({ min: 0, max: 2 ** 42 }), (whole, wanted) => {
        const part = wanted % (whole + 1);
        const text = percentText(part, whole) ?? '';
        expect(text === '100\u00a0%').toBe(part === whole);
        if (!text.startsWith('<')) expect(Number.parseFloat(text) / 100).toBeLessThanOrEqual(part / whole + 1e-15);
      }),
    );
  });
});

describe('durationText', () => {
  test.each([
    [0, '0 s'],
    [1, '1 ms'],
    [0.2, '1 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [61_000, '1 min 1 s'],
    [3_599_999, '59 min 59 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [7_559_999, '2 h 5 min'],
    [86_399_999, '23 h 59 min'],
    [86_400_000, '1 d'],
    [90_060_000, '1 d 1 h 1 min'],
    [-1, 'unknown'],
    [Number.NaN, 'unknown'],
  ])('%d ms is %j', (ms, text) => {
    expect(readable(durationText(ms))).toBe(text);
  });
});

describe('timeText', () => {
  test.each([
    ['2026-11-24T08:00:00.000Z', '2026-11-24 08:00:00'],
    ['2026-11-24T08:00:00.001Z', '2026-11-24 08:00:00.001'],
    ['2026-11-24T08:00:00Z', '2026-11-24 08:00:00'],
    ['2026-11-24T08:00:00+01:00', '2026-11-24T08:00:00+01:00'],
    ['yesterday', 'yesterday'],
  ])('%s is %s', (at, text) => {
    expect(timeText(at)).toBe(text);
  });
});

describe('ticksOf', () => {
  test.each([
    ['an hour', '2026-11-24T08:00:00.000Z', '2026-11-24T09:00:00.000Z', ['08:10', '08:20', '08:30', '08:40', '08:50']],
    ['over midnight', '2026-11-24T20:00:00.000Z', '2026-11-25T04:30:00.000Z', ['22:00', '11-25', '02:00', '04:00']],
    ['days', '2026-11-22T12:00:00.000Z', '2026-11-26T00:00:00.000Z', ['11-23', '11-24', '11-25']],
    ['a quarter', '2026-01-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z', ['2026-02', '2026-03']],
    ['a year', '2025-11-24T00:00:00.000Z', '2026-11-24T00:00:00.000Z', ['2026-01', '2026-04', '2026-07', '2026-10']],
    ['nothing', '2026-11-24T00:00:00.000Z', '2026-11-24T00:00:00.000Z', []],
    ['what is no time', 'x', 'y', []],
  ])('%s', (_name, from, to, labels) => {
    expect(ticksOf({ from, to }).map(({ label }) => label)).toEqual(labels);
  });

  test('a few, in order, inside the period, whatever its length', () => {
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 3_000_000_000_000 }), (fromMs, lengthMs) => {
        const places = ticksOf({ from: timestamp(fromMs), to: timestamp(fromMs + lengthMs) }).map(({ at }) => at);
        expect(places.length).toBeLessThanOrEqual(8);
        expect(places.every((place, index) => place > (places[index - 1] ?? 0) && place < 1)).toBe(true);
      }),
    );
  });
});

describe('anchorOf', () => {
  test('a name of the register stays readable', () => {
    expect(anchorOf('claim', 'key-2048')).toBe('claim-key-2048');
  });

  test('two names never share an anchor, and every one is an anchor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(anchorOf('claim', one)).toMatch(/^[a-z][a-z0-9_-]*$/);
        expect(anchorOf('claim', one) === anchorOf('claim', other)).toBe(one === other);
      }),
    );
  });
});
