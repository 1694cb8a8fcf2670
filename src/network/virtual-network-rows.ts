import type { Json } from '../domain/json.ts';
import {
  childId,
  isTrueAt,
  listAt,
  lowerTextAt,
  type Member,
  memberAt,
  type Problems,
  parentOf,
  propertiesOf,
  referenceAt,
  referencesAt,
  textAt,
  textsAt,
} from './row-reading.ts';

export interface VirtualNetworkRow {
  readonly id: string;
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly subnets: ReadonlyMap<string, SubnetRow>;
  readonly peerings: readonly PeeringRow[];
  /** Services in its subnets for whose sake rules of network managers may not hold in the whole network, lower case. */
  readonly exemptServices: readonly string[];
  readonly problems: readonly string[];
}

export interface SubnetRow {
  readonly id: string;
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly group: string | null;
  readonly routeTable: string | null;
  /** Application gateways and firewalls that stand in it, as it says itself. */
  readonly senders: readonly string[];
  /** Network security groups count for private endpoints in it. */
  readonly hasRulesForPrivateEndpoints: boolean;
  readonly problems: readonly string[];
}

export interface PeeringRow {
  readonly remote: string | null;
  readonly prefixes: readonly string[];
  /** Traffic flows, and the tag `VirtualNetwork` holds the other side. */
  readonly isConnected: boolean;
  readonly usesRemoteGateways: boolean;
}

export function readVirtualNetwork(id: string, row: Json): VirtualNetworkRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const items = listAt(problems, properties, 'subnets');
  const subnets = items.map((item) => readSubnet(childId(problems, id, 'subnets', item), item));
  return {
    id,
    name: textAt(problems, row, 'name') ?? id,
    prefixes: textsAt(problems, properties, 'addressSpace', 'addressPrefixes'),
    subnets: new Map(subnets.map((subnet) => [subnet.id, subnet])),
    peerings: listAt(problems, properties, 'virtualNetworkPeerings').map((item) => readPeering(problems, item)),
    exemptServices: exemptServices.filter((service) => items.some((item) => delegatesTo(problems, item, service))),
    problems,
  };
}

const exemptServices = ['microsoft.databricks/workspaces', 'microsoft.sql/managedinstances'];

function delegatesTo(problems: Problems, subnet: Json, service: string): boolean {
  const delegations = listAt(problems, subnet, 'properties', 'delegations');
  return delegations.some((one) => lowerTextAt(problems, one, 'properties', 'serviceName') === service);
}

function readSubnet(id: string, item: Json): SubnetRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, item);
  const single = textAt(problems, properties, 'addressPrefix');
  const list = textsAt(problems, properties, 'addressPrefixes');
  return {
    id,
    name: textAt(problems, item, 'name') ?? id,
    prefixes: single === null || list.includes(single) ? list : [single, ...list],
    group: referenceAt(problems, properties, 'networkSecurityGroup'),
    routeTable: referenceAt(problems, properties, 'routeTable'),
    senders: sendersIn(properties),
    hasRulesForPrivateEndpoints: ['enabled', 'networksecuritygroupenabled'].includes(
      lowerTextAt(problems, properties, 'privateEndpointNetworkPolicies') ?? 'disabled',
    ),
    problems,
  };
}

function sendersIn(properties: Member): readonly string[] {
  const named = ['applicationGatewayIPConfigurations', 'ipConfigurations'].flatMap((member) => referencesAt([], properties, member));
  const found = named.flatMap((id) => /^.*\/(?:applicationgateways|azurefirewalls)\/[^/]+/.exec(id)?.[0] ?? []);
  return found.length === 0 ? noSenders : [...new Set(found)];
}

const noSenders: readonly string[] = [];

/** Without `allowVirtualNetworkAccess` the tag leaves the other side out; absent is true. */
function readPeering(problems: Problems, item: Json): PeeringRow {
  const properties = propertiesOf(problems, item);
  const current = textsAt(problems, properties, 'remoteVirtualNetworkAddressSpace', 'addressPrefixes');
  const synchronised = textsAt(problems, properties, 'remoteAddressSpace', 'addressPrefixes');
  return {
    remote: referenceAt(problems, properties, 'remoteVirtualNetwork'),
    prefixes: [...new Set([...current, ...synchronised])],
    isConnected: isConnected(problems, properties),
    usesRemoteGateways: isTrueAt(problems, properties, 'useRemoteGateways'),
  };
}

