import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrivateAddress, parseAddress } from '../../src/domain/address-range.ts';
import {
  type AddressSet,
  addressSetOf,
  countAddresses,
  everyAddress,
  holdsAddress,
  intersectAddresses,
  isEmptyAddresses,
  isSameAddresses,
  isWithinAddresses,
  noAddresses,
  publicAddresses,
  subtractAddresses,
  uniteAddresses,
} from '../../src/network/address-set.ts';
import { describeAddresses } from '../../src/network/describe-addresses.ts';

const setOf = (...texts: string[]): AddressSet => {
  const set = addressSetOf(texts);
  if (set === null) throw new Error(`no addresses: ${texts.join(' ')}`);
  return set;
};

describe('reading', () => {
  test.each<[string[], AddressSet | null]>([
    [['192.0.2.0/24'], { v4: [0xc000_0200, 0xc000_02ff], v6: [] }],
    [['192.0.2.77/24'], { v4: [0xc000_0200, 0xc000_02ff], v6: [] }],
    [['192.0.2.1'], { v4: [0xc000_0201, 0xc000_0201], v6: [] }],
    [['192.0.2.1-192.0.2.2'], { v4: [0xc000_0201, 0xc000_0202], v6: [] }],
    [['0.0.0.0/0'], { v4: everyAddress.v4, v6: [] }],
    [['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'], everyAddress],
    [['192.0.2.1', '192.0.2.0'], { v4: [0xc000_0200, 0xc000_0201], v6: [] }],
    [['192.0.2.0/24', '192.0.2.9', '192.0.2.255'], { v4: [0xc000_0200, 0xc000_02ff], v6: [] }],
    [['192.0.2.0', '192.0.2.2'], { v4: [0xc000_0200, 0xc000_0200, 0xc000_0202, 0xc000_0202], v6: [] }],
    [['2001:DB8::/127'], { v4: [], v6: [0x2001_0db8n << 96n, (0x2001_0db8n << 96n) + 1n] }],
    [['::ffff:192.0.2.1'], { v4: [0xc000_0201, 0xc000_0201], v6: [] }],
    [['::ffff:192.0.2.0/120'], { v4: [0xc000_0200, 0xc000_02ff], v6: [] }],
    [[], noAddresses],
    [[''], null],
    [['*'], null],
    [['Internet'], null],
    [['192.0.2.0/33'], null],
    [['192.0.2.2-192.0.2.1'], null],
    [['192.0.2.2-2001:db8::1'], null],
    [['192.0.2.1-192.0.2.2-192.0.2.3'], null],
    [['192.0.2.1', 'x'], null],
  ])('%j', (texts, set) => expect(addressSetOf(texts)).toEqual(set));
});

describe('what is public', () => {
  test.each([
    ['0.255.255.255', false],
    ['1.0.0.0', true],
    ['9.255.255.255', true],
    ['10.0.0.0', false],
    ['11.0.0.0', true],
    ['100.64.0.0', false],
    ['127.0.0.1', false],
    ['168.63.129.15', true],
    ['168.63.129.16', false],
    ['168.63.129.17', true],
    ['169.254.169.254', false],
    ['172.15.255.255', true],
    ['172.16.0.0', false],
    ['172.31.255.255', false],
    ['172.32.0.0', true],
    ['192.168.0.1', false],
    ['203.0.113.7', true],
    ['223.255.255.255', true],
    ['224.0.0.0', false],
    ['240.0.0.0', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['fc00::1', false],
    ['fe80::1', false],
    ['ff02::1', false],
    ['1fff::', false],
    ['2000::', true],
    ['2001:db8::1', true],
    ['::ffff:10.0.0.1', false],
    ['::ffff:203.0.113.7', true],
  ])('%s: %s', (address, isPublic) => expect(holdsAddress(publicAddresses, address)).toBe(isPublic));

  test('nothing that the domain calls private is public', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        return address === null || !isPrivateAddress(address) || holdsAddress(publicAddresses, text) === false;
      }),
    );
  });

  test('a text that is no address is in no set', () => expect(holdsAddress(everyAddress, 'Internet')).toBeNull());
});

describe('describing', () => {
  test.each<[string, AddressSet, string[]]>([
    ['nothing', noAddresses, []],
    ['one address', setOf('192.0.2.1'), ['192.0.2.1']],
    ['two that are no prefix', setOf('192.0.2.1', '192.0.2.2'), ['192.0.2.1', '192.0.2.2']],
    ['IPv4 before IPv6', setOf('2001:db8::1', '192.0.2.0/25', '192.0.2.128/25'), ['192.0.2.0/24', '2001:db8::1']],
    ['nine prefixes', setOf('0.0.0.1-0.0.1.0'), ['0.0.0.1-0.0.1.0']],
    [
      'exactly eight prefixes',
      setOf('0.0.0.1-0.0.0.255'),
      ['0.0.0.1', '0.0.0.2/31', '0.0.0.4/30', '0.0.0.8/29', '0.0.0.16/28', '0.0.0.32/27', '0.0.0.64/26', '0.0.0.128/25'],
    ],
    ['everything', everyAddress, ['Internet']],
    ['every public address', publicAddresses, ['Internet']],
    ['all of IPv4', setOf('0.0.0.0/0'), ['Internet']],
    ['all of IPv6', setOf('::/0'), ['Internet']],
    ['all of IPv4, some of IPv6', setOf('0.0.0.0/0', '2001:db8::/32'), ['Internet (IPv4)', '2001:db8::/32']],
    ['some of IPv4, all of IPv6', setOf('192.0.2.0/24', '::/0'), ['192.0.2.0/24', 'Internet (IPv6)']],
    ['half of IPv4', setOf('0.0.0.0/1'), ['0.0.0.0/1']],
    ['the longest run of zeros', setOf('2001:db8:0:0:1:0:0:0'), ['2001:db8:0:0:1::']],
    ['the first of equal runs', setOf('2001:0:0:1:0:0:1:1'), ['2001::1:0:0:1:1']],
    ['a single zero group', setOf('2001:db8:0:1:1:1:1:1'), ['2001:db8:0:1:1:1:1:1']],
    ['no address of IPv6', setOf('::'), ['::']],
  ])('%s', (_, set, texts) => expect(describeAddresses(set)).toEqual(texts));

  test('one address less than the Internet is not the Internet', () =>
    expect(describeAddresses(subtractAddresses(publicAddresses, setOf('203.0.113.7')))).not.toContain('Internet'));

  test('reading what was described gives the set', () => {
    fc.assert(
      fc.property(smallSets, ({ set }) => {
        expect(addressSetOf(describeAddresses(set))).toEqual(set);
      }),
    );
  });
});

