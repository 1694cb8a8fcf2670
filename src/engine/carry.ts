import type { Finding, LastSeen } from '../domain/finding.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import { wholePopulation } from './judge-subjects.ts';

/** The findings of the run before that are not pass, and how old its data were. */
export interface PreviousFindings {
  readonly dataAsOf: Timestamp;
  readonly notPass: readonly Finding[];
}

export function keyOf(finding: Pick<Finding, 'subject' | 'interpretation'>): string {
  return `${finding.interpretation}\n${finding.subject}`;
}

/**
 * A fail that we can no longer see stays fail; a pass that we can no longer see is unknown already.
 * `not-provable` is no blindness: the subject was seen, and nothing refuted the sentence any more.
 */
export function carryFails(findings: readonly Finding[], previous: PreviousFindings | null): readonly Finding[] {
  if (previous === null) return findings;
  const failedBefore = new Map(
    previous.notPass.filter((finding) => finding.status !== 'unknown').map((finding) => [keyOf(finding), finding]),
  );
  return findings.map((finding) => {
    if (finding.status !== 'unknown' || finding.reason === 'not-provable') return finding;
    const before = failedBefore.get(keyOf(finding));
    if (before === undefined || (before.status !== 'fail' && before.status !== 'waived')) return finding;
    const lastSeen: LastSeen = {
      at: before.lastSeen?.at ?? previous.dataAsOf,
      reason: finding.reason,
      cause: finding.cause,
      message: finding.observed,
    };
    const { interpretation, subject, expected, observed, rule, response } = before;
    return { interpretation, subject, expected, observed, rule, status: 'fail', response, lastSeen };
  });
}

/** Subjects that failed before and that the whole population no longer holds. */
export function findGone(previous: PreviousFindings | null, population: ReadonlySet<string>): readonly string[] {
  if (previous === null) return [];
  const failed = previous.notPass.filter((finding) => finding.status === 'fail' || finding.status === 'waived');
  return [...new Set(failed.map((finding) => finding.subject))].filter((id) => id !== wholePopulation && !population.has(id)).sort();
}

/** A fail that a waiver in force covers is waived; it never counts as pass. */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[]): readonly Finding[] {
  if (waivers.length === 0) return findings;
  return findings.map((finding) => {
    if (finding.status !== 'fail') return finding;
    const waiver = waivers.find((candidate) => covers(candidate, finding));
    return waiver === undefined ? finding : { ...finding, status: 'waived', waiver: waiver.id };
  });
}

function covers(waiver: Waiver, finding: Finding): boolean {
  return (waiver.subject === '*' || waiver.subject === finding.subject) && waiver.interpretations.includes(finding.interpretation);
}
