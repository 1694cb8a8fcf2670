import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { EstateDerivation, RowChange } from '../../src/domain/estate-derivation.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { bodyOfText, digestOf, digestOfValue } from '../../src/engine/body.ts';
import { lookedAtFact, type RememberedLook, rememberLook } from '../../src/engine/fact-memory.ts';
import { followEstate } from '../../src/engine/follow-estate.ts';
import { isPacked, type KeptFact, keepFact, readKept } from '../../src/engine/kept-fact.ts';
import { resourceKind } from '../../src/engine/resource-index.ts';
import { buildMap } from '../support/build-map.ts';
import { exampleLook } from '../support/example-look.ts';
import { part, partType, scopeA, thing, thingType } from '../support/fake-estate.ts';

/** About 37 characters for each rule. */
function rowOf(rules: number, name = 'rule'): JsonObject {
  return { properties: { securityRules: Array.from({ length: rules }, (_, at) => ({ name: `${name}-${at}`, priority: 100 + at })) } };
}

const textOfLength = (length: number) => 'x'.repeat(length - 2);
const keptOf = (fact: Json) => keepFact({ ...bodyOfText(digestOfValue(fact), JSON.stringify(fact)), text: JSON.stringify(fact) }, fact);

/** The same bytes at each run, of which hardly any repeat. */
function unevenText(length: number): string {
  let text = '';
  for (let at = 0; text.length < length; at += 1) text += digestOf(`${at}`);
  return text.slice(0, length);
}

const row: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json),
  fc
    .tuple(fc.integer({ min: 1, max: 600 }), fc.string({ unit: 'binary' }))
    .map(([rules, name]) => JSON.parse(JSON.stringify(rowOf(rules, name))) as Json),
);

describe('a fact in memory', () => {
  it('reads as it came, of whatever length it is, and is stored the same', () => {
    const sizes = { packed: 0, parsed: 0 };
    fc.assert(
      fc.property(row, (fact) => {
        const { map, values, bodies } = buildMap(new Map([['a', { resource: { fact } }]]), new Map());
        const text = JSON.stringify(fact);
        const digest = digestOf(text);
        const kept = values.get(digest);
        expect(map).toEqual({ a: { resource: { digest } } });
        expect(bodies.map((body) => [body.digest, inflateRawSync(body.deflated).toString()])).toEqual([[digest, text]]);
        expect(kept === undefined ? undefined : JSON.stringify(readKept(kept))).toBe(text);
        // After a restart, where only the text and what was stored are at hand, it is the same.
        for (const body of bodies) expect(keepFact({ ...body, text })).toEqual(kept);
        sizes[isPacked(kept) ? 'packed' : 'parsed'] += 1;
      }),
    );
    expect(Math.min(sizes.packed, sizes.parsed)).toBeGreaterThan(10);
  });

  test.each<[string, Json, boolean]>([
    ['a text of 8 KB', textOfLength(8_192), false],
    ['a longer one', textOfLength(8_193), true],
    ['a row of many rules', rowOf(300), true],
    ['a row of few rules', rowOf(10), false],
    ['a long one that hardly gets smaller', unevenText(100_000), false],
    ['null', null, false],
  ])('%s', (_what, fact, packed) => {
    expect(isPacked(keptOf(fact))).toBe(packed);
    expect(readKept(keptOf(fact))).toEqual(fact);
  });

  it('is compared by its digest: what is the same is not unpacked, and the least difference makes another one', () => {
    const fact = rowOf(300);
    // Whoever unpacks this one fails.
    const broken = new Uint8Array([255, 255]);
    const known = new Map<string, KeptFact>([[digestOfValue(fact), broken]]);
    const again = buildMap(new Map([['a', { resource: { fact } }]]), known);
    expect(again.bodies).toEqual([]);
    expect(again.values.get(digestOfValue(fact))).toBe(broken);
    const other = rowOf(300, 'rulf');
    const changed = buildMap(new Map([['a', { resource: { fact: other } }]]), known);
    expect(changed.map).toEqual({ a: { resource: { digest: digestOfValue(other) } } });
    expect(changed.bodies).toHaveLength(1);
  });

  it('that is null is known as well as any other', () => {
    const once = buildMap(new Map([['a', { resource: { fact: null } }]]), new Map());
    expect(buildMap(new Map([['a', { resource: { fact: null } }]]), once.values).bodies).toEqual([]);
  });
});

