import { describe, expect, test } from 'vitest';
import { packRules, unpackRules } from '../../src/network/packed-rules.ts';
import { everyPort, portSetOf } from '../../src/network/port-set.ts';
import { anyEnd, type RuleEnd, readRuleEnd } from '../../src/network/rule-ends.ts';
import type { SecurityRule } from '../../src/network/security-rules.ts';

const endOf = (...texts: string[]): RuleEnd => {
  const end = readRuleEnd(texts, []);
  return 'unreadable' in end ? anyEnd : end;
};
const plain: SecurityRule = {
  ...{ name: 'one', priority: 100, access: 'Allow', protocols: 1, ports: portSetOf(['22']) ?? [], sourcePorts: everyPort },
  ...{ sources: endOf('203.0.113.0/24'), destinations: anyEnd, unreadable: null },
};
const packedAgain = (...rules: readonly SecurityRule[]) => unpackRules(packRules(rules));
const ranges = (count: number) => Array.from({ length: count }, (_, index) => [index * 3, index * 3 + 1]).flat();

describe('rules come back as they were', () => {
  test.each<[string, Partial<SecurityRule>, fits: boolean]>([
    ['nothing special', {}, true],
    ['the first priority', { priority: 0 }, true],
    ['the last priority that fits', { priority: 65_534 }, true],
    ['the next', { priority: 65_535 }, false],
    ['one beyond all', { priority: 4_294_967_296 }, false],
    ['none', { priority: -1, unreadable: 'priority is absent' }, false],
    ['every access', { access: 'Deny' }, true],
    ['an access of admin rules', { access: 'AlwaysAllow' }, true],
    ['an access that is none', { access: 'unknown', unreadable: 'access is absent' }, false],
    ['every protocol', { protocols: 63 }, true],
    ['the last protocol', { protocols: 32 }, true],
    ['every port', { ports: everyPort }, true],
    ['the last port', { ports: [65_535, 65_535] }, true],
    ['the most ranges that fit', { ports: ranges(255) }, true],
    ['one range more', { ports: ranges(256) }, false],
    ['no port', { ports: [] }, false],
    ['some source ports', { sourcePorts: [53, 53] }, false],
    ['the last address', { sources: endOf('255.255.255.255') }, true],
    ['every IPv4 address', { sources: endOf('0.0.0.0/0') }, true],
    ['several prefixes', { sources: endOf('10.0.0.0/24', '192.0.2.7', '203.0.113.0/25') }, true],
    ['IPv6', { sources: endOf('2001:db8::/32') }, true],
    ['both families', { destinations: endOf('2001:db8::/32', '10.0.0.0/8') }, true],
    ['a tag beside a prefix', { sources: endOf('Storage', '10.0.0.0/8') }, true],
    ['a name of another script', { name: 'règle-日本' }, true],
    ['an empty name', { name: '' }, true],
    ['a name of two lines', { name: 'one\ntwo' }, false],
  ])('%s', (_, fields, fits) => {
    const rules: readonly SecurityRule[] = [plain, { ...plain, ...fields }, { ...plain, name: 'last', priority: 200 }];
    expect(unpackRules(packRules(rules))).toEqual(rules);
    expect(packRules(rules).rules).toHaveLength(fits ? 0 : 1);
  });

  test('none', () => expect(packedAgain()).toEqual([]));

  test('more ends than can be numbered', () => {
    const rules = Array.from({ length: 65_600 }, (_, index): SecurityRule => {
      const sources = { addresses: { v4: [index, index], v6: anyEnd.addresses.v6 }, tags: [], groups: [] };
      return { ...plain, name: `r${index}`, sources, destinations: { ...sources, groups: [`/asg/${index}`] } };
    });
    const packed = packRules(rules);
    expect(packed.rules.length).toBeGreaterThan(30_000);
    expect(unpackRules(packed)).toEqual(rules);
  });
});

test('what others look for by identity is the same object', () => {
  const shared = endOf('10.0.0.0/8', '192.0.2.0/24');
  const [one, two] = packedAgain({ ...plain, ports: everyPort, sources: shared }, { ...plain, destinations: shared });
  expect(one?.ports).toBe(everyPort);
  expect(one?.sourcePorts).toBe(everyPort);
  expect(one?.destinations).toBe(anyEnd);
  expect(two?.ports).toBe(portSetOf(['22']));
  expect(two?.destinations).toBe(one?.sources);
});
