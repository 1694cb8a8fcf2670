import type { IncompleteList, RowChange } from '../domain/estate-derivation.ts';
import type { Json } from '../domain/json.ts';
import type { Reader } from './dependency-graph.ts';
import { isNetworkType, type NetworkRecords, type NetworkType, rowKinds } from './network-rows.ts';
import { inputOfKey, keysOfRow } from './row-index.ts';
import { isObject, textAt } from './row-reading.ts';

/** What is known of a row. */
export type Found<Kind> =
  | { readonly kind: 'row'; readonly record: Kind }
  /** It is there and cannot be read. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** `gap`: why it may be there all the same; null where the list is complete. */
  | { readonly kind: 'absent'; readonly gap: string | null };

interface Held {
  readonly type: NetworkType;
  readonly record: unknown;
  readonly unreadable: string | null;
  /** What of it cannot be read: whom else it names is not known. */
  readonly problems: readonly string[];
  readonly keys: readonly string[];
}

/** The rows of the latest look, and who names whom. Each question notes what the answer rests on. */
export class RowTable {
  readonly #rows = new Map<string, Held>();
  readonly #idsByType = new Map<NetworkType, Set<string>>();
  readonly #unreadable = new Map<NetworkType, Set<string>>();
  readonly #index = new Map<string, string | Set<string>>();
  #gaps = new Map<string, string>();

  /** Gives the inputs that changed. */
  update(changes: readonly RowChange[], incomplete: readonly IncompleteList[]): ReadonlySet<string> {
    const touched = new Set<string>();
    for (const change of changes) this.#put(change, touched);
    this.#noteGaps(incomplete, touched);
    return touched;
  }

  has(type: NetworkType, id: string): boolean {
    return this.#rows.get(id)?.type === type;
  }

  typeOf(id: string): NetworkType | undefined {
    return this.#rows.get(id)?.type;
  }

  idsOf(type: NetworkType): Iterable<string> {
    return this.#idsByType.get(type) ?? [];
  }

  find<Type extends NetworkType>(reader: Reader, type: Type, id: string): Found<NetworkRecords[Type]> {
    reader.note(id);
    const held = this.#rows.get(id);
    if (held === undefined || held.type !== type) return { kind: 'absent', gap: this.gapIn(reader, type, [subscriptionOf(id)]) };
    if (held.unreadable !== null) return { kind: 'unreadable', why: held.unreadable };
    return { kind: 'row', record: held.record as NetworkRecords[Type] };
  }

  /** Rows of the type that say this of others, in order. */
  findBy<Type extends NetworkType>(reader: Reader, type: Type, key: string): readonly (readonly [string, NetworkRecords[Type]])[] {
    reader.note(inputOfKey(key));
    const ids = this.#index.get(key) ?? [];
    return (typeof ids === 'string' ? [ids] : [...ids].sort()).flatMap((id) => {
      if (!this.has(type, id)) return [];
      const found = this.find(reader, type, id);
      return found.kind === 'row' ? [[id, found.record] as const] : [];
    });
  }

  /** Why rows of the type may be missing in one of the subscriptions (in any where none is given); null where all were listed. */
  gapIn(reader: Reader, type: NetworkType, subscriptions: readonly string[] | null): string | null {
    if (subscriptions === null) return this.#anyGap(reader, type);
    for (const subscription of subscriptions) {
      const key = gapKey(type, subscription);
      reader.note(key);
      const message = this.#gaps.get(key);
      if (message !== undefined) return gapText(type, subscription, message);
    }
    return null;
  }

  #anyGap(reader: Reader, type: NetworkType): string | null {
    const prefix = gapKey(type, '');
    reader.note(prefix);
    const first = [...this.#gaps].filter(([key]) => key.startsWith(prefix)).sort(([left], [right]) => (left < right ? -1 : 1))[0];
    return first === undefined ? null : gapText(type, first[0].slice(prefix.length), first[1]);
  }

  /** Rows of the type that are there and cannot be read, or not wholly, with the reason: whom they name is not known. */
  unreadableOf(reader: Reader, type: NetworkType): readonly (readonly [string, string])[] {
    reader.note(`unreadable:${type}`);
    return [...(this.#unreadable.get(type) ?? [])].sort().map((id) => {
      reader.note(id);
      const held = this.#rows.get(id);
      return [id, held?.unreadable ?? held?.problems.join('; ') ?? ''] as const;
    });
  }

