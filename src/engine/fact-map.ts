import type { Json } from '../domain/json.ts';
import type { FactKind, FactMap, FactReference, Seen } from '../domain/look.ts';
import type { StoredBody } from '../domain/ports.ts';
import { bodyOfText, digestOf, storedBody } from './body.ts';
import { type KeptFact, keepFact } from './kept-fact.ts';

/** Deltas between two whole maps: bounds what reading one back costs. */
const longestChain = 64;

/** Turns what a look brings into references while it comes, so that no fact is held twice and none waits for the end of the look. */
export interface MapBuilder {
  /** By reference or fault, as `kinds` came. */
  add(subject: string, kinds: { readonly [kind: FactKind]: Seen }, confirmed?: boolean): void;
  readonly map: Readonly<Record<string, FactMap[string]>>;
  readonly values: ReadonlyMap<string, KeptFact>;
  /** Bodies of facts that `known` did not hold and that were not taken yet. */
  takeBodies(): readonly StoredBody[];
  /** How many wait to be taken. */
  waiting(): number;
}

export function createMapBuilder(known: ReadonlyMap<string, KeptFact>): MapBuilder {
  const map: Record<string, FactMap[string]> = {};
  const values = new Map<string, KeptFact>();
  let bodies: StoredBody[] = [];

  function refer(fact: Json): string {
    const text = JSON.stringify(fact);
    const digest = digestOf(text);
    if (values.has(digest)) return digest;
    const kept = known.get(digest);
    values.set(digest, kept === undefined ? keepNew(digest, text, fact) : kept);
    return digest;
  }

  function keepNew(digest: string, text: string, fact: Json): KeptFact {
    const body = bodyOfText(digest, text);
    bodies.push(body);
    return keepFact({ ...body, text }, fact);
  }

  return {
    map,
    values,
    add: (subject, kinds, confirmed = false) => {
      const references: Record<FactKind, FactReference> = {};
      for (const [kind, brought] of Object.entries(kinds)) {
        if ('fault' in brought) references[kind] = { fault: brought.fault };
        else references[kind] = confirmed ? { digest: refer(brought.fact), confirmed: true } : { digest: refer(brought.fact) };
      }
      map[subject] = references;
    },
    takeBodies: () => {
      const taken = bodies;
      bodies = [];
      return taken;
    },
    waiting: () => bodies.length,
  };
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
    if ('digest' in left) return 'digest' in right && left.digest === right.digest && left.confirmed === right.confirmed;
    return 'fault' in right && left.fault.code === right.fault.code && left.fault.message === right.fault.message;
  });
}
