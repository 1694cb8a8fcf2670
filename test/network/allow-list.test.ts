import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NetworkProtocol } from '../../src/domain/exposure.ts';
import { addressSetOf, holdsAddress } from '../../src/network/address-set.ts';
import { type AllowEntry, isDestination, type ReachedSubject } from '../../src/network/allow-entry.ts';
import { subtractAllowed, subtractAllowedUnknown } from '../../src/network/allow-list.ts';
import { holdsPort, portSetOf } from '../../src/network/port-set.ts';

const group = '/subscriptions/0000-1/resourcegroups/shop';
const place: ReachedSubject = {
  subject: { id: `${group}/providers/microsoft.network/networkinterfaces/web-nic`, name: 'web-nic', subscription: '0000-1' },
  exposure: {
    machine: `${group}/providers/microsoft.compute/virtualmachines/web`,
    subnets: [{ id: `${group}/providers/microsoft.network/virtualnetworks/v/subnets/web` }],
  },
};
const entryId = `${group}/providers/microsoft.network/loadbalancers/front`;
const entry: AllowEntry = {
  from: ['Internet'],
  to: { subscription: '0000-1' },
  ports: '443',
  protocol: 'Tcp',
  owner: 'Jane Doe',
  reason: 'the shop',
};
const reach = {
  outcome: 'exposed' as 'exposed' | 'narrow',
  protocol: 'Tcp' as NetworkProtocol,
  ports: '443',
  sources: ['Internet'],
  tags: [] as readonly string[],
  entry: { id: entryId },
};

/** `exposed Tcp 443 from Internet` */
function leftOf(change: Partial<typeof reach>, entries: readonly Partial<AllowEntry>[]): readonly string[] {
  return subtractAllowed(
    entries.map((one) => ({ ...entry, ...one })),
    place,
    { ...reach, ...change },
  ).left.map(({ outcome, protocol, ports, sources }) => `${outcome} ${protocol} ${ports} from ${sources.join(', ')}`);
}

