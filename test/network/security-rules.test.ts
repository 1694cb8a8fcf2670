import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/domain/json.ts';
import { addressSetOf, everyAddress, noAddresses } from '../../src/network/address-set.ts';
import { everyPort } from '../../src/network/port-set.ts';
import { bitsOfProtocol, everyProtocol } from '../../src/network/protocols.ts';
import {
  type AdminRules,
  readAdminRules,
  readSecurityGroup,
  type SecurityGroup,
  type SecurityRule,
} from '../../src/network/security-rules.ts';

const id = '/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg-Web';
const good = {
  direction: 'Inbound',
  access: 'Allow',
  priority: 100,
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRange: '22',
  sourceAddressPrefix: '203.0.113.0/24',
  destinationAddressPrefix: '*',
};

function group(rules: Json, more: { readonly [name: string]: Json } = {}): SecurityGroup {
  const read = readSecurityGroup({ id, name: 'nsg-Web', properties: { securityRules: rules, ...more } });
  if ('malformed' in read) throw new Error(read.malformed);
  return read;
}

const ruleOf = (fields: { readonly [name: string]: Json | undefined }): SecurityRule | undefined => {
  const properties = Object.fromEntries(Object.entries({ ...good, ...fields }).filter(([, value]) => value !== undefined)) as {
    [name: string]: Json;
  };
  return group([{ name: 'one', properties }]).rules.find(({ name }) => name === 'one');
};
const end = (addresses: readonly string[], tags: readonly string[] = [], groups: readonly string[] = []) => ({
  addresses: addressSetOf(addresses) ?? noAddresses,
  tags,
  groups,
});

describe('a group', () => {
  test('has the default rules that nobody wrote down', () => {
    const { id: read, name, rules } = group([]);
    expect({ read, name }).toEqual({ read: id.toLowerCase(), name: 'nsg-Web' });
    expect(rules.map(({ priority, access, name: rule }) => `${priority} ${access} ${rule}`)).toEqual([
      '65000 Allow AllowVnetInBound',
      '65001 Allow AllowAzureLoadBalancerInBound',
      '65500 Deny DenyAllInBound',
    ]);
    expect(rules[0]).toMatchObject({
      sources: end([], ['VirtualNetwork']),
      destinations: end([], ['VirtualNetwork']),
      protocols: everyProtocol,
    });
    expect(rules[1]).toMatchObject({ sources: end([], ['AzureLoadBalancer']), ports: everyPort, sourcePorts: everyPort });
    expect(rules[2]?.sources.addresses).toBe(everyAddress);
  });

  test('has those that it says itself, once', () => {
    const defaults = [
      { name: 'DenyAllInBound', properties: { ...good, access: 'Deny', priority: 65_500, protocol: '*', sourceAddressPrefix: '*' } },
    ];
    const { rules } = group([], { defaultSecurityRules: defaults });
    expect(rules.map(({ priority }) => priority)).toEqual([65_000, 65_001, 65_500]);
  });

  test('is in order of priority, whatever the order of the list, without what goes out', () => {
    const written = [300, 100, 200].map((priority) => ({ name: `r${priority}`, properties: { ...good, priority } }));
    const out = { name: 'out', properties: { ...good, direction: 'outbound', priority: 50 } };
    expect(
      group([...written, out])
        .rules.map(({ name }) => name)
        .slice(0, 4),
    ).toEqual(['r100', 'r200', 'r300', 'AllowVnetInBound']);
  });

  test('two rules of one priority that say different things are both in doubt; that say the same, in none', () => {
    const pair = (access: string) => [
      { name: 'a', properties: { ...good } },
      { name: 'b', properties: { ...good } },
      { name: 'c', properties: { ...good, access } },
    ];
    expect(
      group(pair('Deny'))
        .rules.slice(0, 3)
        .map(({ unreadable }) => unreadable !== null),
    ).toEqual([true, true, true]);
    expect(
      group(pair('Allow'))
        .rules.slice(0, 3)
        .map(({ unreadable }) => unreadable),
    ).toEqual([null, null, null]);
  });

  test.each<[string, Json]>([
    ['no object', null],
    ['a list', []],
    ['no id', { properties: { securityRules: [] } }],
    ['no properties', { id }],
    ['properties null', { id, properties: null }],
    ['rules absent', { id, properties: {} }],
    ['rules null', { id, properties: { securityRules: null } }],
    ['rules a text', { id, properties: { securityRules: 'none' } }],
    ['defaults a text', { id, properties: { securityRules: [], defaultSecurityRules: 'none' } }],
  ])('malformed: %s', (_, row) => expect(readSecurityGroup(row)).toHaveProperty('malformed'));

  test('without a name is named by its id', () =>
    expect(readSecurityGroup({ id, properties: { securityRules: [] } })).toMatchObject({ name: 'nsg-Web' }));
});

