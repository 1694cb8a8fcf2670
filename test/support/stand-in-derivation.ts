import { z } from 'zod';
import type { Check } from '../../src/domain/check.ts';
import type { DerivedEstate, EstateDerivation, IncompleteList, RowChange } from '../../src/domain/estate-derivation.ts';
import type { Fault } from '../../src/domain/fault.ts';
import type { Json } from '../../src/domain/json.ts';
import { stateCheck } from './engine-fixtures.ts';
import { judgeBoth } from './estate-checks.ts';
import { partType, thingType } from './fake-estate.ts';

/**
 * What a thing is reached by: the states of the parts whose rows name it (`properties.thingIds`), as a balancer names whom it leads to. A part that
 * does not name it any more leaves no trace in the fact.
 */
export const reachDerivation: EstateDerivation = {
  name: 'reach',
  brings: { reach: [thingType] },
  reads: { [thingType]: ['state'], [partType]: ['state', 'thingIds'] },
  create: (knowledge) => createReach(knowledge),
};

const reachFact = z.object({ states: z.array(z.string()), missing: z.array(z.string()) });

/** Fails where a bad part leads to a thing; unknown where one may be missing. */
export const reachCheck: Check = stateCheck(['reach'], {
  subjects: { resources: [thingType] },
  needs: { reach: reachFact },
  judge: (_subject, facts) => {
    const { states, missing } = reachFact.parse(facts['reach']);
    const observed = [...states, ...missing].join(', ');
    if (states.includes('bad') || missing.length === 0) return judgeBoth(states.includes('bad'), observed);
    const explained = { expected: 'good', observed, rule: 'reach', status: 'unknown', reason: 'partial' } as const;
    return [
      { ...explained, interpretation: 'intent' },
      { ...explained, interpretation: 'literal' },
    ];
  },
});

export function partRow(state: string, thingIds: readonly string[]) {
  return { properties: { state, thingIds } };
}

const partSchema = z.object({ properties: z.object({ state: z.string(), thingIds: z.array(z.string()).default([]) }) });

/** Which calls of `update` there were, by how many rows each of them brought. */
export const updates: number[] = [];

function createReach(knowledge: { readonly [name: string]: Json }): DerivedEstate {
  const things = new Map<string, RowChange['row']>();
  const parts = new Map<string, { readonly state: string; readonly thingIds: readonly string[] }>();
  const partsOf = new Map<string, Set<string>>();
  const facts = new Map<string, Json>();
  let missing: readonly string[] = [];

  function take({ id, type, row }: RowChange, dirty: Set<string>): void {
    if (type === 'effective-rules') {
      dirty.add(id);
    } else if (type === thingType) {
      if (row === null) things.delete(id);
      else things.set(id, row);
      dirty.add(id);
    } else {
      for (const thing of parts.get(id)?.thingIds ?? []) {
        partsOf.get(thing)?.delete(id);
        dirty.add(thing);
      }
      parts.delete(id);
      const read = partSchema.safeParse(row);
      if (!read.success) return;
      const { state, thingIds } = read.data.properties;
      parts.set(id, { state, thingIds });
      for (const thing of thingIds) {
        const own = partsOf.get(thing) ?? new Set();
        partsOf.set(thing, own.add(id));
        dirty.add(thing);
      }
    }
  }

  function compute(thing: string): Json {
    const states = [...(partsOf.get(thing) ?? [])].sort().flatMap((id) => parts.get(id)?.state ?? []);
    return { states, missing: [...missing, ...(typeof knowledge['missing'] === 'string' ? [knowledge['missing']] : [])] };
  }

  return {
    update: (changes: readonly RowChange[], incomplete: readonly IncompleteList[]) => {
      updates.push(changes.length);
      const dirty = new Set<string>();
      for (const change of changes) take(change, dirty);
      const now = incomplete.filter(({ type }) => type === partType).map(({ scope, fault }) => `${scope}: ${fault.code}`);
      if (JSON.stringify(now) !== JSON.stringify(missing)) for (const id of things.keys()) dirty.add(id);
      missing = now;
      for (const id of dirty) {
        const before = facts.get(id);
        const after = compute(id);
        if (JSON.stringify(before) !== JSON.stringify(after)) facts.set(id, after);
      }
      return dirty;
    },
    factOf: (_kind, subject): Json | { readonly fault: Fault } | null => {
      const row = things.get(subject);
      if (row === undefined || row === null) return null;
      if (typeof row === 'object' && 'fault' in row) return row;
      return facts.get(subject) ?? null;
    },
    basisOf: (subject) => [subject, ...[...(partsOf.get(subject) ?? [])].sort()],
  };
}
