import { isWithin } from '../../sandbox/azure/packet-address.ts';
import type { PacketWorld } from '../../sandbox/azure/packet-match.ts';

/** A small world in which every border that the arbitrary rules draw has addresses and ports on both sides. */

export const groupIds = ['web', 'data'].map(
  (name) => `/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/${name}`,
);
const [webServers = '', dataServers = ''] = groupIds;

export interface Place {
  readonly destination: string;
  readonly destinationGroups: readonly string[];
  /** Prefixes of the tag `VirtualNetwork`. */
  readonly virtualNetwork: readonly string[];
  readonly sources: readonly string[];
}

/** Whoever sends speaks the same version of IP. */
const fourSources = [
  '203.0.113.7',
  '203.0.113.8',
  '203.0.114.0',
  '9.9.9.9',
  '198.51.100.127',
  '198.51.100.128',
  '10.0.1.5',
  '10.1.0.5',
  '192.168.1.1',
  '168.63.129.16',
];
const sixSources = ['2001:db8::7', '2001:db8::8', '2001:db8:1::7', '2a00::1', 'fd00::5', 'fd01::5'];

/** Whoever sends speaks the same version of IP. One network has public addresses of its own, one has a large peer. */
export const places: readonly Place[] = [
  {
    destination: '10.0.1.4',
    destinationGroups: [webServers],
    virtualNetwork: ['10.0.0.0/16', '203.0.114.0/24', 'fd00::/16'],
    sources: fourSources,
  },
  { destination: '10.0.1.5', destinationGroups: [dataServers], virtualNetwork: ['10.0.1.0/24', '10.1.0.0/16'], sources: fourSources },
  {
    destination: 'fd00::4',
    destinationGroups: [webServers, dataServers],
    virtualNetwork: ['10.0.0.0/16', 'fd00::/16'],
    sources: sixSources,
  },
];

const notPublic = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
];
const platform = '168.63.129.16';

function isOnInternet(address: string, virtualNetwork: readonly string[]): boolean {
  const isPublic = address.includes(':')
    ? isWithin(address, '2000::/3') === true
    : !notPublic.some((prefix) => isWithin(address, prefix) === true) && address !== platform;
  return isPublic && !virtualNetwork.some((prefix) => isWithin(address, prefix) === true);
}

export const tags = { Storage: ['198.51.100.0/25', '2001:db8::/48'], AzureCloud: ['198.51.100.0/24', '203.0.113.8/32', '2a00::/16'] };
export const groups = { [webServers]: ['10.0.1.4', '10.1.0.5', 'fd00::4'], [dataServers]: ['10.0.1.5', 'fd00::4', 'fd00::5'] };

/** All is known but the tags and groups that are named. */
export function worldAt({ virtualNetwork }: Place, missing: readonly string[]): PacketWorld {
  const known = <Value>(all: { readonly [name: string]: Value }) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !missing.includes(name)));
  const own = {
    VirtualNetwork: virtualNetwork,
    Internet: (address: string) => isOnInternet(address, virtualNetwork),
    AzureLoadBalancer: [platform],
  };
  return { tags: { ...own, ...known(tags) }, groups: known(groups) };
}

export const protocols = ['Tcp', 'Udp', 'Icmp', 'Esp'] as const;
export const ports = [0, 21, 22, 23, 443, 65_535];
/** One of each kind that the arbitrary rules tell apart. */
export const sourcePorts = [53, 1023, 1024];
