import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultCodes } from '../../src/domain/fault.ts';
import type { Json } from '../../src/domain/json.ts';
import type { FactMap, FactReference, Seen } from '../../src/domain/look.ts';
import type { StoredBody } from '../../src/domain/ports.ts';
import { digestOf } from '../../src/engine/body.ts';
import { encodeMap } from '../../src/engine/fact-map.ts';
import { buildMap } from '../support/build-map.ts';

const reference: fc.Arbitrary<FactReference> = fc.oneof(
  fc.constantFrom('good', 'bad', 'other').map((text) => ({ digest: digestOf(text) })),
  fc.record({ code: fc.constantFrom(...faultCodes), message: fc.constantFrom('silent', 'refused') }).map((fault) => ({ fault })),
);
const references = fc.dictionary(fc.constantFrom('tls', 'http'), reference, { minKeys: 1 });
const map: fc.Arbitrary<FactMap> = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), references);

function bodyText(body: StoredBody): string {
  const text = inflateRawSync(body.deflated).toString('utf8');
  expect(digestOf(text)).toBe(body.digest);
  return text;
}

/** What the store's words say of a map: a delta on its base, where a removed subject is `{}`. */
function applyDelta(base: FactMap, delta: FactMap): FactMap {
  const whole = { ...base, ...delta };
  return Object.fromEntries(Object.entries(whole).filter(([, kinds]) => Object.keys(kinds).length > 0));
}

describe('encoding', () => {
  it('a sequence of maps reads back, whichever links of the chain are deltas', () => {
    fc.assert(
      fc.property(fc.array(map, { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 64 }), (maps, firstDepth) => {
        let before: { readonly id: number; readonly depth: number; readonly map: FactMap } | null = { id: 0, depth: firstDepth, map: {} };
        let readBack: FactMap = {};
        for (const [index, own] of maps.entries()) {
          const encoded = encodeMap(own, before);
          const stored = JSON.parse(bodyText(encoded.body)) as FactMap;
          readBack = encoded.base === null ? stored : applyDelta(readBack, stored);
          expect(encoded.base).toBe(before.depth >= 64 ? null : before.id);
          expect(encoded.depth).toBe(encoded.base === null ? 0 : before.depth + 1);
          expect(readBack).toEqual(own);
          before = { id: index + 1, depth: encoded.depth, map: own };
        }
      }),
    );
  });

  it('nothing before it: the whole map', () => {
    expect(encodeMap({ a: { tls: { digest: '1' } } }, null)).toMatchObject({ base: null, depth: 0 });
  });

  it('unchanged, in whatever order: an empty delta', () => {
    fc.assert(
      fc.property(map, (own) => {
        const turned = Object.fromEntries(
          Object.entries(own)
            .map(([subject, kinds]): [string, FactMap[string]] => [subject, Object.fromEntries(Object.entries(kinds).reverse())])
            .reverse(),
        );
        expect(bodyText(encodeMap(turned, { id: 1, depth: 3, map: own }).body)).toBe('{}');
      }),
    );
  });
});

describe('building', () => {
  const seen = (facts: { readonly [subject: string]: Seen }) =>
    new Map(Object.entries(facts).map(([subject, one]) => [subject, { tls: one }]));

  it('a fact is stored once, by the digest of its text, and not at all where it is known', () => {
    const first = buildMap(seen({ a: { fact: { v: 1 } }, b: { fact: { v: 1 } }, c: { fact: { v: 2 } } }), new Map());
    expect(first.bodies.map((body) => JSON.parse(bodyText(body)) as Json)).toEqual([{ v: 1 }, { v: 2 }]);
    expect(first.map['a']).toEqual(first.map['b']);
    expect([...first.values]).toEqual([
      [digestOf('{"v":1}'), { v: 1 }],
      [digestOf('{"v":2}'), { v: 2 }],
    ]);
    const second = buildMap(seen({ a: { fact: { v: 1 } }, c: { fact: { v: 3 } } }), first.values);
    expect(second.bodies.map(bodyText)).toEqual(['{"v":3}']);
    expect([...second.values.values()]).toEqual([{ v: 1 }, { v: 3 }]);
  });

  it('a fault is kept as it is', () => {
    const fault = { code: 'timeout', message: 'silent' } as const;
    const built = buildMap(seen({ a: { fault } }), new Map());
    expect(built).toEqual({ map: { a: { tls: { fault } } }, values: new Map(), bodies: [] });
  });
});
