import { type Finding, isUnrefuted, type LastSeen } from '../domain/finding.ts';
import type { Run } from '../domain/run.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import { wholePopulation } from './judge-empty-population.ts';

/** The findings of the run before that are not pass, how old its data were, and which looks it judged. */
export interface PreviousFindings {
  readonly dataAsOf: Timestamp;
  /** When the complete look of the index that was judged began; absent where it is `dataAsOf`. */
  readonly indexAsOf?: Timestamp;
  readonly looks: Run['looks'];
  readonly notPass: readonly Finding[];
}

export function keyOf(finding: Pick<Finding, 'subject' | 'interpretation'>): string {
  return `${finding.interpretation}\n${finding.subject}`;
}

/**
 * A fail that we can no longer see stays fail; a pass that we can no longer see is unknown already.
 * What is unrefuted is no blindness: the subject was seen, and nothing refuted the sentence any more.
 */
export function carryFails(findings: readonly Finding[], previous: PreviousFindings | null): readonly Finding[] {
  if (previous === null) return findings;
  const failedBefore = new Map(
    previous.notPass.filter((finding) => finding.status !== 'unknown').map((finding) => [keyOf(finding), finding]),
  );
  return findings.map((finding) => {
    if (finding.status !== 'unknown' || isUnrefuted(finding)) return finding;
    const before = failedBefore.get(keyOf(finding));
    if (before === undefined || (before.status !== 'fail' && before.status !== 'waived')) return finding;
    const lastSeen: LastSeen = {
      at: before.lastSeen?.at ?? previous.dataAsOf,
      reason: finding.reason,
      cause: finding.cause,
      message: finding.observed,
    };
    return stillFailing(before, lastSeen);
  });
}

/** A failure of before that cannot be seen, or cannot be seen to have ended. A waiver is applied anew. */
export function stillFailing(before: Extract<Finding, { readonly status: 'fail' | 'waived' }>, lastSeen: LastSeen): Finding {
  const { interpretation, subject, expected, observed, rule, response, restsOn } = before;
  const rows = restsOn === undefined ? {} : { restsOn };
  return { interpretation, subject, expected, observed, rule, status: 'fail', response, lastSeen, ...rows };
}

/**
 * What looks saw that ended and were never judged, before they became too old: a failure in them was seen and is told, last seen then, as one that was
 * judged in time would be. What passed in them is as unknown as any old pass.
 */
export function tellUnjudgedFails(blind: readonly Finding[], judged: readonly Finding[], seenAt: Timestamp): readonly Finding[] {
  const failed = new Map(judged.flatMap((finding) => (finding.status === 'fail' ? [[keyOf(finding), finding] as const] : [])));
  return blind.map((finding) => {
    const fail = failed.get(keyOf(finding));
    if (fail === undefined || finding.status !== 'unknown') return finding;
    return { ...fail, lastSeen: { at: seenAt, reason: finding.reason, cause: finding.cause, message: finding.observed } };
  });
}

/** Looks that no run has judged, with none among them that is older than what was judged without them. */
export function areUnjudged(looks: Run['looks'], judgedBefore: Run['looks'] | null): boolean {
  const newest = newestLook(judgedBefore);
  const all = Object.entries(looks);
  return all.some(([, id]) => id > newest) && all.every(([name, id]) => id > newest || id === judgedBefore?.[name]);
}

/** Its id; 0 where there is none. */
export function newestLook(looks: Run['looks'] | null): number {
  return Math.max(0, ...Object.values(looks ?? {}));
}

/** Subjects that failed before and that the whole population no longer holds. */
export function findGone(previous: PreviousFindings | null, population: { has(id: string): boolean }): readonly string[] {
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
