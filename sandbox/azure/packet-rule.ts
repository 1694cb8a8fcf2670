import type { Json, JsonObject } from '../../src/domain/json.ts';
import { elementsOf, membersOf, textOf } from './loose-json.ts';

/** One rule as the oracle walks it: lists as they were written, nothing computed. Null where a row does not say it in a way that can be read. */
export interface PacketRule {
  readonly name: string;
  readonly priority: number | null;
  /** Lower case. */
  readonly direction: string | null;
  /** Lower case: `allow`, `deny`, `alwaysallow`. */
  readonly access: string | null;
  /** Lower case; `*` for any. */
  readonly protocol: string | null;
  readonly source: PacketSide;
  readonly destination: PacketSide;
}

export interface PacketSide {
  /** Prefixes, addresses, `*` and service tags. */
  readonly prefixes: readonly string[];
  /** Ids of application security groups, lower case. */
  readonly groups: readonly string[];
  readonly ports: readonly string[];
}

/** What stands behind every group of rules for what comes in. */
export const defaultInboundRules: readonly PacketRule[] = [
  defaultRule('AllowVnetInBound', 65000, 'allow', 'VirtualNetwork', 'VirtualNetwork'),
  defaultRule('AllowAzureLoadBalancerInBound', 65001, 'allow', 'AzureLoadBalancer', '*'),
  defaultRule('DenyAllInBound', 65500, 'deny', '*', '*'),
];

function defaultRule(name: string, priority: number, access: string, source: string, destination: string): PacketRule {
  const side = (prefix: string): PacketSide => ({ prefixes: [prefix], groups: [], ports: ['*'] });
  return { name, priority, direction: 'inbound', access, protocol: '*', source: side(source), destination: side(destination) };
}

/** An element of `securityRules` of a network security group. */
export function readSecurityRule(row: Json | undefined): PacketRule {
  const rule = membersOf(row);
  const properties = membersOf(rule['properties']);
  return {
    ...readCommon(textOf(rule['name']) ?? '?', properties, ['allow', 'deny']),
    source: readSide(properties, 'source'),
    destination: readSide(properties, 'destination'),
  };
}

/** An element of the effective security admin rules of a virtual network. */
export function readAdminRule(row: Json | undefined): PacketRule {
  const rule = membersOf(row);
  const properties = membersOf(rule['properties']);
  const side = (addresses: string, ports: string): PacketSide => ({
    prefixes: elementsOf(properties[addresses]).map((element) => textOf(membersOf(element)['addressPrefix']) ?? unreadable),
    groups: [],
    ports: textsOf(undefined, properties[ports]),
  });
  return {
    ...readCommon(textOf(rule['id']) ?? '?', properties, ['allow', 'deny', 'alwaysallow']),
    source: side('sources', 'sourcePortRanges'),
    destination: side('destinations', 'destinationPortRanges'),
  };
}

const directions = ['inbound', 'outbound'];
const protocols = ['*', 'tcp', 'udp', 'icmp', 'esp', 'ah'];

function readCommon(name: string, properties: JsonObject, accesses: readonly string[]): Omit<PacketRule, 'source' | 'destination'> {
  const protocol = textOf(properties['protocol'])?.toLowerCase().replace(/^any$/, '*');
  return {
    name,
    priority: readPriority(properties['priority']),
    direction: oneOf(directions, textOf(properties['direction'])?.toLowerCase()),
    access: oneOf(accesses, textOf(properties['access'])?.toLowerCase()),
    protocol: oneOf(protocols, protocol),
  };
}

/** A whole number, which may be written as text. */
function readPriority(value: Json | undefined): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}

/** A side holds what its single field and its list say together; Azure fills only one of them and leaves the other out, empty or null. */
function readSide(properties: JsonObject, side: 'source' | 'destination'): PacketSide {
  return {
    prefixes: textsOf(properties[`${side}AddressPrefix`], properties[`${side}AddressPrefixes`]),
    groups: elementsOf(properties[`${side}ApplicationSecurityGroups`]).map(
      (group) => textOf(membersOf(group)['id'])?.toLowerCase() ?? unreadable,
    ),
    ports: textsOf(properties[`${side}PortRange`], properties[`${side}PortRanges`]),
  };
}

/** Stands for what cannot be read: no port, no address, and the name of nothing that is known. */
const unreadable = '?';

function textsOf(single: Json | undefined, list: Json | undefined): readonly string[] {
  const isThere = single !== undefined && single !== null && single !== '';
  return [...(isThere ? [single] : []), ...elementsOf(list)].map((value) =>
    typeof value === 'number' ? String(value) : (textOf(value) ?? unreadable),
  );
}

function oneOf(known: readonly string[], word: string | undefined): string | null {
  return word !== undefined && known.includes(word) ? word : null;
}