describe('what is left of a reach', () => {
  test.each<[string, Partial<typeof reach>, readonly Partial<AllowEntry>[], readonly string[]]>([
    ['no entry', {}, [], ['exposed Tcp 443 from Internet']],
    ['all of it allowed', {}, [{}], []],
    ['the port beside it', {}, [{ ports: '442, 444' }], ['exposed Tcp 443 from Internet']],
    ['a part of the ports', { ports: '80, 440-450' }, [{ ports: '443' }], ['exposed Tcp 80, 440-442, 444-450 from Internet']],
    ['every port', { ports: '*' }, [{ ports: '*' }], []],
    ['two entries for two halves', { ports: '1-100' }, [{ ports: '1-50' }, { ports: '51-100' }], []],
    ['the other protocol', {}, [{ protocol: 'Udp' }], ['exposed Tcp 443 from Internet']],
    ['any protocol allowed', {}, [{ protocol: 'any' }], []],
    ['any protocol left', { protocol: 'any' }, [{ ports: '80' }], ['exposed any 443 from Internet']],
    [
      'each protocol that has a name',
      { protocol: 'any' },
      (['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah'] as const).map((protocol) => ({ protocol })),
      [],
    ],
    [
      'one protocol of any',
      { protocol: 'any' },
      [{}],
      ['exposed Ah 443 from Internet', 'exposed Esp 443 from Internet', 'exposed Icmp 443 from Internet', 'exposed Udp 443 from Internet'],
    ],
    [
      'one port of one protocol of any',
      { protocol: 'any', ports: '442-443' },
      [{}],
      [
        'exposed Ah 442-443 from Internet',
        'exposed Esp 442-443 from Internet',
        'exposed Icmp 442-443 from Internet',
        'exposed Tcp 442 from Internet',
        'exposed Udp 442-443 from Internet',
      ],
    ],
    [
      'the first half of IPv4',
      {},
      [{ from: ['0.0.0.0-203.0.113.255'] }],
      ['exposed Tcp 443 from 203.0.114.0-223.255.255.255, Internet (IPv6)'],
    ],
    [
      'some sources',
      { outcome: 'narrow', sources: ['203.0.113.0/24'] },
      [{ from: ['203.0.113.0/25'] }],
      ['narrow Tcp 443 from 203.0.113.128/25'],
    ],
    ['all sources', { outcome: 'narrow', sources: ['203.0.113.0/24'] }, [{ from: ['203.0.112.0-203.0.113.255'] }], []],
    [
      'one address too few',
      { sources: ['203.0.113.4-203.0.113.9'] },
      [{ from: ['203.0.113.4-203.0.113.8'] }],
      ['narrow Tcp 443 from 203.0.113.9'],
    ],
    ['sources of IPv6', { sources: ['2001:db8::/32'] }, [{ from: ['2001:db8::/33'] }], ['narrow Tcp 443 from 2001:db8:8000::/33']],
    ['IPv4 alone allows no IPv6', { sources: ['Internet'] }, [{ from: ['1.0.0.0-223.255.255.255'] }], ['exposed Tcp 443 from Internet']],
    ['IPv4 alone', { sources: ['Internet (IPv4)'] }, [{ from: ['1.0.0.0-223.255.255.255'] }], []],
    ['2^24 addresses left', { sources: ['8.0.0.0/7'] }, [{ from: ['9.0.0.0/8'] }], ['narrow Tcp 443 from 8.0.0.0/8']],
    ['one more left', { sources: ['8.0.0.0/7'] }, [{ from: ['9.0.0.1-9.255.255.255'] }], ['exposed Tcp 443 from 8.0.0.0/8, 9.0.0.0']],
    ['an IPv6 /32 left', { sources: ['2a00::/31'] }, [{ from: ['2a01::/32'] }], ['exposed Tcp 443 from 2a00::/31']],
    ['an IPv6 /32 of a /31 left', { sources: ['2a00::/31'] }, [{ from: ['2a00:1::/32'] }], ['narrow Tcp 443 from 2a00::/32']],
    ['narrow stays narrow', { outcome: 'narrow', sources: ['8.0.0.0/7'] }, [], ['narrow Tcp 443 from 8.0.0.0/7']],
    ['a tag', { tags: ['AzureDevOps'], sources: ['8.0.0.0/24'] }, [{ from: ['azuredevops'] }], []],
    ['another tag', { tags: ['AzureDevOps'], sources: ['8.0.0.0/24'] }, [{ from: ['AzureCloud'] }], ['narrow Tcp 443 from 8.0.0.0/24']],
    ['one of two tags', { tags: ['A', 'B'], sources: ['8.0.0.0/24'] }, [{ from: ['A'] }], ['narrow Tcp 443 from 8.0.0.0/24']],
    ['two tags in two entries', { tags: ['A', 'B'], sources: ['8.0.0.0/24'] }, [{ from: ['A'] }, { from: ['B'] }], []],
    [
      'two tags at two ports',
      { tags: ['A', 'B'], ports: '1-3', sources: ['8.0.0.0/24'] },
      [
        { from: ['A'], ports: '1-2' },
        { from: ['B'], ports: '2-3' },
      ],
      ['narrow Tcp 1, 3 from 8.0.0.0/24'],
    ],
    ['a tag by its addresses', { tags: ['A'], sources: ['8.0.0.0/24'] }, [{ from: ['8.0.0.0/24'] }], []],
    ['a tag allows nothing that has none', { sources: ['8.0.0.0/24'] }, [{ from: ['A'] }], ['narrow Tcp 443 from 8.0.0.0/24']],
    [
      'sources that nobody can read are all',
      { sources: ['somewhere'] },
      [{ from: ['0.0.0.0-223.255.255.255'] }],
      ['exposed Tcp 443 from 224.0.0.0/3, Internet (IPv6)'],
    ],
    ['no sources are all', { sources: [] }, [{ from: ['0.0.0.0-223.255.255.255'] }], ['exposed Tcp 443 from 224.0.0.0/3, Internet (IPv6)']],
    ['no ports are all', { ports: '' }, [{ ports: '1-65535' }], ['exposed Tcp 0 from Internet']],
    ['ports that nobody can read are all', { ports: 'some' }, [{ ports: '1-65535' }], ['exposed Tcp 0 from Internet']],
    ['an entry that nobody can read allows nothing', {}, [{ ports: 'some' }, { from: ['10.0.0.0/99'] }], ['exposed Tcp 443 from Internet']],
    ['an entry for nobody allows nothing', {}, [{ to: {} }], ['exposed Tcp 443 from Internet']],
  ])('%s', (_what, change, entries, left) => {
    expect(leftOf(change, entries)).toEqual(left);
  });

  test('says what is allowed of the sources', () => {
    const office = { ...entry, from: ['203.0.113.0/24', '10.0.0.0/8'] };
    const [part] = subtractAllowed([office], place, reach).left;
    expect(part?.allowedSources).toEqual(['203.0.113.0/24']);
    expect(part?.sources).toContain('203.0.114.0-223.255.255.255');
    expect(subtractAllowed([], place, reach).left[0]?.allowedSources).toEqual([]);
  });

  test('names the entries that allow some of it, in the order of the list', () => {
    const office = { ...entry, from: ['203.0.113.0/24'], reason: 'the office' };
    const elsewhere = { ...entry, from: ['198.51.100.0/24'] };
    const other = { ...office, ports: '80' };
    const otherProtocol = { ...office, protocol: 'Udp' as const };
    const byTag = { ...entry, from: ['A'], reason: 'a tag' };
    const seen = subtractAllowed([byTag, elsewhere, other, otherProtocol, office], place, {
      ...reach,
      sources: ['203.0.113.7'],
      tags: ['A', 'B'],
    });
    expect(seen).toEqual({ left: [], allowedBy: [byTag, office] });
  });
});

