import { describe, expect, test } from 'vitest';
import { noAddresses } from '../../src/network/address-set.ts';
import { type Layers, reasonsOf } from '../../src/network/inbound.ts';
import { passagesAt, passagesFrom, subtractPassages } from '../../src/network/passages.ts';
import { portSetOf } from '../../src/network/port-set.ts';
import type { Destination } from '../../src/network/rule-matching.ts';
import { admin, ask, destination, group, type ShortRule, set, told } from './short-rules.ts';

describe('what cannot be known is neither open nor closed', () => {
  const range: Destination = { ...destination, addresses: set('10.0.0.0/24') };
  const nowhere: Destination = { ...destination, addresses: noAddresses };
  const odd = (fields: ShortRule['more'] = {}) => group({ name: 'odd', ports: '22', more: fields });
  const all = ['any * < Internet'];
  const ssh = ['any 22 < Internet'];
  test.each<[string, Partial<Layers>, Destination, readonly string[], readonly string[], string]>([
    ['a tag that nobody knows', { subnet: group({ from: 'Sql', ports: '22' }) }, destination, [], ssh, 'the service tag Sql'],
    [
      'a deny of such a tag',
      { subnet: group({ from: 'Sql', access: 'Deny' }, { ports: '22' }) },
      destination,
      [],
      ssh,
      'the service tag Sql',
    ],
    [
      'a group that nobody knows',
      { subnet: group({ ports: '22', more: { sourceApplicationSecurityGroups: [{ id: '/asg/x' }] } }) },
      destination,
      [],
      ssh,
      '/asg/x',
    ],
    ['a destination tag that nobody knows', { subnet: group({ to: 'Sql', ports: '22' }) }, destination, [], ssh, 'the service tag Sql'],
    ['a rule whose ports cannot be read', { subnet: group({ ports: 'ssh' }) }, destination, [], all, 'destinationPortRange'],
    ['a rule whose source cannot be read', { subnet: odd({ sourceAddressPrefixes: ['0.0.0.0'] }) }, destination, [], ssh, 'nsg/odd'],
    [
      'a deny whose ports cannot be read',
      { subnet: group({ ports: 'ssh', access: 'Deny' }, { ports: '22' }) },
      destination,
      [],
      ssh,
      'destinationPortRange',
    ],
    [
      'a deny that cannot be read does not hide behind an allow',
      { subnet: group({ ports: '22' }, { ports: 'ssh', access: 'Deny' }, { ports: '23' }) },
      destination,
      ssh,
      ['any 22 < Internet', 'any 23 < Internet'],
      'destinationPortRange',
    ],
    ['a rule without access', { subnet: odd({ access: null }) }, destination, [], ssh, 'access is absent'],
    ['a rule without direction', { subnet: odd({ direction: null }) }, destination, [], ssh, 'direction is absent'],
    [
      'an allow without priority, behind a deny',
      { subnet: group({ access: 'Deny' }, { ports: '22', more: { priority: null } }) },
      destination,
      [],
      ssh,
      'priority is absent',
    ],
    [
      'a deny without priority, behind an allow',
      { subnet: group({ ports: '22' }, { access: 'Deny', more: { priority: null } }) },
      destination,
      [],
      ssh,
      'priority is absent',
    ],
    [
      'two rules of one priority',
      { subnet: group({ ports: '22', priority: 100 }, { access: 'Deny', priority: 100 }) },
      destination,
      [],
      ssh,
      'priority 100',
    ],
    ['a group on the subnet that was not seen', { subnet: 'unknown' }, destination, [], all, 'group on the subnet are not known'],
    [
      'a group on the subnet that was not seen, and one that was',
      { subnet: 'unknown', networkInterface: group({ ports: '22' }) },
      destination,
      [],
      ssh,
      'on the subnet',
    ],
    [
      'a group on the interface that was not seen',
      { networkInterface: 'unknown' },
      destination,
      [],
      all,
      'group on the network interface are not known',
    ],
    [
      'admin rules that were not seen may let everything in',
      { admin: 'unknown', subnet: group() },
      destination,
      [],
      all,
      'network managers',
    ],
    [
      'an admin rule that cannot be read',
      { admin: admin({ access: 'Block', ports: '22' }), subnet: group() },
      destination,
      [],
      ssh,
      'access is "Block"',
    ],
    [
      'an admin deny that cannot be read',
      { admin: admin({ access: 'Deny', ports: 'ssh' }), subnet: group({ ports: '22' }) },
      destination,
      [],
      ssh,
      'destinationPortRange',
    ],
    ['an allow for a part of the range', { subnet: group({ to: '10.0.0.0/25', ports: '22' }) }, range, [], ssh, 'a part of the addresses'],
    [
      'a deny for a part of the range',
      { subnet: group({ to: '10.0.0.0/25', access: 'Deny' }, { ports: '22' }) },
      range,
      [],
      ssh,
      'a part of the addresses',
    ],
    ['an address that is not known', { subnet: group({ to: '10.0.0.4', ports: '22' }) }, nowhere, [], ssh, 'a part of the addresses'],
  ])('%s', (_, layers, to, least, most, reason) => {
    const inbound = ask(layers, to);
    expect(told(inbound.sure)).toEqual(least);
    expect(told(inbound.possible)).toEqual(most);
    expect(inbound.why.join()).toContain(reason);
    for (const open of subtractPassages(inbound.possible, inbound.sure)) expect(reasonsOf(inbound, open).join()).toContain(reason);
  });

  test.each<[string, Partial<Layers>, readonly string[]]>([
    ['an unknown tag behind a rule that allows the same', { subnet: group({ ports: '22' }, { from: 'Sql', ports: '22' }) }, ssh],
    ['an unknown tag behind a rule that denies all', { subnet: group({ access: 'Deny' }, { from: 'Sql', ports: '22' }) }, []],
    ['an unreadable rule for outbound', { subnet: group({ more: { direction: 'Outbound', access: null } }) }, []],
    ['an unknown group behind a closed one', { subnet: group(), networkInterface: 'unknown' }, []],
  ])('does not matter: %s', (_, layers, expected) => {
    const { sure, possible, why } = ask(layers);
    expect(told(sure)).toEqual(expected);
    expect(possible).toBe(sure);
    expect(why).toEqual([]);
  });

  test('a reason is told only of what it concerns', () => {
    const inbound = ask({ subnet: group({ from: 'Sql', ports: '22' }, { ports: 'web', from: '203.0.113.0/24' }) });
    const open = subtractPassages(inbound.possible, inbound.sure);
    const reasons = (port: string, from: string) =>
      passagesFrom(passagesAt(open, 'Tcp', portSetOf([port]) ?? []), set(from)).flatMap((passage) => reasonsOf(inbound, passage));
    expect(reasons('80', '203.0.113.7').join()).not.toContain('Sql');
    expect(reasons('22', '198.51.100.7').join()).not.toContain('web');
    expect(inbound.why).toHaveLength(2);
  });
});
