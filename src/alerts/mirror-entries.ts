import type { MirrorEntry, MirroredAlert, PostedAlert } from '../domain/ports.ts';
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
    const firingAcceptedAt = old?.resolvedAt === null ? old.firingAcceptedAt : null;
    if (!firing.has(fingerprint)) firing.set(fingerprint, { fingerprint, alert, firingAcceptedAt, resolvedAt: null, endAcceptedAt: null });
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
}

/**
 * Whether it is told as ended. An Alertmanager tells its people nothing of an alert that it only knows as ended, or that ended within its `group_wait`:
 * what was open for a moment, or while it could not be reached, is open to it for a while.
 */
function isToldAsEnded({ resolvedAt, firingAcceptedAt }: MirrorEntry, { nowMs, firesAtLeastMs }: Omit<PostTimes, 'endsAfterMs'>): boolean {
  if (resolvedAt === null || firingAcceptedAt === null) return false;
  return nowMs - epochMs(firingAcceptedAt) >= firesAtLeastMs || isFromFuture(firingAcceptedAt, nowMs);
}

/** Its end may be told now, and was not taken yet. */
export function isEndDue(entry: MirrorEntry, times: Omit<PostTimes, 'endsAfterMs'>): boolean {
  return entry.endAcceptedAt === null && isToldAsEnded(entry, times);
}

/** In how many milliseconds its end may be told; infinite where none waits for that. */
export function nextEndInMs({ resolvedAt, firingAcceptedAt, endAcceptedAt }: MirrorEntry, times: Omit<PostTimes, 'endsAfterMs'>): number {
  if (resolvedAt === null || firingAcceptedAt === null || endAcceptedAt !== null) return Number.POSITIVE_INFINITY;
  return Math.max(0, epochMs(firingAcceptedAt) + times.firesAtLeastMs - times.nowMs);
}

/** The entry as it stands once the target took what was told at `nowMs`. */
export function afterAcceptance(entry: MirrorEntry, times: Omit<PostTimes, 'endsAfterMs'>): MirrorEntry {
  const now = timestamp(times.nowMs);
  if (!isToldAsEnded(entry, times)) return entry.firingAcceptedAt === null ? { ...entry, firingAcceptedAt: now } : entry;
  return entry.endAcceptedAt === null ? { ...entry, endAcceptedAt: now } : entry;
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
