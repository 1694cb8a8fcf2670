import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { LookRequest, Meter, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import type { ArmClient } from './arm-client.ts';
import { type AzureSettings, azureSettingsSchema } from './azure-settings.ts';
import { type Clock, realClock } from './clock.ts';
import { effectiveRulesKind } from './effective-rules-sample.ts';
import { createRotation } from './sample.ts';

const optionsSchema = z.strictObject({
  /** Of how many network interfaces, others at each look, Azure is asked for the rules in effect, to compare them with our own result; 0: of none. */
  effectiveRulesSample: z.int().min(0).max(50).default(3),
});

/** Lists the resources of the configured subscriptions by Resource Graph, or reads some of them at Azure Resource Manager. */
export const azureSource: SourceKind = {
  name: 'azure',
  options: optionsSchema,
  create: () => createAzureSource(realClock),
};

/** With a clock of its own, for who cannot wait. What asks Azure is loaded with the first question: without Azure, and in the main thread, there is none. */
export function createAzureSource(clock: Clock): Source {
  let client: ArmClient | null = null;
  const rotation = createRotation(String(clock.wallNow()));
  /** That of the look that goes on: the client outlives it, since its limits do. */
  let meter: Meter | null = null;
  const forwarding: Meter = {
    count: (name, labels, by) => meter?.count(name, labels, by),
    set: (name, labels, value) => meter?.set(name, labels, value),
  };

  const clientOf = async (settings: AzureSettings): Promise<ArmClient> => {
    const { createArmClient } = await import('./arm-client.ts');
    client ??= createArmClient({ settings, meter: forwarding, clock });
    return client;
  };

  return {
    name: 'azure',
    brings: ['resource', 'census'],
    samples: [effectiveRulesKind],
    discovers: true,
    look: async function* (request: LookRequest): AsyncIterable<Observation> {
      // Nothing is configured: nothing is listed, and what would be judged of it is unknown.
      if (request.azure === undefined) return;
      const asked = await clientOf(settingsOf(request.azure));
      meter = request.meter ?? null;
      if (request.origin === true) {
        const { readAtOrigin } = await import('./read-at-origin.ts');
        yield* readAtOrigin(asked, request);
      } else {
        const { listEstate } = await import('./list-estate.ts');
        yield* listEstate(asked, request, { rotation, count: sampleOf(request.options) });
      }
    },
    recentChanges: async ({ azure, subjects, nowMs, signal }) => {
      const settings = settingsOf(azure);
      const { subscriptions } = settings;
      const { createResourceChanges } = await import('./resource-changes.ts');
      return await createResourceChanges({ client: await clientOf(settings), subscriptions, now: () => nowMs }).recentChanges(
        subjects,
        signal,
      );
    },
  };
}

function settingsOf(azure: NonNullable<LookRequest['azure']>): AzureSettings {
  const parsed = azureSettingsSchema.safeParse(azure);
  if (parsed.success) return parsed.data;
  throw new FaultError('defect', 'the section azure of the settings came without its shape');
}

function sampleOf(options: LookRequest['options']): number {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data.effectiveRulesSample;
  throw new FaultError('defect', 'the options of the look came without their shape');
}
