/** How often something may start. Pure: whoever calls knows the time, in milliseconds that only move forward. */
export interface Pace {
  /** From `nowMs` until a start is allowed that has `ahead` others before it; 0: at once. */
  waitMs(nowMs: number, ahead: number): number;
  /** Counts a start at `nowMs`. Call only where `waitMs(nowMs, 0)` is 0. */
  take(nowMs: number): void;
  /** Nothing starts before `untilMs`. */
  hold(untilMs: number): void;
  /** The origin says how many more it would allow now: believed where it is less than our own count. */
  correct(remaining: number, nowMs: number): void;
}

/** Never more than `count` starts in any `windowMs`. */
export function windowPace(count: number, windowMs: number): Pace {
  let starts: number[] = [];
  let heldUntil = Number.NEGATIVE_INFINITY;
  return {
    waitMs(nowMs, ahead) {
      const rounds = Math.floor(ahead / count);
      // The start that has to be a window old before this one may follow.
      const before = starts.at((ahead % count) - count);
      const isFull = starts.length + (ahead % count) >= count;
      const free = isFull && before !== undefined ? before + windowMs : nowMs;
      return Math.max(nowMs, heldUntil, free) + rounds * windowMs - nowMs;
    },
    take(nowMs) {
      starts.push(nowMs);
      if (starts.length >= 2 * count) starts = starts.slice(-count);
    },
    hold(untilMs) {
      heldUntil = Math.max(heldUntil, untilMs);
    },
    correct() {
      // A window has no remainder that an origin could correct; it holds instead.
    },
  };
}

/** A bucket that holds `capacity` and gets `perSecond` more each second. */
export function bucketPace(capacity: number, perSecond: number): Pace {
  let level = capacity;
  let filledAt: number | null = null;
  let heldUntil = Number.NEGATIVE_INFINITY;
  const fill = (nowMs: number): void => {
    level = Math.min(capacity, level + (Math.max(0, nowMs - (filledAt ?? nowMs)) * perSecond) / 1_000);
    filledAt = nowMs;
  };
  return {
    waitMs(nowMs, ahead) {
      fill(nowMs);
      // Of rounding in the level nobody waits for ever: a thousandth short counts as there.
      const missing = ahead + 1 - level;
      const free = missing <= 0.001 ? nowMs : nowMs + Math.ceil((missing * 1_000) / perSecond);
      return Math.max(free, heldUntil) - nowMs;
    },
    take(nowMs) {
      fill(nowMs);
      level -= 1;
    },
    hold(untilMs) {
      heldUntil = Math.max(heldUntil, untilMs);
    },
    correct(remaining, nowMs) {
      fill(nowMs);
      level = Math.min(level, remaining);
    },
  };
}
