import { type Check, interpretationsOf } from '../../domain/check.ts';
import type { Claim, Interpretation } from '../../domain/claim.ts';
import { interpretations } from '../../domain/claim.ts';
import { type ClaimStatus, claimStatuses, type StatusCheck } from '../../domain/claim-status.ts';
import type { Vantage } from '../../domain/look.ts';
import type { CheckStatus, StoreReader } from '../../domain/ports.ts';
import { epochMs } from '../../domain/time.ts';
import { gravestTimeline, numbersOf, type Span, type Stretch } from '../../domain/timeline.ts';
import { checkReport } from './check-report.ts';
import { toIntervals } from './intervals.ts';
import { limitsOf } from './limits.ts';
import { networkReport } from './network-report.ts';
import { type CheckRecord, type PeriodRecord, readPeriod } from './read-period.ts';
import type { ClaimReport, InterpretationReport, PopulationReport, Report, WaiverReport } from './report.ts';
import type { ReportNeeds } from './report-needs.ts';
import { waiversOf } from './track-changes.ts';

/** Says what the recorded runs of a period come to; reads only. @throws Error where something recorded is missing or damaged: nothing is left out in silence. */
export async function buildReport(needs: ReportNeeds): Promise<Report> {
  const { plan, state, period } = needs;
  const span: Span = { fromMs: epochMs(period.from), toMs: epochMs(period.to) };
  const claims = plan.register.claims.filter(needs.isChosen);
  const isWanted = (check: string) => needs.control === null || servesOneOf(needs.checks.get(check), claims);
  const record = await readPeriod({ ...needs, span, checks: configuredChecks(needs, isWanted), isWanted });
  const population = await describePopulation(needs, record);
  return {
    generatedAt: needs.generatedAt,
    generatedBy: needs.generatedBy,
    period,
    control: needs.control,
    policy: needs.policy,
    configurationDigest: plan.configurationDigest,
    evidence: { runs: record.runs, firstRun: record.firstRun, lastRun: record.lastRun, entries: await state.entryCount() },
    claims: describeClaims(needs, claims, record, span),
    notTestable: needs.control === null ? plan.register.notTestable : [],
    population,
    checks: await Promise.all([...record.checks].map(([id, own]) => checkReport(needs, id, own, claims))),
    network: await networkReport(needs, record),
    waivers: await waiversInForce(needs, record, isWanted),
    changes: record.changes,
    limits: limitsOf(needs, record, population),
  };
}

function servesOneOf(check: Pick<Check, 'claims'> | undefined, claims: readonly Claim[]): boolean {
  return check?.claims.some((served) => claims.some(({ id }) => id === served.claim)) ?? false;
}

function configuredChecks({ plan, checks }: ReportNeeds, isWanted: (check: string) => boolean) {
  return new Map(
    plan.checks
      .filter(({ id }) => isWanted(id))
      .map(({ id, maxAgeMs }) => {
        const check = checks.get(id);
        return [id, { interpretations: check === undefined ? [] : interpretationsOf(check), maxAgeMs }] as const;
      }),
  );
}

/** As of the end of the period, by the same laws as everywhere else. */
function describeClaims(needs: ReportNeeds, claims: readonly Claim[], record: PeriodRecord, span: Span): readonly ClaimReport[] {
  const configured = new Set(needs.plan.checks.map(({ id }) => id));
  const own = [...record.checks].filter(([id]) => configured.has(id));
  const statusChecks = new Map(
    own.flatMap(([id, { maxAgeMs }]): readonly [string, StatusCheck][] => {
      const check = needs.checks.get(id);
      return check === undefined ? [] : [[id, { claims: check.claims, maxAgeMs }]];
    }),
  );
  const recorded = own.flatMap(([, each]) => statusesAtEnd(each));
  const statuses = claimStatuses({ claims }, statusChecks, recorded, span.toMs);
  return claims.map(({ id, quotes, owner, controls, intentText, unchecked, ...claim }) => ({
    id,
    quotes,
    owner,
    controls,
    intentText,
    unchecked: unchecked ?? null,
    interpretations: interpretations.flatMap((interpretation) => {
      const status = statuses.find((each) => each.claim === id && each.interpretation === interpretation);
      return status === undefined ? [] : [describeInterpretation(status, claim[interpretation], record, span)];
    }),
  }));
}

function statusesAtEnd({ last }: CheckRecord): readonly CheckStatus[] {
  if (last === null) return [];
  return interpretations.flatMap((interpretation) => {
    const counts = last.counts[interpretation];
    if (counts === undefined) return [];
    const { check, id: run, trigger, dataAsOf, finishedAt } = last;
    return [{ check, interpretation, counts, since: finishedAt, run, trigger, dataAsOf, finishedAt }];
  });
}

function describeInterpretation(
  { interpretation, status, checks }: ClaimStatus,
  standing: InterpretationReport['standing'],
  record: PeriodRecord,
  span: Span,
): InterpretationReport {
  const serving = checks.map(({ check }) => check);
  const own = { interpretation, standing, statusAtEnd: status, checks: serving };
  if (serving.length === 0) return { ...own, numbers: null, timeline: [] };
  const timeline = gravestTimeline(
    serving.map((check) => withName(check, timelineOf(record, check, interpretation))),
    span,
  );
  return { ...own, numbers: numbersOf(timeline), timeline: toIntervals(timeline) };
}

function timelineOf(record: PeriodRecord, check: string, interpretation: Interpretation): readonly Stretch[] {
  return record.checks.get(check)?.interpretations.get(interpretation)?.timeline ?? [];
}

/** A gap of a claim names the check that was blind. */
function withName(check: string, timeline: readonly Stretch[]): readonly Stretch[] {
  return timeline.map((stretch) =>
    stretch.gap === null ? stretch : { ...stretch, gap: { ...stretch.gap, message: `${check}: ${stretch.gap.message}` } },
  );
}

/** Those that were in force at some run, and at some time of the period; one that was changed stands twice. */
async function waiversInForce(
  { state, period }: ReportNeeds,
  { waiversDigests }: PeriodRecord,
  isWanted: (check: string) => boolean,
): Promise<readonly WaiverReport[]> {
  const found = new Map<string, WaiverReport>();
  for (const digest of waiversDigests) {
    for (const { id, check, subject, interpretations: own, reason, requestedBy, approvedBy, from, until } of await waiversOf(
      state,
      digest,
    )) {
      const waiver = { id, check, subject, interpretations: own, reason, requestedBy, approvedBy, from, until };
      const isWithin = epochMs(from) < epochMs(period.to) && epochMs(until) > epochMs(period.from);
      if (isWithin && isWanted(check)) found.set(JSON.stringify(waiver), waiver);
    }
  }
  return [...found.values()].sort((a, b) => epochMs(a.from) - epochMs(b.from) || (a.id < b.id ? -1 : 1));
}

async function describePopulation({ state, plan }: ReportNeeds, record: PeriodRecord): Promise<PopulationReport> {
  const vantage = (await lastVantage(state, record)) ?? plan.vantage;
  return {
    vantage: { name: vantage.name, external: vantage.external },
    subjects: record.subjects,
    outOfScope: plan.outOfScope.map(({ subject, owner, reason }) => ({ subject, owner, reason })),
    smallest: record.smallest,
    largest: record.largest,
  };
}

async function lastVantage(state: StoreReader, { checks }: PeriodRecord): Promise<Vantage | null> {
  const looks = [...checks.values()].flatMap(({ last }) => Object.values(last?.looks ?? {}));
  const newest = Math.max(0, ...looks);
  return newest === 0 ? null : ((await state.look(newest))?.vantage ?? null);
}
