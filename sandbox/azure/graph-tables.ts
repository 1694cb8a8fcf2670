import type { GraphTable } from './graph-query.ts';

/** Which table lists a type; the first that fits counts. Source: Microsoft, "Azure Resource Graph table and resource type reference". */
const tableRules: readonly { readonly table: GraphTable; readonly types: RegExp }[] = [
  { table: 'resourcecontainers', types: /^microsoft\.(resources\/subscriptions(\/resourcegroups)?|management\/managementgroups)$/ },
  { table: 'recoveryservicesresources', types: /^microsoft\.(recoveryservices\/vaults|dataprotection\/backupvaults)\/.+$/ },
  { table: 'securityresources', types: /^microsoft\.security\/.+$/ },
  { table: 'appserviceresources', types: /^microsoft\.web\/sites\/(slots\/)?config$/ },
  {
    table: 'networkresources',
    types: /^microsoft\.network\/(firewallpolicies\/rulecollectiongroups|networkmanagers\/.+|networksecurityperimeters\/.+)$/,
  },
  { table: 'computeresources', types: /^microsoft\.compute\/virtualmachinescalesets\/virtualmachines(\/.+)?$/ },
  { table: 'authorizationresources', types: /^microsoft\.authorization\/(roleassignments|roledefinitions|classicadministrators)$/ },
  { table: 'policyresources', types: /^microsoft\.(authorization\/policy[a-z]+|policyinsights\/.+)$/ },
  {
    table: 'resources',
    types:
      /^microsoft\.(sql\/servers\/(databases|elasticpools)|sql\/managedinstances\/databases|network\/networkwatchers\/flowlogs|web\/sites\/slots|cdn\/profiles\/(afd)?endpoints|compute\/virtualmachines\/extensions)$/,
  },
];

/** Settings that hang on resources and stand in no table. */
const unlisted = new Set(['microsoft.insights/diagnosticsettings', 'microsoft.insights/logprofiles', 'microsoft.authorization/locks']);

/** The table of a type in lower case; null where only Azure Resource Manager tells of it, as of most parts of resources. */
export function tableOf(type: string): GraphTable | null {
  const rule = tableRules.find(({ types }) => types.test(type));
  if (rule !== undefined) return rule.table;
  const isPartOfResource = type.split('/').length > 2;
  return isPartOfResource || unlisted.has(type) ? null : 'resources';
}
