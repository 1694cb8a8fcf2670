import type { Reader } from './dependency-graph.ts';
import type { NetworkKnowledge } from './network-knowledge.ts';
import type { Found, RowTable } from './row-table.ts';

/** What places of the network are computed from. */
export interface PlaceSources {
  readonly table: RowTable;
  readonly knowledge: NetworkKnowledge;
  readonly reader: Reader;
}

/** `could not be read: ...`, `is not among the resources that we see` */
export function missing(found: Exclude<Found<unknown>, { kind: 'row' }>): string {
  if (found.kind === 'unreadable') return `could not be read: ${found.why}`;
  return found.gap === null ? 'is not among the resources that we see' : `is not there, and ${found.gap}`;
}
