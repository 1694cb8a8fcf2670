import type { Json } from '../domain/json.ts';
import type { FactMap } from '../domain/look.ts';
import { resourceFromId, subscriptionType } from '../domain/resource-id.ts';
import type { Resource } from '../domain/subject.ts';

/** The one kind of fact of a resource: its row, as Resource Graph and ARM give it. */
export const resourceKind = 'resource';
/** Of an endpoint: which resources it was found from. */
export const discoveredKind = 'discovered';
/** Before a type: how completely a scope's resources of that type were listed. */
export const listKindPrefix = 'list:';

/** What a look found, by what it is. */
export interface ResourceIndex {
  /** Type -> resources ordered by id. */
  readonly byType: ReadonlyMap<string, readonly Resource[]>;
  /** The scopes that were listed, ordered by id. */
  readonly scopes: readonly Resource[];
  /** Ids of endpoints, ordered. */
  readonly endpoints: readonly string[];
}

/**
 * Where nothing came or went it is the index of before itself, and where nothing of one type did, its list: ids that were read before are not taken
 * apart again, and what is made of a list can be remembered by it. Of 100,000 that is half a second at every look.
 */
export function indexMap(map: FactMap, before: ResourceIndex | null = null): ResourceIndex {
  const ids = Object.keys(map);
  const known = new Map<string, Resource | null>((before?.endpoints ?? []).map((id) => [id, null]));
  for (const resources of before?.byType.values() ?? []) for (const resource of resources) known.set(resource.id, resource);
  if (before !== null && ids.length === known.size && ids.every((id) => known.has(id))) return before;
  const byType = new Map<string, Resource[]>();
  const endpoints: string[] = [];
  for (const id of ids) {
    const resource = id.startsWith('/') ? (known.get(id) ?? resourceFromId(id)) : null;
    if (resource === null) {
      endpoints.push(id);
      continue;
    }
    // A scope is a subject of its own only where its row was brought or asked for.
    const own = byType.get(resource.type);
    if (own === undefined) byType.set(resource.type, [resource]);
    else own.push(resource);
  }
  const lists = new Map([...byType].map(([type, own]) => [type, sameOrOrdered(own, before?.byType.get(type))]));
  return { byType: lists, scopes: lists.get(subscriptionType) ?? [], endpoints: endpoints.sort() };
}

function sameOrOrdered(resources: Resource[], before: readonly Resource[] | undefined): readonly Resource[] {
  if (before !== undefined && before.length === resources.length) {
    const own = new Set(resources);
    if (before.every((resource) => own.has(resource))) return before;
  }
  return resources.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** The same list for the same types: what is made of it can be remembered by it. */
const mixtures = new WeakMap<ResourceIndex, Map<string, readonly Resource[]>>();

/** The resources of these types, ordered by id. */
export function resourcesOf(index: ResourceIndex, types: readonly string[]): readonly Resource[] {
  const [first] = types;
  if (types.length === 1 && first !== undefined) return index.byType.get(first) ?? [];
  const mixed = mixtures.get(index) ?? new Map<string, readonly Resource[]>();
  mixtures.set(index, mixed);
  const key = types.join(' ');
  const known = mixed.get(key);
  if (known !== undefined) return known;
  const found = types.flatMap((type) => index.byType.get(type) ?? []).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  mixed.set(key, found);
  return found;
}

/** What stands before the last type and name; of an extension also before its provider. */
function parentOf(id: string): string {
  return id.replace(/(\/providers\/[^/]+)?\/[^/]+\/[^/]+$/, '');
}

/** The subject that a related row belongs to, by the path of `RelatedResources.by`; null where the row does not say. */
export function ownerOf(row: Json, resource: Resource, by: string): string | null {
  if (by === 'parentId') return parentOf(resource.id);
  if (by === 'subscriptionId') return `/subscriptions/${resource.subscription}`;
  let value: Json | undefined = row;
  for (const part of by.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = (value as { readonly [key: string]: Json })[part];
  }
  return typeof value === 'string' && value !== '' ? value.toLowerCase().replace(/\/+$/, '') : null;
}
