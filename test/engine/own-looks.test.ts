import { describe, expect, it, test } from 'vitest';
import type { LookPlan } from '../../src/domain/plan.ts';
import { timestamp } from '../../src/domain/time.ts';
import { countLooks, tellOwnLooks } from '../../src/engine/own-looks.ts';
import { lookPlan } from '../support/engine-fixtures.ts';
import { exampleLook } from '../support/example-look.ts';
import { fixedStore } from '../support/fixed-store.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const toMs = Date.UTC(2026, 10, 24, 8);
const fromMs = toMs - 24 * hourMs;
const hourly = (changes: Partial<LookPlan> = {}) =>
  lookPlan('azure', { schedule: '0 * * * *', jitterMs: 0, deadlineMs: 5 * minuteMs, ...changes });
/** Looks of each hour, by how many hours before the end they were due, each of which took so many minutes. */
const looksAt = (hours: readonly number[], minutes = 1) =>
  hours.map((back) => ({
    scheduledFor: timestamp(toMs - back * hourMs),
    finishedAt: timestamp(toMs - back * hourMs + minutes * minuteMs),
  }));
const allHours = Array.from({ length: 24 }, (_, index) => 24 - index);
const long = timestamp(fromMs - 100 * hourMs);
const count = (looks: ReturnType<typeof looksAt>, since: string | null = long, nowMs = toMs + minuteMs, plan = hourly()) => {
  const { due, done, late } = countLooks(plan, { since, looks }, { fromMs, toMs, nowMs });
  return [due, done, late];
};

describe('how completely we looked', () => {
  test('each time that the schedule asked for', () => {
    expect(count(looksAt(allHours))).toEqual([24, 24, 0]);
  });

  test('one that was passed over', () => {
    expect(count(looksAt(allHours.slice(1)))).toEqual([24, 23, 0]);
  });

  test('none ever recorded: due all the time', () => {
    expect(count([], null)).toEqual([24, 0, 0]);
  });

  test('none since a day', () => {
    expect(count([])).toEqual([24, 0, 0]);
  });

  test('due since its first look', () => {
    const since = timestamp(toMs - 6 * hourMs);
    expect(count(looksAt([6, 5, 4, 3, 2, 1]), since)).toEqual([6, 6, 0]);
    expect(count(looksAt([6]), since)).toEqual([6, 1, 0]);
  });

  test('a first look that is to come, by a clock that was set back', () => {
    expect(count([], timestamp(toMs + hourMs))).toEqual([0, 0, 0]);
  });

  test('one at another time is none that was due', () => {
    const odd = looksAt([3.5]);
    expect(count([...looksAt(allHours), ...odd])).toEqual([24, 24, 0]);
    expect(count(odd)).toEqual([24, 0, 0]);
  });

  test('late is what ended after the next one was due', () => {
    expect(count(looksAt(allHours, 60))).toEqual([24, 24, 0]);
    expect(count(looksAt([24, 23], 60 + 1 / minuteMs), long)).toEqual([24, 2, 2]);
    // Where the next one is due later by its jitter, so is the end of this one's time. A jitter below 1 ms is none.
    expect(count(looksAt([24], 60 + 1 / minuteMs), long, toMs + minuteMs, hourly({ jitterMs: 1 }))).toEqual([24, 1, 1]);
  });

  test('the last one is not late as long as the next one is not due', () => {
    const last = [{ scheduledFor: timestamp(toMs - hourMs), finishedAt: timestamp(toMs) }];
    expect(count(last, long, toMs)).toEqual([24, 1, 0]);
  });

  test('of a time that was claimed twice the first that ended counts', () => {
    const again = looksAt([5], 500);
    expect(count([...looksAt([5], 1), ...again])).toEqual([24, 1, 0]);
  });

  const every2h = lookPlan('azure', { schedule: '58 1-23/2 * * *', jitterMs: 0, deadlineMs: 5 * minuteMs });
  test.each([
    ['still within its deadline', 2 * minuteMs, [11, 0, 0]],
    ['at the last moment in which it may be going on', 4 * minuteMs - 1, [11, 0, 0]],
    ['that must have ended', 4 * minuteMs, [12, 0, 0]],
  ])('a look %s', (_what, afterMs, expected) => {
    expect(count([], long, toMs + afterMs, every2h)).toEqual(expected);
  });

  test('one that ended within its deadline counts at once', () => {
    const looks = [{ scheduledFor: timestamp(toMs - 2 * minuteMs), finishedAt: timestamp(toMs - minuteMs) }];
    expect(count(looks, long, toMs + minuteMs, every2h)).toEqual([12, 1, 0]);
  });
});

it('tells whole hours, each configured look by name, from what is kept', async () => {
  const at = (hours: number) => timestamp(toMs - hours * hourMs);
  const whole = (name: string, scheduledFor: string, id: number) => ({
    ...exampleLook({ name, scheduledFor, finishedAt: scheduledFor }),
    id,
  });
  const looks = [
    ...allHours.map((back, index) => whole('tls', at(back), index)),
    whole('azure', at(2), 30),
    { ...whole('azure', at(1), 31), extent: { kind: 'some', subjects: [], base: 30 } as const },
    whole('gone', at(1), 32),
  ];
  const plans = [lookPlan('tls', { schedule: '0 * * * *', jitterMs: 0 }), hourly()];
  for (const minutes of [7, 59])
    expect(await tellOwnLooks(fixedStore({ looks }), plans, toMs + minutes * minuteMs)).toEqual({
      from: '2026-11-23T08:00:00.000Z',
      to: '2026-11-24T08:00:00.000Z',
      looks: [
        { name: 'azure', due: 2, done: 1, late: 0 },
        { name: 'tls', due: 24, done: 24, late: 0 },
      ],
    });
});
