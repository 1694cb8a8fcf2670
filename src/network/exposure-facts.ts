import type {
  Entry,
  Exposure,
  ExposureOutcome,
  NetworkProtocol,
  OpenRule,
  PublicAddress,
  Reach,
  UnknownReach,
} from '../domain/exposure.ts';
import { type AddressSet, countAddresses } from './address-set.ts';
import type { Arrival } from './arrivals.ts';
import { type Standing, standingOf } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { describeAddresses } from './describe-addresses.ts';
import { describeOpen } from './describe-open.ts';
import { entryPortsOf, judgeArrival, openToStrangers, type Passed } from './doors.ts';
import { compareEffective } from './effective-comparison.ts';
import { inFixedOrder, joinOrdered } from './fixed-order.ts';
import type { InterfaceRow } from './interface-rows.ts';
import { mergeUnknown, type UnknownPart } from './merge-unknown.ts';
import type { SubnetPlaceFacts } from './network-places.ts';
import type { NetworkWorld } from './network-world.ts';
import { ownAddressAt, plainAddress } from './own-addresses.ts';
import { describePorts, everyPort } from './port-set.ts';
import { protocolsOf } from './protocols.ts';
import { arrivalsAtConfiguration } from './ways-in.ts';

/** The fact `exposure` of interfaces of one owner: one row's, or all those of a scale set's model. */
export function exposureOf(world: NetworkWorld, reader: Reader, owners: readonly InterfaceRow[], isModel: boolean): Exposure {
  const parts = noParts();
  for (const owner of owners) addInterface(world, reader, owner, isModel, parts);
  const reaches = inFixedOrder(parts.reaches);
  const latent = joinOrdered(parts.latent);
  const unknown = parts.unknown.length === 0 ? nothing : inFixedOrder(mergeUnknown(parts.unknown));
  const fact: Exposure = {
    outcome: gravestOf(reaches, latent, unknown),
    machine: parts.machine,
    addresses: joinTexts(parts.addresses),
    subnets: joinOrdered(parts.places.map((place) => partsOfPlace(place).subnets)),
    publicAddresses: inFixedOrder(parts.publicAddresses),
    entries: inFixedOrder(parts.entries),
    reaches,
    latent,
    unknown,
    defaultRoutes: joinOrdered(parts.places.map((place) => partsOfPlace(place).defaultRoutes)),
  };
  return parts.unplaced.length === 0 ? fact : { ...fact, unplaced: [...new Set(parts.unplaced)].sort() };
}

const nothing: readonly never[] = [];

/** What is gathered from one IP configuration after another: of 100,000 interfaces lists of lists would be most of the work. */
interface Parts {
  machine: string | null;
  readonly addresses: (readonly string[])[];
  readonly places: SubnetPlaceFacts[];
  readonly publicAddresses: PublicAddress[];
  readonly entries: Entry[];
  readonly reaches: Reach[];
  /** Of each IP configuration, in order. */
  readonly latent: (readonly OpenRule[])[];
  readonly unknown: UnknownPart[];
  readonly unplaced: string[];
}

function noParts(): Parts {
  return { machine: null, addresses: [], places: [], publicAddresses: [], entries: [], reaches: [], latent: [], unknown: [], unplaced: [] };
}

function addInterface(world: NetworkWorld, reader: Reader, owner: InterfaceRow, isModel: boolean, parts: Parts): void {
  const standings: Standing[] = [];
  for (const configuration of owner.configurations) {
    if (configuration.addresses !== null) parts.addresses.push(configuration.addresses);
    const standing = standingOf(world, reader, owner, configuration, isModel);
    const own = standing === null ? ownAddressAt(world, reader, owner, configuration) : standing.own;
    if (own !== null) parts.publicAddresses.push(plainAddress(own));
    if (standing === null) continue;
    standings.push(standing);
    addStanding(world, reader, standing, parts);
  }
  parts.machine ??= machineOf(world, reader, owner);
  for (const why of unplacedOf(owner)) {
    parts.unplaced.push(why);
    // What cannot be read of the row may be a way in, or a place.
    parts.unknown.push({ protocol: 'any', ports: everyPort, tags: [], why });
  }
  parts.unknown.push(...differingFromAzure(world, standings));
}

