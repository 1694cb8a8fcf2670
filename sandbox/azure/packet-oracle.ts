import type { Json } from '../../src/domain/json.ts';
import { membersOf } from './loose-json.ts';
import { matchRule, type Packet, type PacketWorld } from './packet-match.ts';
import { defaultInboundRules, type PacketRule, readAdminRule, readSecurityRule } from './packet-rule.ts';

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

/** Every rule that may be the first that meets the packet; `null` stands for none of them. */
type Deciders = readonly (PacketRule | null)[];

/**
 * What Azure does with one packet that comes in to a network interface, by walking every rule. It is the measure for the model of the daemon, so it
 * shares nothing with it, and is written to be seen to be right, not to be fast.
 *
 * Rules: priority, lowest first, the first match stops; the default rules stand behind those of every network security group; the groups of the subnet
 * and of the interface must both allow, and no group is no limit; rules of the network manager come first: Allow goes on to the groups, AlwaysAllow and
 * Deny end it. The packet is seen after any translation: its destination is the private address and the port behind a load balancer.
 */
export function judgePacket(packet: Packet, layers: PacketLayers, world: PacketWorld): PacketVerdict {
  return packetJudge(layers, world)(packet);
}

/** The same for many packets: the rows are read once. */
export function packetJudge(layers: PacketLayers, world: PacketWorld): (packet: Packet) => PacketVerdict {
  const adminRules = inOrder(layers.adminRules.map(readAdminRule));
  const [subnetRules, interfaceRules] = [rulesOfGroup(layers.subnet), rulesOfGroup(layers.networkInterface)];
  return (packet) =>
    verdictOf(
      firstMatches(adminRules, packet, world),
      decidersOfGroup(subnetRules, packet, world),
      decidersOfGroup(interfaceRules, packet, world),
    );
}

function verdictOf(admin: Deciders, subnet: Deciders, networkInterface: Deciders): PacketVerdict {
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

/** Rules of one priority, by priority. Rules of none come first: where they stand is not known, and that is where they can decide most. */
type Ranks = readonly (readonly PacketRule[])[];

function inOrder(rules: readonly PacketRule[]): Ranks {
  const priorities = [...new Set(rules.map(({ priority }) => priority))].sort((one, other) => (one ?? -1) - (other ?? -1));
  return priorities.map((priority) => rules.filter((rule) => rule.priority === priority));
}

/** Null: there is no group. */
function rulesOfGroup(group: Json): Ranks | null {
  if (group === null) return null;
  const rows = membersOf(membersOf(group)['properties'])['securityRules'];
  return Array.isArray(rows) ? inOrder([...rows.map(readSecurityRule), ...defaultInboundRules]) : [[unreadableRules]];
}

function decidersOfGroup(ranks: Ranks | null, packet: Packet, world: PacketWorld): Deciders {
  return ranks === null ? [null] : firstMatches(ranks, packet, world);
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
function firstMatches(ranks: Ranks, packet: Packet, world: PacketWorld): Deciders {
  const deciders: (PacketRule | null)[] = [];
  for (const rules of ranks) {
    let isDecided = false;
    for (const rule of rules) {
      const match = matchRule(rule, packet, world);
      if (match !== 'no') deciders.push(rule);
      if (match === 'yes' && rule.priority !== null) isDecided = true;
    }
    if (isDecided) return deciders;
  }
  return [...deciders, null];
}
