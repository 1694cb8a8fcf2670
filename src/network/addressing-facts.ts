import type { Addressing } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import type { Reader } from './dependency-graph.ts';
import { machineOf } from './exposure-facts.ts';
import type { InterfaceRow } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { publicAddressesOf } from './own-addresses.ts';
import { ownerOfPublicAddress } from './public-address-owner.ts';
import type { PublicAddressRow } from './public-address-rows.ts';

/** Rests on own rows mostly, so that it stays the same while rules change. A fault where an address or a machine may be named unreadably. */
export function addressingOfInterfaces(
  world: NetworkWorld,
  reader: Reader,
  kind: 'interface' | 'scale-set',
  owners: readonly InterfaceRow[],
): { readonly fact: Addressing } | { readonly fault: Fault } {
  const problems = owners.flatMap((owner) => owner.problems);
  if (problems.length > 0) return { fault: { code: 'malformed', message: problems.join('; ') } };
  const machines = owners.map((owner) => machineOf(world, reader, owner));
  const machine = machines.find((one) => one !== null) ?? null;
  const publicAddresses = owners.flatMap((owner) => publicAddressesOf(world, reader, owner));
  return { fact: { kind, machine, publicAddresses, owner: null } };
}

/** A fault where the owner would be judged itself and has no row. */
export function addressingOfPublicAddress(
  world: NetworkWorld,
  reader: Reader,
  address: PublicAddressRow,
): { readonly fact: Addressing } | { readonly fault: Fault } {
  const { owner, type } = ownerOfPublicAddress(world, reader, address);
  if (owner !== null && (type === 'microsoft.network/networkinterfaces' || type === 'microsoft.compute/virtualmachinescalesets')) {
    if (world.table.find(reader, type, owner).kind !== 'row')
      return { fault: { code: 'partial', message: `the address belongs to ${owner}, of which there is no row` } };
  }
  return { fact: { kind: 'public-address', machine: null, publicAddresses: [], owner } };
}
