import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import type { Exposure, Reach, UnknownReach } from '../../src/domain/exposure.ts';
import { type ChangedPart, compareExposure, type ExposureChange } from '../../src/network/compare-exposure.ts';

const entry = {
  kind: 'public-ip',
  id: '/a/pip',
  rule: null,
  addresses: ['198.51.100.7'],
  protocol: 'any',
  ports: '*',
  backendPorts: '*',
  isProtected: false,
} as const;

function reach(ports: string, sources: readonly string[] = ['Internet'], changes: Partial<Reach> = {}): Reach {
  return {
    outcome: 'exposed',
    entry,
    protocol: 'Tcp',
    ports,
    entryPorts: ports,
    sources,
    tags: [],
    rules: ['web/a (priority 100)'],
    ...changes,
  };
}

function exposure(changes: Partial<Exposure>): Exposure {
  return {
    outcome: 'exposed',
    machine: null,
    addresses: [],
    subnets: [],
    publicAddresses: [],
    entries: [],
    reaches: [],
    latent: [],
    unknown: [],
    defaultRoutes: [],
    ...changes,
  };
}
const reached = (...reaches: readonly Reach[]) => exposure({ reaches });
const unknownAt = (ports: string, protocol: UnknownReach['protocol'] = 'Tcp'): UnknownReach => ({
  protocol,
  ports,
  tags: [],
  why: 'not read',
});

function partText({ protocol, ports, sources, allowedSources }: ChangedPart): string {
  return `${protocol} ${ports} <- ${allowedSources.length > 0 && sources.length > 1 + allowedSources.length ? `all but ${allowedSources.join()}` : sources.join()}`;
}

function textOf({ before, after, opened, closed, lost, latent, unknown, known }: ExposureChange): string {
  return [
    `${before} -> ${after}`,
    ...opened.map((part) => `+ ${partText(part)}${part.wasUnknown ? ' ?' : ''}`),
    ...closed.map((part) => `- ${partText(part)}`),
    ...lost.map((part) => `? ${partText(part)}`),
    ...latent.map((part) => `~ ${partText(part)}`),
    ...unknown.map(({ ports }) => `unknown ${ports}`),
    ...known.map(({ ports }) => `known ${ports}`),
  ].join(' | ');
}

type Seen = Exposure | null | undefined;
const stateOf = (seen: Seen) => new Map(seen === undefined ? [] : [['/nic', seen] as const]);
const compare = (was: Seen, is: Seen) => compareExposure(stateOf(was), stateOf(is)).map(textOf);

