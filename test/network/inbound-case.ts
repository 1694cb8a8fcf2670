import fc from 'fast-check';
import type { Packet } from '../../sandbox/azure/packet-match.ts';
import { type PacketVerdict, packetJudge } from '../../sandbox/azure/packet-oracle.ts';
import type { Json } from '../../src/domain/json.ts';
import { type AddressSet, addressSetOf, everyAddress, holdsAddress } from '../../src/network/address-set.ts';
import { type Inbound, inboundOf, type Layers } from '../../src/network/inbound.ts';
import type { Passage } from '../../src/network/passages.ts';
import { holdsPort } from '../../src/network/port-set.ts';
import type { Destination, Knowledge } from '../../src/network/rule-matching.ts';
import { readAdminRules, readSecurityGroup } from '../../src/network/security-rules.ts';
import { adminRules, arbitraryGroup, distinctPriorities } from './arbitrary-rules.ts';
import { groups, type Place, places, ports, protocols, sourcePorts, tags, worldAt } from './network-universe.ts';

/** What stands before an interface, as rows. */
export interface InboundRows {
  readonly subnet: Json;
  readonly networkInterface: Json;
  /** None: no network manager has a say. */
  readonly adminRules: readonly Json[];
}

export const arbitraryRows: fc.Arbitrary<InboundRows> = fc.record({
  subnet: arbitraryGroup('nsg-subnet'),
  networkInterface: arbitraryGroup('nsg-interface'),
  adminRules: fc.oneof(
    { weight: 3, arbitrary: fc.constant<readonly Json[]>([]) },
    { weight: 1, arbitrary: adminRules(distinctPriorities) },
  ),
});

/** Tags and groups of which nobody knows the addresses. */
export const arbitraryMissing: fc.Arbitrary<readonly string[]> = fc.subarray([...Object.keys(tags), ...Object.keys(groups)]);

/** A packet whose sender may choose his port. */
export type Sending = Omit<Packet, 'sourcePort'> & { readonly protocol: (typeof protocols)[number] };

const shuffled = <Value>(values: readonly Value[], count: number) =>
  fc.shuffledSubarray([...values], { minLength: Math.min(count, values.length), maxLength: count });

/** Some of the packets that the universe has: others in each case. */
export interface Sample {
  readonly place: Place;
  readonly sources: readonly string[];
  readonly protocols: readonly Sending['protocol'][];
  readonly ports: readonly number[];
}

export const arbitrarySample: fc.Arbitrary<Sample> = fc.constantFrom(...places, ...places.slice(0, 1)).chain((place) =>
  fc.record({
    place: fc.constant(place),
    sources: shuffled(place.sources, 5),
    protocols: shuffled(protocols, 2),
    ports: shuffled(ports, 3),
  }),
);

export function packetsOf({ place: { destination, destinationGroups }, ...sample }: Sample): readonly Sending[] {
  return sample.sources.flatMap((source) =>
    sample.protocols.flatMap((protocol) =>
      sample.ports.map((destinationPort) => ({ source, destination, destinationGroups, protocol, destinationPort })),
    ),
  );
}

/** Rows as the model reads them. */
export function layersOf(rows: InboundRows): Layers {
  const group = (row: Json) => (row === null ? null : (readable(readSecurityGroup(row)) ?? 'unknown'));
  const admin = { id: '/subscriptions/1/effectivesecurityadminrules/current', properties: { rules: rows.adminRules } };
  return {
    admin: rows.adminRules.length === 0 ? null : (readable(readAdminRules(admin)) ?? 'unknown'),
    subnet: group(rows.subnet),
    networkInterface: group(rows.networkInterface),
  };
}

function readable<Read extends object>(read: Read | { readonly malformed: string }): Read | null {
  return 'malformed' in read ? null : read;
}

export function setOf(texts: readonly string[]): AddressSet {
  const set = addressSetOf(texts);
  if (set === null) throw new Error(`no addresses: ${texts.join(', ')}`);
  return set;
}

/** Answers are remembered by the object. */
const networks = new Map(places.map((place) => [place, setOf(place.virtualNetwork)]));
const tagSets = new Map(Object.entries(tags).map(([name, prefixes]) => [name.toLowerCase(), setOf(prefixes)]));
const groupSets = new Map(Object.entries(groups).map(([id, addresses]) => [id.toLowerCase(), setOf(addresses)]));

export function knowledgeWithout(missing: readonly string[]): Knowledge {
  const gone = new Set(missing.map((name) => name.toLowerCase()));
  const lookUp = (known: ReadonlyMap<string, AddressSet>) => (name: string) =>
    gone.has(name.toLowerCase()) ? null : (known.get(name.toLowerCase()) ?? null);
  return { addressesOf: lookUp(tagSets), membersOf: lookUp(groupSets) };
}

export function destinationAt(place: Place): Destination {
  return {
    addresses: setOf([place.destination]),
    groups: new Set(place.destinationGroups.map((id) => id.toLowerCase())),
    virtualNetwork: networks.get(place) ?? setOf(place.virtualNetwork),
  };
}

export function inboundAt(layers: Layers, place: Place, missing: readonly string[] = []): Inbound {
  return inboundOf(layers, destinationAt(place), everyAddress, knowledgeWithout(missing));
}

/** The passage by which it comes in; more than one would be an overlap. */
export function passagesOf(passages: readonly Passage[], sending: Sending): readonly Passage[] {
  return passages.filter(
    ({ protocol, ports: open, sources }) =>
      (protocol === 'any' || protocol === sending.protocol) &&
      holdsPort(open, sending.destinationPort) &&
      holdsAddress(sources, sending.source) === true,
  );
}

export function lets(passages: readonly Passage[], sending: Sending): boolean {
  return passagesOf(passages, sending).length > 0;
}

/** What the oracle says of it from each source port that there is. */
export function oracleOf(rows: InboundRows, place: Place, missing: readonly string[] = []): (sending: Sending) => readonly PacketVerdict[] {
  const judge = packetJudge(rows, worldAt(place, missing));
  return (sending) => sourcePorts.map((sourcePort) => judge({ ...sending, sourcePort }));
}
