import type { Interpretation } from '../../domain/claim.ts';
import type { Finding } from '../../domain/finding.ts';
import { type Counts, statusOfCounts } from '../../domain/status.ts';
import type { Gap, Measured } from '../../domain/timeline.ts';

export type FailFinding = Extract<Finding, { status: 'fail' }>;

/** One interpretation of one run, as a report needs it. */
export interface MeasuredRun {
  readonly measured: Measured;
  /** Those that could not be seen any more included. */
  readonly failing: readonly FailFinding[];
  readonly waived: ReadonlySet<string>;
}

export const passing: MeasuredRun = { measured: { state: 'pass', gap: null }, failing: [], waived: new Set() };

/** What the counts of a run say of one interpretation, where they alone tell. */
export function isAllPass(counts: Counts): boolean {
  return statusOfCounts(counts) === 'pass';
}

/** `findings` are those of the run that are not pass, over both interpretations. */
export function measureFindings(findings: readonly Finding[], interpretation: Interpretation): MeasuredRun {
  const own = findings.filter((finding) => finding.interpretation === interpretation);
  return {
    measured: measure(own),
    failing: own.filter((finding) => finding.status === 'fail'),
    waived: new Set(own.filter((finding) => finding.status === 'waived').map(({ subject }) => subject)),
  };
}

/** A fresh failure fails; one that nobody can see now is not measured, accepted or not; nor is what is unknown. */
function measure(own: readonly Finding[]): Measured {
  const failing = own.filter((finding) => finding.status === 'fail');
  if (failing.some((finding) => finding.lastSeen === undefined)) return { state: 'fail', gap: null };
  if (failing.length > 0) return { state: 'not-measured', gap: { ...gravestGap(failing), failsAsLastSeen: true } };
  if (own.some((finding) => blindnessOf(finding) !== null)) return { state: 'not-measured', gap: gravestGap(own) };
  if (own.some((finding) => finding.status === 'waived')) return { state: 'waived', gap: null };
  return { state: 'not-measured', gap: nothingStored };
}

const nothingStored: Gap = { reason: 'none-seen', cause: null, message: 'the run holds no finding', failsAsLastSeen: false };

interface Blindness extends Pick<Gap, 'reason' | 'cause' | 'message'> {
  readonly subject: string;
}

function blindnessOf(finding: Finding): Blindness | null {
  const { subject } = finding;
  if (finding.status === 'unknown') return { subject, reason: finding.reason, cause: finding.cause, message: finding.observed };
  if (finding.status === 'pass' || finding.lastSeen === undefined) return null;
  const { reason, cause, message } = finding.lastSeen;
  return { subject, reason, cause, message };
}

/** The cause that blinds most subjects; that a sentence can only be refuted is named last. */
function gravestGap(findings: readonly Finding[]): Gap {
  const blind = findings.flatMap((finding) => blindnessOf(finding) ?? []);
  const groups = [...Map.groupBy(blind, ({ reason, cause }) => `${reason}\n${cause ?? ''}`).values()];
  const isLast = (group: readonly Blindness[]) => Number(group[0]?.reason === 'not-provable');
  const [gravest] = groups.toSorted((a, b) => isLast(a) - isLast(b) || b.length - a.length);
  const [first] = gravest ?? [];
  if (gravest === undefined || first === undefined) return nothingStored;
  const { reason, cause, message } = first;
  return { reason, cause, message: sayWhom(gravest, message), failsAsLastSeen: false };
}

/** The subject `*` is the whole population. */
function sayWhom(group: readonly Blindness[], message: string): string {
  const [first] = group;
  if (group.length > 1) return `${group.length} subjects, the first ${first?.subject ?? ''}: ${message}`;
  return first === undefined || first.subject === '*' ? message : `${first.subject}: ${message}`;
}
