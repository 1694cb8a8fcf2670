import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { check } from '../../src/checks/network-exposure.ts';
import type { Exposure, Reach, UnknownReach } from '../../src/domain/exposure.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';
import type { Resource } from '../../src/domain/subject.ts';
import type { AllowEntry } from '../../src/network/allow-entry.ts';
import { portSetOf } from '../../src/network/port-set.ts';
import { partsAt } from '../../src/network/ports-within.ts';
import { type AllowProposal, proposeAllow, type ReachableSubject } from '../../src/network/propose-allow.ts';
import { judgeAll } from '../support/judge.ts';

const group = '/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.network';
const front = `${group}/loadbalancers/front`;
const management = [
  { protocol: 'Tcp', ports: '22, 3389' },
  { protocol: 'Udp', ports: '3389' },
] as const;

function reach(ports: string, changes: Partial<Reach> = {}): Reach {
  const entry = {
    kind: 'load-balancer',
    id: front,
    rule: 'https',
    addresses: ['198.51.100.7'],
    protocol: 'Tcp',
    ports,
    backendPorts: ports,
    isProtected: false,
  } as const;
  return {
    outcome: 'exposed',
    entry,
    protocol: 'Tcp',
    ports,
    entryPorts: ports,
    sources: ['Internet'],
    tags: [],
    rules: ['web/a'],
    ...changes,
  };
}

function subjectOf(name: string): Resource {
  const subject = resourceFromId(`${group}/networkinterfaces/${name}`);
  if (subject === null) throw new Error(`${name} gives no id`);
  return subject;
}

function place(
  name: string,
  reaches: readonly Reach[],
  changes: Partial<ReachableSubject> & { readonly unknown?: readonly UnknownReach[] } = {},
) {
  const exposure: Exposure = {
    outcome: 'exposed',
    machine: null,
    addresses: [],
    subnets: [],
    publicAddresses: [],
    entries: [],
    reaches,
    latent: [],
    unknown: changes.unknown ?? [],
    defaultRoutes: [],
  };
  return { subject: subjectOf(name), exposure, allow: changes.allow ?? [] };
}

const shortly = (id: string) => id.split('/').slice(-1).join();

function textOf({ proposed, declined }: AllowProposal): readonly string[] {
  return [
    ...proposed.map(({ from, to, ports, protocol }) => `${from.join()} -> ${shortly(to.resource)} ${protocol} ${ports}`),
    ...declined.map(({ why, text, subject }) => `${why}: ${shortly(subject)} ${text.slice(text.indexOf(' to ') + 4).split(' through')[0]}`),
  ];
}

const propose = (...places: readonly ReachableSubject[]) => textOf(proposeAllow(places, [], management));

it.each<readonly [string, readonly ReachableSubject[], readonly string[]]>([
  ['one interface is named itself', [place('a', [reach('443')])], ['Internet -> a Tcp 443']],
  ['two behind one way share an entry', [place('a', [reach('443')]), place('b', [reach('443')])], ['Internet -> front Tcp 443']],
  [
    'two behind one way with other ports do not',
    [place('a', [reach('443')]), place('b', [reach('444')])],
    ['Internet -> a Tcp 443', 'Internet -> b Tcp 444'],
  ],
  ['ports of one interface stand in one entry', [place('a', [reach('443'), reach('80')])], ['Internet -> a Tcp 80, 443']],
  [
    'ports for administration are declined, to the port',
    [place('a', [reach('21-23')])],
    ['Internet -> a Tcp 21, 23', 'management: a Tcp 22'],
  ],
  ['also of another protocol that holds them', [place('a', [reach('22', { protocol: 'any' })])], ['management: a any protocol 22']],
  ['not of one that does not', [place('a', [reach('22', { protocol: 'Udp' })])], ['Internet -> a Udp 22']],
  [
    'a port for administration outside is one, whatever it leads to',
    [place('a', [reach('8022', { entryPorts: '22' })])],
    ['management: a Tcp 8022'],
  ],
  [
    'what is declined on one way is not let in by an entry for another',
    [place('a', [reach('8022', { entryPorts: '22' }), reach('8022')])],
    ['management: a Tcp 8022', 'management: a Tcp 8022'],
  ],
  ['every port at once is declined', [place('a', [reach('*')])], ['every-port: a Tcp, every port']],
  ['a protocol without ports is not', [place('a', [reach('*', { protocol: 'Icmp' })])], ['Internet -> a Icmp *']],
  [
    'an entry for several would let in what is declined for another: each is named itself',
    [place('a', [reach('8022')]), place('b', [reach('8022')]), place('c', [reach('8022', { entryPorts: '22' })])],
    ['Internet -> a Tcp 8022', 'Internet -> b Tcp 8022', 'management: c Tcp 8022'],
  ],
  [
    'what cannot be known is declined',
    [place('a', [], { unknown: [{ protocol: 'Tcp', ports: '443', tags: [], why: 'web to be read' }] })],
    ['unknown: a be read'],
  ],
  [
    'the Internet of one family is the Internet, as the list takes it',
    [place('a', [reach('443', { sources: ['Internet (IPv4)', '2001:db8::/32'] })])],
    ['Internet -> a Tcp 443'],
  ],
  [
    'tags stand for their addresses',
    [place('a', [reach('443', { tags: ['AzureFrontDoor.Backend'], sources: ['203.0.113.0/24', '198.51.100.0/24'] })])],
    ['AzureFrontDoor.Backend -> a Tcp 443'],
  ],
  [
    'a tag that would be everybody does not',
    [place('a', [reach('443', { tags: ['INTERNET'], sources: ['203.0.113.0/24'] })])],
    ['203.0.113.0/24 -> a Tcp 443'],
  ],
  [
    'a way whose id would be a reference is declined',
    [place('a', [reach('443', { entry: { ...reach('443').entry, id: `${front}\${env:HOME}` } })])],
    ['not-writable: a Tcp 443'],
  ],
])('%s', (_what, places, said) => {
  expect(propose(...places)).toEqual(said);
});

