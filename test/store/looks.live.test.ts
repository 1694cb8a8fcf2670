import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactMap, Look } from '../../src/domain/look.ts';
import type { Store } from '../../src/domain/ports.ts';
import { exampleLook } from '../support/example-look.ts';
import { minute, sha256 } from '../support/example-run.ts';
import { openTestStore, putBody } from '../support/state-folder.ts';

const subject = fc.constantFrom('a:443', 'b:443', 'c:443', '__proto__', 'constructor');
const reference = fc.oneof(
  fc.constantFrom('1', '2', '3').map((text) => ({ digest: sha256(text) })),
  fc.constant({ fault: { code: 'timeout' as const, message: 'no answer' } }),
);
const references = fc.dictionary(fc.constantFrom('tls', 'http'), reference, { minKeys: 1 });
const map: fc.Arbitrary<FactMap> = fc
  .uniqueArray(fc.tuple(subject, references), { selector: ([id]) => id, maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));

/** What changed, and `{}` for who is gone. */
function deltaOf(before: FactMap, after: FactMap): FactMap {
  const changed = Object.entries(after).filter(
    ([id, own]) => !Object.hasOwn(before, id) || JSON.stringify(before[id]) !== JSON.stringify(own),
  );
  const gone = Object.keys(before).filter((id) => !Object.hasOwn(after, id));
  return Object.fromEntries([...changed, ...gone.map((id): [string, FactMap[string]] => [id, {}])]);
}

interface Kept {
  readonly look: Look;
  readonly map: FactMap;
}

async function keep(store: Store, own: FactMap, before: Kept | undefined): Promise<Kept> {
  const mapDigest = await putBody(store, before === undefined ? own : deltaOf(before.map, own));
  const place = before === undefined ? {} : { base: before.look.id, depth: before.look.depth + 1 };
  return { look: await store.recordLook(exampleLook({ mapDigest, ...place })), map: own };
}

describe('fact maps', () => {
  it('read back as they were, however they were kept', async () => {
    const { store } = await openTestStore();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ map, isWhole: fc.boolean() }), { minLength: 1, maxLength: 8 }), async (steps) => {
        const looks: Kept[] = [];
        for (const step of steps) looks.push(await keep(store, step.map, step.isWhole ? undefined : looks.at(-1)));
        for (const kept of looks) expect(await store.factMap(kept.look)).toEqual(kept.map);
      }),
      { numRuns: 60 },
    );
  });

  it('that miss a part are an error, never a smaller map', async () => {
    const { store } = await openTestStore();
    const whole = await store.recordLook(exampleLook({ mapDigest: sha256('never put') }));
    await expect(store.factMap(whole)).rejects.toThrow('is missing');
    await expect(store.factMap({ ...whole, id: 9, base: 8 })).rejects.toThrow('look 8, on which look 9 rests, is missing');
    await expect(store.factMap({ ...whole, base: whole.id })).rejects.toThrow(`look ${whole.id}, on which look ${whole.id} rests`);
  });
});

describe('looks', () => {
  it('come back as recorded, the latest of a name by its number', async () => {
    const { store } = await openTestStore();
    const first = await store.recordLook(exampleLook({ extent: { kind: 'some', subjects: ['a:443'], base: 1 } }));
    const other = await store.recordLook(exampleLook({ name: 'http' }));
    const last = await store.recordLook(exampleLook({ scheduledFor: minute(-60) }));
    expect(await store.look(first.id)).toEqual(first);
    expect(await store.latestLook('tls')).toEqual(last);
    expect(await store.latestLook('http')).toEqual(other);
    expect(await store.latestLook('dns')).toBeNull();
    expect(await store.look(99)).toBeNull();
  });

  it('cannot rest on a look that is not there', async () => {
    const { store } = await openTestStore();
    await expect(store.recordLook(exampleLook({ base: 5 }))).rejects.toThrow('FOREIGN KEY');
    expect(await store.latestLook('tls')).toBeNull();
  });
});

describe('claims', () => {
  it('are taken once per time, and not for an earlier one', async () => {
    const { store } = await openTestStore();
    expect(await store.lastScheduled('tls')).toBeNull();
    expect(await store.claimLook('tls', minute(1), minute(1))).toBe(true);
    expect(await store.claimLook('tls', minute(1), minute(1))).toBe(false);
    expect(await store.claimLook('tls', minute(0), minute(1))).toBe(false);
    expect(await store.claimLook('http', minute(0), minute(1))).toBe(true);
    expect(await store.claimLook('tls', minute(2), minute(2))).toBe(true);
    expect(await store.lastScheduled('tls')).toBe(minute(2));
  });

  it('of which two ask at once go to one', async () => {
    const { store } = await openTestStore();
    const asked = await Promise.all(Array.from({ length: 10 }, () => store.claimLook('tls', minute(1), minute(1))));
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  it('end with their look, and a look at some subjects ends none', async () => {
    const { store } = await openTestStore();
    await store.claimLook('tls', minute(1), minute(1));
    await store.recordLook(exampleLook({ scheduledFor: minute(1), startedAt: minute(1) }));
    await store.claimLook('http', minute(1), minute(1));
    await store.recordLook(exampleLook({ name: 'http', scheduledFor: minute(2), extent: { kind: 'some', subjects: [], base: 1 } }));
    expect(await store.releaseClaims()).toEqual(['http']);
    expect(await store.claimLook('tls', minute(1), minute(2))).toBe(false);
    expect(await store.lastScheduled('tls')).toBe(minute(1));
  });

  it('that were given up are due again, from what ended before', async () => {
    const { store, path } = await openTestStore();
    await store.claimLook('tls', minute(1), minute(1));
    await store.recordLook(exampleLook({ scheduledFor: minute(1) }));
    await store.claimLook('tls', minute(2), minute(2));
    await store.claimLook('dns', minute(2), minute(2));
    await store.close();
    const { store: next } = await openTestStore(path);
    expect(await next.claimLook('tls', minute(2), minute(2))).toBe(false);
    expect(await next.releaseClaims()).toEqual(['dns', 'tls']);
    expect(await next.lastScheduled('tls')).toBe(minute(1));
    expect(await next.lastScheduled('dns')).toBeNull();
    expect(await next.claimLook('tls', minute(2), minute(2))).toBe(true);
    expect(await next.releaseClaims()).toEqual(['tls']);
    expect(await next.releaseClaims()).toEqual([]);
  });

  it.each([true, false])('of the future do not stop looks when the clock was set back (ended: %s)', async (hasEnded) => {
    const { store } = await openTestStore();
    await store.claimLook('tls', minute(600), minute(600));
    if (hasEnded) await store.recordLook(exampleLook({ scheduledFor: minute(600) }));
    expect(await store.claimLook('tls', minute(1), minute(1))).toBe(true);
    expect(await store.claimLook('tls', minute(1), minute(1))).toBe(false);
    expect(await store.lastScheduled('tls')).toBe(minute(1));
    expect(await store.claimLook('dns', minute(3), minute(1))).toBe(true);
    expect(await store.claimLook('dns', minute(3), minute(1))).toBe(false);
  });
});
