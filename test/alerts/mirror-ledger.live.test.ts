import { expect, it } from 'vitest';
import { createMirrorLedger } from '../../src/alerts/mirror-ledger.ts';
import type { MirroredAlert } from '../../src/domain/mirroring.ts';
import { timestamp } from '../../src/domain/time.ts';
import { openTestStore } from '../support/state-folder.ts';

const startMs = Date.UTC(2026, 10, 24, 8);
const alert: MirroredAlert = { labels: { subject: 'a' }, annotations: {}, startsAt: timestamp(startMs) };
const times = { nowMs: startMs + 1_000, endsAfterMs: 1, firesAtLeastMs: 0, incarnation: 'first life' };

/** A ledger whose open alerts the test sets. */
async function openLedger() {
  const { store } = await openTestStore();
  let open: readonly MirroredAlert[] = [];
  const ledger = createMirrorLedger({ targetId: 'am', store, wanted: () => open, clock: { now: () => startMs } });
  return {
    ledger,
    see: async (next: readonly MirroredAlert[]) => {
      open = next;
      await ledger.note();
    },
  };
}

it('what ended while it was told as open is still to be told as ended', async () => {
  const { ledger, see } = await openLedger();
  await see([alert]);
  const posted = await ledger.entries();
  await see([]);
  await ledger.taken(posted, times);
  const [entry] = await ledger.entries();
  expect(entry).toMatchObject({ resolvedAt: timestamp(startMs), firingAcceptedAt: timestamp(times.nowMs), endAcceptedAt: null });
  expect(entry !== undefined && ledger.isUnsent(entry)).toBe(true);
});

it('what is open anew while its end was told is still to be told as open', async () => {
  const { ledger, see } = await openLedger();
  await see([alert]);
  await ledger.taken(await ledger.entries(), times);
  await see([]);
  const posted = await ledger.entries();
  await see([alert]);
  await ledger.taken(posted, times);
  const [entry] = await ledger.entries();
  expect(entry).toMatchObject({ resolvedAt: null, endAcceptedAt: null });
  expect(entry !== undefined && ledger.isUnsent(entry)).toBe(true);
});
