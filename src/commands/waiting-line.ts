import type { Roof } from './roof.ts';

const everyMs = 250;
const clearLine = '\r\u001b[K';

/** `asking shop.example.com:443 ... 3 s`, over itself, for a person who waits; gives what ends it and leaves the line empty. */
export function showWaiting(roof: Pick<Roof, 'terminal' | 'printError' | 'clock'>, what: string): () => void {
  if (!roof.terminal.isTerminal) return () => undefined;
  const startedMs = roof.clock.monotonic();
  const show = (): void => roof.printError(`${clearLine}${what} ... ${Math.floor((roof.clock.monotonic() - startedMs) / 1_000)} s`);
  show();
  const timer = setInterval(show, everyMs);
  return () => {
    clearInterval(timer);
    roof.printError(clearLine);
  };
}
