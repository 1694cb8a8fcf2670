import type { FactKind, FactMap, Seen } from '../../src/domain/look.ts';
import type { StoredBody } from '../../src/domain/ports.ts';
import { createMapBuilder } from '../../src/engine/fact-map.ts';
import type { KeptFact } from '../../src/engine/kept-fact.ts';

export interface BuiltMap {
  readonly map: FactMap;
  readonly values: ReadonlyMap<string, KeptFact>;
  readonly bodies: readonly StoredBody[];
}

/** A whole map at once. */
export function buildMap(seen: ReadonlyMap<string, { readonly [kind: FactKind]: Seen }>, known: ReadonlyMap<string, KeptFact>): BuiltMap {
  const builder = createMapBuilder(known);
  for (const [subject, kinds] of seen) builder.add(subject, kinds);
  return { map: builder.map, values: builder.values, bodies: builder.takeBodies() };
}
