import { describe, expect, it } from 'vitest';
import { nextRows, retryDelayMs, toDelivery } from '../../src/alerts/delivery.ts';
import { notification, startMs } from './fixtures.ts';

function rows(...mayHaveArrived: readonly boolean[]) {
  return mayHaveArrived.map((arrived, sequence) => ({
    notification: notification({ sequence }),
    attempts: arrived ? 1 : 0,
    mayHaveArrived: arrived,
    sentAs: `ops-alert-1-${sequence}`,
  }));
}

describe('what of a lane is sent next', () => {
  it.each([
    [[], []],
    [[false], [0]],
    [
      [false, false, false],
      [0, 1, 2],
    ],
    [[true, false, false], [0]],
    [[true, true], [0]],
    [[false, true, false], [0]],
  ])('of rows that may have arrived %j it takes %j', (arrived, expected) => {
    const taken = nextRows({ receiver: 'ops', lane: 'alert-1', rows: rows(...arrived) });
    expect(taken.map((row) => row.notification.sequence)).toEqual(expected);
  });

  it('of what may have arrived it takes all that was one message, and no more', () => {
    const [a, b, c, d] = rows(true, true, true, false);
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four rows');
    const together = { ...b, sentAs: a.sentAs };
    const taken = nextRows({ receiver: 'ops', lane: 'alert-1', rows: [a, together, c, d] });
    expect(taken).toEqual([a, together]);
    expect(nextRows({ receiver: 'ops', lane: 'alert-1', rows: [c, d] })).toEqual([c]);
  });

  it.each([
    [60_000, false],
    [60_001, true],
  ])('%i ms after it was decided: delayed %s', (ageMs, delayed) => {
    const row = { notification: notification(), attempts: 2, mayHaveArrived: false, sentAs: 'ops-alert-1-0' };
    expect(toDelivery([row], startMs + ageMs)).toMatchObject({ id: 'ops-alert-1-0', attempt: 3, delayed });
  });
});

describe('the wait before the next attempt', () => {
  const failed = { kind: 'failed', reason: 'network', mayHaveArrived: false, error: 'ECONNREFUSED', retryAfterMs: null } as const;

  it.each([
    [1, 1_000],
    [2, 5_000],
    [3, 30_000],
    [4, 60_000],
    [5, 120_000],
    [6, 300_000],
    [7, 300_000],
    [1000, 300_000],
  ])('after attempt %i is %i ms', (attempt, expected) => {
    expect(retryDelayMs(attempt, failed, 0.5)).toBe(expected);
    expect(retryDelayMs(attempt, failed, 0)).toBe(expected * 0.9);
    expect(retryDelayMs(attempt, failed, 0.999_999)).toBeLessThanOrEqual(expected * 1.1);
  });

  it('is the longest at once where the message was rejected', () => {
    expect(retryDelayMs(1, { ...failed, reason: 'rejected' }, 0.5)).toBe(300_000);
  });

  it.each([
    [30_000, 0, 30_000],
    [30_000, 0.5, 31_500],
    [0, 0, 1_000],
    [3_600_000, 0, 3_600_000],
  ])('where the receiver asked for %i ms (random %d) it is %i ms', (retryAfterMs, random, expected) => {
    expect(retryDelayMs(9, { ...failed, reason: 'throttled', retryAfterMs }, random)).toBe(expected);
  });
});
