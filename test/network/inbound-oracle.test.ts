import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PacketVerdict } from '../../sandbox/azure/packet-oracle.ts';
import { everyAddress } from '../../src/network/address-set.ts';
import { explainInbound, type Packet } from '../../src/network/explain-inbound.ts';
import { inboundOf } from '../../src/network/inbound.ts';
import type { Passage } from '../../src/network/passages.ts';
import { adminRules, arbitraryGroup, sharedPriorities } from './arbitrary-rules.ts';
import {
  arbitraryMissing,
  arbitraryRows,
  arbitrarySample,
  destinationAt,
  type InboundRows,
  inboundAt,
  knowledgeWithout,
  layersOf,
  lets,
  oracleOf,
  packetsOf,
  passagesOf,
  type Sample,
  setOf,
} from './inbound-case.ts';
import { sourcePorts } from './network-universe.ts';
import { oddAdminRules, oddGroup } from './odd-rules.ts';

/** The names of the rules that let it in, outermost first. */
function chainOf({ rules }: Pick<Passage, 'rules'>): string {
  return rules.flatMap(({ layer, rule }) => (rule === null ? [] : [`${layer}: ${rule}`])).join(', ');
}

function chainOfOracle({ decided: { admin, subnet, networkInterface } }: PacketVerdict): string {
  return [
    ...admin.map((id) => `admin: ${id.slice(id.lastIndexOf('/') + 1)}`),
    ...subnet.map((name) => `subnet: ${name}`),
    ...networkInterface.map((name) => `network-interface: ${name}`),
  ].join(', ');
}

test('where all is known, the model lets in just what the oracle lets in, by the same rules', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitrarySample, (rows, sample) => {
      const { sure, possible, why } = inboundAt(layersOf(rows), sample.place);
      expect(possible).toBe(sure);
      expect(why).toEqual([]);
      const judge = oracleOf(rows, sample.place);
      for (const sending of packetsOf(sample)) {
        const allowed = judge(sending).filter(({ fate }) => fate === 'allowed');
        const found = passagesOf(sure, sending);
        const chains = allowed.map(chainOfOracle);
        if (found.length !== Math.min(1, allowed.length) || !found.every((passage) => chains.includes(chainOf(passage))))
          throw new Error(`${JSON.stringify(sending)}: model [${found.map(chainOf).join(' | ')}], oracle [${chains.join(' | ')}]`);
      }
    }),
    { numRuns: 10_000 },
  );
}, 60_000);

test('where something is not known, the model is sure of what the oracle is sure of, and leaves nothing out that may come in', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitraryMissing, arbitrarySample, (rows, missing, sample) => {
      const { sure, possible } = inboundAt(layersOf(rows), sample.place, missing);
      const judge = oracleOf(rows, sample.place, missing);
      for (const sending of packetsOf(sample)) {
        const fates = judge(sending).map(({ fate }) => fate);
        const expected = [fates.includes('allowed') ? 1 : 0, fates.every((fate) => fate === 'denied') ? 0 : 1];
        const found = [passagesOf(sure, sending).length, passagesOf(possible, sending).length];
        if (found.join() !== expected.join()) throw new Error(`${JSON.stringify(sending)}: model ${found.join()}, oracle ${fates.join()}`);
      }
    }),
    { numRuns: 3_000 },
  );
}, 60_000);

/** What the model says besides the oracle must not be: sure where the oracle is not, or closed where it may be open. */
function expectHonest(rows: InboundRows, sample: Sample, missing: readonly string[]): void {
  const { sure, possible } = inboundAt(layersOf(rows), sample.place, missing);
  const judge = oracleOf(rows, sample.place, missing);
  for (const sending of packetsOf(sample)) {
    const fates = judge(sending).map(({ fate }) => fate);
    const isWrong =
      (lets(sure, sending) && !fates.includes('allowed')) || (!lets(possible, sending) && !fates.every((fate) => fate === 'denied'));
    if (isWrong)
      throw new Error(`${JSON.stringify(sending)}: model ${lets(sure, sending)}, ${lets(possible, sending)}, oracle ${fates.join()}`);
  }
}

