import { describe, expect, test } from 'vitest';
import {
  admin,
  adminRule,
  agw,
  balancer,
  balancing,
  contradictionOf,
  gateway,
  guarded,
  inPool,
  inside,
  pip,
  plain,
  privateFront,
  privateGate,
  publicFront,
  rules,
  type State,
  ssh,
  withGate,
} from './azure-states.ts';
import { exposureIn, modelOf, reference, rule, subnetId } from './estate-rows.ts';

const balancerStates: readonly State[] = [
  {
    name: 'two frontends, the rule is of the public one',
    rows: [guarded, ssh, pip, inPool, balancer({ fronts: { a: privateFront, b: publicFront }, rules: [balancing('b')] })],
    truth: 'open',
  },
  {
    name: 'two frontends, the rule is of the private one',
    rows: [guarded, ssh, pip, inPool, balancer({ fronts: { a: privateFront, b: publicFront }, rules: [balancing('a')] })],
    truth: 'shut',
  },
  {
    name: 'all ports of a private frontend',
    rows: [guarded, ssh, pip, inPool, balancer({ fronts: { a: privateFront }, rules: [balancing('a', 0, { protocol: 'All' })] })],
    truth: 'shut',
  },
  {
    name: 'several pools in one rule',
    rows: [
      guarded,
      ssh,
      pip,
      inPool,
      balancer({
        fronts: { b: publicFront },
        rules: [
          balancing('b', 22, {
            backendAddressPool: null,
            backendAddressPools: [inside('loadBalancers', 'lb', 'backendAddressPools', 'pool')],
          }),
        ],
      }),
    ],
    truth: 'open',
  },
  {
    name: 'a pool that holds the address of a subnet',
    rows: [
      guarded,
      ssh,
      pip,
      plain,
      balancer({
        fronts: { b: publicFront },
        rules: [balancing('b')],
        pool: { loadBalancerBackendAddresses: [{ name: 'm', properties: { ipAddress: '10.0.0.4', subnet: { id: subnetId() } } }] },
      }),
    ],
    truth: 'open',
  },
  {
    name: 'floating, the rule names the frontend',
    rows: [
      guarded,
      pip,
      inPool,
      rules(rule({ to: '20.1.1.1' })),
      balancer({ fronts: { b: publicFront }, rules: [balancing('b', 22, { enableFloatingIP: true })] }),
    ],
    truth: 'open',
  },
  {
    name: 'outbound rules only',
    rows: [
      guarded,
      ssh,
      pip,
      inPool,
      balancer({
        fronts: { b: publicFront },
        rules: [],
        more: {
          outboundRules: [
            {
              name: 'o',
              properties: {
                backendAddressPool: inside('loadBalancers', 'lb', 'backendAddressPools', 'pool'),
                frontendIPConfigurations: [inside('loadBalancers', 'lb', 'frontendIPConfigurations', 'b')],
                protocol: 'All',
              },
            },
          ],
        },
      }),
    ],
    truth: 'shut',
  },
  {
    name: 'a gateway balancer hands on',
    rows: [
      guarded,
      rules(rule({ port: '*', protocol: '*' })),
      inPool,
      balancer({ sku: { name: 'Gateway' }, fronts: { a: privateFront }, rules: [balancing('a', 0, { protocol: 'All' })] }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'pools that cannot be read may hold its address',
    rows: [
      guarded,
      ssh,
      pip,
      plain,
      balancer({ fronts: { b: publicFront }, rules: [balancing('b')], more: { backendAddressPools: 'many' } }),
    ],
    truth: 'unsaid',
  },
  {
    name: 'a private frontend that a private link service shares',
    rows: [
      guarded,
      rules(),
      inPool,
      balancer({
        fronts: { a: { ...privateFront, privateLinkService: reference('privateLinkServices', 'pls') } },
        rules: [balancing('a')],
      }),
    ],
    truth: 'unsaid',
  },
];

const gatewayStates: readonly State[] = [
  { name: 'private frontend only', rows: [withGate, rules(), gateway({ front: privateGate }), plain], truth: 'shut' },
  {
    name: 'private frontend that private endpoints can be made to',
    rows: [
      withGate,
      rules(),
      gateway({ front: { ...privateGate, privateLinkConfiguration: inside(agw, 'agw', 'privateLinkConfigurations', 'p') } }),
      plain,
    ],
    truth: 'unsaid',
  },
  {
    name: 'redirects only',
    rows: [
      withGate,
      rules(),
      pip,
      gateway({
        routing: {
          backendAddressPool: null,
          backendHttpSettings: null,
          redirectConfiguration: inside(agw, 'agw', 'redirectConfigurations', 'r'),
        },
      }),
      plain,
    ],
    truth: 'shut',
  },
  {
    name: 'a path rule leads to it',
    rows: [
      withGate,
      rules(),
      pip,
      gateway({
        routing: { backendAddressPool: null, backendHttpSettings: null, urlPathMap: inside(agw, 'agw', 'urlPathMaps', 'm') },
        more: {
          urlPathMaps: [
            {
              ...inside(agw, 'agw', 'urlPathMaps', 'm'),
              name: 'm',
              properties: {
                pathRules: [
                  {
                    name: 'p',
                    properties: {
                      paths: ['/a'],
                      backendAddressPool: inside(agw, 'agw', 'backendAddressPools', 'pool'),
                      backendHttpSettings: inside(agw, 'agw', 'backendHttpSettingsCollection', 'set'),
                    },
                  },
                ],
              },
            },
          ],
        },
      }),
      plain,
    ],
    truth: 'open',
  },
  {
    name: 'a name that nobody resolves',
    rows: [withGate, rules(), pip, gateway({ pool: { backendAddresses: [{ fqdn: 'app.internal.example' }] } }), plain],
    truth: 'unsaid',
  },
  {
    name: 'Deny of a network manager, which gateways do not heed',
    rows: [
      withGate,
      rules(),
      pip,
      gateway(),
      plain,
      admin([adminRule('Deny', 10, 'one', { sources: [{ addressPrefix: 'Internet', addressPrefixType: 'ServiceTag' }] })]),
    ],
    truth: 'unsaid',
  },
  {
    name: 'pools that cannot be read may hold its address',
    rows: [withGate, rules(), pip, gateway({ more: { backendAddressPools: 'many' } }), plain],
    truth: 'unsaid',
  },
];

describe('what Azure does: load balancers', () => {
  test.each(balancerStates)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});

describe('what Azure does: application gateways', () => {
  test.each(gatewayStates)('$name: $truth', (state) => {
    expect(contradictionOf(state, exposureIn(modelOf(state.rows, state.knowledge)))).toBeNull();
  });
});
