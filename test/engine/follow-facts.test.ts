import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FollowedFact, KnownFact } from '../../src/domain/fact-follower.ts';
import type { Json } from '../../src/domain/json.ts';
import type { FactReference } from '../../src/domain/look.ts';
import { timestamp } from '../../src/domain/time.ts';
import { createFollowingFacts } from '../../src/engine/follow-facts.ts';
import type { KeptFact } from '../../src/engine/kept-fact.ts';
import { countingFollower } from '../support/counting-follower.ts';

const startMs = Date.UTC(2026, 10, 24, 8);
const againMs = countingFollower('count').againAfterMs;

/** A store that counts what it is asked, and takes steps on as the real one does. */
function makeFollowed() {
  const stored = new Map<string, KnownFact>();
  const asked: (readonly string[])[] = [];
  const reader = {
    followedFacts: async (_kind: string, subjects: readonly string[]) => {
      if (subjects.length > 0) asked.push(subjects);
      return new Map(subjects.flatMap((subject) => (stored.has(subject) ? [[subject, stored.get(subject) as KnownFact]] : [])));
    },
  };
  let following = createFollowingFacts([countingFollower('count')], reader);
  const texts = (followed: readonly FollowedFact[]) =>
    followed.map(({ subject, changes }) => `${subject}: ${changes.map(({ text }) => text).join(', ')}`);
  return {
    asked,
    restart: () => {
      following = createFollowingFacts([countingFollower('count')], reader);
    },
    /** A number is a fact, null a fault, a text a fact of another shape; `lost`: the look was never recorded. */
    look: async (
      seen: { readonly [subject: string]: number | string | null },
      { atMs = startMs, isLost = false, isPacked = false, brings = ['count'] } = {},
    ) => {
      const values = new Map<string, KeptFact>();
      const entries: Record<string, { readonly [kind: string]: FactReference }> = {};
      for (const [subject, value] of Object.entries(seen)) {
        const fact: Json = typeof value === 'number' ? { n: value } : value;
        values.set(`d${value}`, isPacked ? deflateRawSync(JSON.stringify(fact)) : fact);
        entries[subject] = { count: value === null ? { fault: { code: 'timeout', message: 'no answer' } } : { digest: `d${value}` } };
      }
      const followed = await following.follow({ entries, values, brings, nowMs: atMs });
      for (const { subject, digest, at, baseline, before } of isLost ? [] : followed) {
        const known = stored.get(subject);
        expect(before).toEqual(known === undefined ? null : { digest: known.digest, at: known.at });
        stored.set(subject, { digest, at, baseline: JSON.parse(baseline) as Json });
      }
      return texts(followed);
    },
  };
}

