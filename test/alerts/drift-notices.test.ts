import { describe, expect, it } from 'vitest';
import { decideDriftNotices } from '../../src/alerts/drift-notices.ts';
import type { FollowedFact } from '../../src/domain/fact-follower.ts';
import { timestamp } from '../../src/domain/time.ts';
import { exampleLook } from '../support/example-look.ts';
import { first, makeContext, startMs, told } from './fixtures.ts';

const look = { ...exampleLook(), id: 7 };
const changes = ['TLS 1.2 accepts RC4 now', 'TLS 1.0 is accepted now', 'the key of the certificate: a instead of b'].map((text) => ({
  text,
  places: ['192.0.2.1', '192.0.2.2'],
}));

function changed(over: Partial<FollowedFact> = {}): FollowedFact {
  const until = { digest: 'd1', at: timestamp(startMs) };
  return { kind: 'tls', label: 'TLS', subject: 'shop.example.com:443', before: until, ...until, baseline: '{}', changes, ...over };
}

const messageOf = (over: Partial<FollowedFact> = {}) =>
  first(decideDriftNotices(look, [changed(over)], makeContext()).notifications).message;

describe('drift notices', () => {
  it('one per subject and receiver of reports, and the log', () => {
    const decision = decideDriftNotices(look, [changed(), changed({ subject: 'b.example.com:443' })], makeContext());
    expect(told(decision)).toEqual(['all notice', 'all notice', 'log notice', 'log notice']);
    expect(new Set(decision.notifications.map(({ response }) => response))).toEqual(new Set(['report']));
    expect(new Set(decision.notifications.map(({ lane }) => lane)).size).toBe(2);
    expect(new Set(decision.notifications.map(({ id }) => id)).size).toBe(4);
  });

  it('in mode observe only the log', () => {
    expect(told(decideDriftNotices(look, [changed()], makeContext({ mode: { kind: 'observe' } })))).toEqual(['log notice']);
  });

  it('say the first change in the title, and all below', () => {
    expect(messageOf()).toMatchObject({
      title: 'shop.example.com:443: TLS changed: TLS 1.2 accepts RC4 now, and 2 more',
      reason: `look 7 (tls, begun at ${look.startedAt}) saw 3 changes: ${changes.map(({ text }) => text).join('; ')}`,
      check: null,
      subjectCount: 1,
    });
    expect(messageOf().subjects.map(({ observed }) => observed)).toEqual(changes.map(({ text }) => `${text} (192.0.2.1, 192.0.2.2)`));
  });

  it.each([
    [0, null],
    [1, 'shop.example.com:443: TLS changed: change 1'],
    [2, 'shop.example.com:443: TLS changed: change 1, and 1 more'],
    [21, 'shop.example.com:443: TLS changed: change 1, and 20 more'],
  ])('of %i changes', (count, title) => {
    const some = Array.from({ length: count }, (_, index) => ({ text: `change ${index + 1}`, places: [] }));
    const [notice] = decideDriftNotices(look, [changed({ changes: some })], makeContext()).notifications;
    expect([notice?.message.title ?? null, notice?.message.subjects.length ?? 0]).toEqual([title, Math.min(count, 20)]);
  });

  it('a title that would be endless is cut, and still says how many more', () => {
    const { title } = messageOf({ changes: [{ text: 'x'.repeat(5_000), places: [] }, ...changes] });
    expect([title.length < 250, title.endsWith('…, and 3 more')]).toEqual([true, true]);
  });

  it('have the same ids at every call, others at another look, also where a state file that was begun anew counts again', () => {
    const idAt = (changes: Partial<typeof look>) =>
      first(decideDriftNotices({ ...look, ...changes }, [changed()], makeContext()).notifications).id;
    expect(idAt({})).toBe(idAt({}));
    expect(new Set([idAt({}), idAt({ id: 8 }), idAt({ startedAt: timestamp(startMs + 1) })]).size).toBe(3);
  });
});
