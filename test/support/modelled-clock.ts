import type { PaceClock } from '../../src/sources/tls/pacing.ts';

/** Time that passes only when everybody waits for it. */
export interface ModelledClock extends PaceClock {
  /** Lets time pass until it is settled. */
  run<Value>(work: Promise<Value>): Promise<Value>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function modelClock(random: () => number = () => 0.5): ModelledClock {
  const sleepers: Sleeper[] = [];
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    random,
    sleep: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      sleepers.push({ atMs: nowMs + ms, wake: resolve });
      return promise;
    },
    run: async (work) => {
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
      };
      work.then(settle, settle);
      for (await drain(); !isSettled; await drain()) {
        const next = sleepers.toSorted((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) throw new Error('everybody waits, and nobody for the time');
        nowMs = next.atMs;
        for (const due of sleepers.filter(({ atMs }) => atMs <= nowMs)) {
          sleepers.splice(sleepers.indexOf(due), 1);
          due.wake();
        }
      }
      return await work;
    },
  };
}

/** Until every promise that can be settled now is. */
function drain(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
