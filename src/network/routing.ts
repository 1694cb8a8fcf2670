import { addressSetOf, isEmptyAddresses, isWithinAddresses } from './address-set.ts';
import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';

/** Whether what is sent from a network to a private address comes to the one in this network. Null: not known where, or in a hub of a virtual WAN. */
export type Route = 'yes' | 'no' | 'perhaps';

/**
 * The same addresses are used in many networks. What a network or a peer of it holds is taken for that; what lies further (hubs, appliances that
 * forward) is taken for the only one that has the address, where there is but one.
 */
export function routeTo(world: NetworkWorld, reader: Reader, from: string | null, address: string, to: string | null): Route {
  if (to === null) return 'perhaps';
  if (from === to) return 'yes';
  const origin = from === null ? null : world.places.networkOf(reader, from).row;
  const target = addressSetOf([address]);
  if (origin === null || target === null || isEmptyAddresses(target)) return onlyOneHas(world, reader, address);
  const holds = (prefixes: readonly string[]): boolean => isWithinAddresses(target, world.knowledge.read(prefixes).addresses);
  if (holds(origin.prefixes)) return 'no';
  const holders = origin.peerings.filter(({ isConnected, prefixes }) => isConnected && holds(prefixes));
  if (holders.some(({ remote }) => remote === to)) return 'yes';
  // A hub of a virtual WAN is a peer that holds no addresses of servers, but passes on to networks that are no peers.
  return holders.length > 0 && origin.problems.length === 0 ? 'no' : onlyOneHas(world, reader, address);
}

/** Frontends of balancers hold addresses too. */
function onlyOneHas({ table }: NetworkWorld, reader: Reader, address: string): Route {
  const interfaces = table.findBy(reader, 'microsoft.network/networkinterfaces', `holds:${address}`).length;
  const balancers = table.findBy(reader, 'microsoft.network/loadbalancers', `front:${address}`).length;
  const gateways = table.findBy(reader, 'microsoft.network/applicationgateways', `front:${address}`).length;
  return interfaces + balancers + gateways > 1 ? 'perhaps' : 'yes';
}

/** Networks that a network's gateways can send to as neighbours: itself and its peers. */
export function isNear(world: NetworkWorld, reader: Reader, from: string | null, to: string | null): boolean {
  if (from === null || to === null || from === to) return true;
  const { row } = world.places.networkOf(reader, from);
  return row === null || row.peerings.some(({ isConnected, remote }) => isConnected && remote === to);
}
