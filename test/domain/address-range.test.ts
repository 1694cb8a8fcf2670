import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInRange, isPrivateAddress, parseAddress, parseRange } from '../../src/domain/address-range.ts';

const contains = (range: string, address: string): boolean | null => {
  const parsed = { range: parseRange(range), address: parseAddress(address) };
  return parsed.range === null || parsed.address === null ? null : isInRange(parsed.address, parsed.range);
};

describe('a range holds', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.0', true],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.1.255', false],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.77/24', '192.0.2.0', true],
    ['192.0.2.77', '192.0.2.77', true],
    ['192.0.2.77', '192.0.2.78', false],
    ['192.0.2.77/32', '192.0.2.76', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '192.0.2.1', false],
    ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:DB8::/32', '2001:db8::1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['2001:db8::/32', '[2001:db8::1]', true],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['192.0.2.0/24', '::ffff:c000:209', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:192.0.2.0/120', '192.0.3.9', false],
    ['192.0.2.0/24', '::192.0.2.9', false],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:209', true],
  ])('%s, %s: %s', (range, address, expected) => {
    expect(contains(range, address)).toBe(expected);
  });
});

test.each([
  '',
  'azure',
  '192.0.2',
  '192.0.2.1.1',
  '192.0.2.256',
  '192.0.2.01',
  '192.0.2.-1',
  '192.0.2.1%eth0',
  '1:2:3',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7:8:9',
  '::12345',
  '::1:192.0.2',
  '192.0.2.1::',
  '1:2:3:4:5:6:7::8',
  '::g',
])('no address: %s', (text) => {
  expect(parseAddress(text)).toBeNull();
});

test('one group may be missing, not none', () => {
  expect(parseAddress('1:2:3:4:5:6::8')).toEqual(parseAddress('1:2:3:4:5:6:0:8'));
});

test.each(['', '/24', '192.0.2.0/', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/24/24', '2001:db8::/129', '192.0.2.0/2x', 'fe80::%eth0/10'])(
  'no range: %s',
  (text) => {
    expect(parseRange(text)).toBeNull();
  },
);

test.each([
  ['10.0.0.1', true],
  ['11.0.0.0', false],
  ['172.31.255.255', true],
  ['172.32.0.0', false],
  ['100.127.255.255', true],
  ['100.128.0.0', false],
  ['127.0.0.2', true],
  ['fd00::1', true],
  ['fe00::1', false],
  ['::1', true],
  ['::ffff:10.0.0.1', true],
  ['20.50.2.1', false],
])('%s is somebody’s own: %s', (text, expected) => {
  const address = parseAddress(text);
  expect(address !== null && isPrivateAddress(address)).toBe(expected);
});

describe('over all addresses', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());

  test('what Node.js calls an address is one, and nothing else is', () => {
    const text = fc.oneof(address, fc.string(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/));
    fc.assert(
      fc.property(text, (written) => {
        expect(parseAddress(written) !== null).toBe(isIP(written.trim().replace(/^\[(.*)\]$/, '$1')) !== 0);
      }),
    );
  });

  test('ranges hold what Node.js says that they hold', () => {
    const both = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), fc.constant('ipv4' as const)),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6(), fc.constant('ipv6' as const)),
    );
    fc.assert(
      fc.property(both, fc.boolean(), ([network, bits, other, family], self) => {
        const asked = self ? network : other;
        const block = new BlockList();
        block.addSubnet(network, bits, family);
        expect(contains(`${network}/${bits}`, asked)).toBe(block.check(asked, family));
      }),
    );
  });

  test('a range holds its own network, and a wider one holds it too', () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 32 }), (network, bits) => {
        const [narrow, wide] = [parseRange(`${network}/${bits}`), parseRange(`${network}/${bits - 1}`)];
        const own = parseAddress(network);
        if (narrow === null || wide === null || own === null) throw new Error('unreadable');
        expect(isInRange(own, narrow)).toBe(true);
        expect(wide.first <= narrow.first && wide.last >= narrow.last).toBe(true);
      }),
    );
  });
});
