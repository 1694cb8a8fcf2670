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

const gatewayId = idOf('applicationGateways', 'agw');
const inside = (member: string, name: string): JsonObject => ({ id: `${gatewayId}/${member}/${name}` });
const publicFront = { publicIPAddress: reference('publicIPAddresses', 'pip-agw') };
const privateFront = { privateIPAddress: '10.0.9.200', subnet: { id: subnetId('gateway') } };

interface GatewayOptions {
  readonly front?: JsonObject;
  readonly pool?: JsonObject;
  readonly rule?: JsonObject;
  readonly listener?: JsonObject;
  readonly more?: JsonObject;
}

function gateway({
  front = publicFront,
  pool = { backendAddresses: [{ ipAddress: '10.0.0.4' }] },
  rule: routing = {},
  listener = {},
  more = {},
}: GatewayOptions = {}): Row {
  return row('applicationGateways', 'agw', {
    gatewayIPConfigurations: [{ name: 'main', properties: { subnet: { id: subnetId('gateway') } } }],
    frontendIPConfigurations: [{ ...inside('frontendIPConfigurations', 'front'), name: 'front', properties: front }],
    frontendPorts: [{ ...inside('frontendPorts', 'https'), name: 'https', properties: { port: 443 } }],
    backendAddressPools: [{ ...inside('backendAddressPools', 'pool'), name: 'pool', properties: pool }],
    backendHttpSettingsCollection: [
      { ...inside('backendHttpSettingsCollection', 'set'), name: 'set', properties: { port: 8080, protocol: 'Http' } },
    ],
    httpListeners: [
      {
        ...inside('httpListeners', 'listener'),
        name: 'listener',
        properties: {
          frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
          frontendPort: inside('frontendPorts', 'https'),
          protocol: 'Https',
          ...listener,
        },
      },
    ],
    requestRoutingRules: [
      {
        name: 'shop',
        properties: {
          httpListener: inside('httpListeners', 'listener'),
          backendAddressPool: inside('backendAddressPools', 'pool'),
          backendHttpSettings: inside('backendHttpSettingsCollection', 'set'),
          ...routing,
        },
      },
    ],
    ...more,
  });
}

const subnets = (web: string | undefined, gate?: string): Row =>
  network([
    { ...(web === undefined ? {} : { group: web }) },
    { name: 'gateway', prefix: '10.0.9.0/24', ...(gate === undefined ? {} : { group: gate }) },
  ]);
const pip = publicAddress('pip-agw', '20.3.3.3');
const nic = networkInterface();
const shut = group('nsg-shut', [rule({ access: 'Deny', name: 'nobody', port: '*', protocol: '*' })]);
const fromGateway = group('nsg-app', [
  rule({ name: 'from-gateway', from: '10.0.9.0/24', port: '8080' }),
  rule({ name: 'no', priority: 200, access: 'Deny', port: '*', protocol: '*' }),
]);
const fromOneOfIt = group('nsg-one', [
  rule({ name: 'from-one', from: '10.0.9.4', port: '8080' }),
  rule({ name: 'no', priority: 200, access: 'Deny', port: '*', protocol: '*' }),
]);
const gateOpen = group('nsg-gate', [rule({ name: 'https', from: 'Internet', port: '443' })]);
const gateOffice = group('nsg-office', [rule({ name: 'office', from: '203.0.113.0/24', port: '443' })]);
const exposed = 'exposed | application-gateway Tcp 443>8080 <- Internet';

