import type { Check } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Extent, FactKind } from '../domain/look.ts';
import { neededDerivations } from '../domain/needed-derivations.ts';
import { describeThrown } from './describe-thrown.ts';
import { type EstateFacts, estateFactsOf } from './estate-facts.ts';
import type { RememberedLook } from './fact-memory.ts';
import type { FactSources } from './fact-sources.ts';
import { type FollowedEstate, followEstate } from './follow-estate.ts';
import { wholePopulation } from './judge-empty-population.ts';
import type { Defect } from './judge-subjects.ts';
import { resourceKind, resourcesOf } from './resource-index.ts';
import type { RunInput } from './run-input.ts';

/** Gives runs the facts of the estate that their check needs, as of the looks at hand. What was given moves on with the next run. */
export interface FollowedRuns {
  /** Derives what the check needs of every subject, where a complete look brought news: nobody waits for it with a judgement's deadline. */
  prepare(check: Check, sources: FactSources, looks: ReadonlyMap<string, RememberedLook>): void;
  follow(input: RunInput, defects: Defect[]): RunInput;
  /** The facts of one kind as of the look; null where nothing brings them. */
  factsOf(kind: FactKind, sources: FactSources, look: RememberedLook): EstateFacts | null;
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

  /** Fact kind -> the look at which it was prepared last. */
  const preparedAt = new Map<FactKind, number>();
  /** Of estates that could not move on, until a run tells of it. */
  const untold: Defect[] = [];

  function moveTo(look: RememberedLook, derivation: EstateDerivation): FollowedEstate {
    const key = `${look.look.name} ${derivation.name}`;
    const estate = followed.get(key) ?? followEstate(derivation, knowledge);
    followed.set(key, estate);
    estate.moveTo(look, (error) => untold.push({ subject: wholePopulation, error: describeThrown(error) }));
    return estate;
  }

  function follow(input: RunInput, defects: Defect[]): RunInput {
    const derivations = derivationsOf(input.check, input.sources);
    const look = input.looks.get(lookNameOf(input.sources));
    // What hung is not derived again: it would hang again.
    if (derivations.length === 0 || look === undefined || input.trigger === 'hung') return input;
    const estates = new Map(derivations.map((derivation) => [derivation.name, moveTo(look, derivation)]));
    defects.push(...untold.splice(0));
    return { ...input, estates };
  }

  function prepareKind(look: RememberedLook, derivation: EstateDerivation, kind: FactKind): void {
    const estate = moveTo(look, derivation);
    const before = preparedAt.get(kind);
    // After a look at some nearly nothing is new.
    if (before === look.look.id || (before !== undefined && look.look.extent.kind === 'some')) return;
    preparedAt.set(kind, look.look.id);
    // A fact that cannot be derived is told of when it is judged.
    for (const { id } of resourcesOf(look.index, derivation.brings[kind] ?? [])) estate.factOf(kind, id, () => undefined);
  }

  return {
    prepare: (check, sources, looks) => {
      const look = looks.get(lookNameOf(sources));
      if (look === undefined) return;
      for (const derivation of derivationsOf(check, sources)) {
        for (const kind of Object.keys(check.needs)) if (Object.hasOwn(derivation.brings, kind)) prepareKind(look, derivation, kind);
      }
    },
    follow,
    factsOf: (kind, { estate }, look) => {
      const derivation = estate?.get(kind);
      return derivation === undefined ? null : estateFactsOf(look, moveTo(look, derivation), derivation, kind);
    },
    followAndWiden: (input, defects) => {
      const given = follow(input, defects);
      const look = given.looks.get(lookNameOf(given.sources));
      if (given.estates === undefined || look === undefined) return given;
      const extent = widenExtent(given, given.estates, judgedAt.get(input.id));
      judgedAt.set(input.id, look.look.id);
      return { ...given, extent };
    },
  };
}

function lookNameOf({ lookOfKind }: Pick<FactSources, 'lookOfKind'>): string {
  return lookOfKind.get(resourceKind) ?? '';
}

function derivationsOf(check: Check, { estate }: Pick<FactSources, 'estate'>): readonly EstateDerivation[] {
  return neededDerivations(check, [...new Set(estate?.values() ?? [])]);
}

function widenExtent(input: RunInput, estates: ReadonlyMap<string, FollowedEstate>, judgedAt: number | undefined): Extent {
  const { extent, looks, previous } = input;
  if (extent.kind === 'all') return extent;
  const name = lookNameOf(input.sources);
  const before = previous?.looks[name];
  if (looks.get(name)?.look.id === before) return extent;
  const changed = before === undefined || judgedAt !== before ? [null] : [...estates.values()].map((one) => one.changedSince(before));
  if (changed.includes(null)) return { kind: 'all' };
  const subjects = new Set([...extent.subjects, ...changed.flatMap((ids) => [...(ids ?? [])].sort())]);
  return subjects.size > mostWidened ? { kind: 'all' } : { ...extent, subjects: [...subjects] };
}
