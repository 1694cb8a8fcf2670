import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RowChange } from '../../src/domain/estate-derivation.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { exposureDerivation } from '../../src/network/exposure-derivation.ts';
import { createExposureModel } from '../../src/network/exposure-model.ts';
import { haveBodies, isObject, readOfficialBodies } from '../azure-payloads/official-bodies.ts';
import {
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
} from './estate-rows.ts';

const kinds = Object.keys(exposureDerivation.brings);

function readAll(changes: readonly RowChange[]): readonly (Json | null)[] {
  const model = createExposureModel({});
  const subjects = model.update(changes, []);
  return [...subjects].flatMap((subject) => {
    expect(model.basisOf(subject)[0]).toBe(subject);
    return kinds.map((kind) => model.factOf(kind, subject) as Json | null);
  });
}

describe.skipIf(!haveBodies)('official and recorded rows', () => {
  const rows = readOfficialBodies()
    .filter(({ resource }) => resource.type in exposureDerivation.reads)
    .map(({ resource, body }): RowChange => ({ id: resource.id, type: resource.type, row: body }));

  test('there are some of most types', () => {
    const types = new Set(rows.map(({ type }) => type));
    expect(types.size).toBeGreaterThanOrEqual(15);
  });

  test('can all be read, one by one and together', () => {
    for (const one of rows) readAll([one]);
    const facts = readAll(rows);
    expect(facts.filter((fact) => fact !== null).length).toBeGreaterThan(20);
  });

  test('can be read with any one member missing, null or of another type', () => {
    for (const one of rows.slice(0, 400)) {
      for (const strange of [undefined, null, 7, 'strange', [], {}])
        for (const damaged of damagesOf(one.row as Json, strange, 3)) readAll([{ ...one, row: damaged }]);
    }
  });
});

/** The value with one member after the other replaced; an object in place of an object is the same as members missing. */
function* damagesOf(value: Json, by: Json | undefined, depth: number): Generator<Json> {
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries<Json>(value)) {
    if (typeof by !== typeof member || Array.isArray(member)) yield replaced(value, name, by);
    for (const inner of damagesOf(member, by, depth - 1)) yield replaced(value, name, inner);
  }
}

function replaced(value: Json, name: string, by: Json | undefined): Json {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => (String(index) === name ? (by === undefined ? [] : [by]) : [item]));
  const rest = Object.entries(value as JsonObject).filter(([other]) => other !== name);
  return Object.fromEntries(by === undefined ? rest : [...rest, [name, by]]);
}

const lb = idOf('loadBalancers', 'lb');
const agw = idOf('applicationGateways', 'agw');

