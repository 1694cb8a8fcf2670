import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check as managementPorts } from '../../src/checks/access-management-ports.ts';
import { check as firewallPath } from '../../src/checks/firewall-path.ts';
import { check as networkExposure } from '../../src/checks/network-exposure.ts';
import type { NetworkProtocol, OpenRule, Reach, UnknownReach } from '../../src/domain/exposure.ts';
import { judgeAll, resourceOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Network/networkInterfaces', 'web-nic');
const network = '/subscriptions/1/resourcegroups/shop/providers/microsoft.network';
const subnet = `${network}/virtualnetworks/prod/subnets/web`;
const machine = '/subscriptions/1/resourcegroups/shop/providers/microsoft.compute/virtualmachines/web';
const allow = [
  { from: ['Internet'], to: { resource: machine }, ports: '443', protocol: 'Tcp', owner: 'Jane Doe', reason: 'the shop' },
  { from: ['203.0.113.0/24', 'AzureDevOps'], to: { name: 'web*' }, ports: '22', protocol: 'any', owner: 'Jane Doe', reason: 'deliveries' },
];
const parameters = { 'network-exposure': { allow }, 'access-management-ports': {}, 'firewall-path': {} };
const checks = { 'network-exposure': networkExposure, 'access-management-ports': managementPorts, 'firewall-path': firewallPath };
type Id = keyof typeof checks;

const protocol = fc.constantFrom<NetworkProtocol>('Tcp', 'Udp', 'Icmp', 'any');
const ports = fc.constantFrom('22', '443', '20-30', '3389, 8000-8100', '*', 'nonsense');
const tags = fc.subarray(['AzureDevOps', 'AzureCloud']);
const sources = fc.constantFrom(['Internet'], ['203.0.113.0/25'], ['203.0.113.0/24', '198.51.100.7'], ['somewhere']);
const reach: fc.Arbitrary<Reach> = fc
  .record({ protocol, ports, isDirect: fc.boolean(), sources, tags, isProtected: fc.boolean(), isExposed: fc.boolean() })
  .map(({ isDirect, isProtected, isExposed, ...own }) => ({
    ...own,
    outcome: isExposed ? 'exposed' : 'narrow',
    entryPorts: isDirect ? own.ports : '8443',
    rules: ['nsg/allow (priority 100)'],
    entry: {
      ...{ kind: 'load-balancer', id: `${network}/loadbalancers/front`, rule: null, addresses: [], isProtected },
      ...{ protocol: own.protocol, ports: own.ports, backendPorts: own.ports },
    },
  }));
const unknown: fc.Arbitrary<UnknownReach> = fc.record({ protocol, ports, tags, why: fc.constant('something is missing') });
const latent: fc.Arbitrary<OpenRule> = fc.record({ protocol, ports, sources, rules: fc.constant(['nsg/allow (priority 100)']) });
const world = fc.record({
  reaches: fc.array(reach, { maxLength: 3 }),
  unknown: fc.array(unknown, { maxLength: 2 }),
  latent: fc.array(latent, { maxLength: 2 }),
});
type World = typeof world extends fc.Arbitrary<infer One> ? One : never;

const gravity = { pass: 0, unknown: 1, fail: 2 };
const place = { machine, subnets: [{ id: subnet }], defaultRoutes: [{ subnet, nextHop: 'None', address: null, firewall: null }] };
const judge = (id: Id, seen: World) =>
  judgeAll(
    checks[id],
    { exposure: { ...place, entries: seen.reaches.map(({ entry }) => entry), ...seen } },
    { subject, parameters: parameters[id] },
  );
const gravities = (id: Id, seen: World) => judge(id, seen).map(({ status }) => gravity[status]);

describe.each(Object.keys(checks) as Id[])('%s', (id) => {
  test('the made-up facts hold passes, fails and unknowns, so that the laws below say something', () => {
    const found = new Set(fc.sample(world, 1_000).flatMap((seen) => judge(id, seen).map(({ status }) => status)));
    expect([...found].sort()).toEqual(['fail', 'pass', 'unknown']);
  });

  test('one way in more, or one thing less that is known, never makes it better', () => {
    fc.assert(
      fc.property(world, reach, unknown, (seen, more, less) => {
        const before = gravities(id, seen);
        for (const after of [
          gravities(id, { ...seen, reaches: [...seen.reaches, more] }),
          gravities(id, { ...seen, unknown: [...seen.unknown, less] }),
        ]) {
          for (const [index, one] of after.entries()) expect(one).toBeGreaterThanOrEqual(before[index] ?? 0);
        }
      }),
    );
  });

  test('a way in of which nothing but its ports is known any more never makes a failure pass', () => {
    fc.assert(
      fc.property(reach, ({ protocol: own, ports: at, ...rest }) => {
        const seen = { reaches: [{ protocol: own, ports: at, ...rest }], unknown: [], latent: [] };
        // Where only the port outside is well known, what cannot be known has lost it.
        const entry = { ...seen.reaches[0], entryPorts: at } as Reach;
        const blind = { ...seen, reaches: [], unknown: [{ protocol: own, ports: at, tags: [], why: 'something is missing' }] };
        const [before, after] = [judge(id, { ...seen, reaches: [entry] }), judge(id, blind)];
        before.forEach(({ status }, index) => {
          if (status === 'fail') expect(after[index]?.status).toBe('unknown');
        });
      }),
    );
  });

  test('what is latent changes nothing, nor does the order', () => {
    const shuffled = world.chain((seen) =>
      fc.tuple(fc.constant(seen), fc.shuffledSubarray([...seen.reaches], { minLength: seen.reaches.length })),
    );
    fc.assert(
      fc.property(shuffled, ([seen, reaches]) => {
        expect(gravities(id, { ...seen, latent: [], reaches })).toEqual(gravities(id, seen));
      }),
    );
  });
});
