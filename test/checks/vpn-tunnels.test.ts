import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/vpn-tunnels.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const gateway = resourceOf('Microsoft.Network/virtualNetworkGateways');
const hub = resourceOf('Microsoft.Network/vpnGateways');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';

const policy = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA384',
  dhGroup: 'ECP384',
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  pfsGroup: 'ECP384',
};
const good = { connectionType: 'IPsec', connectionStatus: 'Connected', connectionProtocol: 'IKEv2', ipsecPolicies: [policy] };
const connections = (...changes: readonly object[]) =>
  changes.map((change, index) => ({ name: `office-${index + 1}`, properties: { ...good, ...change } }));
interface Posed {
  readonly properties?: object;
  readonly subject?: typeof gateway;
}
function judge(interpretation: 'literal' | 'intent', related: readonly object[], { properties, subject }: Posed = {}) {
  const row = { properties: properties ?? { gatewayType: 'Vpn', activeActive: false } };
  return judgeOne(check, interpretation, { resource: row }, { subject: subject ?? gateway, related: { connections: related } });
}
const verdicts = (related: readonly object[], posed: Posed = {}) =>
  (['literal', 'intent'] as const).map((one) => verdictOf(judge(one, related, posed)));

describe('how many tunnels are connected', () => {
  const down = { connectionStatus: 'NotConnected' };
  const rows: readonly [what: string, changes: readonly object[], verdict: string, activeActive: string][] = [
    ['none', [], 'fail', 'fail'],
    ['one', [{}], 'fail', unsupported],
    ['two', [{}, {}], 'pass', 'pass'],
    ['three', [{}, {}, {}], 'pass', 'pass'],
    ['two in other letters', [{ connectionStatus: 'CONNECTED', connectionType: 'ipsec' }, {}], 'pass', 'pass'],
    ['two of three', [{}, down, {}], 'pass', 'pass'],
    ['one of two', [{}, down], 'fail', 'fail'],
    ['none of two', [down, down], 'fail', 'fail'],
    ['one that still connects', [{}, { connectionStatus: 'Connecting' }], 'fail', 'fail'],
    ['one of no known state', [{}, { connectionStatus: 'Unknown' }], unsupported, unsupported],
    ['one of a state of tomorrow', [{}, { connectionStatus: 'Dreaming' }], unsupported, unsupported],
    ['one without a state', [{}, { connectionStatus: undefined }], unsupported, unsupported],
    ['one with null', [{}, { connectionStatus: null }], unsupported, unsupported],
    ['one with an empty state', [{}, { connectionStatus: '' }], unsupported, unsupported],
    ['one without a state alone', [{ connectionStatus: null }], 'fail', unsupported],
    ['two without states', [{ connectionStatus: null }, { connectionStatus: null }], unsupported, unsupported],
    ['one down, one without a state', [down, { connectionStatus: null }], 'fail', 'fail'],
    ['two up, one without a state', [{}, {}, { connectionStatus: null }], 'pass', 'pass'],
    ['one to a network', [{}, { connectionType: 'Vnet2Vnet' }], 'pass', 'pass'],
    ['one of ExpressRoute', [{}, { connectionType: 'ExpressRoute' }], 'fail', unsupported],
    ['one of a client', [{}, { connectionType: 'VPNClient' }], 'fail', unsupported],
    ['one of a kind of tomorrow', [{}, { connectionType: 'Wormhole' }], unsupported, unsupported],
    ['one without a kind', [{}, { connectionType: null }], unsupported, unsupported],
  ];
  test.each(rows)('%s', (_what, changes, expected, activeActive) => {
    const related = connections(...changes);
    expect(verdicts(related)).toEqual([expected, expected]);
    expect(verdicts(related, { properties: { gatewayType: 'VPN', activeActive: true } })).toEqual([activeActive, activeActive]);
  });

  test('whether a gateway is active-active is no by default', () => {
    for (const activeActive of [undefined, null]) {
      expect(verdicts(connections({}), { properties: { gatewayType: 'Vpn', activeActive } })[0]).toBe('fail');
    }
  });
});

