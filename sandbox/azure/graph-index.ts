import type { JsonObject } from '../../src/domain/json.ts';
import { resourceGroupOf, subscriptionOf, typeOfPath } from './arm-path.ts';
import type { EstateChange, EstateResource, EstateSubscription, PretendEstate } from './estate-port.ts';
import type { GraphColumn, GraphTable } from './graph-query.ts';
import { tableOf } from './graph-tables.ts';

/** A resource as Resource Graph has filed it: what queries look at, lower case. */
export interface FiledResource {
  readonly key: string;
  readonly table: GraphTable;
  readonly type: string;
  readonly subscription: string;
  readonly resource: EstateResource;
}

/** Everything that stands in a table, in the order of the ids; made anew when the estate has changed. */
export function makeGraphIndex(estate: PretendEstate): () => readonly FiledResource[] {
  let filed: readonly FiledResource[] = [];
  let version: number | undefined;
  return () => {
    if (version === estate.version) return filed;
    version = estate.version;
    filed = fileResources(estate);
    return filed;
  };
}

function fileResources(estate: PretendEstate): readonly FiledResource[] {
  const filed = new Map<string, FiledResource>();
  for (const resource of [...estate.subscriptions.map(subscriptionRow), ...estate.indexed()]) {
    const entry = fileResource(resource);
    if (entry !== null) filed.set(entry.key, entry);
  }
  return [...filed.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
}

function fileResource(resource: EstateResource): FiledResource | null {
  const type = resource.type.toLowerCase();
  const table = tableOf(type);
  const key = resource.id.toLowerCase();
  return table === null ? null : { key, table, type, subscription: subscriptionOf(key), resource };
}

function subscriptionRow(subscription: EstateSubscription): EstateResource {
  return {
    id: `/subscriptions/${subscription.id}`,
    name: subscription.name,
    type: 'microsoft.resources/subscriptions',
    properties: { state: subscription.state, managementGroupAncestorsChain: [] },
  };
}

/** A row with every column that was asked for: texts that are absent are empty (a text of Kusto is never null), all else is null. */
export function rowOf(filed: FiledResource, columns: readonly GraphColumn[], tenantId: string): JsonObject {
  const { resource } = filed;
  const all: { readonly [column in GraphColumn]: JsonObject[string] } = {
    id: resource.id,
    name: resource.name,
    type: filed.type,
    tenantId,
    kind: resource.kind ?? '',
    location: resource.location ?? '',
    resourceGroup: (resourceGroupOf(resource.id) ?? '').toLowerCase(),
    subscriptionId: filed.subscription,
    managedBy: resource.managedBy ?? '',
    sku: resource.sku ?? null,
    plan: null,
    properties: resource.properties,
    tags: resource.tags ?? null,
    identity: resource.identity ?? null,
    zones: resource.zones ?? null,
    extendedLocation: null,
    systemData: null,
  };
  return Object.fromEntries(columns.map((column) => [column, all[column]]));
}

/** A row of `resourcechanges`. Source: Microsoft, "Get resource configuration changes". */
export function changeRow(change: EstateChange): JsonObject {
  const changes = Object.entries(change.changes).map(([path, { previousValue, newValue }]) => [
    path,
    { previousValue, newValue, changeCategory: 'User', propertyChangeType: propertyChangeType(previousValue, newValue) },
  ]);
  return {
    id: change.id,
    properties: {
      targetResourceId: change.target,
      targetResourceType: typeOfPath(change.target),
      changeType: change.type,
      changes: Object.fromEntries(changes),
      changeAttributes: {
        timestamp: change.at,
        changedBy: change.by,
        changedByType: change.by.includes('@') ? 'User' : 'Application',
        clientType: change.clientType,
        operation: change.operation,
        changesCount: changes.length,
        correlationId: change.correlationId ?? '00000000-0000-0000-0000-000000000000',
      },
    },
  };
}

function propertyChangeType(previousValue: unknown, newValue: unknown): string {
  if (previousValue === null) return 'Insert';
  return newValue === null ? 'Remove' : 'Update';
}
