import type { Clock } from '../domain/ports.ts';
import { clockToleranceMs } from '../domain/status.ts';

/** Milliseconds in which this process ran, from an arbitrary start; stands still while it is stopped or its machine is suspended. */
export type RunningTime = () => number;

const beatEveryMs = 250;
/** A busy thread beats this late; longer, and the process did not run. */
const longestBeatMs = 1_000;

/** Counts by a beat of its own: of a time without a beat at most a second counts as run, whatever the clocks say. */
export function startRunningTime(clock: Pick<Clock, 'monotonic'>): RunningTime {
  let countedMs = 0;
  let lastBeatMs = clock.monotonic();
  const sinceBeat = (): number => Math.min(clock.monotonic() - lastBeatMs, longestBeatMs);
  const beat = setInterval(() => {
    countedMs += sinceBeat();
    lastBeatMs = clock.monotonic();
  }, beatEveryMs);
  // Nobody's work: a process with nothing else to do may end.
  beat.unref();
  return () => countedMs + sinceBeat();
}

/**
 * Resolves when the process has run for `ms`, or at once when the signal aborts. For deadlines whose passing is held against somebody: who was
 * stopped together with us has not hung.
 */
export async function sleepRunning(clock: Clock, ranMs: RunningTime, ms: number, signal?: AbortSignal): Promise<void> {
  const untilMs = ranMs() + ms;
  for (let leftMs = ms; leftMs > 0 && signal?.aborted !== true; leftMs = untilMs - ranMs()) await clock.sleep(leftMs, signal);
}

/** All clocks at one moment. */
export interface ClockReadings {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly ranMs: number;
}

interface Clocks {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly ranMs: RunningTime;
}

export function readClocks({ clock, ranMs }: Clocks): ClockReadings {
  return { wallMs: clock.now(), monotonicMs: clock.monotonic(), ranMs: ranMs() };
}

/** Since then the process was stopped, or its machine suspended, with or without its monotonic clock. */
export function wasInterrupted(clocks: Clocks, begun: ClockReadings): boolean {
  const now = readClocks(clocks);
  return Math.max(now.wallMs - begun.wallMs, now.monotonicMs - begun.monotonicMs) - (now.ranMs - begun.ranMs) > clockToleranceMs;
}
