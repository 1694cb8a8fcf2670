import { join } from 'node:path';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { type CommandContext, stateFileName } from './command-context.ts';
import { UsageError } from './roof.ts';
import { explainStateError, findStateFile } from './state-error.ts';

/** Works on what the daemon recorded, read-only, and closes it. */
export async function withState<T>(context: CommandContext, work: (state: StoreReader, plan: Plan) => Promise<T>): Promise<T> {
  return await withStateIfAny(context, async (state, plan) => {
    if (state === null) throw new UsageError(`nothing has been recorded in ${plan.stateDirectory} yet; "claimwatch run" does that`);
    return await work(state, plan);
  });
}

/**
 * The same, with null where nothing has been recorded yet.
 * @throws StateFileError or DamagedStateError where the state cannot be read, at the start or in between.
 */
export async function withStateIfAny<T>(context: CommandContext, work: (state: StoreReader | null, plan: Plan) => Promise<T>): Promise<T> {
  const { plan } = await context.openPlan('quiet');
  const path = join(plan.stateDirectory, stateFileName);
  try {
    const state = findStateFile(path) ? await context.openState(plan) : null;
    try {
      return await work(state, plan);
    } finally {
      await state?.close();
    }
  } catch (error) {
    throw explainStateError(error, path);
  }
}
