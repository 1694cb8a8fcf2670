import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressSet, holdsAddress, intersectAddresses, isEmptyAddresses, isWithinAddresses } from '../../src/network/address-set.ts';
import { explainInbound } from '../../src/network/explain-inbound.ts';
import { type Inbound, inboundOf, type Layers } from '../../src/network/inbound.ts';
import { type Passage, subtractPassages } from '../../src/network/passages.ts';
import { holdsPort, intersectPorts } from '../../src/network/port-set.ts';
import { bitsOfProtocol } from '../../src/network/protocols.ts';
import type { Destination, Knowledge } from '../../src/network/rule-matching.ts';
import { admin, destination, group, known, type ShortRule, set } from './short-rules.ts';

const protocols = ['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah'] as const;
const ends = [
  '*',
  '203.0.113.0/30',
  '203.0.113.2',
  '203.0.113.1-203.0.113.4',
  '10.0.0.4',
  '2001:db8::/126',
  '2001:db8::1',
  'Internet',
  'VirtualNetwork',
  'Sql',
  'Storage',
];
const shortRules: fc.Arbitrary<ShortRule> = fc.record({
  access: fc.constantFrom('Allow', 'Deny', 'Allow', 'Deny', 'Odd'),
  protocol: fc.constantFrom('*', '*', ...protocols, 'odd'),
  from: fc.oneof(fc.constantFrom(...ends), fc.uniqueArray(fc.constantFrom(...ends), { minLength: 1, maxLength: 3 })),
  to: fc.constantFrom('*', '*', '10.0.0.4', '10.0.0.0/30', '10.0.0.5', 'VirtualNetwork', 'Sql', 'fd00::4'),
  ports: fc.constantFrom('*', '1', '1-3', '2-65535', '3', 'odd'),
  sourcePorts: fc.constantFrom('*', '*', '*', '7', '7-8', '8-65535'),
});
const ruleLists = fc.array(shortRules, { maxLength: 6 });
const adminRule = shortRules.map((rule) => ({ ...rule, access: rule.access === 'Odd' ? 'AlwaysAllow' : (rule.access ?? 'Allow') }));
const orUnknown = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof(
    { weight: 8, arbitrary },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant('unknown' as const) },
  );
const layerSets: fc.Arbitrary<Layers> = fc.record({
  admin: orUnknown(fc.array(adminRule, { maxLength: 3 }).map((rules) => admin(...rules))),
  subnet: orUnknown(ruleLists.map((rules) => group(...rules))),
  networkInterface: orUnknown(ruleLists.map((rules) => group(...rules))),
});
const destinations: fc.Arbitrary<Destination> = fc
  .constantFrom(['10.0.0.4'], ['10.0.0.4-10.0.0.5'], ['fd00::4'], ['10.0.0.4', 'fd00::4'], [])
  .map((addresses) => ({ ...destination, addresses: set(...addresses) }));
const sources = [
  '203.0.113.0',
  '203.0.113.1',
  '203.0.113.2',
  '203.0.113.4',
  '203.0.113.9',
  '198.51.100.1',
  '10.0.0.4',
  '168.63.129.16',
  '2001:db8::1',
  '2001:db8::9',
];
const universe = set(...sources);
const numRuns = 400;

const lets = (passages: readonly Passage[], protocol: (typeof protocols)[number], port: number, source: string): boolean =>
  passages.some(
    (passage) =>
      (bitsOfProtocol(passage.protocol) & bitsOfProtocol(protocol)) !== 0 &&
      holdsPort(passage.ports, port) &&
      holdsAddress(passage.sources, source) === true,
  );
const isCovered = (part: readonly Passage[], whole: readonly Passage[]): boolean => subtractPassages(part, whole).length === 0;

