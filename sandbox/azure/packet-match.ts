import { isWithin } from './packet-address.ts';
import type { PacketRule, PacketSide } from './packet-rule.ts';

/** A packet as it comes in to an interface, after any translation. */
export interface Packet {
  readonly source: string;
  readonly destination: string;
  /** Ids of the application security groups of the destination, in any casing. */
  readonly destinationGroups: readonly string[];
  /** `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`, or one that rules have no name for. */
  readonly protocol: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface PacketWorld {
  /** Service tag, in any casing -> its prefixes, or what says whether an address is among them. A tag that is not here is not known. */
  readonly tags: { readonly [tag: string]: readonly string[] | ((address: string) => boolean) };
  /** Id of an application security group, in any casing -> the addresses of its interfaces. A group that is not here is not known. */
  readonly groups: { readonly [id: string]: readonly string[] };
}

/** Whether a rule meets a packet. */
type Match = 'yes' | 'no' | 'maybe';

export function matchRule(rule: PacketRule, packet: Packet, world: PacketWorld): Match {
  const plain = all([
    rule.direction === null ? 'maybe' : answer(rule.direction === 'inbound'),
    rule.protocol === null ? 'maybe' : answer(rule.protocol === '*' || rule.protocol === packet.protocol.toLowerCase()),
    matchPorts(rule.source.ports, packet.sourcePort),
    matchPorts(rule.destination.ports, packet.destinationPort),
  ]);
  if (plain === 'no') return 'no';
  return all([
    plain,
    matchAddresses(rule.source, packet.source, world, (id) => matchKnown(world.groups, id, packet.source)),
    matchAddresses(rule.destination, packet.destination, world, (id) => matchOwnGroup(id, packet.destinationGroups)),
  ]);
}

/** A side on which nothing can be read may mean anything. */
function matchPorts(ports: readonly string[], port: number): Match {
  return ports.length === 0 ? 'maybe' : any(ports.map((range) => matchPortRange(range, port)));
}

function matchPortRange(range: string, port: number): Match {
  if (range === '*') return 'yes';
  const found = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(range);
  if (found === null) return 'maybe';
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return from > to || to > 65_535 ? 'maybe' : answer(port >= from && port <= to);
}

function matchAddresses(side: PacketSide, address: string, world: PacketWorld, matchGroup: (id: string) => Match): Match {
  if (side.prefixes.length + side.groups.length === 0) return 'maybe';
  const prefixes = side.prefixes.map((prefix) => matchPrefix(prefix, address, world));
  return any([...prefixes, ...side.groups.map(matchGroup)]);
}

function matchPrefix(prefix: string, address: string, world: PacketWorld): Match {
  if (prefix === '*') return 'yes';
  const isIn = isWithin(address, prefix);
  return isIn === null ? matchKnown(world.tags, prefix, address) : answer(isIn);
}

/** What is in place of an id that cannot be read may be any group. */
function matchOwnGroup(id: string, groups: readonly string[]): Match {
  return id.startsWith('/') ? answer(groups.some((group) => group.toLowerCase() === id)) : 'maybe';
}

function matchKnown(known: PacketWorld['tags'], name: string, address: string): Match {
  const key = Object.keys(known).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const meaning = key === undefined ? undefined : known[key];
  if (meaning === undefined) return 'maybe';
  if (typeof meaning === 'function') return answer(meaning(address));
  return any(meaning.map((prefix) => (isWithin(address, prefix) === true ? 'yes' : 'no')));
}

function answer(is: boolean): Match {
  return is ? 'yes' : 'no';
}

function all(matches: readonly Match[]): Match {
  if (matches.includes('no')) return 'no';
  return matches.includes('maybe') ? 'maybe' : 'yes';
}

function any(matches: readonly Match[]): Match {
  if (matches.includes('yes')) return 'yes';
  return matches.includes('maybe') ? 'maybe' : 'no';
}
