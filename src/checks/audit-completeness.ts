import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import type { Judgement } from '../domain/finding.ts';
import { describeEvents } from '../logs/describe-events.ts';
import { arrivedCommand } from '../logs/log-commands.ts';

const event = z.object({ id: z.string(), at: z.string(), category: z.string(), operation: z.string(), resource: z.string() });
const facts = z.object({
  categories: z.array(z.string()),
  settled: z.object({ from: z.string(), to: z.string() }),
  listed: z.int().min(0),
  found: z.int().min(0),
  missing: z.array(event),
  missingCount: z.int().min(0),
});

type Answer =
  | Pick<Judgement & { readonly status: 'pass' | 'fail' }, 'status' | 'observed'>
  | Pick<Judgement & { readonly status: 'unknown' }, 'status' | 'observed' | 'reason' | 'unrefuted'>;

/** Known hole: what the activity log does not list is missed by both. */
export const check = defineCheck({
  title: 'Nothing that the activity log lists is missing in the workspaces',
  claims: [{ claim: 'console-actions-logged', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: { resource: z.object({ id: z.string() }), 'activity-log': facts },
  whenNone: 'unknown',
  judge: (_subject, { 'activity-log': seen }) => [
    {
      interpretation: 'intent',
      expected: `each event that the activity log lists (${seen.categories.join(', ')}) is in a workspace`,
      rule: 'eventDataId of the activity log, against AzureActivity.EventDataId',
      ...judgeEvents(seen),
    },
  ],
  repeat: ({ subscription }) =>
    `az monitor activity-log list --subscription ${subscription} --offset 31h --max-events 100000 --query "[].eventDataId" --output tsv; ${arrivedCommand(subscription)}`,
  mend: 'See which categories the export sends: az monitor diagnostic-settings subscription list --subscription <id>. Where all are sent, somebody may have purged the table or transforms it on its way: az monitor log-analytics workspace table show --resource-group <group> --workspace-name <name> --name AzureActivity. An event that is lost stands in the activity log for 90 days: save it from there.',
});

function judgeEvents({ settled: { from, to }, listed, found, missing, missingCount }: z.infer<typeof facts>): Answer {
  const time = `from ${from} to ${to}`;
  if (missingCount > 0 || missing.length > 0)
    return { status: 'fail', observed: `in no workspace, ${time}, are ${describeEvents(missing, missingCount)}` };
  if (listed !== found)
    return { status: 'unknown', reason: 'malformed', observed: `${listed} events are listed ${time}, ${found} found, and none is missing` };
  if (listed > 0) return { status: 'pass', observed: `all of the ${listed} events that are listed ${time} are in a workspace` };
  const remedy = 'the look canary makes something happen that has to arrive';
  return { status: 'unknown', reason: 'not-provable', unrefuted: true, observed: `the activity log lists nothing ${time}; ${remedy}` };
}
