import type { Arrival } from './arrivals.ts';
import { arrivalsOverBalancers } from './balancer-arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { arrivalsFromFirewalls } from './firewall-arrivals.ts';
import { arrivalsFromGateways } from './gateway-arrivals.ts';
import { namedSendersTo } from './named-senders.ts';
import type { NetworkWorld } from './network-world.ts';
import { normalAddress, singleAddresses } from './row-index.ts';
import type { Follow, Path, Target } from './targets.ts';

export const follow: Follow = { privateAddress: arrivalsAtAddress, publicAddress: arrivalsAtPublicAddress };

/** What is sent to a frontend that has a private address. */
function arrivalsAtAddress(world: NetworkWorld, reader: Reader, address: string, network: string | null, path: Path): readonly Arrival[] {
  const here = `${network ?? ''} ${normalAddress(address)}`;
  if (path.includes(here)) return [];
  const target = { addresses: [normalAddress(address)], network, isPublic: false };
  return arrivalsAtTarget(
    world,
    reader,
    { ...target, ...noConfiguration, path: [...path, here] },
    namersOf(world, reader, target.addresses),
  );
}

/** What gateways of ours send to a public address of ours, as strangers of it. */
function arrivalsAtPublicAddress(world: NetworkWorld, reader: Reader, address: string, path: Path): readonly Arrival[] {
  const here = normalAddress(address);
  if (path.includes(here)) return [];
  const target = { addresses: [here], network: null, isPublic: true };
  return arrivalsAtTarget(
    world,
    reader,
    { ...target, ...noConfiguration, path: [...path, here] },
    namersOf(world, reader, target.addresses),
  );
}

const noConfiguration = { configuration: null, pools: [] };

/** What is handed to the configuration, by whatever names it. */
export function arrivalsFromSenders(world: NetworkWorld, reader: Reader, standing: Standing): readonly Arrival[] {
  const { configuration, key, place } = standing;
  const addresses = configuration.addresses === null ? nothing : singles(configuration.addresses);
  const namers = [...standing.namers, ...namersOf(world, reader, addresses)];
  const target = {
    addresses,
    network: place.network.id,
    configuration: key,
    pools: configuration.gatewayPools,
    isPublic: false,
    path: nothing,
  };
  const overBalancers = arrivalsOverBalancers(world, reader, standing, namers, follow);
  const sent = arrivalsAtTarget(world, reader, target, namers);
  return overBalancers.length === 0 ? sent : [...overBalancers, ...sent];
}

const nothing: readonly string[] = [];

function singles(texts: readonly string[]): readonly string[] {
  const [first = ''] = texts;
  return texts.length === 1 && !first.includes('/') && !first.includes(':') ? texts : texts.flatMap(singleAddresses);
}

/** Ids of rows of every type that name one of the addresses: mostly none. */
function namersOf({ table }: NetworkWorld, reader: Reader, addresses: readonly string[]): readonly string[] {
  return addresses.flatMap((address) => table.idsBy(reader, `to:${address}`));
}

function arrivalsAtTarget(
  world: NetworkWorld,
  reader: Reader,
  target: Omit<Target, 'namers' | 'follow'>,
  naming: readonly string[],
): readonly Arrival[] {
  const named = namedSendersTo(world, reader, target);
  if (target.pools.length + naming.length + named.length === 0) return nobody;
  const whole: Target = { ...target, namers: [...naming, ...named], follow };
  return [...arrivalsFromGateways(world, reader, whole), ...arrivalsFromFirewalls(world, reader, whole)];
}

const nobody: readonly Arrival[] = [];
