import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockToleranceMs } from '../../src/domain/status.ts';
import { timestamp } from '../../src/domain/time.ts';
import { countMissedTimes, findDueLook, findScheduleError, longestGapMs, scheduledTimes } from '../../src/engine/schedule.ts';
import { lookPlan } from '../support/engine-fixtures.ts';

const look = lookPlan('tls');
const at = (text: string): number => Date.parse(`2026-${text}Z`);

/** One field of a cron expression as text, and the values that it means by itself. */
interface Field {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

function fieldOf(min: number, max: number): fc.Arbitrary<Field> {
  const value = fc.integer({ min, max });
  const all = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  const pick = (text: string, accepts: (value: number) => boolean): Field => ({ text, values: new Set(all.filter(accepts)) });
  return fc.oneof(
    fc.constant(pick('*', () => true)),
    value.map((one) => pick(String(one), (each) => each === one)),
    fc.tuple(value, value).map(([one, other]) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      return pick(`${low}-${high}`, (each) => each >= low && each <= high);
    }),
    fc.uniqueArray(value, { minLength: 2, maxLength: 4 }).map((some) => pick(some.join(','), (each) => some.includes(each))),
    fc.integer({ min: 2, max: 15 }).map((step) => pick(`*/${step}`, (each) => (each - min) % step === 0)),
  );
}

