import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/firewall-policy.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const firewall = resourceOf('Microsoft.Network/azureFirewalls');
const policy = resourceOf('Microsoft.Network/firewallPolicies');
const gateway = resourceOf('Microsoft.Network/applicationGateways');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
const watched = '00000000-0000-0000-0000-000000000002';
const policyOf = (subscription: string) => ({
  id: `/subscriptions/${subscription}/resourceGroups/net/providers/Microsoft.Network/firewallPolicies/base`,
});
const others: readonly (readonly [what: string, reference: unknown, verdict: string])[] = [
  ['in the same subscription', policyOf(firewall.subscription), 'pass'],
  ['in a watched one', { id: policyOf(watched).id.toUpperCase() }, 'pass'],
  ['in another', policyOf('99999999-0000-0000-0000-000000000009'), unsupported],
  ['that is no id', { id: 'base' }, malformed],
];

const judge = (subject: typeof firewall, properties: object, groups: readonly object[] = []) =>
  judgeOne(check, 'intent', { resource: { properties } }, { subject, related: { groups }, parameters: { ownSubscriptions: [watched] } });
const verdict = (...given: Parameters<typeof judge>): string => verdictOf(judge(...given));

describe('threat intelligence', () => {
  test.each([
    ['Alert', 'pass'],
    ['Deny', 'pass'],
    ['deny', 'pass'],
    ['Off', 'fail'],
    ['Sometimes', malformed],
    ['', malformed],
    [null, unsupported],
    [undefined, unsupported],
  ])('%s', (threatIntelMode, expected) => {
    expect(verdict(policy, { threatIntelMode })).toBe(expected);
    expect(verdict(firewall, { threatIntelMode, networkRuleCollections: [] })).toBe(expected);
  });

  test('of a firewall with a policy it is the policy that says', () => {
    for (const threatIntelMode of ['Off', undefined]) {
      expect(verdict(firewall, { threatIntelMode, firewallPolicy: policyOf(firewall.subscription) })).toBe('pass');
    }
  });
});

describe('a policy beside it', () => {
  test.each(others)('%s', (_what, reference, expected) => {
    expect(verdict(firewall, { firewallPolicy: reference })).toBe(expected);
    expect(verdict(policy, { threatIntelMode: 'Deny', basePolicy: reference })).toBe(expected);
    expect(verdict(gateway, { firewallPolicy: reference })).toBe(expected);
  });

  test('an empty id is none', () => {
    expect(verdict(firewall, { firewallPolicy: { id: '' }, threatIntelMode: 'Off', networkRuleCollections: [] })).toBe('fail');
    expect(verdict(policy, { basePolicy: {}, threatIntelMode: 'Deny' })).toBe('pass');
    expect(verdict(gateway, { firewallPolicy: { id: '' } })).toBe('fail');
  });
});

