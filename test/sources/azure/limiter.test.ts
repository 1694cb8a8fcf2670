import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { createLimiter, type Turn } from '../../../src/sources/azure/limiter.ts';
import { bucketPace, windowPace } from '../../../src/sources/azure/pace.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

const never = new AbortController().signal;

interface Job {
  readonly arrivesMs: number;
  readonly lastsMs: number;
}
const jobs = fc.array(fc.record({ arrivesMs: fc.nat(20_000), lastsMs: fc.nat(3_000) }), { minLength: 1, maxLength: 80 });

/** Runs the jobs through one turn; when each started, in the order of arrival. */
async function run(clock: SteppedClock, turnOf: (index: number) => Turn, work: readonly Job[]): Promise<number[]> {
  const limiter = createLimiter(clock);
  const starts: number[] = [];
  const done = work.map(async ({ arrivesMs, lastsMs }, index) => {
    await clock.sleep(arrivesMs, never);
    const entered = await limiter.enter(turnOf(index), Number.POSITIVE_INFINITY, never);
    starts[index] = clock.now();
    await clock.sleep(lastsMs, never);
    entered.leave();
  });
  await clock.runUntil(Promise.all(done));
  return starts;
}

/** The most starts in any half-open window. */
function most(starts: readonly number[], windowMs: number): number {
  return Math.max(...starts.map((from) => starts.filter((start) => start >= from && start < from + windowMs).length));
}

describe('the limiter', () => {
  it('never lets more start in any window, and lets everyone start in the order of coming', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5_000 }), async (unsorted, count, windowMs) => {
        const work = unsorted.toSorted((left, right) => left.arrivesMs - right.arrivesMs);
        const turn: Turn = { name: 'x', room: { free: 3 }, paces: [windowPace(count, windowMs)] };
        const starts = await run(createSteppedClock(), () => turn, work);
        expect(most(starts, windowMs)).toBeLessThanOrEqual(count);
        expect(starts).toHaveLength(work.length);
        expect(starts).toEqual(starts.toSorted((left, right) => left - right));
      }),
      { numRuns: 60 },
    );
  });

  it('never lets more than the bucket holds and gets', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }), async (work, capacity, perSecond) => {
        const turn: Turn = { name: 'x', room: { free: 100 }, paces: [bucketPace(capacity, perSecond)] };
        const starts = await run(createSteppedClock(), () => turn, work);
        for (const windowMs of [1, 1_000, 7_000])
          expect(most(starts, windowMs)).toBeLessThanOrEqual(capacity + (windowMs * perSecond) / 1_000 + 0.01);
        expect(starts).toHaveLength(work.length);
      }),
      { numRuns: 60 },
    );
  });

  it('never has more inside than there is room for, and starves nobody who wants two things', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 1, max: 4 }), async (work, rooms) => {
        const clock = createSteppedClock();
        const shared = bucketPace(2, 5);
        const scarce = windowPace(1, 900);
        const room = { free: rooms };
        const both: Turn = { name: 'both', room, paces: [shared, scarce] };
        const one: Turn = { name: 'one', room, paces: [shared] };
        let fewest = rooms;
        const starts = await run(
          clock,
          (index) => {
            fewest = Math.min(fewest, room.free);
            return index % 3 === 0 ? both : one;
          },
          work,
        );
        expect(starts).toHaveLength(work.length);
        expect(starts.every((start) => start >= 0)).toBe(true);
        expect(fewest).toBeGreaterThanOrEqual(0);
        expect(room.free).toBe(rooms);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [5_000, true],
    [4_999, false],
  ])('knows at once whether a turn comes within %d ms', async (untilMs, isIn) => {
    const clock = createSteppedClock();
    const limiter = createLimiter(clock);
    const turn: Turn = { name: 'Resource Graph', room: { free: 9 }, paces: [windowPace(1, 5_000)] };
    (await limiter.enter(turn, 0, never)).leave();
    const entered = limiter.enter(turn, untilMs, never);
    if (!isIn)
      return await expect(entered).rejects.toMatchObject({
        fault: { code: 'throttled', message: expect.stringContaining('Resource Graph') },
      });
    await clock.runUntil(entered);
    expect((await entered).waitedMs).toBe(5_000);
  });

  it('counts those who came before', async () => {
    const clock = createSteppedClock();
    const limiter = createLimiter(clock);
    const turn: Turn = { name: 'x', room: { free: 9 }, paces: [windowPace(2, 1_000)] };
    const entered = Array.from({ length: 5 }, () => limiter.enter(turn, 2_000, never));
    await expect(limiter.enter(turn, 1_999, never)).rejects.toBeInstanceOf(FaultError);
    await clock.runUntil(Promise.all(entered));
    expect(clock.now()).toBe(2_000);
  });

  it('tells how long a pace kept someone, not how long a full room did', async () => {
    const clock = createSteppedClock();
    const limiter = createLimiter(clock);
    const paced: Turn = { name: 'x', room: { free: 9 }, paces: [windowPace(1, 1_000)] };
    const entered = Promise.all([
      limiter.enter(paced, 9_000, never),
      limiter.enter(paced, 9_000, never),
      limiter.enter(paced, 9_000, never),
    ]);
    await clock.runUntil(entered);
    expect((await entered).map(({ waitedMs }) => waitedMs)).toEqual([0, 1_000, 2_000]);
  });

  it('gives up with the signal, and lets the next one in', async () => {
    const clock = createSteppedClock();
    const limiter = createLimiter(clock);
    const turn: Turn = { name: 'x', room: { free: 1 }, paces: [] };
    const first = await limiter.enter(turn, 1_000, never);
    const stop = new AbortController();
    const second = limiter.enter(turn, 1_000, stop.signal);
    const third = limiter.enter(turn, 1_000, never);
    stop.abort(new FaultError('timeout', 'we stop'));
    await expect(second).rejects.toMatchObject({ fault: { message: 'we stop' } });
    first.leave();
    first.leave();
    expect((await third).waitedMs).toBe(0);
    expect(turn.room.free).toBe(0);
  });

  it('is late, not throttled, where the time was over before it came', async () => {
    const clock = createSteppedClock();
    const turn: Turn = { name: 'x', room: { free: 1 }, paces: [windowPace(1, 1)] };
    await expect(createLimiter(clock).enter(turn, -1, never)).rejects.toMatchObject({ fault: { code: 'timeout' } });
  });

  it('believes an origin that allows less, never one that allows more', () => {
    const bucket = bucketPace(10, 1);
    bucket.correct(1_000, 0);
    expect([bucket.waitMs(0, 9), bucket.waitMs(0, 10)]).toEqual([0, 1_000]);
    bucket.correct(0, 0);
    expect(bucket.waitMs(0, 0)).toBe(1_000);
  });
});
