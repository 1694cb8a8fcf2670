import type { AddressSet } from './address-set.ts';
import { missing, type PlaceSources } from './place-sources.ts';
import { lastNameOf } from './row-reading.ts';
import { subscriptionOf } from './row-table.ts';
import type { PeeringRow, VirtualNetworkRow } from './virtual-network-rows.ts';

/** What lies behind the gateways that a network has or uses. What they learn by BGP no row says; it may be a default route. */
export function premisesOf(
  sources: PlaceSources,
  network: VirtualNetworkRow,
): { readonly addresses: AddressSet; readonly doubts: readonly string[] } {
  const remote = network.peerings.filter(usesGateways).flatMap((peering) => peering.remote ?? []);
  const doubts: string[] = [];
  const prefixes = [network.id, ...remote].flatMap((id) => prefixesBehind(sources, id, doubts));
  for (const id of remote) noteUnseenGateways(sources, id, doubts);
  for (const id of [network.id, ...remote]) noteRouteServer(sources, id, doubts);
  const { addresses, unreadable } = sources.knowledge.read(prefixes);
  return { addresses, doubts: [...doubts, ...unreadable.map((text) => `"${text}" is no address prefix`)] };
}

/** Those of others, and of hubs of a virtual WAN, which often hand on a default route. */
function noteUnseenGateways({ table, reader }: PlaceSources, network: string, doubts: string[]): void {
  if (table.findBy(reader, 'microsoft.network/virtualnetworkgateways', `in:${network}`).length > 0) return;
  doubts.push(
    `the tag VirtualNetwork may hold what gateways of ${lastNameOf(network)} learnt, which are not among the resources that we see`,
  );
}

function noteRouteServer({ table, reader }: PlaceSources, network: string, doubts: string[]): void {
  const found = table.find(reader, 'microsoft.network/virtualnetworks', network);
  if (found.kind === 'row' && found.record.subnets.has(`${network}/subnets/routeserversubnet`))
    doubts.push(`the tag VirtualNetwork may hold a default route that the Route Server of ${lastNameOf(network)} learnt by BGP`);
}

function prefixesBehind(sources: PlaceSources, network: string, doubts: string[]): readonly string[] {
  const subscriptions = [subscriptionOf(network)];
  for (const type of ['microsoft.network/virtualnetworkgateways', 'microsoft.network/connections'] as const) {
    const gap = sources.table.gapIn(sources.reader, type, subscriptions);
    if (gap !== null) doubts.push(gap);
  }
  for (const [id, why] of sources.table.unreadableOf(sources.reader, 'microsoft.network/virtualnetworkgateways'))
    if (subscriptionOf(id) === subscriptionOf(network)) doubts.push(`${lastNameOf(id)} could not be read: ${why}`);
  return sources.table.findBy(sources.reader, 'microsoft.network/virtualnetworkgateways', `in:${network}`).flatMap(([id, gateway]) => {
    doubts.push(...gateway.problems.map((problem) => `${lastNameOf(id)}: ${problem}`));
    if (gateway.kind === 'express-route') doubts.push(learningText(id));
    return [...gateway.clientPrefixes, ...prefixesOfConnections(sources, id, doubts)];
  });
}

function prefixesOfConnections(sources: PlaceSources, gateway: string, doubts: string[]): readonly string[] {
  for (const [id, why] of sources.table.unreadableOf(sources.reader, 'microsoft.network/connections'))
    if (subscriptionOf(id) === subscriptionOf(gateway)) doubts.push(`${lastNameOf(id)} could not be read: ${why}`);
  return sources.table.findBy(sources.reader, 'microsoft.network/connections', `ends:${gateway}`).flatMap(([, connection]) => {
    if (connection.learnsRoutes) doubts.push(learningText(gateway));
    const others = connection.gateways.filter((other) => other !== gateway);
    return [
      ...prefixesOfLocal(sources, connection.localGateway, doubts),
      ...others.flatMap((other) => prefixesOfOther(sources, other, doubts)),
    ];
  });
}

function learningText(gateway: string): string {
  return `the tag VirtualNetwork may hold a default route that ${lastNameOf(gateway)} learnt by BGP`;
}

function prefixesOfLocal(sources: PlaceSources, id: string | null, doubts: string[]): readonly string[] {
  if (id === null) return [];
  const found = sources.table.find(sources.reader, 'microsoft.network/localnetworkgateways', id);
  if (found.kind === 'row') return found.record.prefixes;
  doubts.push(`${lastNameOf(id)} ${missing(found)}, so what lies behind it is not known`);
  return [];
}

/** A connection between two networks of Azure. */
function prefixesOfOther(sources: PlaceSources, id: string, doubts: string[]): readonly string[] {
  const found = sources.table.find(sources.reader, 'microsoft.network/virtualnetworkgateways', id);
  if (found.kind !== 'row') {
    doubts.push(`${lastNameOf(id)} ${missing(found)}, so what lies behind it is not known`);
    return [];
  }
  return found.record.networks.flatMap((network) => {
    const row = sources.table.find(sources.reader, 'microsoft.network/virtualnetworks', network);
    if (row.kind === 'row') return row.record.prefixes;
    doubts.push(`${lastNameOf(network)} ${missing(row)}, so what lies behind ${lastNameOf(id)} is not known`);
    return [];
  });
}

function usesGateways({ usesRemoteGateways, isConnected }: PeeringRow): boolean {
  return usesRemoteGateways && isConnected;
}
