import { type AddressSet, intersectAddresses, isEmptyAddresses, noAddresses, publicAddresses, uniteAddresses } from './address-set.ts';
import type { Formula, Reader } from './dependency-graph.ts';
import type { Layers } from './inbound.ts';
import type { NetworkKnowledge } from './network-knowledge.ts';
import type { RowTable } from './row-table.ts';

/** Addresses of who is in an application security group, its id being the subject; null where some member is not known. */
export type GroupMembers = Formula<AddressSet | null>;

export function createGroupMembers(table: RowTable, knowledge: NetworkKnowledge): GroupMembers {
  return { name: 'members', compute: (reader, group) => computeMembers(table, knowledge, reader, group), isSame: Object.is };
}

/** Instances of scale sets have no rows, network groups of managers neither. */
function computeMembers(table: RowTable, knowledge: NetworkKnowledge, reader: Reader, group: string): AddressSet | null {
  if (!group.includes('/applicationsecuritygroups/')) return null;
  const types = ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets'] as const;
  if (types.some((type) => table.gapIn(reader, type, null) !== null || table.unreadableOf(reader, type).length > 0)) return null;
  if (table.findBy(reader, 'microsoft.compute/virtualmachinescalesets', `member:${group}`).length > 0) return null;
  const members = table.findBy(reader, 'microsoft.network/networkinterfaces', `member:${group}`);
  const configurations = members.flatMap(([, row]) => row.configurations.filter((one) => one.applicationGroups.includes(group)));
  if (configurations.some(({ addresses }) => addresses === null)) return null;
  const { addresses, unreadable } = knowledge.read(configurations.flatMap((one) => one.addresses ?? []));
  return unreadable.length > 0 ? null : knowledge.same(uniteAddresses(noAddresses, addresses));
}

export type NamedMembers = readonly (AddressSet | null)[];

const nobody: NamedMembers = [];

/** Members of the groups that the rules name as sources. */
export function membersNamedBy(members: GroupMembers, reader: Reader, layers: readonly Layers[keyof Layers][]): NamedMembers {
  const named = new Set<string>();
  for (const layer of layers) {
    if (layer === null || layer === 'unknown') continue;
    for (const group of layer.terms.sourceGroups) named.add(group);
  }
  return named.size === 0 ? nobody : [...named].map((group) => reader.read(members, group));
}

/**
 * Whether somebody has to ask at the origin for these, to confirm what follows from them. Who is in an application security group matters to traffic
 * from its members; strangers are none, unless members have addresses such as strangers have.
 */
export function mayBeStrangers(members: unknown): boolean {
  return members !== null && !isEmptyAddresses(intersectAddresses(members as AddressSet, publicAddresses));
}
