import { describe, expect, test } from 'vitest';
import { isWithin } from '../../sandbox/azure/packet-address.ts';
import {
  any,
  fateOf,
  group,
  judge,
  longServer,
  longStranger,
  neighbour,
  open,
  probe,
  type Row,
  rule,
  stranger,
  webServers,
  without,
  world,
} from './packets.ts';

describe('rules of one group', () => {
  test.each<Row>([
    { says: 'an allowed port', rules: [open], fate: 'allowed' },
    { says: 'one port below', rules: [open], packet: { destinationPort: 21 }, fate: 'denied' },
    { says: 'one port above', rules: [open], packet: { destinationPort: 23 }, fate: 'denied' },
    { says: 'another protocol', rules: [open], packet: { protocol: 'Udp' }, fate: 'denied' },
    { says: 'a rule for what goes out', rules: [rule('out', 100, { direction: 'Outbound' })], fate: 'denied' },

    { says: 'port *', rules: [rule('all-ports', 100, { destinationPortRange: '*' })], fate: 'allowed' },
    { says: 'any, any, any', rules: [rule('all', 100, any)], fate: 'allowed' },
    { says: 'a range of one port', rules: [rule('one', 100, { destinationPortRange: '22-22' })], fate: 'allowed' },
    { says: 'the first port of a range', rules: [rule('some', 100, { destinationPortRange: '22-25' })], fate: 'allowed' },
    { says: 'the last port of a range', rules: [rule('some', 100, { destinationPortRange: '20-22' })], fate: 'allowed' },
    { says: 'a range that ends before', rules: [rule('some', 100, { destinationPortRange: '0-21' })], fate: 'denied' },
    { says: 'port 0', rules: [rule('all', 100, { destinationPortRange: '0-65535' })], packet: { destinationPort: 0 }, fate: 'allowed' },
    {
      says: 'port 65535',
      rules: [rule('all', 100, { destinationPortRange: '0-65535' })],
      packet: { destinationPort: 65_535 },
      fate: 'allowed',
    },

    { says: 'Deny before Allow', rules: [open, rule('shut', 199, { access: 'Deny' })], fate: 'denied' },
    { says: 'Deny after Allow', rules: [rule('shut', 201, { access: 'Deny' }), open], fate: 'allowed' },
    {
      says: 'Deny of another port before Allow',
      rules: [open, rule('shut', 199, { access: 'Deny', destinationPortRange: '23' })],
      fate: 'allowed',
    },
    {
      says: 'Deny of another address before Allow',
      rules: [open, rule('shut', 199, { access: 'Deny', sourceAddressPrefix: '203.0.113.8' })],
      fate: 'allowed',
    },
    {
      says: 'Deny of just this address before Allow',
      rules: [open, rule('shut', 199, { access: 'Deny', sourceAddressPrefix: stranger })],
      fate: 'denied',
    },
    {
      says: 'Deny of all between two Allows',
      rules: [rule('other', 100, { destinationPortRange: '443' }), rule('shut', 150, { ...any, access: 'Deny' }), open],
      fate: 'denied',
    },
    { says: 'a number that sorts otherwise as text', rules: [rule('shut', 1000, { access: 'Deny' }), open], fate: 'allowed' },

    { says: 'TCP in capitals', rules: [rule('open', 100, { protocol: 'TCP' })], fate: 'allowed' },
    { says: 'tcp in small letters', rules: [rule('open', 100, { protocol: 'tcp' })], fate: 'allowed' },
    { says: 'odd casing of Allow and Inbound', rules: [rule('open', 100, { access: 'ALLOW', direction: 'inbound' })], fate: 'allowed' },
    { says: 'odd casing of Deny', rules: [rule('shut', 100, { access: 'deny' }), open], fate: 'denied' },
    { says: 'any protocol, for UDP', rules: [rule('open', 100, { protocol: '*' })], packet: { protocol: 'Udp' }, fate: 'allowed' },
    { says: 'any protocol, for one without a name', rules: [rule('all', 100, any)], packet: { protocol: '47' }, fate: 'allowed' },
    { says: 'ICMP', rules: [rule('ping', 100, { ...any, protocol: 'Icmp' })], packet: { protocol: 'Icmp' }, fate: 'allowed' },
    { says: 'ICMP does not mean TCP', rules: [rule('ping', 100, { ...any, protocol: 'Icmp' })], fate: 'denied' },
    { says: 'ESP', rules: [rule('esp', 100, { ...any, protocol: 'ESP' })], packet: { protocol: 'Esp' }, fate: 'allowed' },
    { says: 'AH', rules: [rule('ah', 100, { ...any, protocol: 'Ah' })], packet: { protocol: 'Ah' }, fate: 'allowed' },

    { says: 'a source port within', rules: [rule('open', 100, { sourcePortRange: '50000-50001' })], fate: 'allowed' },
    { says: 'a source port outside', rules: [rule('open', 100, { sourcePortRange: '50001-50002' })], fate: 'denied' },
    { says: 'Deny of another source port', rules: [open, rule('shut', 100, { access: 'Deny', sourcePortRange: '53' })], fate: 'allowed' },

    { says: 'the destination', rules: [rule('open', 100, { destinationAddressPrefix: '10.0.1.0/24' })], fate: 'allowed' },
    { says: 'another destination', rules: [rule('open', 100, { destinationAddressPrefix: '10.0.2.0/24' })], fate: 'denied' },
    { says: 'VirtualNetwork as destination', rules: [rule('open', 100, { destinationAddressPrefix: 'VirtualNetwork' })], fate: 'allowed' },

    { says: '0.0.0.0/0', rules: [rule('open', 100, { sourceAddressPrefix: '0.0.0.0/0' })], fate: 'allowed' },
    {
      says: '0.0.0.0/0 from IPv6',
      rules: [rule('open', 100, { sourceAddressPrefix: '0.0.0.0/0' })],
      packet: { source: longStranger, destination: longServer },
      fate: 'denied',
    },
    {
      says: '::/0',
      rules: [rule('open', 100, { sourceAddressPrefix: '::/0' })],
      packet: { source: longStranger, destination: longServer },
      fate: 'allowed',
    },
    { says: '::/0 from IPv4', rules: [rule('open', 100, { sourceAddressPrefix: '::/0' })], fate: 'denied' },
    { says: '* from IPv6', rules: [open], packet: { source: longStranger, destination: longServer }, fate: 'allowed' },
    {
      says: 'an IPv6 prefix in another spelling',
      rules: [rule('open', 100, { sourceAddressPrefix: '2001:0DB8:0:0::/64' })],
      packet: { source: longStranger, destination: longServer },
      fate: 'allowed',
    },
    {
      says: 'the IPv6 prefix beside it',
      rules: [rule('open', 100, { sourceAddressPrefix: '2001:db8:0:1::/64' })],
      packet: { source: longStranger, destination: longServer },
      fate: 'denied',
    },
    { says: 'a prefix with bits of its host', rules: [rule('open', 100, { sourceAddressPrefix: '203.0.113.99/24' })], fate: 'allowed' },

    { says: 'the tag Internet', rules: [rule('open', 100, { sourceAddressPrefix: 'Internet' })], fate: 'allowed' },
    { says: 'the tag Internet in small letters', rules: [rule('open', 100, { sourceAddressPrefix: 'internet' })], fate: 'allowed' },
    {
      says: 'the tag Internet for a neighbour',
      rules: [rule('open', 100, { sourceAddressPrefix: 'Internet' }), rule('shut', 4096, { ...any, access: 'Deny' })],
      packet: { source: neighbour },
      fate: 'denied',
    },
    {
      says: 'the tag of a service',
      rules: [rule('open', 100, { sourceAddressPrefix: 'Storage' })],
      packet: { source: '198.51.100.127' },
      fate: 'allowed',
    },
    {
      says: 'an address beside the tag of a service',
      rules: [rule('open', 100, { sourceAddressPrefix: 'Storage' })],
      packet: { source: '198.51.100.128' },
      fate: 'denied',
    },
    { says: 'Allow of a tag that is not known', rules: [rule('open', 100, { sourceAddressPrefix: 'AzureCloud' })], fate: 'unknown' },
    {
      says: 'Deny of a tag that is not known',
      rules: [open, rule('shut', 100, { access: 'Deny', sourceAddressPrefix: 'AzureCloud' })],
      fate: 'unknown',
    },
    {
      says: 'a tag that is not known, of a rule that says the same as the next',
      rules: [open, rule('cloud', 100, { sourceAddressPrefix: 'AzureCloud' })],
      fate: 'allowed',
    },
    {
      says: 'a tag that is not known, of a rule for another port',
      rules: [rule('open', 100, { sourceAddressPrefix: 'AzureCloud' })],
      packet: { destinationPort: 23 },
      fate: 'denied',
    },
  ])('$says: $fate', ({ rules, packet, fate }) => {
    expect(fateOf(rules, packet)).toBe(fate);
    expect(fateOf([...rules].reverse(), packet)).toBe(fate);
  });
});