describe('the latest scheduled time', () => {
  /** Second by second, from the words of the fields alone. */
  function bruteForce(fields: readonly Field[], nowMs: number, backSeconds: number): number | null {
    const [second, minute, hour, day, month, weekday] = fields.map((field) => field.values);
    const start = Math.floor(nowMs / 1000) * 1000;
    for (let back = 0; back <= backSeconds; back += 1) {
      const date = new Date(start - back * 1000);
      if (!second?.has(date.getUTCSeconds()) || !minute?.has(date.getUTCMinutes()) || !hour?.has(date.getUTCHours())) continue;
      if (day?.has(date.getUTCDate()) && month?.has(date.getUTCMonth() + 1) && weekday?.has(date.getUTCDay())) return date.getTime();
    }
    return null;
  }

  const timeOfDay = fc.tuple(fieldOf(0, 59), fieldOf(0, 59), fieldOf(0, 23));
  const anyDay = fc.constant(
    Array.from({ length: 3 }, () => ({ text: '*', values: new Set(Array.from({ length: 32 }, (_, index) => index)) })),
  );
  const now = fc.integer({ min: Date.UTC(2024, 1, 27), max: Date.UTC(2032, 2, 2) });

  it('is what a matcher finds that walks back second by second', () => {
    fc.assert(
      fc.property(timeOfDay, anyDay, now, (times, days, nowMs) => {
        const fields = [...times, ...days];
        const expression = fields.map((field) => field.text).join(' ');
        const expected = bruteForce(fields, nowMs, 86_400);
        const due = findDueLook(lookPlan('tls', { schedule: expression }), null, nowMs);
        expect(due?.scheduledFor ?? null).toBe(expected === null ? null : timestamp(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('is what a matcher finds that walks back day by day', () => {
    const calendar = fc.tuple(fieldOf(1, 31), fieldOf(1, 12), fieldOf(0, 6));
    fc.assert(
      fc.property(calendar, now, ([day, month, weekday], nowMs) => {
        const schedule = `0 0 ${day.text} ${month.text} ${weekday.text}`;
        const midnight = Math.floor(nowMs / 86_400_000) * 86_400_000;
        const days = Array.from({ length: 4 * 366 + 1 }, (_, back) => new Date(midnight - back * 86_400_000));
        const expected = days.find(
          (date) => day.values.has(date.getUTCDate()) && month.values.has(date.getUTCMonth() + 1) && weekday.values.has(date.getUTCDay()),
        );
        // Days that no calendar has are refused before anything is scheduled.
        fc.pre(expected !== undefined);
        const due = findDueLook(lookPlan('tls', { schedule }), null, nowMs);
        expect(due?.scheduledFor).toBe(expected?.toISOString());
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['30 2 * * *', '03-29T12:00:00', '03-29T02:30:00'],
    ['30 2 * * *', '10-25T03:00:00', '10-25T02:30:00'],
    ['0 0 L * *', '11-24T08:00:00', '10-31T00:00:00'],
    ['0 12 * * mon', '11-24T08:00:00', '11-23T12:00:00'],
    ['0 12 * * 7', '11-24T08:00:00', '11-22T12:00:00'],
    ['0 0 13 * 5', '11-24T08:00:00', '11-13T00:00:00'],
  ])('%s at %s is that of %s, in UTC', (schedule, now, expected) => {
    expect(findDueLook(lookPlan('tls', { schedule }), null, at(now))?.scheduledFor).toBe(timestamp(at(expected)));
  });

  it.each([
    ['* * *', true],
    ['61 * * * *', true],
    ['0 0 31 2 *', true],
    ['0 0 29 2 *', false],
    ['*/30 * * * * *', false],
    ['* * * * *', false],
  ])('%s is refused: %s', (expression, isRefused) => {
    expect(findScheduleError(expression) !== null).toBe(isRefused);
  });
});

describe('the longest gap', () => {
  const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

  it.each([
    ['* * * * *', minute],
    ['*/2 * * * * *', 2 * second],
    ['*/7 * * * *', 7 * minute],
    ['5,7 * * * *', 58 * minute],
    ['0 3 * * *', day],
    ['*/5 9-17 * * *', 15 * hour + 5 * minute],
    ['*/10 * 9-17 * * 1-5', 2 * day + 15 * hour + 10 * second],
    ['0 0 1 * *', 31 * day],
    ['0 0 L * *', 31 * day],
    ['0 0 1 1 *', 366 * day],
    ['0 0 29 2 *', 1461 * day],
    ['0 12 * * 7', 7 * day],
  ])('of %s is %i ms', (expression, expected) => {
    expect(longestGapMs(expression)).toBe(expected);
  });

  it('is that of the scheduled times walked through, whatever the time of day', () => {
    fc.assert(
      fc.property(fieldOf(0, 59), fieldOf(0, 23), fieldOf(0, 6), (minutes, hours, weekdays) => {
        const schedule = `${minutes.text} ${hours.text} * * ${weekdays.text}`;
        const end = at('11-24T08:00:00');
        let longest = 0;
        let before = end;
        for (let time: number | null = end; time !== null && time > end - 15 * day; ) {
          const due = findDueLook(lookPlan('tls', { schedule }), null, time - 1);
          time = due === null ? null : Date.parse(due.scheduledFor);
          // The way from `end` to the first time found is part of a gap only.
          if (time !== null && before !== end) longest = Math.max(longest, before - time);
          before = time ?? before;
        }
        expect(longestGapMs(schedule)).toBe(longest);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a due look', () => {
  it('is due at once where there never was one', () => {
    expect(findDueLook(look, null, at('11-24T08:00:59.999'))).toEqual({ look: 'tls', scheduledFor: '2026-11-24T08:00:00.000Z' });
  });

  it('is due once per scheduled time', () => {
    const last = timestamp(at('11-24T08:00:00'));
    expect(findDueLook(look, last, at('11-24T08:00:59.999'))).toBeNull();
    expect(findDueLook(look, last, at('11-24T08:01:00'))?.scheduledFor).toBe('2026-11-24T08:01:00.000Z');
  });

  it('is the latest one only after a gap, and says how many were missed', () => {
    const last = timestamp(at('11-24T08:00:00'));
    const due = findDueLook(look, last, at('11-24T08:30:10'));
    if (due === null) throw new Error('expected a look to be due');
    expect(due.scheduledFor).toBe('2026-11-24T08:30:00.000Z');
    expect(countMissedTimes(look, last, due)).toBe(29);
    expect(countMissedTimes(look, null, due)).toBe(0);
    expect(countMissedTimes(look, timestamp(at('11-24T08:29:00')), due)).toBe(0);
    expect(countMissedTimes(look, timestamp(at('01-01T00:00:00')), due)).toBe(100);
  });

  it('is due at once after the clock was set back, and then again when its time comes', () => {
    const last = timestamp(at('11-24T09:00:00'));
    expect(findDueLook(look, last, at('11-24T08:00:10'))?.scheduledFor).toBe('2026-11-24T08:00:00.000Z');
  });

  it.each([
    [-1, null],
    [-1_000, null],
    [-2_000, null],
    [-2_001, '2026-11-24T08:58:00.000Z'],
    [-60_000, '2026-11-24T08:58:00.000Z'],
    [0, null],
    [59_999, null],
    [60_000, '2026-11-24T09:00:00.000Z'],
  ])('the clock stands %i ms from its last time: due is %s', (fromLastMs, expected) => {
    const last = at('11-24T08:59:00');
    expect(findDueLook(look, timestamp(last), last + fromLastMs)?.scheduledFor ?? null).toBe(expected);
  });

  it('is never due twice for one time, nor silent for longer than an interval and the jitter, whatever the ticks', () => {
    const jittered = lookPlan('http', { jitterMs: 5_000 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 200 }), (pauses) => {
        let nowMs = at('11-24T08:00:00');
        let last: string | null = null;
        for (const pause of pauses) {
          nowMs += pause;
          const due = findDueLook(jittered, last, nowMs);
          if (due !== null) {
            expect(last === null || due.scheduledFor > last).toBe(true);
            last = due.scheduledFor;
          }
          expect(nowMs - Date.parse(last ?? '')).toBeLessThan(65_000);
        }
      }),
    );
  });

  it('whatever becomes of the wall clock: silent for an interval more at most for each time it was set, and few looks more', () => {
    const jitterMs = 5_000;
    const jittered = lookPlan('http', { jitterMs });
    const jump = fc.oneof(fc.integer({ min: -120_000, max: 120_000 }), fc.integer({ min: -4e11, max: 4e11 }));
    fc.assert(
      fc.property(fc.array(fc.record({ seconds: fc.nat({ max: 200 }), jump }), { maxLength: 8 }), (events) => {
        let wallMs = at('11-24T08:00:00');
        let monotonicMs = 0;
        let last: string | null = null;
        let setSinceLook = 0;
        const looked: number[] = [];
        for (const event of events) {
          for (let second = 0; second < event.seconds; second += 1) {
            wallMs += 1_000;
            monotonicMs += 1_000;
            const due = findDueLook(jittered, last, wallMs);
            if (due !== null) {
              looked.push(monotonicMs);
              setSinceLook = 0;
            }
            last = due?.scheduledFor ?? last;
            // Set once, that is two intervals and the jitter, and what a clock may be nudged by without a look coming twice.
            const mostMs = 60_000 * (1 + Math.max(1, setSinceLook)) + jitterMs + clockToleranceMs;
            expect(monotonicMs - (looked.at(-1) ?? 0)).toBeLessThanOrEqual(mostMs);
          }
          wallMs += event.jump;
          setSinceLook += 1;
        }
        // The catch-up, and a time that comes a second time.
        expect(looked.length).toBeLessThanOrEqual(monotonicMs / 60_000 + 1 + 2 * events.length);
      }),
    );
  });

  it('comes later by its jitter, always the same one below the limit', () => {
    const last = timestamp(at('11-24T08:00:00'));
    const begin = at('11-24T08:01:00');
    const firstDueMs = (name: string): number | undefined =>
      Array.from({ length: 5_000 }, (_, ms) => ms).find(
        (ms) => findDueLook(lookPlan(name, { jitterMs: 5_000 }), last, begin + ms) !== null,
      );
    const jitters = ['tls', 'http', 'dns', 'azure'].map(firstDueMs);
    expect(new Set(jitters).size).toBe(4);
    expect(['tls', 'http', 'dns', 'azure'].map(firstDueMs)).toEqual(jitters);
    for (const jitter of jitters) expect(jitter).toBeLessThan(5_000);
  });
});

describe('the scheduled times of a span', () => {
  const times = (schedule: string, from: string, to: string) =>
    scheduledTimes(schedule, at(from), at(to)).map((ms) => timestamp(ms).slice(5, 19));

  it('hold the first moment and not the last', () => {
    expect(times('*/30 * * * *', '11-24T08:00:00', '11-24T09:00:00')).toEqual(['11-24T08:00:00', '11-24T08:30:00']);
    expect(times('*/30 * * * *', '11-24T08:00:01', '11-24T09:00:01')).toEqual(['11-24T08:30:00', '11-24T09:00:00']);
    expect(times('0 8 * * *', '11-24T08:00:01', '11-25T08:00:00')).toEqual([]);
  });

  it('of each day that matches', () => {
    expect(times('0 1 * * 2,4', '11-23T00:00:00', '11-30T00:00:00')).toEqual(['11-24T01:00:00', '11-26T01:00:00']);
  });

  it('are those that the daemon would find due one after the other', () => {
    const steps = fc.constantFrom('* * * * *', '*/7 * * * *', '5 */3 * * *', '*/20 30 * * * *', '0 4 * * 1', '15 10 L * *');
    fc.assert(
      fc.property(steps, fc.integer({ min: at('01-01T00:00:00'), max: at('12-30T00:00:00') }), (schedule, fromMs) => {
        const toMs = fromMs + 26 * 3_600_000;
        const expected: string[] = [];
        const plan = lookPlan('tls', { schedule, jitterMs: 0 });
        for (let due = findDueLook(plan, null, toMs - 1); due !== null && Date.parse(due.scheduledFor) >= fromMs; ) {
          expected.unshift(due.scheduledFor);
          due = findDueLook(plan, null, Date.parse(due.scheduledFor) - 1);
        }
        expect(scheduledTimes(schedule, fromMs, toMs).map(timestamp)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
