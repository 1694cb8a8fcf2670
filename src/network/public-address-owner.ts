import { resourceFromId } from '../domain/resource-id.ts';
import type { Reader } from './dependency-graph.ts';
import { isNetworkType, type NetworkType } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import type { PublicAddressRow } from './public-address-rows.ts';

export interface AddressOwner {
  readonly owner: string | null;
  /** Null: none that the model reads. */
  readonly type: NetworkType | null;
}

const ownerTypes = [
  'microsoft.network/networkinterfaces',
  'microsoft.network/loadbalancers',
  'microsoft.network/applicationgateways',
  'microsoft.network/azurefirewalls',
  'microsoft.network/bastionhosts',
  'microsoft.network/virtualnetworkgateways',
  'microsoft.network/natgateways',
] as const satisfies readonly NetworkType[];

/** What its own row says, else who names it. */
export function ownerOfPublicAddress(world: NetworkWorld, reader: Reader, address: PublicAddressRow): AddressOwner {
  const { configuration, natGateway, id } = address;
  const own = configuration === null ? natGateway : resourceWith(configuration);
  if (own !== null) return { owner: own, type: typeOfId(own) };
  for (const type of ownerTypes) {
    const owner = world.table.findBy(reader, type, `uses:${id}`)[0]?.[0];
    if (owner !== undefined) return { owner, type };
  }
  return { owner: null, type: null };
}

const scaleSetsPart = '/virtualmachinescalesets/';

/** `.../networkinterfaces/a/ipconfigurations/b` -> the interface; of an instance of a scale set, the scale set. */
export function resourceWith(configuration: string): string {
  const [, scaleSet] = configuration.includes(scaleSetsPart) ? (/^(.*\/virtualmachinescalesets\/[^/]+)\//.exec(configuration) ?? []) : [];
  if (scaleSet !== undefined) return scaleSet;
  const [, resource] = /^(.*\/providers\/[^/]+\/[^/]+\/[^/]+)(?:\/|$)/.exec(configuration) ?? [];
  return resource ?? configuration;
}

function typeOfId(id: string): NetworkType | null {
  const type = resourceFromId(id)?.type ?? '';
  return isNetworkType(type) ? type : null;
}
