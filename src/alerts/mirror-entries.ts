import type { MirrorEntry, MirroredAlert, PostedAlert } from '../domain/ports.ts';
import { epochMs, type Timestamp, timestamp } from '../domain/time.ts';
import { fingerprintOf } from './mirror-alerts.ts';

/** An end that was taken is told for so long again: its receiver may have been killed before it told anybody. As Prometheus does. */
const endToldForMs = 15 * 60_000;

/** What is wanted, and the ends of what was. Of labels that come twice, the first. */
export function nextEntries(before: readonly MirrorEntry[], wanted: readonly MirroredAlert[], now: Timestamp): readonly MirrorEntry[] {
  const firing = new Map<string, MirrorEntry>();
  for (const alert of wanted) {
    const fingerprint = fingerprintOf(alert);
    if (!firing.has(fingerprint)) firing.set(fingerprint, { fingerprint, alert, resolvedAt: null, endAcceptedAt: null });
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

export function forgettable({ resolvedAt, endAcceptedAt }: MirrorEntry, nowMs: number): boolean {
  return resolvedAt !== null && endAcceptedAt !== null && nowMs - epochMs(endAcceptedAt) >= endToldForMs;
}

/** An end before its beginning (the clock was set back) would be refused. */
export function toPosted({ alert, resolvedAt }: MirrorEntry, nowMs: number, endsAfterMs: number): PostedAlert {
  if (resolvedAt === null) return { ...alert, endsAt: timestamp(nowMs + endsAfterMs) };
  return { ...alert, endsAt: resolvedAt < alert.startsAt ? alert.startsAt : resolvedAt };
}
