import { FaultError } from '../domain/fault.ts';

/**
 * Waits for work that cannot be aborted itself, no longer than until the signal aborts. The work goes on unheard.
 * @throws FaultError the signal's reason where it is one, else `timeout`.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(faultOfAbort(signal));
    const stopListening = (): void => signal.removeEventListener('abort', giveUp);
    work.then(resolve, reject).finally(stopListening);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** What a wait that its signal ended says. */
export function faultOfAbort(signal: AbortSignal): FaultError {
  return signal.reason instanceof FaultError ? signal.reason : new FaultError('timeout', 'the look ended before the answer came');
}
