import { vi } from 'vitest';

/** Asks again until there is an answer; at the deadline it throws what was said last. */
export async function until<T>(what: string, ask: () => Promise<T | null>, deadlineMs = 30_000): Promise<T> {
  return await vi.waitFor(
    async () => {
      const answer = await ask();
      if (answer === null) throw new Error(`${what}: not within ${deadlineMs} ms`);
      return answer;
    },
    { timeout: deadlineMs, interval: 50 },
  );
}
