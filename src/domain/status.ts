import type { Finding, FindingStatus } from './finding.ts';
import { epochMs, type Timestamp } from './time.ts';

/** `not-applicable`: signed "none expected". `not-testable`: the register's closed list. Only outputs know these two. */
export type Status = FindingStatus | 'not-applicable' | 'not-testable';
export const statuses: readonly Status[] = ['pass', 'fail', 'unknown', 'waived', 'not-applicable', 'not-testable'];

/** Gravest first. Nothing at all is `unknown`: no findings is never a pass. */
const gravity: readonly FindingStatus[] = ['fail', 'unknown', 'waived', 'pass'];

export function gravestStatus(found: Iterable<FindingStatus>): FindingStatus {
  const all = new Set(found);
  return gravity.find((status) => all.has(status)) ?? 'unknown';
}

export type Counts = { readonly [S in FindingStatus]: number } & {
  /** Nobody is there, and somebody signed that nobody is expected: all numbers are 0. Zeros without it are a defect, and unknown. */
  readonly noneExpected?: true;
};

export function countFindings(findings: Iterable<Pick<Finding, 'status'>>): Counts {
  const counts = { pass: 0, fail: 0, unknown: 0, waived: 0 };
  for (const finding of findings) counts[finding.status] += 1;
  return counts;
}

export function statusOfCounts(counts: Counts): FindingStatus {
  return gravity.find((status) => counts[status] > 0) ?? 'unknown';
}

/** A status older than its limit is unknown, in every output. `fail` stays: never because we became blind. */
export function freshStatus(status: FindingStatus, dataAsOf: Timestamp, maxAgeMs: number, nowMs: number): FindingStatus {
  if (status === 'fail') return 'fail';
  return isStale(dataAsOf, maxAgeMs, nowMs) ? 'unknown' : status;
}

/** What two readings of a clock may differ by without it having been set: between threads, and where a time server nudges it. */
export const clockToleranceMs = 2_000;

/** Data from the future (the clock was set back) and times that cannot be read are stale too: we do not know how old they are. */
export function isStale(dataAsOf: Timestamp, maxAgeMs: number, nowMs: number): boolean {
  const ageMs = nowMs - epochMs(dataAsOf);
  return !(ageMs <= maxAgeMs && !isFromFuture(dataAsOf, nowMs));
}

/** A time that has not come yet: the clock was set back since. */
export function isFromFuture(at: Timestamp, nowMs: number): boolean {
  return epochMs(at) - nowMs > clockToleranceMs;
}
