import type { Json } from '../../src/domain/json.ts';
import type { EstateResource, PretendEstate } from './estate-port.ts';
import { elementsOf, idOf, membersOf, textsOf } from './loose-json.ts';
import { bitsOfPrefix } from './packet-address.ts';
import { prefixesOfServiceTag } from './service-tags.ts';

/** Where the probes of load balancers come from; Azure counts it to the virtual network, too. */
const host = '168.63.129.16/32';

/** What no public network has (RFC 6890), and no Internet of Azure. */
const notPublic = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  host,
];

/** The prefixes of a tag as seen from a virtual network; null where the word is no tag that this Azure knows. */
export function prefixesOfTag(tag: string, network: EstateResource | undefined, estate: PretendEstate): readonly string[] | null {
  switch (tag.toLowerCase()) {
    case 'virtualnetwork':
      return prefixesOfNetwork(network, estate);
    case 'azureloadbalancer':
      return [host];
    case 'internet':
      return withoutPrefixes(['0.0.0.0/0'], [...notPublic, ...prefixesOfNetwork(network, estate)]);
    default:
      return prefixesOfServiceTag(tag);
  }
}

/** Its own, those of its peers, and what its gateways connect to. */
function prefixesOfNetwork(network: EstateResource | undefined, estate: PretendEstate): readonly string[] {
  if (network === undefined) return [host];
  const peers = peersOf(network, estate);
  const gatewayed = [network, ...peers.flatMap(({ peer, hasGateway }) => (hasGateway ? [peer] : []))];
  return [
    ...new Set([
      ...[network, ...peers.map(({ peer }) => peer)].flatMap(spaceOf),
      ...gatewayed.flatMap((one) => prefixesBehind(one, estate)),
      host,
    ]),
  ];
}

function spaceOf({ properties }: EstateResource): readonly string[] {
  return textsOf(membersOf(properties['addressSpace'])['addressPrefixes']);
}

function peersOf({ properties }: EstateResource, estate: PretendEstate) {
  return elementsOf(properties['virtualNetworkPeerings']).flatMap((peering) => {
    const { peeringState, remoteVirtualNetwork, useRemoteGateways } = membersOf(membersOf(peering)['properties']);
    const peer = estate.get(idOf(remoteVirtualNetwork));
    return peer === undefined || peeringState !== 'Connected' ? [] : [{ peer, hasGateway: useRemoteGateways === true }];
  });
}

/** Of the local networks that are connected to gateways of the network, and of the people who dial in there. */
function prefixesBehind(network: EstateResource, estate: PretendEstate): readonly string[] {
  const all = [...estate.all()];
  const gateways = ofType(all, 'microsoft.network/virtualnetworkgateways').filter(({ properties }) =>
    elementsOf(properties['ipConfigurations']).some((one) => isIn(membersOf(membersOf(one)['properties'])['subnet'], network)),
  );
  const ids = gateways.map(({ id }) => id.toLowerCase());
  const connections = ofType(all, 'microsoft.network/connections').filter(({ properties }) =>
    ids.includes(idOf(properties['virtualNetworkGateway1'])),
  );
  const locals = connections.flatMap(({ properties }) => estate.get(idOf(properties['localNetworkGateway2'])) ?? []);
  return [
    ...locals.flatMap(({ properties }) => textsOf(membersOf(properties['localNetworkAddressSpace'])['addressPrefixes'])),
    ...gateways.flatMap(({ properties }) =>
      textsOf(membersOf(membersOf(properties['vpnClientConfiguration'])['vpnClientAddressPool'])['addressPrefixes']),
    ),
  ];
}

function ofType(all: readonly EstateResource[], type: string): readonly EstateResource[] {
  return all.filter((resource) => resource.type.toLowerCase() === type);
}

function isIn(subnet: Json | undefined, network: EstateResource): boolean {
  return idOf(subnet).startsWith(`${network.id.toLowerCase()}/subnets/`);
}

/** IPv4 only. Halves each prefix until it is within none of the others or all in one. */
function withoutPrefixes(prefixes: readonly string[], taken: readonly string[]): readonly string[] {
  const all = taken.flatMap((prefix) => bitsOfPrefix(prefix) ?? []).filter(({ of }) => of === 32);
  const split = (bits: string): readonly string[] => {
    if (all.some((other) => bits.startsWith(other.bits))) return [];
    if (!all.some((other) => other.bits.startsWith(bits))) return [prefixOf(bits)];
    return [...split(`${bits}0`), ...split(`${bits}1`)];
  };
  return prefixes.flatMap((prefix) => split(bitsOfPrefix(prefix)?.bits ?? ''));
}

function prefixOf(bits: string): string {
  const bytes = bits.padEnd(32, '0').match(/.{8}/g) ?? [];
  return `${bytes.map((byte) => Number.parseInt(byte, 2)).join('.')}/${bits.length}`;
}
