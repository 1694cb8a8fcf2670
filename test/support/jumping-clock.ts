import { type FakeClock, makeFakeClock } from './fake-clock.ts';

/** A fake clock whose wall time can also be set, as an administrator or a time server would; the monotonic one never notices. */
export interface JumpingClock extends FakeClock {
  /** Milliseconds forward, or back where negative. */
  jump(ms: number): void;
}

export function makeJumpingClock(startMs: number): JumpingClock {
  const steady = makeFakeClock(startMs);
  let offsetMs = 0;
  return {
    ...steady,
    now: () => steady.now() + offsetMs,
    advanceTo: (epochMs) => steady.advanceTo(epochMs - offsetMs),
    jump: (ms) => {
      offsetMs += ms;
    },
  };
}
