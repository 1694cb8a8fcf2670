export interface Reader {
  /** Notes that the cell looks at this input. */
  note(input: string): void;
  read<Value>(key: string, formula: Formula<Value>): Value;
}

export interface Formula<Value> {
  compute(reader: Reader): Value;
  /** Where the new value is as good as the old one, the old object stays and nothing that rests on it is computed again. */
  isSame(left: Value, right: Value): boolean;
}

interface Input {
  readonly kind: 'input';
  readonly key: string;
  changedAt: number;
  readonly dependents: Set<Cell>;
}

interface Cell {
  readonly kind: 'cell';
  readonly key: string;
  readonly formula: Formula<unknown>;
  value: unknown;
  /** Asked for from outside: it stays when nothing rests on it any more. */
  isAsked: boolean;
  state: 'new' | 'computing' | 'fresh' | 'doubtful';
  /** Revisions: when the value last became another, and when it was last known to be right. */
  changedAt: number;
  checkedAt: number;
  sources: readonly (Input | Cell)[];
  readonly dependents: Set<Cell>;
}

/**
 * Values that are computed from rows and from one another, and know what they came from: after a change only what rests on it is computed again, when
 * it is asked for. The same rows give the same values, in however many steps they came.
 */
export class DependencyGraph {
  readonly #inputs = new Map<string, Input>();
  readonly #cells = new Map<string, Cell>();
  #revision = 1;

  /** The value of a cell; computes it where it is not known or may be another now. Within `compute` of another cell: read through its `Reader`. */
  valueOf<Value>(key: string, formula: Formula<Value>): Value {
    const cell = this.#cellOf(key, formula as Formula<unknown>);
    cell.isAsked = true;
    this.#refresh(cell);
    return cell.value as Value;
  }

  /**
   * Inputs that changed: rows by their id, and whatever else formulas say that they looked up. Gives those of the wanted cells that are or may be others
   * now; computes the cells between, and a wanted one only where another rests on it.
   */
  touch(keys: Iterable<string>, isWanted: (key: string) => boolean): ReadonlySet<string> {
    this.#revision += 1;
    const marked = new Set<Cell>();
    for (const key of keys) {
      const input = this.#inputs.get(key);
      if (input === undefined) continue;
      input.changedAt = this.#revision;
      for (const dependent of input.dependents) markDoubtful(dependent, marked);
    }
    return new Set([...marked].filter((cell) => isWanted(cell.key) && this.#isAnother(cell)).map(({ key }) => key));
  }

  /** The inputs that a cell rests on, in the order in which they were read; none of a cell that was never asked for. */
  inputsOf(key: string): readonly string[] {
    const cell = this.#cells.get(key);
    const found: string[] = [];
    if (cell !== undefined) collectInputs(cell, new Set(), found);
    return found;
  }

  /** It is not asked for any more; it goes when nothing rests on it. */
  forget(key: string): void {
    const cell = this.#cells.get(key);
    if (cell === undefined) return;
    cell.isAsked = false;
    if (cell.dependents.size === 0) this.#drop(cell);
  }

  #drop(cell: Cell): void {
    this.#cells.delete(cell.key);
    for (const source of cell.sources) this.#unlink(source, cell);
  }

  #inputOf(key: string): Input {
    const known = this.#inputs.get(key);
    if (known !== undefined) return known;
    const input: Input = { kind: 'input', key, changedAt: 0, dependents: new Set() };
    this.#inputs.set(key, input);
    return input;
  }

  #cellOf(key: string, formula: Formula<unknown>): Cell {
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const start = { value: undefined, isAsked: false, state: 'new', changedAt: 0, checkedAt: 0, sources: [] } as const;
    const cell: Cell = { kind: 'cell', key, formula, ...start, dependents: new Set() };
    this.#cells.set(key, cell);
    return cell;
  }

  #refresh(cell: Cell): void {
    if (cell.state === 'fresh') return;
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
    const sources = new Set<Input | Cell>();
    cell.state = 'computing';
    const value = cell.formula.compute(this.#readerFor(cell, sources));
    for (const source of cell.sources) if (!sources.has(source)) this.#unlink(source, cell);
    cell.sources = [...sources];
    if (!isNew && cell.formula.isSame(cell.value, value)) return;
    cell.value = value;
    cell.changedAt = this.#revision;
  }

  /** Links at once: what another cell lets go of meanwhile must not be forgotten. */
  #readerFor(cell: Cell, sources: Set<Input | Cell>): Reader {
    const link = (source: Input | Cell): void => {
      sources.add(source);
      source.dependents.add(cell);
    };
    return {
      note: (key) => link(this.#inputOf(key)),
      read: <Value>(key: string, formula: Formula<Value>): Value => {
        const source = this.#cellOf(key, formula as Formula<unknown>);
        if (source.state === 'computing') throw new Error(`${key} rests on itself`);
        link(source);
        this.#refresh(source);
        return source.value as Value;
      },
    };
  }

  /** Inputs and cells between that nothing rests on any more are forgotten, or what was once looked up would stay for ever. */
  #unlink(source: Input | Cell, dependent: Cell): void {
    source.dependents.delete(dependent);
    if (source.dependents.size > 0) return;
    if (source.kind === 'input') this.#inputs.delete(source.key);
    else if (!source.isAsked) this.#drop(source);
  }

  /** One that was said to be another before and was not asked for since is still said to be. */
  #isAnother(cell: Cell): boolean {
    if (cell.state === 'fresh') return cell.changedAt === this.#revision;
    if (this.#hasChangedSource(cell)) return true;
    this.#confirm(cell);
    return false;
  }
}

function markDoubtful(cell: Cell, marked: Set<Cell>): void {
  if (marked.has(cell)) return;
  marked.add(cell);
  if (cell.state === 'fresh') cell.state = 'doubtful';
  for (const dependent of cell.dependents) markDoubtful(dependent, marked);
}

function collectInputs(node: Input | Cell, seen: Set<Input | Cell>, found: string[]): void {
  if (seen.has(node)) return;
  seen.add(node);
  if (node.kind === 'input') found.push(node.key);
  else for (const source of node.sources) collectInputs(source, seen, found);
}
