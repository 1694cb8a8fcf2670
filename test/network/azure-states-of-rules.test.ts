import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import {
  admin,
  adminRule,
  bare,
  configurationId,
  contradictionOf,
  guarded,
  inside,
  nic,
  pip,
  plain,
  rules,
  ruleWith,
  type State,
  ssh,
} from './azure-states.ts';
import {
  exposureIn,
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
} from './estate-rows.ts';

const configurations = (...all: readonly JsonObject[]): Row =>
  row('networkInterfaces', 'nic', {
    ipConfigurations: all.map((properties, index) => ({
      id: `${idOf('networkInterfaces', 'nic')}/ipConfigurations/c${index}`,
      name: `c${index}`,
      properties: { subnet: { id: subnetId() }, ...properties },
    })),
  });

const attached = publicAddress('pip', '20.1.1.1', 'Standard', { ipConfiguration: { id: configurationId } });

const ownAddresses: readonly State[] = [
  {
    name: 'a secondary configuration has the public address, and the rule names its private one',
    rows: [
      guarded,
      pip,
      rules(rule({ to: '10.0.0.5' })),
      configurations(
        { privateIPAddress: '10.0.0.4' },
        { privateIPAddress: '10.0.0.5', publicIPAddress: reference('publicIPAddresses', 'pip') },
      ),
    ],
    truth: 'open',
  },
  {
    name: 'the rule names the private address of the other configuration',
    rows: [
      guarded,
      pip,
      rules(rule({ to: '10.0.0.4' })),
      configurations(
        { privateIPAddress: '10.0.0.4' },
        { privateIPAddress: '10.0.0.5', publicIPAddress: reference('publicIPAddresses', 'pip') },
      ),
    ],
    truth: 'shut',
  },
  {
    name: 'an address of IPv6, open to ::/0',
    rows: [
      network([{ group: 'nsg', more: { addressPrefix: null, addressPrefixes: ['10.0.0.0/24', 'fd00:db8::/64'] } }]),
      publicAddress('pip', '2603:1020:1::7'),
      rules(rule({ from: '::/0' })),
      configurations(
        { privateIPAddress: '10.0.0.4' },
        { privateIPAddress: 'fd00:db8::4', privateIPAddressVersion: 'IPv6', publicIPAddress: reference('publicIPAddresses', 'pip') },
      ),
    ],
    truth: 'open',
  },
  {
    name: 'an address of IPv6, open to 0.0.0.0/0 only',
    rows: [
      guarded,
      publicAddress('pip', '2603:1020:1::7'),
      rules(rule({ from: '0.0.0.0/0' })),
      configurations(
        { privateIPAddress: '10.0.0.4' },
        { privateIPAddress: 'fd00:db8::4', publicIPAddress: reference('publicIPAddresses', 'pip') },
      ),
    ],
    truth: 'shut',
  },
  { name: 'the address names the interface, which does not name it yet', rows: [guarded, ssh, attached, plain], truth: 'open' },
  { name: 'no address is assigned now', rows: [guarded, ssh, publicAddress('pip', null), nic], truth: 'open' },
  { name: 'Basic without a group', rows: [bare, publicAddress('pip', '20.1.1.1', 'Basic'), nic], truth: 'open' },
  { name: 'StandardV2 without a group', rows: [bare, publicAddress('pip', '20.1.1.1', 'StandardV2'), nic], truth: 'shut' },
  { name: 'another SKU without a group', rows: [bare, publicAddress('pip', '20.1.1.1', 'Premium'), nic], truth: 'unsaid' },
  {
    name: 'Standard, a group on the interface only',
    rows: [bare, ssh, pip, networkInterface({ publicAddress: 'pip', group: 'nsg' })],
    truth: 'open',
  },
  {
    name: 'ids in another casing, with slashes',
    rows: [
      guarded,
      ssh,
      pip,
      networkInterface({
        configuration: {
          publicIPAddress: { id: `${idOf('publicIPAddresses', 'pip').toUpperCase()}/` },
          subnet: { id: `${subnetId().toUpperCase()}/` },
        },
      }),
    ],
    truth: 'open',
  },
  {
    name: 'a group of a subscription that nobody watches',
    rows: [
      network([{ more: { networkSecurityGroup: { id: idOf('networkSecurityGroups', 'far').replace('11111111', '99999999') } } }]),
      pip,
      nic,
    ],
    truth: 'unsaid',
  },
  {
    name: 'chained to a gateway balancer',
    rows: [
      guarded,
      ssh,
      pip,
      networkInterface({
        publicAddress: 'pip',
        configuration: { gatewayLoadBalancer: inside('loadBalancers', 'glb', 'frontendIPConfigurations', 'f') },
      }),
    ],
    truth: 'open',
  },
];

