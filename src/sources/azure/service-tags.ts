import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import { createArmClient } from './arm-client.ts';
import type { AzureSettings } from './azure-settings.ts';

/** Microsoft.Network/locations/serviceTags; the location chooses the cloud, not the part of the list. */
const apiVersion = '2023-09-01';
const deadlineMs = 60_000;

const serviceTagsSchema = z.object({
  cloud: z.string().optional(),
  changeNumber: z.string().optional(),
  values: z.array(z.object({ name: z.string(), properties: z.object({ addressPrefixes: z.array(z.string()).min(1) }) })).min(1),
});

export interface ServiceTags {
  /** The list as JSON, as `azure.serviceTags` is read. */
  readonly text: string;
  readonly ranges: number;
}

/** Azure's own addresses, as Azure tells them; a fault where it does not. */
export async function fetchServiceTags(
  settings: AzureSettings,
  region: string,
  signal: AbortSignal,
): Promise<ServiceTags | { readonly fault: Fault }> {
  const [subscription] = settings.subscriptions;
  const client = createArmClient({ settings, meter: { count: () => undefined, set: () => undefined } });
  const path = `/subscriptions/${subscription}/providers/Microsoft.Network/locations/${region}/serviceTags`;
  try {
    const parsed = serviceTagsSchema.safeParse(await client.get(path, apiVersion, { signal, deadlineMs }));
    if (!parsed.success) return { fault: { code: 'malformed', message: 'the list of service tags does not have the shape that we read' } };
    const ranges = new Set(parsed.data.values.flatMap(({ properties }) => properties.addressPrefixes)).size;
    return { text: `${JSON.stringify(parsed.data, null, 1)}\n`, ranges };
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.fault };
    throw error;
  }
}