describe('laws', () => {
  test('asking for one packet, rule by rule, says the same', () => {
    fc.assert(
      fc.property(layerSets, destinations, (layers, to) => {
        const { sure, possible } = inboundOf(layers, to, universe, known);
        for (const source of sources)
          for (const port of [0, 1, 2, 3, 4, 65_535])
            for (const protocol of protocols) {
              const verdict = lets(sure, protocol, port, source)
                ? 'allowed'
                : lets(possible, protocol, port, source)
                  ? 'unknown'
                  : 'denied';
              expect([source, port, protocol, explainInbound(layers, to, { source, port, protocol }, known)?.verdict]).toEqual([
                source,
                port,
                protocol,
                verdict,
              ]);
            }
      }),
      { numRuns: 100 },
    );
  });

  test('whatever an unknown tag turns out to be lies between what is sure and what is possible', () => {
    fc.assert(
      fc.property(layerSets, destinations, fc.subarray(sources), (layers, to, members) => {
        const { sure, possible } = inboundOf(layers, to, universe, known);
        const truth: Knowledge = { ...known, addressesOf: (tag) => (tag === 'Sql' ? set(...members) : known.addressesOf(tag)) };
        const world = inboundOf(layers, to, universe, truth);
        expect(isCovered(sure, world.sure)).toBe(true);
        expect(isCovered(world.possible, possible)).toBe(true);
      }),
      { numRuns },
    );
  });

  test('passages do not overlap, lie within the universe, and are reasoned where they are not sure', () => {
    fc.assert(
      fc.property(layerSets, destinations, (layers, to) => {
        const inbound: Inbound = inboundOf(layers, to, universe, known);
        for (const passages of [inbound.sure, inbound.possible]) expect(overlapsIn(passages, universe)).toEqual([]);
        expect(isCovered(inbound.sure, inbound.possible)).toBe(true);
        expect(inbound.possible === inbound.sure).toBe(inbound.why.length === 0);
        expect(isCovered(inbound.possible, inbound.sure)).toBe(inbound.possible === inbound.sure);
      }),
      { numRuns },
    );
  });

  test('one more deny never opens, one more allow never closes', () => {
    fc.assert(
      fc.property(ruleLists, fc.nat(6), shortRules, destinations, (rules, place, extra, to) => {
        const before = inboundOf({ admin: null, subnet: group(...rules), networkInterface: null }, to, universe, known);
        const withExtra = (access: string) => group(...rules.toSpliced(place, 0, { ...extra, access }));
        const denied = inboundOf({ admin: null, subnet: withExtra('Deny'), networkInterface: null }, to, universe, known);
        const allowed = inboundOf({ admin: null, subnet: withExtra('Allow'), networkInterface: null }, to, universe, known);
        expect([isCovered(denied.sure, before.sure), isCovered(denied.possible, before.possible)]).toEqual([true, true]);
        expect([isCovered(before.sure, allowed.sure), isCovered(before.possible, allowed.possible)]).toEqual([true, true]);
      }),
      { numRuns },
    );
  });

  test('the two groups may change places', () => {
    fc.assert(
      fc.property(layerSets, destinations, (layers, to) => {
        const swapped = { ...layers, subnet: layers.networkInterface, networkInterface: layers.subnet };
        const [one, other] = [inboundOf(layers, to, universe, known), inboundOf(swapped, to, universe, known)];
        expect(isCovered(one.sure, other.sure) && isCovered(other.sure, one.sure)).toBe(true);
        expect(isCovered(one.possible, other.possible) && isCovered(other.possible, one.possible)).toBe(true);
      }),
      { numRuns },
    );
  });

  test('the same question has the same answer, as the same object', () => {
    fc.assert(
      fc.property(layerSets, destinations, (layers, to) => {
        expect(inboundOf(layers, { ...to }, universe, known)).toBe(inboundOf(layers, to, universe, known));
      }),
    );
  });
});

function overlapsIn(passages: readonly Passage[], within: AddressSet): readonly Passage[] {
  return passages.filter(
    (passage, index) =>
      !isWithinAddresses(passage.sources, within) ||
      isEmptyAddresses(passage.sources) ||
      passages.slice(index + 1).some((other) => overlaps(passage, other)),
  );
}

function overlaps(left: Passage, right: Passage): boolean {
  const isSameProtocol = (bitsOfProtocol(left.protocol) & bitsOfProtocol(right.protocol)) !== 0;
  return (
    isSameProtocol &&
    intersectPorts(left.ports, right.ports).length > 0 &&
    !isEmptyAddresses(intersectAddresses(left.sources, right.sources))
  );
}
