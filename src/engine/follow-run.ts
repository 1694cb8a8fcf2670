import type { JsonObject } from '../domain/json.ts';
import type { Extent } from '../domain/look.ts';
import { neededDerivations } from '../domain/needed-derivations.ts';
import { describeThrown } from './describe-thrown.ts';
import { type FollowedEstate, followEstate } from './follow-estate.ts';
import { type Defect, wholePopulation } from './judge-subjects.ts';
import { resourceKind } from './resource-index.ts';
import type { RunInput } from './run-input.ts';

/** Gives runs the facts of the estate that their check needs, as of the looks at hand. What was given moves on with the next run. */
export type FollowRun = (input: RunInput, defects: Defect[]) => RunInput;

/** One for as long as the knowledge is the same: the same looks are followed for all checks. */
export function createFollowRun(knowledge: JsonObject): FollowRun {
  const followed = new Map<string, FollowedEstate>();
  return (input, defects) => {
    const derivations = neededDerivations(input.check, [...new Set(input.sources.estate?.values() ?? [])]);
    const look = input.looks.get(input.sources.lookOfKind.get(resourceKind) ?? '');
    // What hung is not derived again: it would hang again.
    if (derivations.length === 0 || look === undefined || input.trigger === 'hung') return input;
    const estates = derivations.map((derivation): readonly [string, FollowedEstate] => {
      const key = `${look.look.name} ${derivation.name}`;
      const estate = followed.get(key) ?? followEstate(derivation, knowledge);
      followed.set(key, estate);
      estate.moveTo(look, (error) => defects.push({ subject: wholePopulation, error: describeThrown(error) }));
      return [derivation.name, estate];
    });
    return { ...input, estates: new Map(estates) };
  };
}

/** After a look at some: whose facts follow from what was looked at are judged with it. All, where that is not known. */
export function widenExtent({ extent, estates, looks, sources, previous }: RunInput): Extent {
  if (extent.kind === 'all' || estates === undefined || estates.size === 0) return extent;
  const name = sources.lookOfKind.get(resourceKind) ?? '';
  const before = previous?.looks[name];
  if (looks.get(name)?.look.id === before) return extent;
  const changed = [...estates.values()].map((estate) => estate.changedSince(before));
  if (changed.includes(null)) return { kind: 'all' };
  return { ...extent, subjects: [...new Set([...extent.subjects, ...changed.flatMap((ids) => [...(ids ?? [])].sort())])] };
}
