import { setTimeout as wait } from 'node:timers/promises';
import { askHello } from './ask-hello.ts';
import type { HelloAsker } from './hello.ts';
import { Pacer } from './pacer.ts';
import type { AskOnce, PaceClock, Pacing, ScanLimits } from './pacing.ts';
import type { Peer } from './probe-limits.ts';

/** Asks one peer no faster than it bears, for no longer than `totalMs` from now on. */
export function createAsker(peer: Peer, limits: ScanLimits, pacing: Pacing): HelloAsker {
  const askOnce: AskOnce = (hello, until, timeoutMs) => askHello(peer, hello, until, { timeoutMs, signal: limits.signal });
  return new Pacer(askOnce, limits, pacing, realClock(limits.signal));
}

function realClock(signal: AbortSignal): PaceClock {
  return {
    nowMs: () => performance.now(),
    sleep: async (ms) => {
      try {
        await wait(ms, undefined, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    random: Math.random,
  };
}
