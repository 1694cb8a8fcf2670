import { contractor, data, type Edit, edit, type Mutation, operator, pipeline, production, shared } from './mutation.ts';

const settings = 'providers/Microsoft.Insights/diagnosticSettings';
const central = `${shared}/resourceGroups/rg-monitor-shared/providers/Microsoft.OperationalInsights/workspaces/log-shopstoresync-shared`;
const monitor = `${production}/resourceGroups/rg-monitor-prod/providers/Microsoft.Insights`;
const vault = `${production}/resourceGroups/rg-secrets-prod/providers/Microsoft.KeyVault/vaults/kv-sss-prod-data`;

/** What people set otherwise around the logs. Of settings that hang on another resource Azure tells nobody who did it. */
export const logArmMutations: { readonly [name: string]: Mutation } = {
  'stop-export': {
    title: 'The activity log of production is no longer sent to the workspace',
    by: operator,
    operation: 'Microsoft.Insights/diagnosticSettings/write',
    edits: [{ id: `${production}/${settings}/activity-to-central`, unset: ['properties.workspaceId'] }],
    verdict: 'fail',
    claims: { 'console-actions-logged': ['literal', 'intent'] },
    checks: ['audit-activity-export'],
    isUntold: true,
  },
  'retention-30-days': {
    title: 'The central workspace keeps its logs for 30 days',
    by: contractor,
    operation: 'Microsoft.OperationalInsights/workspaces/write',
    edits: [...edit(central, { 'properties.retentionInDays': 30 }), ...['AzureActivity', 'AuditLogs', 'SigninLogs'].flatMap(keptFor30Days)],
    verdict: 'fail',
    claims: { 'console-actions-logged': ['literal', 'intent'] },
    checks: ['audit-retention'],
  },
  'alert-without-action': {
    title: 'An alert tells nobody any more',
    by: pipeline,
    operation: 'Microsoft.Insights/activityLogAlerts/write',
    edits: edit(`${monitor}/activityLogAlerts/ala-nsg-prod`, { 'properties.actions.actionGroups': [] }),
    verdict: 'fail',
    claims: { 'constantly-monitored': ['intent'] },
    checks: ['monitoring-alert-rules'],
  },
  'sql-auditing-off': {
    title: 'A database server no longer records who asks what',
    by: operator,
    operation: 'Microsoft.Sql/servers/auditingSettings/write',
    edits: edit(`${data}/Microsoft.Sql/servers/sql-sss-prod/auditingSettings/Default`, { 'properties.state': 'Disabled' }),
    verdict: 'fail',
    claims: { 'console-actions-logged': ['intent'] },
    checks: ['audit-sql'],
    isUntold: true,
  },
  'key-vault-unlogged': {
    title: 'Nobody records any more who opens a key vault',
    by: contractor,
    operation: 'Microsoft.Insights/diagnosticSettings/delete',
    edits: [{ remove: `${vault}/${settings}/to-central` }],
    verdict: 'fail',
    claims: { 'console-actions-logged': ['intent'] },
    checks: ['audit-resource-diagnostics'],
    isUntold: true,
  },
};

function keptFor30Days(table: string): readonly Edit[] {
  return edit(`${central}/tables/${table}`, {
    'properties.retentionInDays': 30,
    'properties.totalRetentionInDays': 30,
    'properties.archiveRetentionInDays': 0,
  });
}