const open = { sourceAddresses: ['*'], destinationAddresses: ['*'], destinationPorts: ['*'], protocols: ['Any'] };
const rules: readonly (readonly [what: string, change: object, verdict: string])[] = [
  ['everybody, everything', {}, 'fail'],
  ['in other words', { sourceAddresses: ['0.0.0.0/0'], destinationPorts: ['0-65535'], protocols: ['TCP', 'UDP'] }, 'fail'],
  ['in halves', { sourceAddresses: ['0.0.0.0/1', '128.0.0.0/1'] }, 'fail'],
  ['in a span', { destinationAddresses: ['0.0.0.0-255.255.255.255'] }, 'fail'],
  ['all but one address', { sourceAddresses: ['0.0.0.0-255.255.255.254'] }, 'pass'],
  ['one half', { sourceAddresses: ['0.0.0.0/1'] }, 'pass'],
  ['a tag beside everything', { destinationAddresses: ['AzureCloud', '*'] }, 'fail'],
  ['a tag', { destinationAddresses: ['AzureCloud'] }, 'pass'],
  ['everything of IPv6', { sourceAddresses: ['::/0'] }, 'pass'],
  ['our own sources', { sourceAddresses: ['10.0.0.0/8'] }, 'pass'],
  ['one destination', { destinationAddresses: ['10.0.0.4'] }, 'pass'],
  ['names of domains', { destinationAddresses: [], destinationFqdns: ['example.com'] }, 'pass'],
  ['every domain', { destinationAddresses: [], destinationFqdns: ['*'] }, 'fail'],
  ['every port that there is', { destinationPorts: ['1-65535'] }, 'fail'],
  ['every port, in pieces', { destinationPorts: ['1-1023', '1024-65535'] }, 'fail'],
  ['all ports but the last', { destinationPorts: ['1-65534'] }, 'pass'],
  ['all ports but the first', { destinationPorts: ['2-65535'] }, 'pass'],
  ['one port', { destinationPorts: ['443'] }, 'pass'],
  ['what is no port', { destinationPorts: ['https'] }, malformed],
  ['ports absent', { destinationPorts: undefined }, malformed],
  ['no ports', { destinationPorts: [] }, malformed],
  ['ports absent, one source', { destinationPorts: undefined, sourceAddresses: ['10.0.0.4'] }, 'pass'],
  ['pings', { protocols: ['ICMP'] }, 'pass'],
  ['pings and more', { protocols: ['icmp', 'tcp'] }, 'fail'],
  ['protocols absent', { protocols: undefined }, malformed],
  ['protocols null', { protocols: null }, malformed],
  ['sources absent', { sourceAddresses: undefined }, malformed],
  ['no sources', { sourceAddresses: [] }, malformed],
  ['destinations null', { destinationAddresses: null }, malformed],
  ['a group of sources', { sourceAddresses: [], sourceIpGroups: ['/g'] }, unsupported],
  ['a group of destinations', { destinationAddresses: null, destinationIpGroups: ['/g'] }, unsupported],
  ['a group beside everybody', { sourceIpGroups: ['/g'] }, 'fail'],
  ['a group, one port', { sourceAddresses: [], sourceIpGroups: ['/g'], destinationPorts: ['443'] }, 'pass'],
];

describe('network rules of a firewall', () => {
  const collection = (action: unknown, ...given: readonly object[]) => ({
    name: 'out',
    properties: { action: { type: action }, rules: given },
  });
  const of = (...collections: readonly unknown[]) => verdict(firewall, { threatIntelMode: 'Alert', networkRuleCollections: collections });
  test.each(rules)('%s', (_what, change, expected) => {
    expect(of(collection('Allow', { name: 'rule', ...open, ...change }))).toBe(expected);
    expect(of(collection('ALLOW', { name: 'rule', ...open, ...change }))).toBe(expected);
    expect(of(collection('Deny', { name: 'rule', ...open, ...change }))).toBe('pass');
  });

  test.each([
    ['no action', collection(undefined, open), malformed],
    ['an action of tomorrow', collection('Ask', open), malformed],
    ['an action of tomorrow, one port', collection('Ask', { ...open, destinationPorts: ['443'] }), 'pass'],
    ['no rules', collection('Allow'), 'pass'],
    ['rules absent', { name: 'out', properties: { action: { type: 'Allow' } } }, malformed],
    ['properties null', { name: 'out', properties: null }, malformed],
  ])('a collection with %s', (_what, one, expected) => {
    expect(of(one)).toBe(expected);
  });

  test('that are absent prove nothing', () => {
    for (const networkRuleCollections of [undefined, null])
      expect(verdict(firewall, { threatIntelMode: 'Deny', networkRuleCollections })).toBe(unsupported);
    expect(verdict(firewall, { threatIntelMode: 'Off' })).toBe('fail');
  });
});

