import type { Clock } from '../azure/clock.ts';
import { untilAborted } from '../until-aborted.ts';

/** Spreads starts evenly over time. */
export interface StartRate {
  /**
   * Resolves when the next start is due, first come first served.
   * @throws FaultError where the signal ended the wait; those behind move up.
   */
  nextStart(signal: AbortSignal): Promise<void>;
}

/** No start follows another in less than a second's share, whoever asks. */
export function createStartRate(perSecond: number, clock: Pick<Clock, 'now' | 'sleep'>): StartRate {
  let nextMs = Number.NEGATIVE_INFINITY;
  let last = Promise.resolve();
  return {
    async nextStart(signal) {
      const before = last;
      const turn = Promise.withResolvers<void>();
      last = turn.promise;
      try {
        await untilAborted(before, signal);
        const waitMs = nextMs - clock.now();
        if (waitMs > 0) await untilAborted(clock.sleep(waitMs, signal), signal);
        nextMs = clock.now() + 1_000 / perSecond;
      } finally {
        // Who gave up lets nobody pass those before it.
        void before.then(turn.resolve);
      }
    },
  };
}
