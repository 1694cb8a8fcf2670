import { standingOf } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { judgeArrival } from './doors.ts';
import type { InterfaceRow } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { lastNameOf } from './row-reading.ts';
import { seenArrivals } from './seen-arrivals.ts';

/** Something near that may send strangers on, from these addresses. */
export interface Neighbour {
  readonly id: string;
  readonly prefixes: readonly string[];
  /** It may leave the strangers' own addresses. */
  readonly mayKeepSource: boolean;
  readonly why: string;
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
