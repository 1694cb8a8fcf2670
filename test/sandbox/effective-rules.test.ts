import { expect, test } from 'vitest';
import { effectiveRules } from '../../sandbox/azure/effective-rules.ts';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { makeTinyEstate, networkInterface, securityGroup, shop } from './azure-estate.ts';
import { rule, without } from './packets.ts';

const place = `/subscriptions/${shop}/resourceGroups/Net-RG/providers`;
const machine = `${place}/Microsoft.Compute/virtualMachines/server`;
const near = `${place}/Microsoft.Network/virtualNetworks/near`;
const far = `${place}/Microsoft.Network/virtualNetworks/far`;
const gateway = `${place}/Microsoft.Network/virtualNetworkGateways/gateway`;
const office = `${place}/Microsoft.Network/localNetworkGateways/office`;
const webServers = `${place}/Microsoft.Network/applicationSecurityGroups/web`;

function resource(id: string, properties: JsonObject): EstateResource {
  const [, type = '', name = ''] = /providers\/(.+)\/(.+)$/.exec(id) ?? [];
  return { id, name, type, location: 'westeurope', properties };
}

const withRules = (name: string, ...securityRules: readonly Json[]) => ({ ...securityGroup(name), properties: { securityRules } });
const outer = withRules('outer', rule('ssh', 100, { protocol: 'TCP', sourceAddressPrefix: '203.0.113.7' }));
const inner = withRules(
  'inner',
  without(
    rule('web', 200, { destinationPortRanges: ['80', '8000-8100'], sourceAddressPrefixes: ['203.0.113.0/24', '198.51.100.7'] }),
    'destinationPortRange',
    'sourceAddressPrefix',
  ),
  without(
    rule('to-web', 300, { sourceAddressPrefix: 'Storage', destinationApplicationSecurityGroups: [{ id: webServers.toUpperCase() }] }),
    'destinationAddressPrefix',
  ),
);

function peering(to: string, properties: JsonObject = {}): Json {
  return { name: 'peering', properties: { peeringState: 'Connected', remoteVirtualNetwork: { id: to }, ...properties } };
}

function makeEstate(changes: readonly EstateResource[] = []) {
  const card = networkInterface('card');
  return makeTinyEstate([
    {
      ...card,
      properties: {
        virtualMachine: { id: machine.toUpperCase() },
        networkSecurityGroup: { id: inner.id.toUpperCase() },
        ipConfigurations: [
          {
            name: 'main',
            properties: {
              privateIPAddress: '10.1.0.4',
              subnet: { id: `${near}/subnets/web` },
              applicationSecurityGroups: [{ id: webServers }],
            },
          },
        ],
      },
    },
    resource(machine, {}),
    resource(near, {
      addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
      virtualNetworkPeerings: [peering(far, { useRemoteGateways: true })],
      subnets: [{ id: `${near}/subnets/web`, name: 'web', properties: { networkSecurityGroup: { id: outer.id.toLowerCase() } } }],
    }),
    resource(far, { addressSpace: { addressPrefixes: ['10.2.0.0/16'] }, subnets: [] }),
    resource(gateway, { ipConfigurations: [{ name: 'ip', properties: { subnet: { id: `${far}/subnets/GatewaySubnet` } } }] }),
    resource(`${place}/Microsoft.Network/connections/office`, {
      virtualNetworkGateway1: { id: gateway },
      localNetworkGateway2: { id: office },
    }),
    resource(office, { localNetworkAddressSpace: { addressPrefixes: ['192.168.0.0/20'] } }),
    outer,
    inner,
    ...changes,
  ]);
}

interface Rule {
  readonly name: string;
  readonly expandedSourceAddressPrefix?: readonly string[];
}

function rulesOf(changes: readonly EstateResource[] = []) {
  const estate = makeEstate(changes);
  const found = estate.get(networkInterface('card').id);
  if (found === undefined) throw new Error('no interface');
  return effectiveRules(found, estate) as unknown as
    | readonly { readonly networkSecurityGroup: Json; readonly association: Json; readonly effectiveSecurityRules: readonly Rule[] }[]
    | null;
}

function ruleNamed(name: string, changes: readonly EstateResource[] = []): Rule | undefined {
  return rulesOf(changes)
    ?.flatMap(({ effectiveSecurityRules }) => effectiveSecurityRules)
    .find((found) => found.name === name);
}

test('the groups of the subnet and of the interface, in the words of the estate, with the default rules', () => {
  const answer = rulesOf();
  expect(answer?.map(({ networkSecurityGroup, association }) => [networkSecurityGroup, association])).toEqual([
    [{ id: outer.id }, { subnet: { id: `${near}/subnets/web` } }],
    [{ id: inner.id }, { networkInterface: { id: networkInterface('card').id } }],
  ]);
  expect(answer?.[0]?.effectiveSecurityRules.map(({ name }) => name)).toEqual([
    'securityRules/ssh',
    'defaultSecurityRules/AllowVnetInBound',
    'defaultSecurityRules/AllowAzureLoadBalancerInBound',
    'defaultSecurityRules/DenyAllInBound',
    'defaultSecurityRules/AllowVnetOutBound',
    'defaultSecurityRules/AllowInternetOutBound',
    'defaultSecurityRules/DenyAllOutBound',
  ]);
});

