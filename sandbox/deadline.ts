/**
 * Awaits `work` with a signal that aborts at the deadline or when `over` aborts.
 * @throws what `over` was aborted with, or `no <what> within <n> s`.
 */
export async function within<Result>(
  seconds: number,
  what: string,
  over: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no ${what} within ${seconds} s`)), seconds * 1000);
  const signal = AbortSignal.any([over, late.signal]);
  try {
    return await work(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
