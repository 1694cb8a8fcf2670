import type { Clock } from '../domain/ports.ts';
import { clockToleranceMs } from '../domain/status.ts';
import { type Timestamp, timestamp } from '../domain/time.ts';

export interface SchedulerNeeds {
  readonly clock: Clock;
  /** Called about once a second with the wall clock. Must not throw. */
  readonly onTick: (nowMs: number) => void;
  readonly onClockJump: (jump: ClockJump) => void;
  /** The main thread did nothing for this many milliseconds. */
  readonly onBlocked: (blockedMs: number) => void;
}

/** The wall clock was set, or the machine was suspended while its monotonic clock stood still. */
export interface ClockJump {
  /** How far it moved against the monotonic clock, back where negative. */
  readonly jumpMs: number;
  /** What it would show now without the jump. */
  readonly from: Timestamp;
  readonly to: Timestamp;
}

const tickEveryMs = 1_000;

/**
 * Ticks by the monotonic clock, which nobody can set; what is due comes from the persisted last look. node-cron reads the expressions, but its own
 * beat is silent for as long as a clock is set back, and walks through every second of a jump forward: 4 s of a blocked thread for a day, measured.
 */
export function startScheduler(needs: SchedulerNeeds): { stop(): void } {
  let lastWall = needs.clock.now();
  let lastMonotonic = needs.clock.monotonic();

  const beat = setInterval(() => {
    const wall = needs.clock.now();
    const monotonic = needs.clock.monotonic();
    const passedMs = monotonic - lastMonotonic;
    const expectedMs = lastWall + passedMs;
    lastWall = wall;
    lastMonotonic = monotonic;
    if (passedMs > tickEveryMs + clockToleranceMs) needs.onBlocked(passedMs - tickEveryMs);
    if (Math.abs(wall - expectedMs) > clockToleranceMs)
      needs.onClockJump({ jumpMs: Math.round(wall - expectedMs), from: timestamp(Math.round(expectedMs)), to: timestamp(wall) });
    needs.onTick(wall);
  }, tickEveryMs);

  return { stop: () => clearInterval(beat) };
}
