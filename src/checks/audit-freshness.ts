import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import type { Judgement } from '../domain/finding.ts';
import { describeEvents } from '../logs/describe-events.ts';
import { arrivedCommand } from '../logs/log-commands.ts';

const event = z.object({ id: z.string(), at: z.string(), category: z.string(), operation: z.string(), resource: z.string() });
const facts = z.object({
  settled: z.object({ from: z.string() }),
  overdue: z.array(event),
  overdueCount: z.int().min(0),
  lastUnseen: event.nullable(),
  usualMinutes: z.number().min(0),
  isQuiet: z.boolean(),
  slowestIngestionMinutes: z.number().min(0).nullable(),
});

type Answer = Pick<Judgement & { readonly status: 'pass' }, 'status' | 'observed'> | NotPassed;
type NotPassed =
  | Pick<Judgement & { readonly status: 'fail' }, 'status' | 'observed' | 'response'>
  | Pick<Judgement & { readonly status: 'unknown' }, 'status' | 'observed' | 'reason' | 'unrefuted'>;

export const check = defineCheck({
  title: 'What happens in a subscription arrives in a workspace in time',
  claims: [{ claim: 'console-actions-logged', interpretations: ['intent'] }],
  response: 'page',
  parameters: z.strictObject({
    /** From when something happened until a workspace can be asked for it. Azure takes 3 to 20 minutes as a rule. */
    withinMinutes: z.int().positive().max(1_440).default(60),
  }),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: { resource: z.object({ id: z.string() }), 'activity-log': facts },
  whenNone: 'unknown',
  judge: (_subject, { 'activity-log': seen }, { parameters: { withinMinutes } }) => [
    {
      interpretation: 'intent',
      expected: `each event of the activity log is in a workspace within ${withinMinutes} minutes`,
      rule: 'ingestion_time() of AzureActivity, against the activity log',
      ...judgeArrival(seen, withinMinutes),
    },
  ],
  repeat: ({ subscription }) =>
    `az monitor activity-log list --subscription ${subscription} --offset 6h --max-events 1000 --query "[].[eventTimestamp, eventDataId, operationName.value]" --output tsv; ${arrivedCommand(subscription)}`,
  mend: 'Where nothing arrives, the export has stopped: az monitor diagnostic-settings subscription list --subscription <id>; set it up again, and see whether the workspace has reached its daily cap: az monitor log-analytics workspace show --ids <id of the workspace> --query workspaceCapping. Where it arrives late, look for an outage: az rest --url /subscriptions/<id>/providers/Microsoft.ResourceHealth/events?api-version=2022-10-01.',
});

/** What is late and came in the end wakes nobody: what does not come at all may be the end of the log. */
function judgeArrival(seen: z.infer<typeof facts>, withinMinutes: number): Answer {
  const { overdue, overdueCount, lastUnseen, usualMinutes, isQuiet, slowestIngestionMinutes: slowest, settled } = seen;
  if (overdueCount > 0 || overdue.length > 0) {
    const named = describeEvents(overdue, overdueCount);
    return { status: 'fail', observed: `older than ${usualMinutes} minutes, and in no workspace yet: ${named}` };
  }
  if (lastUnseen !== null) {
    const named = describeEvents([lastUnseen], 1);
    return { status: 'fail', observed: `in no workspace, and nothing later shows that the log goes on: ${named}` };
  }
  if (slowest === null) {
    const why = isQuiet ? 'the activity log lists nothing' : 'nothing is overdue yet, and nothing has arrived';
    const remedy = 'the look canary makes something happen that has to arrive';
    return { status: 'unknown', reason: 'not-provable', unrefuted: true, observed: `${why} since ${settled.from}; ${remedy}` };
  }
  const observed = `since ${settled.from} the slowest took up to ${slowest} minutes`;
  return slowest > withinMinutes ? { status: 'fail', response: 'ticket', observed } : { status: 'pass', observed };
}
