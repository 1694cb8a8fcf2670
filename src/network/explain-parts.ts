import type { NetworkProtocol } from '../domain/exposure.ts';
import { type AddressSet, intersectAddresses, isEmptyAddresses, noAddresses, subtractAddresses, uniteAddresses } from './address-set.ts';
import type { Arrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import { describeAddresses } from './describe-addresses.ts';
import { type Door, entryPortsOf, type Passed } from './doors.ts';
import { explainInbound } from './explain-inbound.ts';
import type { NetworkWorld } from './network-world.ts';
import { type DecidingRule, type Passage, subtractPassages } from './passages.ts';
import { describePorts, type PortSet } from './port-set.ts';
import { protocolsOf } from './protocols.ts';

export interface WayQuestion {
  readonly protocol: NetworkProtocol;
  readonly ports: PortSet;
  /** Whose ports: at the interface, or where the Internet knocks. */
  readonly portsAt: 'interface' | 'entry';
  /** An address; null: anybody on the Internet. */
  readonly from: string | null;
}

export interface WayPart {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  readonly protocol: NetworkProtocol;
  /** At the interface. */
  readonly ports: string;
  /** Where the Internet knocks. */
  readonly entryPorts: string;
  readonly sources: readonly string[];
  /** These sources are all but those of the other parts. */
  readonly isRest: boolean;
  /** What let it pass on the way, a text each, outermost first. */
  readonly before: readonly string[];
  /** The rules at the interface that decided, or may have, outermost first: those of one packet of this part. */
  readonly rules: readonly DecidingRule[];
  /** What is missing, or why it is denied where no rule says so. */
  readonly why: string | null;
}

/** A question, and where it is asked. */
export interface Asked {
  readonly world: NetworkWorld;
  readonly standing: Standing;
  readonly question: WayQuestion;
  readonly from: AddressSet | null;
}

export function passedPart(
  asked: Asked,
  arrival: Arrival,
  { protocol, ports, strangers }: Passed,
  verdict: 'allowed' | 'unknown',
  why: string | null,
): WayPart {
  const { rules } = explainExample(asked, arrival, strangers, protocol, ports);
  return { ...partOf(arrival, protocol, ports, strangers), verdict, rules, why };
}

/** The packets of which nothing comes through. */
export function deniedParts(asked: Asked, arrival: Arrival, passed: readonly Passed[]): readonly WayPart[] {
  const strangers = asked.from ?? strangersOf(asked.standing.door);
  const all = plainPassages(arrival, intersectAddresses(strangers, arrival.strangers.possible));
  const taken = passed.map(({ protocol, ports, strangers: sources }): Passage => ({ protocol, ports, sources, rules: [], tags: [] }));
  const rest = subtractPassages(all, taken).filter(({ sources }) => !isEmptyAddresses(sources));
  const keptOut = subtractAddresses(strangers, arrival.strangers.possible);
  return [
    ...closedParts(asked, arrival, rest).map((part) => ({ ...part, isRest: passed.length > 0 })),
    ...(isEmptyAddresses(keptOut) ? [] : [{ ...keptOutPart(arrival, keptOut), isRest: asked.from === null }]),
  ];
}

/** Told by the example of the first of them. */
function closedParts(asked: Asked, arrival: Arrival, rest: readonly Passage[]): readonly WayPart[] {
  const [first] = rest;
  if (first === undefined) return [];
  const sources = rest.reduce((all, one) => uniteAddresses(all, one.sources), noAddresses);
  const part = partOf(arrival, first.protocol, first.ports, sources);
  if (isClosedWithoutGroup(asked.standing.door, arrival))
    return [{ ...part, why: 'a Standard address or balancer is closed until a network security group opens it' }];
  const { rules, why } = explainExample(asked, arrival, first.sources, first.protocol, first.ports);
  return [{ ...part, rules, why }];
}

function keptOutPart(arrival: Arrival, strangers: AddressSet): WayPart {
  const part = partOf(arrival, protocolsOf(arrival.protocols)[0] ?? 'any', arrival.ports, strangers);
  return { ...part, why: 'what lets in there does not let in these sources' };
}

function partOf(arrival: Arrival, protocol: NetworkProtocol, ports: PortSet, sources: AddressSet): WayPart {
  return {
    verdict: 'denied',
    protocol,
    ports: describePorts(ports),
    entryPorts: describePorts(entryPortsOf(arrival, ports)),
    sources: describeAddresses(sources),
    isRest: false,
    before: arrival.rules,
    rules: [],
    why: null,
  };
}

function plainPassages({ protocols, ports }: Arrival, sources: AddressSet): readonly Passage[] {
  return protocolsOf(protocols).map((protocol) => ({ protocol, ports, sources, rules: [], tags: [] }));
}

/** Of the address families that can come to the interface. */
export function strangersOf({ destination, universe }: Door): AddressSet {
  const { v4, v6 } = destination.addresses;
  if (v4.length === 0 && v6.length === 0) return universe;
  return { v4: v4.length > 0 ? universe.v4 : [], v6: v6.length > 0 ? universe.v6 : [] };
}

function isClosedWithoutGroup({ layers }: Door, { needsGroup }: Arrival): boolean {
  return needsGroup === 'yes' && layers.subnet === null && layers.networkInterface === null;
}

/** What decides about one packet at the interface: from the first address, to the first port. */
export function explainExample(
  { world, standing: { door } }: Asked,
  arrival: Arrival | null,
  strangers: AddressSet,
  protocol: NetworkProtocol,
  [port]: PortSet,
): Pick<WayPart, 'rules' | 'why'> {
  const source = firstAddress(arrival?.source ?? strangers);
  if (source === null || port === undefined) return { rules: [], why: null };
  const addresses = arrival?.floatingTo ?? door.destination.addresses;
  const destination = { ...door.destination, addresses, virtualNetwork: door.virtualNetwork.sure };
  const packet = { source, protocol: protocol === 'any' ? ('Tcp' as const) : protocol, port };
  const explained = explainInbound(door.layers, destination, packet, world.references);
  const isRuled = explained !== null && (explained.rules.length > 0 || explained.verdict !== 'denied');
  return { rules: explained?.rules ?? [], why: isRuled ? null : (explained?.why[0] ?? null) };
}

function firstAddress({ v4: [four], v6: [six] }: AddressSet): string | null {
  if (four !== undefined) return describeAddresses({ v4: [four, four], v6: [] })[0] ?? null;
  return six === undefined ? null : (describeAddresses({ v4: [], v6: [six, six] })[0] ?? null);
}
