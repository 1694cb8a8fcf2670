import type { EffectiveRules } from '../domain/effective-rules.ts';
import { type AddressSet, intersectAddresses, isEmptyAddresses, noAddresses, publicAddresses, uniteAddresses } from './address-set.ts';
import type { DependencyGraph, Formula, Reader } from './dependency-graph.ts';
import { identityOf } from './identity.ts';
import type { Layers } from './inbound.ts';
import type { NetworkKnowledge } from './network-knowledge.ts';
import { createNetworkPlaces, type NetworkPlaces } from './network-places.ts';
import type { RowTable } from './row-table.ts';
import type { Knowledge } from './rule-matching.ts';
import type { AdminRules, SecurityGroup } from './security-rules.ts';

/** All that facts of the network are computed from. */
export interface NetworkWorld {
  readonly table: RowTable;
  readonly places: NetworkPlaces;
  readonly knowledge: NetworkKnowledge;
  /** What rules refer to; groups have to be noted before. */
  readonly references: Knowledge;
  /** What Azure says of single interfaces, by id. Who adds or removes one touches the interface. */
  readonly effective: Map<string, EffectiveRules>;
  /** Notes the application security groups that the rules name as sources: results rest on who is a member. */
  noteGroups(reader: Reader, layers: Layers): void;
}

export function createNetworkWorld(table: RowTable, graph: DependencyGraph, knowledge: NetworkKnowledge): NetworkWorld {
  const formulas = new Map<string, Formula<AddressSet | null>>();
  const layerFormulas = new WeakMap<object, Formula<readonly (AddressSet | null)[]> | null>();

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

  /** One for each layer, on which all rest that it concerns: a hundred thousand interfaces times a dozen groups would be too many. */
  function formulaOfLayer(layer: AdminRules | SecurityGroup): Formula<readonly (AddressSet | null)[]> | null {
    const known = layerFormulas.get(layer);
    if (known !== undefined) return known;
    const named = [...new Set(layer.rules.flatMap(({ sources }) => sources.groups))];
    const compute = (reader: Reader) => named.map((group) => reader.read(membersKey(group), formulaOf(group)));
    const formula = named.length === 0 ? null : { compute, isSame: isSameList };
    layerFormulas.set(layer, formula);
    return formula;
  }

  return {
    table,
    knowledge,
    places: createNetworkPlaces(table, knowledge),
    effective: new Map(),
    references: {
      addressesOf: knowledge.addressesOfTag,
      membersOf: (group) => graph.valueOf(membersKey(group), formulaOf(group)),
    },
    noteGroups(reader, { admin, subnet, networkInterface }) {
      for (const layer of [admin, subnet, networkInterface]) {
        if (layer === null || layer === 'unknown') continue;
        const formula = formulaOfLayer(layer);
        if (formula !== null) reader.read(`members-in:${identityOf(layer)}`, formula);
      }
    },
  };
}

const membersPrefix = 'members:';

function membersKey(group: string): string {
  return `${membersPrefix}${group}`;
}

/**
 * Whether somebody has to ask at the origin for what the cell rests on, to confirm what follows from it. Who is in an application security group
 * matters to traffic from its members; strangers are none, unless members have addresses such as strangers have.
 */
export function isAskedFor(key: string, value: unknown): boolean {
  if (!key.startsWith(membersPrefix)) return true;
  return value !== null && !isEmptyAddresses(intersectAddresses(value as AddressSet, publicAddresses));
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => Object.is(item, right[index]));
}
