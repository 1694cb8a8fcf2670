/** What of a type's resource logs has to be sent to a workspace, so that what was done to its resources can be read later. */
export interface LoggedType {
  /** Sets of categories, each of which is enough: a service that renamed its logs offers both. */
  readonly categories: readonly (readonly string[])[];
  /** Category groups that hold all of the first set. */
  readonly groups: readonly string[];
  /** Where its diagnostic settings stand, below the resource's id; at the resource itself where it is not given. */
  readonly at?: string;
}

const allLogs = ['allLogs'];
/** Azure puts into `audit` whatever records what customers do to the data or the settings of a service; few services have the group. */
const audit = ['audit', 'allLogs'];

/**
 * The types that guard (vaults, firewalls, gateways, the ways in) or keep data and that write logs of what was done, by ARM type in lower case.
 * Categories as Azure Monitor lists them ("Supported resource logs"), in its own spelling.
 *
 * Left out on purpose: network security groups, whose flow logs are judged by network-flow-logs and whose changes stand in the activity log; SQL
 * databases, whose audit is set at their server (audit-sql).
 */
export const loggedTypes: { readonly [type: string]: LoggedType } = {
  'microsoft.keyvault/vaults': { categories: [['AuditEvent']], groups: audit },
  'microsoft.keyvault/managedhsms': { categories: [['AuditEvent']], groups: audit },
  'microsoft.network/azurefirewalls': {
    categories: [
      ['AZFWNetworkRule', 'AZFWApplicationRule', 'AZFWNatRule'],
      ['AzureFirewallNetworkRule', 'AzureFirewallApplicationRule'],
    ],
    groups: allLogs,
  },
  'microsoft.network/applicationgateways': {
    categories: [['ApplicationGatewayAccessLog', 'ApplicationGatewayFirewallLog']],
    groups: allLogs,
  },
  'microsoft.network/frontdoors': { categories: [['FrontdoorAccessLog', 'FrontdoorWebApplicationFirewallLog']], groups: allLogs },
  // The second are those of a profile of the classic kind, which has no firewall of its own.
  'microsoft.cdn/profiles': {
    categories: [['FrontDoorAccessLog', 'FrontDoorWebApplicationFirewallLog'], ['AzureCdnAccessLog']],
    groups: allLogs,
  },
  'microsoft.network/bastionhosts': { categories: [['BastionAuditLogs']], groups: allLogs },
  'microsoft.network/virtualnetworkgateways': { categories: [['GatewayDiagnosticLog', 'P2SDiagnosticLog']], groups: allLogs },
  'microsoft.network/p2svpngateways': { categories: [['GatewayDiagnosticLog', 'P2SDiagnosticLog']], groups: allLogs },
  // `kube-audit` holds reads too, `kube-audit-admin` what changes something.
  'microsoft.containerservice/managedclusters': { categories: [['kube-audit-admin'], ['kube-audit']], groups: audit },
  // Blobs alone: queues, tables and files of an account have settings of their own.
  'microsoft.storage/storageaccounts': {
    categories: [['StorageRead', 'StorageWrite', 'StorageDelete']],
    groups: audit,
    at: '/blobservices/default',
  },
  'microsoft.sql/managedinstances': { categories: [['SQLSecurityAuditEvents']], groups: audit },
  'microsoft.dbforpostgresql/flexibleservers': { categories: [['PostgreSQLLogs']], groups: audit },
  'microsoft.dbformysql/flexibleservers': { categories: [['MySqlAuditLogs']], groups: audit },
  'microsoft.documentdb/databaseaccounts': { categories: [['DataPlaneRequests', 'ControlPlaneRequests']], groups: audit },
  'microsoft.containerregistry/registries': {
    categories: [['ContainerRegistryLoginEvents', 'ContainerRegistryRepositoryEvents']],
    groups: audit,
  },
  'microsoft.servicebus/namespaces': { categories: [['OperationalLogs']], groups: allLogs },
  'microsoft.eventhub/namespaces': { categories: [['OperationalLogs']], groups: allLogs },
  'microsoft.search/searchservices': { categories: [['OperationLogs']], groups: audit },
  // Who signed in to deploy or to open a console.
  'microsoft.web/sites': { categories: [['AppServiceAuditLogs']], groups: allLogs },
  'microsoft.web/sites/slots': { categories: [['AppServiceAuditLogs']], groups: allLogs },
};
