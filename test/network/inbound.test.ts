import { describe, expect, test } from 'vitest';
import { type AddressSet, everyAddress, noAddresses, publicAddresses } from '../../src/network/address-set.ts';
import { describeAddresses } from '../../src/network/describe-addresses.ts';
import type { Layers } from '../../src/network/inbound.ts';
import { describeRule } from '../../src/network/passages.ts';
import type { Destination } from '../../src/network/rule-matching.ts';
import { admin, ask, destination, group, set, told } from './short-rules.ts';

describe('each semantic, from public addresses', () => {
  test.each<[string, Partial<Layers>, readonly string[]]>([
    ['no group on either: everything', {}, ['any * < Internet']],
    ['a group without rules: nothing', { subnet: group() }, []],
    ['a group on the interface only', { networkInterface: group({ ports: '22' }) }, ['any 22 < Internet']],
    [
      'both must allow',
      { subnet: group({ ports: ['22', '80'] }), networkInterface: group({ ports: ['80', '443'] }) },
      ['any 80 < Internet'],
    ],
    ['the subnet allows, the interface has only defaults', { subnet: group({ ports: '22' }), networkInterface: group() }, []],
    [
      'the lowest number first: deny before allow',
      { subnet: group({ access: 'Deny', ports: '22' }, { ports: '22-23' }) },
      ['any 23 < Internet'],
    ],
    ['allow before deny', { subnet: group({ ports: '22' }, { access: 'Deny' }) }, ['any 22 < Internet']],
    [
      'order by priority, not by place',
      { subnet: group({ priority: 200, ports: '22' }, { priority: 100, access: 'Deny', ports: '22' }) },
      [],
    ],
    [
      'a deny shadows only what it names, by address',
      { subnet: group({ access: 'Deny', from: '203.0.113.0/25' }, { from: '203.0.113.0/24', ports: '22' }) },
      ['any 22 < 203.0.113.128/25'],
    ],
    [
      'a deny shadows only what it names, by protocol',
      { subnet: group({ access: 'Deny', protocol: 'Tcp' }, { ports: '22' }) },
      ['Ah 22 < Internet', 'Esp 22 < Internet', 'Icmp 22 < Internet', 'Udp 22 < Internet'],
    ],
    ['a list of ports', { subnet: group({ ports: ['22', '3389', '8000-8100'] }) }, ['any 22, 3389, 8000-8100 < Internet']],
    [
      'a list of sources',
      { subnet: group({ from: ['203.0.113.7', '198.51.100.0/24'], ports: '22' }) },
      ['any 22 < 198.51.100.0/24 203.0.113.7'],
    ],
    ['every port', { subnet: group({}) }, ['any * < Internet']],
    ['TCP in capitals', { subnet: group({ protocol: 'TCP', ports: '22' }) }, ['Tcp 22 < Internet']],
    ['Udp does not open Tcp', { subnet: group({ protocol: 'Udp', ports: '22' }) }, ['Udp 22 < Internet']],
    [
      'Icmp, Esp and Ah',
      { subnet: group({ protocol: 'Icmp' }, { protocol: 'ESP' }, { protocol: 'Ah' }) },
      ['Ah * < Internet', 'Esp * < Internet', 'Icmp * < Internet'],
    ],
    ['the tag Internet', { subnet: group({ from: 'Internet', ports: '22' }) }, ['any 22 < Internet']],
    ['0.0.0.0/0', { subnet: group({ from: '0.0.0.0/0', ports: '22' }) }, ['any 22 < Internet']],
    ['split halves', { subnet: group({ from: ['0.0.0.0/1', '128.0.0.0/1'], ports: '22' }) }, ['any 22 < Internet']],
    [
      'halves in two rules are two passages',
      { subnet: group({ from: '0.0.0.0/1', ports: '22' }, { from: '128.0.0.0/1', ports: '22' }) },
      [
        `any 22 < ${describeAddresses({ v4: publicAddresses.v4.filter((value) => value < 0x8000_0000), v6: [] }).join(' ')}`,
        `any 22 < ${describeAddresses({ v4: publicAddresses.v4.filter((value) => value >= 0x8000_0000), v6: [] }).join(' ')}`,
      ].sort(),
    ],
    ['::/0 does not reach IPv4', { subnet: group({ from: '::/0', ports: '22' }) }, []],
    ['private sources are none of the Internet', { subnet: group({ from: ['10.0.0.0/8', 'VirtualNetwork'], ports: '22' }) }, []],
    ['AzureLoadBalancer is none of the Internet', { subnet: group({ from: 'AzureLoadBalancer' }) }, []],
    ['a known tag', { subnet: group({ from: 'Storage', ports: '22' }) }, ['any 22 < 198.51.100.0/24']],
    ['the destination, by prefix', { subnet: group({ to: '10.0.0.0/24', ports: '22' }) }, ['any 22 < Internet']],
    ['another destination', { subnet: group({ to: '10.0.1.0/24', ports: '22' }) }, []],
    ['the destination as the tag VirtualNetwork', { subnet: group({ to: 'VirtualNetwork', ports: '22' }) }, ['any 22 < Internet']],
    ['the destination as the tag Internet', { subnet: group({ to: 'Internet', ports: '22' }) }, []],
    [
      'a deny for another destination does not shadow',
      { subnet: group({ access: 'Deny', to: '10.0.0.5' }, { ports: '22' }) },
      ['any 22 < Internet'],
    ],
    [
      'the destination by group',
      { subnet: group({ ports: '22', more: { destinationApplicationSecurityGroups: [{ id: '/ASG/web' }] } }) },
      ['any 22 < Internet'],
    ],
    ['another group', { subnet: group({ ports: '22', more: { destinationApplicationSecurityGroups: [{ id: '/asg/db' }] } }) }, []],
    ['a group as source is private', { subnet: group({ more: { sourceApplicationSecurityGroups: [{ id: '/asg/known' }] } }) }, []],
    ['a stranger chooses his source port', { subnet: group({ sourcePorts: '1024', ports: '22' }) }, ['any 22 < Internet']],
    [
      'but one that nobody denies',
      { subnet: group({ access: 'Deny', sourcePorts: '1024-65535' }, { ports: '22' }) },
      ['any 22 < Internet'],
    ],
    [
      'and the same one for both groups',
      { subnet: group({ sourcePorts: '1-99', ports: '22' }), networkInterface: group({ sourcePorts: '100-199', ports: '22' }) },
      [],
    ],
    [
      'the same one for both groups, where there is one',
      { subnet: group({ sourcePorts: '1-100', ports: '22' }), networkInterface: group({ sourcePorts: '100-199', ports: '22' }) },
      ['any 22 < Internet'],
    ],
    [
      'admin rules deny before the groups are asked',
      { admin: admin({ access: 'Deny', ports: '22' }), subnet: group({ ports: '22-23' }) },
      ['any 23 < Internet'],
    ],
    ['admin rules allow: the groups are asked', { admin: admin({ access: 'Allow', ports: '22' }), subnet: group() }, []],
    [
      'admin rules always allow: the groups are not asked',
      { admin: admin({ access: 'AlwaysAllow', ports: '22' }), subnet: group() },
      ['any 22 < Internet'],
    ],
    [
      'the first admin rule counts',
      { admin: admin({ access: 'Deny', ports: '22' }, { access: 'AlwaysAllow' }), subnet: group() },
      ['any 0-21, 23-65535 < Internet'],
    ],
    ['an admin Allow shadows an admin Deny', { admin: admin({ access: 'Allow', ports: '22' }, { access: 'Deny' }) }, ['any 22 < Internet']],
    ['no admin rule matches: the groups are asked', { admin: admin(), subnet: group({ ports: '22' }) }, ['any 22 < Internet']],
  ])('%s', (_, layers, expected) => {
    const { sure, possible, why } = ask(layers);
    expect(told(sure)).toEqual(expected);
    expect(possible).toBe(sure);
    expect(why).toEqual([]);
  });
});

