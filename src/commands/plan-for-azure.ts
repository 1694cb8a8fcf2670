import { knowAzure } from '../config/know-azure.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { subscriptionResource } from '../domain/resource-id.ts';
import { readActiveCloud } from '../sources/azure/azure-cli.ts';
import { type AzureSettings, azureSettingsSchema } from '../sources/azure/azure-settings.ts';
import { azureNeeds } from './azure-needs.ts';
import { anySubscription, chooseSubscriptions, orSayWhy } from './choose-subscriptions.ts';
import { planDefaults, planLooks, readRoot } from './plan-for-endpoints.ts';
import type { Rooms } from './rooms.ts';

export interface AzureOptions {
  /** Only these; empty: all that are enabled. */
  readonly subscription: readonly string[];
  readonly root: readonly string[];
}

/** A plan from nothing but who is logged in at the Azure command line: every check with its own defaults, over all that this person can see. */
export async function planForAzure(rooms: Rooms, options: AzureOptions, signal: AbortSignal): Promise<Plan> {
  const settings = await orSayWhy(signal, () => settingsOfCommandLine(options.subscription, signal));
  const defaults = await planDefaults(rooms.checks);
  const scopes = settings.subscriptions.map(subscriptionResource);
  return {
    ...defaults,
    ...(await knowAzure(defaults.checks, rooms.checks, azureNeeds, scopes)),
    azure: settings as unknown as JsonObject,
    scopes,
    looks: planLooks(rooms, await Promise.all(options.root.map(readRoot))),
  };
}

/** @throws FaultError, UsageError where nothing can be seen. */
async function settingsOfCommandLine(only: readonly string[], signal: AbortSignal): Promise<AzureSettings> {
  const cloud = await readActiveCloud(signal);
  const base = azureSettingsSchema.parse({ cloud, identity: { kind: 'azure-cli' }, subscriptions: [anySubscription] });
  const chosen = await chooseSubscriptions(base, only, signal);
  return { ...base, subscriptions: chosen.map(({ id }) => id) };
}
