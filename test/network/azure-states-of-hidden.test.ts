import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import {
  agw,
  balancer,
  balancing,
  bare,
  contradictionOf,
  denyAll,
  gateway,
  guarded,
  inside,
  nic,
  pip,
  plain,
  publicFront,
  rules,
  type State,
  ssh,
} from './azure-states.ts';
import {
  exposureIn,
  gone,
  group,
  idOf,
  modelOf,
  network,
  networkInterface,
  publicAddress,
  put,
  type Row,
  reference,
  row,
  rule,
  subnetId,
} from './estate-rows.ts';

const farHub = idOf('virtualNetworks', 'hub').replace('11111111', '99999999');

const edge = network([{ group: 'nsg' }, { name: 'edge', prefix: '10.0.5.0/24', group: 'edge' }, { name: 'inner', prefix: '10.0.6.0/24' }]);
const openEdge = group('edge', [rule({ port: '*', protocol: '*' })]);
const forwarding = { enableIPForwarding: true };
const outer = networkInterface({
  name: 'outer',
  address: '10.0.5.4',
  subnet: subnetId('edge'),
  publicAddress: 'pip',
  machine: 'nva',
  more: forwarding,
});
const inner = networkInterface({ name: 'inner', address: '10.0.6.4', subnet: subnetId('inner'), machine: 'nva', more: forwarding });
const nva = row('virtualMachines', 'nva', {
  networkProfile: { networkInterfaces: [reference('networkInterfaces', 'outer'), reference('networkInterfaces', 'inner')] },
});
const remoteGateways = (remote: string): Row =>
  network([{ group: 'nsg' }], {
    more: {
      virtualNetworkPeerings: [
        {
          name: 'hub',
          properties: {
            peeringState: 'Connected',
            useRemoteGateways: true,
            remoteVirtualNetwork: { id: remote },
            remoteAddressSpace: { addressPrefixes: ['10.9.0.0/16'] },
          },
        },
      ],
    },
  });

const peeringSaying = (more: JsonObject): Row =>
  network([{ group: 'nsg' }], {
    more: {
      virtualNetworkPeerings: [
        {
          name: 'p',
          properties: { remoteVirtualNetwork: { id: farHub }, remoteAddressSpace: { addressPrefixes: ['10.9.0.0/16'] }, ...more },
        },
      ],
    },
  });

const tenant = (type: string, name: string, member: string): JsonObject => ({
  [member]: [{ id: `${idOf(type, name).replace('11111111', '99999999').toUpperCase()}/configurations/main` }],
});

