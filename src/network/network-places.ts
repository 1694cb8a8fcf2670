import type { DefaultRoute } from '../domain/exposure.ts';
import {
  type AddressSet,
  countAddresses,
  everyAddress,
  noAddresses,
  publicAddresses,
  subtractAddresses,
  uniteAddresses,
} from './address-set.ts';
import { adminRulesBeside, adminRulesOf, adminRulesOfPlatform } from './admin-rules.ts';
import { defaultRoutesOf } from './default-routes.ts';
import type { Formula, Reader } from './dependency-graph.ts';
import { type GroupMembers, membersNamedBy, type NamedMembers } from './group-members.ts';
import type { Layers } from './inbound.ts';
import type { NetworkKnowledge } from './network-knowledge.ts';
import { premisesOf } from './on-premises.ts';
import { missing, type PlaceSources } from './place-sources.ts';
import { lastNameOf, parentOf } from './row-reading.ts';
import type { Found, RowTable } from './row-table.ts';
import { isSamePlace } from './same-place.ts';
import type { SubnetRow, VirtualNetworkRow } from './virtual-network-rows.ts';

/** A virtual network, as far as it decides what comes in. */
export interface NetworkPlace {
  readonly id: string;
  /** Null: not found, or not readable. */
  readonly row: VirtualNetworkRow | null;
  /** Null: its row is not there, and the list may not be complete. */
  readonly isOurs: boolean | null;
  readonly admin: Layers['admin'];
  /** For subnets of application gateways and private endpoints, where Azure does not always heed these rules. */
  readonly adminOfPlatform: Layers['admin'];
  /** What the tag `VirtualNetwork` surely holds: its own space, connected peers, what lies behind gateways. */
  readonly tag: AddressSet;
  /** Strangers. */
  readonly universe: AddressSet;
  /** Why the tag may hold more; empty where it is known. */
  readonly tagDoubts: readonly string[];
  readonly layerDoubts: readonly string[];
  /** Who is in the application security groups that the rules name. */
  readonly members: NamedMembers;
}

/** A network security group, as all interfaces that have it share it. */
export interface GroupPlace {
  readonly rules: Layers['subnet'];
  readonly doubts: readonly string[];
  /** As of a network. */
  readonly members: NamedMembers;
}

/** A subnet, as all interfaces in it share it. */
export interface SubnetPlaceFacts {
  readonly id: string;
  readonly network: NetworkPlace;
  readonly group: Layers['subnet'];
  /** Of private endpoints, which rules may pass over. */
  readonly groupForPrivateEndpoints: Layers['subnet'];
  readonly addresses: AddressSet;
  /** What the tag `VirtualNetwork` surely and possibly means in it; the same object twice where that is known. */
  readonly tag: { readonly sure: AddressSet; readonly possible: AddressSet };
  readonly tagDoubts: readonly string[];
  readonly layerDoubts: readonly string[];
  /** As of a network. */
  readonly members: NamedMembers;
  /** Of what it sends to the Internet; more than one where parts of that go different ways. */
  readonly defaultRoutes: readonly DefaultRoute[];
}

export interface NetworkPlaces {
  networkOf(reader: Reader, id: string): NetworkPlace;
  subnetOf(reader: Reader, id: string): SubnetPlaceFacts;
  /** Null: there is none. */
  groupOf(reader: Reader, id: string | null): GroupPlace;
}

export function createNetworkPlaces(table: RowTable, knowledge: NetworkKnowledge, members: GroupMembers): NetworkPlaces {
  const groups: Formula<GroupPlace> = {
    name: 'group',
    compute: (reader, id) => computeGroup({ table, knowledge, reader }, members, id),
    isSame: isSamePlace,
  };
  const networks: Formula<NetworkPlace> = {
    name: 'network',
    compute: (reader, id) => computeNetwork({ table, knowledge, reader }, members, id),
    isSame: isSamePlace,
  };
  const subnets: Formula<SubnetPlaceFacts> = {
    name: 'subnet',
    compute: (reader, id) => computeSubnet({ table, knowledge, reader }, places, id),
    isSame: isSamePlace,
  };
  const places: NetworkPlaces = {
    networkOf: (reader, id) => reader.read(networks, id),
    subnetOf: (reader, id) => reader.read(subnets, id),
    groupOf: (reader, id) => (id === null ? noGroup : reader.read(groups, id)),
  };
  return places;
}