const table: readonly {
  readonly name: string;
  readonly rows: readonly (Row | RowChange)[];
  readonly is: string;
  readonly knowledge?: JsonObject;
}[] = [
  { name: 'an address, no groups', rows: [subnets(undefined), pip, gateway(), nic], is: exposed },
  { name: 'an address, the network may come in', rows: [subnets('nsg-web'), group('nsg-web', []), pip, gateway(), nic], is: exposed },
  { name: 'the gateway may come in', rows: [subnets('nsg-app'), fromGateway, pip, gateway(), nic], is: exposed },
  { name: 'a part of the gateway may come in', rows: [subnets('nsg-one'), fromOneOfIt, pip, gateway(), nic], is: 'unknown | ? Tcp 8080' },
  { name: 'closed by the subnet', rows: [subnets('nsg-shut'), shut, pip, gateway(), nic], is: 'closed' },
  {
    name: 'closed by the interface',
    rows: [subnets(undefined), shut, pip, gateway(), networkInterface({ group: 'nsg-shut' })],
    is: 'closed',
  },
  { name: 'strangers may not come to the gateway', rows: [subnets(undefined, 'nsg-shut'), shut, pip, gateway(), nic], is: 'closed' },
  {
    name: 'the office may come to the gateway',
    rows: [subnets(undefined, 'nsg-office'), gateOffice, pip, gateway(), nic],
    is: 'narrow | application-gateway Tcp 443>8080 <- 203.0.113.0/24',
  },
  {
    name: 'the gate could not be read',
    rows: [subnets(undefined, 'nsg-gate'), unread(gateOpen), pip, gateway(), nic],
    is: 'unknown | ? Tcp 8080',
  },
  {
    name: 'another address',
    rows: [subnets(undefined), pip, gateway({ pool: { backendAddresses: [{ ipAddress: '10.0.0.5' }] } }), nic],
    is: 'closed',
  },
  {
    name: 'the pool names the configuration',
    rows: [subnets(undefined), pip, gateway({ pool: { backendIPConfigurations: [{ id: `${nic.id}/ipConfigurations/main` }] } }), nic],
    is: exposed,
  },
  {
    name: 'the interface names the pool',
    rows: [
      subnets(undefined),
      pip,
      gateway({ pool: {} }),
      networkInterface({ configuration: { applicationGatewayBackendAddressPools: [inside('backendAddressPools', 'pool')] } }),
    ],
    is: exposed,
  },
  { name: 'a private frontend', rows: [subnets(undefined), gateway({ front: privateFront }), nic], is: 'closed' },
  { name: 'a rule that redirects', rows: [subnets(undefined), pip, gateway({ rule: { backendAddressPool: null } }), nic], is: 'closed' },
  {
    name: 'a listener without a port that is there',
    rows: [subnets(undefined), pip, gateway({ listener: { frontendPort: inside('frontendPorts', 'lost') } }), nic],
    is: 'unknown | ? Tcp 8080',
  },
  {
    name: 'settings that are not there',
    rows: [subnets(undefined), pip, gateway({ rule: { backendHttpSettings: null } }), nic],
    is: 'unknown | ? Tcp *',
  },
  {
    name: 'by a path',
    rows: [
      subnets(undefined),
      pip,
      gateway({
        rule: { backendAddressPool: null, backendHttpSettings: null, urlPathMap: inside('urlPathMaps', 'map') },
        more: {
          urlPathMaps: [
            {
              ...inside('urlPathMaps', 'map'),
              name: 'map',
              properties: {
                pathRules: [
                  {
                    name: 'api',
                    properties: {
                      backendAddressPool: inside('backendAddressPools', 'pool'),
                      backendHttpSettings: inside('backendHttpSettingsCollection', 'set'),
                    },
                  },
                ],
              },
            },
          ],
        },
      }),
      nic,
    ],
    is: exposed,
  },
  {
    name: 'a name that nobody can resolve',
    rows: [subnets(undefined), pip, gateway({ pool: { backendAddresses: [{ fqdn: 'app.internal' }] } }), nic],
    is: 'unknown | ? Tcp 8080',
  },
  {
    name: 'a name that is said to be here',
    rows: [subnets(undefined), pip, gateway({ pool: { backendAddresses: [{ fqdn: 'APP.internal' }] } }), nic],
    is: exposed,
    knowledge: { names: { 'app.internal': ['10.0.0.4'] } },
  },
  {
    name: 'a name that is said to be elsewhere',
    rows: [subnets(undefined), pip, gateway({ pool: { backendAddresses: [{ fqdn: 'app.internal' }] } }), nic],
    is: 'closed',
    knowledge: { names: { 'app.internal': ['10.0.0.5'] } },
  },
  {
    name: 'a name of the platform',
    rows: [subnets(undefined), pip, gateway({ pool: { backendAddresses: [{ fqdn: 'shop.azurewebsites.net' }] } }), nic],
    is: 'closed',
  },
  { name: 'the gateway could not be read', rows: [subnets(undefined), pip, unread(gateway()), nic], is: 'unknown | ? any *' },
  {
    name: 'the gateway could not be read, and nobody comes in',
    rows: [subnets('nsg-shut'), shut, pip, unread(gateway()), nic],
    is: 'closed',
  },
];

