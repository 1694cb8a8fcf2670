import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkPicture } from '../../src/domain/network-picture.ts';
import type { AllowEntry } from '../../src/network/allow-entry.ts';
import { subtractAllowed } from '../../src/network/allow-list.ts';
import { type PicturedSubject, pictureOf } from '../../src/network/network-picture.ts';
import { allowing, entryOf, exposedBy, pictured, reachOf, threeHundred, unknownBecause } from '../support/pictured-network.ts';

const balancer = entryOf('load-balancer', 'lb', '203.0.113.6');

function draw(subjects: readonly PicturedSubject[], allow: readonly AllowEntry[] = [], unlisted: readonly string[] = []): NetworkPicture {
  return pictureOf({ subjects, allowFor: () => allow, unlisted });
}

/** `lb -> a+b: Tcp 443 from Internet, exposed not allowed` */
function told({ arrows, entries, subnets }: NetworkPicture): readonly string[] {
  const nameOf = new Map(entries.map(({ id, name }) => [id, name]));
  const membersOf = new Map(
    subnets.flatMap(({ groups }) => groups.map(({ id, members }) => [id, members.map(({ name }) => name).join('+')] as const)),
  );
  return arrows.map(
    ({ entry, servers, ports, sources, outcome, isAllowed }) =>
      `${nameOf.get(entry)} -> ${membersOf.get(servers)}: ${ports}${sources === '' ? '' : ` from ${sources}`}, ${outcome}${isAllowed ? ' allowed' : ''}`,
  );
}

