import type { Worker } from 'node:worker_threads';
import type { Plan } from '../domain/plan.ts';
import type { Clock, Log } from '../domain/ports.ts';

/** What the main thread's roof lends to commands: everything that a test may want to replace. */
export interface Roof {
  readonly clock: Clock;
  /** JSON lines on standard output: for the daemon. */
  readonly daemonLog: Log;
  /** Warnings and errors on standard error: for commands that print a result. */
  readonly commandLog: Log;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly workingDirectory: string;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes to standard error. */
  printError(text: string): void;
  /** Width and colour only where a person reads along. */
  readonly terminal: { readonly isTerminal: boolean; readonly columns: number };
  /** Aborts at the first SIGTERM or SIGINT; the second ends the process. */
  readonly stopRequested: AbortSignal;
  readonly version: Version;
  spawnWorld(data: WorldData): Worker;
  /**
   * Another process of this program; `output` is what it wrote to standard output. Rejects with SelfFailedError where it failed by itself,
   * and once it has ended where the signal aborted. `onErrorLine` gets each line that it writes to standard error; without it they stand in the rejection.
   */
  runSelf(words: readonly string[], signal: AbortSignal, onErrorLine?: (line: string) => void): Promise<{ readonly output: string }>;
}

export interface Version {
  readonly version: string;
  readonly revision: string;
}

/** What the worker thread is started with; no receiver options, since they may hold secrets. */
export interface WorldData {
  readonly plan: Plan;
  /** The state file to read from; null where nothing is kept. */
  readonly statePath: string | null;
  readonly codeVersion: string;
}

/** 0 pass, 1 fail, 2 unknown, 3 usage, 4 internal. */
export const exitCodes = { pass: 0, fail: 1, unknown: 2, usage: 3, internal: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A mistake of the person who called: printed without a stack, exit code 3. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Another process of this program ended with a mistake or a failure, which it told on standard error. */
export class SelfFailedError extends Error {
  override readonly name = 'SelfFailedError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