describe('what cannot be known', () => {
  const unknown = { protocol: 'Tcp' as NetworkProtocol, ports: '440-443', tags: ['A', 'B'] };
  test.each<[string, Partial<typeof unknown>, readonly Partial<AllowEntry>[], readonly string[]]>([
    ['no entry', {}, [], ['Tcp 440-443']],
    ['both tags', {}, [{ from: ['a', 'b'], ports: '1-1000' }], []],
    ['both tags, some ports', {}, [{ from: ['a', 'b'], ports: '443' }], ['Tcp 440-442']],
    ['both tags, another protocol', {}, [{ from: ['a', 'b'], ports: '*', protocol: 'Udp' }], ['Tcp 440-443']],
    ['one tag', {}, [{ from: ['a'], ports: '*' }], ['Tcp 440-443']],
    ['one tag and an address', {}, [{ from: ['a', '8.0.0.0/8'], ports: '*' }], ['Tcp 440-443']],
    ['the Internet', {}, [{ ports: '*' }], []],
    ['somewhere else', {}, [{ ports: '*', to: { resource: entryId } }], ['Tcp 440-443']],
    ['something else is missing', { tags: [] }, [{ ports: '*', from: ['Internet', 'A', 'B'], protocol: 'any' }], ['Tcp 440-443']],
  ])('%s', (_what, change, entries, left) => {
    const seen = subtractAllowedUnknown(
      entries.map((one) => ({ ...entry, ...one })),
      place,
      { ...unknown, ...change },
    );
    expect(seen.left.map(({ protocol, ports }) => `${protocol} ${ports}`)).toEqual(left);
  });
});

