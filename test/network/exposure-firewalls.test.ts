import { describe, expect, test } from 'vitest';
import type { RowChange } from '../../src/domain/estate-derivation.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import {
  exposureIn,
  group,
  idOf,
  modelOf,
  network,
  networkInterface,
  publicAddress,
  type Row,
  reference,
  row,
  rule,
  subnetId,
  summaryOf,
  unread,
} from './estate-rows.ts';

const policyId = idOf('firewallPolicies', 'policy');

function firewall(more: JsonObject = {}): Row {
  return row('azureFirewalls', 'fw', {
    ipConfigurations: [
      {
        name: 'main',
        properties: {
          privateIPAddress: '10.0.1.4',
          subnet: { id: subnetId('AzureFirewallSubnet') },
          publicIPAddress: reference('publicIPAddresses', 'pip-fw'),
        },
      },
    ],
    ...more,
  });
}

function natRule(more: JsonObject = {}): JsonObject {
  return {
    name: 'rdp',
    ruleType: 'NatRule',
    sourceAddresses: ['*'],
    destinationAddresses: ['20.4.4.4'],
    destinationPorts: ['3389'],
    ipProtocols: ['TCP'],
    translatedAddress: '10.0.0.4',
    translatedPort: '33890',
    ...more,
  };
}

