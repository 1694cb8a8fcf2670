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

/** The rows of the latest look, and who names whom. Each question notes what the answer rests on. */
export class RowTable {
  /** Of each type by id; nothing is kept beside a record, since there are 100,000. An id is of one type. */
  readonly #rows = new Map<NetworkType, Map<string, unknown>>();
  /** Of each type, why a row that is there cannot be read, or not wholly. */
  readonly #doubtful = new Map<NetworkType, Map<string, string>>();
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
    return this.#rows.get(type)?.has(id) === true;
  }

  idsOf(type: NetworkType): Iterable<string> {
    return this.#rows.get(type)?.keys() ?? [];
  }

  find<Type extends NetworkType>(reader: Reader, type: Type, id: string): Found<NetworkRecords[Type]> {
    reader.note(id);
    const record = this.#rows.get(type)?.get(id);
    if (record === undefined) return { kind: 'absent', gap: this.gapIn(reader, type, [subscriptionOf(id)]) };
    if (isMalformed(record)) return { kind: 'unreadable', why: record.malformed };
    return { kind: 'row', record: record as NetworkRecords[Type] };
  }

  /** Rows of the type that say this of others, in order. */
  findBy<Type extends NetworkType>(reader: Reader, type: Type, key: string): readonly (readonly [string, NetworkRecords[Type]])[] {
    const ids = this.idsBy(reader, key);
    if (ids.length === 0) return nobody;
    return ids.flatMap((id) => {
      if (!this.has(type, id)) return [];
      const found = this.find(reader, type, id);
      return found.kind === 'row' ? [[id, found.record] as const] : [];
    });
  }

  /** Of rows of every type, in order. */
  idsBy(reader: Reader, key: string): readonly string[] {
    reader.note(inputOfKey(key));
    const ids = this.#index.get(key);
    if (ids === undefined) return nobody;
    return typeof ids === 'string' ? [ids] : [...ids].sort();
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
    const doubtful = [...(this.#doubtful.get(type) ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [id] of doubtful) reader.note(id);
    return doubtful;
  }

  #put({ id, type, row }: RowChange, touched: Set<string>): void {
    if (!isNetworkType(type)) return;
    const after = row === null ? null : readRow(type, id, row);
    touched.add(id);
    for (const [before, rows] of this.#rows) if (rows.has(id)) this.#remove(before, id, touched);
    if (after !== null) this.#add(type, id, after, touched);
  }

  #add(type: NetworkType, id: string, record: unknown, touched: Set<string>): void {
    addTo(this.#rows, type, id, record);
    const doubts = doubtsOf(record);
    if (doubts.length > 0) {
      addTo(this.#doubtful, type, id, doubts.join('; '));
      touched.add(`unreadable:${type}`);
    }
    for (const key of keysOf(type, record)) {
      addToIndex(this.#index, key, id);
      touched.add(inputOfKey(key));
    }
  }

  #remove(type: NetworkType, id: string, touched: Set<string>): void {
    const record = this.#rows.get(type)?.get(id);
    this.#rows.get(type)?.delete(id);
    if (this.#doubtful.get(type)?.delete(id) === true) touched.add(`unreadable:${type}`);
    // Made again: to keep the keys of 100,000 rows takes more room than the time is worth.
    for (const key of keysOf(type, record)) {
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

const nobody: readonly never[] = [];

function readRow(type: NetworkType, id: string, row: NonNullable<RowChange['row']>): unknown {
  const fault = faultOf(row);
  if (fault !== null) return { malformed: fault };
  return isObject(row as Json) ? rowKinds[type].read(id, row as Json) : { malformed: 'the row is no object' };
}

/** Rows have an id, and no member `fault`. */
function faultOf(row: NonNullable<RowChange['row']>): string | null {
  return typeof row === 'object' && 'fault' in row && !('id' in row)
    ? (textAt([], row.fault as Json, 'message') ?? 'for no known reason')
    : null;
}

/** What of it cannot be read: whom else it names is not known. */
function doubtsOf(record: unknown): readonly string[] {
  if (Array.isArray(record)) return record.flatMap(doubtsOf);
  if (isMalformed(record)) return [record.malformed];
  const problems: unknown = typeof record === 'object' && record !== null && 'problems' in record ? record.problems : [];
  return Array.isArray(problems) ? problems.map(String) : [];
}

function keysOf<Type extends NetworkType>(type: Type, record: unknown): readonly string[] {
  return isMalformed(record) ? nobody : keysOfRow(type, record as NetworkRecords[Type]);
}

/** What stands in the place of a record that could not be made. */
function isMalformed(record: unknown): record is { readonly malformed: string } {
  return typeof record === 'object' && record !== null && 'malformed' in record;
}

function addTo<Value>(map: Map<NetworkType, Map<string, Value>>, type: NetworkType, id: string, value: Value): void {
  const known = map.get(type);
  if (known === undefined) map.set(type, new Map([[id, value]]));
  else known.set(id, value);
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
  const from = id.indexOf('/', 1) + 1;
  if (from === 0) return '';
  const to = id.indexOf('/', from);
  return id.slice(from, to === -1 ? undefined : to).toLowerCase();
}