test('what stands in the list is not proposed again, and what nothing uses is told', () => {
  const entry = (ports: string): AllowEntry => ({
    from: ['Internet'],
    to: { resource: front },
    ports,
    protocol: 'Tcp',
    owner: 'Jane Doe',
    reason: 'the shop',
  });
  const list = [entry('443'), entry('8443')];
  const proposal = proposeAllow([place('a', [reach('443-444')], { allow: list })], list, management);
  expect(textOf(proposal)).toEqual(['Internet -> a Tcp 444']);
  expect(proposal.unused).toEqual([list[1]]);
});

/** What the check says of each, with the list signed. */
function judge({ subject, exposure }: ReachableSubject, allow: readonly object[]): ReadonlySet<string> {
  const judged = judgeAll(check, { exposure }, { subject: subjectOf(subject.name), parameters: { allow } });
  return new Set(judged.map(({ status }) => status));
}

test('signed, it makes the check pass of all but what was declined, and of nothing that was', () => {
  const sources = fc.constantFrom(['Internet'], ['203.0.113.0/24'], ['Internet (IPv4)'], ['198.51.100.7', '203.0.113.0/25']);
  const reaches = fc.array(
    fc.record({
      ports: fc.constantFrom('22', '20-25', '443', '80, 443', '8022', '*'),
      outside: fc.constantFrom(null, '22', '50001'),
      sources,
      protocol: fc.constantFrom<Reach['protocol']>('Tcp', 'Udp', 'any', 'Icmp'),
      entry: fc.constantFrom('front', 'back'),
    }),
    { maxLength: 4 },
  );
  const unknown = fc.array(fc.record({ protocol: fc.constantFrom<Reach['protocol']>('Tcp', 'any'), ports: fc.constantFrom('443', '*') }), {
    maxLength: 1,
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(reaches, unknown), { minLength: 1, maxLength: 3 }), (drawn) => {
      const places = drawn.map(([list, missing], index) =>
        place(
          `nic-${index}`,
          list.map(({ ports, outside, sources: from, protocol, entry }) =>
            reach(ports, {
              protocol,
              sources: from,
              entryPorts: outside ?? ports,
              entry: { ...reach(ports).entry, id: `${group}/loadbalancers/${entry}` },
            }),
          ),
          { unknown: missing.map((one) => ({ ...one, tags: [], why: 'not read' })) },
        ),
      );
      const { proposed, declined } = proposeAllow(places, [], management);
      const signed = proposed.map(({ from, to, ports, protocol }) => ({ from, to, ports, protocol, owner: 'Jane', reason: 'shop' }));
      for (const one of places) {
        const own = declined.filter(({ subject }) => subject === one.subject.id);
        expect(judge(one, signed)).toEqual(
          new Set([own.some(({ why }) => why !== 'unknown') ? 'fail' : own.length > 0 ? 'unknown' : 'pass']),
        );
      }
      for (const { ports, protocol } of proposed) {
        expect(protocol === 'Icmp' ? [] : partsAt({ protocol, ports }, management)).toEqual([]);
        expect(portSetOf([ports])).not.toBeNull();
      }
    }),
    { numRuns: 300 },
  );
});
