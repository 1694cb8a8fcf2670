import { FaultError } from '../domain/fault.ts';
import { createArmClient } from '../sources/azure/arm-client.ts';
import type { AzureSettings } from '../sources/azure/azure-settings.ts';
import { listSubscriptions, type SeenSubscription } from '../sources/azure/list-subscriptions.ts';
import { UsageError } from './roof.ts';

/** Stands for "none yet": to list subscriptions nothing has to be known of any. */
export const anySubscription = '00000000-0000-0000-0000-000000000000';

const noMeter = { count: () => undefined, set: () => undefined };

/**
 * The subscriptions that can be seen, or those of them that were asked for; those that are being deleted only where they were asked for.
 * @throws FaultError; UsageError where there is none, or one cannot be seen.
 */
export async function chooseSubscriptions(
  settings: AzureSettings,
  only: readonly string[],
  signal: AbortSignal,
): Promise<readonly SeenSubscription[]> {
  const seen = await listSubscriptions(createArmClient({ settings, meter: noMeter }), { signal, deadlineMs: 60_000 });
  const wanted = new Set(only.map((id) => id.trim().toLowerCase()));
  const missing = [...wanted].find((id) => !seen.some((subscription) => subscription.id === id));
  if (missing !== undefined)
    throw new UsageError(`--subscription ${missing}: ${whoLooks(settings)} cannot see it; ${remedyOf(settings, 'shows')}`);
  const chosen = seen.filter(({ id, state }) => (wanted.size > 0 ? wanted.has(id) : state.toLowerCase() !== 'deleted'));
  if (chosen.length === 0) throw new UsageError(`${whoLooks(settings)} sees no subscription; ${remedyOf(settings, 'login')}`);
  return chosen;
}

function whoLooks({ identity }: AzureSettings): string {
  return identity.kind === 'azure-cli' ? 'who is logged in' : `the ${identity.kind}`;
}

function remedyOf({ identity }: AzureSettings, what: 'shows' | 'login'): string {
  if (identity.kind !== 'azure-cli') return 'give it the role Reader there';
  return what === 'shows' ? '"az account list" shows what can be seen' : 'log in with "az login" as somebody who may read one';
}

/** Where Azure cannot be asked at all there is nothing to work on: told with its remedy, as a mistake that a person can mend. */
export async function orSayWhy<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw new UsageError('stopped before Azure had answered; nothing was written');
    if (error instanceof FaultError) throw new UsageError(`Azure cannot be asked (${error.fault.code}): ${error.fault.message}`);
    throw error;
  }
}