/** Everything that the way rests on is in these rows, and nothing else is. */
const openWays: readonly { readonly name: string; readonly rows: readonly Row[] }[] = [
  {
    name: 'own address',
    rows: [
      network([{ group: 'nsg' }]),
      group('nsg', [rule()]),
      publicAddress('pip', '20.1.1.1'),
      networkInterface({ publicAddress: 'pip' }),
    ],
  },
  {
    name: 'load balancer',
    rows: [
      network([{ group: 'nsg' }]),
      group('nsg', [rule()]),
      networkInterface({ configuration: { loadBalancerBackendAddressPools: [{ id: `${lb}/backendAddressPools/p` }] } }),
      row(
        'loadBalancers',
        'lb',
        {
          frontendIPConfigurations: [
            { id: `${lb}/frontendIPConfigurations/f`, name: 'f', properties: { publicIPAddress: reference('publicIPAddresses', 'pip') } },
          ],
          loadBalancingRules: [
            {
              id: `${lb}/loadBalancingRules/r`,
              name: 'r',
              properties: {
                frontendIPConfiguration: { id: `${lb}/frontendIPConfigurations/f` },
                backendAddressPool: { id: `${lb}/backendAddressPools/p` },
                protocol: 'Tcp',
                frontendPort: 22,
                backendPort: 22,
              },
            },
          ],
        },
        { sku: { name: 'Standard' } },
      ),
    ],
  },
  {
    name: 'application gateway',
    rows: [
      network([{}, { name: 'gateway', prefix: '10.0.1.0/24' }]),
      networkInterface(),
      row('applicationGateways', 'agw', {
        gatewayIPConfigurations: [{ properties: { subnet: { id: subnetId('gateway') } } }],
        frontendIPConfigurations: [
          { id: `${agw}/frontendIPConfigurations/f`, properties: { publicIPAddress: reference('publicIPAddresses', 'pip') } },
        ],
        frontendPorts: [{ id: `${agw}/frontendPorts/p`, properties: { port: 443 } }],
        backendAddressPools: [{ id: `${agw}/backendAddressPools/b`, properties: { backendAddresses: [{ ipAddress: '10.0.0.4' }] } }],
        backendHttpSettingsCollection: [{ id: `${agw}/backendHttpSettingsCollection/s`, properties: { port: 80 } }],
        httpListeners: [
          {
            id: `${agw}/httpListeners/l`,
            properties: {
              frontendIPConfiguration: { id: `${agw}/frontendIPConfigurations/f` },
              frontendPort: { id: `${agw}/frontendPorts/p` },
            },
          },
        ],
        requestRoutingRules: [
          {
            name: 'r',
            properties: {
              httpListener: { id: `${agw}/httpListeners/l` },
              backendAddressPool: { id: `${agw}/backendAddressPools/b` },
              backendHttpSettings: { id: `${agw}/backendHttpSettingsCollection/s` },
            },
          },
        ],
      }),
    ],
  },
  {
    name: 'firewall',
    rows: [
      network([{}, { name: 'AzureFirewallSubnet', prefix: '10.0.1.0/24' }]),
      networkInterface(),
      row('azureFirewalls', 'fw', {
        ipConfigurations: [
          { properties: { subnet: { id: subnetId('AzureFirewallSubnet') }, publicIPAddress: reference('publicIPAddresses', 'pip') } },
        ],
        firewallPolicy: reference('firewallPolicies', 'policy'),
      }),
      row('firewallPolicies', 'policy', { basePolicy: reference('firewallPolicies', 'base') }),
      row('firewallPolicies', 'base', {}),
      {
        id: `${idOf('firewallPolicies', 'base')}/ruleCollectionGroups/g`,
        type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups',
        properties: {
          ruleCollections: [
            {
              name: 'c',
              rules: [
                {
                  name: 'n',
                  ruleType: 'NatRule',
                  sourceIpGroups: [idOf('ipGroups', 'all')],
                  destinationPorts: ['22'],
                  ipProtocols: ['TCP'],
                  translatedAddress: '10.0.0.4',
                  translatedPort: '22',
                },
              ],
            },
          ],
        },
      },
      row('ipGroups', 'all', { ipAddresses: ['0.0.0.0/1', '128.0.0.0/1'] }),
    ],
  },
];

describe('an open way of which one member is of another type', () => {
  test.each(openWays)('$name is open as it stands', ({ rows }) => {
    expect(exposureIn(modelOf(rows)).outcome).toBe('exposed');
  });

  test.each(openWays)('$name never reads as closed', ({ rows }) => {
    for (const [index, one] of rows.entries()) {
      // A number may be a port or a protocol.
      for (const strange of one.type.endsWith('SecurityGroups') ? [true, { strange: 1 }] : [7, true, { strange: 1 }])
        for (const damaged of damagesOf({ properties: one['properties'] as Json }, strange, 9)) {
          const properties = isObject(damaged) ? damaged['properties'] : null;
          const changes = rows.map((other, at) =>
            at === index ? { ...put(one), row: { ...one, properties: properties as Json } } : put(other),
          );
          const model = createExposureModel({});
          model.update(changes, []);
          const fact = model.factOf('exposure', idOf('networkInterfaces', 'nic').toLowerCase());
          const outcome =
            isObject(fact as Json) && fact !== null && 'outcome' in (fact as object) ? (fact as { outcome: string }).outcome : 'fault';
          if (['closed', 'latent'].includes(outcome)) expect.fail(`${outcome}: ${one.type} ${JSON.stringify(properties)}`);
        }
    }
  });

  test('in any order of the rows', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...(openWays[3]?.rows ?? [])], { minLength: 7 }), (rows) => {
        expect(exposureIn(modelOf(rows)).outcome).toBe('exposed');
      }),
    );
  });
});
