import type { Json } from '../domain/json.ts';

/**
 * RFC 8785: one text per value, so that a hash means the value. Keys sort by UTF-16 code units; numbers print as ECMAScript prints them.
 * @throws TypeError for what JSON cannot hold (NaN, infinities, undefined, functions, lone surrogates, instances of classes): a guess would be sealed for ever.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (Array.isArray(value)) return `[${Array.from(value, (item: Json) => canonicalJson(item)).join(',')}]`;
  if (!isPlainObject(value)) throw new TypeError(`a value of type ${typeof value} has no JSON form`);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`the number ${value} has no JSON form`);
  return JSON.stringify(value);
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a text with a lone surrogate has no JSON form');
  return JSON.stringify(text);
}

function isPlainObject(value: unknown): value is { readonly [key: string]: Json } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
