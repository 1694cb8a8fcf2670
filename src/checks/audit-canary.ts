import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import type { Judgement } from '../domain/finding.ts';
import { epochMs, type Timestamp } from '../domain/time.ts';
import { queryCommand } from '../logs/log-commands.ts';

const writtenAt = z.iso.datetime();
const canary = z.object({
  arrived: z.object({ writtenAt, tookMinutes: z.number().nonnegative() }).nullable(),
  waiting: z.object({ writtenAt }).nullable(),
  usualMinutes: z.number().nonnegative(),
});
type Canary = z.infer<typeof canary>;
/** What the canary came to, without the question. */
type Answer =
  | { readonly status: 'pass' | 'fail'; readonly observed: string }
  | Pick<Judgement & { readonly status: 'unknown' }, 'status' | 'observed' | 'reason'>;

/** A ticket: Azure itself is late at times, and that the export stopped is paged by audit-activity-export. */
export const check = defineCheck({
  title: 'A write of our own shows up in the activity log',
  claims: [{ claim: 'console-actions-logged', interpretations: ['literal'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** From the write until its event can be read in the workspace; counted in whole five minutes where it has arrived. */
    withinMinutes: z.number().min(5).max(1_440).default(30),
  }),
  subjects: { resources: ['microsoft.operationalinsights/workspaces'] },
  needs: { resource: z.object({ id: z.string() }), canary },
  whenNone: 'unknown',
  judge: (_subject, facts, { parameters: { withinMinutes }, asOf }) => [
    {
      interpretation: 'literal',
      expected: `the event of a tag that is written every now and then is in AzureActivity within ${withinMinutes} minutes`,
      rule: 'AzureActivity of the canary, claimwatch-canary',
      ...judge(facts.canary, withinMinutes, asOf),
    },
  ],
  repeat: (subject) => {
    const query = "AzureActivity | where OperationNameValue =~ 'Microsoft.Resources/tags/write' | where TimeGenerated > ago(1d)";
    const columns = 'project TimeGenerated, ingestion_time(), CorrelationId, _ResourceId';
    return `az tag list --resource-id '${subject.id}' --query "properties.tags.\\"claimwatch-canary\\""; ${queryCommand(subject, `${query} | ${columns}`)}`;
  },
  mend: 'See whether the subscription of the workspace still exports its activity log to it (az monitor diagnostic-settings subscription list), and whether the workspace takes data in (its page "Usage and estimated costs": a daily cap). Where both are so, Azure is late: see its service health, and wait for the next canary.',
});

function judge({ arrived, waiting, usualMinutes }: Canary, withinMinutes: number, asOf: Timestamp): Answer {
  const last = arrived === null ? 'none has arrived that we know of' : `that of ${arrived.writtenAt} took ${arrived.tookMinutes} minutes`;
  if (waiting !== null && isOverdue(waiting.writtenAt, withinMinutes, asOf))
    return { status: 'fail', observed: `the event of ${waiting.writtenAt} has not arrived; ${last}` };
  if (arrived === null) return { status: 'unknown', observed: last, reason: 'none-seen' };
  if (arrived.tookMinutes > Math.ceil(withinMinutes / 5) * 5) return { status: 'fail', observed: last };
  if (usualMinutes > withinMinutes) {
    const remedy = `set "usual" of the look canary to ${withinMinutes}m or less`;
    return {
      status: 'unknown',
      observed: `${last}; later ones are told of after ${usualMinutes} minutes only; ${remedy}`,
      reason: 'unsupported',
    };
  }
  return { status: 'pass', observed: last };
}

function isOverdue(writtenAt: Timestamp, withinMinutes: number, asOf: Timestamp): boolean {
  return epochMs(asOf) - epochMs(writtenAt) > withinMinutes * 60_000;
}
