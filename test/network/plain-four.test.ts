import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseRange } from '../../src/domain/address-range.ts';
import { plainFour } from '../../src/network/plain-four.ts';

const part = fc.oneof(fc.nat({ max: 300 }).map(String), fc.constantFrom('', '00', '01', '1234', 'a', ' 1'));
const prefix = fc.oneof(
  fc.constant(''),
  fc.nat({ max: 40 }).map((bits) => `/${bits}`),
  fc.constantFrom('/', '/033', '/3a', '/08', '/-1', '/8/8'),
);
const texts = fc.tuple(fc.array(part, { minLength: 3, maxLength: 5 }), prefix).map(([parts, bits]) => `${parts.join('.')}${bits}`);

describe('plain IPv4 in whole numbers', () => {
  it('is what the careful reader says', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const plain = plainFour(text);
        const range = parseRange(text);
        if (plain === null) return;
        expect(range).toEqual({ family: 4, first: BigInt(plain.first), last: BigInt(plain.last) });
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['0.0.0.0', 0, 0],
    ['255.255.255.255', 0xffff_ffff, 0xffff_ffff],
    ['10.0.0.7/24', 0x0a00_0000, 0x0a00_00ff],
    ['1.2.3.4/0', 0, 0xffff_ffff],
    ['1.2.3.4/32', 0x0102_0304, 0x0102_0304],
  ])('%s', (text, first, last) => {
    expect(plainFour(text)).toEqual({ first, last });
  });

  test.each([
    '256.0.0.0',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.04',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.',
    '',
    ' 1.2.3.4',
    '1.2.3.4-1.2.3.9',
    '2001:db8::',
  ])('"%s" is left to it', (text) => {
    expect(plainFour(text)).toBe(null);
  });
});