describe('how they are encrypted', () => {
  type Row = readonly [what: string, change: object, intent: string];
  const ipsec = (change: object) => ({ ipsecPolicies: [{ ...policy, ...change }] });
  const each = (member: string, values: readonly unknown[], intent: string): readonly Row[] =>
    values.map((value) => [`${member} ${String(value)}`, ipsec({ [member]: value }), intent]);
  const rows: readonly Row[] = [
    ['IKEv1', { connectionProtocol: 'IKEv1' }, 'fail'],
    ['ikev2', { connectionProtocol: 'ikev2' }, 'pass'],
    ['protocol absent', { connectionProtocol: undefined }, unsupported],
    ['protocol null', { connectionProtocol: null }, unsupported],
    ['protocol of tomorrow', { connectionProtocol: 'IKEv3' }, malformed],
    ['the default of Azure', { ipsecPolicies: [] }, 'fail'],
    ['policies null', { ipsecPolicies: null }, 'fail'],
    ['policies absent', { ipsecPolicies: undefined }, 'fail'],
    ['a good policy and a weak one', { ipsecPolicies: [policy, { ...policy, dhGroup: 'DHGroup2' }] }, 'fail'],
    ...each('ikeEncryption', ['AES256', 'aes256', 'GCMAES256'], 'pass'),
    ...each('ikeEncryption', ['DES', 'DES3', 'AES128', 'AES192', 'GCMAES128'], 'fail'),
    ...each('ikeIntegrity', ['SHA256', 'SHA384', 'GCMAES256'], 'pass'),
    ...each('ikeIntegrity', ['MD5', 'SHA1', 'GCMAES128'], 'fail'),
    ...each('dhGroup', ['DHGroup14', 'DHGroup2048', 'DHGroup24', 'ECP256', 'ECP384'], 'pass'),
    ...each('dhGroup', ['None', 'DHGroup1', 'DHGroup2'], 'fail'),
    ...each('ipsecEncryption', ['AES256', 'GCMAES256'], 'pass'),
    ...each('ipsecEncryption', ['None', 'DES', 'DES3', 'AES128', 'AES192', 'GCMAES128', 'GCMAES192'], 'fail'),
    ...each('ipsecIntegrity', ['SHA256', 'GCMAES256'], 'pass'),
    ...each('ipsecIntegrity', ['MD5', 'SHA1', 'GCMAES128', 'GCMAES192'], 'fail'),
    ...each('pfsGroup', ['PFS14', 'PFS24', 'PFS2048', 'PFSMM', 'ECP256', 'ECP384'], 'pass'),
    ...each('pfsGroup', ['None', 'PFS1', 'PFS2'], 'fail'),
    ...Object.keys(policy).flatMap((member) => each(member, [undefined, null], unsupported)),
    ...Object.keys(policy).flatMap((member) => each(member, ['Quantum', ''], malformed)),
  ];
  test.each(rows)('%s', (_what, change, intent) => {
    expect(verdicts(connections({}, change))).toEqual(['pass', intent]);
  });

  test('what is no tunnel needs no policy', () => {
    expect(verdicts(connections({}, {}, { connectionType: 'ExpressRoute', ipsecPolicies: [] }))).toEqual(['pass', 'pass']);
  });
});

test.each(['ExpressRoute', 'LocalGateway', null])('a gateway of the kind %s never passes', (gatewayType) => {
  expect(verdicts(connections({}, {}), { properties: { gatewayType } })).toEqual([unsupported, unsupported]);
});

test('the tunnels of a virtual hub are not seen', () => {
  expect(verdicts([], { subject: hub, properties: {} })).toEqual([unsupported, unsupported]);
  expect(check.whenNone).toBe('fail');
});

test.each([{ connectionStatus: 1 }, { ipsecPolicies: {} }, { ipsecPolicies: ['AES256'] }])(
  'what has another shape is refused: %j',
  (properties) => {
    expect(check.related?.['connections']?.row.safeParse({ name: 'one', properties }).success).toBe(false);
  },
);

test('says what decided', () => {
  expect(judge('literal', connections({}, { connectionStatus: 'NotConnected' }))).toMatchObject({
    observed: '1 connected, office-1 Connected, office-2 NotConnected',
    rule: 'connections.properties.connectionStatus',
  });
  expect(judge('literal', connections({}, { connectionStatus: null })).observed).toContain('a list can lack the status');
  expect(judge('intent', connections({}, { ipsecPolicies: [] }))).toMatchObject({
    observed: 'office-2 has no IPsec policy, so it takes the default of Azure, which offers AES128, SHA1 and DHGroup2',
    rule: 'connections.properties.ipsecPolicies (built-in policy 50b83b09)',
  });
  expect(judge('intent', connections({}, { ipsecPolicies: [{ ...policy, dhGroup: 'DHGroup2' }] })).observed).toBe(
    'office-2: dhGroup is DHGroup2',
  );
  expect(check.repeat(gateway)).toContain(gateway.id);
  expect(check.repeat(hub)).toContain('vpnLinkConnections');
});
