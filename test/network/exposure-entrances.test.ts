import { describe, expect, test } from 'vitest';
import type { RowChange } from '../../src/domain/estate-derivation.ts';
import type { Entrance } from '../../src/domain/exposure.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import {
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
  unread,
} from './estate-rows.ts';

const pip = publicAddress('pip', '20.5.5.5');
const frontend = { publicIPAddress: reference('publicIPAddresses', 'pip') };
const sites = network([{ group: 'nsg' }, { name: 'gateway', prefix: '10.0.9.0/24', group: 'nsg-gate' }]);
const web = group('nsg', [rule({ name: 'web', port: '443' })]);
const gateOpen = group('nsg-gate', [rule({ name: 'https', port: '443' })]);
const gateShut = group('nsg-gate', []);
const balancerId = idOf('loadBalancers', 'lb');
const inside = (member: string, name: string): JsonObject => ({ id: `${balancerId}/${member}/${name}` });

function balancer(more: JsonObject = {}, sku: JsonObject = { name: 'Standard' }): Row {
  const properties = {
    frontendIPConfigurations: [{ ...inside('frontendIPConfigurations', 'front'), name: 'front', properties: frontend }],
    backendAddressPools: [{ ...inside('backendAddressPools', 'pool'), name: 'pool', properties: {} }],
    loadBalancingRules: [
      {
        name: 'web',
        properties: {
          frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
          backendAddressPool: inside('backendAddressPools', 'pool'),
          protocol: 'Tcp',
          frontendPort: 80,
          backendPort: 443,
        },
      },
    ],
    ...more,
  };
  return row('loadBalancers', 'lb', properties, { sku });
}

const member = networkInterface({ configuration: { loadBalancerBackendAddressPools: [inside('backendAddressPools', 'pool')] } });

const gateway = row('applicationGateways', 'agw', {
  gatewayIPConfigurations: [{ name: 'main', properties: { subnet: { id: subnetId('gateway') } } }],
  frontendIPConfigurations: [{ name: 'front', properties: frontend }],
  frontendPorts: [{ name: 'https', properties: { port: 443 } }],
  httpListeners: [
    {
      name: 'listener',
      properties: {
        frontendIPConfiguration: { id: `${idOf('applicationGateways', 'agw')}/frontendIPConfigurations/front` },
        frontendPort: { id: `${idOf('applicationGateways', 'agw')}/frontendPorts/https` },
      },
    },
  ],
});

function firewall(rules: readonly JsonObject[], more: JsonObject = {}): Row {
  return row('azureFirewalls', 'fw', {
    ipConfigurations: [{ name: 'main', properties: { subnet: { id: subnetId('gateway') }, privateIPAddress: '10.0.9.4', ...frontend } }],
    natRuleCollections: [{ name: 'nat', properties: { action: { type: 'Dnat' }, rules } }],
    ...more,
  });
}

const dnat = {
  name: 'rdp',
  sourceAddresses: ['*'],
  destinationAddresses: ['20.5.5.5'],
  destinationPorts: ['3389'],
  protocols: ['TCP', 'UDP'],
  translatedAddress: '10.0.0.4',
  translatedPort: '3389',
};
const ofConfiguration = (type: string, name: string, member: string): Row =>
  publicAddress('pip', '20.5.5.5', 'Standard', { ipConfiguration: { id: `${idOf(type, name)}/${member}/x` } });

