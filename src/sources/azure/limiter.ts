import { FaultError } from '../../domain/fault.ts';
import { faultOfAbort } from '../until-aborted.ts';
import type { Clock } from './clock.ts';
import type { Pace } from './pace.ts';

/** At most this many at the same time. */
export interface Room {
  free: number;
}

export interface Turn {
  /** Said to people where the wait would be too long. */
  readonly name: string;
  readonly room: Room;
  readonly paces: readonly Pace[];
}

export interface Limiter {
  /**
   * Waits for its turn, first come first served among those who want the same, and gives what ends it, and the milliseconds waited for a pace.
   * @throws FaultError `throttled` at once where the wait cannot end by `untilMs`, or where it has not when the signal aborts.
   */
  enter(turn: Turn, untilMs: number, signal: AbortSignal): Promise<Entered>;
}

export interface Entered {
  readonly waitedMs: number;
  leave(): void;
}

interface Waiter {
  readonly turn: Turn;
  /** Since when only a pace keeps it; null: none does. */
  pacedSinceMs: number | null;
  readonly start: () => void;
}

/** Holds back what the origin would refuse. One for all requests of an identity. */
export function createLimiter(clock: Clock): Limiter {
  const queue: Waiter[] = [];
  let stopAlarm = (): void => {};

  function pump(): void {
    stopAlarm();
    const nowMs = clock.now();
    let soonestMs = Number.POSITIVE_INFINITY;
    // Earlier ones choose first, so whoever waits for two things is not passed by those who want one of them.
    for (const waiter of [...queue]) {
      if (waiter.turn.room.free <= 0) continue;
      const waitMs = paceWaitMs(waiter.turn, nowMs);
      if (waitMs <= 0) begin(waiter, nowMs);
      else {
        waiter.pacedSinceMs ??= nowMs;
        soonestMs = Math.min(soonestMs, waitMs);
      }
    }
    if (Number.isFinite(soonestMs)) stopAlarm = callAfter(clock, soonestMs, pump);
  }

  function begin(waiter: Waiter, nowMs: number): void {
    remove(waiter);
    waiter.turn.room.free -= 1;
    for (const pace of waiter.turn.paces) pace.take(nowMs);
    waiter.start();
  }

  function remove(waiter: Waiter): void {
    const index = queue.indexOf(waiter);
    if (index !== -1) queue.splice(index, 1);
  }

  return {
    async enter(turn, untilMs, signal) {
      const arrivedMs = clock.now();
      if (signal.aborted || arrivedMs > untilMs) throw faultOfAbort(signal);
      if (arrivedMs + expectedWaitMs(turn, queue, arrivedMs) > untilMs) throw tooLong(turn);
      const waitedMs = await new Promise<number>((resolve, reject) => {
        const waiter: Waiter = {
          turn,
          pacedSinceMs: null,
          start() {
            signal.removeEventListener('abort', giveUp);
            const nowMs = clock.now();
            resolve(nowMs - (waiter.pacedSinceMs ?? nowMs));
          },
        };
        const giveUp = (): void => {
          remove(waiter);
          reject(paceWaitMs(turn, clock.now()) > 0 ? tooLong(turn) : faultOfAbort(signal));
          pump();
        };
        signal.addEventListener('abort', giveUp, { once: true });
        queue.push(waiter);
        pump();
      });
      let isInside = true;
      return {
        waitedMs,
        leave() {
          if (isInside) turn.room.free += 1;
          isInside = false;
          pump();
        },
      };
    },
  };
}

/** The result stops it. */
function callAfter(clock: Clock, ms: number, call: () => void): () => void {
  const stop = new AbortController();
  const wake = (): void => {
    if (!stop.signal.aborted) call();
  };
  clock.sleep(ms, stop.signal).then(wake, wake);
  return () => stop.abort();
}

function paceWaitMs(turn: Turn, nowMs: number): number {
  return Math.max(0, ...turn.paces.map((pace) => pace.waitMs(nowMs, 0)));
}

/** With all who came before and want the same. */
function expectedWaitMs(turn: Turn, queue: readonly Waiter[], nowMs: number): number {
  const ahead = (pace: Pace): number => queue.filter((waiter) => waiter.turn.paces.includes(pace)).length;
  return Math.max(0, ...turn.paces.map((pace) => pace.waitMs(nowMs, ahead(pace))));
}

function tooLong(turn: Turn): FaultError {
  return new FaultError('throttled', `more was to be asked of ${turn.name} than Azure allows in the time that there was`);
}
