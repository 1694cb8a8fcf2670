import type { Interpretation } from '../../domain/claim.ts';
import { epochMs } from '../../domain/time.ts';
import type { CheckInterpretationReport, FailureReport, Gap, InterpretationReport, Interval, Numbers, Report } from './report.ts';

export interface CheckFailure {
  readonly check: string;
  readonly failure: FailureReport;
}

function checkInterpretation(report: Report, check: string, interpretation: Interpretation): CheckInterpretationReport | null {
  const own = report.checks.find(({ id }) => id === check);
  return own?.interpretations.find((candidate) => candidate.interpretation === interpretation) ?? null;
}

/** Of all checks that serve it, each check's gravest first; `notListed` are those that the report itself leaves out. */
export function failuresOf(
  report: Report,
  { interpretation, checks }: InterpretationReport,
): { readonly failures: readonly CheckFailure[]; readonly notListed: number } {
  const serving = checks.flatMap((check) => {
    const own = checkInterpretation(report, check, interpretation);
    return own === null ? [] : [{ check, own }];
  });
  return {
    failures: serving.flatMap(({ check, own }) => own.failures.map((failure) => ({ check, failure }))),
    notListed: serving.reduce((sum, { own }) => sum + own.failuresNotShown, 0),
  };
}

export interface GapInterval extends Interval {
  readonly gap: Gap;
}

/** A gap that says no reason is one all the same. */
const unexplained: Gap = { reason: 'no-run', cause: null, message: 'no reason is recorded', failsAsLastSeen: false };

export function gapsOf(timeline: readonly Interval[]): readonly GapInterval[] {
  return timeline.flatMap((interval) => (interval.state === 'not-measured' ? [{ ...interval, gap: interval.gap ?? unexplained }] : []));
}

export function measuredMs({ passMs, failMs, waivedMs }: Numbers): number {
  return passMs + failMs + waivedMs;
}

export function lengthMs({ from, to }: Pick<Interval, 'from' | 'to'>): number {
  return epochMs(to) - epochMs(from);
}
