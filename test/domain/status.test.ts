import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FindingStatus } from '../../src/domain/finding.ts';
import { countFindings, freshStatus, gravestStatus, isStale, statusOfCounts } from '../../src/domain/status.ts';
import { timestamp } from '../../src/domain/time.ts';

const gravity: readonly FindingStatus[] = ['fail', 'unknown', 'waived', 'pass'];
const status = fc.constantFrom(...gravity);
const found = fc.array(status, { maxLength: 8 });
const epoch = fc.integer({ min: 0, max: 4_102_444_800_000 });
const age = fc.integer({ min: 0, max: 10_000_000 });

describe('the gravest status', () => {
  test('nothing found is unknown, never pass', () => {
    expect(gravestStatus([])).toBe('unknown');
    expect(statusOfCounts({ pass: 0, fail: 0, unknown: 0, waived: 0 })).toBe('unknown');
  });

  test('is pass only where something passed and nothing else was found', () => {
    fc.assert(
      fc.property(found, (all) => {
        expect(gravestStatus(all) === 'pass').toBe(all.length > 0 && all.every((each) => each === 'pass'));
      }),
    );
  });

  test('does not depend on the order', () => {
    fc.assert(
      fc.property(
        found.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(gravestStatus(shuffled)).toBe(gravestStatus(all));
        },
      ),
    );
  });

  test('one more finding never makes it better', () => {
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 8 }), status, (all, more) => {
        expect(gravity.indexOf(gravestStatus([...all, more]))).toBeLessThanOrEqual(gravity.indexOf(gravestStatus(all)));
      }),
    );
  });

  test('is the same from counts as from findings', () => {
    fc.assert(
      fc.property(found, (all) => {
        expect(statusOfCounts(countFindings(all.map((each) => ({ status: each }))))).toBe(gravestStatus(all));
      }),
    );
  });
});

describe('a status past its limit', () => {
  test('is unknown from one millisecond past the limit on; fail stays', () => {
    fc.assert(
      fc.property(status, epoch, age, (recorded, asOfMs, maxAgeMs) => {
        const dataAsOf = timestamp(asOfMs);
        expect(freshStatus(recorded, dataAsOf, maxAgeMs, asOfMs + maxAgeMs)).toBe(recorded);
        expect(freshStatus(recorded, dataAsOf, maxAgeMs, asOfMs + maxAgeMs + 1)).toBe(recorded === 'fail' ? 'fail' : 'unknown');
      }),
    );
  });

  test('waiting longer never turns unknown into anything better', () => {
    fc.assert(
      fc.property(status, epoch, age, age, age, (recorded, asOfMs, maxAgeMs, waitedMs, moreMs) => {
        const at = (nowMs: number) => gravity.indexOf(freshStatus(recorded, timestamp(asOfMs), maxAgeMs, nowMs));
        expect(at(asOfMs + waitedMs + moreMs)).toBeLessThanOrEqual(at(asOfMs + waitedMs));
      }),
    );
  });

  test.each([
    ['2026-11-24T08:00:00.000Z', '2026-11-24T07:59:58.000Z', false, 'two seconds ahead: two threads read one clock'],
    ['2026-11-24T08:00:00.000Z', '2026-11-24T07:59:57.999Z', true, 'more: the clock was set back'],
    ['2026-11-24T08:00:00.000Z', '2026-11-24T07:59:00.000Z', true, 'as far in the future as it may be old'],
    ['2026-11-24T08:00:00.000Z', '2016-11-24T08:00:00.000Z', true, 'ten years ahead'],
    ['2026-11-24T08:00:00.000Z', '2026-11-24T08:01:00.000Z', false, 'just as old as it may be'],
    ['2026-11-24T08:00:00.000Z', '2026-11-24T08:01:00.001Z', true, 'a millisecond older'],
    ['yesterday', '2026-11-24T08:00:00.000Z', true, 'a time that cannot be read'],
  ])('data as of %s at %s: stale is %s (%s)', (dataAsOf, now, expected) => {
    expect(isStale(dataAsOf, 60_000, Date.parse(now))).toBe(expected);
  });

  test('an age limit that is no number makes everything stale', () => {
    expect(isStale('2026-11-24T08:00:00.000Z', Number.NaN, Date.parse('2026-11-24T08:00:00.000Z'))).toBe(true);
  });

  test('data from the future are never fresh, whatever the limit; fail stays', () => {
    fc.assert(
      fc.property(status, epoch, age, fc.integer({ min: 2_001, max: 1e11 }), (recorded, nowMs, maxAgeMs, aheadMs) => {
        const shown = freshStatus(recorded, timestamp(nowMs + aheadMs), maxAgeMs, nowMs);
        expect(shown).toBe(recorded === 'fail' ? 'fail' : 'unknown');
      }),
    );
  });
});