describe('application gateways', () => {
  test.each(table)('$name: $is', ({ rows, is, knowledge = {} }) => {
    expect(summaryOf(exposureIn(modelOf(rows, knowledge)))).toBe(is);
  });

  const policy = (mode: string, state = 'Enabled'): Row =>
    row('ApplicationGatewayWebApplicationFirewallPolicies', 'waf', { policySettings: { mode, state } });
  const withPolicy = { firewallPolicy: reference('ApplicationGatewayWebApplicationFirewallPolicies', 'waf') };

  test.each([
    { name: 'nothing before it', rows: [gateway()], is: false },
    { name: 'a policy that prevents', rows: [gateway({ more: withPolicy }), policy('Prevention')], is: true },
    { name: 'a policy that only notes', rows: [gateway({ more: withPolicy }), policy('Detection')], is: false },
    { name: 'a policy that is off', rows: [gateway({ more: withPolicy }), policy('Prevention', 'Disabled')], is: false },
    { name: 'a policy that is not there', rows: [gateway({ more: withPolicy })], is: false },
    { name: 'a policy of the listener', rows: [gateway({ listener: withPolicy }), policy('Prevention')], is: true },
    {
      name: 'own settings that prevent',
      rows: [gateway({ more: { webApplicationFirewallConfiguration: { enabled: true, firewallMode: 'Prevention' } } })],
      is: true,
    },
    {
      name: 'own settings that note',
      rows: [gateway({ more: { webApplicationFirewallConfiguration: { enabled: true, firewallMode: 'Detection' } } })],
      is: false,
    },
    {
      name: 'own settings that prevent, before a listener for Tcp, which nothing inspects',
      rows: [
        gateway({
          more: {
            webApplicationFirewallConfiguration: { enabled: true, firewallMode: 'Prevention' },
            httpListeners: [],
            requestRoutingRules: [],
            listeners: [
              {
                ...inside('listeners', 'tcp'),
                name: 'tcp',
                properties: {
                  frontendIPConfiguration: inside('frontendIPConfigurations', 'front'),
                  frontendPort: inside('frontendPorts', 'https'),
                  protocol: 'Tcp',
                },
              },
            ],
            backendSettingsCollection: [
              { ...inside('backendSettingsCollection', 'set'), name: 'set', properties: { port: 22, protocol: 'Tcp' } },
            ],
            routingRules: [
              {
                name: 'tcp',
                properties: {
                  listener: inside('listeners', 'tcp'),
                  backendAddressPool: inside('backendAddressPools', 'pool'),
                  backendSettings: inside('backendSettingsCollection', 'set'),
                },
              },
            ],
          },
        }),
      ],
      is: false,
    },
  ])('protection: $name: $is', ({ rows, is }) => {
    const [reach] = exposureIn(modelOf([subnets(undefined), pip, nic, ...rows])).reaches;
    expect(reach?.entry.isProtected).toBe(is);
  });

  test('names the whole chain', () => {
    const model = modelOf([subnets('nsg-app', 'nsg-gate'), fromGateway, gateOpen, pip, gateway(), nic]);
    expect(exposureIn(model).reaches).toEqual([
      {
        outcome: 'exposed',
        entry: {
          kind: 'application-gateway',
          id: gatewayId.toLowerCase(),
          rule: 'shop',
          addresses: ['20.3.3.3'],
          protocol: 'Tcp',
          ports: '443',
          backendPorts: '8080',
          isProtected: false,
        },
        protocol: 'Tcp',
        ports: '8080',
        entryPorts: '443',
        sources: ['Internet'],
        tags: [],
        rules: [
          'nsg-gate/https (priority 100)',
          'agw/shop',
          'nsg-app/from-gateway (priority 100)',
          'no network security group on the network interface',
        ],
      },
    ]);
  });
});
