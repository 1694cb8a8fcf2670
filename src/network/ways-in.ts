import type { Arrival } from './arrivals.ts';
import { arrivalsOverBalancers } from './balancer-arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { instancesSentTo } from './model-instances.ts';
import type { NetworkWorld } from './network-world.ts';
import { arrivalsAtOwnAddress } from './own-addresses.ts';
import { arrivalsFromSenders, follow } from './senders.ts';
import { unseenArrivals } from './unseen-arrivals.ts';

/** All ways on which something from the Internet comes to stand before an IP configuration, and those that there may be. */
export function arrivalsAtConfiguration(world: NetworkWorld, reader: Reader, standing: Standing): readonly Arrival[] {
  const instances = instancesSentTo(world, reader, standing);
  return [
    ...arrivalsAtOwnAddress(world, reader, standing.owner, standing.configuration, follow),
    ...arrivalsHandedOn(world, reader, standing),
    ...(instances === null ? [] : arrivalsHandedOn(world, reader, instances).map(asPossible)),
    ...unseenArrivals(world, reader, standing),
  ];
}

function arrivalsHandedOn(world: NetworkWorld, reader: Reader, standing: Standing): readonly Arrival[] {
  return [...arrivalsOverBalancers(world, reader, standing, follow), ...arrivalsFromSenders(world, reader, standing)];
}

function asPossible(arrival: Arrival): Arrival {
  const way = [
    arrival.gate.id.slice(arrival.gate.id.lastIndexOf('/') + 1),
    ...(arrival.gate.rule === null ? [] : [arrival.gate.rule]),
  ].join('/');
  return { ...arrival, doubts: [...arrival.doubts, `${way} sends to an address that an instance of the scale set may have`] };
}
