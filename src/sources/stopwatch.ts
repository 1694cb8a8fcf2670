/** How often it looks, and how much of a gap it counts at the most, in milliseconds. */
const turnMs = 50;
const mostGapMs = 100;

export interface Stopwatch {
  /** Seconds in which this thread listened. */
  seconds(): number;
  /** Ends its own beat; it can still be read. */
  stop(): void;
}

/** Counts time in which this thread listened: who stood still (a long judgement, a stopped process) would call an answer slow that had long been there. */
export function startStopwatch(): Stopwatch {
  let countedMs = 0;
  let lastMs = performance.now();
  const count = (): void => {
    const nowMs = performance.now();
    countedMs += Math.min(nowMs - lastMs, mostGapMs);
    lastMs = nowMs;
  };
  const timer = setInterval(count, turnMs);
  return {
    seconds: () => {
      count();
      return countedMs / 1_000;
    },
    stop: () => clearInterval(timer),
  };
}
