/** Asks again until there is an answer, or the deadline has passed: then it throws what was said last. */
export async function until<T>(what: string, ask: () => Promise<T | null>, deadlineMs = 30_000): Promise<T> {
  const giveUpAtMs = performance.now() + deadlineMs;
  let last = 'no answer';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
      last = 'not yet';
    } catch (error) {
      last = String(error);
    }
    if (performance.now() > giveUpAtMs) throw new Error(`${what}: not within ${deadlineMs} ms (${last})`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
