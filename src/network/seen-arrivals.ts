import type { Arrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { instancesSentTo } from './model-instances.ts';
import type { NetworkWorld } from './network-world.ts';
import { arrivalsAtOwnAddress } from './own-addresses.ts';
import { arrivalsFromSenders, follow } from './senders.ts';

/** Ways that rows tell. */
export function seenArrivals(world: NetworkWorld, reader: Reader, standing: Standing): readonly Arrival[] {
  const instances = instancesSentTo(world, reader, standing);
  const own = arrivalsAtOwnAddress(world, reader, standing.own, follow);
  const handedOn = arrivalsFromSenders(world, reader, standing);
  if (instances === null) return own.length === 0 ? handedOn : [...own, ...handedOn];
  return [...own, ...handedOn, ...arrivalsFromSenders(world, reader, instances).map(asPossible)];
}

function asPossible(arrival: Arrival): Arrival {
  const { id, rule } = arrival.gate;
  const way = [id.slice(id.lastIndexOf('/') + 1), ...(rule === null ? [] : [rule])].join('/');
  return { ...arrival, doubts: [...arrival.doubts, `${way} sends to an address that an instance of the scale set may have`] };
}
