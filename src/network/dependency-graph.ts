import {
  addDependent,
  type Cell,
  collectInputs,
  dependentsOf,
  type Input,
  markDoubtful,
  newCell,
  noSources,
  removeDependent,
  type Source,
} from './graph-nodes.ts';

/** What a formula looks at, while it computes. */
export interface Reader {
  /** Notes that the cell looks at this input. */
  note(input: string): void;
  /** The value of another cell. */
  read<Value>(formula: Formula<Value>, subject: string): Value;
}

/** The same object for all its cells. */
export interface Formula<Value> {
  /** For people. */
  readonly name: string;
  compute(reader: Reader, subject: string): Value;
  /** Where the new value is as good as the old one, the old object stays and nothing that rests on it is computed again. */
  isSame(left: Value, right: Value): boolean;
}

/**
 * Values that are computed from rows and from one another, and know what they came from: after a change only what rests on it is computed again, when
 * it is asked for. The same rows give the same values, in however many steps they came.
 */
export class DependencyGraph {
  readonly #inputs = new Map<string, Input>();
  /** Who looks at a row mostly looks at it again at once: to find its long id takes longer than to see that it is the same. */
  #latest: Input | null = null;
  /** By formula and subject: to make a text of both for each question takes longer than to answer it. */
  readonly #cells = new Map<Formula<unknown>, Map<string, Cell>>();
  /** One for all formulas: only the innermost that is being computed looks at anything. */
  readonly #reader: Reader = {
    note: (input) => this.#link(this.#inputOf(input)),
    read: <Value>(formula: Formula<Value>, subject: string): Value => {
      const source = this.#cellOf(formula, subject);
      this.#link(source);
      this.#refresh(source);
      return source.value as Value;
    },
  };
  #computing: Computing | null = null;
  #revision = 1;

  /** The value of a cell; computes it where it is not known or may be another now. Within `compute` of another cell: read through its `Reader`. */
  valueOf<Value>(formula: Formula<Value>, subject: string): Value {
    const cell = this.#cellOf(formula, subject);
    cell.isAsked = true;
    this.#refresh(cell);
    return cell.value as Value;
  }

  /**
   * Inputs that changed: rows by their id, and whatever else formulas say that they looked up. Gives the subjects of those cells of the wanted formulas
   * that are or may be others now; computes the cells between, and a wanted one only where another rests on it.
   */
  touch(keys: Iterable<string>, isWanted: (formula: Formula<unknown>) => boolean): ReadonlySet<string> {
    this.#revision += 1;
    const marked = new Set<Cell>();
    for (const key of keys) {
      const input = this.#inputs.get(key);
      if (input === undefined) continue;
      input.changedAt = this.#revision;
      for (const dependent of dependentsOf(input)) markDoubtful(dependent, marked);
    }
    return new Set([...marked].filter((cell) => isWanted(cell.formula) && this.#isAnother(cell)).map(({ subject }) => subject));
  }

  /**
   * The inputs that a cell rests on, in the order in which they were read; none of a cell that was never asked for. What only cells rest on that are
   * not followed is left out.
   */
  inputsOf(
    formula: Formula<unknown>,
    subject: string,
    isFollowed: (formula: Formula<unknown>, value: unknown) => boolean,
  ): readonly string[] {
    const cell = this.#cells.get(formula)?.get(subject);
    const found: string[] = [];
    if (cell !== undefined) collectInputs(cell, { isFollowed, seen: new Set(), found });
    return found;
  }

  /** It is not asked for any more; it goes when nothing rests on it. */
  forget(formula: Formula<unknown>, subject: string): void {
    const cell = this.#cells.get(formula)?.get(subject);
    if (cell === undefined) return;
    cell.isAsked = false;
    if (cell.dependents === null) this.#drop(cell);
  }

  #drop(cell: Cell): void {
    this.#cells.get(cell.formula)?.delete(cell.subject);
    for (const source of cell.sources) this.#unlink(source, cell);
  }

  #inputOf(key: string): Input {
    if (this.#latest?.key === key) return this.#latest;
    const known = this.#inputs.get(key);
    const input: Input = known ?? { kind: 'input', key, changedAt: 0, dependents: null };
    if (known === undefined) this.#inputs.set(key, input);
    this.#latest = input;
    return input;
  }

  #cellOf(formula: Formula<unknown>, subject: string): Cell {
    const cells = this.#cells.get(formula) ?? new Map<string, Cell>();
    const known = cells.get(subject);
    if (known !== undefined) return known;
    const cell = newCell(formula, subject);
    this.#cells.set(formula, cells.set(subject, cell));
    return cell;
  }

  #refresh(cell: Cell): void {
    if (cell.state === 'fresh') return;
    if (cell.state === 'computing') throw new Error(`${cell.formula.name} of ${cell.subject} rests on itself`);
    if (cell.state === 'new' || this.#hasChangedSource(cell)) this.#compute(cell);
    this.#confirm(cell);
  }

  #confirm(cell: Cell): void {
    cell.state = 'fresh';
    cell.checkedAt = this.#revision;
  }

  /** In the order in which they were read: a later one may not be asked for any more where an earlier one changed. */
  #hasChangedSource(cell: Cell): boolean {
    for (const source of cell.sources) {
      if (source.kind === 'cell') this.#refresh(source);
      if (source.changedAt > cell.checkedAt) return true;
    }
    return false;
  }

  #compute(cell: Cell): void {
    const isNew = cell.state === 'new';
    const { sources: before } = cell;
    const computing: Computing = { cell, sources: [], seen: before.length === 0 ? null : new Set() };
    const value = this.#valueFrom(computing);
    const { sources, seen } = computing;
    if (seen !== null) for (const source of before) if (!seen.has(source)) this.#unlink(source, cell);
    // A copy has no room to grow.
    cell.sources = sources.length === 0 ? noSources : sources.slice();
    if (!isNew && cell.formula.isSame(cell.value, value)) return;
    cell.value = value;
    cell.changedAt = this.#revision;
  }

  /** One that throws has no value, neither that of before nor none: it is computed anew at each question, and rests on all that it ever looked at. */
  #valueFrom(computing: Computing): unknown {
    const { cell, sources } = computing;
    const outer = this.#computing;
    let isComputed = false;
    cell.state = 'computing';
    this.#computing = computing;
    try {
      const value = cell.formula.compute(this.#reader, cell.subject);
      isComputed = true;
      return value;
    } finally {
      this.#computing = outer;
      if (!isComputed) {
        cell.state = 'new';
        cell.sources = [...new Set([...cell.sources, ...sources])];
      }
    }
  }

  /** Links at once: what another cell lets go of meanwhile must not be forgotten. */
  #link(source: Source): void {
    const computing = this.#computing;
    if (computing === null) throw new Error('a reader is for formulas that are being computed');
    const isLinked = !addDependent(source, computing.cell);
    const isAgain = computing.seen === null ? isLinked : computing.seen.size === computing.seen.add(source).size;
    if (!isAgain) computing.sources.push(source);
  }

  /** Inputs and cells between that nothing rests on any more are forgotten, or what was once looked up would stay for ever. */
  #unlink(source: Source, dependent: Cell): void {
    removeDependent(source, dependent);
    if (source.dependents !== null) return;
    if (source.kind === 'input') this.#forgetInput(source);
    else if (!source.isAsked) this.#drop(source);
  }

  #forgetInput(input: Input): void {
    this.#inputs.delete(input.key);
    if (this.#latest === input) this.#latest = null;
  }

  /** One that was said to be another before and was not asked for since is still said to be. */
  #isAnother(cell: Cell): boolean {
    if (cell.state === 'fresh') return cell.changedAt === this.#revision;
    if (cell.state === 'new') return true;
    try {
      if (this.#hasChangedSource(cell)) return true;
    } catch {
      // Thrown again where it is asked for: of the others their changes can be told.
      return true;
    }
    this.#confirm(cell);
    return false;
  }
}

interface Computing {
  readonly cell: Cell;
  /** In the order in which they were first read. */
  readonly sources: Source[];
  /** Null where it had none before: what it looks at again is then linked already. */
  readonly seen: Set<Source> | null;
}