const hidden: readonly State[] = [
  {
    name: 'a gateway of a subscription that nobody watches, which stands in a subnet of ours',
    rows: [
      network([
        { group: 'nsg' },
        { name: 'gateway', prefix: '10.0.9.0/24', more: tenant(agw, 'far', 'applicationGatewayIPConfigurations') },
      ]),
      rules(),
      plain,
    ],
    truth: 'unsaid',
  },
  {
    name: 'a firewall of a subscription that nobody watches, which stands in a subnet of ours',
    rows: [
      network([
        { group: 'nsg' },
        { name: 'AzureFirewallSubnet', prefix: '10.0.1.0/26', more: tenant('azureFirewalls', 'far', 'ipConfigurations') },
      ]),
      rules(),
      plain,
    ],
    truth: 'unsaid',
  },
  {
    name: 'interfaces that a subnet names',
    rows: [network([{ group: 'nsg', more: tenant('networkInterfaces', 'far', 'ipConfigurations') }]), rules(), plain],
    truth: 'shut',
  },
  {
    name: 'a gateway that a subnet names and that we see, which sends elsewhere',
    rows: [
      network([
        { group: 'nsg' },
        {
          name: 'gateway',
          prefix: '10.0.9.0/24',
          more: { applicationGatewayIPConfigurations: [{ id: `${idOf(agw, 'agw')}/gatewayIPConfigurations/main` }] },
        },
      ]),
      rules(),
      pip,
      plain,
      gateway({ pool: {} }),
    ],
    truth: 'shut',
  },
  { name: 'a peering without a state', rows: [peeringSaying({}), rules(), pip, nic], truth: 'unsaid' },
  {
    name: 'a peering that says by a text whether it lets in',
    rows: [peeringSaying({ peeringState: 'Connected', allowVirtualNetworkAccess: 'false' }), rules(), pip, nic],
    truth: 'unsaid',
  },
  { name: 'a peering that is not connected', rows: [peeringSaying({ peeringState: 'Initiated' }), rules(), pip, nic], truth: 'shut' },
  {
    name: 'an appliance of two interfaces, and only the inner one is let in',
    rows: [edge, openEdge, pip, plain, outer, inner, nva, rules(rule({ from: '10.0.6.4', port: '*' }), denyAll)],
    truth: 'unsaid',
  },
  {
    name: 'an appliance that has an address of IPv6 too',
    rows: [
      edge,
      openEdge,
      pip,
      networkInterface({ address: 'fd00:db8::9' }),
      networkInterface({ name: 'outer', address: 'fd00:db8::4', subnet: subnetId('edge'), publicAddress: 'pip', more: forwarding }),
      group('nsg', [rule({ from: 'fd00:db8::4', port: '*' }), denyAll]),
    ],
    truth: 'unsaid',
  },
  {
    name: 'an appliance of two interfaces that is not let in',
    rows: [edge, openEdge, pip, plain, outer, inner, nva, rules(denyAll)],
    truth: 'shut',
  },
  {
    name: 'an appliance of a scale set behind a public balancer',
    rows: [
      edge,
      openEdge,
      pip,
      plain,
      rules(),
      balancer({ fronts: { b: publicFront }, rules: [balancing('b')] }),
      row('virtualMachineScaleSets', 'nva', {
        virtualMachineProfile: {
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                name: 'n',
                properties: {
                  ...forwarding,
                  ipConfigurations: [
                    {
                      name: 'c',
                      properties: {
                        subnet: { id: subnetId('edge') },
                        loadBalancerBackendAddressPools: [inside('loadBalancers', 'lb', 'backendAddressPools', 'pool')],
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'a Route Server, which may have learnt a default route',
    rows: [network([{ group: 'nsg' }, { name: 'RouteServerSubnet', prefix: '10.0.7.0/26' }]), rules(), pip, nic],
    truth: 'unsaid',
  },
  { name: 'gateways of a peer that nobody sees', rows: [remoteGateways(farHub), rules(), pip, nic], truth: 'unsaid' },
  {
    name: 'gateways of the hub of a virtual WAN',
    rows: [remoteGateways(idOf('virtualNetworks', 'HV_hub_1').replace('11111111', '99999999')), rules(), pip, nic],
    truth: 'unsaid',
  },
  {
    name: 'gateways of a peer that we see, which learn nothing',
    rows: [
      remoteGateways(idOf('virtualNetworks', 'hub')),
      network([{ name: 'GatewaySubnet', prefix: '10.9.0.0/24' }], { name: 'hub', prefix: '10.9.0.0/16' }),
      row('virtualNetworkGateways', 'vpn', {
        gatewayType: 'Vpn',
        ipConfigurations: [{ name: 'c', properties: { subnet: { id: subnetId('GatewaySubnet', 'hub') } } }],
      }),
      rules(),
      pip,
      nic,
    ],
    truth: 'shut',
  },
];

describe('what Azure does: what is hidden', () => {
  test.each(hidden)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});

const attachedAddress = publicAddress('pip', '20.1.1.1', 'Standard', {
  ipConfiguration: { id: `${idOf('networkInterfaces', 'nic')}/ipConfigurations/main` },
});

test('a balancer that nobody lists may be Basic, which is open without a group', () => {
  const model = modelOf([bare, plain]);
  const fault = { code: 'throttled', message: 'too many requests' } as const;
  model.update([], [{ type: 'microsoft.network/loadbalancers', scope: plain.id.split('/resourceGroups')[0] ?? '', fault }]);
  expect(exposureIn(model).outcome).toBe('unknown');
});

test('an address that comes to name an interface changes what is said of it', () => {
  const model = modelOf([guarded, ssh, plain]);
  expect(exposureIn(model).outcome).toBe('latent');
  const changed = model.update([put(attachedAddress)], []);
  expect([...changed].sort()).toEqual([plain.id.toLowerCase(), attachedAddress.id.toLowerCase()].sort());
  expect(exposureIn(model).outcome).toBe('exposed');
  expect(model.basisOf(plain.id.toLowerCase())).toContain(attachedAddress.id.toLowerCase());
  model.update([gone(attachedAddress)], []);
  expect(exposureIn(model).outcome).toBe('latent');
});
