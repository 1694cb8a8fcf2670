import { setTimeout as wait } from 'node:timers/promises';

/** Time that only moves forward, and waiting in it. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Milliseconds since the epoch, for what Azure names as a date: when a token ends, when to come back. */
  wallNow(): number;
  /** Ends early, with the signal's reason, where the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Aborts after this long. */
  timeout(ms: number): AbortSignal;
  /** From 0 up to but not including 1: the jitter of retries. */
  random(): number;
}

export const realClock: Clock = {
  now: () => performance.now(),
  // Not what the process began with and counted on from: neither a clock that is set nor a machine that slept would be noticed.
  wallNow: () => Date.now(),
  random: () => Math.random(),
  // Node takes whole milliseconds only; what is left of a deadline has fractions.
  timeout: (ms) => AbortSignal.timeout(Math.ceil(ms)),
  async sleep(ms, signal) {
    await wait(ms, undefined, { signal });
  },
};
