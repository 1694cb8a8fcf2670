import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/json.ts';
import { forgetAfterMs } from '../../src/transport/tls-drift.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { tlsFollower } from '../../src/transport/tls-follower.ts';
import { tlsAddress } from '../support/tls-address.ts';

const hourMs = 3_600_000;
const plain = factOf({});
const spoken = factOf({ plaintext: 'HTTP/1.1 400 Bad Request' });
const change = { text: 'it answers without TLS now ("HTTP/1.1 400 Bad Request")', places: ['192.0.2.1'] };

/** As it comes from the store. */
function factOf(...changes: readonly Partial<TlsAddress>[]): Json {
  return JSON.parse(JSON.stringify({ addresses: changes.map((one) => tlsAddress(one)), differences: [] })) as Json;
}

function follow(facts: readonly (readonly [fact: Json, atMs: number])[]) {
  const changes: unknown[] = [];
  let baseline: Json | null = null;
  for (const [fact, atMs] of facts) {
    const next = tlsFollower.follow(baseline, fact, atMs);
    baseline = JSON.parse(JSON.stringify(next.baseline)) as Json;
    changes.push(next.changes);
  }
  return { baseline, changes };
}

/** What was stored before suites were listed. */
const olderShape: Json = {
  addresses: [{ address: '192.0.2.1', protocols: {}, suites: { 'TLSv1.2': { broken: { outcome: 'refused' } } } }],
};

describe('an endpoint that is followed', () => {
  it('the first sight is no change, the same again neither, another one is', () => {
    expect(
      follow([
        [plain, 0],
        [plain, 1],
        [spoken, 2],
        [spoken, 3],
      ]).changes,
    ).toEqual([[], [], [change], []]);
  });

  it('a fact of another shape changes nothing, and what follows is compared with what was known before', () => {
    expect(
      follow([
        [plain, 0],
        [olderShape, 1],
        [spoken, 2],
      ]).changes,
    ).toEqual([[], [], [change]]);
  });

  it('after facts of another shape alone, the first one that is read is a first sight', () => {
    expect(follow([[olderShape, 0], [plain, 1], [spoken, 2]]).changes).toEqual([[], [], [change]]); // biome-ignore format: one line reads better
  });

  it('a baseline of another shape is none', () => {
    for (const baseline of [[], 'x', 7, { '192.0.2.1': { features: {} } }]) {
      expect(tlsFollower.follow(baseline, spoken, 0)).toEqual(tlsFollower.follow(null, spoken, 0));
    }
  });

  it('throws for no fact and no baseline', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (baseline, fact) => {
        expect(tlsFollower.follow(baseline as Json, fact as Json, 0).changes).toEqual([]);
        expect(tlsFollower.compare(baseline as Json, fact as Json)).toEqual([]);
      }),
    );
  });

  it('a member that is missing or of another type anywhere in a fact is no change', () => {
    const paths = ['protocols', 'suites', 'groups', 'behaviour', 'served', 'plaintext', 'address'];
    for (const path of paths) {
      for (const odd of [undefined, 7, [7], { x: 7 }]) {
        const fact = JSON.parse(JSON.stringify({ addresses: [{ ...tlsAddress(), [path]: odd }] })) as Json;
        expect([path, odd, tlsFollower.follow(tlsFollower.follow(null, plain, 0).baseline, fact, 1).changes]).toEqual([path, odd, []]);
      }
    }
  });

  it('an address that is not shown for long while others are is gone; time in which nobody looked does not count', () => {
    const both = factOf({}, { address: '192.0.2.2' });
    const gone = [{ text: 'this address is no longer one of the endpoint', places: ['192.0.2.2'] }];
    const watched = Array.from({ length: 12 }, (_, index): readonly [Json, number] => [plain, (index + 1) * 6 * hourMs]);
    const { changes } = follow([[both, 0], ...watched]);
    expect(changes.filter((one) => Array.isArray(one) && one.length > 0)).toEqual([gone]);
    const sleptMs = 20 * forgetAfterMs;
    expect(follow([[both, 0], [plain, sleptMs], [both, sleptMs + 1]]).changes).toEqual([[], [], []]); // biome-ignore format: one line reads better
    const afterwards = watched.map(([fact, atMs]): readonly [Json, number] => [fact, sleptMs + atMs]);
    expect(follow([[both, 0], ...afterwards]).changes.filter((one) => Array.isArray(one) && one.length > 0)).toEqual([gone]);
  });
});

describe('two looks beside one another', () => {
  it('say what differs, which addresses came and went included', () => {
    expect(tlsFollower.compare(plain, spoken)).toEqual([change]);
    expect(tlsFollower.compare(plain, plain)).toEqual([]);
    expect(tlsFollower.compare(plain, factOf({ address: '192.0.2.2' }))).toEqual([
      { text: 'this address is new', places: ['192.0.2.2'] },
      { text: 'this address is no longer one of the endpoint', places: ['192.0.2.1'] },
    ]);
  });
});
