import { addressSetOf, isEmptyAddresses, isWithinAddresses } from './address-set.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';
import { normalAddress } from './row-index.ts';

/**
 * Instances of a scale set have addresses in its subnet that no row tells. What gateways, firewalls and balancers send to such an address that no
 * interface is known to have may be sent to one of them: the configuration as if it had these. Null where there is none.
 */
export function instancesSentTo(world: NetworkWorld, reader: Reader, standing: Standing): Standing | null {
  if (!standing.isModel) return null;
  const { place, configuration } = standing;
  const candidates = addressesSentTo(world, reader).filter((address) => {
    const set = addressSetOf([address]);
    if (set === null || isEmptyAddresses(set)) return false;
    return isEmptyAddresses(place.addresses) || (isWithinAddresses(set, place.addresses) && !isHeld(world, reader, address));
  });
  if (candidates.length === 0) return null;
  const nothingElse = { pools: [], natRules: [], natPools: [], gatewayPools: [], publicAddress: null };
  return { ...standing, key: '', namers: [], own: null, configuration: { ...configuration, ...nothingElse, addresses: candidates } };
}

function addressesSentTo({ table }: NetworkWorld, reader: Reader): readonly string[] {
  const balancers = table.findBy(reader, 'microsoft.network/loadbalancers', 'sends');
  const gateways = table.findBy(reader, 'microsoft.network/applicationgateways', 'sends');
  const firewalls = table.findBy(reader, 'microsoft.network/azurefirewalls', 'sends');
  const groups = table.findBy(reader, 'microsoft.network/firewallpolicies/rulecollectiongroups', 'sends');
  const addresses = [
    ...balancers.flatMap(([, { members }]) => members.flatMap(({ address }) => address ?? [])),
    ...gateways.flatMap(([, { pools }]) => [...pools.values()].flatMap((pool) => pool.addresses)),
    ...[...firewalls, ...groups].flatMap(([, { translations }]) => translations.flatMap(({ address }) => address ?? [])),
  ];
  return [...new Set(addresses.map(normalAddress))].sort();
}

function isHeld({ table }: NetworkWorld, reader: Reader, address: string): boolean {
  const holders = table.findBy(reader, 'microsoft.network/networkinterfaces', `holds:${address}`);
  const fronts = table.findBy(reader, 'microsoft.network/loadbalancers', `front:${address}`);
  return holders.length + fronts.length > 0;
}