describe('ways that are drawn', () => {
  const two = (first: Parameters<typeof pictured>[2], second = first): readonly PicturedSubject[] => [
    pictured('a', 'net / web', first),
    pictured('b', 'net / web', second),
  ];
  const own = (name: string, ports = '22') => exposedBy(reachOf(entryOf('public-ip', name, '203.0.113.7'), ports));
  it.each<[string, readonly PicturedSubject[], readonly AllowEntry[], readonly string[]]>([
    ['nothing of who is closed', two({}), [], []],
    ['nothing of an open rule without a way in', two({ outcome: 'latent' }), [], []],
    ['servers that are reached alike, once', two(exposedBy(reachOf(balancer, '443'))), [], ['lb -> a+b: Tcp 443 from Internet, exposed']],
    [
      'servers that are reached at other ports, apart',
      two(exposedBy(reachOf(balancer, '443')), exposedBy(reachOf(balancer, '444'))),
      [],
      ['lb -> a: Tcp 443 from Internet, exposed', 'lb -> b: Tcp 444 from Internet, exposed'],
    ],
    [
      'servers of two subnets, apart',
      [pictured('a', 'net / web', exposedBy(reachOf(balancer, '443'))), pictured('b', 'net / app', exposedBy(reachOf(balancer, '443')))],
      [],
      ['lb -> b: Tcp 443 from Internet, exposed', 'lb -> a: Tcp 443 from Internet, exposed'],
    ],
    ['addresses of their own, as one', two(own('pip-a'), own('pip-b')), [], ['2 public addresses -> a+b: Tcp 22 from Internet, exposed']],
    ['one of its own, by its name', [pictured('a', 'net / web', own('pip-a'))], [], ['pip-a -> a: Tcp 22 from Internet, exposed']],
    [
      'rules of one balancer, together',
      [
        pictured(
          'a',
          'net / web',
          exposedBy(
            reachOf(balancer, '443'),
            reachOf(balancer, '22', { entryPorts: '50001' }),
            reachOf(balancer, '53', { protocol: 'Udp' }),
          ),
        ),
      ],
      [],
      ['lb -> a: Tcp 443, 50001 → 22; Udp 53 from Internet, exposed'],
    ],
    [
      'protocols without ports, without ports',
      [pictured('a', 'net / web', exposedBy(reachOf(balancer, '*', { protocol: 'Icmp' }), reachOf(balancer, '*', { protocol: 'Udp' })))],
      [],
      ['lb -> a: Icmp; Udp, every port from Internet, exposed'],
    ],
    [
      'what is allowed as allowed',
      two(exposedBy(reachOf(balancer, '443'))),
      [allowing({})],
      ['lb -> a+b: Tcp 443 from Internet, exposed allowed'],
    ],
    [
      'what is allowed to one of them, apart',
      two(exposedBy(reachOf(balancer, '443'))),
      [allowing({ to: { name: 'a' } })],
      ['lb -> b: Tcp 443 from Internet, exposed', 'lb -> a: Tcp 443 from Internet, exposed allowed'],
    ],
    [
      'ports that are allowed beside ports that are not',
      [pictured('a', 'net / web', exposedBy(reachOf(balancer, '22, 443')))],
      [allowing({})],
      ['lb -> a: Tcp 22 from Internet, exposed', 'lb -> a: Tcp 443 from Internet, exposed allowed'],
    ],
    [
      'sources that are allowed beside those that are not',
      [pictured('a', 'net / web', exposedBy(reachOf(balancer, '443')))],
      [allowing({ from: ['203.0.113.0/24'] })],
      ['lb -> a: Tcp 443 from Internet but for 203.0.113.0/24, exposed', 'lb -> a: Tcp 443 from 203.0.113.0/24, exposed allowed'],
    ],
    [
      'of every protocol but one that is allowed',
      [pictured('a', 'net / web', exposedBy(reachOf(balancer, '*', { protocol: 'any' })))],
      [allowing({ protocol: 'Tcp', ports: '*' })],
      ['lb -> a: Ah, Esp, Icmp; Udp, every port from Internet, exposed', 'lb -> a: Tcp, every port from Internet, exposed allowed'],
    ],
    [
      'service tags by their names',
      [
        pictured(
          'a',
          'net / web',
          exposedBy(reachOf(balancer, '443', { outcome: 'narrow', sources: ['192.0.2.0/24'], tags: ['AzureCloud'] })),
        ),
      ],
      [],
      ['lb -> a: Tcp 443 from AzureCloud, narrow'],
    ],
    [
      'what cannot be known with its reason, after what is open and before what is allowed',
      [
        pictured('c', 'net / web', unknownBecause('nobody knows', '22')),
        ...two(exposedBy(reachOf(balancer, '443')), exposedBy(reachOf(balancer, '80'))),
      ],
      [allowing({})],
      [
        'lb -> b: Tcp 80 from Internet, exposed',
        'nobody knows -> c: any protocol 22, unknown',
        'lb -> a: Tcp 443 from Internet, exposed allowed',
      ],
    ],
    [
      'a fact that could not be had as what cannot be known',
      [{ ...pictured('a', 'net / web'), exposure: { fault: { code: 'malformed', message: 'its row cannot be read' } } }],
      [allowing({ ports: '*', protocol: 'any' })],
      ['its row cannot be read -> nic-a: any protocol, every port, unknown'],
    ],
    [
      'tags whose addresses nobody gave, allowed by name',
      [
        pictured('a', 'net / web', {
          outcome: 'unknown',
          unknown: [{ protocol: 'Tcp', ports: '443', tags: ['AzureCloud'], why: 'the addresses of AzureCloud are not known' }],
        }),
      ],
      [allowing({ from: ['AzureCloud'] })],
      ['the addresses of AzureCloud are not known -> a: Tcp 443, unknown allowed'],
    ],
  ])('%s', (_name, subjects, allow, ways) => {
    expect(told(draw(subjects, allow))).toEqual(ways);
  });
});