describe('network rules of a policy', () => {
  const group = (...collections: readonly unknown[]) => ({
    id: `${policy.id}/ruleCollectionGroups/first`,
    name: 'first',
    properties: { ruleCollections: collections },
  });
  const collection = (change: object, more: object = {}) => {
    const { protocols: ipProtocols, ...rule }: Record<string, unknown> = { ...open, ...change };
    return { name: 'out', action: { type: 'Allow' }, rules: [{ ruleType: 'NetworkRule', name: 'rule', ipProtocols, ...rule }], ...more };
  };
  const of = (groups: readonly object[], change: object = {}) => verdict(policy, { threatIntelMode: 'Deny', ...change }, groups);
  test.each(rules)('%s', (_what, change, expected) => {
    expect(of([group(collection(change))])).toBe(expected);
    expect(of([group(collection({ sourceAddresses: ['10.0.0.4'] })), group(collection(change))])).toBe(expected);
  });

  test.each([
    ['of names and addresses', { ruleType: 'ApplicationRule' }, 'pass'],
    ['of a DNAT collection', { ruleType: 'NatRule' }, 'pass'],
    ['of a kind of tomorrow', { ruleType: 'QuantumRule' }, 'fail'],
    ['without a kind', { ruleType: null }, 'fail'],
  ])('a rule %s', (_what, change, expected) => {
    expect(of([group(collection(change))])).toBe(expected);
  });

  test.each([
    ['that denies', { action: { type: 'Deny' } }, 'pass'],
    ['of DNAT', { action: { type: 'DNAT' } }, 'pass'],
    ['without action', { action: null }, malformed],
    ['without rules', { rules: null }, malformed],
  ])('a collection %s', (_what, more, expected) => {
    expect(of([group(collection({}, more))])).toBe(expected);
  });

  test('a group without collections is not known', () => {
    expect(of([{ ...group(), properties: {} }])).toBe(malformed);
    expect(of([group()])).toBe('pass');
  });

  test('a group that the policy names and nobody saw is not known', () => {
    const named = (name: string) => ({ ruleCollectionGroups: [{ id: `${policy.id}/RULECOLLECTIONGROUPS/${name}` }] });
    expect(of([group()], named('FIRST'))).toBe('pass');
    expect(of([group()], named('second'))).toBe('unknown partial');
    expect(of([], named('first'))).toBe('unknown partial');
    expect(of([group(collection({}))], named('second'))).toBe('fail');
  });
});

