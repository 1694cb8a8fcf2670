import type { RowChange } from '../../src/domain/estate-derivation.ts';
import type { Exposure, ExposureOutcome } from '../../src/domain/exposure.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { group, idOf, network, networkInterface, publicAddress, type Row, reference, row, rule, subnetId } from './estate-rows.ts';
/** What Azure does: lets everybody in, lets somebody in, lets nobody in, or what no row can say. */
export type Truth = 'open' | 'some' | 'shut' | 'unsaid';
const outcomes: { readonly [truth in Truth]: readonly ExposureOutcome[] } = {
  open: ['exposed'],
  some: ['narrow'],
  shut: ['latent', 'closed'],
  unsaid: ['unknown'],
};

export interface State {
  readonly name: string;
  readonly rows: readonly (Row | RowChange)[];
  readonly truth: Truth;
  readonly knowledge?: JsonObject;
}

export const guarded = network([{ group: 'nsg' }]);
export const bare = network([{}]);
export const pip = publicAddress('pip', '20.1.1.1');
export const nic = networkInterface({ publicAddress: 'pip' });
export const plain = networkInterface();
export const rules = (...more: readonly JsonObject[]): Row => group('nsg', more);
export const ssh = rules(rule());
export const denyAll = rule({ name: 'no', access: 'Deny', port: '*', protocol: '*', priority: 4000 });
export const configurationId = `${idOf('networkInterfaces', 'nic')}/ipConfigurations/main`;

/** A rule with members of its properties replaced; null takes one away. */
export function ruleWith(more: JsonObject, name = 'odd'): JsonObject {
  const whole = rule({ name });
  return { name, properties: { ...(whole['properties'] as JsonObject), ...more } };
}

export const inside = (type: string, name: string, member: string, child: string): JsonObject => ({
  id: `${idOf(type, name)}/${member}/${child}`,
});

export const admin = (elements: readonly JsonObject[]): Row => ({
  id: `${idOf('virtualNetworks', 'vnet')}/effectivesecurityadminrules/current`,
  name: 'current',
  type: 'Microsoft.Network/virtualNetworks/effectiveSecurityAdminRules',
  properties: { rules: elements },
});
export const adminRule = (access: string, priority = 10, manager = 'one', more: JsonObject = {}): JsonObject => ({
  id: `${idOf('networkManagers', manager)}/securityAdminConfigurations/c/ruleCollections/r/rules/${access}`,
  kind: 'Custom',
  properties: {
    access,
    direction: 'Inbound',
    priority,
    protocol: 'Tcp',
    sources: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
    destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
    sourcePortRanges: ['0-65535'],
    destinationPortRanges: ['0-65535'],
    ...more,
  },
});
export interface BalancerOptions {
  readonly name?: string;
  readonly sku?: JsonObject;
  readonly fronts: { readonly [name: string]: JsonObject };
  readonly rules: readonly JsonObject[];
  readonly pool?: JsonObject;
  readonly more?: JsonObject;
}

export function balancer({
  name = 'lb',
  sku = { name: 'Standard' },
  fronts,
  rules: balancing,
  pool = {},
  more = {},
}: BalancerOptions): Row {
  return row(
    'loadBalancers',
    name,
    {
      frontendIPConfigurations: Object.entries(fronts).map(([front, properties]) => ({
        ...inside('loadBalancers', name, 'frontendIPConfigurations', front),
        name: front,
        properties,
      })),
      backendAddressPools: [{ ...inside('loadBalancers', name, 'backendAddressPools', 'pool'), name: 'pool', properties: pool }],
      loadBalancingRules: balancing.map((properties, index) => ({ name: `rule${index}`, properties })),
      ...more,
    },
    { sku },
  );
}

