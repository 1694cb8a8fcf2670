import type { JsonObject } from '../../src/domain/json.ts';
import { contractor, edit, type Mutation, operator, pipeline } from './mutation.ts';
import { hub, north, prod, stage } from './network-places.ts';

/** Somebody can knock from anywhere, and no firewall stands between. */
const letsIn = { 'unauthorized-requests-blocked': ['literal', 'intent'], 'firewall-and-private-addresses': ['literal'] } as const;
const letsOperate = { ...letsIn, 'operations-access-only': ['intent'] } as const;
const bySsh = ['network-exposure', 'access-management-ports', 'firewall-path'];
const writesRules = 'Microsoft.Network/networkSecurityGroups/write';
const writesRule = 'Microsoft.Network/networkSecurityGroups/securityRules/write';

function inbound(name: string, priority: number, access: 'Allow' | 'Deny', ends: JsonObject): JsonObject {
  const rest = { protocol: 'Tcp', direction: 'Inbound', sourcePortRange: '*', destinationAddressPrefix: '*' };
  return { name, properties: { access, priority, ...rest, ...ends, provisioningState: 'Succeeded' } };
}

/** What is opened for the Internet, each in another way. The ways in are there before, and lead to nothing. */
export const exposureMutations: { readonly [name: string]: Mutation } = {
  'open-ssh': {
    title: 'SSH is let in from anywhere, where a NAT rule leads to a server',
    by: contractor,
    operation: writesRule,
    edits: edit(prod('networkSecurityGroups/nsg-vnet-prod-weu-app'), {
      'properties.securityRules[4]': inbound('ssh-temporary', 105, 'Allow', { sourceAddressPrefix: '*', destinationPortRange: '22' }),
    }),
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
  'open-ssh-by-list': {
    title: 'A rule of lists gets ranges that hold SSH and two halves of all addresses',
    by: pipeline,
    operation: writesRules,
    edits: edit(stage('networkSecurityGroups/nsg-vnet-stg-weu-app'), {
      'properties.securityRules[1].properties.destinationPortRanges': ['8080', '20-25', '9000-9010'],
      'properties.securityRules[1].properties.sourceAddressPrefixes': ['10.30.3.0/24', '0.0.0.0/1', '128.0.0.0/1'],
    }),
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
  'deny-shadowed-by-lower-priority': {
    title: 'The rule that refuses everything moves behind one that lets SSH in',
    by: operator,
    operation: writesRule,
    edits: edit(north('networkSecurityGroups/nsg-vnet-prod-neu-app'), { 'properties.securityRules[4].properties.priority': 400 }),
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
  'ipv6-open': {
    title: 'SSH is let in from anywhere, over IPv6 alone',
    by: operator,
    operation: writesRule,
    edits: edit(prod('networkSecurityGroups/nsg-vnet-prod-weu-search'), {
      'properties.securityRules[1].properties.sourceAddressPrefix': '::/0',
    }),
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
  'asg-open': {
    title: 'A server joins the group that maintenance is let in to',
    by: contractor,
    operation: 'Microsoft.Network/networkInterfaces/write',
    edits: edit(north('networkInterfaces/nic-vm-sync-2', 'rg-servers-prod-neu'), {
      'properties.ipConfigurations[0].properties.applicationSecurityGroups': [{ id: north('applicationSecurityGroups/asg-maintenance') }],
    }),
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
  'nat-rule-to-rdp': {
    title: 'A NAT rule leads to RDP, which a forgotten rule lets in',
    by: contractor,
    operation: 'Microsoft.Network/loadBalancers/inboundNatRules/write',
    edits: edit(hub('loadBalancers/lb-jump'), {
      'properties.inboundNatRules[0]': {
        name: 'rdp-jump-1',
        properties: {
          frontendIPConfiguration: { id: hub('loadBalancers/lb-jump/frontendIPConfigurations/four') },
          backendIPConfiguration: { id: hub('networkInterfaces/nic-vm-jump-1/ipConfigurations/main', 'rg-tools') },
          ...{ frontendPort: 50_001, backendPort: 3389, protocol: 'Tcp', enableFloatingIP: false, provisioningState: 'Succeeded' },
        },
      },
    }),
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
  'load-balancer-to-database': {
    title: 'A load balancer passes the port of a database on to a scale set',
    by: pipeline,
    operation: 'Microsoft.Network/loadBalancers/write',
    edits: edit(prod('loadBalancers/lb-workers-prod'), {
      'properties.loadBalancingRules[0]': {
        name: 'database',
        properties: {
          frontendIPConfiguration: { id: prod('loadBalancers/lb-workers-prod/frontendIPConfigurations/public') },
          backendAddressPool: { id: prod('loadBalancers/lb-workers-prod/backendAddressPools/workers') },
          ...{ frontendPort: 5432, backendPort: 5432, protocol: 'Tcp', enableFloatingIP: false, provisioningState: 'Succeeded' },
        },
      },
    }),
    verdict: 'fail',
    claims: letsIn,
    checks: ['network-exposure', 'firewall-path'],
  },
  'firewall-dnat-any': {
    title: 'The firewall passes SSH on from anywhere, which the server takes since it comes from the hub',
    by: operator,
    operation: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write',
    edits: edit(hub('firewallPolicies/afwp-hub/ruleCollectionGroups/rcg-deliveries'), {
      'properties.ruleCollections[0].rules[1]': {
        ...{ ruleType: 'NatRule', name: 'ssh', ipProtocols: ['TCP'], sourceAddresses: ['*'], sourceIpGroups: [] },
        ...{ destinationAddresses: ['20.61.30.1'], destinationPorts: ['2222'], translatedAddress: '10.10.1.4', translatedPort: '22' },
      },
    }),
    verdict: 'fail',
    claims: { 'unauthorized-requests-blocked': ['literal', 'intent'], 'operations-access-only': ['intent'] },
    checks: ['network-exposure', 'access-management-ports'],
  },
  'admin-rule-always-allow': {
    title: 'A network manager lets SSH in whatever the security groups say',
    by: operator,
    operation: 'Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules/write',
    edits: edit(north('virtualNetworks/vnet-prod-neu/effectiveSecurityAdminRules/current'), {
      'properties.rules[1]': {
        kind: 'Custom',
        id: hub('networkManagers/nm-shopstoresync/securityAdminConfigurations/baseline/ruleCollections/always/rules/ssh'),
        properties: {
          ...{ access: 'AlwaysAllow', priority: 5, direction: 'Inbound', protocol: 'Tcp', provisioningState: 'Succeeded' },
          ...{ sourcePortRanges: ['0-65535'], destinationPortRanges: ['22'] },
          sources: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
          destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
        },
      },
    }),
    isUntold: true,
    verdict: 'fail',
    claims: letsOperate,
    checks: bySsh,
  },
};
