import type { Json } from '../domain/json.ts';
import { type ApplicationGatewayRow, readApplicationGateway, readsAsPrevention } from './application-gateway-rows.ts';
import {
  type FirewallPolicyRow,
  type FirewallRow,
  type IpGroupRow,
  type RuleGroupRow,
  readFirewall,
  readFirewallPolicy,
  readIpGroup,
  readRuleGroup,
} from './firewall-rows.ts';
import { type InterfaceRow, interfacesOfMachine, readInterface, readScaleSetInterfaces } from './interface-rows.ts';
import { type LoadBalancerRow, readLoadBalancer } from './load-balancer-rows.ts';
import { type BastionRow, type PublicAddressRow, readBastion, readPublicAddress } from './public-address-rows.ts';
import { type AdminRules, readAdminRules, readSecurityGroup, type SecurityGroup } from './security-rules.ts';
import {
  type ConnectionRow,
  type LocalGatewayRow,
  type NatGatewayRow,
  type NetworkGatewayRow,
  type RouteTableRow,
  readConnection,
  readLocalGateway,
  readNatGateway,
  readNetworkGateway,
  readRouteTable,
  readVirtualNetwork,
  type VirtualNetworkRow,
} from './virtual-network-rows.ts';

/** What is kept of a row, by its ARM type. */
export interface NetworkRecords {
  'microsoft.network/networkinterfaces': InterfaceRow;
  'microsoft.compute/virtualmachinescalesets': readonly InterfaceRow[];
  'microsoft.compute/virtualmachines': readonly string[];
  'microsoft.network/networksecuritygroups': SecurityGroup;
  'microsoft.network/virtualnetworks': VirtualNetworkRow;
  'microsoft.network/virtualnetworks/effectivesecurityadminrules': AdminRules;
  'microsoft.network/publicipaddresses': PublicAddressRow;
  'microsoft.network/loadbalancers': LoadBalancerRow;
  'microsoft.network/applicationgateways': ApplicationGatewayRow;
  /** Whether it stops what it finds. */
  'microsoft.network/applicationgatewaywebapplicationfirewallpolicies': boolean;
  'microsoft.network/azurefirewalls': FirewallRow;
  'microsoft.network/firewallpolicies': FirewallPolicyRow;
  'microsoft.network/firewallpolicies/rulecollectiongroups': RuleGroupRow;
  'microsoft.network/ipgroups': IpGroupRow;
  'microsoft.network/bastionhosts': BastionRow;
  'microsoft.network/virtualnetworkgateways': NetworkGatewayRow;
  'microsoft.network/connections': ConnectionRow;
  'microsoft.network/localnetworkgateways': LocalGatewayRow;
  'microsoft.network/routetables': RouteTableRow;
  'microsoft.network/natgateways': NatGatewayRow;
}

export type NetworkType = keyof NetworkRecords;

interface RowKind<Kind> {
  /** Members of `properties` that are read. */
  readonly fields: readonly string[];
  read(id: string, row: Json): Kind | { readonly malformed: string };
}

export const rowKinds: { readonly [Type in NetworkType]: RowKind<NetworkRecords[Type]> } = {
  'microsoft.network/networkinterfaces': {
    fields: ['enableIPForwarding', 'ipConfigurations', 'networkSecurityGroup', 'privateEndpoint', 'virtualMachine'],
    read: readInterface,
  },
  'microsoft.compute/virtualmachinescalesets': { fields: ['orchestrationMode', 'virtualMachineProfile'], read: readScaleSetInterfaces },
  'microsoft.compute/virtualmachines': { fields: ['networkProfile'], read: (_, row) => interfacesOfMachine(row) },
  'microsoft.network/networksecuritygroups': {
    fields: ['securityRules', 'defaultSecurityRules'],
    read: (_, row) => readSecurityGroup(row),
  },
  'microsoft.network/virtualnetworks': { fields: ['addressSpace', 'subnets', 'virtualNetworkPeerings'], read: readVirtualNetwork },
  'microsoft.network/virtualnetworks/effectivesecurityadminrules': { fields: ['rules'], read: (_, row) => readAdminRules(row) },
  'microsoft.network/publicipaddresses': {
    fields: ['dnsSettings', 'ipAddress', 'ipConfiguration', 'natGateway'],
    read: readPublicAddress,
  },
  'microsoft.network/loadbalancers': {
    fields: ['backendAddressPools', 'frontendIPConfigurations', 'inboundNatPools', 'inboundNatRules', 'loadBalancingRules'],
    read: readLoadBalancer,
  },
  'microsoft.network/applicationgateways': {
    fields: [
      'backendAddressPools',
      'backendHttpSettingsCollection',
      'backendSettingsCollection',
      'firewallPolicy',
      'frontendIPConfigurations',
      'frontendPorts',
      'gatewayIPConfigurations',
      'httpListeners',
      'listeners',
      'requestRoutingRules',
      'routingRules',
      'urlPathMaps',
      'webApplicationFirewallConfiguration',
    ],
    read: readApplicationGateway,
  },
  'microsoft.network/applicationgatewaywebapplicationfirewallpolicies': {
    fields: ['policySettings'],
    read: (_, row) => readsAsPrevention(row),
  },
  'microsoft.network/azurefirewalls': {
    fields: ['firewallPolicy', 'hubIPAddresses', 'ipConfigurations', 'natRuleCollections', 'virtualHub'],
    read: readFirewall,
  },
  'microsoft.network/firewallpolicies': { fields: ['basePolicy', 'ruleCollectionGroups'], read: readFirewallPolicy },
  'microsoft.network/firewallpolicies/rulecollectiongroups': { fields: ['ruleCollections'], read: readRuleGroup },
  'microsoft.network/ipgroups': { fields: ['ipAddresses'], read: (_, row) => readIpGroup(row) },
  'microsoft.network/bastionhosts': { fields: ['ipConfigurations'], read: (_, row) => readBastion(row) },
  'microsoft.network/virtualnetworkgateways': {
    fields: ['gatewayType', 'ipConfigurations', 'vpnClientConfiguration'],
    read: readNetworkGateway,
  },
  'microsoft.network/connections': {
    fields: ['enableBgp', 'localNetworkGateway2', 'virtualNetworkGateway1', 'virtualNetworkGateway2'],
    read: (_, row) => readConnection(row),
  },
  'microsoft.network/localnetworkgateways': { fields: ['localNetworkAddressSpace'], read: (_, row) => readLocalGateway(row) },
  'microsoft.network/routetables': { fields: ['routes'], read: (_, row) => readRouteTable(row) },
  'microsoft.network/natgateways': { fields: ['publicIpAddresses', 'publicIpAddressesV6'], read: (_, row) => readNatGateway(row) },
};

export function isNetworkType(type: string): type is NetworkType {
  return Object.hasOwn(rowKinds, type);
}
