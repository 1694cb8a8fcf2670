import type { Clock } from '../../../src/sources/azure/clock.ts';

export interface SteppedClock extends Clock {
  /** Wakes the sleepers in their order, each at its time, until the work is done. */
  runUntil(work: Promise<unknown>): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that moves only from one sleeper to the next. */
export function createSteppedClock(): SteppedClock {
  let nowMs = 0;
  let sleepers: Sleeper[] = [];
  return {
    now: () => nowMs,
    wallNow: () => nowMs,
    random: () => 0,
    timeout: (ms) => AbortSignal.timeout(ms),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { atMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    async runUntil(work) {
      let isDone = false;
      const finished = work.finally(() => {
        isDone = true;
      });
      for (;;) {
        await new Promise(setImmediate);
        if (isDone) return void (await finished);
        const next = sleepers.toSorted((left, right) => left.atMs - right.atMs)[0];
        if (next === undefined) throw new Error('everyone waits, and nobody sleeps');
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
    },
  };
}