function computeNetwork(sources: PlaceSources, members: GroupMembers, id: string): NetworkPlace {
  const found = sources.table.find(sources.reader, 'microsoft.network/virtualnetworks', id);
  const admin = adminRulesOf(sources, id);
  const named = membersNamedBy(members, sources.reader, [admin.rules]);
  if (found.kind !== 'row') return unknownNetwork(id, found, admin, named);
  const own = sources.knowledge.read(found.record.prefixes);
  const peers = sources.knowledge.read(found.record.peerings.filter(({ isConnected }) => isConnected).flatMap(({ prefixes }) => prefixes));
  const premises = premisesOf(sources, found.record);
  const doubts = [
    ...found.record.problems.map((problem) => `${found.record.name}: ${problem}`),
    ...[...own.unreadable, ...peers.unreadable].map((text) => `${found.record.name} holds "${text}", which is no address prefix`),
    ...premises.doubts,
  ];
  const near = uniteAddresses(own.addresses, peers.addresses);
  const inside = isNarrow(premises.addresses) ? uniteAddresses(near, premises.addresses) : near;
  return {
    id,
    row: found.record,
    isOurs: true,
    admin: adminRulesBeside(admin.rules, found.record.exemptServices),
    adminOfPlatform: adminRulesOfPlatform(admin.rules),
    tag: sources.knowledge.same(uniteAddresses(near, premises.addresses)),
    universe: sources.knowledge.same(subtractAddresses(publicAddresses, inside)),
    tagDoubts: doubts,
    layerDoubts: admin.doubts,
    members: named,
  };
}

function computeSubnet(sources: PlaceSources, places: NetworkPlaces, id: string): SubnetPlaceFacts {
  const network = places.networkOf(sources.reader, parentOf(id));
  const row = network.row?.subnets.get(id);
  if (row === undefined) return unknownSubnet(id, network);
  const group = places.groupOf(sources.reader, row.group);
  const routes = routesOf(sources, row);
  const problems = row.problems.map((problem) => `the subnet ${row.name}: ${problem}`);
  const rules = problems.length > 0 ? 'unknown' : group.rules;
  const doubts = [...network.tagDoubts, ...routes.doubts, ...problems];
  const { addresses, unreadable } = sources.knowledge.read(row.prefixes);
  return {
    id,
    network,
    group: rules,
    groupForPrivateEndpoints: row.hasRulesForPrivateEndpoints || row.problems.length > 0 ? rules : null,
    addresses: unreadable.length > 0 ? noAddresses : addresses,
    tag: tagOf(sources.knowledge.same(uniteAddresses(network.tag, routes.addresses)), doubts.length > 0),
    tagDoubts: doubts,
    layerDoubts: [...network.layerDoubts, ...group.doubts, ...problems],
    members: group.members,
    defaultRoutes: routes.defaultRoutes,
  };
}

function routesOf(sources: PlaceSources, subnet: SubnetRow): Routes {
  if (subnet.routeTable === null) return { ...noRoutes, defaultRoutes: [routeTo(subnet.id, 'Default')] };
  const found = sources.table.find(sources.reader, 'microsoft.network/routetables', subnet.routeTable);
  if (found.kind !== 'row')
    return {
      ...noRoutes,
      doubts: [`${lastNameOf(subnet.routeTable)} ${missing(found)}, so what its routes add to the tag VirtualNetwork is not known`],
      defaultRoutes: [routeTo(subnet.id, 'unknown')],
    };
  const { routes, problems } = found.record;
  const prefixes = routes.map(({ prefix }) => prefix).filter(isAddressPrefix);
  const narrow = sources.knowledge.read(prefixes.filter((prefix) => !prefix.endsWith('/0')));
  const name = lastNameOf(subnet.routeTable);
  return {
    addresses: narrow.addresses,
    doubts: [
      ...[...problems, ...narrow.unreadable.map((text) => `"${text}" is no address prefix`)].map((problem) => `${name}: ${problem}`),
      ...(prefixes.some((prefix) => prefix.endsWith('/0')) ? [`the tag VirtualNetwork may hold the default route of ${name}`] : []),
    ],
    defaultRoutes: defaultRoutesOf(sources, subnet.id, routes, problems.length > 0),
  };
}