describe('web application firewalls', () => {
  const types = [
    ['Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies', 'state'],
    ['Microsoft.Network/FrontDoorWebApplicationFirewallPolicies', 'enabledState'],
    ['Microsoft.Cdn/CdnWebApplicationFirewallPolicies', 'enabledState'],
  ] as const;
  const states: readonly (readonly [state: unknown, mode: unknown, verdict: string])[] = [
    ['Enabled', 'Prevention', 'pass'],
    ['enabled', 'PREVENTION', 'pass'],
    ['Enabled', 'Detection', 'fail'],
    ['Disabled', 'Prevention', 'fail'],
    ['Enabled', 'Dreaming', malformed],
    ['Partly', 'Prevention', malformed],
    ['', 'Prevention', malformed],
    [undefined, 'Prevention', unsupported],
    ['Enabled', null, unsupported],
    [null, 'Detection', 'fail'],
  ];
  test.each(types.flatMap(([type, name]) => states.map((one) => [type, name, ...one] as const)))(
    '%s: %s %s, %s',
    (type, name, state, mode, expected) => {
      expect(verdict(resourceOf(type), { policySettings: { [name]: state, mode } })).toBe(expected);
    },
  );

  test.each(types)('%s: each has its own word for on', (type, name) => {
    const other = name === 'state' ? 'enabledState' : 'state';
    expect(verdict(resourceOf(type), { policySettings: { [other]: 'Enabled', mode: 'Prevention' } })).toBe(unsupported);
    expect(verdict(resourceOf(type), { policySettings: null })).toBe(unsupported);
    expect(verdict(resourceOf(type), {})).toBe(unsupported);
  });

  test.each([
    ['on, prevention', { enabled: true, firewallMode: 'Prevention' }, 'pass'],
    ['off', { enabled: false, firewallMode: 'Prevention' }, 'fail'],
    ['detection', { enabled: true, firewallMode: 'detection' }, 'fail'],
    ['a mode of tomorrow', { enabled: true, firewallMode: 'Dreaming' }, malformed],
    ['on absent', { firewallMode: 'Prevention' }, unsupported],
    ['mode null', { enabled: true, firewallMode: null }, unsupported],
    ['null', null, 'fail'],
    ['absent', undefined, 'fail'],
  ])('of a gateway itself: %s', (_what, webApplicationFirewallConfiguration, expected) => {
    expect(verdict(gateway, { webApplicationFirewallConfiguration })).toBe(expected);
  });

  test('a listener with a policy of its own is not under that of the gateway', () => {
    const listener = (firewallPolicy: unknown) => ({ properties: { firewallPolicy } });
    const elsewhere = policyOf('99999999-0000-0000-0000-000000000009');
    const of = (...httpListeners: readonly object[]): string => verdict(gateway, { firewallPolicy: policyOf(watched), httpListeners });
    expect(of({ properties: {} }, { properties: null }, {})).toBe('pass');
    expect(of({ properties: {} }, listener(policyOf(watched)))).toBe('pass');
    expect(of({ properties: {} }, listener(elsewhere))).toBe(unsupported);
    expect(of(listener({ id: 'base' }))).toBe(malformed);
    const classic = { webApplicationFirewallConfiguration: { enabled: true, firewallMode: 'Prevention' } };
    expect(verdict(gateway, { ...classic, httpListeners: [listener(elsewhere)] })).toBe(unsupported);
    expect(verdict(gateway, { ...classic, httpListeners: [listener(policyOf(watched))] })).toBe('pass');
  });

  test('policies of all listeners are as good, of some are not', () => {
    const listener = (subscription: string) => ({ properties: { firewallPolicy: policyOf(subscription) } });
    const of = (...httpListeners: readonly unknown[]) => verdict(gateway, { httpListeners });
    expect(of(listener(watched), listener(watched))).toBe('pass');
    expect(of(listener(watched), { properties: {} })).toBe('fail');
    expect(of(listener(watched), { properties: null })).toBe('fail');
    expect(of(listener(watched), listener('99999999-0000-0000-0000-000000000009'))).toBe(unsupported);
    expect(of()).toBe('fail');
  });
});

test('a type that it was not made for is not known', () => {
  expect(verdict(resourceOf('Microsoft.Moon/landers'), { threatIntelMode: 'Deny' })).toBe('unknown none-seen');
});

test.each([{ threatIntelMode: 1 }, { networkRuleCollections: {} }, { policySettings: 'on' }, { httpListeners: {} }])(
  'what has another shape is refused: %j',
  (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  },
);

test('says what decided', () => {
  const collections = [{ name: 'out', properties: { action: { type: 'Allow' }, rules: [{ name: 'all', ...open }] } }];
  expect(judge(firewall, { threatIntelMode: 'Off', networkRuleCollections: collections })).toMatchObject({
    observed: 'properties.threatIntelMode is Off; out/all lets everybody reach everything at every port',
    rule: 'properties.threatIntelMode, network rules',
  });
  const groups = [
    { name: 'out', properties: { action: { type: 'Allow' }, rules: [{ ...open, sourceAddresses: [], sourceIpGroups: ['/g'] }] } },
  ];
  expect(judge(firewall, { threatIntelMode: 'Deny', networkRuleCollections: groups })).toMatchObject({ unrefuted: true });
  expect(check.repeat(policy)).toContain(`${policy.id}/ruleCollectionGroups`);
  expect(check.repeat(gateway)).toContain('firewallPolicy');
  expect(check.repeat(resourceOf('Microsoft.Cdn/CdnWebApplicationFirewallPolicies'))).toContain('policySettings');
});
