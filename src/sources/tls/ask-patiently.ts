import { setTimeout as wait } from 'node:timers/promises';

/** In milliseconds. Limits on how often one may ask mostly go by the second. */
const pausesMs: readonly number[] = [200, 400, 800];

export interface Patience {
  readonly endsAtMs: number;
  readonly signal: AbortSignal;
}

/** Asks again, after longer and longer pauses, a peer that hung up: it may have had enough of us for a moment. Gives the last answer. */
export async function askPatiently<Answer>(
  ask: () => Promise<Answer>,
  hungUp: (answer: Answer) => boolean,
  { endsAtMs, signal }: Patience,
): Promise<Answer> {
  let answer = await ask();
  for (const pauseMs of pausesMs) {
    if (!hungUp(answer) || signal.aborted || performance.now() + pauseMs >= endsAtMs) return answer;
    await pause(pauseMs, signal);
    answer = await ask();
  }
  return answer;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
