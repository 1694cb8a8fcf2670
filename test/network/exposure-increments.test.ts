import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IncompleteList, RowChange } from '../../src/domain/estate-derivation.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { createExposureModel } from '../../src/network/exposure-model.ts';
import {
  gone,
  group,
  idOf,
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
  unread,
} from './estate-rows.ts';

const lb = idOf('loadBalancers', 'lb');
const inBalancer = (member: string, name: string): JsonObject => ({ id: `${lb}/${member}/${name}` });
const asg = reference('applicationSecurityGroups', 'asg');

function balancer(front: JsonObject, pool: JsonObject, sku = 'Standard'): Row {
  const properties = {
    frontendIPConfigurations: [{ name: 'front', properties: front }],
    backendAddressPools: [{ name: 'pool', properties: pool }],
    loadBalancingRules: [
      {
        name: 'web',
        properties: {
          frontendIPConfiguration: inBalancer('frontendIPConfigurations', 'front'),
          backendAddressPool: inBalancer('backendAddressPools', 'pool'),
          protocol: 'Tcp',
          frontendPort: 80,
          backendPort: 22,
        },
      },
    ],
  };
  return row('loadBalancers', 'lb', properties, { sku: { name: sku } });
}

function gateway(pool: JsonObject): Row {
  const id = idOf('applicationGateways', 'agw');
  return row('applicationGateways', 'agw', {
    gatewayIPConfigurations: [{ name: 'main', properties: { subnet: { id: subnetId('gateway') } } }],
    frontendIPConfigurations: [{ name: 'front', properties: { publicIPAddress: reference('publicIPAddresses', 'pip-2') } }],
    frontendPorts: [{ name: 'p', properties: { port: 443 } }],
    backendAddressPools: [{ name: 'pool', properties: pool }],
    backendHttpSettingsCollection: [{ name: 's', properties: { port: 22 } }],
    httpListeners: [
      {
        name: 'l',
        properties: {
          frontendIPConfiguration: { id: `${id}/frontendIPConfigurations/front` },
          frontendPort: { id: `${id}/frontendPorts/p` },
        },
      },
    ],
    requestRoutingRules: [
      {
        name: 'r',
        properties: {
          httpListener: { id: `${id}/httpListeners/l` },
          backendAddressPool: { id: `${id}/backendAddressPools/pool` },
          backendHttpSettings: { id: `${id}/backendHttpSettingsCollection/s` },
        },
      },
    ],
  });
}

function firewall(address: string | null, policy: boolean): Row {
  const translation = {
    name: 'n',
    sourceAddresses: ['*'],
    destinationAddresses: ['*'],
    destinationPorts: ['22'],
    protocols: ['TCP'],
    translatedAddress: address,
    translatedPort: '22',
  };
  return row('azureFirewalls', 'fw', {
    ipConfigurations: [
      {
        properties: {
          privateIPAddress: '10.0.1.4',
          subnet: { id: subnetId('gateway') },
          publicIPAddress: reference('publicIPAddresses', 'pip-2'),
        },
      },
    ],
    natRuleCollections: address === null ? [] : [{ name: 'c', properties: { rules: [translation] } }],
    ...(policy ? { firewallPolicy: reference('firewallPolicies', 'policy') } : {}),
  });
}

const pool = { loadBalancerBackendAddressPools: [inBalancer('backendAddressPools', 'pool')] };
const nicId = (name: string): string => idOf('networkInterfaces', name);

