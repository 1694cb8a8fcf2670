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

const balancerId = idOf('loadBalancers', 'lb');
const inside = (member: string, name: string): JsonObject => ({ id: `${balancerId}/${member}/${name}` });
const publicFront = { publicIPAddress: reference('publicIPAddresses', 'pip-lb') };
const privateFront = { privateIPAddress: '10.0.0.200', subnet: { id: subnetId() } };

interface BalancerOptions {
  readonly sku?: string | null;
  readonly front?: JsonObject;
  readonly rule?: JsonObject | null;
  readonly pool?: JsonObject;
  readonly more?: JsonObject;
}

function balancer({ sku = 'Standard', front = publicFront, rule: ruleOptions = {}, pool = {}, more = {} }: BalancerOptions = {}): Row {
  const balancing = {
    frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
    backendAddressPool: inside('backendAddressPools', 'pool'),
    protocol: 'Tcp',
    frontendPort: 443,
    backendPort: 8443,
    ...ruleOptions,
  };
  return row(
    'loadBalancers',
    'lb',
    {
      frontendIPConfigurations: [{ ...inside('frontendIPConfigurations', 'front'), name: 'front', properties: front }],
      backendAddressPools: [{ ...inside('backendAddressPools', 'pool'), name: 'pool', properties: pool }],
      loadBalancingRules: ruleOptions === null ? [] : [{ ...inside('loadBalancingRules', 'web'), name: 'web', properties: balancing }],
      ...more,
    },
    sku === null ? {} : { sku: { name: sku } },
  );
}

const inPool = { loadBalancerBackendAddressPools: [inside('backendAddressPools', 'pool')] };
const configurationId = { id: `${idOf('networkInterfaces', 'nic')}/ipConfigurations/main` };
const all = group('nsg', [rule({ name: 'all', port: '*', protocol: '*' })]);
const web = group('nsg', [rule({ name: 'web', port: '8443' })]);
const front = group('nsg', [rule({ name: 'front', port: '443' })]);
const office = group('nsg', [rule({ name: 'office', port: '8443', from: '203.0.113.0/24' })]);
const pip = publicAddress('pip-lb', '20.2.2.2');
const guarded = network([{ group: 'nsg' }]);
const bare = network([{}]);
const member = networkInterface({ configuration: inPool });
const plain = networkInterface();

const exposed8443 = 'exposed | load-balancer Tcp 443>8443 <- Internet';

