import type { Alert } from '../../domain/alert.ts';
import type { Check } from '../../domain/check.ts';
import type { Interpretation, Standing } from '../../domain/claim.ts';
import { type ClaimStatus, type CurrentStatus, claimStatuses, currentStatuses, type StatusCheck } from '../../domain/claim-status.ts';
import { type Response, responses } from '../../domain/finding.ts';
import type { Look } from '../../domain/look.ts';
import type { Plan } from '../../domain/plan.ts';
import type { OutboxSummary, StoreReader } from '../../domain/ports.ts';
import { standingOf } from '../../domain/standing.ts';
import type { Timestamp } from '../../domain/time.ts';

/** All that the status-like series are made of, read from the store at one scrape. */
export interface Snapshot {
  readonly nowMs: number;
  readonly claims: readonly ClaimStatus[];
  readonly checks: readonly CurrentStatus[];
  /** In the order in which they are shown: intent first, then by subject. */
  readonly failing: readonly FailingSubjectOf[];
  readonly standings: readonly CheckStanding[];
  /** By the look's name; null where it never ended. */
  readonly looks: ReadonlyMap<string, Look | null>;
  readonly openAlerts: readonly Alert[];
  readonly outbox: readonly OutboxSummary[];
  readonly entries: number;
  /** Null where nothing was ever sealed. */
  readonly lastSealedAt: Timestamp | null;
}

export interface FailingSubjectOf {
  readonly check: string;
  readonly interpretation: Interpretation;
  readonly subject: string;
  readonly response: Response;
}

/** What a failure of an interpretation of a check asks for: of what fails now the gravest, else what the check says. */
export interface CheckStanding {
  readonly check: string;
  readonly interpretation: Interpretation;
  readonly standing: Standing['kind'];
  readonly response: Response;
}

export interface SnapshotNeeds {
  readonly store: StoreReader;
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
}

/** Reads the store; rejects where it cannot be read, so that a scrape fails instead of showing what once was. */
export function createSnapshotReader({ store, plan, checks }: SnapshotNeeds): (nowMs: number) => Promise<Snapshot> {
  const statusChecks = configuredChecks(plan, checks);
  const readFailing = createFailingReader(store);
  return async (nowMs) => {
    const recorded = await store.statuses();
    const current = currentStatuses(statusChecks, recorded, nowMs);
    const [lastRun] = await store.runs({ limit: 1 });
    const failing = await readFailing(current);
    return {
      nowMs,
      claims: claimStatuses(plan.register, statusChecks, recorded, nowMs),
      checks: current,
      failing,
      standings: checkStandings(current, failing, plan, checks),
      looks: new Map(await Promise.all(plan.looks.map(async ({ name }) => [name, await store.latestLook(name)] as const))),
      openAlerts: await store.openAlerts(),
      outbox: await store.outboxSummary(),
      entries: await store.entryCount(),
      lastSealedAt: lastRun?.finishedAt ?? null,
    };
  };
}

function configuredChecks(plan: Plan, checks: ReadonlyMap<string, Check>): ReadonlyMap<string, StatusCheck> {
  const configured = plan.checks.flatMap(({ id, maxAgeMs }): readonly (readonly [string, StatusCheck])[] => {
    const check = checks.get(id);
    return check === undefined ? [] : [[id, { claims: check.claims, maxAgeMs }]];
  });
  return new Map(configured);
}

function checkStandings(
  current: readonly CurrentStatus[],
  failing: readonly FailingSubjectOf[],
  plan: Plan,
  checks: ReadonlyMap<string, Check>,
): readonly CheckStanding[] {
  return current.flatMap(({ check: id, interpretation }) => {
    const check = checks.get(id);
    if (check === undefined) return [];
    const asked = failing.flatMap((one) => (one.check === id && one.interpretation === interpretation ? [one.response] : []));
    const response = responses.find((each) => asked.includes(each)) ?? check.response;
    return [{ check: id, interpretation, standing: standingOf(check, plan.register.claims, interpretation), response }];
  });
}

/** A recorded run never changes, so its failing subjects are read once. */
function createFailingReader(store: StoreReader): (current: readonly CurrentStatus[]) => Promise<readonly FailingSubjectOf[]> {
  const known = new Map<string, { readonly run: number; readonly failing: readonly FailingSubjectOf[] }>();
  return async (current) => {
    const runs = new Map(
      current.flatMap(({ check, counts, recorded }) => (counts.fail > 0 && recorded !== null ? [[check, recorded.run] as const] : [])),
    );
    for (const check of known.keys()) if (!runs.has(check)) known.delete(check);
    for (const [check, run] of runs) {
      if (known.get(check)?.run !== run) known.set(check, { run, failing: await readFailingOf(store, check, run) });
    }
    return [...runs.keys()].flatMap((check) => known.get(check)?.failing ?? []);
  };
}

async function readFailingOf(store: StoreReader, check: string, runId: number): Promise<readonly FailingSubjectOf[]> {
  const run = await store.run(runId);
  if (run === null) throw new Error(`run ${runId}, which the status of ${check} stands on, is not in the store`);
  const failing = (await store.findings(run)).flatMap((finding) => (finding.status === 'fail' ? [finding] : []));
  const ofInterpretation = (wanted: Interpretation) => failing.filter(({ interpretation }) => interpretation === wanted);
  return [...ofInterpretation('intent'), ...ofInterpretation('literal')].map(({ interpretation, subject, response }) => ({
    check,
    interpretation,
    subject,
    response,
  }));
}
