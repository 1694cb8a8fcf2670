import { z } from 'zod';
import { censusCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeCensus } from '../domain/resource-sorting.ts';

const sortedType = z.strictObject({
  holds: z.array(z.enum(['data', 'traffic'])),
  judgedFor: z.array(z.string()),
  exempt: z.record(z.string(), z.string()),
});

/** The catch-all behind "all": it says for which types of resources the other checks of the claim say nothing. */
export const check = defineCheck({
  title: 'No type of resource that holds data is left out when backups are judged',
  claims: [{ claim: 'multiple-backups', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({ resourceTypes: z.record(z.string(), sortedType).default({}) }),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: { census: z.object({ types: z.array(z.object({ type: z.string(), resources: z.number() })) }) },
  whenNone: 'unknown',
  judge: (_subject, { census }, { parameters }) =>
    (['literal', 'intent'] as const).map((interpretation) =>
      judgeCensus({ interpretation, claim: 'multiple-backups', holding: 'data' }, census, parameters.resourceTypes),
    ),
  repeat: ({ subscription }) => censusCommand(subscription),
  mend: 'Sort the type in config/azure/resource-types.yaml; where it holds data, configure the check that judges its backups, or write there why none is needed (noBackupCheck).',
});
