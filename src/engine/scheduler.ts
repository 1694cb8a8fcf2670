import { schedule } from 'node-cron';
import type { Clock, Log } from '../domain/ports.ts';

export interface SchedulerNeeds {
  readonly clock: Clock;
  readonly log: Log;
  /** Called about once a second with the wall clock. Must not throw. */
  readonly onTick: (nowMs: number) => void;
  /** The wall clock moved by this many milliseconds against the monotonic one. */
  readonly onClockJump: (jumpMs: number) => void;
  /** The main thread did nothing for this many milliseconds. */
  readonly onBlocked: (blockedMs: number) => void;
}

const watchEveryMs = 1_000;
const jumpToleranceMs = 2_000;

/**
 * node-cron gives the ticks, in UTC; what is due comes from the persisted last look. A watchdog compares wall and monotonic clock, since node-cron
 * is silent for as long as a clock was set back: after a jump its task is made anew and a tick follows at once.
 */
export function startScheduler(needs: SchedulerNeeds): { stop(): Promise<void> } {
  const startTask = () =>
    schedule('* * * * * *', () => needs.onTick(needs.clock.now()), { timezone: 'UTC', name: 'tick', suppressMissedWarning: true });
  let task = startTask();
  let lastWall = needs.clock.now();
  let lastMonotonic = needs.clock.monotonic();

  const watch = setInterval(() => {
    const wall = needs.clock.now();
    const monotonic = needs.clock.monotonic();
    const passedMs = monotonic - lastMonotonic;
    const jumpMs = wall - lastWall - passedMs;
    lastWall = wall;
    lastMonotonic = monotonic;
    if (passedMs > watchEveryMs + jumpToleranceMs) needs.onBlocked(passedMs - watchEveryMs);
    if (Math.abs(jumpMs) <= jumpToleranceMs) return;
    needs.onClockJump(jumpMs);
    void task.destroy();
    task = startTask();
    needs.onTick(wall);
  }, watchEveryMs);

  return {
    stop: async () => {
      clearInterval(watch);
      await task.destroy();
    },
  };
}
