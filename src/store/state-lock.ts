import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-error.ts';
import { StateFileError } from './state-file.ts';

/** Held for the life of a daemon; the system gives it up with the process, however that ends. */
export interface StateLock {
  release(): void;
}

/**
 * Two daemons on one state would give up each other's looks. The lock is SQLite's own, on an empty file beside the state.
 * @throws StateFileError where another process holds it.
 */
export function lockState(path: string): StateLock {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new StateFileError(`${path} is in use by another claimwatch; stop it, or name another folder for the state`);
  }
  return { release: () => lock.close() };
}
