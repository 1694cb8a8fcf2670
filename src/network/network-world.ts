import type { EffectiveRules } from '../domain/effective-rules.ts';
import type { DependencyGraph, Formula } from './dependency-graph.ts';
import { createGroupMembers, mayBeStrangers } from './group-members.ts';
import type { NetworkKnowledge } from './network-knowledge.ts';
import { createNetworkPlaces, type NetworkPlaces } from './network-places.ts';
import type { RowTable } from './row-table.ts';
import type { Knowledge } from './rule-matching.ts';

/** All that facts of the network are computed from. */
export interface NetworkWorld {
  readonly table: RowTable;
  /** Who reads a place or a group there rests on who is in the application security groups that its rules name. */
  readonly places: NetworkPlaces;
  readonly knowledge: NetworkKnowledge;
  /** What rules refer to. */
  readonly references: Knowledge;
  /** What Azure says of single interfaces, by id. Who adds or removes one touches the interface. */
  readonly effective: Map<string, EffectiveRules>;
  /** Whether somebody has to ask at the origin for what a cell of this formula rests on, to confirm what follows from it. */
  isAskedFor(formula: Formula<unknown>, value: unknown): boolean;
}

export function createNetworkWorld(table: RowTable, graph: DependencyGraph, knowledge: NetworkKnowledge): NetworkWorld {
  const members = createGroupMembers(table, knowledge);
  return {
    table,
    knowledge,
    places: createNetworkPlaces(table, knowledge, members),
    effective: new Map(),
    references: {
      addressesOf: knowledge.addressesOfTag,
      membersOf: (group) => graph.valueOf(members, group),
    },
    isAskedFor: (formula, value) => formula !== members || mayBeStrangers(value),
  };
}