test('reading what was described gives the set, wherever it begins and ends', () => {
  const border = fc.oneof(
    fc.nat(0xffff_ffff),
    fc.nat(0xffff_ff).map((value) => value * 256),
    fc.nat(31).map((bit) => 2 ** bit),
  );
  fc.assert(
    fc.property(border, border, (one, other) => {
      const set = { v4: [Math.min(one, other), Math.max(one, other)], v6: [] };
      const texts = describeAddresses(set);
      if (texts[0] !== 'Internet') expect(addressSetOf(texts)).toEqual(set);
    }),
    { numRuns: 1_000 },
  );
});

/** Sets over the last 40 IPv4 and the first 40 IPv6 addresses, with the naive set beside it. */
const lowest4 = 0xffff_ffff - 39;
const smallSets = fc.record({ four: fc.uniqueArray(fc.nat(39)), six: fc.uniqueArray(fc.nat(39)) }).map(({ four, six }) => {
  const names = new Set([...four.map((value) => `4/${value}`), ...six.map((value) => `6/${value}`)]);
  const texts = [...four.map((value) => `255.255.255.${255 - 39 + value}`), ...six.map((value) => `::${value.toString(16)}`)];
  return { names, set: setOf(...texts) };
});

function namesIn({ v4, v6 }: AddressSet): Set<string> {
  const names = new Set<string>();
  for (let index = 0; index < v4.length; index += 2)
    for (let value = v4[index] ?? 0; value <= (v4[index + 1] ?? 0); value += 1) names.add(`4/${value - lowest4}`);
  for (let index = 0; index < v6.length; index += 2)
    for (let value = v6[index] ?? 0n; value <= (v6[index + 1] ?? 0n); value += 1n) names.add(`6/${value}`);
  return names;
}

function isWellFormed({ v4, v6 }: AddressSet): boolean {
  return [v4.map(BigInt), v6].every((flat) =>
    flat.every(
      (value, index) => index === 0 || (index % 2 === 1 ? value >= (flat[index - 1] ?? 0n) : value > (flat[index - 1] ?? 0n) + 1n),
    ),
  );
}

describe('laws, against naive sets', () => {
  const operations = [
    ['union', uniteAddresses, (left: Set<string>, right: Set<string>) => left.union(right)],
    ['intersection', intersectAddresses, (left: Set<string>, right: Set<string>) => left.intersection(right)],
    ['difference', subtractAddresses, (left: Set<string>, right: Set<string>) => left.difference(right)],
  ] as const;
  test.each(operations)('%s', (_, operate, naive) => {
    fc.assert(
      fc.property(smallSets, smallSets, (left, right) => {
        const result = operate(left.set, right.set);
        expect(isWellFormed(result)).toBe(true);
        expect(namesIn(result)).toEqual(naive(left.names, right.names));
      }),
      { numRuns: 500 },
    );
  });

  test('emptiness, equality, inclusion, count and membership', () => {
    fc.assert(
      fc.property(smallSets, smallSets, (left, right) => {
        expect(isEmptyAddresses(left.set)).toBe(left.names.size === 0);
        expect(isSameAddresses(left.set, right.set)).toBe(left.names.symmetricDifference(right.names).size === 0);
        expect(isWithinAddresses(left.set, right.set)).toBe(left.names.isSubsetOf(right.names));
        const { v4, v6 } = countAddresses(left.set);
        expect(v4 + Number(v6)).toBe(left.names.size);
        expect(holdsAddress(left.set, '255.255.255.255')).toBe(left.names.has('4/39'));
        expect(holdsAddress(left.set, '::')).toBe(left.names.has('6/0'));
      }),
    );
  });

  test('what changes nothing is the same object', () => {
    const set = setOf('192.0.2.0/24', '2001:db8::/32');
    expect(intersectAddresses(set, everyAddress)).toBe(set);
    expect(intersectAddresses(everyAddress, set)).toBe(set);
    expect(subtractAddresses(set, setOf('198.51.100.0/24'))).toBe(set);
    expect(uniteAddresses(set, setOf('192.0.2.7'))).toBe(set);
    expect(subtractAddresses(set, everyAddress)).toBe(noAddresses);
  });

  test('everything without the public is everything else', () => {
    const rest = subtractAddresses(everyAddress, publicAddresses);
    expect(uniteAddresses(rest, publicAddresses)).toEqual(everyAddress);
    expect(isEmptyAddresses(intersectAddresses(rest, publicAddresses))).toBe(true);
  });
});
