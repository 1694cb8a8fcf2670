import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-subnet-rules.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const network = resourceOf('Microsoft.Network/virtualNetworks');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
const group = { networkSecurityGroup: { id: '/subscriptions/1/nsg-web' } };
const subnet = (name: unknown, properties: unknown = {}) => ({ name, properties });
const delegated = (serviceName: unknown) => ({ delegations: [{ properties: { serviceName } }] });
const judge = (subnets: unknown) => judgeOne(check, 'literal', { resource: { properties: { subnets } } }, { subject: network });

describe('network-subnet-rules', () => {
  const rows: readonly [what: string, subnets: unknown, verdict: string][] = [
    ['all have one', [subnet('web', group), subnet('app', group)], 'pass'],
    ['one has none', [subnet('web', group), subnet('app')], 'fail'],
    ['one has null', [subnet('web', group), subnet('app', { networkSecurityGroup: null })], 'fail'],
    ['a group without id', [subnet('app', { networkSecurityGroup: {} })], malformed],
    ['a group with an empty id', [subnet('app', { networkSecurityGroup: { id: '' } })], malformed],
    ['no subnet', [], 'pass'],
    ['subnets absent', undefined, unsupported],
    ['subnets null', null, unsupported],
    ['properties null', [subnet('web', group), subnet('app', null)], malformed],
    ['without name, with a group', [subnet(undefined, group)], 'pass'],
    ['without name, bare', [subnet(undefined)], 'fail'],
    ['an empty name, bare', [subnet('')], 'fail'],
    ...['GatewaySubnet', 'AzureFirewallSubnet', 'AzureFirewallManagementSubnet', 'RouteServerSubnet', 'AzureBastionSubnet'].flatMap(
      (name): readonly [string, unknown, string][] => [
        [name, [subnet(name)], 'pass'],
        [`${name} with a group`, [subnet(name, group)], 'pass'],
        [name.toUpperCase(), [subnet(name.toUpperCase())], 'pass'],
        [`${name} with a group without id`, [subnet(name, { networkSecurityGroup: {} })], malformed],
        [`${name} without properties`, [subnet(name, null)], malformed],
        [`${name}2`, [subnet(`${name}2`)], 'fail'],
      ],
    ),
    ['a subnet of the platform and a bare one', [subnet('GatewaySubnet'), subnet('app')], 'fail'],
    ['delegated to what can have one', [subnet('app', delegated('Microsoft.Web/serverFarms'))], 'fail'],
    ['delegated to what refuses one', [subnet('hsm', delegated('Microsoft.HardwareSecurityModules/dedicatedHSMs'))], 'pass'],
    ['delegated to what may refuse one', [subnet('files', delegated('Microsoft.Netapp/volumes'))], unsupported],
    ['the same with one', [subnet('files', { ...delegated('Microsoft.Netapp/volumes'), ...group })], 'pass'],
    ['delegated to Oracle', [subnet('database', delegated('Oracle.Database/networkAttachments'))], unsupported],
    ['delegated to nobody named', [subnet('app', delegated(null))], 'fail'],
    ['a delegation without properties', [subnet('app', { delegations: [{}] })], 'fail'],
    ['delegations null', [subnet('app', { delegations: null })], 'fail'],
    ['one bare, one that may be', [subnet('app'), subnet('files', delegated('Microsoft.NetApp/volumes'))], 'fail'],
  ];
  test.each(rows)('%s', (_what, subnets, expected) => {
    expect(verdictOf(judge(subnets))).toBe(expected);
  });

  test.each([{ subnets: {} }, { subnets: ['web'] }, { subnets: [{ properties: { networkSecurityGroup: 'nsg' } }] }])(
    'what has another shape is refused: %j',
    (properties) => {
      expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
    },
  );

  test('names each bare subnet, and those that may be bare', () => {
    expect(judge([subnet('web', group), subnet('app'), subnet('data')])).toMatchObject({
      observed: 'subnet app has no network security group; subnet data has no network security group',
      rule: 'properties.subnets.networkSecurityGroup (built-in policy e71308d3)',
    });
    expect(judge([subnet('web', group), subnet('GatewaySubnet')]).observed).toBe(
      '1 of 2 subnets have a network security group; subnet GatewaySubnet has no network security group: Azure supports none there',
    );
    expect(check.repeat(network)).toContain('networkSecurityGroup');
  });
});
