import { describe, expect, test } from 'vitest';
import type { IncompleteList, RowChange } from '../../src/domain/estate-derivation.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { createExposureModel } from '../../src/network/exposure-model.ts';
import {
  changeOf,
  exposureIn,
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
  subscription,
  summaryOf,
  unread,
} from './estate-rows.ts';

const pip = publicAddress('pip', '20.1.1.1');
const nic = networkInterface({ publicAddress: 'pip' });
const byDefault = group('nsg', []);
const noInternet = group('nsg', [rule({ name: 'no', access: 'Deny', from: 'Internet', port: '*', protocol: '*' })]);
const fromNetwork = group('nsg', [
  rule({ name: 'ssh', from: 'VirtualNetwork' }),
  rule({ name: 'no', priority: 200, access: 'Deny', port: '*', protocol: '*' }),
]);
const routes = (prefix: string): Row =>
  row('routeTables', 'rt', {
    routes: [{ name: 'r', properties: { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.9.4' } }],
  });
const peering = (more: JsonObject = {}): JsonObject => ({
  virtualNetworkPeerings: [
    {
      name: 'to-other',
      properties: {
        peeringState: 'Connected',
        remoteVirtualNetwork: reference('virtualNetworks', 'other'),
        remoteAddressSpace: { addressPrefixes: ['30.0.0.0/24'] },
        ...more,
      },
    },
  ],
});
const other = network([], { name: 'other', prefix: '30.0.0.0/24' });
const onPremises = [
  row('virtualNetworkGateways', 'vgw', {
    gatewayType: 'Vpn',
    ipConfigurations: [{ properties: { subnet: { id: subnetId('GatewaySubnet', 'other') } } }],
  }),
  row('connections', 'cn', {
    virtualNetworkGateway1: reference('virtualNetworkGateways', 'vgw'),
    localNetworkGateway2: reference('localNetworkGateways', 'office'),
  }),
  row('localNetworkGateways', 'office', { localNetworkAddressSpace: { addressPrefixes: ['40.0.0.0/24'] } }),
];
const narrow = (prefix: string, port = '22'): string => `narrow | public-ip Tcp ${port}>${port} <- ${prefix}`;

const table: readonly { readonly name: string; readonly rows: readonly (Row | RowChange)[]; readonly is: string }[] = [
  { name: 'the network alone: its own addresses are no strangers', rows: [network([{ group: 'nsg' }]), fromNetwork], is: 'closed' },
  { name: 'a peer is no stranger either', rows: [network([{ group: 'nsg' }], { more: peering() }), other, fromNetwork], is: 'closed' },
  {
    name: 'a peer that is not seen is no stranger; whose it is, another check says',
    rows: [network([{ group: 'nsg' }], { more: peering() }), fromNetwork],
    is: 'closed',
  },
  {
    name: 'a user-defined route adds public addresses',
    rows: [network([{ group: 'nsg', routeTable: 'rt' }]), routes('50.0.0.0/24'), fromNetwork],
    is: narrow('50.0.0.0/24'),
  },
  {
    name: 'a route to a service tag adds none',
    rows: [network([{ group: 'nsg', routeTable: 'rt' }]), routes('AzureCloud'), fromNetwork],
    is: 'closed',
  },
  {
    name: 'a default route may add everything',
    rows: [network([{ group: 'nsg', routeTable: 'rt' }]), routes('0.0.0.0/0'), fromNetwork],
    is: 'unknown | ? Tcp 22',
  },
  {
    name: 'a default route behind a rule against the Internet, which it takes nothing from',
    rows: [network([{ group: 'nsg', routeTable: 'rt' }]), routes('0.0.0.0/0'), noInternet],
    is: 'closed',
  },
  { name: 'a route table that is not there', rows: [network([{ group: 'nsg', routeTable: 'rt' }]), fromNetwork], is: 'unknown | ? Tcp 22' },
  { name: 'the default rules let the network in, not strangers', rows: [network([{ group: 'nsg' }]), byDefault], is: 'closed' },
];

describe('the tag VirtualNetwork', () => {
  test.each(table)('$name: $is', ({ rows, is }) => {
    expect(summaryOf(exposureIn(modelOf([pip, nic, ...rows])))).toBe(is);
  });

  test('holds what lies behind the gateway of a peer, which is no stranger', () => {
    const office = group('nsg', [rule({ from: '40.0.0.0/24' })]);
    const using = network([{ group: 'nsg' }], { more: peering({ useRemoteGateways: true }) });
    const apart = network([{ group: 'nsg' }], { more: peering() });
    expect(summaryOf(exposureIn(modelOf([pip, nic, office, using, other, ...onPremises])))).toBe('closed');
    expect(summaryOf(exposureIn(modelOf([pip, nic, office, apart, other, ...onPremises])))).toBe(narrow('40.0.0.0/24'));
  });

  test('is not known where what lies behind the gateway is not', () => {
    const using = network([{ group: 'nsg' }], { more: peering({ useRemoteGateways: true }) });
    const exposure = exposureIn(modelOf([pip, nic, fromNetwork, using, other, ...onPremises.slice(0, 2)]));
    expect(summaryOf(exposure)).toBe('unknown | ? Tcp 22');
    expect(exposure.unknown[0]?.why).toBe('office is not among the resources that we see, so what lies behind it is not known');
  });

  test('may hold a default route that a gateway learns', () => {
    const [gateway, connection, office] = onPremises;
    const learning = { ...connection, properties: { ...(connection?.['properties'] as JsonObject), enableBgp: true } } as Row;
    const using = network([{ group: 'nsg' }], { more: peering({ useRemoteGateways: true }) });
    const read = (one: Row): string =>
      summaryOf(exposureIn(modelOf([pip, nic, fromNetwork, using, other, gateway as Row, one, office as Row])));
    expect(read(connection as Row)).toBe('closed');
    expect(read(learning)).toBe('unknown | ? Tcp 22');
  });

  test('a default route is named', () => {
    const exposure = exposureIn(modelOf([pip, nic, fromNetwork, network([{ group: 'nsg', routeTable: 'rt' }]), routes('0.0.0.0/0')]));
    expect(exposure.unknown[0]?.why).toBe('the tag VirtualNetwork may hold the default route of rt');
  });
});

describe('rules of network managers', () => {
  const admin = (access: string, more: JsonObject = {}): Row => ({
    id: `${idOf('virtualNetworks', 'vnet')}/effectiveSecurityAdminRules/current`,
    type: 'Microsoft.Network/virtualNetworks/effectiveSecurityAdminRules',
    properties: {
      rules: [
        {
          id: '/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/networkManagers/m/securityAdminConfigurations/c/ruleCollections/rc/rules/ssh',
          kind: 'Custom',
          properties: {
            access,
            direction: 'Inbound',
            priority: 1,
            protocol: 'Tcp',
            sources: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
            destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
            sourcePortRanges: ['0-65535'],
            destinationPortRanges: ['22'],
            ...more,
          },
        },
      ],
    },
  });
  const open = group('nsg', [rule()]);
  const sites = network([{ group: 'nsg' }]);

  test.each([
    { name: 'deny', rows: [sites, open, admin('Deny')], is: 'closed' },
    { name: 'allow, and the group too', rows: [sites, open, admin('Allow')], is: 'exposed | public-ip Tcp 22>22 <- Internet' },
    { name: 'allow, and the group does not', rows: [sites, byDefault, admin('Allow')], is: 'closed' },
    {
      name: 'always allow, and the group does not',
      rows: [sites, byDefault, admin('AlwaysAllow')],
      is: 'exposed | public-ip Tcp 22>22 <- Internet',
    },
    { name: 'always allow, Standard without a group', rows: [network([{}]), admin('AlwaysAllow')], is: 'unknown | ? any *' },
    { name: 'not read', rows: [sites, byDefault, unread(admin('Deny'))], is: 'unknown | ? any *' },
    { name: 'none', rows: [sites, open], is: 'exposed | public-ip Tcp 22>22 <- Internet' },
  ])('$name: $is', ({ rows, is }) => {
    expect(summaryOf(exposureIn(modelOf([pip, nic, ...rows])))).toBe(is);
  });

  test('a list that broke off may hide some', () => {
    const model = createExposureModel({});
    model.update([pip, nic, sites, byDefault].map(changeOf), [incomplete('virtualnetworks/effectivesecurityadminrules')]);
    expect(summaryOf(exposureIn(model))).toBe('unknown | ? any *');
  });
});

function incomplete(type: string): IncompleteList {
  return {
    type: `microsoft.network/${type}`,
    scope: `/subscriptions/${subscription}`,
    fault: { code: 'partial', message: 'it broke off' },
  };
}

describe('places', () => {
  const route = (sites: Row, rows: readonly Row[] = [], gaps: readonly IncompleteList[] = []): unknown => {
    const model = createExposureModel({});
    model.update([sites, networkInterface(), ...rows].map(put), gaps);
    return exposureIn(model).defaultRoutes.map(({ nextHop, address, firewall }) => [nextHop, address, firewall?.split('/').at(-1) ?? null]);
  };
  const routed = network([{ routeTable: 'rt' }]);
  const firewall = row('azureFirewalls', 'fw', {
    ipConfigurations: [{ properties: { privateIPAddress: '10.0.9.4', subnet: { id: subnetId('fw') } } }],
  });

  test('where what is sent to the Internet goes', () => {
    expect(route(network([{}]))).toEqual([['Default', null, null]]);
    expect(route(routed, [routes('10.0.0.0/8')])).toEqual([['Default', null, null]]);
    expect(route(routed, [routes('0.0.0.0/0'), firewall])).toEqual([['VirtualAppliance', '10.0.9.4', 'fw']]);
    expect(route(routed, [routes('0.0.0.0/0')])).toEqual([['VirtualAppliance', '10.0.9.4', null]]);
    expect(route(routed, [routes('0.0.0.0/0')], [incomplete('azurefirewalls')])).toEqual([['unknown', '10.0.9.4', null]]);
    expect(route(routed)).toEqual([['unknown', null, null]]);
  });

  test('whether a network is ours', () => {
    const places = (changes: readonly RowChange[], gaps: readonly IncompleteList[] = []): unknown => {
      const model = createExposureModel({});
      model.update([put(networkInterface()), ...changes], gaps);
      return exposureIn(model).subnets.map(({ isOurs }) => isOurs);
    };
    expect(places([put(network([{}]))])).toEqual([true]);
    expect(places([])).toEqual([false]);
    expect(places([], [incomplete('virtualnetworks')])).toEqual([null]);
    expect(places([unread(network([{}]))])).toEqual([null]);
  });

  test('a machine that names the interface, and one that the interface names', () => {
    const machine = row('virtualMachines', 'vm', {
      networkProfile: { networkInterfaces: [{ id: idOf('networkInterfaces', 'nic').toUpperCase() }] },
    });
    expect(exposureIn(modelOf([network([{}]), networkInterface(), machine])).machine).toBe(machine.id.toLowerCase());
    expect(exposureIn(modelOf([network([{}]), networkInterface({ machine: 'vm' })])).machine).toBe(machine.id.toLowerCase());
  });
});

describe('what is no server', () => {
  const gateway = { name: 'AzureFirewallSubnet', prefix: '10.0.1.0/24' };
  const shut = group('nsg', [rule({ name: 'nobody', access: 'Deny', port: '*', protocol: '*' })]);
  const endpoint = networkInterface({ more: { privateEndpoint: { id: idOf('privateEndpoints', 'pe') } } });
  const firewall = row('azureFirewalls', 'fw', {
    ipConfigurations: [
      { properties: { subnet: { id: subnetId('AzureFirewallSubnet') }, publicIPAddress: reference('publicIPAddresses', 'pip') } },
    ],
    natRuleCollections: [
      {
        name: 'c',
        properties: {
          rules: [
            {
              name: 'n',
              sourceAddresses: ['*'],
              destinationAddresses: ['*'],
              destinationPorts: ['443'],
              protocols: ['TCP'],
              translatedAddress: '10.0.0.4',
              translatedPort: '443',
            },
          ],
        },
      },
    ],
  });

  test('nobody comes to a private endpoint of himself', () => {
    const open = group('nsg', [rule()]);
    expect(summaryOf(exposureIn(modelOf([network([{ group: 'nsg' }]), open, endpoint])))).toBe('closed');
  });

  test('rules pass over private endpoints unless the subnet says otherwise', () => {
    const over = network([{ group: 'nsg' }, gateway]);
    const within = network([{ group: 'nsg', more: { privateEndpointNetworkPolicies: 'Enabled' } }, gateway]);
    expect(summaryOf(exposureIn(modelOf([over, shut, endpoint, firewall, pip])))).toBe('exposed | firewall-dnat Tcp 443>443 <- Internet');
    expect(summaryOf(exposureIn(modelOf([within, shut, endpoint, firewall, pip])))).toBe('closed');
  });

  test('an instance of a scale set may have the address that is sent to', () => {
    const configuration = { name: 'c', properties: { subnet: { id: subnetId() } } };
    const profile = {
      networkProfile: { networkInterfaceConfigurations: [{ name: 'n', properties: { ipConfigurations: [configuration] } }] },
    };
    const scaleSet = row('virtualMachineScaleSets', 'vmss', { virtualMachineProfile: profile });
    const sites = network([{}, gateway]);
    const read = (rows: readonly Row[]): string => summaryOf(exposureIn(modelOf([sites, firewall, pip, scaleSet, ...rows]), scaleSet));
    expect(read([])).toBe('unknown | ? Tcp 443');
    expect(read([networkInterface()])).toBe('closed');
  });

  test('IPv6 is a family of its own', () => {
    const six = group('nsg', [rule({ from: '2001:db8::/32' })]);
    const sites = network([{ group: 'nsg' }]);
    const reach = (address: string): string =>
      summaryOf(exposureIn(modelOf([sites, six, pip, networkInterface({ address, publicAddress: 'pip' })])));
    expect(reach('fd00::4')).toBe('narrow | public-ip Tcp 22>22 <- 2001:db8::/32');
    expect(reach('10.0.0.4')).toBe('closed');
  });
});

describe('an appliance that forwards', () => {
  const edge = (publicAddressName: string | undefined, more: JsonObject = { enableIPForwarding: true }): Row =>
    networkInterface({
      name: 'nva',
      address: '10.0.5.4',
      subnet: subnetId('edge'),
      ...(publicAddressName === undefined ? {} : { publicAddress: publicAddressName }),
      more,
    });
  const sites = network([{ group: 'nsg' }, { name: 'edge', prefix: '10.0.5.0/24', group: 'nsg-edge' }]);
  const open = group('nsg-edge', [rule({ port: '*', protocol: '*' })]);
  const plain = networkInterface();

  test('may send strangers on to its neighbours, if they can reach it', () => {
    expect(summaryOf(exposureIn(modelOf([sites, byDefault, open, pip, plain, edge('pip')])))).toBe('unknown | ? any *');
    expect(summaryOf(exposureIn(modelOf([sites, byDefault, open, plain, edge(undefined)])))).toBe('closed');
    expect(summaryOf(exposureIn(modelOf([sites, byDefault, open, pip, plain, edge('pip', {})])))).toBe('closed');
  });

  test('is no neighbour of its own', () => {
    const exposure = exposureIn(modelOf([sites, byDefault, open, pip, plain, edge('pip')]), idOf('networkInterfaces', 'nva'));
    expect(summaryOf(exposure)).toBe('exposed | public-ip any *>* <- Internet');
  });

  test('is followed as it changes', () => {
    const model = modelOf([sites, byDefault, open, pip, plain, edge(undefined)]);
    expect(exposureIn(model).outcome).toBe('closed');
    expect([...model.update([put(edge('pip'))], [])]).toContain(plain.id.toLowerCase());
    expect(exposureIn(model).outcome).toBe('unknown');
  });
});

describe('application security groups', () => {
  const asg = reference('applicationSecurityGroups', 'asg');
  const ruleOf = (side: string): JsonObject => {
    const { properties } = rule() as { properties: JsonObject };
    const { [`${side}AddressPrefix`]: _, ...rest } = properties;
    return { name: 'ssh', properties: { ...rest, [`${side}ApplicationSecurityGroups`]: [asg] } };
  };
  const sites = network([{ group: 'nsg' }]);
  const member = networkInterface({ publicAddress: 'pip', configuration: { applicationSecurityGroups: [asg] } });
  const profile = {
    networkProfile: {
      networkInterfaceConfigurations: [
        {
          name: 'n',
          properties: { ipConfigurations: [{ name: 'c', properties: { subnet: { id: subnetId() }, applicationSecurityGroups: [asg] } }] },
        },
      ],
    },
  };
  const scaleSet = row('virtualMachineScaleSets', 'vmss', { virtualMachineProfile: profile });

  test('as a source are no strangers, whoever their members are', () => {
    const rows = [pip, nic, sites, group('nsg', [ruleOf('source')])];
    expect(summaryOf(exposureIn(modelOf(rows)))).toBe('closed');
    expect(summaryOf(exposureIn(modelOf([...rows, scaleSet])))).toBe('closed');
  });

  test('as a destination count for their members', () => {
    const into = group('nsg', [ruleOf('destination')]);
    expect(summaryOf(exposureIn(modelOf([pip, member, sites, into])))).toBe('exposed | public-ip Tcp 22>22 <- Internet');
    expect(summaryOf(exposureIn(modelOf([pip, nic, sites, into])))).toBe('closed');
  });
});

describe('service tags', () => {
  const sites = network([{ group: 'nsg' }]);
  const tagged = group('nsg', [rule({ from: 'AzureCloud.WestEurope' })]);

  test('are looked up in any casing, and named', () => {
    const exposure = exposureIn(modelOf([pip, nic, sites, tagged], { serviceTags: { 'AzureCloud.westeurope': ['60.0.0.0/24'] } }));
    expect(summaryOf(exposure)).toBe(narrow('60.0.0.0/24'));
    expect(exposure.reaches[0]?.tags).toEqual(['AzureCloud.WestEurope']);
  });

  test('that nobody gave are unknown, and named', () => {
    const exposure = exposureIn(modelOf([pip, nic, sites, tagged]));
    expect(summaryOf(exposure)).toBe('unknown | ? Tcp 22');
    expect(exposure.unknown[0]?.tags).toEqual(['AzureCloud.WestEurope']);
  });

  test('are not named where anything else is unknown too', () => {
    const exposure = exposureIn(modelOf([pip, networkInterface({ publicAddress: 'pip', group: 'nsg-lost' }), sites, tagged]));
    expect(exposure.unknown.map(({ tags }) => tags)).toEqual([[]]);
  });
});

describe('what Azure says of an interface', () => {
  const sites = network([{ group: 'nsg' }]);
  const open = group('nsg', [rule()]);
  const said = (access: string): RowChange => ({
    id: nic.id.toLowerCase(),
    type: 'effective-rules',
    row: {
      effective: [
        {
          networkSecurityGroup: { id: open.id },
          association: { subnet: { id: subnetId() } },
          effectiveSecurityRules: [
            {
              name: 'securityRules/allow-ssh',
              protocol: 'Tcp',
              sourcePortRange: '0-65535',
              destinationPortRange: '22-22',
              sourceAddressPrefix: '0.0.0.0/0',
              destinationAddressPrefix: '0.0.0.0/0',
              access,
              priority: 100,
              direction: 'Inbound',
            },
            {
              name: 'defaultSecurityRules/DenyAllInBound',
              protocol: 'All',
              sourcePortRange: '0-65535',
              destinationPortRange: '0-65535',
              sourceAddressPrefix: '0.0.0.0/0',
              destinationAddressPrefix: '0.0.0.0/0',
              access: 'Deny',
              priority: 65_500,
              direction: 'Inbound',
            },
          ],
        },
      ],
      groups: [open],
    },
  });

  test('changes nothing where it is the same, and makes it unknown where it is not', () => {
    const model = modelOf([pip, nic, sites, open]);
    const before = exposureIn(model);
    model.update([said('Allow')], []);
    expect(exposureIn(model)).toBe(before);
    expect([...model.update([said('Deny')], [])]).toEqual([nic.id.toLowerCase()]);
    expect(exposureIn(model).unknown[0]?.why).toContain('our own reading of the rules');
    model.update([{ ...said('Deny'), row: null }], []);
    expect(exposureIn(model)).toEqual(before);
  });
});
