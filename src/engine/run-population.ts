import type { Subject } from '../domain/subject.ts';
import type { RememberedLook } from './fact-memory.ts';
import { type UnlistedScope, unlistedScopes } from './population.ts';
import { looksOf, type RunInput } from './run-input.ts';

/** Those of the looks that the check needs which have ended. */
export function looksAtHand(input: Pick<RunInput, 'check' | 'sources' | 'looks'>): readonly RememberedLook[] {
  return looksOf(input.check, input.sources).flatMap((name) => input.looks.get(name) ?? []);
}

/** Names of those of which none has ended yet. */
export function looksMissing(input: Pick<RunInput, 'check' | 'sources' | 'looks'>): readonly string[] {
  return looksOf(input.check, input.sources).filter((name) => !input.looks.has(name));
}

/** The look that found the check's subjects, where its source looks them up in an index that may lag. */
export function laggingLook(input: Pick<RunInput, 'check' | 'sources' | 'looks'>): RememberedLook | null {
  if (input.check.subjects === 'endpoint') return null;
  return looksAtHand(input).find(({ look }) => input.sources.discovering?.has(look.source) ?? false) ?? null;
}

/** Where subjects of the check may be missing. */
export function unlistedOfRun(input: RunInput): readonly UnlistedScope[] {
  return input.check.subjects === 'endpoint' ? (input.unlistedEndpoints ?? []) : unlistedScopes(input.check, looksAtHand(input));
}

/** Nobody is there, all lists are complete, and somebody signed that nobody is expected. What never looked or looked too long ago is no empty population. */
export function isNoneExpected(input: RunInput): boolean {
  const looks = looksAtHand(input);
  // Of no scope at all nothing was listed.
  const hasLooked = looks.length > 0 && (input.check.subjects === 'endpoint' || looks.some((look) => look.index.scopes.length > 0));
  const isEmpty = input.subjects.length === 0 && hasLooked;
  const isComplete = unlistedOfRun(input).length === 0 && (input.check.subjects === 'endpoint' || looksMissing(input).length === 0);
  return input.trigger === 'looked' && input.parameters.noneExpected !== undefined && isEmpty && isComplete;
}

/** One population is asked several times in a run; of 100,000 ids a set takes 10 ms. */
const idsOfPopulations = new WeakMap<readonly Subject[], ReadonlySet<string>>();

export function idsOf(subjects: readonly Subject[]): ReadonlySet<string> {
  const known = idsOfPopulations.get(subjects);
  if (known !== undefined) return known;
  const ids = new Set(subjects.map((subject) => subject.id));
  idsOfPopulations.set(subjects, ids);
  return ids;
}

/** True of whom the run speaks: its subjects, and the scopes that could not be listed. */
export function populationIds(input: RunInput): { has(id: string): boolean } {
  const ids = idsOf(input.subjects);
  const scopes = new Set(unlistedOfRun(input).map(({ scope }) => scope.id));
  return { has: (id) => ids.has(id) || scopes.has(id) };
}