const table: readonly { readonly name: string; readonly rows: readonly (Row | RowChange)[]; readonly is: string }[] = [
  { name: 'the interface names the pool', rows: [guarded, web, pip, balancer(), member], is: exposed8443 },
  {
    name: 'the pool names the configuration',
    rows: [guarded, web, pip, balancer({ pool: { backendIPConfigurations: [configurationId] } }), plain],
    is: exposed8443,
  },
  {
    name: 'the pool names the address',
    rows: [guarded, web, pip, balancer({ pool: { loadBalancerBackendAddresses: [{ properties: { ipAddress: '10.0.0.4' } }] } }), plain],
    is: exposed8443,
  },
  {
    name: 'the pool names the same address of another network',
    rows: [
      guarded,
      web,
      pip,
      balancer({
        pool: {
          loadBalancerBackendAddresses: [{ properties: { ipAddress: '10.0.0.4', virtualNetwork: reference('virtualNetworks', 'other') } }],
        },
      }),
      plain,
    ],
    is: 'latent',
  },
  { name: 'nobody names anybody', rows: [guarded, web, pip, balancer(), plain], is: 'latent' },
  { name: 'only the frontend port is open', rows: [guarded, front, pip, balancer(), member], is: 'latent' },
  {
    name: 'the original source counts',
    rows: [guarded, office, pip, balancer(), member],
    is: 'narrow | load-balancer Tcp 443>8443 <- 203.0.113.0/24',
  },
  { name: 'Standard without any group', rows: [bare, pip, balancer(), member], is: 'closed' },
  { name: 'Basic without any group', rows: [bare, pip, balancer({ sku: 'Basic' }), member], is: exposed8443 },
  { name: 'no SKU is Basic', rows: [bare, pip, balancer({ sku: null }), member], is: exposed8443 },
  {
    name: 'a SKU that nobody knows, without any group',
    rows: [bare, pip, balancer({ sku: 'Premium' }), member],
    is: 'unknown | ? Tcp 8443',
  },
  { name: 'a SKU that nobody knows, with a group', rows: [guarded, web, pip, balancer({ sku: 'Premium' }), member], is: exposed8443 },
  { name: 'an internal frontend', rows: [guarded, all, balancer({ front: privateFront }), member], is: 'latent' },
  {
    name: 'a frontend that is not there',
    rows: [guarded, web, balancer({ rule: { frontendIPConfiguration: inside('frontendIPConfigurations', 'lost') } }), member],
    is: 'unknown | ? Tcp 8443',
  },
  { name: 'no rule', rows: [guarded, all, pip, balancer({ rule: null }), member], is: 'latent' },
  {
    name: 'every port, Standard',
    rows: [guarded, group('nsg', [rule()]), pip, balancer({ rule: { protocol: 'All', frontendPort: 0, backendPort: 0 } }), member],
    is: 'exposed | load-balancer Tcp 22>22 <- Internet',
  },
  {
    name: 'a rule without a protocol',
    rows: [guarded, web, pip, balancer({ rule: { protocol: null } }), member],
    is: 'unknown | ? Tcp 8443',
  },
  { name: 'a rule for Udp', rows: [guarded, web, pip, balancer({ rule: { protocol: 'Udp' } }), member], is: 'latent' },
  { name: 'the balancer is not there', rows: [guarded, web, pip, member], is: 'unknown | ? Tcp 8443' },
  { name: 'the balancer could not be read', rows: [guarded, web, pip, unread(balancer()), member], is: 'unknown | ? Tcp 8443' },
  {
    name: 'the balancer could not be read, and nobody is let in',
    rows: [guarded, group('nsg', []), pip, unread(balancer()), member],
    is: 'closed',
  },
  {
    name: 'another balancer could not be read: it may name the address',
    rows: [guarded, web, unread(balancer()), plain],
    is: 'unknown | ? Tcp 8443',
  },
  { name: 'the group is not there', rows: [guarded, pip, balancer(), member], is: 'unknown | ? Tcp 8443' },
  {
    name: 'a NAT rule names the configuration',
    rows: [
      guarded,
      all,
      pip,
      balancer({
        rule: null,
        more: {
          inboundNatRules: [
            {
              ...inside('inboundNatRules', 'rdp'),
              name: 'rdp',
              properties: {
                frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
                backendIPConfiguration: configurationId,
                protocol: 'Tcp',
                frontendPort: 50_001,
                backendPort: 3389,
              },
            },
          ],
        },
      }),
      plain,
    ],
    is: 'exposed | nat-rule Tcp 50001>3389 <- Internet',
  },
  {
    name: 'the interface names a NAT rule',
    rows: [
      guarded,
      all,
      pip,
      balancer({
        rule: null,
        more: {
          inboundNatRules: [
            {
              ...inside('inboundNatRules', 'rdp'),
              name: 'rdp',
              properties: {
                frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
                protocol: 'Tcp',
                frontendPort: 3389,
                backendPort: 3389,
              },
            },
          ],
        },
      }),
      networkInterface({ configuration: { loadBalancerInboundNatRules: [inside('inboundNatRules', 'rdp')] } }),
    ],
    is: 'exposed | nat-rule Tcp 3389>3389 <- Internet',
  },
  {
    name: 'a NAT rule over a pool, by a range of ports',
    rows: [
      guarded,
      all,
      pip,
      balancer({
        rule: null,
        more: {
          inboundNatRules: [
            {
              ...inside('inboundNatRules', 'ssh'),
              name: 'ssh',
              properties: {
                frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
                backendAddressPool: inside('backendAddressPools', 'pool'),
                protocol: 'Tcp',
                frontendPortRangeStart: 500,
                frontendPortRangeEnd: 509,
                backendPort: 22,
              },
            },
          ],
        },
      }),
      member,
    ],
    is: 'exposed | nat-rule Tcp 500-509>22 <- Internet',
  },
  {
    name: 'a floating address is the destination',
    rows: [
      guarded,
      group('nsg', [rule({ name: 'front', port: '443', to: '20.2.2.2' })]),
      pip,
      balancer({ rule: { enableFloatingIP: true, backendPort: 443 } }),
      member,
    ],
    is: 'exposed | load-balancer Tcp 443>443 <- Internet',
  },
  {
    name: 'a floating address that is not known',
    rows: [
      guarded,
      group('nsg', [rule({ name: 'front', port: '443', to: '20.2.2.2' })]),
      balancer({ rule: { enableFloatingIP: true, backendPort: 443 } }),
      member,
    ],
    is: 'unknown | ? Tcp 443',
  },
  {
    name: 'a private link service before it',
    rows: [guarded, web, balancer({ front: { ...privateFront, privateLinkService: reference('privateLinkServices', 'pls') } }), member],
    is: 'unknown | ? Tcp 8443',
  },
  {
    name: 'a private link service before it, and nobody comes in',
    rows: [
      guarded,
      group('nsg', [rule({ name: 'nobody', access: 'Deny', port: '*', protocol: '*' })]),
      balancer({ front: { ...privateFront, privateLinkService: reference('privateLinkServices', 'pls') } }),
      member,
    ],
    is: 'closed',
  },
  {
    name: 'rules for the own address may hold for a floating one',
    rows: [
      guarded,
      group('nsg', [rule({ name: 'mine', port: '443', to: '10.0.0.4' })]),
      pip,
      balancer({ rule: { enableFloatingIP: true, backendPort: 443 } }),
      member,
    ],
    is: 'unknown | ? Tcp 443',
  },
  {
    name: 'outbound rules let nobody in',
    rows: [
      guarded,
      all,
      pip,
      balancer({
        rule: null,
        more: {
          outboundRules: [{ name: 'out', properties: { backendAddressPool: inside('backendAddressPools', 'pool'), protocol: 'All' } }],
        },
      }),
      member,
    ],
    is: 'latent',
  },
];