const owner = thing('one').id;
const large = (name: string) => ({
  ...rowOf(300, name),
  properties: { ...(rowOf(300, name)['properties'] as JsonObject), thingId: owner },
});

function rememberRows(rows: { readonly [id: string]: Json }, id = 1, before?: RememberedLook): RememberedLook {
  const { map, values } = buildMap(new Map(Object.entries(rows).map(([one, fact]) => [one, { [resourceKind]: { fact } }])), new Map());
  return rememberLook({ ...exampleLook(), id }, map, values, before);
}

describe('a packed row', () => {
  const rows = { [scopeA.id]: {}, [owner]: large('own'), [part('a').id]: large('a'), [part('b').id]: rowOf(2, 'b') };

  it('is read as what it is: by itself, as related to another, and not where it is only compared', () => {
    const look = rememberRows(rows);
    const fact = lookedAtFact(look, 'azure', owner, resourceKind);
    expect(fact).toEqual({ look: 'azure', digest: digestOfValue(large('own')), value: large('own') });
    expect(look.related(partType, 'properties.thingId').get(owner)).toEqual([
      { id: part('a').id, row: large('a'), digest: digestOfValue(large('a')) },
    ]);
    const broken = rememberLook(
      look.look,
      look.map,
      new Map([...look.values.keys()].map((digest) => [digest, new Uint8Array([255])])),
      undefined,
    );
    expect(lookedAtFact(broken, 'azure', owner, resourceKind)).toHaveProperty('digest', digestOfValue(large('own')));
    expect(() => lookedAtFact(broken, 'azure', owner, resourceKind)).not.toThrow();
  });

  it('is not held once it was read', () => {
    const fact = lookedAtFact(rememberRows(rows), 'azure', owner, resourceKind);
    if ('fault' in fact) throw new Error(fact.fault.message);
    expect(fact.value).toEqual(large('own'));
    expect(fact.value).not.toBe(fact.value);
  });

  it('of an estate is told when it changed, one after the other', () => {
    const told: (readonly RowChange[])[] = [];
    const derivation: EstateDerivation = {
      name: 'listening',
      brings: {},
      reads: { [thingType]: [], [partType]: [] },
      create: () => ({
        update: (changes) => {
          told.push(changes);
          return new Set();
        },
        factOf: () => null,
        basisOf: () => [],
      }),
    };
    const estate = followEstate(derivation, {});
    const fail = (error: unknown) => {
      throw error;
    };
    const first = rememberRows(rows);
    estate.moveTo(first, fail);
    expect(told[0]).toEqual([
      { id: owner, type: thingType, row: large('own') },
      { id: part('a').id, type: partType, row: large('a') },
      { id: part('b').id, type: partType, row: rowOf(2, 'b') },
    ]);
    const unpackedLater = (told[0] ?? []).map((change) => Object.getOwnPropertyDescriptor(change, 'row')?.get !== undefined);
    expect(unpackedLater).toEqual([true, true, false]);
    estate.moveTo(rememberRows({ ...rows, [part('a').id]: large('A') }, 2, first), fail);
    expect(told[1]).toEqual([{ id: part('a').id, type: partType, row: large('A') }]);
  });

  it('that is missing from the memory is a fault, and no row', () => {
    const { look, map } = rememberRows(rows);
    const lost = rememberLook(look, map, new Map(), undefined);
    expect(lookedAtFact(lost, 'azure', owner, resourceKind)).toMatchObject({ fault: { code: 'defect' } });
    expect(lost.related(partType, 'properties.thingId').size).toBe(0);
  });
});
