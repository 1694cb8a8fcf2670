import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-private-access.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
/** Verdict by default, and where chosen networks are allowed. */
type Row = readonly [what: string, properties: object, byDefault: string, withSelected: string];

function judge(type: string, properties: object, allowSelectedNetworks = false) {
  return judgeOne(check, 'intent', { resource: { properties } }, { subject: resourceOf(type), parameters: { allowSelectedNetworks } });
}

const deny = (values: readonly string[] = []) => ({ defaultAction: 'Deny', ipRules: values.map((value) => ({ value })) });
const withRules = (member: string): readonly Row[] => [
  ['off', { publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
  ['off, as key vaults spell it', { publicNetworkAccess: 'disabled' }, 'pass', 'pass'],
  ['on', { publicNetworkAccess: 'Enabled' }, 'fail', 'fail'],
  ['absent', {}, 'fail', 'fail'],
  ['null', { publicNetworkAccess: null }, 'fail', 'fail'],
  ['a value of tomorrow', { publicNetworkAccess: 'Partly' }, malformed, malformed],
  ['an empty value', { publicNetworkAccess: '' }, malformed, malformed],
  ['a perimeter', { publicNetworkAccess: 'SecuredByPerimeter' }, unsupported, unsupported],
  ['on, chosen networks', { publicNetworkAccess: 'Enabled', [member]: deny() }, 'fail', 'pass'],
  ['absent, chosen networks', { [member]: { defaultAction: 'deny' } }, 'fail', 'pass'],
  ['on, all networks', { publicNetworkAccess: 'Enabled', [member]: { defaultAction: 'Allow' } }, 'fail', 'fail'],
  ['on, rules without a default action', { publicNetworkAccess: 'Enabled', [member]: { ipRules: [] } }, 'fail', 'fail'],
  ['on, rules null', { publicNetworkAccess: 'Enabled', [member]: null }, 'fail', 'fail'],
  ['on, a default action of tomorrow', { publicNetworkAccess: 'Enabled', [member]: { defaultAction: 'Ask' } }, 'fail', malformed],
  ['a perimeter, chosen networks', { publicNetworkAccess: 'SecuredByPerimeter', [member]: deny() }, unsupported, unsupported],
  ['a value of tomorrow, chosen networks', { publicNetworkAccess: 'Partly', [member]: deny() }, malformed, malformed],
  ['off, all networks', { publicNetworkAccess: 'Disabled', [member]: { defaultAction: 'Allow' } }, 'pass', 'pass'],
  ['chosen addresses', { [member]: deny(['198.51.100.7', '198.51.100.0/24', '2001:db8::/32']) }, 'fail', 'pass'],
  ['a /16', { [member]: deny(['198.51.0.0/16']) }, 'fail', 'pass'],
  ['a /15', { [member]: deny(['198.50.0.0/15']) }, 'fail', 'fail'],
  ['an IPv6 /31', { [member]: deny(['2001:db8::/31']) }, 'fail', 'fail'],
  ['the Internet in pieces', { [member]: deny(['0.0.0.0/2', '64.0.0.0/3', '198.51.100.7']) }, 'fail', 'fail'],
  ['all of it', { [member]: deny(['0.0.0.0/0']) }, 'fail', 'fail'],
  ['what is no address', { [member]: deny(['everybody']) }, 'fail', malformed],
  ['a range', { [member]: deny(['198.51.100.1-198.51.100.9']) }, 'fail', unsupported],
];

const subnet = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s';
const plain: readonly Row[] = [
  ['off', { publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
  ['on', { publicNetworkAccess: 'Enabled' }, 'fail', 'fail'],
  ['absent', {}, 'fail', 'fail'],
  ['rules of others change nothing', { networkAcls: deny() }, 'fail', 'fail'],
];
const flexible: readonly Row[] = [
  ['off', { network: { publicNetworkAccess: 'Disabled' } }, 'pass', 'pass'],
  ['on', { network: { publicNetworkAccess: 'Enabled' } }, 'fail', 'fail'],
  ['network null', { network: null }, 'fail', 'fail'],
  ['absent', {}, 'fail', 'fail'],
  ['off, beside the network', { publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
  ['on, beside the network', { publicNetworkAccess: 'Enabled' }, 'fail', 'fail'],
  ['both places, which disagree', { publicNetworkAccess: 'Enabled', network: { publicNetworkAccess: 'Disabled' } }, 'fail', 'fail'],
  ['a subnet', { network: { delegatedSubnetResourceId: subnet } }, 'pass', 'pass'],
  ['a subnet, and off', { network: { publicNetworkAccess: 'Disabled', delegatedSubnetResourceId: subnet } }, 'pass', 'pass'],
  ['an empty subnet', { network: { delegatedSubnetResourceId: '' } }, 'fail', 'fail'],
  ['a value of tomorrow', { network: { publicNetworkAccess: 'Partly' } }, malformed, malformed],
];
const disk: readonly Row[] = [
  ['open to all', { networkAccessPolicy: 'AllowAll', publicNetworkAccess: 'Enabled' }, 'fail', 'fail'],
  ['absent', {}, 'fail', 'fail'],
  ['all absent but open', { networkAccessPolicy: 'AllowAll' }, 'fail', 'fail'],
  ['no export', { networkAccessPolicy: 'DenyAll', publicNetworkAccess: 'Enabled' }, 'pass', 'pass'],
  ['private export', { networkAccessPolicy: 'allowprivate' }, 'pass', 'pass'],
  ['off', { networkAccessPolicy: 'AllowAll', publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
  ['off alone', { publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
  ['a policy of tomorrow', { networkAccessPolicy: '0', publicNetworkAccess: 'Enabled' }, malformed, malformed],
  ['a policy of tomorrow, but off', { networkAccessPolicy: '0', publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
];
const connection = (status: unknown) => ({ properties: { privateLinkServiceConnectionState: { status } } });
const site: readonly Row[] = [
  ['integrated', { virtualNetworkSubnetId: subnet }, 'pass', 'pass'],
  ['in an environment of its own', { hostingEnvironmentProfile: { id: '/subscriptions/1/x' } }, 'pass', 'pass'],
  ['an approved endpoint', { privateEndpointConnections: [connection('Pending'), connection('approved')] }, 'pass', 'pass'],
  ['an endpoint that waits', { privateEndpointConnections: [connection('Pending')] }, 'fail', 'fail'],
  ['an endpoint that was refused', { privateEndpointConnections: [connection('Rejected')] }, 'fail', 'fail'],
  ['an endpoint that was taken away', { privateEndpointConnections: [connection('Disconnected')] }, 'fail', 'fail'],
  ['an endpoint of a state of tomorrow', { privateEndpointConnections: [connection('Dreaming')] }, malformed, malformed],
  ['an endpoint without a state', { privateEndpointConnections: [{ properties: null }] }, malformed, malformed],
  ['none', { virtualNetworkSubnetId: null, privateEndpointConnections: [] }, 'fail', 'fail'],
  ['an empty subnet', { virtualNetworkSubnetId: '', privateEndpointConnections: [] }, 'fail', 'fail'],
  ['nothing of endpoints', { virtualNetworkSubnetId: null, privateEndpointConnections: null }, unsupported, unsupported],
  ['nothing at all', {}, unsupported, unsupported],
  ['public access off is no network of ours', { publicNetworkAccess: 'Disabled', privateEndpointConnections: [] }, 'fail', 'fail'],
];
const tables: { readonly [type: string]: readonly Row[] } = {
  'Microsoft.Storage/storageAccounts': withRules('networkAcls'),
  'Microsoft.KeyVault/vaults': withRules('networkAcls'),
  'Microsoft.ContainerRegistry/registries': withRules('networkRuleSet'),
  'Microsoft.Sql/servers': [
    ...plain,
    ['an approved endpoint does not shut the public door', { privateEndpointConnections: [connection('Approved')] }, 'fail', 'fail'],
  ],
  'Microsoft.DBforPostgreSQL/flexibleServers': flexible,
  'Microsoft.DBforMySQL/flexibleServers': flexible,
  'Microsoft.Cache/Redis': [...plain, ['in a subnet', { subnetId: subnet }, 'pass', 'pass']],
  'Microsoft.DocumentDB/databaseAccounts': [
    ['off', { publicNetworkAccess: 'Disabled' }, 'pass', 'pass'],
    ['on, no rule', { publicNetworkAccess: 'Enabled', isVirtualNetworkFilterEnabled: false, ipRules: [] }, 'fail', 'fail'],
    ['absent', {}, 'fail', 'fail'],
    ['networks', { isVirtualNetworkFilterEnabled: true }, 'fail', 'pass'],
    ['addresses', { ipRules: [{ ipAddressOrRange: '198.51.100.7' }] }, 'fail', 'pass'],
    ['all of Azure', { ipRules: [{ ipAddressOrRange: '198.51.100.7' }, { ipAddressOrRange: '0.0.0.0' }] }, 'fail', 'fail'],
    ['a perimeter', { publicNetworkAccess: 'SecuredByPerimeter' }, unsupported, unsupported],
  ],
  'Microsoft.Compute/disks': disk,
  'Microsoft.Compute/snapshots': disk,
  'Microsoft.Web/sites': site,
  'Microsoft.Web/sites/slots': site,
};

describe.each(Object.entries(tables))('network-private-access: %s', (type, rows) => {
  test.each(rows)('%s', (_what, properties, byDefault, withSelected) => {
    expect(verdictOf(judge(type, properties))).toBe(byDefault);
    expect(verdictOf(judge(type, properties, true))).toBe(withSelected);
  });
});

describe('network-private-access', () => {
  test('every type that it judges has a table', () => {
    const types = typeof check.subjects === 'string' ? [] : check.subjects.resources;
    expect([...types].sort()).toEqual(
      Object.keys(tables)
        .map((type) => type.toLowerCase())
        .sort(),
    );
    expect(interpretationsOf(check)).toEqual(['intent']);
  });

  test('a type that it was not made for is not known', () => {
    expect(verdictOf(judge('Microsoft.Moon/landers', { publicNetworkAccess: 'Disabled' }))).toBe('unknown none-seen');
  });

  test.each([
    { publicNetworkAccess: false },
    { networkAcls: 'Deny' },
    { networkAcls: { ipRules: ['198.51.100.7'] } },
    { network: 'Disabled' },
    { privateEndpointConnections: {} },
    { virtualNetworkSubnetId: 7 },
  ])('what has another shape is refused: %j', (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  });

  test('says the property, its default and the policy', () => {
    expect(judge('Microsoft.Storage/storageAccounts', {})).toMatchObject({
      observed: 'properties.publicNetworkAccess is absent, for which the default of the service is Enabled',
      rule: 'properties.publicNetworkAccess (built-in policy b2982f36)',
    });
    expect(judge('Microsoft.Web/sites', { privateEndpointConnections: [connection('Pending')] }).observed).toContain('(Pending)');
    expect(check.repeat(resourceOf('Microsoft.Web/sites'))).toContain('az resource show');
  });
});
