import { type Check, interpretationsOf } from './check.ts';
import { type Claim, type Interpretation, interpretations, type Register } from './claim.ts';
import type { FindingStatus } from './finding.ts';
import type { CheckStatus } from './ports.ts';
import { type Counts, gravestStatus, isStale, type Status, statusOfCounts } from './status.ts';

/**
 * Why a status is unknown: no configured check serves it, no run yet, data past its limit, what the findings themselves say, or that what is
 * checked is well but is not the whole claim.
 */
export type UnknownBecause = 'no-check' | 'no-run' | 'stale' | 'findings' | 'partly-checked';

/** `not-applicable`: nothing is there, and somebody signed that nothing is expected. */
export type JudgedStatus = FindingStatus | 'not-applicable';

/** A check's interpretation as it stands now. */
export interface CurrentStatus {
  readonly check: string;
  readonly interpretation: Interpretation;
  readonly status: JudgedStatus;
  /** Null unless the status is unknown. */
  readonly because: UnknownBecause | null;
  /** As recorded, but passes and waived ones past their limit are counted as unknown. All 0 before the first run. */
  readonly counts: Counts;
  /** The status as recorded; null before the first run. */
  readonly recorded: CheckStatus | null;
}

/** An interpretation of a claim as it stands now. */
export interface ClaimStatus {
  readonly claim: string;
  readonly interpretation: Interpretation;
  readonly status: Status;
  /** Null unless the status is unknown. */
  readonly because: UnknownBecause | null;
  /** The gravest of the checks that serve it, whatever they leave out; null where none does. Exit codes follow it. */
  readonly checked: JudgedStatus | null;
  /** Of the configured checks that serve it. */
  readonly checks: readonly CurrentStatus[];
}

/** A configured check, as much of it as a status needs. */
export interface StatusCheck extends Pick<Check, 'claims'> {
  readonly maxAgeMs: number;
}

/** One status per configured check and interpretation, whether or not it ever ran. */
export function currentStatuses(
  checks: ReadonlyMap<string, StatusCheck>,
  recorded: readonly CheckStatus[],
  nowMs: number,
): readonly CurrentStatus[] {
  const byKey = new Map(recorded.map((status) => [keyOf(status.check, status.interpretation), status]));
  return [...checks].flatMap(([id, check]) =>
    interpretationsOf(check).map((interpretation) =>
      currentStatus(id, interpretation, byKey.get(keyOf(id, interpretation)) ?? null, check.maxAgeMs, nowMs),
    ),
  );
}

/**
 * One status per claim and interpretation: the gravest of the checks that serve it; none is unknown. What the register calls not testable is that
 * only while no check serves it: a failing check is never hidden by a word in the register.
 */
export function claimStatuses(
  register: Pick<Register, 'claims'>,
  checks: ReadonlyMap<string, StatusCheck>,
  recorded: readonly CheckStatus[],
  nowMs: number,
): readonly ClaimStatus[] {
  const current = currentStatuses(checks, recorded, nowMs);
  return register.claims.flatMap((claim) =>
    interpretations.map((interpretation): ClaimStatus => {
      const serving = current.filter(
        (status) => status.interpretation === interpretation && serves(checks.get(status.check), claim.id, interpretation),
      );
      if (serving.length > 0) return { claim: claim.id, interpretation, ...wholeStatus(claim, serving), checks: serving };
      if (claim[interpretation].kind === 'not-testable')
        return { claim: claim.id, interpretation, status: 'not-testable', because: null, checked: null, checks: [] };
      return { claim: claim.id, interpretation, status: 'unknown', because: 'no-check', checked: null, checks: [] };
    }),
  );
}

function keyOf(check: string, interpretation: Interpretation): string {
  return `${interpretation}\n${check}`;
}

function currentStatus(
  check: string,
  interpretation: Interpretation,
  recorded: CheckStatus | null,
  maxAgeMs: number,
  nowMs: number,
): CurrentStatus {
  if (recorded === null) {
    return { check, interpretation, status: 'unknown', because: 'no-run', counts: { pass: 0, fail: 0, unknown: 0, waived: 0 }, recorded };
  }
  const stale = isStale(recorded.dataAsOf, maxAgeMs, nowMs);
  const counts = stale ? staleCounts(recorded.counts) : recorded.counts;
  const status = !stale && isOfNobody(counts) ? 'not-applicable' : statusOfCounts(counts);
  const because = status === 'unknown' ? (stale ? 'stale' : 'findings') : null;
  return { check, interpretation, status, because, counts, recorded };
}

function isOfNobody({ pass, fail, unknown, waived, noneExpected }: Counts): boolean {
  return noneExpected === true && pass + fail + unknown + waived === 0;
}

/** `fail` stays: never because we became blind. */
function staleCounts(counts: Counts): Counts {
  return { pass: 0, waived: 0, fail: counts.fail, unknown: counts.unknown + counts.pass + counts.waived };
}

function serves(check: StatusCheck | undefined, claim: string, interpretation: Interpretation): boolean {
  return check?.claims.some((served) => served.claim === claim && served.interpretations.includes(interpretation)) ?? false;
}

/** A failure of a part fails the whole; a pass of a part does not pass it. Why it is unknown is said by the first check that is. */
function wholeStatus(
  claim: Pick<Claim, 'unchecked'>,
  serving: readonly CurrentStatus[],
): Pick<ClaimStatus, 'status' | 'because' | 'checked'> {
  const applicable = serving.flatMap(({ status }) => (status === 'not-applicable' ? [] : [status]));
  if (applicable.length === 0) return { status: 'not-applicable', because: null, checked: 'not-applicable' };
  const checked = gravestStatus(applicable);
  const isWell = checked === 'pass' || checked === 'waived';
  if (isWell && claim.unchecked !== undefined) return { status: 'unknown', because: 'partly-checked', checked };
  return { status: checked, because: serving.find((current) => current.status === checked)?.because ?? null, checked };
}