describe('a destination', () => {
  const subnet = place.exposure.subnets[0]?.id ?? '';
  const two = { ...place, exposure: { ...place.exposure, subnets: [{ id: subnet }, { id: `${subnet}2` }] } };
  test.each<[string, AllowEntry['to'], boolean, ReachedSubject?]>([
    ['nothing', {}, false],
    ['the interface', { resource: place.subject.id.toUpperCase() }, true],
    ['the machine', { resource: place.exposure.machine ?? '' }, true],
    ['what lets in', { resource: `${entryId}/` }, true],
    ['another resource', { resource: `${entryId}2` }, false],
    ['the beginning of an id', { resource: group }, false],
    ['the subnet', { subnet: subnet.toUpperCase() }, true],
    ['another subnet', { subnet: `${subnet}2` }, false],
    ['one of two subnets', { subnet }, false, two],
    ['a subnet of nowhere', { subnet }, false, { ...place, exposure: { ...place.exposure, subnets: [] } }],
    ['the group', { resourceGroup: '/subscriptions/0000-1/resourceGroups/Shop' }, true],
    ['a group whose name begins so', { resourceGroup: `${group.slice(0, -1)}` }, false],
    ['the subscription', { subscription: '/subscriptions/0000-1' }, true],
    ['another subscription', { subscription: '0000-2' }, false],
    ['the name of the interface', { name: 'Web-*' }, true],
    ['the name of the machine', { name: 'web' }, true],
    ['a name that only begins so', { name: 'we' }, false],
    ['a pattern that is no pattern of regular expressions', { name: 'we.' }, false],
    ['all of several', { name: 'web', subscription: '0000-1' }, true],
    ['not all of several', { name: 'web', subscription: '0000-2' }, false],
    ['the name of a machine that is not there', { name: 'web' }, false, { ...place, exposure: { ...place.exposure, machine: null } }],
  ])('%s', (_what, to, isNamed, at = place) => {
    expect(isDestination({ ...entry, to }, at, entryId)).toBe(isNamed);
  });

  test('what lets in is not known', () => {
    expect(isDestination({ ...entry, to: { resource: entryId } }, place, null)).toBe(false);
  });
});

/** A small world: 16 addresses of each family, 8 ports, 3 protocols, 2 tags. */
const protocols = ['Tcp', 'Udp', 'Icmp'] as const;
const pair = (most: number) =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]): readonly [number, number] => [Math.min(a, b), Math.max(a, b)]);
const addressOf = (family: 4 | 6, value: number) => (family === 4 ? `203.0.113.${value}` : `2a00::${value.toString(16)}`);
const span = fc.record({ family: fc.constantFrom(4 as const, 6 as const), range: pair(15) }).map(({ family, range: [first, last] }) => ({
  text: `${addressOf(family, first)}-${addressOf(family, last)}`,
  holds: (f: 4 | 6, value: number) => f === family && value >= first && value <= last,
}));
const cut = fc.record({
  spans: fc.array(span, { maxLength: 3 }),
  tags: fc.subarray(['A', 'B']),
  ports: fc.array(pair(7), { minLength: 1, maxLength: 2 }),
  protocol: fc.constantFrom(...protocols, 'any' as const),
  isHere: fc.boolean(),
});
type Cut = typeof cut extends fc.Arbitrary<infer One> ? One : never;
const portText = (ports: Cut['ports']) => ports.map(([first, last]) => `${first}-${last}`).join(', ');
const entryOf = ({ spans, tags, ports, protocol, isHere }: Cut): AllowEntry => ({
  ...entry,
  from: [...spans.map(({ text }) => text), ...tags],
  ports: portText(ports),
  protocol,
  to: { subscription: isHere ? '0000-1' : '0000-2' },
});
const world = fc.record({
  entries: fc.array(cut, { maxLength: 5 }),
  spans: fc.array(span, { minLength: 1, maxLength: 3 }),
  tags: fc.subarray(['A', 'B']),
  ports: fc.array(pair(7), { minLength: 1, maxLength: 2 }),
  protocol: fc.constantFrom(...protocols, 'any' as const),
});
type World = typeof world extends fc.Arbitrary<infer One> ? One : never;
const reachOf = ({ spans, tags, ports, protocol }: World) => ({
  ...reach,
  sources: spans.map(({ text }) => text),
  tags,
  ports: portText(ports),
  protocol,
});
const subtract = (seen: World, entries: readonly AllowEntry[]) => subtractAllowed(entries, place, reachOf(seen)).left;
const isIn = (ports: Cut['ports'], port: number) => ports.some(([first, last]) => port >= first && port <= last);
const isOf = (protocol: NetworkProtocol, one: NetworkProtocol) => protocol === 'any' || protocol === one;

