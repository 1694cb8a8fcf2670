import type { Arrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';
import { seenArrivals } from './seen-arrivals.ts';
import { unseenArrivals } from './unseen-arrivals.ts';

/** All ways on which something from the Internet comes to stand before an IP configuration, and those that there may be. */
export function arrivalsAtConfiguration(world: NetworkWorld, reader: Reader, standing: Standing): readonly Arrival[] {
  const seen = seenArrivals(world, reader, standing);
  const unseen = unseenArrivals(world, reader, standing);
  return unseen.length === 0 ? seen : [...seen, ...unseen];
}
