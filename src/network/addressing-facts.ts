import type { Addressing } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import type { Reader } from './dependency-graph.ts';
import type { InterfaceRow } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { publicAddressesOf } from './own-addresses.ts';
import { ownerOfPublicAddress } from './public-address-owner.ts';

/** Rests on own rows mostly, so that it stays the same while rules change. */
export function addressingOfInterfaces(
  world: NetworkWorld,
  reader: Reader,
  kind: 'interface' | 'scale-set',
  owners: readonly InterfaceRow[],
): Addressing {
  const machines = owners.map(({ id, machine }) => machine ?? machineNaming(world, reader, id));
  return {
    kind,
    machine: machines.find((machine) => machine !== null) ?? null,
    publicAddresses: owners.flatMap((owner) => publicAddressesOf(world, reader, owner)),
    owner: null,
  };
}

function machineNaming({ table }: NetworkWorld, reader: Reader, id: string): string | null {
  return table.findBy(reader, 'microsoft.compute/virtualmachines', `machine-of:${id}`)[0]?.[0] ?? null;
}

/** A fault where the owner would be judged itself and has no row. */
export function addressingOfPublicAddress(
  world: NetworkWorld,
  reader: Reader,
  id: string,
): { readonly fact: Addressing } | { readonly fault: Fault } {
  const found = world.table.find(reader, 'microsoft.network/publicipaddresses', id);
  if (found.kind !== 'row') return { fault: { code: 'partial', message: found.kind === 'unreadable' ? found.why : `${id} is gone` } };
  const { owner, type } = ownerOfPublicAddress(world, reader, found.record);
  if (owner !== null && (type === 'microsoft.network/networkinterfaces' || type === 'microsoft.compute/virtualmachinescalesets')) {
    if (world.table.find(reader, type, owner).kind !== 'row')
      return { fault: { code: 'partial', message: `the address belongs to ${owner}, of which there is no row` } };
  }
  return { fact: { kind: 'public-address', machine: null, publicAddresses: [], owner } };
}