const table: readonly { readonly name: string; readonly rows: readonly (Row | RowChange)[]; readonly is: string }[] = [
  { name: 'nothing', rows: [pip], is: 'nobody' },
  { name: 'an interface', rows: [pip, sites, web, networkInterface({ publicAddress: 'pip' })], is: 'nic open Tcp 443' },
  { name: 'an interface that lets nobody in', rows: [pip, sites, group('nsg', []), networkInterface({ publicAddress: 'pip' })], is: 'nic' },
  {
    name: 'an interface whose group is not there',
    rows: [pip, sites, networkInterface({ publicAddress: 'pip' })],
    is: 'nic unknown any *',
  },
  { name: 'a balancer', rows: [pip, sites, web, balancer(), member], is: 'lb open Tcp 80' },
  { name: 'a balancer before a server that lets nobody in', rows: [pip, sites, group('nsg', []), balancer(), member], is: 'lb' },
  { name: 'a balancer that has nobody behind it', rows: [pip, balancer()], is: 'lb' },
  {
    name: 'a balancer before somebody who is not there',
    rows: [
      pip,
      balancer({
        backendAddressPools: [
          {
            ...inside('backendAddressPools', 'pool'),
            name: 'pool',
            properties: { backendIPConfigurations: [{ id: `${member.id}/ipConfigurations/main` }] },
          },
        ],
      }),
    ],
    is: 'lb unknown any 80',
  },
  { name: 'a balancer over regions', rows: [pip, balancer({}, { name: 'Standard', tier: 'Global' })], is: 'lb not followed' },
  {
    name: 'a balancer that could not be read',
    rows: [ofConfiguration('loadBalancers', 'lb', 'frontendIPConfigurations'), unread(balancer())],
    is: 'lb unknown any *',
  },
  {
    name: 'a balancer with a rule without frontend',
    rows: [pip, balancer({ inboundNatRules: [{ name: 'x', properties: { frontendPort: 22, protocol: 'Tcp' } }] })],
    is: 'lb unknown any *',
  },
  {
    name: 'a firewall that lets in from a group of addresses that is not there',
    rows: [pip, sites, firewall([{ ...dnat, sourceAddresses: [], sourceIpGroups: [idOf('ipGroups', 'g')] }])],
    is: 'fw open Tcp 3389, Udp 3389 unknown Tcp 3389, Udp 3389',
  },
  {
    name: 'an interface of which only one port is not known',
    rows: [pip, sites, group('nsg', [rule({ from: 'Storage', port: '53', protocol: 'Udp' })]), networkInterface({ publicAddress: 'pip' })],
    is: 'nic unknown Udp 53',
  },
  { name: 'an application gateway', rows: [pip, sites, gateOpen, gateway], is: 'agw open Tcp 443' },
  { name: 'an application gateway behind a group', rows: [pip, sites, gateShut, gateway], is: 'agw' },
  { name: 'an application gateway behind a group that is not there', rows: [pip, sites, gateway], is: 'agw unknown Tcp 443' },
  { name: 'a firewall', rows: [pip, sites, firewall([dnat])], is: 'fw open Tcp 3389, Udp 3389' },
  {
    name: 'a firewall, at another of its addresses',
    rows: [pip, sites, firewall([{ ...dnat, destinationAddresses: ['20.5.5.6'] }])],
    is: 'fw',
  },
  {
    name: 'a firewall whose policy is not there',
    rows: [pip, sites, firewall([], { firewallPolicy: reference('firewallPolicies', 'p') })],
    is: 'fw unknown any *',
  },
  {
    name: 'a VPN gateway',
    rows: [pip, row('virtualNetworkGateways', 'vgw', { gatewayType: 'Vpn', ipConfigurations: [{ properties: frontend }] })],
    is: 'vgw open Tcp 443, Udp 500, 4500',
  },
  {
    name: 'an ExpressRoute gateway',
    rows: [pip, row('virtualNetworkGateways', 'vgw', { gatewayType: 'ExpressRoute', ipConfigurations: [{ properties: frontend }] })],
    is: 'vgw',
  },
  { name: 'a bastion', rows: [pip, row('bastionHosts', 'bas', { ipConfigurations: [{ properties: frontend }] })], is: 'bas open Tcp 443' },
  {
    name: 'a NAT gateway',
    rows: [pip, row('natGateways', 'nat', { publicIpAddresses: [reference('publicIPAddresses', 'pip')] })],
    is: 'nat',
  },
  { name: 'something else', rows: [ofConfiguration('routeServers', 'rs', 'ipConfigurations')], is: 'rs not followed' },
];

function summary({ owner, isFollowed, open, unknown }: Entrance): string {
  const parts = [
    owner === null ? 'nobody' : owner.slice(owner.lastIndexOf('/') + 1),
    ...(isFollowed ? [] : ['not followed']),
    ...(open.length === 0 ? [] : [`open ${open.map(({ protocol, ports }) => `${protocol} ${ports}`).join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`unknown ${unknown.map(({ protocol, ports }) => `${protocol} ${ports}`).join(', ')}`]),
  ];
  return parts.join(' ');
}

describe('entrances', () => {
  test.each(table)('$name: $is', ({ rows, is }) => {
    const entrance = modelOf(rows).factOf('entrance', pip.id.toLowerCase()) as unknown as Entrance;
    expect(entrance.address).toBe('20.5.5.5');
    expect(summary(entrance)).toBe(is);
  });

  test('follows the rules of the server behind it', () => {
    const model = modelOf([pip, sites, web, balancer(), member]);
    const read = (): string => summary(model.factOf('entrance', pip.id.toLowerCase()) as unknown as Entrance);
    expect(read()).toBe('lb open Tcp 80');
    model.exposureOf(member.id.toLowerCase());
    const changed = model.update([{ id: web.id.toLowerCase(), type: web.type.toLowerCase(), row: group('nsg', []) }], []);
    expect([...changed].sort()).toEqual([member.id, pip.id].map((id) => id.toLowerCase()));
    expect(read()).toBe('lb');
  });
});
