import type { Roof } from '../../src/commands/roof.ts';
import { makeFakeClock } from './fake-clock.ts';
import { makeRecordingLog } from './recording-log.ts';

export interface FakeRoof {
  readonly roof: Roof;
  readonly printed: string[];
  readonly printedErrors: string[];
  /** As the first SIGINT does. */
  stop(): void;
}

/** A roof that keeps what is printed; what a test does not replace fails when it is used. */
export function makeFakeRoof(nowMs: number, changes: Partial<Roof> = {}): FakeRoof {
  const [printed, printedErrors]: [string[], string[]] = [[], []];
  const stopping = new AbortController();
  const log = makeRecordingLog();
  const refuse = (): never => {
    throw new Error('this test needs no other thread or process');
  };
  return {
    printed,
    printedErrors,
    stop: () => stopping.abort(),
    roof: {
      clock: makeFakeClock(nowMs),
      daemonLog: log,
      commandLog: log,
      environment: {},
      workingDirectory: process.cwd(),
      print: (text) => printed.push(text),
      printError: (text) => printedErrors.push(text),
      terminal: { isTerminal: false, columns: 100 },
      stopRequested: stopping.signal,
      version: { version: '0.1.0', revision: 'test' },
      spawnWorld: refuse,
      runSelf: refuse,
      ...changes,
    },
  };
}
