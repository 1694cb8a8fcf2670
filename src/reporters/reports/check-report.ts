import type { Claim, Interpretation } from '../../domain/claim.ts';
import type { FindingStatus } from '../../domain/finding.ts';
import type { Json } from '../../domain/json.ts';
import { isStale, statusOfCounts } from '../../domain/status.ts';
import { epochMs } from '../../domain/time.ts';
import { numbersOf } from '../../domain/timeline.ts';
import { toIntervals } from './intervals.ts';
import type { CheckRecord, InterpretationRecord } from './read-period.ts';
import type { CheckInterpretationReport, CheckReport } from './report.ts';
import type { ReportNeeds } from './report-needs.ts';
import { parametersText, shownParameters, subjectsOf } from './track-changes.ts';

/** How it looks and judges is that of today, where its file and configuration still stand; parameters are those of its last run. */
export async function checkReport(needs: ReportNeeds, id: string, record: CheckRecord, claims: readonly Claim[]): Promise<CheckReport> {
  const { plan } = needs;
  const check = needs.checks.get(id);
  const configured = plan.checks.find((candidate) => candidate.id === id);
  const names = configured === undefined ? [] : needs.looksOf(id);
  return {
    id,
    title: (check?.title ?? 'A check that has no file any more') + (configured === undefined ? ' (not configured any more)' : ''),
    mend: check?.mend ?? '',
    claims: (check?.claims ?? []).filter((served) => claims.some((claim) => claim.id === served.claim)),
    needs: Object.keys(check?.needs ?? {}),
    looks: plan.looks.filter(({ name }) => names.includes(name)).map(({ name, schedule }) => ({ name, schedule })),
    maxAgeMs: record.maxAgeMs,
    parameters:
      record.last === null ? shownParameters((configured?.parameters ?? null) as Json) : await parametersText(needs.state, record.last),
    runs: record.runs,
    repeat: await howToRepeat(needs, id, record),
    interpretations: [...record.interpretations].map(([interpretation, own]) => describe(needs, interpretation, own, record)),
  };
}

function describe(
  { period }: ReportNeeds,
  interpretation: Interpretation,
  { timeline, failures, failuresNotShown }: InterpretationRecord,
  record: CheckRecord,
): CheckInterpretationReport {
  return {
    interpretation,
    statusAtEnd: statusAtEnd(record, interpretation, epochMs(period.to)),
    numbers: numbersOf(timeline),
    timeline: toIntervals(timeline),
    failures,
    failuresNotShown,
  };
}

/** `fail` stays, also past its limit: never because we became blind. */
function statusAtEnd({ last, maxAgeMs }: CheckRecord, interpretation: Interpretation, endMs: number): FindingStatus {
  const counts = last?.counts[interpretation];
  if (last === null || counts === undefined) return 'unknown';
  const status = statusOfCounts(counts);
  return status !== 'fail' && isStale(last.dataAsOf, maxAgeMs, endMs) ? 'unknown' : status;
}

/** For a subject that failed, where one did: that is what a reader wants to see. */
async function howToRepeat(needs: ReportNeeds, id: string, { last, interpretations }: CheckRecord): Promise<CheckReport['repeat']> {
  const check = needs.checks.get(id);
  if (check === undefined) return null;
  const subjects = last === null ? needs.plan.subjects : await subjectsOf(needs.state, last.subjectsDigest);
  const own = subjects.filter(({ kind }) => kind === check.subjects);
  const failed = [...interpretations.values()].flatMap(({ failures }) => failures.map(({ subject }) => subject));
  const subject = own.find((candidate) => failed.includes(candidate.id)) ?? own[0];
  return subject === undefined ? null : { subject: subject.id, command: check.repeat(subject) };
}
