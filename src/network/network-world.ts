import type { EffectiveRules } from '../domain/effective-rules.ts';
import { type AddressSet, noAddresses, uniteAddresses } from './address-set.ts';
import type { DependencyGraph, Formula, Reader } from './dependency-graph.ts';
import type { Layers } from './inbound.ts';
import type { NetworkKnowledge } from './network-knowledge.ts';
import { createNetworkPlaces, type NetworkPlaces } from './network-places.ts';
import type { RowTable } from './row-table.ts';
import type { Knowledge } from './rule-matching.ts';

/** All that facts of the network are computed from. */
export interface NetworkWorld {
  readonly table: RowTable;
  readonly places: NetworkPlaces;
  readonly knowledge: NetworkKnowledge;
  /** What rules refer to; groups have to be noted before. */
  readonly references: Knowledge;
  /** What Azure says of single interfaces, by id. Who adds or removes one touches the interface. */
  readonly effective: Map<string, EffectiveRules>;
  /** Notes the application security groups that the rules name: results rest on who is a member. */
  noteGroups(reader: Reader, layers: Layers): void;
}

export function createNetworkWorld(table: RowTable, graph: DependencyGraph, knowledge: NetworkKnowledge): NetworkWorld {
  const formulas = new Map<string, Formula<AddressSet | null>>();
  const namedGroups = new WeakMap<object, readonly string[]>();

  function formulaOf(group: string): Formula<AddressSet | null> {
    const known = formulas.get(group);
    if (known !== undefined) return known;
    const formula: Formula<AddressSet | null> = { compute: (reader) => computeMembers(reader, group), isSame: Object.is };
    formulas.set(group, formula);
    return formula;
  }

  /** Null where some member is not known: instances of scale sets have no rows, network groups of managers neither. */
  function computeMembers(reader: Reader, group: string): AddressSet | null {
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

  function groupsNamedBy(layer: Layers['admin'] | Layers['subnet']): readonly string[] {
    if (layer === null || layer === 'unknown') return [];
    const known = namedGroups.get(layer);
    if (known !== undefined) return known;
    const named = [...new Set(layer.rules.flatMap(({ sources, destinations }) => [...sources.groups, ...destinations.groups]))];
    namedGroups.set(layer, named);
    return named;
  }

  return {
    table,
    knowledge,
    places: createNetworkPlaces(table, knowledge),
    effective: new Map(),
    references: {
      addressesOf: knowledge.addressesOfTag,
      membersOf: (group) => graph.valueOf(`members:${group}`, formulaOf(group)),
    },
    noteGroups(reader, { admin, subnet, networkInterface }) {
      for (const layer of [admin, subnet, networkInterface])
        for (const group of groupsNamedBy(layer)) reader.read(`members:${group}`, formulaOf(group));
    },
  };
}
