import type { PublicAddress } from '../domain/exposure.ts';
import { type Arrival, arrivalAt, type Gate } from './arrivals.ts';
import type { Reader } from './dependency-graph.ts';
import { configurationKeyOf, type InterfaceRow, type IpConfiguration, type OwnPublicAddress } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { type AddressSku, skuOf } from './public-address-rows.ts';
import type { Follow } from './targets.ts';

/** What comes in at a public address of the configuration's own. */
export function arrivalsAtOwnAddress(world: NetworkWorld, reader: Reader, own: OwnAddress | null, follow: Follow): readonly Arrival[] {
  if (own === null) return nobody;
  const gate: Gate = {
    kind: 'public-ip',
    id: own.id,
    rule: null,
    addresses: own.address === null ? [] : [own.address],
    isProtected: false,
  };
  const needsGroup = needsGroupOf(own.sku);
  const sent = own.address === null ? [] : follow.publicAddress(world, reader, own.address, []);
  return [{ ...arrivalAt(gate), needsGroup }, ...sent.map((arrival) => ({ ...arrival, needsGroup }))];
}

const nobody: readonly Arrival[] = [];

function needsGroupOf(sku: AddressSku): Arrival['needsGroup'] {
  return sku === 'standard' ? 'yes' : sku === 'basic' ? 'no' : 'unknown';
}

export interface OwnAddress extends PublicAddress {
  readonly sku: AddressSku;
}

/**
 * The public address of the configuration, or what each instance of a scale set gets: as the interface says, else as the address itself says, since the
 * two rows are not indexed at the same moment. `namers`: ids of rows that name the configuration.
 */
export function ownAddressOf(
  { table }: NetworkWorld,
  reader: Reader,
  owner: InterfaceRow,
  { publicAddress }: IpConfiguration,
  namers: readonly string[],
): OwnAddress | null {
  const id = publicAddress === null ? namers.find((one) => table.has(addresses, one)) : idOf(owner, publicAddress);
  if (id === undefined) return null;
  if (publicAddress?.kind === 'model') return { id, address: null, sku: skuOf(publicAddress.sku) };
  const found = table.find(reader, addresses, id);
  return found.kind === 'row' ? { id, address: found.record.address, sku: found.record.sku } : { id, address: null, sku: 'unknown' };
}

const addresses = 'microsoft.network/publicipaddresses';

function idOf(owner: InterfaceRow, publicAddress: OwnPublicAddress): string {
  return publicAddress.kind === 'resource' ? publicAddress.id : `${owner.machine ?? owner.id}/publicipaddresses/${publicAddress.name}`;
}

/** Of a configuration that nobody stands at. */
export function ownAddressAt(world: NetworkWorld, reader: Reader, owner: InterfaceRow, configuration: IpConfiguration): OwnAddress | null {
  const namers = world.table.idsBy(reader, configurationKeyOf(owner, configuration));
  return ownAddressOf(world, reader, owner, configuration, namers);
}

/** Public addresses of an interface, or those that each instance of a scale set gets. */
export function publicAddressesOf(world: NetworkWorld, reader: Reader, owner: InterfaceRow): readonly PublicAddress[] {
  return owner.configurations.flatMap((configuration) => {
    const own = ownAddressAt(world, reader, owner, configuration);
    return own === null ? [] : [plainAddress(own)];
  });
}

export function plainAddress({ id, address }: OwnAddress): PublicAddress {
  return { id, address };
}
