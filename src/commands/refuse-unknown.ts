import { suggestName } from '../config/nearest-name.ts';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { UsageError } from './roof.ts';

/** A check that is no longer configured is known by its runs, one that is by its name. @throws UsageError */
export async function refuseUnknown(check: string, plan: Plan, state: StoreReader): Promise<void> {
  const configured = plan.checks.map(({ id }) => id);
  if (configured.includes(check)) return;
  const recorded = (await state.statuses()).map((status) => status.check);
  const known = [...new Set([...configured, ...recorded])];
  throw new UsageError(`no check is called "${check}", and no run of one is recorded; ${suggestName(check, known, 'there are:')}`);
}
