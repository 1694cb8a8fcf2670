import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { LookRequest, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import { type AzureAccess, createAzureAccess, sharedAccess } from './azure-access.ts';
import { settingsOf } from './azure-settings.ts';
import type { Clock } from './clock.ts';
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
  create: () => createSource(sharedAccess),
};

/** With a clock of its own, for who cannot wait, and what else asks the same Azure. */
export function createAzureSource(clock: Clock, access: AzureAccess = createAzureAccess(clock)): Source {
  return createSource(access);
}

/** What asks Azure is loaded with the first question: without Azure, and in the main thread, there is none. */
function createSource(access: AzureAccess): Source {
  const rotation = createRotation(String(access.clock.wallNow()));
  return {
    name: 'azure',
    brings: ['resource', 'census'],
    samples: [effectiveRulesKind],
    discovers: true,
    look: async function* (request: LookRequest): AsyncIterable<Observation> {
      // Nothing is configured: nothing is listed, and what would be judged of it is unknown.
      if (request.azure === undefined) return;
      const asked = await access.arm(settingsOf(request.azure));
      const stopCounting = access.countFor(request.meter);
      try {
        if (request.origin === true) {
          const { readAtOrigin } = await import('./read-at-origin.ts');
          yield* readAtOrigin(asked, request);
        } else {
          const { listEstate } = await import('./list-estate.ts');
          yield* listEstate(asked, request, { rotation, count: sampleOf(request.options) });
        }
      } finally {
        stopCounting();
      }
    },
    recentChanges: async ({ azure, subjects, nowMs, signal }) => {
      const settings = settingsOf(azure);
      const { subscriptions } = settings;
      const { createResourceChanges } = await import('./resource-changes.ts');
      return await createResourceChanges({ client: await access.arm(settings), subscriptions, now: () => nowMs }).recentChanges(
        subjects,
        signal,
      );
    },
  };
}

function sampleOf(options: LookRequest['options']): number {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data.effectiveRulesSample;
  throw new FaultError('defect', 'the options of the look came without their shape');
}