  #put({ id, type, row }: RowChange, touched: Set<string>): void {
    if (!isNetworkType(type)) return;
    const before = this.#rows.get(id);
    const after = row === null ? null : holdRow(type, id, row);
    touched.add(id);
    if (before !== undefined) this.#remove(id, before, touched);
    if (after !== null) this.#add(id, after, touched);
  }

  #add(id: string, held: Held, touched: Set<string>): void {
    this.#rows.set(id, held);
    addTo(this.#idsByType, held.type, id);
    if (isDoubtful(held)) {
      addTo(this.#unreadable, held.type, id);
      touched.add(`unreadable:${held.type}`);
    }
    for (const key of held.keys) {
      addToIndex(this.#index, key, id);
      touched.add(inputOfKey(key));
    }
  }

  #remove(id: string, held: Held, touched: Set<string>): void {
    const { type, keys } = held;
    this.#rows.delete(id);
    this.#idsByType.get(type)?.delete(id);
    if (isDoubtful(held)) {
      this.#unreadable.get(type)?.delete(id);
      touched.add(`unreadable:${type}`);
    }
    for (const key of keys) {
      removeFromIndex(this.#index, key, id);
      touched.add(inputOfKey(key));
    }
  }

  #noteGaps(incomplete: readonly IncompleteList[], touched: Set<string>): void {
    const now = new Map(incomplete.map(({ type, scope, fault }) => [gapKey(type, subscriptionOf(scope)), fault.message]));
    for (const key of new Set([...this.#gaps.keys(), ...now.keys()])) {
      if (this.#gaps.get(key) === now.get(key)) continue;
      touched.add(key);
      touched.add(key.slice(0, key.indexOf('@') + 1));
    }
    this.#gaps = now;
  }
}

function holdRow(type: NetworkType, id: string, row: NonNullable<RowChange['row']>): Held {
  const fault = faultOf(row);
  if (fault !== null) return { type, record: null, unreadable: fault, problems: [], keys: [] };
  if (!isObject(row as Json)) return { type, record: null, unreadable: 'the row is no object', problems: [], keys: [] };
  const record = rowKinds[type].read(id, row as Json);
  if (isMalformed(record)) return { type, record: null, unreadable: record.malformed, problems: [], keys: [] };
  return { type, record, unreadable: null, problems: problemsOf(record), keys: keysOfRow(type, record) };
}

/** Rows have an id, and no member `fault`. */
function faultOf(row: NonNullable<RowChange['row']>): string | null {
  return typeof row === 'object' && 'fault' in row && !('id' in row)
    ? (textAt([], row.fault as Json, 'message') ?? 'for no known reason')
    : null;
}

function problemsOf(record: unknown): readonly string[] {
  if (Array.isArray(record)) return record.flatMap(problemsOf);
  const problems: unknown = typeof record === 'object' && record !== null && 'problems' in record ? record.problems : [];
  return Array.isArray(problems) ? problems.map(String) : [];
}

function isDoubtful({ unreadable, problems }: Held): boolean {
  return unreadable !== null || problems.length > 0;
}

function isMalformed(record: unknown): record is { readonly malformed: string } {
  return typeof record === 'object' && record !== null && 'malformed' in record;
}

function addTo<Key>(map: Map<Key, Set<string>>, key: Key, id: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([id]));
  else known.add(id);
}

/** Most keys have one row: a set for each of 100,000 would weigh more than the rows. */
function addToIndex(index: Map<string, string | Set<string>>, key: string, id: string): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, id);
  else if (typeof known !== 'string') known.add(id);
  else if (known !== id) index.set(key, new Set([known, id]));
}

function removeFromIndex(index: Map<string, string | Set<string>>, key: string, id: string): void {
  const known = index.get(key);
  if (known === id) index.delete(key);
  else if (typeof known === 'object') known.delete(id);
}

function gapKey(type: string, subscription: string): string {
  return `list:${type}@${subscription}`;
}

function gapText(type: string, subscription: string, message: string): string {
  return `${nameOfType(type)} of subscription ${subscription} may not all be listed: ${message}`;
}

function nameOfType(type: string): string {
  return `the ${type.slice(type.lastIndexOf('/') + 1)}`;
}

/** Of an id of a resource, or of the subscription itself. */
export function subscriptionOf(id: string): string {
  return id.toLowerCase().split('/')[2] ?? '';
}