function addStanding(world: NetworkWorld, reader: Reader, standing: Standing, parts: Parts): void {
  const arrivals = arrivalsAtConfiguration(world, reader, standing);
  parts.places.push(standing.place);
  parts.latent.push(latentOf(world, standing, arrivals));
  for (const arrival of arrivals) {
    const entries = entriesOf(arrival);
    if (arrival.doubts.length === 0) for (const protocol of protocolsOf(arrival.protocols)) parts.entries.push(entries(protocol));
    const { sure, unsure } = judgeArrival(standing.door, arrival, world.references);
    for (const passed of sure) parts.reaches.push(reachOf(arrival, entries(passed.protocol), passed));
    parts.unknown.push(...unsure);
  }
}

function joinTexts(lists: readonly (readonly string[])[]): readonly string[] {
  const [first, ...others] = lists;
  if (first === undefined) return nothing;
  return others.length === 0 ? first : [...new Set(lists.flat())];
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

function unplacedOf({ problems, configurations }: InterfaceRow): readonly string[] {
  const withoutSubnet = configurations.filter(({ subnet }) => subnet === null);
  if (problems.length + withoutSubnet.length === 0) return nothing;
  return [...problems, ...withoutSubnet.map(({ name }) => `the IP configuration ${name} names no subnet`)];
}

/** Azure's own answer about the interface, where it was asked lately: where it says otherwise, one of us is wrong. */
function differingFromAzure(world: NetworkWorld, standings: readonly Standing[]): readonly UnknownPart[] {
  const [first] = standings;
  const said = first === undefined ? undefined : world.effective.get(first.owner.id);
  if (said === undefined) return nothing;
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

function reachOf(arrival: Arrival, entry: Entry, { protocol, ports, strangers, tags, rules }: Passed): Reach {
  return {
    outcome: isMuch(strangers) ? 'exposed' : 'narrow',
    entry,
    protocol,
    ports: describePorts(ports),
    entryPorts: describePorts(entryPortsOf(arrival, ports)),
    sources: describeAddresses(strangers),
    tags,
    rules,
  };
}

function isMuch(addresses: AddressSet): boolean {
  const { v4, v6 } = countAddresses(addresses);
  return v4 > 2 ** 24 || v6 > 1n << 96n;
}

/** One for each protocol, which all that comes in there shares. */
function entriesOf({ gate, entryPorts, ports }: Arrival): (protocol: NetworkProtocol) => Entry {
  const { kind, id, rule, addresses, isProtected } = gate;
  const texts = { ports: describePorts(entryPorts), backendPorts: describePorts(ports) };
  const made = new Map<NetworkProtocol, Entry>();
  return (protocol) => {
    const entry = made.get(protocol) ?? { kind, id, rule, addresses, protocol, ...texts, isProtected };
    made.set(protocol, entry);
    return entry;
  };
}

function latentOf(world: NetworkWorld, { door, owner }: Standing, arrivals: readonly Arrival[]): readonly OpenRule[] {
  // Nothing but what it is asked for through a way in ever reaches a private endpoint.
  if (owner.privateEndpoint !== null) return nothing;
  const direct = arrivals.length === 0 ? nothing : arrivals.filter(({ doubts }) => doubts.length === 0);
  return describeOpen(openToStrangers(door, direct, world.references));
}

function gravestOf(reaches: readonly Reach[], latent: readonly OpenRule[], unknown: readonly UnknownReach[]): ExposureOutcome {
  if (reaches.length > 0) return reaches.some(({ outcome }) => outcome === 'exposed') ? 'exposed' : 'narrow';
  if (unknown.length > 0) return 'unknown';
  return latent.length > 0 ? 'latent' : 'closed';
}
