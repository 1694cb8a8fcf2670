import type { Json, JsonObject } from '../../src/domain/json.ts';
import { isObject } from './official-bodies.ts';

/** A row with one part of it changed. */
export interface Variant {
  /** `properties.encryption.services.blob.enabled`; places in lists are `[]`. */
  readonly path: string;
  readonly kind: 'absent' | 'null' | 'another type' | 'a word nobody knows';
  readonly row: JsonObject;
}

type Place = readonly (string | number)[];

/** Each part of `read` (what a check's schema let through) changed in the row that it was read from. */
export function variantsOf(row: JsonObject, read: Json): readonly Variant[] {
  return placesIn(read, []).flatMap((place) => {
    const value = valueAt(row, place);
    if (value === undefined || value === null) return [];
    const path = place.map((part) => (typeof part === 'number' ? '[]' : part)).join('.');
    const another: Json = typeof value === 'string' ? 12_345 : 'not what it was';
    return [
      { path, kind: 'absent', row: changed(row, place, undefined) },
      { path, kind: 'null', row: changed(row, place, null) },
      { path, kind: 'another type', row: changed(row, place, another) },
      ...(typeof value === 'string' ? [{ path, kind: 'a word nobody knows', row: changed(row, place, 'Unheard-of') } as const] : []),
    ] as const;
  });
}

function placesIn(value: Json, place: Place): readonly Place[] {
  const own = place.length === 0 ? [] : [place];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item: Json, index) => [index, item] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  return [...own, ...entries.flatMap(([part, member]) => placesIn(member, [...place, part]))];
}

function valueAt(value: Json | undefined, place: Place): Json | undefined {
  let found = value;
  for (const part of place) {
    if (Array.isArray(found)) found = (found as readonly Json[])[Number(part)];
    else found = isObject(found) ? found[part] : undefined;
  }
  return found;
}

/** Undefined removes. */
function changed(row: JsonObject, [part, ...below]: Place, to: Json | undefined): JsonObject {
  const entries = Object.entries(row).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    const replaced = name === part ? replace(value, below, to) : value;
    return replaced === undefined ? [] : [[name, replaced]];
  });
  return Object.fromEntries(entries);
}

function replace(value: Json, place: Place, to: Json | undefined): Json | undefined {
  const [part, ...below] = place;
  if (part === undefined) return to;
  if (isObject(value)) return changed(value, place, to);
  if (!Array.isArray(value)) return value;
  const items = value.map((item: Json, index) => (index === part ? replace(item, below, to) : item));
  return items.filter((item) => item !== undefined);
}

/** Members are merged, anything else is replaced. */
export function merged(base: JsonObject, patch: JsonObject): JsonObject {
  const own = Object.entries(patch).map(([name, value]): readonly [string, Json] => {
    const before = base[name];
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(own) };
}