interface Routes {
  /** Without the default route, which Microsoft says the tag "might also contain". */
  readonly addresses: AddressSet;
  readonly doubts: readonly string[];
  readonly defaultRoutes: readonly DefaultRoute[];
}

const noTexts: readonly string[] = [];
const noRoutes = { addresses: noAddresses, doubts: noTexts };

const tags = new WeakMap<AddressSet, { readonly sure: AddressSet; readonly possible: AddressSet }>();
const doubtfulTags = new WeakMap<AddressSet, { readonly sure: AddressSet; readonly possible: AddressSet }>();

/** The same object for the same sets, which is what results are remembered by. */
function tagOf(sure: AddressSet, isDoubtful: boolean): { readonly sure: AddressSet; readonly possible: AddressSet } {
  const known = isDoubtful ? doubtfulTags : tags;
  const before = known.get(sure);
  if (before !== undefined) return before;
  const tag = { sure, possible: isDoubtful ? everyAddress : sure };
  known.set(sure, tag);
  return tag;
}

/** Prefixes may be service tags too; those hold no addresses of networks of ours. */
function isAddressPrefix(text: string): boolean {
  return /^[0-9a-f.:/]+$/i.test(text);
}

function isNarrow(addresses: AddressSet): boolean {
  return countAddresses(addresses).v4 <= 2 ** 24;
}

function routeTo(subnet: string, nextHop: string): DefaultRoute {
  return { subnet, nextHop, address: null, firewall: null };
}

const noGroup: GroupPlace = { rules: null, doubts: noTexts, members: [] };

function computeGroup({ table, reader }: PlaceSources, members: GroupMembers, id: string): GroupPlace {
  const found = table.find(reader, 'microsoft.network/networksecuritygroups', id);
  if (found.kind === 'row') return { rules: found.record, doubts: noTexts, members: membersNamedBy(members, reader, [found.record]) };
  return { rules: 'unknown', doubts: [`the rules of ${lastNameOf(id)} are not known: it ${missing(found)}`], members: noGroup.members };
}

function unknownNetwork(
  id: string,
  found: Exclude<Found<unknown>, { kind: 'row' }>,
  { rules, doubts }: ReturnType<typeof adminRulesOf>,
  members: NamedMembers,
): NetworkPlace {
  const why = `the network ${lastNameOf(id)} ${missing(found)}`;
  return {
    id,
    row: null,
    isOurs: found.kind === 'absent' && found.gap === null ? false : null,
    admin: rules,
    adminOfPlatform: rules,
    tag: noAddresses,
    universe: publicAddresses,
    tagDoubts: [why],
    layerDoubts: [why, ...doubts],
    members,
  };
}

function unknownSubnet(id: string, network: NetworkPlace): SubnetPlaceFacts {
  const why = network.row === null ? [] : [`the subnet ${lastNameOf(id)} is not in the network ${network.row.name}`];
  return {
    id,
    network,
    group: 'unknown',
    groupForPrivateEndpoints: 'unknown',
    addresses: noAddresses,
    tag: tagOf(network.tag, true),
    tagDoubts: [...network.tagDoubts, ...why],
    layerDoubts: [...network.layerDoubts, ...why],
    members: noGroup.members,
    defaultRoutes: [routeTo(id, 'unknown')],
  };
}