test('rules that nobody should send never make it sure, and never closed', () => {
  const oddRows = fc.record({ subnet: oddGroup('nsg-subnet'), networkInterface: oddGroup('nsg-interface'), adminRules: fc.constant([]) });
  fc.assert(
    fc.property(oddRows, arbitraryMissing, arbitrarySample, (rows, missing, sample) => expectHonest(rows, sample, missing)),
    { numRuns: 2_000 },
  );
}, 60_000);

test('admin rules that nobody should send never make it sure, and never closed', () => {
  const rows = fc.record({ subnet: arbitraryGroup('nsg-subnet'), networkInterface: fc.constant(null), adminRules: oddAdminRules });
  fc.assert(
    fc.property(rows, arbitraryMissing, arbitrarySample, (these, missing, sample) => expectHonest(these, sample, missing)),
    { numRuns: 1_000 },
  );
}, 60_000);

test('admin rules of one priority never make it sure, and never closed', () => {
  const rows = fc.record({
    subnet: arbitraryGroup('nsg-subnet'),
    networkInterface: fc.constant(null),
    adminRules: adminRules(sharedPriorities),
  });
  fc.assert(
    fc.property(rows, arbitraryMissing, arbitrarySample, (these, missing, sample) => expectHonest(these, sample, missing)),
    { numRuns: 1_000 },
  );
}, 60_000);

test('an interface that has one of several addresses', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitraryMissing, arbitrarySample, (rows, missing, sample) => {
      const others = ['10.0.1.4', '10.0.1.5', '10.0.2.4', '203.0.114.9'].map((destination) => ({ ...sample.place, destination }));
      const { sure, possible } = inboundOf(
        layersOf(rows),
        { ...destinationAt(sample.place), addresses: setOf(others.map(({ destination }) => destination)) },
        everyAddress,
        knowledgeWithout(missing),
      );
      const judge = oracleOf(rows, sample.place, missing);
      for (const sending of packetsOf({ ...sample, sources: sample.sources.filter((source) => !source.includes(':')) })) {
        const open = others.map(({ destination }) => judge({ ...sending, destination }).map(({ fate }) => fate));
        if (lets(sure, sending)) expect(open.every((fates) => fates.includes('allowed'))).toBe(true);
        if (!lets(possible, sending)) expect(open.flat().every((fate) => fate === 'denied')).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
}, 60_000);

test('an explanation says what the oracle says, and names the same rules', () => {
  fc.assert(
    fc.property(arbitraryRows, arbitraryMissing, arbitrarySample, fc.constantFrom(...sourcePorts), (rows, missing, sample, sourcePort) => {
      const judge = oracleOf(rows, sample.place, missing);
      const layers = layersOf(rows);
      const explain = (packet: Packet) => explainInbound(layers, destinationAt(sample.place), packet, knowledgeWithout(missing));
      for (const sending of packetsOf(sample)) {
        const { source, protocol, destinationPort: port } = sending;
        const verdicts = judge(sending);
        const fates = verdicts.map(({ fate }) => fate);
        expect(explain({ source, protocol, port })?.verdict).toBe(likeliest.find((fate) => fates.includes(fate)));
        const explained = explain({ source, protocol, port, sourcePort });
        const verdict = verdicts[sourcePorts.indexOf(sourcePort)];
        expect(explained?.verdict).toBe(verdict?.fate);
        // What lies behind the layer that ends it is not asked.
        if (missing.length === 0 && verdict !== undefined) expect(chainOfOracle(verdict)).toContain(chainOf(explained ?? { rules: [] }));
        if (missing.length === 0 && verdict?.fate === 'allowed') expect(chainOf(explained ?? { rules: [] })).toBe(chainOfOracle(verdict));
      }
    }),
    { numRuns: 500 },
  );
}, 60_000);

/** A sender chooses the port that serves him best. */
const likeliest = ['allowed', 'unknown', 'denied'] as const;
