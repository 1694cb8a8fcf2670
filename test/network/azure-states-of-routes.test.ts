import { describe, expect, test } from 'vitest';
import { contradictionOf, fw, guarded, pip, plain, rules, type State, ssh } from './azure-states.ts';
import { exposureIn, group, idOf, modelOf, network, type Row, reference, row, rule, subnetId } from './estate-rows.ts';

const routes = (...all: readonly (readonly [string, string, string?])[]): Row =>
  row('routeTables', 'rt', {
    routes: all.map(([addressPrefix, nextHopType, nextHopIpAddress], index) => ({
      name: `r${index}`,
      properties: { addressPrefix, nextHopType, ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }) },
    })),
  });
const routed = network([{ routeTable: 'rt' }, { name: 'AzureFirewallSubnet', prefix: '10.0.1.0/26' }]);
const toFirewall = ['0.0.0.0/0', 'VirtualAppliance', '10.0.1.4'] as const;

describe('where what it sends to the Internet goes', () => {
  test.each([
    { name: 'to the firewall', all: [toFirewall], truth: ['VirtualAppliance 10.0.1.4'] },
    { name: 'halves go past it', all: [toFirewall, ['0.0.0.0/1', 'Internet'], ['128.0.0.0/1', 'Internet']], truth: ['Internet'] },
    { name: 'one half goes past it', all: [toFirewall, ['128.0.0.0/1', 'Internet']], truth: ['Internet', 'VirtualAppliance 10.0.1.4'] },
    { name: 'many go past it', all: [toFirewall, ['20.0.0.0/7', 'Internet']], truth: ['Internet', 'VirtualAppliance 10.0.1.4'] },
    { name: 'few go past it', all: [toFirewall, ['20.0.0.0/8', 'Internet']], truth: ['VirtualAppliance 10.0.1.4'] },
    {
      name: 'many that come back by longer prefixes',
      all: [toFirewall, ['20.0.0.0/7', 'Internet'], ['20.0.0.0/8', 'VirtualAppliance', '10.0.1.4']],
      truth: ['VirtualAppliance 10.0.1.4'],
    },
    { name: 'all of Azure goes past it', all: [toFirewall, ['AzureCloud', 'Internet']], truth: ['VirtualAppliance 10.0.1.4', 'unknown'] },
    { name: 'one service goes past it', all: [toFirewall, ['AzureMonitor', 'Internet']], truth: ['VirtualAppliance 10.0.1.4'] },
    {
      name: 'halves go to another appliance',
      all: [toFirewall, ['0.0.0.0/1', 'VirtualAppliance', '10.0.7.7'], ['128.0.0.0/1', 'VirtualAppliance', '10.0.7.7']],
      truth: ['VirtualAppliance 10.0.7.7'],
    },
    {
      name: 'private addresses go elsewhere',
      all: [toFirewall, ['10.0.0.0/8', 'VirtualAppliance', '10.0.7.7'], ['10.9.0.0/16', 'VnetLocal']],
      truth: ['VirtualAppliance 10.0.1.4'],
    },
    {
      name: 'halves alone, both to the firewall',
      all: [
        ['0.0.0.0/1', 'VirtualAppliance', '10.0.1.4'],
        ['128.0.0.0/1', 'VirtualAppliance', '10.0.1.4'],
      ],
      truth: ['VirtualAppliance 10.0.1.4'],
    },
    { name: 'one half alone', all: [['0.0.0.0/1', 'VirtualAppliance', '10.0.1.4']], truth: ['Default', 'VirtualAppliance 10.0.1.4'] },
    { name: 'nowhere', all: [['0.0.0.0/0', 'None']], truth: ['None'] },
  ] as const)('$name: $truth', ({ all: table, truth }) => {
    const { defaultRoutes } = exposureIn(modelOf([routed, routes(...table), pip, plain, fw()]));
    expect(defaultRoutes.map(({ nextHop, address }) => [nextHop, ...(address === null ? [] : [address])].join(' ')).sort()).toEqual(truth);
  });
});

const scaleSetStates: readonly State[] = [
  { name: 'a scale set without a model', rows: [guarded, ssh, row('virtualMachineScaleSets', 'vmss', {})], truth: 'unsaid' },
  {
    name: 'a scale set whose model has no interfaces',
    rows: [guarded, ssh, row('virtualMachineScaleSets', 'vmss', { orchestrationMode: 'Uniform', virtualMachineProfile: {} })],
    truth: 'unsaid',
  },
  {
    name: 'a flexible one without a model, whose machines have interfaces of their own',
    rows: [guarded, ssh, row('virtualMachineScaleSets', 'vmss', { orchestrationMode: 'Flexible' })],
    truth: 'shut',
  },
  {
    name: 'an address for each instance, from a prefix',
    rows: [
      guarded,
      ssh,
      row('virtualMachineScaleSets', 'vmss', {
        virtualMachineProfile: {
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                name: 'n',
                properties: {
                  ipConfigurations: [
                    {
                      name: 'c',
                      properties: {
                        subnet: { id: subnetId() },
                        publicIPAddressConfiguration: {
                          name: 'p',
                          sku: { name: 'Standard' },
                          properties: { publicIPPrefix: reference('publicIPPrefixes', 'x') },
                        },
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      }),
    ],
    truth: 'open',
  },
  {
    name: 'two interfaces, of which the second is open',
    rows: [
      guarded,
      rules(),
      group('nsg-open', [rule()]),
      network([{ group: 'nsg' }, { name: 'front', prefix: '10.0.3.0/24', group: 'nsg-open' }]),
      row('virtualMachineScaleSets', 'vmss', {
        virtualMachineProfile: {
          networkProfile: {
            networkInterfaceConfigurations: [
              { name: 'n', properties: { ipConfigurations: [{ name: 'c', properties: { subnet: { id: subnetId() } } }] } },
              {
                name: 'm',
                properties: {
                  ipConfigurations: [
                    {
                      name: 'c',
                      properties: {
                        subnet: { id: subnetId('front') },
                        publicIPAddressConfiguration: { name: 'p', sku: { name: 'Standard' } },
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      }),
    ],
    truth: 'open',
  },
];
describe('what Azure does: scale sets', () => {
  test.each(scaleSetStates)('$name: $truth', (state) => {
    const exposure = exposureIn(modelOf(state.rows), idOf('virtualMachineScaleSets', 'vmss', 'rg', 'Microsoft.Compute'));
    expect(contradictionOf(state, exposure)).toBeNull();
  });
});
