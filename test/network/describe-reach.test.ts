import { describe, expect, test } from 'vitest';
import { describeEntry, describeOpenRule, describeParts, describeReach, describeUnknown } from '../../src/network/describe-reach.ts';

const balancer = '/subscriptions/1/resourcegroups/shop/providers/microsoft.network/loadbalancers/front';
const entry = { id: balancer, rule: 'rdp', addresses: ['203.0.113.7', '2001:db8::7'] };
const part = { protocol: 'Tcp' as const, ports: '3389', sources: ['Internet'] };
const reach = { ...part, entry, entryPorts: '50001' };
const seven = [1, 2, 3, 4, 5, 6, 7].map((value) => `192.0.2.${value}`);

describe('a way in', () => {
  test.each([
    ['two ports', part, reach, 'Internet to Tcp 3389 through loadbalancers/front (rdp) at 203.0.113.7, 2001:db8::7 port 50001'],
    [
      'one port',
      part,
      { ...reach, entryPorts: '3389' },
      'Internet to Tcp 3389 through loadbalancers/front (rdp) at 203.0.113.7, 2001:db8::7',
    ],
    [
      'no rule, no address',
      { ...part, protocol: 'any' as const, ports: '*' },
      { ...reach, entry: { id: balancer, rule: null, addresses: [] }, ports: '*', entryPorts: '*' },
      'Internet to any protocol, every port through loadbalancers/front',
    ],
  ])('with %s', (_what, own, whole, text) => {
    expect(describeReach(own, whole)).toBe(text);
  });

  test.each([
    ['some of them', { ...part, sources: ['192.0.2.0/25'], allowedSources: ['192.0.2.128/25'] }, ['192.0.2.0/24'], '192.0.2.0/25 to'],
    ['all but one', { ...part, sources: seven, allowedSources: ['192.0.2.0'] }, ['192.0.2.0/29'], '192.0.2.0/29 but for 192.0.2.0 to'],
    ['as long', { ...part, sources: ['a', 'b'], allowedSources: ['c'] }, ['Internet'], 'a, b to'],
    ['more than six', { ...part, sources: seven }, seven, '192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6 and 1 more to'],
    ['six', { ...part, sources: seven.slice(1) }, seven, '192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7 to'],
  ])('from %s', (_what, own, sources, text) => {
    expect(describeReach(own, { ...reach, sources }).slice(0, text.length)).toBe(text);
  });
});

test('parts of one way in: protocols with the same ports and sources stand together', () => {
  const direct = { ...reach, entry: { id: balancer, rule: null, addresses: [] }, ports: '*', entryPorts: '*' };
  const parts = [
    part,
    { ...part, protocol: 'Udp' as const },
    { ...part, protocol: 'Udp' as const, ports: '53' },
    { ...part, sources: seven.slice(0, 1) },
  ];
  expect(describeParts(parts, { ...direct, ports: '*' })).toBe(
    'Internet to Tcp, Udp 3389 through loadbalancers/front; Internet to Udp 53 through loadbalancers/front; 192.0.2.1 to Tcp 3389 through loadbalancers/front',
  );
});

test('what stands open, what is not known, and where the Internet knocks', () => {
  expect(describeOpenRule({ ...part, rules: ['nsg/a (priority 1)', 'nsg/b (priority 2)'] })).toBe(
    'Tcp 3389 is open to Internet, and no way in leads there: nsg/a (priority 1), nsg/b (priority 2)',
  );
  expect(describeUnknown({ ...part, why: 'denied' })).toBe('Tcp 3389 cannot be known: denied');
  expect(describeEntry(entry)).toBe('loadbalancers/front (rdp) at 203.0.113.7, 2001:db8::7');
});
