import { describe, expect, test } from 'vitest';
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
import { exposureIn, group, idOf, modelOf, network, networkInterface, reference, row, rule, subnetId } from './estate-rows.ts';

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
    name: 'DNAT to what is no address',
    rows: [withFirewall, rules(), pip, plain, fw(dnat({ translatedAddress: '10.0.0.4/32' }))],
    truth: 'unsaid',
  },
  {
    name: 'a gateway that sends to what is no address',
    rows: [withGate, rules(), pip, plain, gateway({ pool: { backendAddresses: [{ ipAddress: '10.0.0.4-10.0.0.9' }] } })],
    truth: 'unsaid',
  },
  {
    name: 'a pool that holds what is no address',
    rows: [
      guarded,
      ssh,
      pip,
      plain,
      balancer({
        fronts: { b: publicFront },
        rules: [balancing('b')],
        pool: { loadBalancerBackendAddresses: [{ properties: { ipAddress: '10.0.0' } }] },
      }),
    ],
    truth: 'unsaid',
  },
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
