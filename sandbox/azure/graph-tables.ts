import type { GraphTable } from './graph-query.ts';

/** Which table lists a type; the first that fits counts. Source: Microsoft, "Azure Resource Graph table and resource type reference". */
const tableRules: readonly { readonly table: GraphTable; readonly types: RegExp }[] = [
  { table: 'resourcecontainers', types: /^microsoft\.(resources\/subscriptions(\/resourcegroups)?|management\/managementgroups)$/ },
  { table: 'recoveryservicesresources', types: /^microsoft\.(recoveryservices\/vaults|dataprotection\/backupvaults)\/.+$/ },
  { table: 'securityresources', types: /^microsoft\.security\/(?!automations$).+$/ },
  { table: 'appserviceresources', types: /^microsoft\.web\/sites\/(slots\/)?config$/ },
  {
    table: 'networkresources',
    types: /^microsoft\.network\/(firewallpolicies\/rulecollectiongroups|networkmanagers\/.+|networksecurityperimeters\/.+)$/,
  },
  { table: 'computeresources', types: /^microsoft\.compute\/virtualmachinescalesets\/virtualmachines(\/.+)?$/ },
  { table: 'authorizationresources', types: /^microsoft\.authorization\/(roleassignments|roledefinitions|classicadministrators)$/ },
  { table: 'policyresources', types: /^microsoft\.(authorization\/policy[a-z]+|policyinsights\/.+)$/ },
  { table: 'kubernetesconfigurationresources', types: /^microsoft\.kubernetesconfiguration\/.+$/ },
  { table: 'managedservicesresources', types: /^microsoft\.managedservices\/.+$/ },
];

/** Parts of resources that are tracked as resources of their own, and thus have a row in `resources`. */
const trackedParts = new Set([
  'microsoft.automation/automationaccounts/runbooks',
  'microsoft.cdn/profiles/afdendpoints',
  'microsoft.cdn/profiles/endpoints',
  'microsoft.communication/emailservices/domains',
  'microsoft.compute/galleries/images',
  'microsoft.compute/galleries/images/versions',
  'microsoft.compute/hostgroups/hosts',
  'microsoft.compute/virtualmachines/extensions',
  'microsoft.containerregistry/registries/replications',
  'microsoft.containerregistry/registries/webhooks',
  'microsoft.hybridcompute/machines/extensions',
  'microsoft.machinelearningservices/workspaces/onlineendpoints',
  'microsoft.netapp/netappaccounts/capacitypools',
  'microsoft.netapp/netappaccounts/capacitypools/volumes',
  'microsoft.network/networkwatchers/flowlogs',
  'microsoft.network/privatednszones/virtualnetworklinks',
  'microsoft.notificationhubs/namespaces/notificationhubs',
  'microsoft.resources/templatespecs/versions',
  'microsoft.sql/managedinstances/databases',
  'microsoft.sql/servers/databases',
  'microsoft.sql/servers/elasticpools',
  'microsoft.sql/servers/jobagents',
  'microsoft.synapse/workspaces/bigdatapools',
  'microsoft.synapse/workspaces/sqlpools',
  'microsoft.web/sites/slots',
]);

/** Settings that hang on resources and stand in no table. */
const unlisted = new Set(['microsoft.insights/diagnosticsettings', 'microsoft.insights/logprofiles', 'microsoft.authorization/locks']);

/** The table of a type in lower case; null where only Azure Resource Manager tells of it, as of most parts of resources. */
export function tableOf(type: string): GraphTable | null {
  const rule = tableRules.find(({ types }) => types.test(type));
  if (rule !== undefined) return rule.table;
  const isPart = type.split('/').length > 2 && !trackedParts.has(type);
  return isPart || unlisted.has(type) ? null : 'resources';
}