test('ports, protocols and addresses as Azure spells them', () => {
  expect(ruleNamed('securityRules/ssh')).toEqual({
    name: 'securityRules/ssh',
    protocol: 'Tcp',
    sourcePortRange: '0-65535',
    sourcePortRanges: ['0-65535'],
    destinationPortRange: '22-22',
    destinationPortRanges: ['22-22'],
    sourceAddressPrefix: '203.0.113.7/32',
    sourceAddressPrefixes: ['203.0.113.7/32'],
    destinationAddressPrefix: '0.0.0.0/0',
    destinationAddressPrefixes: ['0.0.0.0/0'],
    access: 'Allow',
    priority: 100,
    direction: 'Inbound',
  });
  expect(ruleNamed('defaultSecurityRules/DenyAllInBound')).toMatchObject({ protocol: 'All', access: 'Deny', priority: 65_500 });
});

test('lists without a single value', () => {
  const found = ruleNamed('securityRules/web');
  expect(found).toMatchObject({
    destinationPortRanges: ['80-80', '8000-8100'],
    sourceAddressPrefixes: ['203.0.113.0/24', '198.51.100.7/32'],
  });
  expect(found).not.toHaveProperty('destinationPortRange');
  expect(found).not.toHaveProperty('sourceAddressPrefix');
});

test('tags and application security groups with what they stand for', () => {
  expect(ruleNamed('securityRules/to-web')).toMatchObject({
    sourceAddressPrefix: 'Storage',
    expandedSourceAddressPrefix: ['198.51.100.0/25'],
    expandedDestinationAddressPrefix: ['10.1.0.4/32'],
  });
  expect(ruleNamed('securityRules/to-web')).not.toHaveProperty('destinationAddressPrefix');
  expect(ruleNamed('defaultSecurityRules/AllowAzureLoadBalancerInBound')?.expandedSourceAddressPrefix).toEqual(['168.63.129.16/32']);
});

test.each([
  ['its peers and what is behind their gateway', {}, ['10.1.0.0/16', '10.2.0.0/16', '192.168.0.0/20', '168.63.129.16/32']],
  ['not what is behind a gateway that it may not use', { useRemoteGateways: false }, ['10.1.0.0/16', '10.2.0.0/16', '168.63.129.16/32']],
  ['no peer that is not connected', { peeringState: 'Disconnected' }, ['10.1.0.0/16', '168.63.129.16/32']],
])('VirtualNetwork: %s', (_, properties: JsonObject, expected) => {
  const network = makeEstate().get(near);
  if (network === undefined) throw new Error('no network');
  const changed = {
    ...network,
    properties: { ...network.properties, virtualNetworkPeerings: [peering(far, { useRemoteGateways: true, ...properties })] },
  };
  expect(ruleNamed('defaultSecurityRules/AllowVnetInBound', [changed])?.expandedSourceAddressPrefix).toEqual(expected);
});

test('Internet is the public rest', () => {
  const found = ruleNamed('defaultSecurityRules/AllowInternetOutBound');
  const prefixes = (found as unknown as { readonly expandedDestinationAddressPrefix: readonly string[] }).expandedDestinationAddressPrefix;
  expect(prefixes).toEqual(expect.arrayContaining(['8.0.0.0/7', '11.0.0.0/8', '172.32.0.0/11', '168.63.129.17/32']));
  expect(prefixes).not.toContain('10.0.0.0/8');
  const addresses = prefixes.map((prefix) => 2 ** (32 - Number(prefix.split('/')[1]))).reduce((sum, count) => sum + count, 0);
  const taken = [8, 8, 10, 8, 16, 12, 16, 3, 32].map((length) => 2 ** (32 - length)).reduce((sum, count) => sum + count, 0);
  expect(addresses).toBe(2 ** 32 - taken);
});

test('no group, no rules', () => {
  const card = makeEstate().get(networkInterface('card').id);
  const network = makeEstate().get(near);
  if (card === undefined || network === undefined) throw new Error('no interface');
  const { networkSecurityGroup: _, ...bare } = card.properties;
  expect(
    rulesOf([
      { ...card, properties: bare },
      { ...network, properties: { ...network.properties, subnets: [] } },
    ]),
  ).toEqual([]);
});

test.each<[string, JsonObject, boolean]>([
  ['runs', { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } }, true],
  ['is deallocated', { extended: { instanceView: { powerState: { code: 'PowerState/deallocated' } } } }, false],
  ['is stopped', { instanceView: { statuses: [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/stopped' }] } }, false],
])('a machine that %s', (_, properties, isRunning) => {
  expect(rulesOf([resource(machine, properties)]) !== null).toBe(isRunning);
});

test('an interface without a machine', () => {
  expect(rulesOf([networkInterface('card')])).toBeNull();
});
