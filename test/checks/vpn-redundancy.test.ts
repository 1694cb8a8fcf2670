import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/vpn-redundancy.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const gateway = resourceOf('Microsoft.Network/virtualNetworkGateways');
const hub = resourceOf('Microsoft.Network/vpnGateways');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';

const address = (id: unknown) => ({ properties: { publicIPAddress: { id } } });
const good = {
  gatewayType: 'Vpn',
  vpnType: 'RouteBased',
  activeActive: true,
  sku: { name: 'VpnGw2AZ' },
  ipConfigurations: [address('/a/1'), address('/a/2')],
};
const verdicts = (subject: typeof gateway, properties: object): readonly string[] =>
  (['literal', 'intent'] as const).map((one) => verdictOf(judgeOne(check, one, { resource: { properties } }, { subject })));

describe('a gateway of a network', () => {
  const rows: readonly [what: string, change: object, literal: string, intent: string][] = [
    ['all of it', {}, 'pass', 'pass'],
    ['in other letters', { gatewayType: 'VPN', vpnType: 'routebased', sku: { name: 'VPNGW2az' } }, 'pass', 'pass'],
    ['active and standby', { activeActive: false }, 'fail', 'fail'],
    ['active-active absent', { activeActive: undefined }, 'fail', 'fail'],
    ['active-active null', { activeActive: null }, 'fail', 'fail'],
    ['one address', { ipConfigurations: [address('/a/1')] }, 'fail', 'fail'],
    ['no address', { ipConfigurations: [] }, 'fail', 'fail'],
    ['three addresses', { ipConfigurations: [address('/a/1'), address('/a/2'), address('/a/3')] }, 'pass', 'pass'],
    ['the same address twice', { ipConfigurations: [address('/a/1'), address('/A/1')] }, 'fail', 'fail'],
    ['configurations absent', { ipConfigurations: undefined }, unsupported, unsupported],
    ['configurations null', { ipConfigurations: null }, unsupported, unsupported],
    ['a configuration without address', { ipConfigurations: [address('/a/1'), { properties: null }] }, unsupported, unsupported],
    ['an empty address', { ipConfigurations: [address('/a/1'), address('')] }, unsupported, unsupported],
    ['one configuration without address', { ipConfigurations: [{}] }, 'fail', 'fail'],
    ['not zone-redundant', { sku: { name: 'VpnGw2' } }, 'pass', 'fail'],
    ['Basic', { sku: { name: 'Basic' } }, 'pass', 'fail'],
    ['a SKU of tomorrow', { sku: { name: 'VpnGw9AZ' } }, 'pass', malformed],
    ['a SKU of ExpressRoute', { sku: { name: 'ErGw1AZ' } }, 'pass', malformed],
    ['an empty SKU', { sku: { name: '' } }, 'pass', malformed],
    ['SKU absent', { sku: undefined }, 'pass', unsupported],
    ['SKU without name', { sku: {} }, 'pass', unsupported],
    ['policy-based', { vpnType: 'PolicyBased' }, 'pass', 'fail'],
    ['type of VPN absent', { vpnType: null }, 'pass', unsupported],
    ['a type of VPN of tomorrow', { vpnType: 'FlowBased' }, 'pass', malformed],
    ['one that fails, one that is not known', { activeActive: false, vpnType: 'FlowBased' }, 'fail', 'fail'],
  ];
  test.each(rows)('%s', (_what, change, literal, intent) => {
    expect(verdicts(gateway, { ...good, ...change })).toEqual([literal, intent]);
  });
});

describe('what carries no VPN never passes', () => {
  test.each([
    ['ExpressRoute', unsupported],
    ['expressroute', unsupported],
    ['LocalGateway', unsupported],
    ['', malformed],
    ['Teleporter', malformed],
    [null, unsupported],
    [undefined, unsupported],
  ])('%s', (gatewayType, expected) => {
    expect(verdicts(gateway, { ...good, gatewayType })).toEqual([expected, expected]);
  });

  test('and says what to do', () => {
    const facts = { resource: { properties: { ...good, gatewayType: 'ExpressRoute' } } };
    expect(judgeOne(check, 'literal', facts, { subject: gateway })).toMatchObject({
      observed: 'properties.gatewayType is ExpressRoute: no VPN gateway; leave it out under scope.excluded, with owner and reason',
      rule: 'properties.gatewayType',
    });
  });
});

describe('a gateway of a virtual hub', () => {
  const instance = (ipconfigurationId: unknown) => ({ ipconfigurationId });
  test.each([
    ['two instances', { bgpPeeringAddresses: [instance('Instance0'), instance('Instance1')] }, 'pass'],
    ['one', { bgpPeeringAddresses: [instance('Instance0')] }, 'fail'],
    ['none', { bgpPeeringAddresses: [] }, 'fail'],
    ['two without names', { bgpPeeringAddresses: [instance(null), instance('')] }, malformed],
    ['two, null and absent', { bgpPeeringAddresses: [instance(null), instance(undefined)] }, malformed],
    ['one named, one not', { bgpPeeringAddresses: [instance('Instance0'), instance(null)] }, malformed],
    ['absent', {}, unsupported],
    ['null', { bgpPeeringAddresses: null }, unsupported],
    ['no settings', undefined, unsupported],
  ])('%s', (_what, bgpSettings, literal) => {
    const [ofSentence, ofIntent] = verdicts(hub, { bgpSettings });
    expect(ofSentence).toBe(literal);
    expect(ofIntent).toBe(literal === 'pass' ? unsupported : literal);
  });

  test('only the proof of its zones is missing', () => {
    const properties = { bgpSettings: { bgpPeeringAddresses: [instance('Instance0'), instance('Instance1')] } };
    expect(judgeOne(check, 'intent', { resource: { properties } }, { subject: hub })).toMatchObject({ unrefuted: true });
  });
});

test('no gateway at all is no VPN', () => {
  expect(check.whenNone).toBe('fail');
});

test.each([{ activeActive: 'true' }, { sku: 'VpnGw1AZ' }, { ipConfigurations: {} }, { gatewayType: 1 }])(
  'what has another shape is refused: %j',
  (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  },
);

test('says what decided', () => {
  const properties = { ...good, activeActive: undefined, sku: { name: 'VpnGw1' } };
  expect(judgeOne(check, 'intent', { resource: { properties } }, { subject: gateway })).toMatchObject({
    observed: 'properties.activeActive is absent, for which the default of the service is false; properties.sku.name is VpnGw1',
    rule: 'properties.activeActive, properties.sku.name (built-in policy e345b6c3)',
  });
  expect(check.repeat(gateway)).toContain('activeActive');
  expect(check.repeat(hub)).toContain('bgpPeeringAddresses');
});