describe('the picture', () => {
  it('counts who is not drawn, by outcome and by subnet', () => {
    const picture = draw([
      pictured('a', 'net / web', exposedBy(reachOf(balancer, '443'))),
      pictured('b', 'net / web', { outcome: 'latent' }),
      pictured('c', 'net / web'),
      pictured('d', 'net / app'),
    ]);
    expect(picture).toMatchObject({ interfaces: 4, notDrawn: { exposed: 0, narrow: 0, unknown: 0, latent: 1, closed: 2 } });
    expect(picture.subnets.map(({ name, others }) => [name, others])).toEqual([['net / web', 2]]);
  });

  it('leaves out the least grave where there is too much, and counts them as what they are', () => {
    const subjects = Array.from({ length: 500 }, (_, index) =>
      pictured(
        `vm-${index}`,
        `net / sub-${index}`,
        index < 450 ? exposedBy(reachOf(balancer, '443')) : unknownBecause(`no rules of ${index}`),
      ),
    );
    const allow = [allowing({ to: { name: 'vm-4*' } })];
    const { arrows, notDrawn } = draw(subjects, allow);
    expect(arrows).toHaveLength(400);
    // vm-4, 40-49 and 400-449 are meant.
    expect(arrows.filter(({ isAllowed }) => isAllowed)).toHaveLength(0);
    expect(arrows.filter(({ outcome, isAllowed }) => outcome === 'exposed' && !isAllowed)).toHaveLength(389);
    expect(notDrawn).toEqual({ exposed: 61, narrow: 0, unknown: 39, latent: 0, closed: 0 });
  });

  it('says where interfaces may be missing', () => {
    expect(draw([], [], ['b', 'a']).unlisted).toEqual(['a', 'b']);
  });

  it('joins the addresses of a balancer from all that it leads to', () => {
    const other = entryOf('nat-rule', 'lb', '203.0.113.9');
    const picture = draw([
      pictured('a', 'net / web', exposedBy(reachOf(other, '22'))),
      pictured('b', 'net / app', exposedBy(reachOf(balancer, '443'))),
    ]);
    expect(picture.entries).toMatchObject([{ kind: 'load-balancer', name: 'lb', addresses: ['203.0.113.6', '203.0.113.9'] }]);
  });

  it('is the same whatever the order of the facts', () => {
    const { subjects, allow } = threeHundred();
    const expected = draw(subjects, allow);
    fc.assert(
      fc.property(fc.shuffledSubarray([...subjects], { minLength: subjects.length }), (shuffled) => {
        expect(draw(shuffled, allow)).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });

  it('shows of nobody less than the check fails for, whatever is allowed', () => {
    const { subjects } = threeHundred();
    const entry = fc.record({
      ports: fc.constantFrom('443', '8443', '22', '5671', '20-30', '*'),
      name: fc.constantFrom('*', '*-web-*', 'vm-dev-*', '*ingest*', 'vm-prod-weu-jump'),
      from: fc.constantFrom('Internet', '192.0.2.0/24', '198.51.100.0/24', '192.0.2.7'),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
        const allow = entries.map(({ ports, name, from }) => allowing({ ports, to: { name }, from: [from] }));
        const { arrows, subnets } = draw(subjects, allow);
        const membersOf = new Map(
          subnets.flatMap(({ groups }) => groups.map(({ id, members }) => [id, members.map((one) => one.id)] as const)),
        );
        const shown = (isShown: (arrow: (typeof arrows)[number]) => boolean) =>
          new Set(arrows.filter(isShown).flatMap(({ servers }) => membersOf.get(servers) ?? []));
        const [outside, unsure] = [
          shown(({ outcome, isAllowed }) => outcome !== 'unknown' && !isAllowed),
          shown(({ outcome, isAllowed }) => outcome === 'unknown' && !isAllowed),
        ];
        for (const { subject, exposure } of subjects) {
          if ('fault' in exposure) continue;
          const isLeft = exposure.reaches.some((reach) => subtractAllowed(allow, { subject, exposure }, reach).left.length > 0);
          expect(outside.has(subject.id)).toBe(isLeft);
          expect(unsure.has(subject.id)).toBe(exposure.unknown.length > 0);
        }
      }),
      { numRuns: 40 },
    );
  });
});
