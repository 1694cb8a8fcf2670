import type { Fault } from '../domain/fault.ts';
import type { FactMap, FactReference, ResourceTypePlan } from '../domain/look.ts';
import { subscriptionResource } from '../domain/resource-id.ts';
import type { RememberedLook } from './fact-memory.ts';
import { listKindPrefix, type ResourceIndex, resourceKind } from './resource-index.ts';

/**
 * What the look before held and this one does not, although a list that would hold it is not complete: it stays, and cannot be seen. The estate never
 * grows smaller by what we could not read. Endpoints that were discovered stay as long as a list that they are found from is incomplete.
 */
export function keepUnlisted(
  map: Readonly<Record<string, FactMap[string]>>,
  before: RememberedLook | null,
  types: readonly ResourceTypePlan[],
): FactMap {
  if (before === null || before.index.scopes.length === 0) return map;
  const kept: Record<string, FactMap[string]> = {};
  let isAnyIncomplete = false;
  let areEndpointsMissing = false;
  const ofEndpoints = types.filter(({ findsEndpoints }) => findsEndpoints === true);
  const faults = new Map<string, Fault | null>();
  const faultOfList = (scope: string, type: string): Fault | null => {
    const key = `${scope} ${type}`;
    const known = faults.get(key);
    if (known !== undefined) return known;
    const fault = faultOfReference(map[scope], type);
    faults.set(key, fault);
    return fault;
  };
  for (const [scope, kinds] of Object.entries(map)) {
    if (!scope.startsWith('/') || !hasIncompleteList(kinds)) continue;
    isAnyIncomplete = true;
    areEndpointsMissing ||= ofEndpoints.some(({ type }) => faultOfList(scope, type) !== null);
  }
  if (!isAnyIncomplete) return map;
  for (const [type, resources] of before.index.byType) {
    for (const resource of resources) {
      if (resource.id in map) continue;
      const fault = faultOfList(subscriptionResource(resource.subscription).id, type);
      if (fault !== null) kept[resource.id] = { [resourceKind]: { fault } };
    }
  }
  return { ...map, ...kept, ...(areEndpointsMissing ? keepEndpoints(before.index, before.map, map) : {}) };
}

function keepEndpoints(index: ResourceIndex, before: FactMap, map: FactMap): FactMap {
  return Object.fromEntries(index.endpoints.flatMap((id) => (id in map || before[id] === undefined ? [] : [[id, before[id]] as const])));
}

function hasIncompleteList(kinds: FactMap[string]): boolean {
  return Object.entries(kinds).some(([kind, reference]) => kind.startsWith(listKindPrefix) && 'fault' in reference);
}

/** Null where the list is complete, or where nobody asks for the type any more. */
function faultOfReference(kinds: { readonly [kind: string]: FactReference } | undefined, type: string): Fault | null {
  const reference = kinds?.[`${listKindPrefix}${type}`];
  return reference !== undefined && 'fault' in reference ? reference.fault : null;
}
