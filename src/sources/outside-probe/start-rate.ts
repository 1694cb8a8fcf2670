import type { Clock } from '../azure/clock.ts';
import { faultOfAbort, untilAborted } from '../until-aborted.ts';

/** Spreads starts evenly over time. */
export interface StartRate {
  /**
   * Resolves when the next start is due, first come first served.
   * @throws FaultError where the signal ended the wait; its place stays empty.
   */
  nextStart(signal: AbortSignal): Promise<void>;
}

/** No start follows another in less than a second's share, whoever asks. */
export function createStartRate(perSecond: number, clock: Pick<Clock, 'now' | 'sleep'>): StartRate {
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    async nextStart(signal) {
      if (signal.aborted) throw faultOfAbort(signal);
      const nowMs = clock.now();
      const startMs = Math.max(nowMs, nextMs);
      nextMs = startMs + 1_000 / perSecond;
      if (startMs > nowMs) await untilAborted(clock.sleep(startMs - nowMs, signal), signal);
      if (signal.aborted) throw faultOfAbort(signal);
    },
  };
}
