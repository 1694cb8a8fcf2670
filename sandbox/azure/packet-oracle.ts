import type { Json, JsonObject } from '../../src/domain/json.ts';
import { isWithin } from './packet-address.ts';
import { defaultInboundRules, type PacketRule, type PacketSide, readAdminRule, readSecurityRule } from './packet-rule.ts';

/**
 * What Azure does with one packet that comes in to a network interface, by walking every rule. It is the measure for the model of the daemon, so it
 * shares nothing with it, and is written to be seen to be right, not to be fast.
 *
 * Rules: priority, lowest first, the first match stops; the default rules stand behind those of every network security group; the groups of the subnet
 * and of the interface must both allow, and no group is no limit; rules of the network manager come first: Allow goes on to the groups, AlwaysAllow and
 * Deny end it. The packet is seen after any translation: its destination is the private address and the port behind a load balancer.
 */
export interface Packet {
  readonly source: string;
  readonly destination: string;
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

export interface PacketLayers {
  /** Row of the network security group of the subnet; null: none. */
  readonly subnet: Json;
  /** Row of that of the interface; null: none. */
  readonly networkInterface: Json;
  /** Effective security admin rules of the virtual network, of all configurations. */
  readonly adminRules: readonly Json[];
}

export type PacketFate = 'allowed' | 'denied' | 'unknown';

export interface PacketVerdict {
  readonly fate: PacketFate;
  /** Names of the rules that decide in each layer: one, several where something is not known, none where the layer is not asked or says nothing. */
  readonly decided: { readonly admin: readonly string[]; readonly subnet: readonly string[]; readonly networkInterface: readonly string[] };
}

/** Whether a rule meets a packet. */
type Match = 'yes' | 'no' | 'maybe';

/** Every rule that may be the first that meets the packet; `null` stands for none of them. */
type Deciders = readonly (PacketRule | null)[];

export function judgePacket(packet: Packet, layers: PacketLayers, world: PacketWorld): PacketVerdict {
  const admin = firstMatches(layers.adminRules.map(readAdminRule), packet, world);
  const subnet = decidersOfGroup(layers.subnet, packet, world);
  const networkInterface = decidersOfGroup(layers.networkInterface, packet, world);
  const fates = new Set(
    admin.flatMap((rule) => subnet.flatMap((outer) => networkInterface.flatMap((inner) => fatesOf(rule, outer, inner)))),
  );
  const isAsked = admin.some((rule) => rule === null || accessesOf(rule).includes('allow'));
  return {
    fate: fates.size === 1 ? ([...fates][0] ?? 'unknown') : 'unknown',
    decided: {
      admin: namesOf(admin),
      subnet: isAsked ? namesOf(subnet) : [],
      networkInterface: isAsked ? namesOf(networkInterface) : [],
    },
  };
}

/** `null`: the layer says nothing, and lets pass. */
function fatesOf(admin: PacketRule | null, subnet: PacketRule | null, networkInterface: PacketRule | null): readonly PacketFate[] {
  return accessesOf(admin).flatMap((access): readonly PacketFate[] => {
    if (access === 'alwaysallow') return ['allowed'];
    if (access === 'deny') return ['denied'];
    return accessesOf(subnet).flatMap((outer) =>
      accessesOf(networkInterface).map((inner): PacketFate => (outer === 'allow' && inner === 'allow' ? 'allowed' : 'denied')),
    );
  });
}

/** What a rule may do; anything where its word for it cannot be read. */
function accessesOf(rule: PacketRule | null): readonly string[] {
  if (rule === null) return ['allow'];
  return rule.access === null ? ['allow', 'deny', 'alwaysallow'] : [rule.access];
}

function namesOf(deciders: Deciders): readonly string[] {
  return deciders.flatMap((rule) => rule?.name ?? []);
}

function decidersOfGroup(group: Json, packet: Packet, world: PacketWorld): Deciders {
  if (group === null) return [null];
  const rows = ((group as JsonObject)['properties'] as JsonObject | undefined)?.['securityRules'];
  if (!Array.isArray(rows)) return [unreadableRules];
  return firstMatches([...rows.map(readSecurityRule), ...defaultInboundRules], packet, world);
}

/** In place of the rules of a group that could not be read: they may allow and they may deny. */
const unreadableRules: PacketRule = {
  name: 'unreadable',
  priority: null,
  direction: null,
  access: null,
  protocol: null,
  source: { prefixes: [], groups: [], ports: [] },
  destination: { prefixes: [], groups: [], ports: [] },
};

/** Rules of one priority have no order among them: each that meets the packet may be the one that decides. */
function firstMatches(rules: readonly PacketRule[], packet: Packet, world: PacketWorld): Deciders {
  const deciders: (PacketRule | null)[] = rules.filter((rule) => rule.priority === null && matchRule(rule, packet, world) !== 'no');
  const priorities = [...new Set(rules.flatMap(({ priority }) => priority ?? []))].sort((one, other) => one - other);
  for (const priority of priorities) {
    const same = rules.filter((rule) => rule.priority === priority);
    deciders.push(...same.filter((rule) => matchRule(rule, packet, world) !== 'no'));
    if (same.some((rule) => matchRule(rule, packet, world) === 'yes')) return deciders;
  }
  return [...deciders, null];
}

function matchRule(rule: PacketRule, packet: Packet, world: PacketWorld): Match {
  return all([
    rule.direction === null ? 'maybe' : answer(rule.direction === 'inbound'),
    rule.protocol === null ? 'maybe' : answer(rule.protocol === '*' || rule.protocol === packet.protocol.toLowerCase()),
    matchPorts(rule.source.ports, packet.sourcePort),
    matchPorts(rule.destination.ports, packet.destinationPort),
    matchAddresses(rule.source, packet.source, world),
    matchAddresses(rule.destination, packet.destination, world),
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
  return answer(port >= from && port <= to);
}

function matchAddresses(side: PacketSide, address: string, world: PacketWorld): Match {
  if (side.prefixes.length + side.groups.length === 0) return 'maybe';
  const prefixes = side.prefixes.map((prefix) => matchPrefix(prefix, address, world));
  return any([...prefixes, ...side.groups.map((id) => matchKnown(world.groups, id, address))]);
}

function matchPrefix(prefix: string, address: string, world: PacketWorld): Match {
  if (prefix === '*') return 'yes';
  const isIn = isWithin(address, prefix);
  return isIn === null ? matchKnown(world.tags, prefix, address) : answer(isIn);
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