/** Where a peering does not say it, it may be. */
function isConnected(problems: Problems, properties: Member): boolean {
  const state = lowerTextAt(problems, properties, 'peeringState');
  if (state === null) problems.push('a peering has no peeringState');
  const access = memberAt(problems, properties, 'allowVirtualNetworkAccess') ?? true;
  if (typeof access !== 'boolean') problems.push('allowVirtualNetworkAccess of a peering is neither true nor false');
  return (state === null || state === 'connected') && access !== false;
}

export interface RouteTableRow {
  readonly routes: readonly RouteRow[];
  readonly problems: readonly string[];
}

export interface RouteRow {
  readonly prefix: string;
  /** As spelt. */
  readonly nextHop: string;
  readonly address: string | null;
}

export function readRouteTable(row: Json): RouteTableRow {
  const problems: Problems = [];
  const routes = listAt(problems, row, 'properties', 'routes').flatMap((item) => {
    const prefix = textAt(problems, item, 'properties', 'addressPrefix');
    if (prefix === null) problems.push(`the route ${textAt(problems, item, 'name') ?? 'without a name'} has no addressPrefix`);
    const nextHop = textAt(problems, item, 'properties', 'nextHopType') ?? 'unknown';
    return prefix === null ? [] : [{ prefix, nextHop, address: textAt(problems, item, 'properties', 'nextHopIpAddress') }];
  });
  return { routes, problems };
}

/** Of VPN and ExpressRoute. */
export interface NetworkGatewayRow {
  readonly id: string;
  readonly kind: 'vpn' | 'express-route' | 'other';
  /** The networks that its configurations stand in. */
  readonly networks: readonly string[];
  readonly publicAddresses: readonly string[];
  /** Pools from which people who dial in get their addresses. */
  readonly clientPrefixes: readonly string[];
  readonly hasClients: boolean;
  readonly problems: readonly string[];
}

export function readNetworkGateway(id: string, row: Json): NetworkGatewayRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const configurations = listAt(problems, properties, 'ipConfigurations').map((item) => propertiesOf(problems, item));
  const subnets = configurations.flatMap((configuration) => referenceAt(problems, configuration, 'subnet') ?? []);
  const type = lowerTextAt(problems, properties, 'gatewayType');
  const clients = memberAt(problems, properties, 'vpnClientConfiguration');
  return {
    id,
    kind: type === 'vpn' ? 'vpn' : type === 'expressroute' ? 'express-route' : 'other',
    networks: [...new Set(subnets.map((subnet) => parentOf(subnet)))],
    publicAddresses: configurations.flatMap((configuration) => referenceAt(problems, configuration, 'publicIPAddress') ?? []),
    clientPrefixes: textsAt(problems, clients, 'vpnClientAddressPool', 'addressPrefixes'),
    hasClients: clients !== undefined && clients !== null,
    problems,
  };
}

export interface LocalGatewayRow {
  readonly prefixes: readonly string[];
  readonly problems: readonly string[];
}

export function readLocalGateway(row: Json): LocalGatewayRow {
  const problems: Problems = [];
  return { prefixes: textsAt(problems, row, 'properties', 'localNetworkAddressSpace', 'addressPrefixes'), problems };
}

export interface ConnectionRow {
  /** Virtual network gateways at its ends. */
  readonly gateways: readonly string[];
  readonly localGateway: string | null;
  /** What lies behind it is learnt from the other side. */
  readonly learnsRoutes: boolean;
  readonly problems: readonly string[];
}

export function readConnection(row: Json): ConnectionRow {
  const problems: Problems = [];
  const ends = ['virtualNetworkGateway1', 'virtualNetworkGateway2'];
  return {
    gateways: ends.flatMap((end) => referenceAt(problems, row, 'properties', end) ?? []),
    localGateway: referenceAt(problems, row, 'properties', 'localNetworkGateway2'),
    learnsRoutes: isTrueAt(problems, row, 'properties', 'enableBgp'),
    problems,
  };
}

export interface NatGatewayRow {
  readonly publicAddresses: readonly string[];
}

export function readNatGateway(row: Json): NatGatewayRow {
  const members = ['publicIpAddresses', 'publicIpAddressesV6'];
  return { publicAddresses: members.flatMap((member) => referencesAt([], row, 'properties', member)) };
}
