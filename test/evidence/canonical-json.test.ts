import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/json.ts';
import { canonicalJson } from '../../src/evidence/canonical-json.ts';

const folder = fileURLToPath(new URL('../../../shared/evidence/vectors/rfc8785/', import.meta.url));
const hasVectors = existsSync(folder);

describe.skipIf(!hasVectors)(`the documents of RFC 8785${hasVectors ? '' : ' (skipped: ../shared is not there)'}`, () => {
  it.each(hasVectors ? readdirSync(`${folder}input`) : [])('%s', (name) => {
    const value = JSON.parse(readFileSync(`${folder}input/${name}`, 'utf8')) as Json;
    const bytes = readFileSync(`${folder}outhex/${name.replace('.json', '.txt')}`, 'utf8').replaceAll(/\s/g, '');
    expect(Buffer.from(canonicalJson(value), 'utf8').toString('hex')).toBe(bytes);
  });
});

describe('what has a form', () => {
  it.each<[string, Json, string]>([
    ['minus zero', -0, '0'],
    ['a large number', 1e21, '1e+21'],
    ['a small number', 1e-7, '1e-7'],
    ['nothing in it', {}, '{}'],
    [
      'keys by code unit, a surrogate pair before U+FFFF',
      { '\uffff': 1, '😀': 2, b: 3, a: 4, '': 5 },
      '{"":5,"a":4,"b":3,"😀":2,"\uffff":1}',
    ],
    ['a key that objects inherit', JSON.parse('{"__proto__":1}') as Json, '{"__proto__":1}'],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }) as Json, '{"a":1}'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('means the same value, and does not depend on the order in which keys were set', () => {
    const wellFormed = fc.string({ unit: 'grapheme' });
    const value = fc.jsonValue({ stringUnit: 'grapheme' }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(fc.dictionary(wellFormed, value), (object) => {
        const text = canonicalJson(object);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(object)));
        expect(canonicalJson(Object.fromEntries(Object.entries(object).reverse()) as Json)).toBe(text);
      }),
    );
  });
});

describe('what has none is refused', () => {
  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['an infinity', Number.NEGATIVE_INFINITY],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined }],
    ['a hole in a list', Array(2)],
    ['a function', { a: () => 1 }],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a date, which would print as nothing', new Date(0)],
    ['a map', new Map([['a', 1]])],
  ])('%s', (_, value) => {
    expect(() => canonicalJson(value as Json)).toThrow(TypeError);
  });
});
