import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { effectiveRules } from '../../sandbox/azure/effective-rules.ts';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import type { EffectiveRules } from '../../src/domain/effective-rules.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { addressSetOf, noAddresses, publicAddresses } from '../../src/network/address-set.ts';
import { compareEffective, type OwnReading, readEffectiveRules } from '../../src/network/effective-comparison.ts';
import { inboundOf } from '../../src/network/inbound.ts';
import { subtractPassages } from '../../src/network/passages.ts';
import type { Knowledge } from '../../src/network/rule-matching.ts';
import { readSecurityGroup, type SecurityGroup } from '../../src/network/security-rules.ts';
import { makeTinyEstate } from '../sandbox/azure-estate.ts';
import { arbitraryGroup, group, namedRule } from './arbitrary-rules.ts';

const prefix = '/subscriptions/1/resourceGroups/rg/providers';
const networkId = `${prefix}/Microsoft.Network/virtualNetworks/net`;
const groupId = (name: string) => `${prefix}/Microsoft.Network/networkSecurityGroups/${name}`;
const webServers = `${prefix}/Microsoft.Network/applicationSecurityGroups/web`;
const space = ['10.0.0.0/16', '203.0.114.0/24'];

function setOf(texts: readonly string[]) {
  const set = addressSetOf(texts);
  if (set === null) throw new Error('no addresses');
  return set;
}
const virtualNetwork = setOf(space);
const storage = setOf(['198.51.100.0/25']);
const members = setOf(['10.0.1.4']);
const knowledge: Knowledge = {
  addressesOf: (tag) => (tag === 'Storage' ? storage : null),
  membersOf: (id) => (id === webServers.toLowerCase() ? members : null),
};
const destination = { addresses: members, groups: new Set([webServers.toLowerCase()]), virtualNetwork };

type Pair = readonly [subnet: Json, networkInterface: Json];

/** What Azure says where these are the rows. */
function askAzure([subnet, networkInterface]: Pair): readonly Json[] {
  const rows = [subnet, networkInterface].flatMap((row) => (row === null ? [] : [row as unknown as EstateResource]));
  const reference = (row: Json): JsonObject => (row === null ? {} : { networkSecurityGroup: { id: (row as JsonObject)['id'] ?? '' } });
  const subnetId = `${networkId}/subnets/web`;
  const card: EstateResource = {
    id: `${prefix}/Microsoft.Network/networkInterfaces/card`,
    name: 'card',
    type: 'Microsoft.Network/networkInterfaces',
    properties: {
      virtualMachine: { id: `${prefix}/Microsoft.Compute/virtualMachines/vm` },
      ipConfigurations: [
        { properties: { privateIPAddress: '10.0.1.4', subnet: { id: subnetId }, applicationSecurityGroups: [{ id: webServers }] } },
      ],
      ...reference(networkInterface),
    },
  };
  const estate = makeTinyEstate([
    card,
    { id: `${prefix}/Microsoft.Compute/virtualMachines/vm`, name: 'vm', type: 'Microsoft.Compute/virtualMachines', properties: {} },
    {
      id: networkId,
      name: 'net',
      type: 'Microsoft.Network/virtualNetworks',
      properties: {
        addressSpace: { addressPrefixes: space },
        subnets: [{ id: subnetId, name: 'web', properties: { addressPrefix: '10.0.1.0/24', ...reference(subnet) } }],
      },
    },
    ...rows,
  ]);
  const answer = effectiveRules(card, estate);
  if (answer === null) throw new Error('the machine runs');
  return answer;
}

function compiled(row: Json): SecurityGroup | null {
  if (row === null) return null;
  const read = readSecurityGroup(row);
  if ('malformed' in read) throw new Error(read.malformed);
  return read;
}

function readingOf([subnet, networkInterface]: Pair): OwnReading {
  return { layers: { subnet: compiled(subnet), networkInterface: compiled(networkInterface) }, destination };
}