describe('lists', () => {
  const ports = without(rule('open', 100, { destinationPortRanges: ['22', '3389'] }), 'destinationPortRange');
  const sources = without(rule('open', 100, { sourceAddressPrefixes: ['198.51.100.0/24', '203.0.113.0/29'] }), 'sourceAddressPrefix');
  const halves = without(rule('open', 100, { sourceAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'] }), 'sourceAddressPrefix');
  const destinations = without(
    rule('open', 100, { destinationAddressPrefixes: ['10.0.0.0/24', '10.0.1.4/32'] }),
    'destinationAddressPrefix',
  );
  const sourcePorts = without(rule('open', 100, { sourcePortRanges: ['1-2', '50000'] }), 'sourcePortRange');
  test.each<Row>([
    { says: 'a port of the list', rules: [ports], fate: 'allowed' },
    { says: 'another port of the list', rules: [ports], packet: { destinationPort: 3389 }, fate: 'allowed' },
    { says: 'a port between those of the list', rules: [ports], packet: { destinationPort: 443 }, fate: 'denied' },
    { says: 'a list of sources', rules: [sources], fate: 'allowed' },
    { says: 'just outside the list of sources', rules: [sources], packet: { source: '203.0.113.8' }, fate: 'denied' },
    { says: 'the upper half of all addresses', rules: [halves], fate: 'allowed' },
    { says: 'the lower half of all addresses', rules: [halves], packet: { source: '9.9.9.9' }, fate: 'allowed' },
    { says: 'a list of destinations', rules: [destinations], fate: 'allowed' },
    { says: 'a destination that the list has not', rules: [destinations], packet: { destination: '10.0.1.5' }, fate: 'denied' },
    { says: 'a list of source ports', rules: [sourcePorts], fate: 'allowed' },
    { says: 'a source port that the list has not', rules: [sourcePorts], packet: { sourcePort: 3 }, fate: 'denied' },
    { says: 'a null list beside the single value', rules: [rule('open', 100, { destinationPortRanges: null })], fate: 'allowed' },
    { says: 'no list beside the single value', rules: [without(open, 'destinationPortRanges', 'sourceAddressPrefixes')], fate: 'allowed' },
    {
      says: 'a null single value beside the list',
      rules: [rule('open', 100, { destinationPortRange: null, destinationPortRanges: ['22'] })],
      fate: 'allowed',
    },
    {
      says: 'an empty single value beside the list',
      rules: [rule('open', 100, { sourceAddressPrefix: '', sourceAddressPrefixes: ['203.0.113.7'] })],
      fate: 'allowed',
    },
    {
      says: 'a null single value beside a list that has not the port',
      rules: [rule('open', 100, { destinationPortRange: null, destinationPortRanges: ['23'] })],
      fate: 'denied',
    },
    {
      says: 'an empty single value beside a list that has not the source',
      rules: [rule('open', 100, { sourceAddressPrefix: '', sourceAddressPrefixes: ['203.0.113.8'] })],
      fate: 'denied',
    },
    { says: 'neither single value nor list of Allow', rules: [rule('open', 100, { destinationPortRange: null })], fate: 'unknown' },
    {
      says: 'neither single value nor list of Deny',
      rules: [open, rule('shut', 100, { access: 'Deny', sourceAddressPrefix: '' })],
      fate: 'unknown',
    },
    { says: 'a range that runs backwards', rules: [rule('open', 100, { destinationPortRange: '443-22' })], fate: 'unknown' },
    { says: 'a port that there is not', rules: [rule('open', 100, { destinationPortRange: '65536' })], fate: 'unknown' },
    { says: 'a port that is no port', rules: [rule('open', 100, { destinationPortRange: 'ssh' })], fate: 'unknown' },
    { says: 'an access that is no access', rules: [rule('open', 100, { access: 'Audit' })], fate: 'unknown' },
    { says: 'a protocol that is no protocol', rules: [rule('open', 100, { protocol: 'Sctp' })], fate: 'unknown' },
    { says: 'no priority', rules: [open, rule('shut', 100, { access: 'Deny', priority: null })], fate: 'unknown' },
    { says: 'a priority that is none', rules: [open, rule('shut', 100, { access: 'Deny', priority: -1 })], fate: 'unknown' },
    { says: 'a priority as text', rules: [open, rule('shut', 100, { access: 'Deny', priority: '100' })], fate: 'denied' },
    { says: 'a port as a number', rules: [rule('open', 100, { destinationPortRange: 22 })], fate: 'allowed' },
    { says: 'a rule that is no rule', rules: [open, null], fate: 'unknown' },
  ])('$says: $fate', ({ rules, packet, fate }) => {
    expect(fateOf(rules, packet)).toBe(fate);
  });

  test('a group whose rules are not there says nothing', () => {
    expect(judge({ subnet: { name: 'nsg', properties: {} } }).fate).toBe('unknown');
  });
});

describe('default rules', () => {
  test.each<Row & { readonly by: string }>([
    { says: 'the network reaches the network', rules: [], packet: { source: neighbour }, fate: 'allowed', by: 'AllowVnetInBound' },
    { says: 'a probe', rules: [], packet: { source: probe }, fate: 'allowed', by: 'AllowAzureLoadBalancerInBound' },
    {
      says: 'a probe of an address that is not in the network',
      rules: [],
      packet: { source: probe, destination: '192.0.2.1' },
      fate: 'allowed',
      by: 'AllowAzureLoadBalancerInBound',
    },
    { says: 'a stranger', rules: [], fate: 'denied', by: 'DenyAllInBound' },
    {
      says: 'Deny of the network by the last priority there is',
      rules: [rule('shut', 4096, { ...any, access: 'Deny' })],
      packet: { source: neighbour },
      fate: 'denied',
      by: 'shut',
    },
    {
      says: 'a destination that is not in the network',
      rules: [],
      packet: { source: neighbour, destination: '192.0.2.1' },
      fate: 'denied',
      by: 'DenyAllInBound',
    },
  ])('$says: $fate by $by', ({ rules, packet, fate, by }) => {
    const verdict = judge({ subnet: group(...rules) }, packet);
    expect(verdict).toEqual({ fate, decided: { admin: [], subnet: [by], networkInterface: [] } });
  });

  test('a tag that a default rule needs and nobody knows makes it unknown, with both rules named', () => {
    const verdict = judge({ subnet: group() }, { source: neighbour }, { tags: { AzureLoadBalancer: [probe] }, groups: {} });
    expect(verdict).toEqual({
      fate: 'unknown',
      decided: { admin: [], subnet: ['AllowVnetInBound', 'DenyAllInBound'], networkInterface: [] },
    });
  });
});

describe('application security groups', () => {
  const to = without(
    rule('to', 100, { destinationApplicationSecurityGroups: [{ id: webServers.toUpperCase() }] }),
    'destinationAddressPrefix',
  );
  const from = without(rule('from', 100, { sourceApplicationSecurityGroups: [{ id: webServers }] }), 'sourceAddressPrefix');
  const shut = rule('shut', 4096, { ...any, access: 'Deny' });
  test.each<Row>([
    { says: 'a destination in the group', rules: [to, shut], fate: 'allowed' },
    { says: 'a destination that is not', rules: [to, shut], packet: { destinationGroups: [] }, fate: 'denied' },
    { says: 'a source in the group', rules: [from, shut], packet: { source: neighbour }, fate: 'allowed' },
    { says: 'a source that is not', rules: [from, shut], packet: { source: '10.0.0.6' }, fate: 'denied' },
  ])('$says: $fate', ({ rules, packet, fate }) => {
    expect(fateOf(rules, packet)).toBe(fate);
  });

  test('a group of which nobody knows whom it holds, but that the destination is in it', () => {
    expect(judge({ subnet: group(from, shut) }, {}, { ...world, groups: {} }).fate).toBe('unknown');
    expect(judge({ subnet: group(to, shut) }, {}, { ...world, groups: {} }).fate).toBe('allowed');
  });

  test('a group without an id', () => {
    expect(fateOf([without(rule('to', 100, { destinationApplicationSecurityGroups: [{}] }), 'destinationAddressPrefix'), shut])).toBe(
      'unknown',
    );
  });
});

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.127', '203.0.113.0/25', true],
  ['203.0.113.128', '203.0.113.0/25', false],
  ['255.255.255.255', '128.0.0.0/1', true],
  ['127.255.255.255', '128.0.0.0/1', false],
  ['2001:db8::7', '2001:0DB8:0:0:0:0:0:7', true],
  ['2001:db8::7', '2001:db8::/127', false],
  ['2001:db8::1', '2001:db8::/127', true],
  ['::1', '::/0', true],
  ['1::', '0:0:0:0::/64', false],
  ['::ffff:203.0.113.7', '::ffff:cb00:7107/128', true],
  ['203.0.113.7', '::/0', false],
  ['::1', '0.0.0.0/0', false],
  ['203.0.113.7', '203.0.113.0/33', null],
  ['203.0.113.7', '203.0.113/24', null],
  ['203.0.113.7', '256.0.0.0/8', null],
  ['203.0.113.7', 'Internet', null],
  ['::1', '1::2::3', null],
  ['::1', '1:2:3:4:5:6:7', null],
  ['::1', '12345::', null],
])('%s within %s: %s', (address, prefix, expected) => {
  expect(isWithin(address, prefix)).toBe(expected);
});
