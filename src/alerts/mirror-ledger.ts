import type { Alert } from '../domain/alert.ts';
import type { MirrorEntry, MirroredAlert } from '../domain/mirroring.ts';
import type { Clock, Store } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import { afterAcceptance, changedEntries, isForgettable, nextEntries, type PostTimes } from './mirror-entries.ts';

export interface MirrorLedgerNeeds {
  readonly targetId: string;
  readonly store: Pick<Store, 'openAlerts' | 'mirrored' | 'noteMirrored' | 'forgetMirrored'>;
  /** What of the open alerts the target is to hold. */
  readonly wanted: (open: readonly Alert[]) => readonly MirroredAlert[];
  readonly clock: Pick<Clock, 'now'>;
}

/** What a target is to be told and has been told, as the store keeps it. Its changes come one after the other. */
export interface MirrorLedger {
  /**
   * Takes up the open alerts as they are now. Done after every record, also while the target cannot be told anything: what opens and ends meanwhile is
   * told later.
   */
  note(): Promise<void>;
  entries(): Promise<readonly MirrorEntry[]>;
  /** Changed since the target last took it. */
  isUnsent(entry: MirrorEntry): boolean;
  /** The target took these as they were told. */
  taken(posted: readonly MirrorEntry[], times: PostTimes): Promise<void>;
}

export function createMirrorLedger({ targetId, store, wanted, clock }: MirrorLedgerNeeds): MirrorLedger {
  const unsent = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();

  /** A failure is its caller's; the next change comes all the same. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  }

  async function note(): Promise<void> {
    const before = await store.mirrored(targetId);
    const entries = nextEntries(before, wanted(await store.openAlerts()), timestamp(clock.now()));
    const changed = changedEntries(entries, before);
    if (changed.length === 0) return;
    await store.noteMirrored(targetId, changed);
    for (const { fingerprint } of changed) unsent.add(fingerprint);
  }

  async function noteTaken(posted: readonly MirrorEntry[], times: PostTimes): Promise<void> {
    const current = new Map((await store.mirrored(targetId)).map((entry) => [entry.fingerprint, entry]));
    const advanced = posted.flatMap((entry) => {
      const now = current.get(entry.fingerprint);
      if (now === undefined) return [];
      const next = afterAcceptance(entry, times);
      if (isSame(now, entry)) {
        unsent.delete(entry.fingerprint);
        return next === entry ? [] : [next];
      }
      // It changed while it was told: of what was taken only stands that it was open.
      const { firingAcceptedAt, firingAcceptedBy } = next;
      return now.firingAcceptedAt === null && firingAcceptedAt !== null ? [{ ...now, firingAcceptedAt, firingAcceptedBy }] : [];
    });
    if (advanced.length > 0) await store.noteMirrored(targetId, advanced);
    const old = posted.filter((entry) => isForgettable(entry, times.nowMs) && isSame(current.get(entry.fingerprint), entry));
    if (old.length > 0)
      await store.forgetMirrored(
        targetId,
        old.map(({ fingerprint }) => fingerprint),
      );
  }

  return {
    note: () => inTurn(note),
    entries: () => inTurn(() => store.mirrored(targetId)),
    isUnsent: ({ fingerprint }) => unsent.has(fingerprint),
    taken: (posted, times) => inTurn(() => noteTaken(posted, times)),
  };
}

function isSame(a: MirrorEntry | undefined, b: MirrorEntry): boolean {
  return a !== undefined && a.resolvedAt === b.resolvedAt && JSON.stringify(a.alert) === JSON.stringify(b.alert);
}
