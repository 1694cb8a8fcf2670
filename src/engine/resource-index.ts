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

/** Ids that were read before are not taken apart again: of 100,000 that is a tenth of a second at every look. */
export function indexMap(map: FactMap, known: ReadonlyMap<string, readonly Resource[]> = new Map()): ResourceIndex {
  const before = new Map<string, Resource>();
  for (const resources of known.values()) for (const resource of resources) before.set(resource.id, resource);
  const byType = new Map<string, Resource[]>();
  const endpoints: string[] = [];
  for (const id of Object.keys(map)) {
    const resource = id.startsWith('/') ? (before.get(id) ?? resourceFromId(id)) : null;
    if (resource === null) {
      endpoints.push(id);
      continue;
    }
    // A scope is a subject of its own only where its row was brought or asked for.
    const own = byType.get(resource.type);
    if (own === undefined) byType.set(resource.type, [resource]);
    else own.push(resource);
  }
  for (const resources of byType.values()) resources.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { byType, scopes: byType.get(subscriptionType) ?? [], endpoints: endpoints.sort() };
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

/** The subject that a related row belongs to, by the path of `RelatedResources.by`; null where the row does not say. */
export function ownerOf(row: Json, resource: Resource, by: string): string | null {
  if (by === 'parentId') return resource.id.split('/').slice(0, -2).join('/');
  if (by === 'subscriptionId') return `/subscriptions/${resource.subscription}`;
  let value: Json | undefined = row;
  for (const part of by.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = (value as { readonly [key: string]: Json })[part];
  }
  return typeof value === 'string' && value !== '' ? value.toLowerCase().replace(/\/+$/, '') : null;
}