/** Each line: versions of one row. */
const versions: readonly (readonly Row[])[] = [
  [
    network([{ group: 'nsg-1' }, { name: 'gateway', prefix: '10.0.1.0/24' }]),
    network([
      { group: 'nsg-2', routeTable: 'rt' },
      { name: 'gateway', prefix: '10.0.1.0/24', group: 'nsg-1' },
    ]),
  ],
  [
    group('nsg-1', [rule()]),
    group('nsg-1', []),
    group('nsg-1', [rule({ from: 'Storage' }), rule({ priority: 200, from: '203.0.113.0/24' })]),
  ],
  [
    group('nsg-2', [rule({ access: 'Deny', from: 'VirtualNetwork', port: '*', protocol: '*' }), rule({ priority: 200 })]),
    group('nsg-2', [rule({ to: '10.0.0.4' })]),
  ],
  [publicAddress('pip-1', '20.1.1.1'), publicAddress('pip-1', '20.1.1.2', 'Basic'), publicAddress('pip-1', null)],
  [publicAddress('pip-2', '20.2.2.2')],
  [
    networkInterface({ name: 'a', publicAddress: 'pip-1' }),
    networkInterface({ name: 'a', configuration: pool }),
    networkInterface({ name: 'a', group: 'nsg-2', configuration: { applicationSecurityGroups: [asg] } }),
  ],
  [
    networkInterface({ name: 'b', address: '10.0.0.5', group: 'nsg-1' }),
    networkInterface({ name: 'b', address: '10.0.0.4', configuration: pool }),
    networkInterface({ name: 'b', more: { ipConfigurations: 7 } }),
  ],
  [
    balancer({ publicIPAddress: reference('publicIPAddresses', 'pip-2') }, {}),
    balancer(
      { privateIPAddress: '10.0.0.200', subnet: { id: subnetId() } },
      { backendIPConfigurations: [{ id: `${nicId('b')}/ipConfigurations/main` }] },
      'Basic',
    ),
    balancer(
      { publicIPAddress: reference('publicIPAddresses', 'pip-2') },
      { loadBalancerBackendAddresses: [{ properties: { ipAddress: '10.0.0.5' } }] },
    ),
  ],
  [
    gateway({ backendAddresses: [{ ipAddress: '10.0.0.4' }] }),
    gateway({ backendAddresses: [{ fqdn: 'app.internal' }] }),
    gateway({ backendIPConfigurations: [{ id: `${nicId('a')}/ipConfigurations/main` }] }),
  ],
  [firewall('10.0.0.200', false), firewall('10.0.0.5', true), firewall(null, true)],
  [row('firewallPolicies', 'policy', {}), row('firewallPolicies', 'policy', { basePolicy: reference('firewallPolicies', 'base') })],
  [
    {
      id: `${idOf('firewallPolicies', 'policy')}/ruleCollectionGroups/g`,
      type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups',
      properties: {
        ruleCollections: [
          {
            name: 'c',
            rules: [
              {
                name: 'n',
                ruleType: 'NatRule',
                sourceIpGroups: [idOf('ipGroups', 'office')],
                destinationPorts: ['22'],
                ipProtocols: ['TCP'],
                translatedAddress: '10.0.0.4',
              },
            ],
          },
        ],
      },
    },
  ],
  [row('ipGroups', 'office', { ipAddresses: ['203.0.113.0/24'] }), row('ipGroups', 'office', { ipAddresses: [] })],
  [
    row('routeTables', 'rt', {
      routes: [{ name: 'd', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.1.4' } }],
    }),
    row('routeTables', 'rt', { routes: [] }),
  ],
  [
    row('virtualMachineScaleSets', 'vmss', {
      virtualMachineProfile: {
        networkProfile: {
          networkInterfaceConfigurations: [
            { name: 'n', properties: { ipConfigurations: [{ name: 'c', properties: { subnet: { id: subnetId() }, ...pool } }] } },
          ],
        },
      },
    }),
  ],
  [
    {
      id: `${idOf('virtualNetworks', 'vnet')}/effectiveSecurityAdminRules/current`,
      type: 'Microsoft.Network/virtualNetworks/effectiveSecurityAdminRules',
      properties: { rules: [] },
    },
  ],
];

const kinds = ['exposure', 'addressing', 'entrance'];
const types = [
  'loadbalancers',
  'azurefirewalls',
  'virtualnetworks',
  'networkinterfaces',
  'firewallpolicies/rulecollectiongroups',
  'virtualnetworks/effectivesecurityadminrules',
];

const anyChange = fc
  .record({
    line: fc.nat({ max: versions.length - 1 }),
    version: fc.nat({ max: 2 }),
    fate: fc.constantFrom('put', 'put', 'put', 'put', 'gone', 'unread'),
  })
  .map(({ line, version, fate }): RowChange => {
    const one = versions[line]?.[version % (versions[line]?.length ?? 1)] as Row;
    return fate === 'put' ? put(one) : fate === 'gone' ? gone(one) : unread(one);
  });
const anyGaps = fc.subarray(types, { maxLength: 1 }).map((names): readonly IncompleteList[] =>
  names.map((name) => ({
    type: `microsoft.network/${name}`,
    scope: `/subscriptions/${subscription}`,
    fault: { code: 'partial', message: 'broke off' },
  })),
);
const anySteps = fc.array(
  fc.record({
    changes: fc.array(anyChange, { maxLength: 6 }),
    gaps: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: anyGaps }),
  }),
  { minLength: 1, maxLength: 8 },
);

function factsOf(model: ReturnType<typeof createExposureModel>, subjects: Iterable<string>): ReadonlyMap<string, unknown> {
  return new Map([...subjects].flatMap((subject) => kinds.map((kind) => [`${kind} ${subject}`, model.factOf(kind, subject)] as const)));
}

const knowledge = { serviceTags: { Sql: ['20.9.0.0/16'] } };

describe('facts after any sequence of changes', () => {
  test('are those of the same rows from scratch, in any order; what changed was told; what did not is the same object', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const model = createExposureModel(knowledge);
        const rows = new Map<string, RowChange>(versions.map(([first]) => [put(first as Row).id, put(first as Row)]));
        const subjects = new Set(versions.map(([first]) => put(first as Row).id));
        model.update([...rows.values()], []);
        let before = factsOf(model, subjects);
        for (const { changes, gaps } of steps) {
          for (const change of changes) rows.set(change.id, change);
          const told = model.update(changes, gaps);
          const after = factsOf(model, subjects);
          const fresh = createExposureModel(knowledge);
          fresh.update([...rows.values()].reverse(), gaps);
          expect(after).toEqual(factsOf(fresh, subjects));
          for (const [key, fact] of after) {
            const isSame = JSON.stringify(fact) === JSON.stringify(before.get(key));
            if (!isSame) expect(told, key).toContain(key.slice(key.indexOf(' ') + 1));
            else if (fact !== null && !('fault' in (fact as object))) expect(fact, key).toBe(before.get(key));
          }
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('are there one by one', () => {
    const whole = createExposureModel(knowledge);
    const single = createExposureModel(knowledge);
    const rows = versions.map(([first]) => put(first as Row));
    whole.update(rows, []);
    for (const one of rows) single.update([one], []);
    const ids = rows.map(({ id }) => id);
    expect(factsOf(single, ids)).toEqual(factsOf(whole, ids));
  });
});
