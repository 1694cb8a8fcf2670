import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 200;

/** Asks again until it is true; where nobody answers yet it is asked again. */
export async function poll(signal: AbortSignal, isDone: () => Promise<boolean>): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await isDone().catch((error: unknown) => {
      // What fetch throws where nobody listens yet; anything else is a defect of the demo.
      if (error instanceof TypeError) return false;
      throw error;
    });
    if (answer) return;
    await sleep(pauseMs, undefined, { signal });
  }
}
