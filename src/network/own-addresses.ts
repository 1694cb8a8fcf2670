import type { PublicAddress } from '../domain/exposure.ts';
import { type Arrival, arrivalAt, type Gate } from './arrivals.ts';
import type { Reader } from './dependency-graph.ts';
import { configurationKeyOf, type InterfaceRow, type IpConfiguration } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { type AddressSku, skuOf } from './public-address-rows.ts';
import type { Follow } from './targets.ts';

/** What comes in at a public address of the configuration's own. */
export function arrivalsAtOwnAddress(
  world: NetworkWorld,
  reader: Reader,
  owner: InterfaceRow,
  configuration: IpConfiguration,
  follow: Follow,
): readonly Arrival[] {
  const own = ownAddressOf(world, reader, owner, configuration);
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

/** Public addresses of an interface, or those that each instance of a scale set gets. */
export function publicAddressesOf(world: NetworkWorld, reader: Reader, owner: InterfaceRow): readonly PublicAddress[] {
  return owner.configurations.flatMap((configuration) => {
    const own = ownAddressOf(world, reader, owner, configuration);
    return own === null ? [] : [{ id: own.id, address: own.address }];
  });
}

interface OwnAddress extends PublicAddress {
  readonly sku: AddressSku;
}

/** As the interface says, else as the address itself says: the two rows are not indexed at the same moment. */
function ownAddressOf(world: NetworkWorld, reader: Reader, owner: InterfaceRow, configuration: IpConfiguration): OwnAddress | null {
  const { publicAddress } = configuration;
  if (publicAddress === null) {
    const [attached] = world.table.findBy(reader, 'microsoft.network/publicipaddresses', configurationKeyOf(owner, configuration));
    return attached === undefined ? null : { id: attached[0], address: attached[1].address, sku: attached[1].sku };
  }
  if (publicAddress.kind === 'model')
    return { id: `${owner.machine ?? owner.id}/publicipaddresses/${publicAddress.name}`, address: null, sku: skuOf(publicAddress.sku) };
  const found = world.table.find(reader, 'microsoft.network/publicipaddresses', publicAddress.id);
  return found.kind === 'row'
    ? { id: publicAddress.id, address: found.record.address, sku: found.record.sku }
    : { id: publicAddress.id, address: null, sku: 'unknown' };
}
