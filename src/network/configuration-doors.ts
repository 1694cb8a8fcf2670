import { type AddressSet, addressSetOf, noAddresses } from './address-set.ts';
import type { Reader } from './dependency-graph.ts';
import type { Door } from './doors.ts';
import { configurationKeyOf, type InterfaceRow, type IpConfiguration } from './interface-rows.ts';
import type { SubnetPlaceFacts } from './network-places.ts';
import type { NetworkWorld } from './network-world.ts';
import { type OwnAddress, ownAddressOf } from './own-addresses.ts';

/** One IP configuration of an interface, with the place where it stands. */
export interface Standing {
  readonly owner: InterfaceRow;
  readonly configuration: IpConfiguration;
  /** As the configuration is compared, and ids of rows of every type that name it so. */
  readonly key: string;
  readonly namers: readonly string[];
  readonly own: OwnAddress | null;
  readonly place: SubnetPlaceFacts;
  readonly door: Door;
  /** It is of a scale set's model: instances have addresses within the subnet. */
  readonly isModel: boolean;
}

const noGroups: ReadonlySet<string> = new Set();

/** Null where the configuration names no subnet. */
export function standingOf(
  world: NetworkWorld,
  reader: Reader,
  owner: InterfaceRow,
  configuration: IpConfiguration,
  isModel: boolean,
): Standing | null {
  if (configuration.subnet === null) return null;
  const place = world.places.subnetOf(reader, configuration.subnet);
  const own = world.places.groupOf(reader, owner.group);
  const groups = configuration.applicationGroups;
  const door: Door = {
    layers: {
      admin: owner.privateEndpoint === null ? place.network.admin : place.network.adminOfPlatform,
      subnet: owner.privateEndpoint === null ? place.group : place.groupForPrivateEndpoints,
      networkInterface: own.rules,
    },
    destination: {
      addresses: isModel ? place.addresses : addressesOf(configuration),
      groups: groups.length === 0 ? noGroups : new Set(groups),
    },
    virtualNetwork: place.tag,
    hasInterface: true,
    universe: place.network.universe,
    layerDoubts: own.doubts.length === 0 ? place.layerDoubts : [...place.layerDoubts, ...own.doubts],
    tagDoubts: place.tagDoubts,
  };
  const key = configurationKeyOf(owner, configuration);
  const namers = world.table.idsBy(reader, key);
  return { owner, configuration, key, namers, own: ownAddressOf(world, reader, owner, configuration, namers), place, door, isModel };
}

/** Not kept as the same object, as other sets are: hardly two interfaces have the same address. */
function addressesOf({ addresses }: IpConfiguration): AddressSet {
  return addressSetOf(addresses ?? []) ?? noAddresses;
}

/** Of a gateway that stands in a subnet of ours: its instances have no interfaces that we see. */
export function doorOfSubnet(world: NetworkWorld, reader: Reader, subnet: string): Door {
  const place = world.places.subnetOf(reader, subnet);
  return {
    layers: { admin: place.network.adminOfPlatform, subnet: place.group, networkInterface: null },
    destination: { addresses: place.addresses, groups: noGroups },
    virtualNetwork: place.tag,
    hasInterface: false,
    universe: place.network.universe,
    layerDoubts: place.layerDoubts,
    tagDoubts: place.tagDoubts,
  };
}