function factOf(pair: Pair, effective = askAzure(pair)): EffectiveRules {
  return { effective, groups: pair.filter((row) => row !== null) };
}

const anybody = { protocol: 'Tcp', sourcePortRange: '*', destinationAddressPrefix: '*', direction: 'Inbound' };
const rule = (
  name: string,
  priority: number,
  access: string,
  sourceAddressPrefix: string,
  destinationPortRange: string,
  more: JsonObject = {},
) => namedRule(name, { ...anybody, access, priority, sourceAddressPrefix, destinationPortRange, ...more });
const web = group('web', [rule('https', 100, 'Allow', 'Internet', '443'), rule('ssh', 110, 'Allow', '203.0.113.0/24', '22')]);
const card = group('card', [rule('all', 200, 'Allow', '*', '*', { protocol: '*' })]);
const good: Pair = [web, card];

/** The same rows with this rule of the first group in the answer only. */
function said(pair: Pair, change: (rules: readonly JsonObject[]) => readonly Json[], which = 0): EffectiveRules {
  const effective = askAzure(pair).map((element, index) => {
    const { effectiveSecurityRules, ...rest } = element as JsonObject;
    return index === which ? { ...rest, effectiveSecurityRules: change(effectiveSecurityRules as readonly JsonObject[]) } : element;
  });
  return factOf(pair, effective);
}

function changed(name: string, changes: JsonObject): (rules: readonly JsonObject[]) => readonly Json[] {
  return (rules) => rules.map((each) => (each['name'] === `securityRules/${name}` ? { ...each, ...changes } : each));
}

/** Rules that name application security groups are read by our own. */
function namesGroups(effective: readonly Json[]): boolean {
  const rules = effective.flatMap((element) => (element as JsonObject)['effectiveSecurityRules'] as readonly JsonObject[]);
  return rules.some((each) => each['sourceAddressPrefixes'] === undefined || each['destinationAddressPrefixes'] === undefined);
}