export const balancing = (front: string, port = 22, more: JsonObject = {}): JsonObject => ({
  frontendIPConfiguration: inside('loadBalancers', 'lb', 'frontendIPConfigurations', front),
  backendAddressPool: inside('loadBalancers', 'lb', 'backendAddressPools', 'pool'),
  protocol: 'Tcp',
  frontendPort: port,
  backendPort: port,
  ...more,
});
export const publicFront = { publicIPAddress: reference('publicIPAddresses', 'pip') };
export const privateFront = { privateIPAddress: '10.0.0.200', subnet: { id: subnetId() } };
export const inPool = networkInterface({
  configuration: { loadBalancerBackendAddressPools: [inside('loadBalancers', 'lb', 'backendAddressPools', 'pool')] },
});

export const agw = 'applicationGateways';
export interface GatewayOptions {
  readonly front?: JsonObject;
  readonly pool?: JsonObject;
  readonly routing?: JsonObject;
  readonly more?: JsonObject;
}
export function gateway({
  front = publicFront,
  pool = { backendAddresses: [{ ipAddress: '10.0.0.4' }] },
  routing = {},
  more = {},
}: GatewayOptions = {}): Row {
  const child = (member: string, name: string, properties: JsonObject): JsonObject => ({
    ...inside(agw, 'agw', member, name),
    name,
    properties,
  });
  return row(agw, 'agw', {
    gatewayIPConfigurations: [{ name: 'main', properties: { subnet: { id: subnetId('gateway') } } }],
    frontendIPConfigurations: [child('frontendIPConfigurations', 'front', front)],
    frontendPorts: [child('frontendPorts', 'https', { port: 443 })],
    backendAddressPools: [child('backendAddressPools', 'pool', pool)],
    backendHttpSettingsCollection: [child('backendHttpSettingsCollection', 'set', { port: 22 })],
    httpListeners: [
      child('httpListeners', 'listener', {
        frontendIPConfiguration: inside(agw, 'agw', 'frontendIPConfigurations', 'front'),
        frontendPort: inside(agw, 'agw', 'frontendPorts', 'https'),
      }),
    ],
    requestRoutingRules: [
      {
        name: 'shop',
        properties: {
          httpListener: inside(agw, 'agw', 'httpListeners', 'listener'),
          backendAddressPool: inside(agw, 'agw', 'backendAddressPools', 'pool'),
          backendHttpSettings: inside(agw, 'agw', 'backendHttpSettingsCollection', 'set'),
          ...routing,
        },
      },
    ],
    ...more,
  });
}
export const withGate = network([{ group: 'nsg' }, { name: 'gateway', prefix: '10.0.9.0/24' }]);
export const privateGate = { privateIPAddress: '10.0.9.200', subnet: { id: subnetId('gateway') } };

export const fw = (more: JsonObject = {}): Row =>
  row('azureFirewalls', 'fw', {
    ipConfigurations: [
      {
        name: 'main',
        properties: {
          privateIPAddress: '10.0.1.4',
          subnet: { id: subnetId('AzureFirewallSubnet') },
          publicIPAddress: reference('publicIPAddresses', 'pip'),
        },
      },
    ],
    ...more,
  });
export const dnat = (more: JsonObject = {}): JsonObject => ({
  natRuleCollections: [
    {
      name: 'nat',
      properties: {
        action: { type: 'Dnat' },
        rules: [
          {
            name: 'r',
            sourceAddresses: ['*'],
            destinationAddresses: ['20.1.1.1'],
            destinationPorts: ['22'],
            protocols: ['TCP'],
            translatedAddress: '10.0.0.4',
            translatedPort: '22',
            ...more,
          },
        ],
      },
    },
  ],
});
export const withFirewall = network([{ group: 'nsg' }, { name: 'AzureFirewallSubnet', prefix: '10.0.1.0/26' }]);

/** Null where the model says what Azure does; else what it says. */
export function contradictionOf({ truth }: State, { outcome, unknown }: Exposure): string | null {
  return outcomes[truth].includes(outcome) ? null : [outcome, ...unknown.map(({ why }) => why)].join('; ');
}