describe('a rule as ARM sends it', () => {
  test.each<[string, { readonly [name: string]: Json | undefined }, object]>([
    ['as it is', {}, { priority: 100, access: 'Allow', protocols: bitsOfProtocol('Tcp'), ports: [22, 22], sourcePorts: everyPort }],
    ['odd casing', { direction: 'INBOUND', access: 'ALLOW', protocol: 'TCP' }, { access: 'Allow', protocols: bitsOfProtocol('Tcp') }],
    ['deny', { access: 'deny' }, { access: 'Deny' }],
    ['any protocol', { protocol: '*' }, { protocols: everyProtocol }],
    ['a protocol by number', { protocol: '17' }, { protocols: bitsOfProtocol('Udp') }],
    ['a priority as text', { priority: '100' }, { priority: 100 }],
    ['a port twice', { destinationPortRange: '22-22' }, { ports: [22, 22] }],
    ['a port as a number', { destinationPortRange: 22 }, { ports: [22, 22] }],
    [
      'the single one absent, the list given',
      { destinationPortRange: undefined, destinationPortRanges: ['22', '80-81'] },
      { ports: [22, 22, 80, 81] },
    ],
    ['the single one null', { destinationPortRange: null, destinationPortRanges: ['22'] }, { ports: [22, 22] }],
    ['the single one empty', { destinationPortRange: '', destinationPortRanges: ['22'] }, { ports: [22, 22] }],
    ['the list empty', { destinationPortRanges: [] }, { ports: [22, 22] }],
    ['the list null', { destinationPortRanges: null }, { ports: [22, 22] }],
    ['both', { destinationPortRanges: ['80'] }, { ports: [22, 22, 80, 80] }],
    ['every port', { destinationPortRange: '*' }, { ports: everyPort }],
    ['source ports', { sourcePortRange: '1024-65535' }, { sourcePorts: [1024, 65_535] }],
    ['a prefix', {}, { sources: end(['203.0.113.0/24']) }],
    ['one address', { sourceAddressPrefix: '203.0.113.7' }, { sources: end(['203.0.113.7']) }],
    ['IPv6', { sourceAddressPrefix: '2001:db8::/32' }, { sources: end(['2001:db8::/32']) }],
    ['all of IPv4', { sourceAddressPrefix: '0.0.0.0/0' }, { sources: end(['0.0.0.0/0']) }],
    ['anybody', { sourceAddressPrefix: '*' }, { sources: { addresses: everyAddress, tags: [], groups: [] } }],
    ['Any', { sourceAddressPrefix: 'Any' }, { sources: { addresses: everyAddress, tags: [], groups: [] } }],
    [
      'a list of prefixes',
      { sourceAddressPrefix: undefined, sourceAddressPrefixes: ['203.0.113.0/24', '2001:db8::/32'] },
      { sources: end(['203.0.113.0/24', '2001:db8::/32']) },
    ],
    ['a tag', { sourceAddressPrefix: 'Storage.WestEurope' }, { sources: end([], ['Storage.WestEurope']) }],
    ['a tag in odd casing', { sourceAddressPrefix: 'internet' }, { sources: end([], ['Internet']) }],
    ['a tag of the first portal', { sourceAddressPrefix: 'AZURE_LOADBALANCER' }, { sources: end([], ['AzureLoadBalancer']) }],
    [
      'application security groups',
      { sourceAddressPrefix: undefined, sourceApplicationSecurityGroups: [{ id: '/A/b' }, { id: '/C' }] },
      { sources: end([], [], ['/a/b', '/c']) },
    ],
    [
      'an application security group beside an empty prefix',
      { sourceAddressPrefix: '', sourceAddressPrefixes: [], sourceApplicationSecurityGroups: [{ id: '/A' }] },
      { sources: end([], [], ['/a']) },
    ],
    ['a destination', { destinationAddressPrefix: '10.0.0.4' }, { destinations: end(['10.0.0.4']) }],
    [
      'a destination group',
      { destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: '/A' }] },
      { destinations: end([], [], ['/a']) },
    ],
  ])('%s', (_, fields, expected) => expect(ruleOf(fields)).toMatchObject({ ...expected, unreadable: null }));

  test.each<[string, { readonly [name: string]: Json | undefined }, object]>([
    ['no direction', { direction: undefined }, { unreadable: 'direction is absent' }],
    ['an unknown direction', { direction: 'Sideways' }, { unreadable: 'direction is "Sideways"' }],
    ['no access', { access: null }, { access: 'unknown', unreadable: 'access is absent' }],
    ['AlwaysAllow, which only network managers have', { access: 'AlwaysAllow' }, { access: 'unknown' }],
    ['no priority', { priority: undefined }, { priority: -1 }],
    ['half a priority', { priority: 100.5 }, { priority: -1 }],
    ['a negative priority', { priority: -1 }, { priority: -1 }],
    ['no protocol', { protocol: undefined }, { protocols: everyProtocol }],
    ['an unknown protocol', { protocol: 'Sctp' }, { protocols: everyProtocol, unreadable: 'protocol is "Sctp"' }],
    ['no ports at all', { destinationPortRange: undefined }, { ports: everyPort, unreadable: 'destinationPortRange is absent' }],
    ['ports empty', { destinationPortRange: '', destinationPortRanges: [] }, { ports: everyPort }],
    ['a port too high', { destinationPortRange: '65536' }, { ports: everyPort, unreadable: 'destinationPortRange is "65536"' }],
    ['an object for a port', { destinationPortRange: {} }, { ports: everyPort }],
    ['a text for the list', { destinationPortRanges: '22' }, { ports: everyPort }],
    ['null in the list', { destinationPortRanges: [null] }, { ports: everyPort }],
    ['an empty text in the list', { destinationPortRanges: ['80', ''] }, { ports: everyPort }],
    ['no source ports', { sourcePortRange: undefined }, { sourcePorts: everyPort }],
    ['no source', { sourceAddressPrefix: undefined }, { unreadable: 'sourceAddressPrefix is absent' }],
    ['no source in three ways', { sourceAddressPrefix: '', sourceAddressPrefixes: [], sourceApplicationSecurityGroups: null }, {}],
    ['no prefix', { sourceAddressPrefix: '203.0.113.0/33' }, { unreadable: 'sourceAddressPrefix is "203.0.113.0/33"' }],
    ['what some mean as anybody', { sourceAddressPrefix: '0.0.0.0' }, { sources: { addresses: everyAddress, tags: [], groups: [] } }],
    ['one bad prefix of two', { sourceAddressPrefixes: ['?'] }, {}],
    ['a group without an id', { sourceApplicationSecurityGroups: [{}] }, {}],
    ['a number for a group', { sourceApplicationSecurityGroups: [7] }, {}],
    ['no destination', { destinationAddressPrefix: null }, {}],
  ])('in doubt: %s', (_, fields, expected) => {
    const rule = ruleOf(fields);
    expect(rule).toMatchObject(expected);
    expect(rule?.unreadable).toEqual(expect.any(String));
  });

  test.each<[string, Json]>([
    ['null', null],
    ['a text', 'rule'],
    ['no properties', { name: 'x' }],
    ['empty properties', { name: 'x', properties: {} }],
  ])('what is no rule stands first and in doubt: %s', (_, rule) => {
    const [first] = group([rule]).rules;
    expect(first).toMatchObject({ priority: -1, access: 'unknown', ports: everyPort, unreadable: expect.any(String) });
  });

  test('equal words of a group are one object', () => {
    const [one, two] = group([100, 200].map((priority) => ({ name: `${priority}`, properties: { ...good, priority } }))).rules;
    expect(one?.sources).toBe(two?.sources);
    expect(one?.ports).toBe(two?.ports);
    expect(one?.destinations).toBe(two?.destinations);
  });
});

