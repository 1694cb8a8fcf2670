import {
  type Entry,
  type Exposure,
  type ExposureOutcome,
  exposureOutcomes,
  type OpenRule,
  type Reach,
  type UnknownReach,
} from '../domain/exposure.ts';
import { type AddressSet, countAddresses } from './address-set.ts';
import type { Arrival } from './arrivals.ts';
import { type Standing, standingOf } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { describeAddresses, describeFewAddresses } from './describe-addresses.ts';
import { entryPortsOf, judgeArrival, openToStrangers, type Passed } from './doors.ts';
import { compareEffective } from './effective-comparison.ts';
import { inFixedOrder, joinOrdered } from './fixed-order.ts';
import type { InterfaceRow } from './interface-rows.ts';
import { mergeUnknown, type UnknownPart } from './merge-unknown.ts';
import type { SubnetPlaceFacts } from './network-places.ts';
import type { NetworkWorld } from './network-world.ts';
import { publicAddressesOf } from './own-addresses.ts';
import { describeRule, type Passage } from './passages.ts';
import { describePorts, everyPort } from './port-set.ts';
import { protocolsOf } from './protocols.ts';
import { Recent } from './remembered.ts';
import { arrivalsAtConfiguration } from './ways-in.ts';

/** The fact `exposure` of interfaces of one owner: one row's, or all those of a scale set's model. */
export function exposureOf(world: NetworkWorld, reader: Reader, owners: readonly InterfaceRow[], isModel: boolean): Exposure {
  const parts = owners.map((owner) => partOf(world, reader, owner, isModel));
  const collect = <Item>(pick: (part: Part) => readonly Item[]): readonly Item[] => inFixedOrder(parts.flatMap(pick));
  const reaches = collect((part) => part.reaches);
  const latent = joinOrdered(parts.flatMap((part) => part.latent));
  const unknown = inFixedOrder(mergeUnknown(parts.flatMap((part) => part.unknown)));
  const unplaced = [...new Set(owners.flatMap(unplacedOf))].sort();
  return {
    outcome: gravestOf(reaches, latent, unknown),
    machine: owners.map((owner) => machineOf(world, reader, owner)).find((machine) => machine !== null) ?? null,
    addresses: [...new Set(parts.flatMap((part) => part.addresses))],
    subnets: joinOrdered(parts.flatMap((part) => part.standings.map(({ place }) => partsOfPlace(place).subnets))),
    ...(unplaced.length === 0 ? {} : { unplaced }),
    publicAddresses: collect((part) => part.publicAddresses),
    entries: collect((part) => part.entries),
    reaches,
    latent,
    unknown,
    defaultRoutes: joinOrdered(parts.flatMap((part) => part.standings.map(({ place }) => partsOfPlace(place).defaultRoutes))),
  };
}

type PlaceParts = Pick<Exposure, 'subnets' | 'defaultRoutes'>;
const placeParts = new WeakMap<SubnetPlaceFacts, PlaceParts>();

function partsOfPlace(place: SubnetPlaceFacts): PlaceParts {
  const known = placeParts.get(place);
  if (known !== undefined) return known;
  const parts = { subnets: [{ id: place.id, isOurs: place.network.isOurs }], defaultRoutes: inFixedOrder(place.defaultRoutes) };
  placeParts.set(place, parts);
  return parts;
}

type Part = Pick<Exposure, 'addresses' | 'publicAddresses' | 'entries' | 'reaches'> & {
  /** Of each IP configuration, in order. */
  readonly latent: readonly (readonly OpenRule[])[];
  readonly standings: readonly Standing[];
  readonly unknown: readonly UnknownPart[];
};

function partOf(world: NetworkWorld, reader: Reader, owner: InterfaceRow, isModel: boolean): Part {
  const standings = owner.configurations.flatMap((configuration) => standingOf(world, reader, owner, configuration, isModel) ?? []);
  const arrivals = standings.map((standing) => arrivalsAtConfiguration(world, reader, standing));
  const judged = standings.flatMap((standing, index) => (arrivals[index] ?? []).map((arrival) => judgeOne(world, standing, arrival)));
  return {
    standings,
    addresses: owner.configurations.flatMap(({ addresses }) => addresses ?? []),
    publicAddresses: publicAddressesOf(world, reader, owner),
    entries: arrivals.flat().flatMap(entriesOf),
    reaches: judged.flatMap(({ reaches }) => reaches),
    latent: standings.map((standing, index) => latentOf(world, standing, arrivals[index] ?? [])),
    unknown: [...judged.flatMap(({ unknown }) => unknown), ...unreadableParts(owner), ...differingFromAzure(world, standings)],
  };
}

/** What cannot be read of the row may be a way in, or a place. */
function unreadableParts(row: InterfaceRow): readonly UnknownPart[] {
  return unplacedOf(row).map((why) => ({ protocol: 'any', ports: everyPort, tags: [], why }));
}

