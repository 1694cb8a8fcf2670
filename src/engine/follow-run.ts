import type { JsonObject } from '../domain/json.ts';
import type { Extent } from '../domain/look.ts';
import { neededDerivations } from '../domain/needed-derivations.ts';
import { describeThrown } from './describe-thrown.ts';
import { type FollowedEstate, followEstate } from './follow-estate.ts';
import { type Defect, wholePopulation } from './judge-subjects.ts';
import { resourceKind } from './resource-index.ts';
import type { RunInput } from './run-input.ts';

/** Gives runs the facts of the estate that their check needs, as of the looks at hand. What was given moves on with the next run. */
export interface FollowedRuns {
  follow(input: RunInput, defects: Defect[]): RunInput;
  /**
   * The same; and after a look at some, whose facts follow from what was looked at are judged with it. All of them, where that is not known: of
   * another life of this thread, or in which the check was not judged on the look before.
   */
  followAndWiden(input: RunInput, defects: Defect[]): RunInput;
}

/** More subjects are not named one by one. */
const mostWidened = 1_000;

/** One for as long as the knowledge is the same: the same looks are followed for all checks. */
export function createFollowedRuns(knowledge: JsonObject): FollowedRuns {
  const followed = new Map<string, FollowedEstate>();
  /** Check -> the look at which it was given facts last: only what was asked for then is known to have changed since. */
  const judgedAt = new Map<string, number>();

  function follow(input: RunInput, defects: Defect[]): RunInput {
    const derivations = neededDerivations(input.check, [...new Set(input.sources.estate?.values() ?? [])]);
    const look = input.looks.get(lookNameOf(input));
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
  }

  return {
    follow,
    followAndWiden: (input, defects) => {
      const given = follow(input, defects);
      const look = given.looks.get(lookNameOf(given));
      if (given.estates === undefined || look === undefined) return given;
      const extent = widenExtent(given, given.estates, judgedAt.get(input.id));
      judgedAt.set(input.id, look.look.id);
      return { ...given, extent };
    },
  };
}

function lookNameOf({ sources }: Pick<RunInput, 'sources'>): string {
  return sources.lookOfKind.get(resourceKind) ?? '';
}

function widenExtent(input: RunInput, estates: ReadonlyMap<string, FollowedEstate>, judgedAt: number | undefined): Extent {
  const { extent, looks, previous } = input;
  if (extent.kind === 'all') return extent;
  const name = lookNameOf(input);
  const before = previous?.looks[name];
  if (looks.get(name)?.look.id === before) return extent;
  const changed = before === undefined || judgedAt !== before ? [null] : [...estates.values()].map((one) => one.changedSince(before));
  if (changed.includes(null)) return { kind: 'all' };
  const subjects = new Set([...extent.subjects, ...changed.flatMap((ids) => [...(ids ?? [])].sort())]);
  return subjects.size > mostWidened ? { kind: 'all' } : { ...extent, subjects: [...subjects] };
}
