import type { Json } from '../domain/json.ts';
import type { FactKind, FactMap, FactReference, Seen } from '../domain/look.ts';
import type { StoredBody } from '../domain/ports.ts';
import { bodyOfText, digestOf, storedBody } from './body.ts';

/** Deltas between two whole maps: bounds what reading one back costs. */
const longestChain = 64;

export interface BuiltMap {
  readonly map: FactMap;
  readonly values: ReadonlyMap<string, Json>;
  /** Bodies of facts that `known` did not hold. */
  readonly bodies: readonly StoredBody[];
}

/** Seen facts to references, with the bodies that are new. */
export function buildMap(seen: ReadonlyMap<string, { readonly [kind: FactKind]: Seen }>, known: ReadonlyMap<string, Json>): BuiltMap {
  const map: Record<string, Record<FactKind, FactReference>> = {};
  const values = new Map<string, Json>();
  const bodies: StoredBody[] = [];
  for (const [subject, kinds] of seen) {
    const references: Record<FactKind, FactReference> = {};
    for (const [kind, brought] of Object.entries(kinds)) {
      if ('fault' in brought) {
        references[kind] = { fault: brought.fault };
        continue;
      }
      const text = JSON.stringify(brought.fact);
      const digest = digestOf(text);
      const value = known.get(digest) ?? values.get(digest);
      if (value === undefined) bodies.push(bodyOfText(digest, text));
      values.set(digest, value ?? brought.fact);
      references[kind] = { digest };
    }
    map[subject] = references;
  }
  return { map, values, bodies };
}

export interface MapDelta {
  readonly body: StoredBody;
  readonly base: number | null;
  readonly depth: number;
}

/** What to store of a map: the delta against the look before, or the whole map where the chain got long or there is none. */
export function encodeMap(map: FactMap, before: { readonly id: number; readonly depth: number; readonly map: FactMap } | null): MapDelta {
  if (before === null || before.depth >= longestChain) return { body: storedBody(map), base: null, depth: 0 };
  return { body: storedBody(diffMaps(before.map, map)), base: before.id, depth: before.depth + 1 };
}

function diffMaps(before: FactMap, after: FactMap): FactMap {
  const delta: Record<string, FactMap[string]> = {};
  for (const [subject, kinds] of Object.entries(after)) {
    const old = before[subject];
    if (old === undefined || !sameReferences(old, kinds)) delta[subject] = kinds;
  }
  for (const subject of Object.keys(before)) if (after[subject] === undefined) delta[subject] = {};
  return delta;
}

function sameReferences(a: FactMap[string], b: FactMap[string]): boolean {
  const kinds = Object.keys(a);
  if (kinds.length !== Object.keys(b).length) return false;
  return kinds.every((kind) => {
    const left = a[kind];
    const right = b[kind];
    if (left === undefined || right === undefined) return false;
    if ('digest' in left) return 'digest' in right && left.digest === right.digest;
    return 'fault' in right && left.fault.code === right.fault.code && left.fault.message === right.fault.message;
  });
}
