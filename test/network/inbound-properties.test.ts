import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { subtractPassages } from '../../src/network/passages.ts';
import { arbitraryProperties, group, namedRule } from './arbitrary-rules.ts';
import {
  arbitraryMissing,
  arbitraryRows,
  arbitrarySample,
  type InboundRows,
  inboundAt,
  layersOf,
  lets,
  packetsOf,
  type Sample,
} from './inbound-case.ts';

const runs = { numRuns: 500 };

function rulesOf(row: Json): readonly Json[] {
  const rules = ((row as JsonObject)['properties'] as JsonObject)['securityRules'];
  return Array.isArray(rules) ? rules : [];
}

/** What is let in now and was not, of both bounds. */
function gained(before: InboundRows, after: InboundRows, { sample, missing }: Seen) {
  const [old, fresh] = [inboundAt(layersOf(before), sample.place, missing), inboundAt(layersOf(after), sample.place, missing)];
  return packetsOf(sample).filter((sending) =>
    (['sure', 'possible'] as const).some((bound) => lets(fresh[bound], sending) && !lets(old[bound], sending)),
  );
}

interface Seen {
  readonly sample: Sample;
  readonly missing: readonly string[];
}
const arbitrarySeen: fc.Arbitrary<Seen> = fc.record({ sample: arbitrarySample, missing: arbitraryMissing });

/** One more rule of a priority that no other has: before, between or after them. */
const arbitraryAddition = fc.record({
  properties: arbitraryProperties,
  priority: fc.constantFrom(99, 150, 500, 2000, 4095),
  side: fc.constantFrom<'subnet' | 'networkInterface'>('subnet', 'networkInterface'),
});

function withRule(rows: InboundRows, side: 'subnet' | 'networkInterface', rule: Json): InboundRows {
  return rows[side] === null ? rows : { ...rows, [side]: group(`nsg-${side}`, [...rulesOf(rows[side]), rule]) };
}

test('a Deny more never widens, an Allow more never narrows', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitraryAddition, arbitrarySeen, (rows, { properties, priority, side }, seen) => {
      const more = (access: string) => withRule(rows, side, namedRule('more', { ...properties, access, priority }));
      expect(gained(rows, more('Deny'), seen)).toEqual([]);
      expect(gained(more('Allow'), rows, seen)).toEqual([]);
    }),
    runs,
  );
}, 60_000);

test('a group where there was none never widens', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitrarySeen, (rows, seen) => {
      expect(gained({ ...rows, subnet: null }, rows, seen)).toEqual([]);
      expect(gained({ ...rows, networkInterface: null }, rows, seen)).toEqual([]);
    }),
    runs,
  );
}, 60_000);

function shuffle(values: readonly Json[]): fc.Arbitrary<readonly Json[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length });
}

test('the order of the rules in their list never matters', () => {
  const shuffledGroup = (row: Json) => (row === null ? fc.constant(null) : shuffle(rulesOf(row)).map((rules) => group('nsg', rules)));
  const twice = arbitraryRows.chain(({ subnet, networkInterface, adminRules }) => {
    const other = { subnet: shuffledGroup(subnet), networkInterface: shuffledGroup(networkInterface), adminRules: shuffle(adminRules) };
    return fc.tuple(fc.record(other), fc.record(other));
  });
  fc.assert(
    fc.property(twice, arbitrarySeen, ([one, other], { sample: { place }, missing }) => {
      expect(inboundAt(layersOf(other), place, missing)).toEqual(inboundAt(layersOf(one), place, missing));
    }),
    runs,
  );
}, 60_000);

test('the groups of the subnet and of the interface may change places', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitrarySeen, (rows, { sample: { place }, missing }) => {
      const layers = layersOf(rows);
      const here = inboundAt(layers, place, missing);
      const there = inboundAt({ ...layers, subnet: layers.networkInterface, networkInterface: layers.subnet }, place, missing);
      for (const bound of ['sure', 'possible'] as const) {
        expect(subtractPassages(here[bound], there[bound])).toEqual([]);
        expect(subtractPassages(there[bound], here[bound])).toEqual([]);
      }
    }),
    runs,
  );
}, 60_000);

test('who knows less is sure of no more, and leaves nothing out that was possible', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitrarySeen, arbitraryMissing, (rows, { sample: { place }, missing }, more) => {
      const layers = layersOf(rows);
      const known = inboundAt(layers, place, missing);
      const less = inboundAt(layers, place, [...new Set([...missing, ...more])]);
      expect(subtractPassages(less.sure, known.sure)).toEqual([]);
      expect(subtractPassages(known.possible, less.possible)).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

test('who did not see a layer is sure of no more, and leaves nothing out that was possible', () => {
  const unseen = fc.constantFrom('admin', 'subnet', 'networkInterface');
  fc.assert(
    fc.property(arbitraryRows, unseen, arbitrarySeen, (rows, layer, { sample: { place }, missing }) => {
      const layers = layersOf(rows);
      const seen = inboundAt(layers, place, missing);
      const less = inboundAt({ ...layers, [layer]: 'unknown' }, place, missing);
      expect(subtractPassages(less.sure, seen.sure)).toEqual([]);
      expect(subtractPassages(seen.possible, less.possible)).toEqual([]);
    }),
    runs,
  );
}, 60_000);

test('passages never overlap, what is sure is possible, and what is only possible has a reason', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitrarySeen, (rows, { sample: { place }, missing }) => {
      const { sure, possible, why } = inboundAt(layersOf(rows), place, missing);
      for (const passages of [sure, possible]) {
        for (const passage of passages) {
          expect(
            subtractPassages(
              [passage],
              passages.filter((other) => other !== passage),
            ),
          ).toEqual([passage]);
        }
      }
      expect(subtractPassages(sure, possible)).toEqual([]);
      expect(why.length > 0).toBe(subtractPassages(possible, sure).length > 0);
    }),
    runs,
  );
}, 60_000);

/** Answers are remembered by the objects that they were asked with. */
test('what was asked before with other knowledge, of other places, changes no answer', () => {
  fc.assert(
    fc.property(arbitraryRows, fc.array(arbitrarySeen, { minLength: 2, maxLength: 4 }), (rows, questions) => {
      const layers = layersOf(rows);
      for (const { sample, missing } of questions)
        expect(inboundAt(layers, sample.place, missing)).toEqual(inboundAt(layersOf(rows), sample.place, missing));
    }),
    runs,
  );
}, 60_000);
