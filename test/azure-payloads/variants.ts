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
function changed<T extends Json>(value: T, place: Place, to: Json | undefined): T {
  const copy = structuredClone(value);
  const parent = valueAt(copy, place.slice(0, -1));
  const last = place.at(-1);
  if (last === undefined) return copy;
  if (Array.isArray(parent)) to === undefined ? parent.splice(Number(last), 1) : parent.splice(Number(last), 1, to);
  else if (isObject(parent)) Object.assign(parent, { [last]: to });
  // A member that is undefined is none for JSON, as it comes from outside.
  return JSON.parse(JSON.stringify(copy)) as T;
}

/** Members are merged, anything else is replaced. */
export function merged(base: JsonObject, patch: JsonObject): JsonObject {
  const own = Object.entries(patch).map(([name, value]): readonly [string, Json] => {
    const before = base[name];
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(own) };
}
