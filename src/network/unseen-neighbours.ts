import { standingOf } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { judgeArrival } from './doors.ts';
import type { InterfaceRow } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { missing } from './place-sources.ts';
import { lastNameOf } from './row-reading.ts';
import { seenArrivals } from './seen-arrivals.ts';
import type { VirtualNetworkRow } from './virtual-network-rows.ts';

/** Something near that may send strangers on, from these addresses. */
export interface Neighbour {
  readonly id: string;
  readonly prefixes: readonly string[];
  /** It may leave the strangers' own addresses. */
  readonly mayKeepSource: boolean;
  readonly why: string;
}

/** Connected networks that are not seen: a firewall or gateway there may let strangers in and send them on. */
export function unseenPeers({ table }: NetworkWorld, reader: Reader, network: VirtualNetworkRow): readonly Neighbour[] {
  return network.peerings.flatMap(({ remote, isConnected, prefixes }) => {
    if (!isConnected || remote === null) return [];
    const found = table.find(reader, 'microsoft.network/virtualnetworks', remote);
    if (found.kind === 'row') return [];
    const why = `the connected network ${lastNameOf(remote)} ${missing(found)}, and what it sends on is not known`;
    return [{ id: remote, prefixes, mayKeepSource: false, why }];
  });
}

/** Machines that forward, and that strangers can reach. What they do with it no row tells. */
export function appliancesIn(world: NetworkWorld, reader: Reader, networks: readonly string[]): readonly Neighbour[] {
  return networks
    .flatMap((network) => world.table.findBy(reader, 'microsoft.network/networkinterfaces', `forwards-in:${network}`))
    .filter(([, row]) => isReached(world, reader, row))
    .map(([id, { configurations }]) => ({
      id,
      prefixes: configurations.flatMap(({ addresses }) => addresses ?? []),
      mayKeepSource: true,
      why: `${lastNameOf(id)} forwards, strangers can reach it, and what it sends on is not known`,
    }));
}

function isReached(world: NetworkWorld, reader: Reader, row: InterfaceRow): boolean {
  const standings = row.configurations.flatMap((one) => standingOf(world, reader, row, one, false) ?? []);
  return standings.some((standing) =>
    seenArrivals(world, reader, standing).some((arrival) => {
      const { sure, unsure } = judgeArrival(standing.door, arrival, world.references);
      return sure.length + unsure.length > 0;
    }),
  );
}