describe('facts that are followed', () => {
  it('first sight, the same, another', async () => {
    const { look } = makeFollowed();
    expect(await look({ a: 1, b: 1 })).toEqual(['a: ', 'b: ']);
    expect(await look({ a: 1, b: 1 })).toEqual([]);
    expect(await look({ a: 2, b: 1 })).toEqual(['a: 1 -> 2']);
    expect(await look({ a: 1, b: 1 })).toEqual(['a: 2 -> 1']);
  });

  it('a look at what did not change asks nothing of the store', async () => {
    const { look, asked } = makeFollowed();
    await look({ a: 1, b: 1 });
    await look({ a: 1, b: 1 });
    asked.length = 0;
    for (let minute = 0; minute < 5; minute += 1) await look({ a: 1, b: 1 });
    expect(asked).toEqual([]);
    await look({ a: 2, b: 1 });
    expect(asked).toEqual([['a']]);
  });

  it('a fault is not followed, and what comes after it is compared with what was before', async () => {
    const { look } = makeFollowed();
    await look({ a: 1 });
    expect(await look({ a: null })).toEqual([]);
    expect(await look({ a: 2 })).toEqual(['a: 1 -> 2']);
  });

  it('a fact of another shape is no change', async () => {
    const { look } = makeFollowed();
    expect(await look({ a: 'odd' })).toEqual(['a: ']);
    expect(await look({ a: 1 })).toEqual(['a: ']);
    expect(await look({ a: 'odd' })).toEqual(['a: ']);
    expect(await look({ a: 2 })).toEqual(['a: 1 -> 2']);
  });

  it('a look at some is followed like one at all, and of the others nothing is said', async () => {
    const { look } = makeFollowed();
    await look({ a: 1, b: 1 });
    expect(await look({ b: 2 })).toEqual(['b: 1 -> 2']);
    expect(await look({ a: 1, b: 2 })).toEqual([]);
  });

  it('who left and comes back is compared with what was known', async () => {
    const { look } = makeFollowed();
    await look({ a: 1, b: 1 });
    await look({ b: 1 });
    expect(await look({ a: 2, b: 1 })).toEqual(['a: 1 -> 2']);
  });

  it('goes on after a restart', async () => {
    const { look, restart } = makeFollowed();
    await look({ a: 1, b: 1 });
    restart();
    expect(await look({ a: 2, b: 1 })).toEqual(['a: 1 -> 2']);
    restart();
    expect(await look({ a: 2, b: 1 })).toEqual([]);
  });

  it('a look that was never recorded is as if it had not been: its change comes with the next one', async () => {
    const { look, restart } = makeFollowed();
    await look({ a: 1 });
    expect(await look({ a: 2 }, { isLost: true })).toEqual(['a: 1 -> 2']);
    expect(await look({ a: 2 })).toEqual(['a: 1 -> 2']);
    await look({ a: 3 }, { isLost: true });
    restart();
    expect(await look({ a: 4 })).toEqual(['a: 2 -> 4']);
  });

  it('what stays the same is followed again after so long, and where the clock was set back', async () => {
    const { look } = makeFollowed();
    await look({ a: 1 });
    await look({ a: 1 });
    expect(await look({ a: 1 }, { atMs: startMs + againMs - 1 })).toEqual([]);
    expect(await look({ a: 1 }, { atMs: startMs + againMs })).toEqual(['a: ']);
    expect(await look({ a: 1 }, { atMs: startMs + againMs - 1 })).toEqual(['a: ']);
    expect(await look({ a: 1 }, { atMs: startMs + againMs })).toEqual([]);
  });

  it('reads packed facts, and leaves looks alone that bring others', async () => {
    const { look, asked } = makeFollowed();
    await look({ a: 1 });
    expect(await look({ a: 2 }, { isPacked: true })).toEqual(['a: 1 -> 2']);
    asked.length = 0;
    expect(await look({ a: 3 }, { brings: ['other'] })).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('whatever is lost, restarted or not seen: what is told is a chain from the first fact that was recorded to the last', async () => {
    const seen = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(null, 'odd'));
    const step = fc.record({ seen, isLost: fc.boolean(), isRestart: fc.boolean(), minutes: fc.integer({ min: -2, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const { look, restart } = makeFollowed();
        const [told, recorded]: [string[], number[]] = [[], []];
        let atMs = startMs;
        for (const { seen: now, isLost, isRestart, minutes } of steps) {
          atMs += minutes * 60_000;
          if (isRestart) restart();
          const texts = await look({ a: now }, { isLost, atMs });
          if (isLost) continue;
          told.push(...texts.filter((text) => text !== 'a: '));
          if (typeof now === 'number' && recorded.at(-1) !== now) recorded.push(now);
        }
        expect(told).toEqual(recorded.slice(1).map((number, index) => `a: ${recorded[index]} -> ${number}`));
      }),
    );
  });

  it('says when', async () => {
    const { followedFacts } = { followedFacts: async () => new Map<string, KnownFact>() };
    const following = createFollowingFacts([countingFollower('count')], { followedFacts });
    const looked = { entries: { a: { count: { digest: 'd1' } } }, values: new Map([['d1', { n: 1 }]]), brings: ['count'], nowMs: startMs };
    expect(await following.follow(looked)).toEqual([
      { kind: 'count', label: 'Count', subject: 'a', before: null, digest: 'd1', at: timestamp(startMs), baseline: '{"n":1}', changes: [] },
    ]);
  });
});
