import type { Arrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { arrivalsFromFirewalls } from './firewall-arrivals.ts';
import { arrivalsFromGateways } from './gateway-arrivals.ts';
import { configurationKey } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { normalAddress, singleAddresses } from './row-index.ts';
import type { Follow, Path, Target } from './targets.ts';

export const follow: Follow = { privateAddress: arrivalsAtAddress, publicAddress: arrivalsAtPublicAddress };

/** What is sent to a frontend that has a private address. */
function arrivalsAtAddress(world: NetworkWorld, reader: Reader, address: string, network: string | null, path: Path): readonly Arrival[] {
  const here = `${network ?? ''} ${normalAddress(address)}`;
  if (path.includes(here)) return [];
  return arrivalsAtTarget(world, reader, {
    addresses: [normalAddress(address)],
    network,
    configuration: null,
    pools: [],
    isPublic: false,
    path: [...path, here],
    follow,
  });
}

/** What gateways of ours send to a public address of ours, as strangers of it. */
function arrivalsAtPublicAddress(world: NetworkWorld, reader: Reader, address: string, path: Path): readonly Arrival[] {
  const here = normalAddress(address);
  if (path.includes(here)) return [];
  const nowhere = { network: null, configuration: null, pools: [] };
  return arrivalsAtTarget(world, reader, { ...nowhere, addresses: [here], isPublic: true, path: [...path, here], follow });
}

export function arrivalsFromSenders(world: NetworkWorld, reader: Reader, { configuration, place }: Standing): readonly Arrival[] {
  return arrivalsAtTarget(world, reader, {
    addresses: (configuration.addresses ?? []).flatMap(singleAddresses),
    network: place.network.id,
    configuration: configurationKey(configuration.id),
    pools: configuration.gatewayPools,
    isPublic: false,
    path: [],
    follow,
  });
}

function arrivalsAtTarget(world: NetworkWorld, reader: Reader, target: Target): readonly Arrival[] {
  return [...arrivalsFromGateways(world, reader, target), ...arrivalsFromFirewalls(world, reader, target)];
}
