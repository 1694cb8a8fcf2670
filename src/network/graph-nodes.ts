import type { Formula } from './dependency-graph.ts';

/** Most rows concern one cell: a set for each of 300,000 would weigh more than the facts. */
type Dependents = Cell | Set<Cell> | null;

/** Something that formulas look at. */
export interface Input {
  readonly kind: 'input';
  readonly key: string;
  changedAt: number;
  dependents: Dependents;
}

/** The value of a formula for one subject. */
export interface Cell {
  readonly kind: 'cell';
  readonly subject: string;
  readonly formula: Formula<unknown>;
  value: unknown;
  /** Asked for from outside: it stays when nothing rests on it any more. */
  isAsked: boolean;
  state: 'new' | 'computing' | 'fresh' | 'doubtful';
  /** Revisions: when the value last became another, and when it was last known to be right. */
  changedAt: number;
  checkedAt: number;
  sources: readonly Source[];
  dependents: Dependents;
}

export type Source = Input | Cell;

export const noSources: readonly Source[] = [];

/** Every member is named, and none is spread: an object that grows keeps what comes later in a second one. */
export function newCell(formula: Formula<unknown>, subject: string): Cell {
  return {
    kind: 'cell',
    subject,
    formula,
    value: undefined,
    isAsked: false,
    state: 'new',
    changedAt: 0,
    checkedAt: 0,
    sources: noSources,
    dependents: null,
  };
}

export function dependentsOf({ dependents }: Source): Iterable<Cell> {
  if (dependents === null) return [];
  return dependents instanceof Set ? dependents : [dependents];
}

/** Whether it was none before. */
export function addDependent(source: Source, dependent: Cell): boolean {
  const { dependents } = source;
  if (dependents === dependent) return false;
  if (dependents === null) source.dependents = dependent;
  else if (!(dependents instanceof Set)) source.dependents = new Set([dependents, dependent]);
  else {
    const before = dependents.size;
    return dependents.add(dependent).size > before;
  }
  return true;
}

export function removeDependent(source: Source, dependent: Cell): void {
  const { dependents } = source;
  if (dependents === dependent) source.dependents = null;
  if (!(dependents instanceof Set)) return;
  dependents.delete(dependent);
  if (dependents.size === 0) source.dependents = null;
}

export function markDoubtful(cell: Cell, marked: Set<Cell>): void {
  if (marked.has(cell)) return;
  marked.add(cell);
  if (cell.state === 'fresh') cell.state = 'doubtful';
  for (const dependent of dependentsOf(cell)) markDoubtful(dependent, marked);
}

export interface Collecting {
  readonly isFollowed: (formula: Formula<unknown>, value: unknown) => boolean;
  readonly seen: Set<Source>;
  readonly found: string[];
}

export function collectInputs(node: Source, collecting: Collecting): void {
  if (collecting.seen.has(node)) return;
  collecting.seen.add(node);
  if (node.kind === 'input') collecting.found.push(node.key);
  else if (collecting.isFollowed(node.formula, node.value)) for (const source of node.sources) collectInputs(source, collecting);
}