describe('what Azure says and what we read', () => {
  it.each<[string, Pair]>([
    ['a group on both', good],
    ['the same group on both', [web, web]],
    ['a group on the subnet', [web, null]],
    ['a group on the interface', [null, card]],
    ['no group', [null, null]],
    ['a tag of the list', [group('web', [rule('a', 100, 'Allow', 'Storage', '1'), rule('b', 101, 'Allow', 'Sql.WestEurope', '2')]), null]],
    [
      'an application security group',
      [
        group('web', [
          namedRule('a', {
            ...anybody,
            access: 'Allow',
            priority: 100,
            sourceAddressPrefix: '*',
            destinationPortRange: '1',
            destinationAddressPrefix: '',
            destinationApplicationSecurityGroups: [{ id: webServers }],
          }),
        ]),
        null,
      ],
    ],
    ['IPv6', [group('web', [rule('a', 100, 'Allow', '::/0', '1'), rule('b', 101, 'Allow', '2001:db8::/32', '2')]), null]],
  ])('agree on %s', (_, pair) => {
    expect(compareEffective(factOf(pair), [readingOf(pair)], knowledge)).toBeNull();
  });

  const ours = 'our own reading of the rules lets';
  test.each<[string, EffectiveRules, string]>([
    [
      'a rule is not in effect',
      said(good, (rules) => rules.filter(({ name }) => name !== 'securityRules/https')),
      'and 21 more in to Tcp 443 by web/https (priority 100), card/all (priority 200); Azure does not',
    ],
    [
      'a rule denies',
      said(good, changed('ssh', { access: 'Deny' })),
      `${ours} 203.0.113.0/24 in to Tcp 22 by web/ssh (priority 110), card/all (priority 200); Azure does not`,
    ],
    [
      'a port more',
      said(good, changed('ssh', { destinationPortRange: '22-23', destinationPortRanges: ['22-23'] })),
      'Azure lets 203.0.113.0/24 in to Tcp 23 by web/ssh (priority 110), card/all (priority 200); our own reading of the same rules does not',
    ],
    [
      'an address more',
      said(good, changed('ssh', { sourceAddressPrefix: '203.0.112.0/23', sourceAddressPrefixes: [] })),
      'Azure lets 203.0.112.0/24 in to Tcp 22 by web/ssh (priority 110), card/all (priority 200); our own reading of the same rules does not',
    ],
    [
      'a protocol more',
      said(good, changed('ssh', { protocol: 'All' })),
      'Azure lets 203.0.113.0/24 in to Udp 22 by web/ssh (priority 110), card/all (priority 200); our own reading of the same rules does not',
    ],
    [
      'the virtual network reaches over the Internet there, as with a default route to a gateway',
      said(good, (rules) =>
        rules.map((each) =>
          each['sourceAddressPrefix'] === 'VirtualNetwork' ? { ...each, expandedSourceAddressPrefix: ['0.0.0.0/0', '10.0.0.0/16'] } : each,
        ),
      ),
      'more in to Tcp 0-21, 23-442, 444-65535 by web/AllowVnetInBound (priority 65000), card/all (priority 200); our own reading',
    ],
  ])('differ where %s', (_, fact, expected) => {
    expect(compareEffective(fact, [readingOf(good)], knowledge)).toContain(expected);
  });

  const without = (name: string) => (rules: readonly JsonObject[]) => rules.filter((each) => each['name'] !== `securityRules/${name}`);
  const wrong = said(good, without('https'));
  it.each<[string, EffectiveRules, readonly OwnReading[]]>([
    ['the group has other rules now', wrong, [readingOf([group('web', [rule('https', 100, 'Allow', '*', '80')]), card])]],
    ['another group stands there now', wrong, [readingOf([group('other', []), card])]],
    ['a group more stands there now', said([web, null], without('https')), [readingOf(good)]],
    ['a group less stands there now', wrong, [readingOf([web, null])]],
    ['no group stands there now', wrong, [readingOf([null, null])]],
    ['our group could not be read', wrong, [{ layers: { subnet: 'unknown', networkInterface: compiled(card) }, destination }]],
    ['the row of the group is missing', { ...wrong, groups: [card] }, [readingOf(good)]],
    ['the row of the group cannot be read', { ...wrong, groups: [card, null, 'x', { id: groupId('web') }] }, [readingOf(good)]],
    ['Azure names no group', { ...wrong, effective: wrong.effective.map(() => ({})) }, [readingOf(good)]],
    [
      'Azure says no rules',
      { ...wrong, effective: wrong.effective.map((each) => ({ ...(each as JsonObject), effectiveSecurityRules: null })) },
      [readingOf(good)],
    ],
    ['a rule has no access', said(good, changed('ssh', { access: null })), [readingOf(good)]],
    ['a rule has no direction', said(good, changed('ssh', { direction: 'Sideways' })), [readingOf(good)]],
    ['a rule has no priority', said(good, changed('ssh', { priority: 'first' })), [readingOf(good)]],
    ['a rule has no source', said(good, changed('ssh', { sourceAddressPrefix: null, sourceAddressPrefixes: null })), [readingOf(good)]],
    ['a rule has no port', said(good, changed('ssh', { destinationPortRange: null, destinationPortRanges: [] })), [readingOf(good)]],
    ['a rule is none', said(good, (rules) => [...rules, null]), [readingOf(good)]],
    ['an expansion is none', said(good, changed('https', { expandedSourceAddressPrefix: ['x'] })), [readingOf(good)]],
    ['nobody asked of any configuration', wrong, []],
  ])('are not compared where %s', (_, fact, own) => {
    expect(compareEffective(fact, own, knowledge)).toBeNull();
  });

  it('are compared group by group where a rule names one: who belongs to it may have changed since', () => {
    const toGroup = (id: string) =>
      namedRule('a', {
        ...anybody,
        access: 'Allow',
        priority: 100,
        sourceAddressPrefix: '*',
        destinationPortRange: '1',
        destinationAddressPrefix: '',
        destinationApplicationSecurityGroups: [{ id }],
      });
    const pair: Pair = [group('web', [toGroup(webServers)]), null];
    const left = { ...readingOf(pair), destination: { ...destination, groups: new Set<string>() } };
    expect(compareEffective(factOf(pair), [left], knowledge)).toBeNull();
    const really: Pair = [group('web', [rule('a', 100, 'Allow', '*', '1', { destinationAddressPrefix: '10.0.1.4' })]), null];
    expect(compareEffective(factOf(pair, askAzure(really)), [left], knowledge)).toContain('in to Tcp 1 by web/a');
  });

  it('differ also where another configuration is the one', () => {
    const other = { ...readingOf(good), destination: { ...destination, addresses: setOf(['10.0.1.9']) } };
    const fact = said(good, changed('ssh', { destinationAddressPrefix: '10.0.1.9/32', destinationAddressPrefixes: [], access: 'Deny' }));
    expect(compareEffective(fact, [other], knowledge)).toContain('Tcp 22');
    expect(compareEffective(fact, [other, readingOf(good)], knowledge)).toContain('Tcp 22');
  });

  it('names the first few addresses', () => {
    const many = Array.from({ length: 9 }, (_, index) => `203.0.${index * 2}.0/24`);
    const fact = said(good, changed('ssh', { sourceAddressPrefix: '', sourceAddressPrefixes: ['203.0.113.0/24', ...many] }));
    expect(compareEffective(fact, [readingOf(good)], knowledge)).toContain('203.0.10.0/24 and 3 more in to Tcp 22');
  });

  it('agree with the pretend Azure on any rules', () => {
    fc.assert(
      fc.property(arbitraryGroup('web'), arbitraryGroup('card'), (subnet, networkInterface) => {
        const pair: Pair = [subnet, networkInterface];
        expect(compareEffective(factOf(pair), [readingOf(pair)], knowledge)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it('differ where other rules would surely let in what these do not, and only there', () => {
    const compared = { v4: publicAddresses.v4, v6: noAddresses.v6 };
    let differences = 0;
    fc.assert(
      fc.property(arbitraryGroup('web'), arbitraryGroup('web'), arbitraryGroup('card'), (subnet, other, networkInterface) => {
        fc.pre(subnet !== null && other !== null);
        const [pair, really]: [Pair, Pair] = [
          [subnet, networkInterface],
          [other, networkInterface],
        ];
        const inbound = ({ layers }: OwnReading) => inboundOf({ ...layers, admin: null }, destination, compared, knowledge);
        const [read, meant] = [inbound(readingOf(pair)), inbound(readingOf(really))];
        const differ = subtractPassages(read.sure, meant.possible).length + subtractPassages(meant.sure, read.possible).length > 0;
        const answer = askAzure(really);
        fc.pre(!namesGroups(answer));
        if (differ) differences += 1;
        expect(compareEffective(factOf(pair, answer), [readingOf(pair)], knowledge) !== null).toBe(differ);
      }),
      { numRuns: 80 },
    );
    expect(differences).toBeGreaterThan(10);
  });

  it('no shape of the fact breaks it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (effective, groups) => {
        const element = { networkSecurityGroup: { id: groupId('web') }, effectiveSecurityRules: effective as Json };
        const fact = { effective: [element, effective as Json], groups: [web, groups as Json] };
        expect(compareEffective(fact, [readingOf([web, null])], knowledge)).toSatisfy((text) => text === null || typeof text === 'string');
      }),
    );
  });

  it.each<[Json, boolean]>([
    [{ effective: [], groups: [] }, true],
    [{ effective: [] }, false],
    [{ effective: {}, groups: [] }, false],
    [null, false],
    [[], false],
    ['x', false],
  ])('%j is a fact: %s', (fact, isOne) => {
    expect(readEffectiveRules(fact) !== null).toBe(isOne);
  });
});
