const central = 'log-shopstoresync-shared';
const ofProduction = 'log-shopstoresync-prod';
const owner = 'Jane Doe, platform';

/** What the company of the written estate says of itself, by check: what it has on purpose is signed here, and nothing else is. */
export const estateParameters: { readonly [check: string]: object } = {
  'hosting-regions': {
    allowed: ['westeurope', 'northeurope'],
    pairedRegions: { westeurope: 'northeurope', northeurope: 'westeurope' },
  },
  'encryption-disks': { customerManagedKeys: ['vm-orders-1*', 'vm-orders-2*'] },
  'network-exposure': {
    allow: [
      {
        from: ['Internet'],
        to: { name: 'vm-orders-*' },
        ports: 443,
        protocol: 'Tcp',
        owner: 'Jane Doe, platform',
        reason: 'customers reach their orders through the application gateways',
      },
      {
        from: ['203.0.113.64/28'],
        to: { name: 'vm-import-2' },
        ports: 443,
        protocol: 'Tcp',
        owner: 'John Doe, partners',
        reason: 'a partner delivers its catalogue over the firewall',
      },
    ],
  },
  'audit-consoles': {
    consoles: [
      {
        ...{ name: 'portal and command line', table: 'AzureActivity', workspace: central, owner },
        applications: ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', '04b07795-8ddb-461a-bbee-02f9e1bf7b46'],
      },
      { name: 'Entra, sign-ins', table: 'SigninLogs', workspace: central, owner, quietMinutes: 120 },
      { name: 'Entra, changes', table: 'AuditLogs', workspace: central, owner, quietMinutes: 240 },
      { name: 'cluster API', table: 'AKSAuditAdmin', workspace: central, owner },
      { name: 'databases', table: 'SQLSecurityAuditEvents', workspace: central, owner },
      { name: 'consoles of sites', table: 'AppServiceAuditLogs', workspace: central, owner },
      { name: 'Bastion', table: 'MicrosoftAzureBastionAuditLogs', workspace: central, owner },
    ],
  },
  'audit-retention': { tables: ['AzureActivity', 'SigninLogs', 'AuditLogs'].map((table) => ({ table, workspace: central })) },
  'monitoring-coverage': {
    monitors: [
      {
        name: 'sign-ins of services',
        kind: 'security',
        table: 'AADManagedIdentitySignInLogs',
        workspace: central,
        owner,
        everyMinutes: 120,
      },
      { name: 'metrics', kind: 'performance', table: 'AzureMetrics', workspace: central, owner, everyMinutes: 30 },
      {
        name: 'availability tests',
        kind: 'availability',
        table: 'AppAvailabilityResults',
        workspace: ofProduction,
        owner,
        everyMinutes: 30,
      },
    ],
  },
};

/** What the looks at the logs of the written estate ask for: the tables that are declared above. */
export const estateLogTables: readonly string[] = [
  ...['AzureActivity', 'SigninLogs', 'AuditLogs', 'AKSAuditAdmin', 'SQLSecurityAuditEvents'],
  ...['AppServiceAuditLogs', 'MicrosoftAzureBastionAuditLogs', 'AzureMetrics', 'AppAvailabilityResults', 'Heartbeat'],
  'AADManagedIdentitySignInLogs',
];
