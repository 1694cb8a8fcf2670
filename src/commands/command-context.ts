import { ConfigurationError } from '../config/configuration-error.ts';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { type ExitCode, exitCodes, type Roof, UsageError } from './roof.ts';
import type { Rooms } from './rooms.ts';
import type { Paper } from './text.ts';

/** What every command works with. */
export interface CommandContext {
  readonly roof: Roof;
  readonly json: () => boolean;
  readonly paper: () => Paper;
  readonly rooms: () => Promise<Rooms>;
  /** The configuration of `--config`. `quiet`: for commands that tell nobody, so that receivers and their secrets are not needed. */
  readonly openPlan: (use: 'quiet' | 'whole') => Promise<OpenedPlan>;
  /** The state file of the configuration, read-only; null where no daemon has made one yet. */
  readonly openState: (plan: Plan) => Promise<StoreReader | null>;
  /** A line for a person who waits; nothing where nobody reads along. */
  readonly progress: (line: string) => void;
  exitWith(code: ExitCode): void;
}

export interface OpenedPlan {
  readonly plan: Plan;
  readonly folder: string;
}

export const stateFileName = 'claimwatch.sqlite';

/** The end of every command: its exit code, or a mistake told without a stack. */
export async function finish(context: CommandContext, work: () => Promise<ExitCode>): Promise<void> {
  try {
    context.exitWith(await work());
  } catch (error) {
    const code = await exitCodeOfMistake(error);
    if (code === null || !(error instanceof Error)) throw error;
    context.roof.printError(`${error.message}\n`);
    context.exitWith(code);
  }
}

/** Of what a person can mend, which is told without a stack; null of anything else. Errors of the state are read only here: SQLite comes with them. */
async function exitCodeOfMistake(error: unknown): Promise<ExitCode | null> {
  if (error instanceof ConfigurationError || error instanceof UsageError) return exitCodes.usage;
  const [{ StateFileError }, { DamagedStateError }] = await Promise.all([import('../store/state-file.ts'), import('./state-error.ts')]);
  if (error instanceof StateFileError) return exitCodes.usage;
  return error instanceof DamagedStateError ? exitCodes.internal : null;
}
