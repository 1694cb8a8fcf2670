import type { Check } from '../domain/check.ts';
import type { Extent } from '../domain/look.ts';
import type { CheckParameters } from '../domain/plan.ts';
import type { RunTrigger } from '../domain/run.ts';
import type { Subject } from '../domain/subject.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import type { PreviousFindings } from './carry.ts';
import type { RememberedLook } from './fact-memory.ts';
import { type FactSources, lookedAtKind } from './fact-sources.ts';
import type { FollowedEstate } from './follow-estate.ts';
import type { UnlistedScope } from './population.ts';

export interface RunInput {
  readonly id: string;
  readonly check: Check;
  readonly parameters: CheckParameters;
  readonly waivers: readonly Waiver[];
  readonly trigger: RunTrigger;
  readonly extent: Extent;
  /** The whole population. */
  readonly subjects: readonly Subject[];
  /** Of endpoints: where some may be missing. Of resources their own look says it. */
  readonly unlistedEndpoints?: readonly UnlistedScope[];
  /** Who passed before on which fact; absent where the findings themselves are asked for. */
  readonly passedOn?: Map<string, string>;
  readonly looks: ReadonlyMap<string, RememberedLook>;
  readonly sources: FactSources;
  /** By the derivation's name, as of `looks`; absent where the check needs no facts of the estate. */
  readonly estates?: ReadonlyMap<string, FollowedEstate>;
  readonly previous: PreviousFindings | null;
  /** When the run counts as made: the oldest look's start where nothing was looked at. */
  readonly startedAt: Timestamp;
}

/** The names of the looks that bring what a check needs. */
export function looksOf(check: Check, sources: FactSources): readonly string[] {
  const names = Object.keys(check.needs).flatMap((kind) => {
    const look = sources.lookOfKind.get(lookedAtKind(sources, kind));
    return look === undefined ? [] : [look];
  });
  return [...new Set(names)].sort();
}
