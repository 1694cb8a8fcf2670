import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './sqlite-error.ts';

const defaultPauseMs = 100;
/** With the 50 ms that a statement itself waits, about ten seconds in all. */
const mostAttempts = 66;

interface Waiting {
  readonly signal: AbortSignal;
  /** Between two attempts. */
  readonly pauseMs?: number;
}

/**
 * Repeats work that begins by taking a lock, while another connection holds it; waits without blocking the thread.
 * @throws Error where the lock stays taken, or the signal's reason.
 */
export async function retryWhileBusy<T>(work: () => T | Promise<T>, { signal, pauseMs = defaultPauseMs }: Waiting): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (attempt === mostAttempts) throw new Error('the state file is locked by another process', { cause: error });
    }
    await sleep(pauseMs, undefined, { signal });
  }
}
