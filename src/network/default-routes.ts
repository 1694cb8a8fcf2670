import type { DefaultRoute } from '../domain/exposure.ts';
import {
  type AddressSet,
  addressSetOf,
  countAddresses,
  intersectAddresses,
  publicAddresses,
  subtractAddresses,
  uniteAddresses,
} from './address-set.ts';
import type { PlaceSources } from './place-sources.ts';
import type { RouteRow } from './virtual-network-rows.ts';

const firewalls = 'microsoft.network/azurefirewalls';

/**
 * Where what a subnet sends to the Internet goes: the longest prefix decides, so that two halves go before 0.0.0.0/0. Only what takes much of the
 * Internet is named (more than 2^24 addresses); more than one where parts of it go different ways.
 */
export function defaultRoutesOf(
  sources: PlaceSources,
  subnet: string,
  routes: readonly RouteRow[],
  hasProblems: boolean,
): readonly DefaultRoute[] {
  const ways = new Map<string, { readonly route: RouteRow; readonly addresses: AddressSet }>();
  let left = publicAddresses;
  for (const { route, addresses } of byLength(sources, routes, hasProblems)) {
    const key = `${route.nextHop.toLowerCase()} ${route.address ?? ''}`;
    const own = intersectAddresses(addresses, left);
    left = subtractAddresses(left, addresses);
    const way = ways.get(key);
    ways.set(key, { route, addresses: way === undefined ? own : uniteAddresses(way.addresses, own) });
  }
  return [...ways.values()].filter(({ addresses }) => isMuch(addresses)).map(({ route }) => routeBy(sources, subnet, route));
}

interface MeasuredRoute {
  readonly route: RouteRow;
  readonly addresses: AddressSet;
  readonly length: number;
}

/** Longest first; 0.0.0.0/0 last, which Azure sends to the Internet where nobody says anything. */
function byLength(sources: PlaceSources, routes: readonly RouteRow[], hasProblems: boolean): readonly MeasuredRoute[] {
  const rest = { prefix: '0.0.0.0/0', nextHop: hasProblems ? 'unknown' : 'Default', address: null };
  const all = [...routes.flatMap((route) => measure(sources, route)), { route: rest, length: -1, addresses: publicAddresses }];
  return all.toSorted((one, other) => other.length - one.length);
}

/** A service tag stands for prefixes that are mostly long; the one that stands for all of Azure is much, also where nobody says how much. */
function measure({ knowledge }: PlaceSources, route: RouteRow): readonly MeasuredRoute[] {
  if (/^[\d.]+(\/\d+)?$/.test(route.prefix)) {
    const { addresses, unreadable } = knowledge.read([route.prefix]);
    return unreadable.length > 0 ? [] : [{ route, addresses, length: Number(route.prefix.split('/')[1] ?? 32) }];
  }
  const addresses = knowledge.addressesOfTag(route.prefix);
  if (addresses !== null) return [{ route, addresses, length: 32 }];
  const isAzure = route.prefix.toLowerCase() === 'azurecloud';
  return isAzure ? [{ route: { ...route, nextHop: 'unknown', address: null }, addresses: someOfAzure, length: 32 }] : [];
}

const someOfAzure = addressSetOf(['20.0.0.0/7']) ?? publicAddresses;

function routeBy({ table, reader }: PlaceSources, subnet: string, { nextHop, address }: RouteRow): DefaultRoute {
  if (address === null) return { subnet, nextHop, address, firewall: null };
  const firewall = table.findBy(reader, firewalls, `firewall:${address}`)[0]?.[0] ?? null;
  const isHidden = firewall === null && (table.gapIn(reader, firewalls, null) !== null || table.unreadableOf(reader, firewalls).length > 0);
  return { subnet, nextHop: isHidden ? 'unknown' : nextHop, address, firewall };
}

function isMuch(addresses: AddressSet): boolean {
  return countAddresses(addresses).v4 > 2 ** 24;
}
