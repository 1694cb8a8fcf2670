import type { Clock } from '../../src/domain/ports.ts';

/** Time that moves only when a test moves it. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Moves on to this wall time; never back. */
  advanceTo(epochMs: number): void;
  /** How many sleep. */
  sleepers(): number;
  /** Resolves when at least one sleeps for a time that `accepts`; with it. */
  whenSleeping(accepts: (ms: number) => boolean): Promise<number>;
}

export function makeFakeClock(startMs: number): FakeClock {
  let nowMs = startMs;
  const sleeping = new Set<{ readonly ms: number; readonly untilMs: number; readonly wake: () => void }>();
  const watching = new Set<(ms: number) => void>();

  function advanceTo(epochMs: number): void {
    nowMs = Math.max(nowMs, epochMs);
    for (const sleeper of sleeping) if (sleeper.untilMs <= nowMs) sleeper.wake();
  }

  return {
    now: () => nowMs,
    monotonic: () => nowMs - startMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted === true) return resolve();
        const sleeper = { ms, untilMs: nowMs + ms, wake };
        function wake(): void {
          sleeping.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        }
        sleeping.add(sleeper);
        signal?.addEventListener('abort', wake);
        for (const watch of watching) watch(ms);
      }),
    advance: (ms) => advanceTo(nowMs + ms),
    advanceTo,
    sleepers: () => sleeping.size,
    whenSleeping: (accepts) =>
      new Promise((resolve) => {
        const already = [...sleeping].find((sleeper) => accepts(sleeper.ms));
        if (already !== undefined) return resolve(already.ms);
        function watch(ms: number): void {
          if (!accepts(ms)) return;
          watching.delete(watch);
          resolve(ms);
        }
        watching.add(watch);
      }),
  };
}
