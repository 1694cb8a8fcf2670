import type { MirrorEntry, MirroredAlert, PostedAlert } from '../domain/mirroring.ts';
import { isFromFuture } from '../domain/status.ts';
import { epochMs, type Timestamp, timestamp } from '../domain/time.ts';
import { fingerprintOf } from './mirror-alerts.ts';

/** An end that was taken is told for so long again: its receiver may have been killed before it told anybody. As Prometheus does. */
const endToldForMs = 15 * 60_000;

/** What is wanted, and the ends of what was. Of labels that come twice, the first. */
export function nextEntries(before: readonly MirrorEntry[], wanted: readonly MirroredAlert[], now: Timestamp): readonly MirrorEntry[] {
  const noted = new Map(before.map((entry) => [entry.fingerprint, entry]));
  const firing = new Map<string, MirrorEntry>();
  for (const alert of wanted) {
    const fingerprint = fingerprintOf(alert);
    const old = noted.get(fingerprint);
    // One that ended and is wanted anew has to be taken anew.
    const { firingAcceptedAt = null, firingAcceptedBy = null } = old?.resolvedAt === null ? old : {};
    const open = { fingerprint, alert, firingAcceptedAt, firingAcceptedBy, resolvedAt: null, endAcceptedAt: null };
    if (!firing.has(fingerprint)) firing.set(fingerprint, open);
  }
  const ended = before
    .filter(({ fingerprint }) => !firing.has(fingerprint))
    .map((entry): MirrorEntry => (entry.resolvedAt === null ? { ...entry, resolvedAt: now } : entry));
  return [...firing.values(), ...ended];
}

/** Those that differ from what was noted. */
export function changedEntries(entries: readonly MirrorEntry[], before: readonly MirrorEntry[]): readonly MirrorEntry[] {
  const noted = new Map(before.map((entry) => [entry.fingerprint, entry]));
  return entries.filter((entry) => {
    const old = noted.get(entry.fingerprint);
    return old === undefined || old.resolvedAt !== entry.resolvedAt || JSON.stringify(old.alert) !== JSON.stringify(entry.alert);
  });
}

export interface PostTimes {
  readonly nowMs: number;
  readonly endsAfterMs: number;
  readonly firesAtLeastMs: number;
  /** Which life of the target this is; null where it does not say. */
  readonly incarnation: string | null;
}

/** This life of the target knows it as open. Where it does not say which life it is, that cannot be doubted. */
function isKnownOpen({ firingAcceptedAt, firingAcceptedBy }: MirrorEntry, { incarnation }: PostTimes): boolean {
  return firingAcceptedAt !== null && (incarnation === null || firingAcceptedBy === incarnation);
}

/**
 * Whether it is told as ended. An Alertmanager tells its people nothing of an alert that it only knows as ended, be it that it came and went while it could
 * not be reached, that it was killed since, or that it ended within its `group_wait`: to each of its lives it is open first, for a while.
 */
function isToldAsEnded(entry: MirrorEntry, times: PostTimes): boolean {
  const { resolvedAt, firingAcceptedAt, endAcceptedAt } = entry;
  if (resolvedAt === null || firingAcceptedAt === null) return false;
  if (endAcceptedAt !== null) return true;
  const isLong = times.nowMs - epochMs(firingAcceptedAt) >= times.firesAtLeastMs || isFromFuture(firingAcceptedAt, times.nowMs);
  return isLong && isKnownOpen(entry, times);
}

/** It ended, the target did not take that yet, and something can be told of it now. */
export function isOwed(entry: MirrorEntry, times: PostTimes): boolean {
  if (entry.resolvedAt === null || entry.endAcceptedAt !== null) return false;
  return !isKnownOpen(entry, times) || isToldAsEnded(entry, times);
}

/** In how many milliseconds its end may be told; infinite where none waits for that. */
export function nextEndInMs(entry: MirrorEntry, times: PostTimes): number {
  const { resolvedAt, firingAcceptedAt, endAcceptedAt } = entry;
  if (resolvedAt === null || firingAcceptedAt === null || endAcceptedAt !== null || !isKnownOpen(entry, times))
    return Number.POSITIVE_INFINITY;
  return Math.max(0, epochMs(firingAcceptedAt) + times.firesAtLeastMs - times.nowMs);
}

/** The entry as it stands once the target took what was told at `nowMs`. */
export function afterAcceptance(entry: MirrorEntry, times: PostTimes): MirrorEntry {
  const now = timestamp(times.nowMs);
  if (isToldAsEnded(entry, times)) return entry.endAcceptedAt === null ? { ...entry, endAcceptedAt: now } : entry;
  return isKnownOpen(entry, times) ? entry : { ...entry, firingAcceptedAt: now, firingAcceptedBy: times.incarnation };
}

export function isForgettable({ endAcceptedAt }: MirrorEntry, nowMs: number): boolean {
  return endAcceptedAt !== null && nowMs - epochMs(endAcceptedAt) >= endToldForMs;
}

/** Where the clock was set back, neither a beginning nor an end may lie in the target's future: an end before its beginning would be refused. */
export function toPosted(entry: MirrorEntry, times: PostTimes): PostedAlert {
  const { alert, resolvedAt } = entry;
  const now = timestamp(times.nowMs);
  const endsAt = isToldAsEnded(entry, times) && resolvedAt !== null ? earlier(resolvedAt, now) : timestamp(times.nowMs + times.endsAfterMs);
  return { ...alert, startsAt: earlier(alert.startsAt, earlier(endsAt, now)), endsAt };
}

function earlier(a: Timestamp, b: Timestamp): Timestamp {
  return a < b ? a : b;
}
