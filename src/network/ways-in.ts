import type { Arrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';
import { arrivalsAtOwnAddress } from './own-addresses.ts';

/** All ways on which something from the Internet comes to stand before an IP configuration. */
export function arrivalsAtConfiguration(world: NetworkWorld, reader: Reader, { owner, configuration }: Standing): readonly Arrival[] {
  return arrivalsAtOwnAddress(world, reader, owner, configuration);
}
