/** Anything that JSON can hold; what crosses threads, stands in the store and is hashed is always this. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A list or table with more entries than this is no reading for people. */
const longestTable = 30;

/** The same value with long lists and tables named instead (`224 entries, 3f2a...`), for people. */
export function withTablesNamed(value: Json, nameOf: (table: Json) => string): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).length > longestTable) return nameOf(value);
  if (Array.isArray(value)) return value.map((one: Json) => withTablesNamed(one, nameOf));
  return Object.fromEntries(Object.entries(value).map(([key, one]: [string, Json]) => [key, withTablesNamed(one, nameOf)]));
}
