import type { FactKind, FactMap, FactReference } from '../domain/look.ts';
import type { RememberedLook } from './fact-memory.ts';

/** Of one kind. Each may be 100 KB, and is held in memory: of 100,000 resources they would be more than there is. */
export const mostCarried = 1_000;

/**
 * Kinds that a look at all brings of a few subjects in turn: of the others that are still there, what an earlier look brought stays, as far as it is
 * among the newest.
 */
export function carrySamples(entries: FactMap, before: RememberedLook | null, kinds: readonly FactKind[]): FactMap {
  if (before === null) return entries;
  const carried: Record<string, FactMap[string]> = {};
  for (const kind of kinds) {
    for (const [id, reference] of newestOf(samplesOf(entries, before, kind))) {
      carried[id] = { ...(carried[id] ?? entries[id]), [kind]: reference };
    }
  }
  return Object.keys(carried).length === 0 ? entries : { ...entries, ...carried };
}

type Sample = readonly [id: string, reference: FactReference];

function samplesOf(entries: FactMap, before: RememberedLook, kind: FactKind): readonly Sample[] {
  const samples: Sample[] = [];
  for (const [id, now] of Object.entries(entries)) {
    const known = before.map[id]?.[kind];
    if (known !== undefined && now[kind] === undefined)
      samples.push([id, 'digest' in known ? { ...known, carried: ageOf(known) + 1 } : known]);
  }
  return samples;
}

function newestOf(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= mostCarried) return samples;
  return samples.toSorted(([, left], [, right]) => ageOf(left) - ageOf(right)).slice(0, mostCarried);
}

function ageOf(reference: FactReference): number {
  return 'digest' in reference ? (reference.carried ?? 0) : 0;
}
