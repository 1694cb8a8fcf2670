import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import {
  agw,
  balancer,
  balancing,
  contradictionOf,
  denyAll,
  dnat,
  fw,
  gateway,
  guarded,
  inPool,
  inside,
  nic,
  pip,
  plain,
  privateFront,
  publicFront,
  rules,
  type State,
  ssh,
  withFirewall,
  withGate,
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
const peered = network([{ group: 'nsg' }], {
  more: {
    virtualNetworkPeerings: [
      {
        name: 'hub',
        properties: {
          peeringState: 'Connected',
          allowVirtualNetworkAccess: true,
          remoteVirtualNetwork: { id: farHub },
          remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.9.0.0/16'] },
        },
      },
    ],
  },
});

const senderStates: readonly State[] = [
  { name: 'DNAT, the network may come in', rows: [withFirewall, rules(), pip, plain, fw(dnat())], truth: 'open' },
  {
    name: 'DNAT for IP groups that nobody sees',
    rows: [withFirewall, rules(), pip, plain, fw(dnat({ sourceAddresses: [], sourceIpGroups: [idOf('ipGroups', 'g')] }))],
    truth: 'unsaid',
  },
  {
    name: 'DNAT by a name',
    rows: [withFirewall, rules(), pip, plain, fw(dnat({ translatedAddress: null, translatedFqdn: 'app.internal.example' }))],
    truth: 'unsaid',
  },
  {
    name: 'DNAT to a frontend of a balancer',
    rows: [
      withFirewall,
      rules(),
      pip,
      inPool,
      balancer({ fronts: { a: privateFront }, rules: [balancing('a')] }),
      fw(dnat({ translatedAddress: '10.0.0.200' })),
    ],
    truth: 'open',
  },
  {
    name: 'DNAT at a private address only',
    rows: [withFirewall, rules(), pip, plain, fw(dnat({ destinationAddresses: ['10.0.1.4'] }))],
    truth: 'shut',
  },
  { name: 'a peer in a subscription that nobody watches: network-peerings fails for it', rows: [peered, rules(), plain], truth: 'shut' },
  { name: 'the same, and the group denies what comes from there', rows: [peered, rules(denyAll), plain], truth: 'shut' },
  {
    name: 'an appliance that forwards, with a public address, next to it',
    rows: [
      network([{ group: 'nsg' }, { name: 'edge', prefix: '10.0.5.0/24', group: 'edge' }]),
      rules(),
      pip,
      plain,
      group('edge', [rule({ port: '*', protocol: '*' })]),
      networkInterface({
        name: 'nva',
        address: '10.0.5.4',
        subnet: subnetId('edge'),
        publicAddress: 'pip',
        more: { enableIPForwarding: true },
      }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'an appliance that forwards, which nobody can reach',
    rows: [
      network([{ group: 'nsg' }, { name: 'edge', prefix: '10.0.5.0/24', group: 'edge' }]),
      rules(),
      plain,
      group('edge', [rule({ port: '*', protocol: '*' })]),
      networkInterface({ name: 'nva', address: '10.0.5.4', subnet: subnetId('edge'), more: { enableIPForwarding: true } }),
    ],
    truth: 'shut',
  },
  {
    name: 'an ExpressRoute gateway, which may have learnt a default route',
    rows: [
      guarded,
      rules(),
      pip,
      nic,
      row('virtualNetworkGateways', 'er', {
        gatewayType: 'ExpressRoute',
        ipConfigurations: [{ name: 'c', properties: { subnet: { id: subnetId('GatewaySubnet') } } }],
      }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'a VPN to premises that hold everything',
    rows: [
      guarded,
      rules(),
      pip,
      nic,
      row('virtualNetworkGateways', 'vpn', {
        gatewayType: 'Vpn',
        ipConfigurations: [{ name: 'c', properties: { subnet: { id: subnetId('GatewaySubnet') } } }],
      }),
      row('connections', 'c', {
        virtualNetworkGateway1: reference('virtualNetworkGateways', 'vpn'),
        localNetworkGateway2: reference('localNetworkGateways', 'l'),
      }),
      row('localNetworkGateways', 'l', { localNetworkAddressSpace: { addressPrefixes: ['0.0.0.0/0'] } }),
    ],
    truth: 'open',
  },
];

const lagging: readonly State[] = [
  {
    name: 'the interface names a pool of a gateway that nobody sees',
    rows: [
      withGate,
      rules(),
      networkInterface({ configuration: { applicationGatewayBackendAddressPools: [inside(agw, 'far', 'backendAddressPools', 'pool')] } }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'the interface names a pool that the gateway does not have yet, and the default rules let the gateway in',
    rows: [
      withGate,
      rules(),
      pip,
      networkInterface({ configuration: { applicationGatewayBackendAddressPools: [inside(agw, 'agw', 'backendAddressPools', 'new')] } }),
      gateway({ pool: {} }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'a gateway of which not all can be read, and the default rules let the gateway in',
    rows: [withGate, rules(), pip, plain, gateway({ more: { requestRoutingRules: 'many' } })],
    truth: 'unsaid',
  },

  {
    name: 'the interface names a NAT rule that the balancer does not have yet',
    rows: [
      guarded,
      ssh,
      pip,
      networkInterface({ configuration: { loadBalancerInboundNatRules: [inside('loadBalancers', 'lb', 'inboundNatRules', 'ssh')] } }),
      balancer({ fronts: { b: publicFront }, rules: [] }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'the interface names a pool that the balancer does not have yet',
    rows: [
      guarded,
      ssh,
      pip,
      networkInterface({
        configuration: { loadBalancerBackendAddressPools: [inside('loadBalancers', 'lb', 'backendAddressPools', 'new')] },
      }),
      balancer({ fronts: { b: publicFront }, rules: [balancing('b')] }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'the interface names a pool that the gateway does not have yet',
    rows: [
      withGate,
      ssh,
      pip,
      networkInterface({ configuration: { applicationGatewayBackendAddressPools: [inside(agw, 'agw', 'backendAddressPools', 'new')] } }),
      gateway({ pool: {} }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'a list of a service tag that came empty',
    rows: [guarded, pip, nic, rules(rule({ from: 'AzureCloud' }))],
    knowledge: { serviceTags: { AzureCloud: [] } },
    truth: 'unsaid',
  },
  {
    name: 'a firewall in a hub whose policy nobody sees and whose addresses are only counted',
    rows: [
      guarded,
      rules(),
      plain,
      row('azureFirewalls', 'fw', {
        virtualHub: { id: idOf('virtualHubs', 'hub') },
        hubIPAddresses: { privateIPAddress: '10.8.0.4', publicIPs: { count: 1 } },
        firewallPolicy: reference('firewallPolicies', 'policy'),
      }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'a firewall whose policy nobody sees',
    rows: [withFirewall, rules(), pip, plain, fw({ firewallPolicy: reference('firewallPolicies', 'policy') })],
    truth: 'unsaid',
  },
];

describe('what Azure does: what sends on', () => {
  test.each(senderStates)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});

describe('what Azure does: rows that do not agree or say little', () => {
  test.each(lagging)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});

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

const hidden: readonly State[] = [
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
