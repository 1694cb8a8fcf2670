import { contractor, edit, type Mutation, newResource, operator, pipeline, production, staging } from './mutation.ts';
import { hub, north, prod, stage } from './network-places.ts';

const elsewhere = '/subscriptions/66666666-6666-4666-8666-666666666666/resourceGroups/rg-network/providers/Microsoft.Network';
const addressType = 'Microsoft.Network/publicIPAddresses';
const writesCard = 'Microsoft.Network/networkInterfaces/write';
const standard = { name: 'Standard', tier: 'Regional' };
const fixed = { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4', provisioningState: 'Succeeded' };

/** Where servers stand, what is recorded of them, and what guards them and the way to them. */
export const networkMutations: { readonly [name: string]: Mutation } = {
  'foreign-interface': {
    title: 'An interface stands in a network of somebody else',
    by: contractor,
    operation: writesCard,
    edits: [
      {
        put: newResource(`${production}/resourceGroups/rg-servers-prod`, 'Microsoft.Network/networkInterfaces', 'nic-partner', {
          location: 'westeurope',
          properties: {
            ipConfigurations: [
              {
                name: 'main',
                properties: { privateIPAddress: '10.99.0.4', subnet: { id: `${elsewhere}/virtualNetworks/vnet-partner/subnets/guests` } },
              },
            ],
            provisioningState: 'Succeeded',
          },
        }),
      },
    ],
    verdict: 'fail',
    claims: { 'servers-in-own-networks': ['literal'] },
    checks: ['network-servers'],
  },
  'peer-unknown-tenant': {
    title: 'A network is connected with one of a company that nobody knows',
    by: contractor,
    operation: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write',
    edits: edit(stage('virtualNetworks/vnet-stg-weu'), {
      'properties.virtualNetworkPeerings[1]': {
        name: 'to-partner',
        properties: {
          ...{ peeringState: 'Connected', peeringSyncLevel: 'FullyInSync', provisioningState: 'Succeeded' },
          ...{ allowVirtualNetworkAccess: true, allowForwardedTraffic: false, allowGatewayTransit: false, useRemoteGateways: false },
          remoteVirtualNetwork: { id: `${elsewhere}/virtualNetworks/vnet-partner` },
          remoteAddressSpace: { addressPrefixes: ['10.99.0.0/16'] },
        },
      },
    }),
    verdict: 'fail',
    claims: { 'servers-in-own-networks': ['intent'] },
    checks: ['network-peerings'],
  },
  'bare-subnet': {
    title: 'A subnet loses its network security group',
    by: pipeline,
    operation: 'Microsoft.Network/virtualNetworks/subnets/write',
    edits: [{ id: prod('virtualNetworks/vnet-prod-weu'), unset: ['properties.subnets[4].properties.networkSecurityGroup'] }],
    verdict: 'fail',
    claims: { 'unauthorized-requests-blocked': ['literal'] },
    checks: ['network-subnet-rules'],
  },
  'flow-log-off': {
    title: 'The flow log of a network is switched off',
    by: operator,
    operation: 'Microsoft.Network/networkWatchers/flowLogs/write',
    edits: edit(north('networkWatchers/NetworkWatcher_northeurope/flowLogs/fl-vnet-prod-neu', 'NetworkWatcherRG'), {
      'properties.enabled': false,
    }),
    verdict: 'fail',
    claims: { 'unauthorized-requests-blocked': ['intent'] },
    checks: ['network-flow-logs'],
  },
  'server-public-address': {
    title: 'A server gets a public address of its own, which its rules keep closed',
    by: contractor,
    operation: writesCard,
    edits: [
      {
        put: newResource(`${production}/resourceGroups/rg-servers-prod`, addressType, 'pip-orders-2', {
          location: 'westeurope',
          sku: standard,
          properties: {
            ...fixed,
            ipAddress: '20.61.10.20',
            ipConfiguration: { id: prod('networkInterfaces/nic-vm-orders-2/ipConfigurations/main', 'rg-servers-prod') },
          },
        }),
      },
      ...edit(prod('networkInterfaces/nic-vm-orders-2', 'rg-servers-prod'), {
        'properties.ipConfigurations[0].properties.publicIPAddress': {
          id: prod('publicIPAddresses/pip-orders-2', 'rg-servers-prod'),
        },
      }),
    ],
    verdict: 'fail',
    claims: { 'firewall-and-private-addresses': ['literal', 'intent'] },
    checks: ['network-private-addresses'],
  },
  'orphan-public-ip': {
    title: 'A public address lies about that belongs to nothing',
    by: contractor,
    operation: `${addressType}/write`,
    edits: [
      {
        put: newResource(`${staging}/resourceGroups/rg-network-stg-weu`, addressType, 'pip-trial', {
          location: 'westeurope',
          sku: standard,
          properties: { ...fixed, ipAddress: '20.61.20.21' },
        }),
      },
    ],
    verdict: 'fail',
    claims: { 'firewall-and-private-addresses': ['intent'] },
    checks: ['network-private-addresses'],
  },
  'route-around-firewall': {
    title: 'The default route of a subnet leads past the firewall',
    by: operator,
    operation: 'Microsoft.Network/routeTables/routes/write',
    edits: [
      {
        id: prod('routeTables/rt-vnet-prod-weu-workers'),
        set: { 'properties.routes[0].properties.nextHopType': 'Internet' },
        unset: ['properties.routes[0].properties.nextHopIpAddress'],
      },
    ],
    verdict: 'fail',
    claims: { 'firewall-and-private-addresses': ['intent'] },
    checks: ['firewall-path'],
  },
  'waf-detection': {
    title: 'A web application firewall only notes what it should stop',
    by: pipeline,
    operation: 'Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/write',
    edits: edit(stage('ApplicationGatewayWebApplicationFirewallPolicies/waf-stg'), { 'properties.policySettings.mode': 'Detection' }),
    verdict: 'fail',
    claims: { 'firewall-and-private-addresses': ['literal', 'intent'] },
    checks: ['firewall-policy', 'firewall-path'],
    only: { 'firewall-path': ['literal'] },
  },
  'threat-intelligence-off': {
    title: 'The firewall lets through what is known to be hostile',
    by: operator,
    operation: 'Microsoft.Network/firewallPolicies/write',
    edits: edit(hub('firewallPolicies/afwp-hub'), { 'properties.threatIntelMode': 'Off' }),
    verdict: 'fail',
    claims: { 'firewall-and-private-addresses': ['intent'] },
    checks: ['firewall-policy'],
  },
  'gateway-active-passive': {
    title: 'One instance of the VPN gateway only waits for the other to fail',
    by: operator,
    operation: 'Microsoft.Network/virtualNetworkGateways/write',
    edits: edit(hub('virtualNetworkGateways/vgw-hub'), { 'properties.activeActive': false }),
    verdict: 'fail',
    claims: { 'redundant-vpn': ['literal', 'intent'] },
    checks: ['vpn-redundancy'],
  },
  'vpn-tunnel-down': {
    title: 'One of two tunnels to the office is down',
    by: operator,
    operation: 'Microsoft.Network/connections/write',
    edits: edit(hub('connections/cn-office-2'), { 'properties.connectionStatus': 'NotConnected' }),
    verdict: 'fail',
    claims: { 'redundant-vpn': ['literal', 'intent'] },
    checks: ['vpn-tunnels'],
  },
  'weak-tunnel': {
    title: 'A tunnel takes encryption that is out of date',
    by: contractor,
    operation: 'Microsoft.Network/connections/write',
    edits: edit(north('connections/cn-office-neu-2'), { 'properties.ipsecPolicies[0].ikeEncryption': 'DES3' }),
    verdict: 'fail',
    claims: { 'redundant-vpn': ['intent'] },
    checks: ['vpn-tunnels'],
  },
  'vpn-by-certificate': {
    title: 'People reach the VPN with a certificate, without an account',
    by: operator,
    operation: 'Microsoft.Network/virtualNetworkGateways/write',
    edits: edit(north('virtualNetworkGateways/vgw-neu'), {
      'properties.vpnClientConfiguration.vpnAuthenticationTypes': ['Certificate', 'AAD'],
      'properties.vpnClientConfiguration.vpnClientRootCertificates': [{ name: 'laptops', properties: { provisioningState: 'Succeeded' } }],
    }),
    verdict: 'fail',
    claims: { 'operations-access-only': ['intent'] },
    checks: ['access-vpn-authentication'],
  },
};
