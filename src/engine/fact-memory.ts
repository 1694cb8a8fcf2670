import type { Derivation } from '../domain/check.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind, FactMap, FactReference, Look } from '../domain/look.ts';
import type { StoreReader } from '../domain/ports.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Resource } from '../domain/subject.ts';
import { faultOf, type NeededFact } from './judge-subjects.ts';
import { isPacked, type KeptFact, keepFact, readKept } from './kept-fact.ts';
import { indexMap, ownerOf, type ResourceIndex, resourceKind } from './resource-index.ts';

/** A recorded look with its facts at hand. */
export interface RememberedLook {
  readonly look: Look;
  readonly map: FactMap;
  readonly values: ReadonlyMap<string, KeptFact>;
  /** Derived facts, by kind and by the digest of what they came from. */
  readonly derived: Map<FactKind, Map<string, NeededFact>>;
  /** What it found, by type. */
  readonly index: ResourceIndex;
  /** Rows of one type by the subject that they belong to, each list ordered by id; made when first asked for. */
  related(type: string, by: string): ReadonlyMap<string, readonly RelatedRow[]>;
  /** What `faulty` has counted so far. */
  readonly countedFaulty: ReadonlyMap<FactKind, ReadonlySet<string>>;
  /** Relations that were made so far, by type and path. */
  readonly relations: ReadonlyMap<string, MadeRelation>;
  /** Ids of those whose facts of this kind could not be seen, or did not come. */
  faulty(kind: FactKind): ReadonlySet<string>;
}

/** Rows of one type by the subject that they belong to. */
interface MadeRelation {
  readonly type: string;
  readonly rows: ReadonlyMap<string, readonly RelatedRow[]>;
}

export interface RelatedRow {
  readonly id: string;
  readonly row: Json;
  readonly digest: string;
}

export function rememberLook(
  look: Look,
  map: FactMap,
  values: ReadonlyMap<string, KeptFact>,
  before: RememberedLook | undefined,
): RememberedLook {
  const derived = new Map<FactKind, Map<string, NeededFact>>();
  for (const [kind, byDigest] of before?.derived ?? []) {
    derived.set(kind, new Map([...byDigest].filter(([digest]) => values.has(digest))));
  }
  return withIndexes({ look, map, values, derived, index: indexMap(map, before?.index) }, new Map(), new Map());
}

/**
 * A look at some subjects on top of `before`, of which nothing remains: its map and values are changed in place, since copying 100,000 entries costs
 * more than judging one of them. An entry without kinds is gone.
 */
export function amendLook(before: RememberedLook, look: Look, changes: FactMap, added: ReadonlyMap<string, KeptFact>): RememberedLook {
  const map = before.map as Record<string, FactMap[string]>;
  const values = before.values as Map<string, KeptFact>;
  let isSamePopulation = true;
  for (const [id, kinds] of Object.entries(changes)) {
    const isGone = Object.keys(kinds).length === 0;
    if (isGone === id in map) isSamePopulation = false;
    if (isGone) delete map[id];
    else map[id] = kinds;
  }
  for (const [digest, value] of added) values.set(digest, value);
  const index = isSamePopulation ? before.index : indexMap(map, before.index);
  return withIndexes({ look, map, values, derived: before.derived, index }, amendFaulty(before, changes), amendRelations(before, changes));
}

/** Relations of types of which nothing changed stay as they are. */
function amendRelations(before: RememberedLook, changes: FactMap): Map<string, MadeRelation> {
  const changed = new Set(Object.keys(changes).map((id) => resourceFromId(id)?.type));
  return new Map([...before.relations].filter(([, { type }]) => !changed.has(type)));
}

/** What was counted of 100,000 before is counted on for the few that changed. */
function amendFaulty(before: RememberedLook, changes: FactMap): Map<FactKind, ReadonlySet<string>> {
  const amended = new Map<FactKind, ReadonlySet<string>>();
  for (const [kind, ids] of before.countedFaulty) {
    const now = new Set(ids);
    for (const [id, kinds] of Object.entries(changes)) {
      if (Object.keys(kinds).length > 0 && !hasFact(kinds[kind])) now.add(id);
      else now.delete(id);
    }
    amended.set(kind, now);
  }
  return amended;
}

function hasFact(reference: FactReference | undefined): boolean {
  return reference !== undefined && 'digest' in reference;
}

