import { epochMs, type Timestamp, timestamp } from '../../domain/time.ts';

/** One tag that was written; the event of writing it carries its id. */
export interface Canary {
  readonly writtenAt: Timestamp;
  /** Correlation id, lower case. */
  readonly id: string;
}

export const canaryTag = 'claimwatch-canary';

/** Of longer ago nothing is kept in the log that we ask; what lies ahead was not written by us. */
const oldestMs = 90 * 86_400_000;
const clockSkewMs = 300_000;
const entryPattern = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g;

/** What the tag tells of, oldest first; what somebody else wrote into it tells nothing. */
export function readCanaries(value: string, nowMs: number): readonly Canary[] {
  const found = [...value.matchAll(entryPattern)].map(([, writtenAt = '', id = '']) => ({ writtenAt, id }));
  return credibleOf(found, nowMs);
}

/** Also of what this process wrote: its clock may have been set back since. */
export function credibleOf(canaries: readonly Canary[], nowMs: number): readonly Canary[] {
  return inOrder(canaries.filter(({ writtenAt }) => isCredible(Date.parse(writtenAt), nowMs)));
}

function isCredible(writtenMs: number, nowMs: number): boolean {
  return writtenMs >= nowMs - oldestMs && writtenMs <= nowMs + clockSkewMs;
}

/** At most three, which fit into the 256 characters of a tag. */
export function canaryText(canaries: readonly Canary[]): string {
  return canaries.map(({ writtenAt, id }) => `${writtenAt} ${id}`).join(', ');
}

/** Each once, oldest first. */
export function mergeCanaries(...lists: readonly (readonly Canary[])[]): readonly Canary[] {
  return inOrder([...new Map(lists.flat().map((canary) => [canary.id, canary])).values()]);
}

function inOrder(canaries: readonly Canary[]): readonly Canary[] {
  return canaries.toSorted((left, right) => epochMs(left.writtenAt) - epochMs(right.writtenAt) || (left.id < right.id ? -1 : 1));
}

export interface CanaryStanding {
  /** The last one whose event is in the workspace. */
  readonly arrived: Canary | null;
  /** The oldest one since then whose event is not: what came later proves that events arrive again. */
  readonly waiting: Canary | null;
  readonly newest: Canary | null;
}

/** `canaries`: oldest first. */
export function standingOf(canaries: readonly Canary[], hasArrived: (canary: Canary) => boolean): CanaryStanding {
  const last = canaries.findLastIndex(hasArrived);
  return { arrived: canaries[last] ?? null, waiting: canaries[last + 1] ?? null, newest: canaries.at(-1) ?? null };
}

/** What the next tag has to tell of, so that a restart loses nothing. */
export function worthKeeping({ arrived, waiting }: CanaryStanding, next: Canary): readonly Canary[] {
  return [arrived, waiting, next].filter((canary) => canary !== null);
}

export function canaryAt(nowMs: number, id: string): Canary {
  return { writtenAt: timestamp(nowMs), id: id.toLowerCase() };
}