const ruleStates: readonly State[] = [
  { name: 'destination is the public address', rows: [guarded, pip, nic, rules(rule({ to: '20.1.1.1' }))], truth: 'shut' },
  {
    name: 'a Deny for the public address closes nothing',
    rows: [guarded, pip, nic, rules(rule({ to: '20.1.1.1', access: 'Deny', name: 'd' }), rule({ priority: 200 }))],
    truth: 'open',
  },
  { name: 'destination VirtualNetwork', rows: [guarded, pip, nic, rules(rule({ to: 'VirtualNetwork' }))], truth: 'open' },
  { name: 'destination Internet', rows: [guarded, pip, nic, rules(rule({ to: 'Internet' }))], truth: 'shut' },
  { name: 'source port 22 only', rows: [guarded, pip, nic, rules(ruleWith({ sourcePortRange: '22' }))], truth: 'open' },
  {
    name: 'a Deny of one source port',
    rows: [guarded, pip, nic, rules(ruleWith({ access: 'Deny', sourcePortRange: '22', priority: 90 }), rule())],
    truth: 'open',
  },
  {
    name: 'a Deny of all source ports in two halves',
    rows: [
      guarded,
      pip,
      nic,
      rules(
        ruleWith({ access: 'Deny', sourcePortRange: '0-1023', priority: 90 }, 'a'),
        ruleWith({ access: 'Deny', sourcePortRange: '1024-65535', priority: 91 }, 'b'),
        rule(),
      ),
    ],
    truth: 'shut',
  },
  { name: 'Icmp', rows: [guarded, pip, nic, rules(ruleWith({ protocol: 'Icmp', destinationPortRange: '*' }))], truth: 'open' },
  { name: 'protocol by number', rows: [guarded, pip, nic, rules(ruleWith({ protocol: '6' }))], truth: 'open' },
  {
    name: 'priority as a text',
    rows: [guarded, pip, nic, rules(ruleWith({ priority: '100' }), ruleWith({ access: 'Deny', priority: 99 }, 'd'))],
    truth: 'shut',
  },
  { name: 'the same priority twice', rows: [guarded, pip, nic, rules(ruleWith({}), ruleWith({ access: 'Deny' }, 'd'))], truth: 'unsaid' },
  { name: 'outbound only', rows: [guarded, pip, nic, rules(ruleWith({ direction: 'Outbound' }))], truth: 'shut' },
  {
    name: 'direction in another casing',
    rows: [guarded, pip, nic, rules(ruleWith({ direction: 'INBOUND', access: 'allow', protocol: 'TCP' }))],
    truth: 'open',
  },
  { name: 'no direction', rows: [guarded, pip, nic, rules(ruleWith({ direction: null }))], truth: 'unsaid' },
  { name: 'no access', rows: [guarded, pip, nic, rules(ruleWith({ access: null }))], truth: 'unsaid' },
  { name: 'no list of rules', rows: [guarded, pip, nic, row('networkSecurityGroups', 'nsg', { securityRules: null })], truth: 'unsaid' },
  {
    name: 'two halves of all addresses',
    rows: [guarded, pip, nic, rules(ruleWith({ sourceAddressPrefix: null, sourceAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'] }))],
    truth: 'open',
  },
  {
    name: 'Internet denied, 0.0.0.0/0 allowed below',
    rows: [guarded, pip, nic, rules(rule({ from: 'Internet', access: 'Deny', name: 'd' }), rule({ priority: 200, from: '0.0.0.0/0' }))],
    truth: 'shut',
  },
  { name: 'AzureLoadBalancer allowed', rows: [guarded, pip, nic, rules(rule({ from: 'AzureLoadBalancer', port: '*' }))], truth: 'shut' },
  { name: 'AzureCloud allowed, no list', rows: [guarded, pip, nic, rules(rule({ from: 'AzureCloud' }))], truth: 'unsaid' },
  {
    name: 'AzureCloud allowed, with a list',
    rows: [guarded, pip, nic, rules(rule({ from: 'azurecloud' }))],
    knowledge: { serviceTags: { AzureCloud: ['20.0.0.0/8', '52.0.0.0/8'] } },
    truth: 'open',
  },
  {
    name: 'AzureCloud of a region denied without a list, all allowed below',
    rows: [guarded, pip, nic, rules(rule({ from: 'AzureCloud.westeurope', access: 'Deny', name: 'd' }), rule({ priority: 200 }))],
    truth: 'unsaid',
  },
  {
    name: 'a list of a port as a number',
    rows: [guarded, pip, nic, rules(ruleWith({ destinationPortRange: null, destinationPortRanges: [22, '3389'] }))],
    truth: 'open',
  },
  { name: '22-22', rows: [guarded, pip, nic, rules(ruleWith({ destinationPortRange: '22-22' }))], truth: 'open' },
  {
    name: 'a group of applications as destination',
    rows: [
      guarded,
      pip,
      rules(
        ruleWith({
          destinationAddressPrefix: null,
          destinationApplicationSecurityGroups: [{ id: idOf('applicationSecurityGroups', 'web').toUpperCase() }],
        }),
      ),
      networkInterface({
        publicAddress: 'pip',
        configuration: { applicationSecurityGroups: [reference('applicationSecurityGroups', 'web')] },
      }),
    ],
    truth: 'open',
  },
  {
    name: 'a group of applications that it is not in',
    rows: [
      guarded,
      pip,
      nic,
      rules(
        ruleWith({ destinationAddressPrefix: null, destinationApplicationSecurityGroups: [reference('applicationSecurityGroups', 'web')] }),
      ),
    ],
    truth: 'shut',
  },
  {
    name: 'the second prefix of the subnet',
    rows: [
      network([{ group: 'nsg', more: { addressPrefix: null, addressPrefixes: ['10.0.1.0/24', '10.0.0.0/24'] } }]),
      pip,
      nic,
      rules(rule({ to: '10.0.0.0/24' })),
    ],
    truth: 'open',
  },
];

const delegated = (service: string): Row =>
  network([
    { group: 'nsg' },
    { name: 'managed', prefix: '10.0.2.0/24', more: { delegations: [{ name: 'd', properties: { serviceName: service } }] } },
  ]);

const adminStates: readonly State[] = [
  { name: 'Deny', rows: [guarded, ssh, pip, nic, admin([adminRule('Deny')])], truth: 'shut' },
  { name: 'AlwaysAllow over a group that denies', rows: [guarded, rules(), pip, nic, admin([adminRule('AlwaysAllow')])], truth: 'open' },
  { name: 'Allow over a group that denies', rows: [guarded, rules(), pip, nic, admin([adminRule('Allow')])], truth: 'shut' },
  { name: 'Allow before Deny', rows: [guarded, ssh, pip, nic, admin([adminRule('Allow'), adminRule('Deny', 20)])], truth: 'open' },
  {
    name: 'Deny of one manager, Allow of another',
    rows: [guarded, ssh, pip, nic, admin([adminRule('Deny', 10, 'one'), adminRule('Allow', 20, 'two')])],
    truth: 'unsaid',
  },
  {
    name: 'Deny, in a network that holds a managed instance of SQL',
    rows: [delegated('Microsoft.Sql/managedInstances'), ssh, pip, nic, admin([adminRule('Deny')])],
    truth: 'unsaid',
  },
  {
    name: 'Deny, in a network that holds Databricks',
    rows: [delegated('Microsoft.Databricks/workspaces'), ssh, pip, nic, admin([adminRule('Deny')])],
    truth: 'unsaid',
  },
];

describe('what Azure does: own addresses', () => {
  test.each(ownAddresses)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});

describe('what Azure does: rules', () => {
  test.each(ruleStates)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});

describe('what Azure does: network managers', () => {
  test.each(adminStates)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});
