export interface Reader {
  /** Notes that the cell looks at this input. */
  note(input: string): void;
  read<Value>(key: string, formula: Formula<Value>): Value;
}

export interface Formula<Value> {
  /** `key`: of the cell, so that many cells may share a formula. */
  compute(reader: Reader, key: string): Value;
  /** Where the new value is as good as the old one, the old object stays and nothing that rests on it is computed again. */
  isSame(left: Value, right: Value): boolean;
}

/** Most rows concern one cell: a set for each of 300,000 would weigh more than the facts. */
type Dependents = Cell | Set<Cell> | null;

interface Input {
  readonly kind: 'input';
  readonly key: string;
  changedAt: number;
  dependents: Dependents;
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
  dependents: Dependents;
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
    const cell = this.#cellOf(key, formula);
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
      for (const dependent of dependentsOf(input)) markDoubtful(dependent, marked);
    }
    return new Set([...marked].filter((cell) => isWanted(cell.key) && this.#isAnother(cell)).map(({ key }) => key));
  }

  /**
   * The inputs that a cell rests on, in the order in which they were read; none of a cell that was never asked for. What only cells rest on that are
   * not followed is left out.
   */
  inputsOf(key: string, isFollowed: (key: string, value: unknown) => boolean): readonly string[] {
    const cell = this.#cells.get(key);
    const found: string[] = [];
    if (cell !== undefined) collectInputs(cell, { isFollowed, seen: new Set(), found });
    return found;
  }

  /** It is not asked for any more; it goes when nothing rests on it. */
  forget(key: string): void {
    const cell = this.#cells.get(key);
    if (cell === undefined) return;
    cell.isAsked = false;
    if (cell.dependents === null) this.#drop(cell);
  }

  #drop(cell: Cell): void {
    this.#cells.delete(cell.key);
    for (const source of cell.sources) this.#unlink(source, cell);
  }

  #inputOf(key: string): Input {
    const known = this.#inputs.get(key);
    if (known !== undefined) return known;
    const input: Input = { kind: 'input', key, changedAt: 0, dependents: null };
    this.#inputs.set(key, input);
    return input;
  }

  #cellOf(key: string, formula: Formula<unknown>): Cell {
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const start = { value: undefined, isAsked: false, state: 'new', changedAt: 0, checkedAt: 0, sources: [] } as const;
    const cell: Cell = { kind: 'cell', key, formula, ...start, dependents: null };
    this.#cells.set(key, cell);
    return cell;
  }

  #refresh(cell: Cell): void {
    if (cell.state === 'fresh') return;
    if (cell.state === 'computing') throw new Error(`${cell.key} rests on itself`);
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
    const value = this.#valueFrom(cell, sources);
    for (const source of cell.sources) if (!sources.has(source)) this.#unlink(source, cell);
    cell.sources = [...sources];
    if (!isNew && cell.formula.isSame(cell.value, value)) return;
    cell.value = value;
    cell.changedAt = this.#revision;
  }

  /** One that throws has no value, neither that of before nor none: it is computed anew at each question, and rests on all that it ever looked at. */
  #valueFrom(cell: Cell, sources: Set<Input | Cell>): unknown {
    let isComputed = false;
    cell.state = 'computing';
    try {
      const value = cell.formula.compute(this.#readerFor(cell, sources), cell.key);
      isComputed = true;
      return value;
    } finally {
      if (!isComputed) {
        cell.state = 'new';
        cell.sources = [...new Set([...cell.sources, ...sources])];
      }
    }
  }

  /** Links at once: what another cell lets go of meanwhile must not be forgotten. */
  #readerFor(cell: Cell, sources: Set<Input | Cell>): Reader {
    const link = (source: Input | Cell): void => {
      sources.add(source);
      addDependent(source, cell);
    };
    return {
      note: (key) => link(this.#inputOf(key)),
      read: <Value>(key: string, formula: Formula<Value>): Value => {
        const source = this.#cellOf(key, formula);
        link(source);
        this.#refresh(source);
        return source.value as Value;
      },
    };
  }

  /** Inputs and cells between that nothing rests on any more are forgotten, or what was once looked up would stay for ever. */
  #unlink(source: Input | Cell, dependent: Cell): void {
    removeDependent(source, dependent);
    if (source.dependents !== null) return;
    if (source.kind === 'input') this.#inputs.delete(source.key);
    else if (!source.isAsked) this.#drop(source);
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

function dependentsOf({ dependents }: Input | Cell): Iterable<Cell> {
  if (dependents === null) return [];
  return dependents instanceof Set ? dependents : [dependents];
}

function addDependent(source: Input | Cell, dependent: Cell): void {
  const { dependents } = source;
  if (dependents instanceof Set) dependents.add(dependent);
  else if (dependents === null) source.dependents = dependent;
  else if (dependents !== dependent) source.dependents = new Set([dependents, dependent]);
}

function removeDependent(source: Input | Cell, dependent: Cell): void {
  const { dependents } = source;
  if (dependents === dependent) source.dependents = null;
  if (!(dependents instanceof Set)) return;
  dependents.delete(dependent);
  if (dependents.size === 0) source.dependents = null;
}

function markDoubtful(cell: Cell, marked: Set<Cell>): void {
  if (marked.has(cell)) return;
  marked.add(cell);
  if (cell.state === 'fresh') cell.state = 'doubtful';
  for (const dependent of dependentsOf(cell)) markDoubtful(dependent, marked);
}

interface Collecting {
  readonly isFollowed: (key: string, value: unknown) => boolean;
  readonly seen: Set<Input | Cell>;
  readonly found: string[];
}

function collectInputs(node: Input | Cell, collecting: Collecting): void {
  if (collecting.seen.has(node)) return;
  collecting.seen.add(node);
  if (node.kind === 'input') collecting.found.push(node.key);
  else if (collecting.isFollowed(node.key, node.value)) for (const source of node.sources) collectInputs(source, collecting);
}