/** Walks every address, port and protocol. */
function pointsLeft(seen: World): readonly string[] {
  const points: string[] = [];
  for (const protocol of protocols.filter((one) => isOf(seen.protocol, one))) {
    for (const port of [0, 1, 2, 3, 4, 5, 6, 7].filter((one) => isIn(seen.ports, one))) {
      const covering = seen.entries.filter((one) => one.isHere && isOf(one.protocol, protocol) && isIn(one.ports, port));
      if (seen.tags.length > 0 && seen.tags.every((tag) => covering.some(({ tags }) => tags.includes(tag)))) continue;
      for (const family of [4, 6] as const) {
        for (let value = 0; value < 16; value += 1) {
          if (!seen.spans.some(({ holds }) => holds(family, value))) continue;
          if (covering.some(({ spans }) => spans.some(({ holds }) => holds(family, value)))) continue;
          points.push(`${protocol} ${port} ${addressOf(family, value)}`);
        }
      }
    }
  }
  return points.sort();
}

function pointsOf(left: ReturnType<typeof subtract>): readonly string[] {
  const points = left.flatMap((part) =>
    protocols
      .filter((one) => isOf(part.protocol, one))
      .flatMap((protocol) =>
        [0, 1, 2, 3, 4, 5, 6, 7]
          .filter((port) => holdsPort(portSetOf([part.ports]) ?? [], port))
          .flatMap((port) =>
            ([4, 6] as const).flatMap((family) =>
              Array.from({ length: 16 }, (_, value) => addressOf(family, value))
                .filter((address) => holdsAddress(addressSetOf(part.sources) ?? { v4: [], v6: [] }, address))
                .map((address) => `${protocol} ${port} ${address}`),
            ),
          ),
      ),
  );
  return points.sort();
}

describe('laws', () => {
  test('what is left is what no entry names, address by address and port by port, each once', () => {
    fc.assert(
      fc.property(world, (seen) => {
        expect(pointsOf(subtract(seen, seen.entries.map(entryOf)))).toEqual(pointsLeft(seen));
      }),
      { numRuns: 1_000 },
    );
  });

  test('the order of the entries changes nothing', () => {
    const shuffled = world.chain((seen) =>
      fc.tuple(fc.constant(seen), fc.shuffledSubarray(seen.entries.map(entryOf), { minLength: seen.entries.length })),
    );
    fc.assert(
      fc.property(shuffled, ([seen, entries]) => {
        expect(subtract(seen, entries)).toEqual(subtract(seen, seen.entries.map(entryOf)));
      }),
    );
  });

  test('an entry cut into several changes nothing', () => {
    const pieces = (one: Cut): readonly Cut[] =>
      [
        ...one.spans.map((own) => ({ ...one, spans: [own], tags: [] })),
        ...one.tags.map((tag) => ({ ...one, spans: [], tags: [tag] })),
      ].flatMap((each) => each.ports.map((ports) => ({ ...each, ports: [ports] })));
    fc.assert(
      fc.property(world, (seen) => {
        expect(subtract(seen, seen.entries.flatMap(pieces).map(entryOf))).toEqual(subtract(seen, seen.entries.map(entryOf)));
      }),
    );
  });

  test('one entry more never leaves more', () => {
    fc.assert(
      fc.property(world, cut, (seen, more) => {
        const before = new Set(pointsOf(subtract(seen, seen.entries.map(entryOf))));
        const after = pointsOf(subtract(seen, [...seen.entries, more].map(entryOf)));
        expect(after.filter((point) => !before.has(point))).toEqual([]);
      }),
    );
  });
});
