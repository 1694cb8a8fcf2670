import type { Finding } from '../domain/finding.ts';
import type { RunInput } from './run-input.ts';

/** A verdict that rests on more of them cannot be confirmed at the origin, only agreed to by the next look. */
export const mostRowsAsked = 200;

type Estates = NonNullable<RunInput['estates']>;

/** Of one run, in which they stand still, each subject is asked after several times. */
const basesOfRuns = new WeakMap<Estates, Map<string, readonly string[] | null>>();

/** The rows that a subject's facts of the estate follow from, besides its own; null where nobody can say. */
export function basisOf({ estates }: Pick<RunInput, 'estates'>, subject: string): readonly string[] | null {
  if (estates === undefined) return [];
  const bases = basesOfRuns.get(estates) ?? new Map<string, readonly string[] | null>();
  basesOfRuns.set(estates, bases);
  const known = bases.get(subject);
  if (known !== undefined) return known;
  const found = findBasis(estates, subject);
  bases.set(subject, found);
  return found;
}

function findBasis(estates: Estates, subject: string): readonly string[] | null {
  const ids = new Set<string>();
  for (const estate of estates.values()) {
    const own = estate.basisOf(subject);
    if (own === null) return null;
    for (const id of own) ids.add(id);
  }
  ids.delete(subject);
  return [...ids];
}

/** Stands for rows that are too many to be asked for. */
export const tooManyRows = '*';

/**
 * Failures with the rows that they follow from: what ends one may be a row that does not lead to its subject any more, which the facts of then do not
 * name.
 */
export function restOnRows(input: RunInput, findings: readonly Finding[]): readonly Finding[] {
  if (input.estates === undefined) return findings;
  return findings.map((finding) => {
    if (finding.status !== 'fail') return finding;
    const rows = basisOf(input, finding.subject) ?? [];
    if (rows.length === 0) return finding;
    return { ...finding, restsOn: rows.length >= mostRowsAsked ? [tooManyRows] : rows.toSorted() };
  });
}