describe('other destinations and sources', () => {
  const sixth: Destination = { ...destination, addresses: set('fd00::4') };
  test.each<[string, Partial<Layers>, Destination, AddressSet, readonly string[]]>([
    ['IPv6 reaches IPv6', { subnet: group({ from: '::/0', ports: '22' }) }, sixth, publicAddresses, ['any 22 < Internet']],
    ['IPv4 does not', { subnet: group({ from: '0.0.0.0/0', ports: '22' }) }, sixth, publicAddresses, []],
    ['* is both', { subnet: group({ ports: '22' }) }, sixth, publicAddresses, ['any 22 < Internet']],
    ['the tag Internet is both', { subnet: group({ from: 'Internet', ports: '22' }) }, sixth, publicAddresses, ['any 22 < Internet']],
    ['some of IPv6', { subnet: group({ from: '2001:db8::/32', ports: '22' }) }, sixth, publicAddresses, ['any 22 < 2001:db8::/32']],
    ['an IPv6 destination', { subnet: group({ to: 'fd00::/64', ports: '22' }) }, sixth, publicAddresses, ['any 22 < Internet']],
    ['another IPv6 destination', { subnet: group({ to: 'fd01::/64', ports: '22' }) }, sixth, publicAddresses, []],
    ['the default rules: from the network', { subnet: group() }, destination, set('10.9.0.0/16'), ['any * < 10.9.0.0/16']],
    [
      'the default rules: from the health probe',
      { subnet: group() },
      destination,
      set('168.63.129.16', '168.63.129.17'),
      ['any * < 168.63.129.16'],
    ],
    ['a deny before the default rules', { subnet: group({ access: 'Deny' }) }, destination, set('10.9.0.0/16'), []],
    [
      'a source group',
      { subnet: group({ more: { sourceApplicationSecurityGroups: [{ id: '/asg/known' }] } }, { access: 'Deny' }) },
      destination,
      set('10.0.0.0/8'),
      ['any * < 10.1.0.0/24'],
    ],
    [
      'a network that holds the default route: the default rule lets the Internet in',
      { subnet: group() },
      { ...destination, virtualNetwork: everyAddress },
      publicAddresses,
      ['any * < Internet'],
    ],
    [
      'and the tag Internet is as wide as before',
      { subnet: group({ from: 'Internet', ports: '22' }, { access: 'Deny' }) },
      { ...destination, virtualNetwork: everyAddress },
      publicAddresses,
      ['any 22 < Internet'],
    ],
    [
      'public addresses that the network uses itself are not the tag Internet',
      { subnet: group({ from: 'Internet', ports: '22' }, { access: 'Deny' }) },
      { ...destination, virtualNetwork: set('10.0.0.0/8', '203.0.113.0/24') },
      set('203.0.113.0/24', '198.51.100.0/24'),
      ['any 22 < 198.51.100.0/24'],
    ],
    ['nobody of interest', {}, destination, noAddresses, []],
    [
      'a range that a rule covers whole',
      { subnet: group({ to: '10.0.0.0/24', ports: '22' }) },
      { ...destination, addresses: set('10.0.0.0/25') },
      publicAddresses,
      ['any 22 < Internet'],
    ],
  ])('%s', (_, layers, to, universe, expected) => {
    const { sure, possible } = ask(layers, to, universe);
    expect(told(sure)).toEqual(expected);
    expect(possible).toBe(sure);
  });
});

describe('which rules decided', () => {
  test('one per layer, outermost first', () => {
    const layers = {
      admin: admin({ name: 'open', ports: '22' }),
      subnet: group({ name: 'ssh', from: 'Internet', ports: '22' }),
    };
    const [passage] = ask(layers).sure;
    expect(passage?.rules.map(describeRule)).toEqual([
      'open (priority 1)',
      'nsg/ssh (priority 100)',
      'no network security group on the network interface',
    ]);
  });
});
