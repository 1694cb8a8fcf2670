import type { Reader } from './dependency-graph.ts';
import type { LoadBalancerRow } from './load-balancer-rows.ts';
import type { NetworkType } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { resourceWith } from './public-address-owner.ts';
import { normalAddress } from './row-index.ts';
import { lastNameOf } from './row-reading.ts';

const servers = [
  'microsoft.network/networkinterfaces',
  'microsoft.compute/virtualmachinescalesets',
] as const satisfies readonly NetworkType[];

/** Interfaces and scale sets behind a balancer, by what either side says. */
export function backendsOf(
  world: NetworkWorld,
  reader: Reader,
  balancer: LoadBalancerRow,
): { readonly subjects: readonly string[]; readonly unknown: readonly string[] } {
  const pools = new Set(balancer.rules.flatMap(({ id, pools: used }) => [id, ...used]));
  const joining = [...pools].flatMap((pool) => bySaying(world, reader, `in-pool:${pool}`));
  const configurations = [
    ...balancer.rules.flatMap(({ configuration }) => configuration ?? []),
    ...balancer.members.flatMap(({ configuration }) => configuration ?? []),
  ].map(resourceWith);
  const addresses = balancer.members.flatMap(({ address }) => (address === null ? [] : [normalAddress(address)]));
  const holding = addresses.flatMap((address) => bySaying(world, reader, `holds:${address}`));
  const lost = configurations.filter((id) => servers.every((type) => world.table.find(reader, type, id).kind !== 'row'));
  const unheld = addresses.filter((address) => bySaying(world, reader, `holds:${address}`).length === 0);
  return {
    subjects: [...new Set([...joining, ...configurations.filter((id) => !lost.includes(id)), ...holding])].sort(),
    unknown: [
      ...lost.map((id) => `what ${lastNameOf(id)} lets in is not known: it is not among the resources that we see`),
      ...unheld.map((address) => `what ${address} lets in is not known: no interface that we see has it`),
    ],
  };
}

function bySaying({ table }: NetworkWorld, reader: Reader, key: string): readonly string[] {
  return servers.flatMap((type) => table.findBy(reader, type, key).map(([id]) => id));
}
