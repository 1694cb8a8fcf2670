export type ColumnType = 'string' | 'datetime' | 'long' | 'int' | 'real' | 'bool' | 'dynamic' | 'guid';
/** Column -> its type in the workspace. */
export type LogColumns = { readonly [column: string]: ColumnType };

/** Every table of a workspace has it: when it happened. */
export const generatedColumn = 'TimeGenerated';
const onlyTimes: LogColumns = { [generatedColumn]: 'datetime' };

/**
 * The tables and of each the columns that are ever asked for: nothing else is, whatever a caller wants. None holds a person, a mail address, a client's
 * address, a statement, an address of a request or the body of a message. Of most of them it counts only that rows arrive.
 * Source: Microsoft, "Azure Monitor Logs table reference".
 */
export const logTables: { readonly [table: string]: LogColumns } = {
  AzureActivity: {
    ...onlyTimes,
    ActivityStatusValue: 'string',
    CategoryValue: 'string',
    CorrelationId: 'string',
    EventDataId: 'string',
    OperationNameValue: 'string',
    SubscriptionId: 'string',
    _ResourceId: 'string',
  },
  Heartbeat: { ...onlyTimes, Computer: 'string', SubscriptionId: 'string', _ResourceId: 'string' },
  SigninLogs: { ...onlyTimes, AppDisplayName: 'string', AppId: 'string', ResourceDisplayName: 'string' },
  ...timesOf(
    // What people and programs did: Entra, the control plane and what stands behind a console.
    ['AADManagedIdentitySignInLogs', 'AADNonInteractiveUserSignInLogs', 'AADServicePrincipalSignInLogs', 'AuditLogs'],
    ['MicrosoftGraphActivityLogs', 'ResourceManagementPublicAccessLogs', 'LAQueryLogs', 'Operation'],
    ['AKSAudit', 'AKSAuditAdmin', 'AppServiceAuditLogs', 'AppServiceConsoleLogs', 'AppServiceHTTPLogs', 'MicrosoftAzureBastionAuditLogs'],
    ['SQLSecurityAuditEvents', 'PGSQLServerLogs', 'MySqlAuditLogs', 'CDBDataPlaneRequests', 'AZKVAuditLogs'],
    ['StorageBlobLogs', 'StorageFileLogs', 'StorageQueueLogs', 'StorageTableLogs', 'SecurityEvent', 'Syslog', 'AzureDiagnostics'],
    // What watches: metrics, availability, findings, traffic, backups.
    ['AzureMetrics', 'InsightsMetrics', 'AppAvailabilityResults', 'AppRequests', 'Usage', 'Update'],
    ['SecurityAlert', 'SecurityIncident', 'SecurityRecommendation', 'SecurityRegulatoryCompliance'],
    [
      'AGWAccessLogs',
      'AGWFirewallLogs',
      'AZFWApplicationRule',
      'AZFWNetworkRule',
      'NTANetAnalytics',
      'AddonAzureBackupJobs',
      'CoreAzureBackup',
    ],
  ),
};

function timesOf(...groups: readonly (readonly string[])[]): { readonly [table: string]: LogColumns } {
  return Object.fromEntries(groups.flat().map((table) => [table, onlyTimes]));
}

/** A table that the owner of a workspace made: its own columns are not known, and are never asked for. */
const customTable = /^[A-Za-z]\w{0,59}_CL$/;

/** The columns that may be asked for of a table, named in Azure's own spelling; null: it is never asked. */
export function columnsOf(table: string): LogColumns | null {
  if (customTable.test(table)) return onlyTimes;
  return Object.hasOwn(logTables, table) ? (logTables[table] ?? null) : null;
}

/** What reading a table takes, besides `Microsoft.OperationalInsights/workspaces/query/read`. Source: Microsoft, "Manage access to Log Analytics workspaces". */
export function readActionOf(table: string): string {
  return `Microsoft.OperationalInsights/workspaces/query/${customTable.test(table) ? 'Tables.Custom' : table}/read`;
}

/** What any query of a workspace takes. */
export const queryAction = 'Microsoft.OperationalInsights/workspaces/query/read';
