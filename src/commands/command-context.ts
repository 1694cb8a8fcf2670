import { ConfigurationError } from '../config/configuration-error.ts';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { StateFileError } from '../store/state-file.ts';
import { type ExitCode, exitCodes, type Roof, UsageError } from './roof.ts';
import type { Rooms } from './rooms.ts';
import { DamagedStateError } from './state-error.ts';
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
    const isDamage = error instanceof DamagedStateError;
    if (!isDamage && !isMistake(error)) throw error;
    context.roof.printError(`${error.message}\n`);
    context.exitWith(isDamage ? exitCodes.internal : exitCodes.usage);
  }
}

/** What a person can mend: told without a stack. */
function isMistake(error: unknown): error is Error {
  return error instanceof ConfigurationError || error instanceof UsageError || error instanceof StateFileError;
}