describe('load balancers', () => {
  test.each(table)('$name: $is', ({ rows, is }) => {
    expect(summaryOf(exposureIn(modelOf(rows)))).toBe(is);
  });

  test('a list that broke off may hide one', () => {
    const model = modelOf([guarded, web, plain]);
    expect(exposureIn(model).outcome).toBe('latent');
    const scope = `/subscriptions/${idOf('x', 'y').split('/')[2]}`;
    const fault = { code: 'throttled', message: 'too many requests' } as const;
    const changed = model.update([], [{ type: 'microsoft.network/loadbalancers', scope, fault }]);
    expect([...changed]).toEqual([plain.id.toLowerCase()]);
    expect(summaryOf(exposureIn(model))).toBe('unknown | ? Tcp 8443');
    expect(exposureIn(model).unknown[0]?.why).toContain('too many requests');
    model.update([], []);
    expect(exposureIn(model).outcome).toBe('latent');
  });

  test('says where it came in and by which rules', () => {
    const [reach] = exposureIn(modelOf([guarded, web, pip, balancer(), member])).reaches;
    expect(reach?.entry).toEqual({
      kind: 'load-balancer',
      id: balancerId.toLowerCase(),
      rule: 'web',
      addresses: ['20.2.2.2'],
      protocol: 'Tcp',
      ports: '443',
      backendPorts: '8443',
      isProtected: false,
    });
    expect(reach?.rules).toEqual(['nsg/web (priority 100)', 'no network security group on the network interface']);
  });
});

describe('scale sets', () => {
  const pool = { loadBalancerBackendAddressPools: [inside('backendAddressPools', 'pool')] };
  const natPool = { loadBalancerInboundNatPools: [inside('inboundNatPools', 'ssh')] };

  function scaleSet(configuration: JsonObject, more: JsonObject = {}): Row {
    const ip = { name: 'main', properties: { subnet: { id: subnetId() }, ...configuration } };
    const nic = { name: 'nic', properties: { primary: true, ipConfigurations: [ip], ...more } };
    return row('virtualMachineScaleSets', 'vmss', { virtualMachineProfile: { networkProfile: { networkInterfaceConfigurations: [nic] } } });
  }

  const instance = {
    id: `${idOf('virtualMachineScaleSets', 'vmss', 'rg', 'Microsoft.Compute')}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/main`,
  };
  const nats = balancer({
    rule: null,
    more: {
      inboundNatPools: [
        {
          ...inside('inboundNatPools', 'ssh'),
          name: 'ssh',
          properties: {
            frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
            protocol: 'tcp',
            frontendPortRangeStart: 50_000,
            frontendPortRangeEnd: 50_119,
            backendPort: 22,
          },
        },
      ],
    },
  });

  test.each([
    { name: 'closed', rows: [guarded, all, scaleSet({})], is: 'latent' },
    { name: 'the model names the pool', rows: [guarded, web, pip, balancer(), scaleSet(pool)], is: exposed8443 },
    {
      name: 'the pool names an instance',
      rows: [guarded, web, pip, balancer({ pool: { backendIPConfigurations: [instance] } }), scaleSet({})],
      is: exposed8443,
    },
    { name: 'a NAT pool', rows: [guarded, all, pip, nats, scaleSet(natPool)], is: 'exposed | nat-rule Tcp 50000-50119>22 <- Internet' },
    {
      name: 'an address for each instance',
      rows: [guarded, web, scaleSet({ publicIPAddressConfiguration: { name: 'pub', sku: { name: 'Standard' } } })],
      is: 'exposed | public-ip Tcp 8443>8443 <- Internet',
    },
    {
      name: 'an address for each instance, without any group',
      rows: [bare, scaleSet({ publicIPAddressConfiguration: { name: 'pub', sku: { name: 'Standard' } } })],
      is: 'closed',
    },
    {
      name: 'closed by the group of the model',
      rows: [
        guarded,
        web,
        group('nsg-model', []),
        pip,
        balancer(),
        scaleSet(pool, { networkSecurityGroup: reference('networkSecurityGroups', 'nsg-model') }),
      ],
      is: 'closed',
    },
  ])('$name: $is', ({ rows, is }) => {
    expect(summaryOf(exposureIn(modelOf(rows), idOf('virtualMachineScaleSets', 'vmss', 'rg', 'Microsoft.Compute')))).toBe(is);
  });
});