function ruleGroup(natRules: readonly JsonObject[], policy = 'policy', name = 'group'): Row {
  const id = `${idOf('firewallPolicies', policy)}/ruleCollectionGroups/${name}`;
  const collection = { name: 'nat', ruleCollectionType: 'FirewallPolicyNatRuleCollection', action: { type: 'DNAT' }, rules: natRules };
  return { id, name, type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups', properties: { ruleCollections: [collection] } };
}

const classic = (more: JsonObject = {}): JsonObject => {
  const { ipProtocols, ruleType: _, ...rest } = natRule(more);
  return {
    natRuleCollections: [
      { name: 'nat', properties: { action: { type: 'Dnat' }, rules: [{ ...rest, protocols: ipProtocols ?? ['TCP'] }] } },
    ],
  };
};

const policy = (name = 'policy', more: JsonObject = {}): Row => row('firewallPolicies', name, more);
const withPolicy = { firewallPolicy: { id: policyId } };
const subnets = (web?: string, more: JsonObject = {}): Row =>
  network([{ ...(web === undefined ? {} : { group: web }) }, { name: 'AzureFirewallSubnet', prefix: '10.0.1.0/26' }], { more });
const pip = publicAddress('pip-fw', '20.4.4.4');
const nic = networkInterface();
const shut = group('nsg-shut', [rule({ access: 'Deny', name: 'nobody', port: '*', protocol: '*' })]);
const exposed = 'exposed | firewall-dnat Tcp 3389>33890 <- Internet';
const base = [subnets(), pip, nic];

const table: readonly { readonly name: string; readonly rows: readonly (Row | RowChange)[]; readonly is: string }[] = [
  { name: 'a classic rule', rows: [...base, firewall(classic())], is: exposed },
  { name: 'a rule of the policy', rows: [...base, firewall(withPolicy), policy(), ruleGroup([natRule()])], is: exposed },
  {
    name: 'a rule of the base policy',
    rows: [
      ...base,
      firewall(withPolicy),
      policy('policy', { basePolicy: reference('firewallPolicies', 'base') }),
      policy('base'),
      ruleGroup([natRule()], 'base'),
    ],
    is: exposed,
  },
  {
    name: 'a rule of another policy',
    rows: [...base, firewall(withPolicy), policy(), policy('other'), ruleGroup([natRule()], 'other')],
    is: 'closed',
  },
  { name: 'to another address', rows: [...base, firewall(classic({ translatedAddress: '10.0.0.5' }))], is: 'closed' },
  {
    name: 'the same port',
    rows: [...base, firewall(classic({ translatedPort: null }))],
    is: 'exposed | firewall-dnat Tcp 3389>3389 <- Internet',
  },
  { name: 'the network may come in', rows: [subnets('nsg'), group('nsg', []), pip, nic, firewall(classic())], is: exposed },
  { name: 'closed by the subnet', rows: [subnets('nsg-shut'), shut, pip, nic, firewall(classic())], is: 'closed' },
  {
    name: 'closed by the interface',
    rows: [subnets(), shut, pip, networkInterface({ group: 'nsg-shut' }), firewall(classic())],
    is: 'closed',
  },
  {
    name: 'the original source does not count',
    rows: [
      subnets('nsg'),
      group('nsg', [rule({ access: 'Deny', name: 'no-internet', from: 'Internet', port: '*', protocol: '*' })]),
      pip,
      nic,
      firewall(classic()),
    ],
    is: exposed,
  },
  {
    name: 'for the office',
    rows: [...base, firewall(classic({ sourceAddresses: ['203.0.113.0/24'] }))],
    is: 'narrow | firewall-dnat Tcp 3389>33890 <- 203.0.113.0/24',
  },
  {
    name: 'for a range',
    rows: [...base, firewall(classic({ sourceAddresses: ['203.0.113.1-203.0.113.2'] }))],
    is: 'narrow | firewall-dnat Tcp 3389>33890 <- 203.0.113.1,203.0.113.2',
  },
  { name: 'for private sources', rows: [...base, firewall(classic({ sourceAddresses: ['10.0.0.0/8'] }))], is: 'closed' },
  {
    name: 'for a group of addresses',
    rows: [
      ...base,
      firewall(classic({ sourceAddresses: [], sourceIpGroups: [idOf('ipGroups', 'office')] })),
      row('ipGroups', 'office', { ipAddresses: ['203.0.113.7'] }),
    ],
    is: 'narrow | firewall-dnat Tcp 3389>33890 <- 203.0.113.7',
  },
  {
    name: 'for a group of addresses that is not there',
    rows: [...base, firewall(classic({ sourceAddresses: [], sourceIpGroups: [idOf('ipGroups', 'office')] }))],
    is: 'unknown | ? Tcp 33890',
  },
  { name: 'without sources', rows: [...base, firewall(classic({ sourceAddresses: null }))], is: 'unknown | ? Tcp 33890' },
  {
    name: 'with sources that are no addresses',
    rows: [...base, firewall(classic({ sourceAddresses: ['somewhere'] }))],
    is: 'unknown | ? Tcp 33890',
  },
  { name: 'with ports that are none', rows: [...base, firewall(classic({ destinationPorts: ['many'] }))], is: 'unknown | ? any *' },
  {
    name: 'at a private address of the firewall',
    rows: [...base, firewall(classic({ destinationAddresses: ['10.0.1.4'] }))],
    is: 'closed',
  },
  {
    name: 'to a name',
    rows: [...base, firewall(classic({ translatedAddress: null, translatedFqdn: 'vm.internal' }))],
    is: 'unknown | ? Tcp 33890',
  },
  { name: 'the rules could not be read', rows: [...base, firewall(withPolicy), policy(), unread(ruleGroup([]))], is: 'unknown | ? any *' },
  {
    name: 'the rules are not there',
    rows: [...base, firewall(withPolicy), policy('policy', { ruleCollectionGroups: [{ id: `${policyId}/ruleCollectionGroups/group` }] })],
    is: 'unknown | ? any *',
  },
  { name: 'the policy is not there', rows: [...base, firewall(withPolicy)], is: 'unknown | ? any *' },
  {
    name: 'the base policy could not be read',
    rows: [...base, firewall(withPolicy), policy('policy', { basePolicy: reference('firewallPolicies', 'base') }), unread(policy('base'))],
    is: 'unknown | ? any *',
  },
  { name: 'the firewall could not be read', rows: [...base, unread(firewall())], is: 'unknown | ? any *' },
  {
    name: 'the firewall could not be read, and nobody comes in',
    rows: [subnets('nsg-shut'), shut, pip, nic, unread(firewall())],
    is: 'closed',
  },
  {
    name: 'in a hub',
    rows: [
      ...base,
      row('azureFirewalls', 'fw', {
        virtualHub: reference('virtualHubs', 'hub'),
        hubIPAddresses: { privateIPAddress: '10.9.0.4', publicIPs: { count: 1, addresses: [{ address: '20.4.4.4' }] } },
        ...withPolicy,
      }),
      policy(),
      ruleGroup([natRule()]),
    ],
    is: exposed,
  },
  {
    name: 'through an internal balancer',
    rows: [
      ...base.slice(0, 2),
      networkInterface({
        configuration: { loadBalancerBackendAddressPools: [{ id: `${idOf('loadBalancers', 'lb')}/backendAddressPools/pool` }] },
      }),
      firewall(classic({ translatedAddress: '10.0.0.200' })),
      row(
        'loadBalancers',
        'lb',
        {
          frontendIPConfigurations: [{ name: 'front', properties: { privateIPAddress: '10.0.0.200', subnet: { id: subnetId() } } }],
          backendAddressPools: [{ name: 'pool', properties: {} }],
          loadBalancingRules: [
            {
              name: 'rdp',
              properties: {
                frontendIPConfiguration: { id: `${idOf('loadBalancers', 'lb')}/frontendIPConfigurations/front` },
                backendAddressPool: { id: `${idOf('loadBalancers', 'lb')}/backendAddressPools/pool` },
                protocol: 'Tcp',
                frontendPort: 33_890,
                backendPort: 3389,
              },
            },
          ],
        },
        { sku: { name: 'Standard' } },
      ),
    ],
    is: 'exposed | firewall-dnat Tcp 3389>3389 <- Internet',
  },
];

describe('azure firewalls', () => {
  test.each(table)('$name: $is', ({ rows, is }) => {
    expect(summaryOf(exposureIn(modelOf(rows)))).toBe(is);
  });

  test('sends to a peer that has the address, not to a network that has it too', () => {
    const peering = (name: string, remote: string, prefix: string): JsonObject => ({
      name,
      properties: {
        peeringState: 'Connected',
        remoteVirtualNetwork: reference('virtualNetworks', remote),
        remoteAddressSpace: { addressPrefixes: [prefix] },
      },
    });
    const hub = network([{ name: 'AzureFirewallSubnet', prefix: '10.0.1.0/26' }], {
      prefix: '10.0.0.0/16',
      more: { virtualNetworkPeerings: [peering('to', 'spoke', '10.1.0.0/16')] },
    });
    const spokes = ['spoke', 'island'].map((name) => network([{ name: 'app', prefix: '10.1.0.0/24' }], { name, prefix: '10.1.0.0/16' }));
    const nics = ['spoke', 'island'].map((name) =>
      networkInterface({ name: `nic-${name}`, address: '10.1.0.4', subnet: subnetId('app', name) }),
    );
    const model = modelOf([hub, ...spokes, ...nics, pip, firewall(classic({ translatedAddress: '10.1.0.4' }))]);
    expect(nics.map((one) => exposureIn(model, one).outcome)).toEqual(['exposed', 'closed']);
  });
});
