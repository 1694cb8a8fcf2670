import { isWithin } from '../../sandbox/azure/packet-address.ts';
import type { Packet, PacketWorld } from '../../sandbox/azure/packet-match.ts';
import { judgePacket, type PacketLayers } from '../../sandbox/azure/packet-oracle.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';

export const stranger = '203.0.113.7';
export const longStranger = '2001:db8::7';
export const neighbour = '10.0.0.5';
const server = '10.0.1.4';
export const longServer = 'fd00::4';
export const probe = '168.63.129.16';

export const webServers = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/web';

const isPrivate = (address: string) => isWithin(address, '10.0.0.0/8') === true || isWithin(address, 'fd00::/8') === true;
export const world: PacketWorld = {
  tags: {
    VirtualNetwork: ['10.0.0.0/8', 'fd00::/8'],
    Internet: (address) => !isPrivate(address) && address !== probe,
    AzureLoadBalancer: [`${probe}/32`],
    Storage: ['198.51.100.0/25'],
  },
  groups: { [webServers]: [server, neighbour] },
};

/** As Azure sends a rule with single values: the lists are there and empty. */
export function rule(name: string, priority: number, properties: JsonObject): Json {
  return {
    name,
    properties: {
      protocol: 'Tcp',
      sourcePortRange: '*',
      destinationPortRange: '22',
      sourceAddressPrefix: '*',
      destinationAddressPrefix: '*',
      sourcePortRanges: [],
      destinationPortRanges: [],
      sourceAddressPrefixes: [],
      destinationAddressPrefixes: [],
      access: 'Allow',
      direction: 'Inbound',
      priority,
      ...properties,
    },
  };
}

/** As Azure sends a rule with lists: the single values are not there. */
export function without(row: Json, ...members: readonly string[]): Json {
  const { name, properties } = row as { readonly name: string; readonly properties: JsonObject };
  return { name, properties: Object.fromEntries(Object.entries(properties).filter(([member]) => !members.includes(member))) };
}

export const group = (...securityRules: readonly Json[]): Json => ({ name: 'nsg', properties: { securityRules } });

export function admin(id: string, priority: number, access: string, properties: JsonObject = {}): Json {
  return {
    id,
    kind: 'Custom',
    properties: {
      protocol: 'Tcp',
      sources: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
      destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
      sourcePortRanges: ['0-65535'],
      destinationPortRanges: ['22'],
      access,
      priority,
      direction: 'Inbound',
      ...properties,
    },
  };
}

export function judge(layers: Partial<PacketLayers>, packet: Partial<Packet> = {}, known: PacketWorld = world) {
  const rest = { destinationGroups: [webServers.toUpperCase()], protocol: 'Tcp', sourcePort: 50_000, destinationPort: 22 };
  const whole = { source: stranger, destination: server, ...rest, ...packet };
  return judgePacket(whole, { subnet: null, networkInterface: null, adminRules: [], ...layers }, known);
}

/** What one group at the subnet says. */
export const fateOf = (rules: readonly Json[], packet: Partial<Packet> = {}) => judge({ subnet: group(...rules) }, packet).fate;

export interface Row {
  readonly says: string;
  readonly rules: readonly Json[];
  readonly packet?: Partial<Packet>;
  readonly fate: 'allowed' | 'denied' | 'unknown';
}

export const open = rule('open', 200, {});
export const any = { protocol: '*', destinationPortRange: '*' };
