import { performance } from 'node:perf_hooks';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/domain/ports.ts';

/** The time of one machine: what `Date`, `performance.now`, timers and a `Clock` of this thread show agree, and only the test moves them. */
export interface MachineTime {
  readonly clock: Clock;
  /** Milliseconds since the kit began, whatever befell the machine: what a watch on the wall would say. */
  trueMs(): number;
  /** Goes on; timers fire in their order. After each moment at which one fired, `settle` lets what it began end. */
  pass(ms: number): Promise<void>;
  /** Somebody sets the wall clock. */
  setWall(byMs: number): void;
  /** A time server makes each second of the wall clock longer or shorter; millionths. */
  slew(partsPerMillion: number): void;
  /** Nothing of the process runs for so long. Linux stops the monotonic clock in suspend; SIGSTOP and some hypervisors do not. */
  suspend(ms: number, monotonic: 'goes on' | 'stands still'): void;
}

interface Timer {
  readonly run: () => void;
  readonly everyMs: number | null;
  dueMs: number;
}

/** Stands in for the globals until the test ends. `settle` is called with real time: it may wait for what is under way. */
export function takeMachineTime(startMs: number, settle: () => Promise<void>): MachineTime {
  let wallMs = startMs;
  let monotonicMs = 0;
  let trueMs = 0;
  let partsPerMillion = 0;
  const timers = new Set<Timer>();
  replaceGlobals(
    () => wallMs,
    () => monotonicMs,
    addTimer,
  );

  function addTimer(run: () => void, ms: number, everyMs: number | null): () => void {
    const timer: Timer = { run, everyMs, dueMs: monotonicMs + Math.max(1, ms) };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function next(): Timer | undefined {
    return [...timers].sort((a, b) => a.dueMs - b.dueMs)[0];
  }

  function move(ms: number): void {
    monotonicMs += ms;
    trueMs += ms;
    wallMs += ms * (1 + partsPerMillion / 1e6);
  }

  /** Each timer that is due fires once, as in an event loop: an interval that was late counts from now on. */
  async function fireDue(): Promise<void> {
    const due = [...timers].filter((timer) => timer.dueMs <= monotonicMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const timer of due) {
      if (!timers.has(timer)) continue;
      if (timer.everyMs === null) timers.delete(timer);
      else timer.dueMs = monotonicMs + timer.everyMs;
      timer.run();
    }
    if (due.length > 0) await settle();
  }

  return {
    clock: {
      now: () => Math.floor(wallMs),
      monotonic: () => monotonicMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (ms <= 0 || signal?.aborted === true) return resolve();
          const cancel = addTimer(wake, ms, null);
          function wake(): void {
            cancel();
            signal?.removeEventListener('abort', wake);
            resolve();
          }
          signal?.addEventListener('abort', wake);
        }),
    },
    trueMs: () => trueMs,
    pass: async (ms) => {
      const untilMs = trueMs + ms;
      await fireDue();
      for (;;) {
        const waitMs = (next()?.dueMs ?? Number.POSITIVE_INFINITY) - monotonicMs;
        const leftMs = untilMs - trueMs;
        move(Math.min(Math.max(0, waitMs), leftMs));
        if (waitMs > leftMs) return;
        await fireDue();
      }
    },
    setWall: (byMs) => {
      wallMs += byMs;
    },
    slew: (millionths) => {
      partsPerMillion = millionths;
    },
    suspend: (ms, monotonic) => {
      trueMs += ms;
      wallMs += ms;
      if (monotonic === 'goes on') monotonicMs += ms;
    },
  };
}

type AddTimer = (run: () => void, ms: number, everyMs: number | null) => () => void;

function replaceGlobals(wall: () => number, monotonic: () => number, addTimer: AddTimer): void {
  const { Date: RealDate, setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const realNow = performance.now;
  const clear = (timer: unknown): void => {
    if (typeof timer === 'object' && timer !== null && 'cancel' in timer && typeof timer.cancel === 'function') timer.cancel();
  };
  const start =
    (isRepeated: boolean) =>
    (run: (...words: unknown[]) => void, ms = 0, ...words: unknown[]) => {
      const handle = { cancel: addTimer(() => run(...words), ms, isRepeated ? ms : null), unref: () => handle, ref: () => handle };
      return handle;
    };
  class MachineDate extends RealDate {
    static override now = (): number => Math.floor(wall());

    constructor(...words: readonly unknown[]) {
      super(...((words.length === 0 ? [MachineDate.now()] : words) as [number]));
    }
  }
  Object.assign(globalThis, {
    Date: MachineDate,
    setTimeout: start(false),
    setInterval: start(true),
    clearTimeout: clear,
    clearInterval: clear,
  });
  performance.now = monotonic;
  onTestFinished(() => {
    Object.assign(globalThis, { Date: RealDate, setTimeout, setInterval, clearTimeout, clearInterval });
    performance.now = realNow;
  });
}