it.each<readonly [string, Seen, Seen, readonly string[]]>([
  ['the same in other words is the same', reached(reach('22, 443')), reached(reach('443'), reach('22')), []],
  ['another rule that lets in the same is the same', reached(reach('22')), reached(reach('22', ['Internet'], { rules: ['b'] })), []],
  ['one more port', reached(reach('443')), reached(reach('443-444')), ['exposed -> exposed | + Tcp 444 <- Internet']],
  ['one port less', reached(reach('443-444')), reached(reach('443')), ['exposed -> exposed | - Tcp 444 <- Internet']],
  [
    'one address more',
    reached(reach('22', ['203.0.113.0'])),
    reached(reach('22', ['203.0.113.0/31'])),
    ['exposed -> exposed | + Tcp 22 <- 203.0.113.1'],
  ],
  [
    'from some to all',
    reached(reach('22', ['203.0.113.0/24'])),
    reached(reach('22')),
    ['exposed -> exposed | + Tcp 22 <- all but 203.0.113.0/24'],
  ],
  [
    'another protocol',
    reached(reach('53')),
    reached(reach('53', ['Internet'], { protocol: 'Udp' })),
    ['exposed -> exposed | + Udp 53 <- Internet | - Tcp 53 <- Internet'],
  ],
  [
    'another public address',
    reached(reach('22')),
    reached(reach('22', ['Internet'], { entry: { ...entry, addresses: ['198.51.100.8'] } })),
    ['exposed -> exposed | + Tcp 22 <- Internet | - Tcp 22 <- Internet'],
  ],
  [
    'another port outside',
    reached(reach('22')),
    reached(reach('22', ['Internet'], { entryPorts: '50001' })),
    ['exposed -> exposed | + Tcp 22 <- Internet | - Tcp 22 <- Internet'],
  ],
  ['it came, open', undefined, reached(reach('22')), ['null -> exposed | + Tcp 22 <- Internet']],
  ['it came, closed', undefined, exposure({ outcome: 'closed' }), ['null -> closed']],
  ['it went', reached(reach('22')), undefined, ['exposed -> null | - Tcp 22 <- Internet']],
  ['it cannot be read now: nothing is said to be closed', reached(reach('22')), null, ['exposed -> unreadable | ? Tcp 22 <- Internet']],
  ['it can be read again', null, reached(reach('22')), ['unreadable -> exposed | + Tcp 22 <- Internet ?']],
  ['it still cannot be read', null, null, []],
  [
    'what cannot be known any more is not closed, what beside it is closed is',
    reached(reach('22-23')),
    exposure({ outcome: 'unknown', unknown: [unknownAt('22')] }),
    ['exposed -> unknown | - Tcp 23 <- Internet | ? Tcp 22 <- Internet | unknown 22'],
  ],
  [
    'what cannot be known of another protocol says nothing of this one',
    reached(reach('22')),
    exposure({ outcome: 'unknown', unknown: [unknownAt('22', 'Udp')] }),
    ['exposed -> unknown | - Tcp 22 <- Internet | unknown 22'],
  ],
  [
    'what is known now to be open',
    exposure({ outcome: 'unknown', unknown: [unknownAt('*', 'any')] }),
    reached(reach('22')),
    ['unknown -> exposed | + Tcp 22 <- Internet ? | known *'],
  ],
  [
    'a rule that is open without a way',
    exposure({ outcome: 'closed' }),
    exposure({ outcome: 'latent', latent: [{ protocol: 'Tcp', ports: '22', sources: ['Internet'], rules: [] }] }),
    ['closed -> latent | ~ Tcp 22 <- Internet'],
  ],
])('%s', (_what, was, is, said) => {
  expect(compare(was, is)).toEqual(said);
});

test('there and back opens what was closed, and nothing changes from a state to itself', () => {
  const sources = fc.constantFrom('Internet', '203.0.113.0/24', '203.0.113.128/25', '198.51.100.0/24', '2001:db8::/32');
  const reaches = fc.array(
    fc
      .record({
        ports: fc.constantFrom('22', '20-30', '443', '*'),
        sources: fc.uniqueArray(sources, { minLength: 1 }),
        protocol: fc.constantFrom<Reach['protocol']>('Tcp', 'Udp', 'any'),
      })
      .map(({ ports, sources: from, protocol }) => reach(ports, from.includes('Internet') ? ['Internet'] : from, { protocol })),
    { maxLength: 4 },
  );
  const sorted = (parts: readonly ChangedPart[] = []) =>
    parts.map(({ protocol, ports, sources: from }) => `${protocol} ${ports} ${from.join()}`).sort();
  fc.assert(
    fc.property(reaches, reaches, (some, others) => {
      const [a, b] = [stateOf(reached(...some)), stateOf(reached(...others))];
      const [there, back] = [compareExposure(a, b)[0], compareExposure(b, a)[0]];
      expect(sorted(there?.opened)).toEqual(sorted(back?.closed));
      expect(sorted(there?.closed)).toEqual(sorted(back?.opened));
      expect(compareExposure(a, new Map(a))).toEqual([]);
      expect(compareExposure(a, stateOf(reached(...some.toReversed())))).toEqual([]);
    }),
  );
});
