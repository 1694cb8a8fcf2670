import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgeValue } from '../domain/known-values.ts';

const auditing = z.object({
  properties: z.object({
    state: z.string().nullish(),
    isAzureMonitorTargetEnabled: z.boolean().nullish(),
    storageEndpoint: z.string().nullish(),
    retentionDays: z.int().nullish(),
  }),
});
type Auditing = z.infer<typeof auditing>['properties'];

/**
 * What a database was asked stands in its audit alone. Sent to Azure Monitor it still needs a diagnostic setting of `master` to arrive: whether it does is
 * seen in the table SQLSecurityAuditEvents (audit-consoles), and how long it stays there by audit-retention.
 */
export const check = defineCheck({
  title: 'SQL servers audit what is done in their databases',
  claims: [{ claim: 'console-actions-logged', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** An audit in a storage account is kept for at least so many days. */
    leastDays: z.int().min(1).default(365),
  }),
  subjects: { resources: ['microsoft.sql/servers'] },
  needs: { resource: z.object({ id: z.string() }) },
  related: { auditing: { type: 'microsoft.sql/servers/auditingsettings', by: 'parentId', row: auditing } },
  whenNone: 'unknown',
  judge: (_subject, _facts, { parameters: { leastDays }, related }) => [
    judgeProperties(
      {
        interpretation: 'intent',
        expected: `auditing of the server is on, to Azure Monitor or to a storage account for ${leastDays} days or for ever`,
        rule: 'auditingSettings.properties',
      },
      related.auditing.length === 0
        ? [{ observed: 'the server lists no auditing settings', status: 'fail' }]
        : related.auditing.flatMap(({ properties }) => judgeAuditing(properties, leastDays)),
    ),
  ],
  repeat: ({ id }) =>
    `az rest --method get --url '${id}/auditingSettings?api-version=2021-11-01' --query "value[].properties.{state: state, monitor: isAzureMonitorTargetEnabled, storage: storageEndpoint, days: retentionDays}"`,
  mend: 'Turn auditing on: az sql server audit-policy update --resource-group <group> --name <server> --state Enabled --log-analytics-target-state Enabled --log-analytics-workspace-resource-id <id of the workspace>. In a storage account: --blob-storage-target-state Enabled --storage-account <name> --retention-days 0 keeps it for ever.',
});

function judgeAuditing(auditing: Auditing, leastDays: number): readonly PropertyVerdict[] {
  const state = judgeValue(auditing.state, {
    rule: 'auditingSettings.properties.state',
    good: ['enabled'],
    bad: ['disabled'],
    whenAbsent: { status: 'unknown', because: 'the server does not say whether it audits' },
  });
  return [state, judgeTarget(auditing, leastDays)];
}

/** Either is enough. Absent, Azure Monitor is no target (ServerBlobAuditingPolicyProperties of Microsoft.Sql). */
function judgeTarget({ isAzureMonitorTargetEnabled, storageEndpoint, retentionDays }: Auditing, leastDays: number): PropertyVerdict {
  if (isAzureMonitorTargetEnabled === true) return { observed: 'the audit goes to Azure Monitor', status: 'pass' };
  if ((storageEndpoint ?? '').trim() === '') {
    const rule = 'auditingSettings.properties.isAzureMonitorTargetEnabled, auditingSettings.properties.storageEndpoint';
    return { rule, observed: 'the audit goes neither to Azure Monitor nor to a storage account', status: 'fail' };
  }
  const rule = 'auditingSettings.properties.retentionDays';
  if (retentionDays === null || retentionDays === undefined || retentionDays < 0) {
    const observed = `the audit goes to ${storageEndpoint}; how long it stays there is not said`;
    return { rule, observed, status: 'unknown', reason: 'unsupported' };
  }
  const isKept = retentionDays === 0 || retentionDays >= leastDays;
  const observed = `the audit goes to ${storageEndpoint} and is kept there ${retentionDays === 0 ? 'for ever' : `for ${retentionDays} days`}`;
  return { rule, observed, status: isKept ? 'pass' : 'fail' };
}
