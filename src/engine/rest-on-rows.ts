import type { Finding } from '../domain/finding.ts';
import type { RunInput } from './run-input.ts';

/** A verdict that rests on more of them cannot be confirmed at the origin, only agreed to by the next look. */
export const mostRowsAsked = 200;

/** The rows that a subject's facts of the estate follow from, besides its own; null where nobody can say. */
export function basisOf({ estates }: Pick<RunInput, 'estates'>, subject: string): readonly string[] | null {
  const ids = new Set<string>();
  for (const estate of estates?.values() ?? []) {
    const own = estate.basisOf(subject);
    if (own === null) return null;
    for (const id of own) ids.add(id);
  }
  ids.delete(subject);
  return [...ids];
}

/**
 * Failures with the rows that they follow from: what ends one may be a row that does not lead to its subject any more, which the facts of then do not
 * name. One more than can be asked for says that they are too many.
 */
export function restOnRows(input: RunInput, findings: readonly Finding[]): readonly Finding[] {
  if (input.estates === undefined) return findings;
  return findings.map((finding) => {
    if (finding.status !== 'fail') return finding;
    const restsOn = [...(basisOf(input, finding.subject) ?? [])].sort().slice(0, mostRowsAsked + 1);
    return restsOn.length === 0 ? finding : { ...finding, restsOn };
  });
}
