import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';
import { isNear, routeTo } from './routing.ts';
import { placeOfName } from './target-names.ts';
import type { Target } from './targets.ts';

/** Whether what is sent to an address or a name comes to the target. */
export type Sending = 'yes' | 'no' | { readonly doubt: string };

export function sendingBy(
  world: NetworkWorld,
  reader: Reader,
  from: string | null,
  addresses: readonly string[],
  target: Target,
  sender: string,
): Sending {
  if (target.isPublic) return addresses.length > 0 ? 'yes' : 'no';
  const routes = addresses.map((address) => routeTo(world, reader, from, address, target.network));
  if (routes.includes('yes')) return 'yes';
  return routes.includes('perhaps')
    ? { doubt: `which of the networks with ${addresses.join(', ')} ${sender} sends to is not known` }
    : 'no';
}

/** A name that nobody can resolve may stand for anything near. */
export function sendingByNames(
  world: NetworkWorld,
  reader: Reader,
  from: string | null,
  names: readonly string[],
  target: Target,
  sender: string,
): Sending {
  const unknown: string[] = [];
  for (const name of names) {
    const place = placeOfName(world, reader, name);
    if (place.kind === 'unknown') unknown.push(name);
    if (place.kind !== 'addresses') continue;
    const sending = sendingBy(
      world,
      reader,
      from,
      place.addresses.filter((address) => target.addresses.includes(address)),
      target,
      sender,
    );
    if (sending !== 'no') return sending;
  }
  if (unknown.length === 0 || target.isPublic || !isNear(world, reader, from, target.network)) return 'no';
  return { doubt: `${sender} sends to ${unknown.join(', ')}, and where that name leads is not known` };
}
