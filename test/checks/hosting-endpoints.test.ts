import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/hosting-endpoints.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const azureAddressRanges = ['203.0.113.0/25', '2001:db8:100::/48'];
const dns = (a: readonly string[], aaaa: readonly string[] = []) => ({ dns: { name: 'shop.example.com', cnames: [], a, aaaa } });

describe('hosting-endpoints', () => {
  const rows: readonly [what: string, a: readonly string[], aaaa: readonly string[], ranges: readonly string[], verdict: string][] = [
    ['the last address of a range', ['203.0.113.127'], [], azureAddressRanges, 'pass'],
    ['one behind it', ['203.0.113.128'], [], azureAddressRanges, 'fail'],
    ['both families', ['203.0.113.1'], ['2001:db8:100::1'], azureAddressRanges, 'pass'],
    ['one family elsewhere', ['203.0.113.1'], ['2001:db8:101::1'], azureAddressRanges, 'fail'],
    ['an IPv4 address in IPv6 clothes', [], ['::ffff:203.0.113.1'], azureAddressRanges, 'pass'],
    ['a private address', ['10.0.0.4'], [], azureAddressRanges, 'unknown unsupported'],
    ['a private address that is listed', ['10.0.0.4'], [], ['10.0.0.0/24'], 'pass'],
    ['a private one and a foreign one', ['10.0.0.4', '198.51.100.1'], [], azureAddressRanges, 'fail'],
    ['what is no address', ['shop'], [], azureAddressRanges, 'unknown malformed'],
    ['no address', [], [], azureAddressRanges, 'unknown none-seen'],
    ['no ranges', ['203.0.113.1'], [], [], 'unknown unsupported'],
    ['no ranges, no address', [], [], [], 'unknown unsupported'],
    ['in a range, beside one that cannot be read', ['203.0.113.1'], [], [...azureAddressRanges, 'x'], 'pass'],
    ['in none, beside one that cannot be read', ['198.51.100.1'], [], [...azureAddressRanges, 'x'], 'unknown malformed'],
  ];
  test.each(rows)('%s', (_what, a, aaaa, ranges, verdict) => {
    expect(verdictOf(judgeOne(check, 'literal', dns(a, aaaa), { parameters: { azureAddressRanges: ranges } }))).toBe(verdict);
  });

  test('ranges are not configured by default', () => {
    expect(verdictOf(judgeOne(check, 'literal', dns(['203.0.113.1'])))).toBe('unknown unsupported');
  });

  test('names the address that is elsewhere, and no other', () => {
    const judgement = judgeOne(check, 'literal', dns(['203.0.113.1', '198.51.100.1']), { parameters: { azureAddressRanges } });
    expect(judgement.observed).toBe('at 198.51.100.1: in no range of Azure');
  });
});
