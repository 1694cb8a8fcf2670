/** The last values by their keys: at least the last `most`, at most twice as many. */
export class Recent<Key, Value> {
  readonly #most: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}

/** The same object for the same text, for as long as it is among the last `most`: rules repeat a few ports and prefixes a million times. */
export function remembered<Value extends object | string | null>(most: number, make: (text: string) => Value): (text: string) => Value {
  const recent = new Recent<string, Value>(most);
  return (text) => {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    recent.set(text, value);
    return value;
  };
}