function unplacedOf({ problems, configurations }: InterfaceRow): readonly string[] {
  const withoutSubnet = configurations
    .filter(({ subnet }) => subnet === null)
    .map(({ name }) => `the IP configuration ${name} names no subnet`);
  return [...problems, ...withoutSubnet];
}

/** Azure's own answer about the interface, where it was asked lately: where it says otherwise, one of us is wrong. */
function differingFromAzure(world: NetworkWorld, standings: readonly Standing[]): readonly UnknownPart[] {
  const [first] = standings;
  const said = first === undefined ? undefined : world.effective.get(first.owner.id);
  if (said === undefined) return [];
  const compareWith = (reading: 'sure' | 'possible') => {
    const own = standings.map(({ door }) => ({
      layers: door.layers,
      destination: { ...door.destination, virtualNetwork: door.virtualNetwork[reading] },
    }));
    return compareEffective(said, own, world.references);
  };
  // What differs by one reading of the tag VirtualNetwork only comes from what we know that we do not know.
  const why = compareWith('sure') === null ? null : compareWith('possible');
  return why === null ? [] : [{ protocol: 'any', ports: everyPort, tags: [], why }];
}

export function machineOf(world: NetworkWorld, reader: Reader, { id, machine }: InterfaceRow): string | null {
  if (machine !== null) return machine;
  return world.table.findBy(reader, 'microsoft.compute/virtualmachines', id)[0]?.[0] ?? null;
}

function judgeOne(
  world: NetworkWorld,
  { door }: Standing,
  arrival: Arrival,
): { readonly reaches: readonly Reach[]; readonly unknown: readonly UnknownPart[] } {
  const { sure, unsure } = judgeArrival(door, arrival, world.references);
  return {
    reaches: sure.map((passed) => reachOf(arrival, passed)),
    unknown: unsure,
  };
}

function reachOf(arrival: Arrival, { protocol, ports, strangers, tags, rules }: Passed): Reach {
  const entryPorts = entryPortsOf(arrival, ports);
  return {
    outcome: isMuch(strangers) ? 'exposed' : 'narrow',
    entry: entryOf(arrival, protocol),
    protocol,
    ports: describePorts(ports),
    entryPorts: describePorts(entryPorts),
    sources: sharedTexts(describeAddresses(strangers)),
    tags,
    rules,
  };
}

function isMuch(addresses: AddressSet): boolean {
  const { v4, v6 } = countAddresses(addresses);
  return v4 > 2 ** 24 || v6 > 1n << 96n;
}

function entryOf({ gate, entryPorts, ports }: Arrival, protocol: Entry['protocol']): Entry {
  const { kind, id, rule, addresses, isProtected } = gate;
  return { kind, id, rule, addresses, protocol, ports: describePorts(entryPorts), backendPorts: describePorts(ports), isProtected };
}

/** Ways that surely end here. */
function entriesOf(arrival: Arrival): readonly Entry[] {
  return arrival.doubts.length > 0 ? [] : protocolsOf(arrival.protocols).map((protocol) => entryOf(arrival, protocol));
}

function latentOf(world: NetworkWorld, { door, owner }: Standing, arrivals: readonly Arrival[]): readonly OpenRule[] {
  // Nothing but what it is asked for through a way in ever reaches a private endpoint.
  if (owner.privateEndpoint !== null) return [];
  const direct = arrivals.filter(({ doubts }) => doubts.length === 0);
  return describeOpen(openToStrangers(door, direct, world.references));
}

const recentTexts = new Recent<string, readonly string[]>(5_000);

/** The same list for the same texts: of 18,000 lists of sources behind 400 groups some 700 differ. */
function sharedTexts(texts: readonly string[]): readonly string[] {
  const key = texts.join(' ');
  const known = recentTexts.get(key);
  if (known !== undefined) return known;
  recentTexts.set(key, texts);
  return texts;
}

/** The list is the same object for all interfaces behind the same rules, to which no way in leads: nearly all. */
const describedOpen = new WeakMap<readonly Passage[], readonly OpenRule[]>();

function describeOpen(passages: readonly Passage[]): readonly OpenRule[] {
  const known = describedOpen.get(passages);
  if (known !== undefined) return known;
  const open = passages.map(({ protocol, ports, sources, rules }) => ({
    protocol,
    ports: describePorts(ports),
    sources: sharedTexts(describeFewAddresses(sources)),
    rules: rules.map(describeRule),
  }));
  const ordered = inFixedOrder(open);
  describedOpen.set(passages, ordered);
  return ordered;
}

function gravestOf(reaches: readonly Reach[], latent: readonly OpenRule[], unknown: readonly UnknownReach[]): ExposureOutcome {
  const found = new Set<ExposureOutcome>(reaches.map(({ outcome }) => outcome));
  if (unknown.length > 0) found.add('unknown');
  if (latent.length > 0) found.add('latent');
  return exposureOutcomes.find((outcome) => found.has(outcome)) ?? 'closed';
}
