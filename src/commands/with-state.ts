import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import type { CommandContext } from './command-context.ts';
import { UsageError } from './roof.ts';

/** Works on what the daemon recorded, read-only, and closes it. */
export async function withState<T>(context: CommandContext, work: (state: StoreReader, plan: Plan) => Promise<T>): Promise<T> {
  const { plan } = await context.openPlan('quiet');
  const state = await context.openState(plan);
  if (state === null) throw new UsageError(`nothing has been recorded in ${plan.stateDirectory} yet; "claimwatch run" does that`);
  try {
    return await work(state, plan);
  } finally {
    await state.close();
  }
}