function withIndexes(
  remembered: Omit<RememberedLook, 'related' | 'faulty' | 'countedFaulty' | 'relations'>,
  countedFaulty: Map<FactKind, ReadonlySet<string>>,
  relations: Map<string, MadeRelation>,
): RememberedLook {
  return {
    ...remembered,
    countedFaulty,
    relations,
    faulty: (kind) => {
      const known = countedFaulty.get(kind);
      if (known !== undefined) return known;
      const made = new Set(Object.keys(remembered.map).filter((id) => !hasFact(remembered.map[id]?.[kind])));
      countedFaulty.set(kind, made);
      return made;
    },
    related: (type, by) => {
      const key = `${type} ${by}`;
      const known = relations.get(key);
      if (known !== undefined) return known.rows;
      const made = relate(remembered.index.byType.get(type) ?? [], by, remembered.map, remembered.values);
      relations.set(key, { type, rows: made });
      return made;
    },
  };
}

function relate(
  resources: readonly Resource[],
  by: string,
  map: FactMap,
  values: ReadonlyMap<string, KeptFact>,
): ReadonlyMap<string, readonly RelatedRow[]> {
  const related = new Map<string, RelatedRow[]>();
  for (const resource of resources) {
    const reference = map[resource.id]?.[resourceKind];
    const kept = reference !== undefined && 'digest' in reference ? values.get(reference.digest) : undefined;
    if (kept === undefined || reference === undefined || !('digest' in reference)) continue;
    const row = relatedRow(resource.id, kept, reference.digest);
    const owner = ownerOf(row.row, resource, by);
    if (owner === null) continue;
    const rows = related.get(owner) ?? [];
    rows.push(row);
    related.set(owner, rows);
  }
  return related;
}

function relatedRow(id: string, kept: KeptFact, digest: string): RelatedRow {
  if (!isPacked(kept)) return { id, row: kept, digest };
  return {
    id,
    digest,
    get row() {
      return readKept(kept);
    },
  };
}

/** Reads a recorded look back, after a restart or to judge an old run again. */
export async function recallLook(reader: StoreReader, look: Look): Promise<RememberedLook> {
  const map = await reader.factMap(look);
  return rememberLook(look, map, await reader.bodiesAs([...digestsOf(map)], (body) => keepFact(body)), undefined);
}

function digestsOf(map: FactMap): ReadonlySet<string> {
  const digests = new Set<string>();
  for (const kinds of Object.values(map)) {
    for (const reference of Object.values(kinds)) if ('digest' in reference) digests.add(reference.digest);
  }
  return digests;
}

/** A fact as a look brought it. A subject that the look did not hold is `partial`: it was not looked at. */
export function lookedAtFact(remembered: RememberedLook | undefined, lookName: string, subjectId: string, kind: FactKind): NeededFact {
  if (remembered === undefined) return { look: lookName, fault: { code: 'partial', message: `no look ${lookName} has ended yet` } };
  const reference = remembered.map[subjectId]?.[kind];
  if (reference === undefined) {
    return { look: lookName, fault: { code: 'partial', message: `the last look ${lookName} did not hold this subject` } };
  }
  if ('fault' in reference) return { look: lookName, fault: reference.fault };
  const { digest } = reference;
  const kept = remembered.values.get(digest);
  if (kept === undefined) return { look: lookName, fault: { code: 'defect', message: 'a stored fact is missing from the state file' } };
  if (!isPacked(kept)) return { look: lookName, value: kept, digest };
  return {
    look: lookName,
    digest,
    // Most want to know only whether it is the same as before.
    get value() {
      return readKept(kept);
    },
  };
}

/** A derived fact, computed once per digest of what it comes from. A derivation that throws is a fault, and not remembered as a value. */
export function derivedFact(
  derivation: Derivation,
  from: NeededFact,
  remembered: RememberedLook | undefined,
  onDefect: (error: unknown) => void,
): NeededFact {
  if ('fault' in from) return from;
  const known = remembered?.derived.get(derivation.kind)?.get(from.digest);
  if (known !== undefined) return known;
  const computed = computeDerived(derivation, from, onDefect);
  if (remembered !== undefined) {
    const byDigest = remembered.derived.get(derivation.kind) ?? new Map<string, NeededFact>();
    remembered.derived.set(derivation.kind, byDigest.set(from.digest, computed));
  }
  return computed;
}

function computeDerived(
  derivation: Derivation,
  from: { readonly look: string; readonly value: Json; readonly digest: string },
  onDefect: (error: unknown) => void,
): NeededFact {
  const parsed = derivation.schema.safeParse(from.value);
  if (!parsed.success)
    return { look: from.look, fault: { code: 'malformed', message: `fact ${derivation.from} cannot be read for ${derivation.kind}` } };
  try {
    return { look: from.look, value: derivation.derive(parsed.data) as Json, digest: from.digest };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'defect') onDefect(error);
    return { look: from.look, fault };
  }
}
