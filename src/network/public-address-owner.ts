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
const providersPart = '/providers/';

/** `.../networkinterfaces/a/ipconfigurations/b` -> the interface; of an instance of a scale set, the scale set. */
export function resourceWith(configuration: string): string {
  const scaleSets = configuration.lastIndexOf(scaleSetsPart);
  const name = scaleSets === -1 ? nameWithin(configuration) : scaleSets + scaleSetsPart.length;
  const end = name === -1 ? -1 : configuration.indexOf('/', name);
  return end === -1 ? configuration : configuration.slice(0, end);
}

/** Where the name of the resource begins, behind its provider and type; -1: it is no id of one. */
function nameWithin(id: string): number {
  const provider = id.lastIndexOf(providersPart);
  const type = provider === -1 ? -1 : id.indexOf('/', provider + providersPart.length);
  const name = type === -1 ? -1 : id.indexOf('/', type + 1);
  return name === -1 ? -1 : name + 1;
}

function typeOfId(id: string): NetworkType | null {
  const type = resourceFromId(id)?.type ?? '';
  return isNetworkType(type) ? type : null;
}