const manager = (name: string) =>
  `/subscriptions/S/resourceGroups/rg/providers/Microsoft.Network/networkManagers/${name}/securityAdminConfigurations/c`;
const adminFields = {
  direction: 'Inbound',
  access: 'AlwaysAllow',
  priority: 10,
  protocol: 'Tcp',
  sources: [{ addressPrefix: 'Internet', addressPrefixType: 'ServiceTag' }],
  destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
  sourcePortRanges: ['0-65535'],
  destinationPortRanges: ['22'],
};
function admin(elements: Json): AdminRules {
  const read = readAdminRules({ id: '/VNet/effectiveSecurityAdminRules/current', properties: { rules: elements } });
  if ('malformed' in read) throw new Error(read.malformed);
  return read;
}

describe('admin rules', () => {
  test('as the service gives them', () => {
    const { id: read, rules } = admin([{ id: `${manager('m')}/ruleCollections/r/rules/ssh`, kind: 'Custom', properties: adminFields }]);
    expect(read).toBe('/vnet/effectivesecurityadminrules/current');
    expect(rules).toEqual([
      {
        name: 'ssh',
        priority: 10,
        access: 'AlwaysAllow',
        protocols: bitsOfProtocol('Tcp'),
        ports: [22, 22],
        sourcePorts: everyPort,
        sources: end([], ['Internet']),
        destinations: { addresses: everyAddress, tags: [], groups: [] },
        unreadable: null,
      },
    ]);
  });

  test('a network group is a group', () => {
    const sources = [
      { addressPrefix: '/M/networkGroups/G', addressPrefixType: 'networkgroup' },
      { addressPrefix: '203.0.113.7', addressPrefixType: 'IPPrefix' },
    ];
    expect(admin([{ properties: { ...adminFields, sources } }]).rules[0]).toMatchObject({
      sources: end(['203.0.113.7'], [], ['/m/networkgroups/g']),
      unreadable: null,
    });
  });

  test.each<[string, { readonly [name: string]: Json }]>([
    ['no sources', { sources: [] }],
    ['sources null', { sources: null }],
    ['a source without a prefix', { sources: [{}] }],
    ['a source that is a text', { sources: ['Internet'] }],
    ['no ports', { destinationPortRanges: [] }],
  ])('in doubt: %s', (_, fields) =>
    expect(admin([{ properties: { ...adminFields, ...fields } }]).rules[0]?.unreadable).toEqual(expect.any(String)),
  );

  test('there may be none', () => expect(admin([]).rules).toEqual([]));

  test('of two managers none is sure to come first', () => {
    const rules = ['one', 'two'].map((name, index) => ({
      id: `${manager(name)}/x/rules/${name}`,
      properties: { ...adminFields, priority: index },
    }));
    expect(admin(rules).rules.every(({ unreadable }) => unreadable?.includes('more than one network manager'))).toBe(true);
    expect(admin(rules.slice(0, 1)).rules[0]?.unreadable).toBeNull();
  });

  test.each<[string, Json]>([
    ['no object', 'x'],
    ['no id', { properties: { rules: [] } }],
    ['no properties', { id: '/x' }],
    ['rules absent', { id: '/x', properties: {} }],
    ['rules null', { id: '/x', properties: { rules: null } }],
  ])('malformed: %s', (_, row) => expect(readAdminRules(row)).toHaveProperty('malformed'));
});
