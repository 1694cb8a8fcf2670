import type { ResourceTypePlan } from '../../domain/look.ts';
import { subscriptionType } from '../../domain/resource-id.ts';

/** What any query takes, besides the right to read what it gives. Source: Microsoft, "Azure permissions for Management and governance". */
export const queryAction = 'Microsoft.ResourceGraph/resources/read';

/** One sweep: all resources of these types, in the order in which pages need them. */
export interface Sweep {
  readonly table: string;
  readonly types: readonly ResourceTypePlan[];
  readonly query: string;
}

const columns = 'id, name, type, location, kind, sku, identity, zones, managedBy, subscriptionId, resourceGroup, properties';

/**
 * Few queries for many types: one for each table that lists any of them. Without `order by id` Azure gives no further pages. The table that most checks
 * need comes first: a look that is held up sees that much, and what is asked beside it (rules in effect) has the rest of the look for it.
 */
export function sweepsOf(types: readonly ResourceTypePlan[]): readonly Sweep[] {
  const byTable = new Map<string, ResourceTypePlan[]>();
  for (const one of types) {
    if (one.type === subscriptionType || one.table === noTable) continue;
    byTable.set(one.table, [...(byTable.get(one.table) ?? []), one]);
  }
  const first = (table: string) => (table === 'resources' ? '' : table);
  const ordered = [...byTable].sort(([a], [b]) => (first(a) < first(b) ? -1 : 1));
  return ordered.map(([table, own]) => ({ table, types: own, query: sweepQuery(table, own) }));
}

/** What `config/azure/resource-types.yaml` says of types that no table lists. */
const noTable = 'arm';

/** What has to be asked of Azure Resource Manager, since no table of Resource Graph lists it. */
export function unsweptTypes(types: readonly ResourceTypePlan[]): readonly ResourceTypePlan[] {
  return types.filter(({ table }) => table === noTable);
}

function sweepQuery(table: string, types: readonly ResourceTypePlan[]): string {
  const names = types.map(({ type }) => `'${type}'`).join(', ');
  return `${table} | where type in~ (${names}) | project ${columns} | order by id asc`;
}

/** What the row of a subscription takes. Without it nothing of the subscription is seen. */
export const subscriptionsAction = 'Microsoft.Resources/subscriptions/read';

/** The subscriptions themselves: state and name. */
export const subscriptionsQuery = `resourcecontainers | where type =~ '${subscriptionType}' | project id, name, type, subscriptionId, properties | order by id asc`;

/** How many resources of which type each subscription holds, whatever is asked for. */
export const censusQuery = 'resources | summarize resources=count() by subscriptionId, type | order by subscriptionId asc, type asc';
