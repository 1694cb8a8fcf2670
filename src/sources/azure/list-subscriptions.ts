import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';

/** A subscription that the identity can see. */
export interface SeenSubscription {
  readonly id: string;
  readonly name: string;
  /** `Enabled`, `Warned`, `PastDue`, `Disabled`, `Deleted`. */
  readonly state: string;
}

/** Stable version of Microsoft.Resources/subscriptions. */
const apiVersion = '2022-12-01';

const subscriptionSchema = z.object({ subscriptionId: z.string(), displayName: z.string(), state: z.string() });

/** By name. @throws FaultError */
export async function listSubscriptions(client: ArmClient, options: CallOptions): Promise<readonly SeenSubscription[]> {
  const found: SeenSubscription[] = [];
  for await (const page of client.list('/subscriptions', apiVersion, options)) {
    for (const row of page) {
      const parsed = subscriptionSchema.safeParse(row);
      if (!parsed.success) throw new FaultError('malformed', 'the list of subscriptions does not have the shape that we read');
      const { subscriptionId, displayName, state } = parsed.data;
      found.push({ id: subscriptionId.toLowerCase(), name: displayName, state });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
