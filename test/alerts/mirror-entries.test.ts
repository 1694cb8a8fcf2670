import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/alerts/mirror-alerts.ts';
import {
  afterAcceptance,
  changedEntries,
  isForgettable,
  isOwed,
  nextEndInMs,
  nextEntries,
  toPosted,
} from '../../src/alerts/mirror-entries.ts';
import type { MirrorEntry, MirroredAlert } from '../../src/domain/mirroring.ts';
import { timestamp } from '../../src/domain/time.ts';

const startMs = Date.UTC(2026, 10, 24, 8);
const at = (seconds: number) => timestamp(startMs + seconds * 1_000);
const alert = (subject: string, summary = ''): MirroredAlert => ({ labels: { subject }, annotations: { summary }, startsAt: at(0) });
const entry = (subject: string, changes: Partial<MirrorEntry> = {}): MirrorEntry => ({
  fingerprint: fingerprintOf(alert(subject)),
  alert: alert(subject),
  firingAcceptedAt: null,
  firingAcceptedBy: 'first life',
  resolvedAt: null,
  endAcceptedAt: null,
  ...changes,
});
const times = (seconds: number) => ({
  nowMs: startMs + seconds * 1_000,
  endsAfterMs: 7 * 86_400_000,
  firesAtLeastMs: 60_000,
  incarnation: 'first life',
});

describe('the ledger', () => {
  it('takes up what is wanted, and ends what is no longer', () => {
    const known = entry('a', { firingAcceptedAt: at(1) });
    const next = nextEntries([known, entry('b')], [alert('a', 'new words'), alert('c'), alert('c', 'twice')], at(9));
    expect(next).toEqual([
      { ...known, alert: alert('a', 'new words') },
      entry('c', { firingAcceptedBy: null }),
      { ...entry('b'), resolvedAt: at(9) },
    ]);
    expect(changedEntries(next, [known, entry('b')]).map(({ alert: { labels } }) => labels['subject'])).toEqual(['a', 'c', 'b']);
    expect(changedEntries(next, next)).toEqual([]);
  });

  it('an end stays what it was, and one that is wanted anew begins anew', () => {
    const ended = entry('a', { firingAcceptedAt: at(1), resolvedAt: at(5), endAcceptedAt: at(6) });
    expect(nextEntries([ended], [], at(9))).toEqual([ended]);
    expect(nextEntries([ended], [alert('a')], at(9))).toEqual([entry('a', { firingAcceptedBy: null })]);
  });
});

describe('what is posted', () => {
  it.each<[string, Partial<MirrorEntry>, number, { readonly startsAt: string; readonly endsAt: string }]>([
    ['open: far ahead', {}, 10, { startsAt: at(0), endsAt: at(10 + 7 * 86_400) }],
    ['ended, never taken: open still', { resolvedAt: at(5) }, 500, { startsAt: at(0), endsAt: at(500 + 7 * 86_400) }],
    [
      'ended within the least time: open still',
      { firingAcceptedAt: at(1), resolvedAt: at(5) },
      60,
      { startsAt: at(0), endsAt: at(60 + 7 * 86_400) },
    ],
    ['ended, the least time over', { firingAcceptedAt: at(1), resolvedAt: at(5) }, 61, { startsAt: at(0), endsAt: at(5) }],
    [
      'ended, taken by another life: open still',
      { firingAcceptedAt: at(1), firingAcceptedBy: 'another', resolvedAt: at(5) },
      500,
      { startsAt: at(0), endsAt: at(500 + 7 * 86_400) },
    ],
    [
      'its end taken by another life',
      { firingAcceptedAt: at(1), firingAcceptedBy: 'another', resolvedAt: at(5), endAcceptedAt: at(61) },
      500,
      { startsAt: at(0), endsAt: at(5) },
    ],
    [
      'taken in the future: the clock was set back',
      { firingAcceptedAt: at(900), resolvedAt: at(5) },
      10,
      { startsAt: at(0), endsAt: at(5) },
    ],
    [
      'ended before it began: the clock was set back',
      { firingAcceptedAt: at(-700), resolvedAt: at(-600) },
      -500,
      { startsAt: at(-600), endsAt: at(-600) },
    ],
    ['open, begun in the future', {}, -500, { startsAt: at(-500), endsAt: at(-500 + 7 * 86_400) }],
    ['an end in the future', { firingAcceptedAt: at(-700), resolvedAt: at(50) }, -100, { startsAt: at(-100), endsAt: at(-100) }],
  ])('%s', (_what, changes, seconds, expected) => {
    expect(toPosted(entry('a', changes), times(seconds))).toMatchObject(expected);
  });
});

describe('what is known once it was taken', () => {
  it.each<[string, Partial<MirrorEntry>, number, Partial<MirrorEntry>]>([
    ['the first time', {}, 3, { firingAcceptedAt: at(3), endAcceptedAt: null }],
    ['again', { firingAcceptedAt: at(1) }, 3, { firingAcceptedAt: at(1), endAcceptedAt: null }],
    ['ended, as open', { resolvedAt: at(2) }, 3, { firingAcceptedAt: at(3), endAcceptedAt: null }],
    [
      'again, by another life',
      { firingAcceptedAt: at(1), firingAcceptedBy: 'another' },
      3,
      { firingAcceptedAt: at(3), firingAcceptedBy: 'first life' },
    ],
    [
      'ended, by another life: as open',
      { firingAcceptedAt: at(1), firingAcceptedBy: 'another', resolvedAt: at(2) },
      99,
      { firingAcceptedAt: at(99), endAcceptedAt: null },
    ],
    ['ended, as ended', { firingAcceptedAt: at(1), resolvedAt: at(2) }, 61, { endAcceptedAt: at(61) }],
    ['ended, as ended, again', { firingAcceptedAt: at(1), resolvedAt: at(2), endAcceptedAt: at(61) }, 99, { endAcceptedAt: at(61) }],
  ])('%s', (_what, changes, seconds, expected) => {
    expect(afterAcceptance(entry('a', changes), times(seconds))).toMatchObject(expected);
  });

  it.each([
    [15 * 60 - 1, false],
    [15 * 60, true],
    [-10, false],
  ])('%i seconds after its end was taken it may be forgotten: %s', (seconds, expected) => {
    expect(isForgettable(entry('a', { resolvedAt: at(0), endAcceptedAt: at(0) }), times(seconds).nowMs)).toBe(expected);
  });

  it.each<[string, Partial<MirrorEntry>, number, number, boolean]>([
    ['open', { firingAcceptedAt: at(0) }, 90, Number.POSITIVE_INFINITY, false],
    ['ended, not taken yet', { resolvedAt: at(5) }, 90, Number.POSITIVE_INFINITY, true],
    [
      'ended, taken by another life',
      { firingAcceptedAt: at(0), firingAcceptedBy: 'another', resolvedAt: at(5) },
      90,
      Number.POSITIVE_INFINITY,
      true,
    ],
    ['ended, too early', { firingAcceptedAt: at(0), resolvedAt: at(5) }, 20, 40_000, false],
    ['ended, at its time', { firingAcceptedAt: at(0), resolvedAt: at(5) }, 60, 0, true],
    ['its end taken', { firingAcceptedAt: at(0), resolvedAt: at(5), endAcceptedAt: at(60) }, 61, Number.POSITIVE_INFINITY, false],
  ])('something is owed: %s', (_what, changes, seconds, inMs, isDue) => {
    expect([nextEndInMs(entry('a', changes), times(seconds)), isOwed(entry('a', changes), times(seconds))]).toEqual([inMs, isDue]);
  });
});
