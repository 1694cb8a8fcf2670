import { groupType, type ResourcePath, resourceGroupOf, subscriptionOf } from './arm-path.ts';
import type { EstateResource, PretendEstate } from './estate-port.ts';
import { extensionsOf, isExtensionType } from './extensions.ts';
import { tableOf } from './graph-tables.ts';

/** The estate as Azure Resource Manager looks at it: by type, by parent and by group. Ids in any casing. */
export interface ArmEstate {
  get(id: string): EstateResource | undefined;
  hasGroup(subscription: string, group: string): boolean;
  groups(subscription: string): readonly EstateResource[];
  /** What stands in a subscription as a resource of its own, by name only, in the order of the estate. */
  tracked(subscription: string): readonly EstateResource[];
  /** What a list path gives, in the order of the estate. */
  list(path: ResourcePath): readonly EstateResource[];
}

interface Sorted {
  readonly byType: ReadonlyMap<string, readonly EstateResource[]>;
  /** By id, lower case. */
  readonly groups: ReadonlyMap<string, EstateResource>;
  /** By subscription, lower case. */
  readonly tracked: ReadonlyMap<string, readonly EstateResource[]>;
}

export function makeArmEstate(estate: PretendEstate): ArmEstate {
  let version: number | undefined;
  let sorted: Sorted = { byType: new Map(), groups: new Map(), tracked: new Map() };
  function current(): Sorted {
    if (version !== estate.version) sorted = sortResources(estate);
    version = estate.version;
    return sorted;
  }
  return {
    get: (id) => estate.get(id) ?? current().groups.get(id.toLowerCase()),
    hasGroup: (subscription, group) => current().groups.has(groupId(subscription, group).toLowerCase()),
    groups: (subscription) =>
      [...current().groups.values()].filter(({ id }) => subscriptionOf(id).toLowerCase() === subscription.toLowerCase()),
    tracked: (subscription) => current().tracked.get(subscription.toLowerCase()) ?? [],
    list(path) {
      const isListed = isExtensionType(path.type) ? extensionsOf(path) : listedBy(path);
      return (current().byType.get(path.type.toLowerCase()) ?? []).filter(({ id }) => isListed(id.toLowerCase()));
    },
  };
}

function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

function sortResources(estate: PretendEstate): Sorted {
  const all = [...estate.all()];
  const groups = new Map<string, EstateResource>();
  for (const resource of all) {
    const group = groupOf(resource);
    if (group === null) continue;
    const key = group.id.toLowerCase();
    if (!groups.has(key) || resource.type.toLowerCase() === groupType.toLowerCase()) groups.set(key, group);
  }
  const named = all.filter(({ type }) => tableOf(type.toLowerCase()) === 'resources').map((resource) => ({ ...resource, properties: {} }));
  const tracked = Map.groupBy(named, ({ id }) => subscriptionOf(id).toLowerCase());
  return { byType: Map.groupBy(all, ({ type }) => type.toLowerCase()), groups, tracked };
}

/** The group that a resource lies in; a group that stands in the estate is its own. */
function groupOf(resource: EstateResource): EstateResource | null {
  if (resource.type.toLowerCase() === groupType.toLowerCase()) return resource;
  const name = resourceGroupOf(resource.id);
  if (name === undefined) return null;
  const id = groupId(subscriptionOf(resource.id), name);
  return { id, name, type: 'Microsoft.Resources/resourceGroups', location: 'westeurope', properties: { provisioningState: 'Succeeded' } };
}

/** Children lie right under the path; what has no parent lies in the scope, or in a group of it where the scope is a subscription. */
function listedBy(path: ResourcePath): (id: string) => boolean {
  const lower = path.id.toLowerCase();
  if (isChildType(path.type)) return (id) => id.slice(0, id.lastIndexOf('/')) === lower;
  const scope = path.scope.toLowerCase();
  const groupsOfScope = scope.split('/').length === 3 ? `${scope}/resourcegroups/` : null;
  return (id) => {
    const itsScope = id.slice(0, id.lastIndexOf('/providers/'));
    if (itsScope === scope) return true;
    return groupsOfScope !== null && itsScope.startsWith(groupsOfScope) && !itsScope.includes('/', groupsOfScope.length);
  };
}

/** Whether resources of a type live in others: `Microsoft.Sql/servers/databases`. */
export function isChildType(type: string): boolean {
  return type.split('/').length > 2;
}
