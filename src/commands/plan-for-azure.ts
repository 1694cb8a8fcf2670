import { knowAzure } from '../config/know-azure.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { subscriptionResource } from '../domain/resource-id.ts';
import { createArmClient } from '../sources/azure/arm-client.ts';
import { readActiveCloud } from '../sources/azure/azure-cli.ts';
import { type AzureSettings, azureSettingsSchema } from '../sources/azure/azure-settings.ts';
import { listSubscriptions } from '../sources/azure/list-subscriptions.ts';
import { azureNeeds } from './azure-needs.ts';
import { planDefaults, planLooks, readRoot } from './plan-for-endpoints.ts';
import { UsageError } from './roof.ts';
import type { Rooms } from './rooms.ts';

export interface AzureOptions {
  /** Only these; empty: all that are enabled. */
  readonly subscription: readonly string[];
  readonly root: readonly string[];
}

/** A plan from nothing but who is logged in at the Azure command line: every check with its own defaults, over all that this person can see. */
export async function planForAzure(rooms: Rooms, options: AzureOptions, signal: AbortSignal): Promise<Plan> {
  const settings = await settingsOfCommandLine(options.subscription, signal);
  const defaults = await planDefaults(rooms.checks);
  return {
    ...defaults,
    ...(await knowAzure(defaults.checks, rooms.checks, azureNeeds)),
    azure: settings as unknown as JsonObject,
    scopes: settings.subscriptions.map(subscriptionResource),
    looks: planLooks(rooms, await Promise.all(options.root.map(readRoot))),
  };
}

const noMeter = { count: () => undefined, set: () => undefined };
/** Stands for "none yet": to list subscriptions nothing has to be known of any. */
const anySubscription = '00000000-0000-0000-0000-000000000000';

/** @throws FaultError, UsageError where nothing can be seen. */
export async function settingsOfCommandLine(only: readonly string[], signal: AbortSignal): Promise<AzureSettings> {
  const cloud = await readActiveCloud(signal);
  const base = azureSettingsSchema.parse({ cloud, identity: { kind: 'azure-cli' }, subscriptions: [anySubscription] });
  const seen = await listSubscriptions(createArmClient({ settings: base, meter: noMeter }), { signal, deadlineMs: 60_000 });
  const wanted = only.map((id) => id.toLowerCase());
  const missing = wanted.find((id) => !seen.some((subscription) => subscription.id === id));
  if (missing !== undefined)
    throw new UsageError(`--subscription ${missing}: who is logged in cannot see it; "az account list" shows what can be seen`);
  const chosen = wanted.length > 0 ? wanted : seen.filter(({ state }) => state.toLowerCase() !== 'deleted').map(({ id }) => id);
  if (chosen.length === 0)
    throw new UsageError('who is logged in sees no subscription; log in with "az login" as somebody who may read one');
  return { ...base, subscriptions: chosen };
}
