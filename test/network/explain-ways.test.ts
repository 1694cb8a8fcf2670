import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { WayQuestion } from '../../src/network/explain-parts.ts';
import type { ExplainedWay } from '../../src/network/explain-ways.ts';
import type { ExposureModel } from '../../src/network/exposure-model.ts';
import { describeRule } from '../../src/network/passages.ts';
import { everyPort, portSetOf, portSetOfNumber } from '../../src/network/port-set.ts';
import { reachesAt } from '../../src/network/ports-within.ts';
import {
  exposureIn,
  group,
  idOf,
  modelOf,
  network,
  networkInterface,
  publicAddress,
  type Row,
  reference,
  row,
  rule,
  subnetId,
  unread,
} from './estate-rows.ts';

const nic = idOf('networkInterfaces', 'nic').toLowerCase();
const office = rule({ name: 'office', port: '443', from: '203.0.113.0/24', priority: 200 });
const own = networkInterface({ publicAddress: 'pip', group: 'card' });
const pip = publicAddress('pip', '198.51.100.7');
const openCard = group('card', [rule({ name: 'all', port: '*' })]);
const web = group('web', [rule(), office]);
const place = network([{ group: 'web' }]);

function ask(model: ExposureModel, port: number | null, changes: Partial<WayQuestion> = {}): readonly ExplainedWay[] {
  const ports = port === null ? everyPort : portSetOfNumber(port);
  const ways = model.explain(nic, { protocol: port === null ? 'any' : 'Tcp', ports, portsAt: 'interface', from: null, ...changes });
  if (ways === null) throw new Error('nobody is there');
  return ways;
}

/** `public-ip | allowed 443 <- 203.0.113.0/24 by web/office (priority 200) Allow | denied 443 <- the rest by ...` */
function textOf(ways: readonly ExplainedWay[]): readonly string[] {
  return ways.map(({ through, parts }) => {
    const way = through.kind === 'gate' ? `${through.gate.kind}${through.isSeen ? '' : '?'}` : through.kind;
    const told = parts.map(({ verdict, entryPorts, ports, sources, isRest, before, rules, why }) => {
      const where = entryPorts === ports ? ports : `${entryPorts}>${ports}`;
      const by = [...before, ...rules.map((one) => `${describeRule(one)} ${one.access}`)].join(', ');
      return `${verdict} ${where} <- ${isRest ? 'the rest' : sources.join()} by ${by}${why === null ? '' : `: ${why}`}`;
    });
    return [way, ...told].join(' | ');
  });
}

describe('an interface with an address of its own', () => {
  const model = modelOf([place, web, openCard, own, pip]);

  it.each<readonly [string, number | null, Partial<WayQuestion>, readonly string[]]>([
    [
      'is open to all at a port that a rule opens',
      22,
      {},
      ['public-ip | allowed 22 <- Internet by web/allow-ssh (priority 100) Allow, card/all (priority 100) Allow'],
    ],
    [
      'is open to some, and closed to the rest by another rule',
      443,
      {},
      [
        'public-ip | allowed 443 <- 203.0.113.0/24 by web/office (priority 200) Allow, card/all (priority 100) Allow | denied 443 <- the rest by web/DenyAllInBound (priority 65500) Deny',
      ],
    ],
    [
      'is open to one of these',
      443,
      { from: '203.0.113.255' },
      ['public-ip | allowed 443 <- 203.0.113.255 by web/office (priority 200) Allow, card/all (priority 100) Allow'],
    ],
    [
      'is closed to the next one',
      443,
      { from: '203.0.114.0' },
      ['public-ip | denied 443 <- 203.0.114.0 by web/DenyAllInBound (priority 65500) Deny'],
    ],
    [
      'is closed by another protocol',
      443,
      { protocol: 'Udp' },
      ['public-ip | denied 443 <- Internet by web/DenyAllInBound (priority 65500) Deny'],
    ],
    [
      'tells all that is open, and not all that is closed',
      null,
      {},
      [
        'public-ip | allowed 22 <- Internet by web/allow-ssh (priority 100) Allow, card/all (priority 100) Allow | allowed 443 <- 203.0.113.0/24 by web/office (priority 200) Allow, card/all (priority 100) Allow',
      ],
    ],
    [
      'is open to its own network by the rules, whatever the way in is',
      3389,
      { from: '10.0.1.1' },
      ['inside | allowed 3389 <- 10.0.1.1 by web/AllowVnetInBound (priority 65000) Allow, card/all (priority 100) Allow'],
    ],
    [
      'cannot be reached from the other address family',
      22,
      { from: '2001:db8::1' },
      ['public-ip | denied 22 <- 2001:db8::1 by : IPv6 cannot reach an address of the other family'],
    ],
  ])('%s', (_what, port, changes, said) => {
    expect(textOf(ask(model, port, changes))).toEqual(said);
  });

  it('is unknown from a network of which nobody knows that it is connected, and closed where the rules say so anyway', () => {
    const [unknown, denied] = [ask(model, 22, { from: '10.9.0.1' }), ask(model, 443, { from: '10.9.0.1' })].map(textOf);
    expect(unknown?.[0]).toMatch(/^inside \| unknown 22 <- 10\.9\.0\.1 by .*: no network that is connected .* 10\.9\.0\.1, so whether/);
    expect(denied?.[0]).toMatch(/^inside \| denied 443 <- 10\.9\.0\.1 by web\/DenyAllInBound/);
  });
});

it.each<readonly [string, readonly (Row | ReturnType<typeof unread>)[], number, RegExp]>([
  [
    'no way in: what the rules would say',
    [place, web, networkInterface()],
    22,
    /^none \| denied 22 <- Internet.* by web\/allow-ssh .*: no way in from the Internet leads there, though the rules would let it in$/,
  ],
  [
    'no way in, and rules that are closed',
    [place, web, networkInterface()],
    80,
    /^none \| denied .*: no way .*, and the rules let nothing in$/,
  ],
  [
    'a Standard address without a group',
    [network([{}]), networkInterface({ publicAddress: 'pip' }), pip],
    22,
    /^public-ip \| denied 22 <- Internet.* by : a Standard address or balancer is closed until/,
  ],
  [
    'a Basic address without a group',
    [network([{}]), networkInterface({ publicAddress: 'pip' }), publicAddress('pip', '198.51.100.7', 'Basic')],
    22,
    /^public-ip \| allowed 22 <- Internet by no network security group on the subnet Allow, no/,
  ],
  [
    'a group that cannot be read',
    [place, unread(web), openCard, own, pip],
    22,
    /^public-ip \| unknown 22 <- Internet.* by .*: .*not allowed/,
  ],
])('%s', (_what, rows, port, said) => {
  expect(textOf(ask(modelOf(rows), port))).toEqual([expect.stringMatching(said)]);
});

describe('a port that is another one outside', () => {
  const balancer = idOf('loadBalancers', 'lb');
  const inside = (member: string, name: string) => ({ id: `${balancer}/${member}/${name}` });
  const configuration = inside('frontendIPConfigurations', 'front');
  const natRule = {
    id: `${balancer}/inboundNatRules/rdp`,
    name: 'rdp',
    properties: { frontendIPConfiguration: configuration, protocol: 'Tcp', frontendPort: 50001, backendPort: 3389 },
  };
  const model = modelOf([
    network([{ group: 'web' }]),
    group('web', [rule({ name: 'rdp', port: '3389' })]),
    networkInterface({ configuration: { loadBalancerInboundNatRules: [{ id: natRule.id }] } }),
    publicAddress('pip', '198.51.100.7'),
    row(
      'loadBalancers',
      'lb',
      {
        frontendIPConfigurations: [
          { ...configuration, name: 'front', properties: { publicIPAddress: reference('publicIPAddresses', 'pip') } },
        ],
        inboundNatRules: [natRule],
      },
      { sku: { name: 'Standard' } },
    ),
  ]);

  it.each<readonly [number, WayQuestion['portsAt'], readonly string[]]>([
    [
      3389,
      'interface',
      [
        'nat-rule | allowed 50001>3389 <- Internet by web/rdp (priority 100) Allow, no network security group on the network interface Allow',
      ],
    ],
    [
      50001,
      'entry',
      [
        'nat-rule | allowed 50001>3389 <- Internet by web/rdp (priority 100) Allow, no network security group on the network interface Allow',
      ],
    ],
    [3389, 'entry', []],
    [
      50001,
      'interface',
      [
        'none | denied 50001 <- Internet by web/DenyAllInBound (priority 65500) Deny: no way in from the Internet leads there, and the rules let nothing in',
      ],
    ],
  ])('%i at the %s', (port, portsAt, said) => {
    expect(textOf(ask(model, port, { portsAt }))).toEqual(said);
  });
});

test('a subject that is not there, or cannot be read, has no answer', () => {
  const question: WayQuestion = { protocol: 'Tcp', ports: everyPort, portsAt: 'interface', from: null };
  expect(modelOf([place]).explain(nic, question)).toBeNull();
  expect(modelOf([place, unread(own)]).explain(nic, question)).toBeNull();
});

test('the answer about each port is what the fact says of it', () => {
  const sources = fc.constantFrom('*', '203.0.113.0/24', '10.0.0.0/8', 'Internet', 'VirtualNetwork', 'Storage');
  const rules = fc.array(
    fc.record({
      access: fc.constantFrom('Allow', 'Deny'),
      from: sources,
      port: fc.constantFrom('22', '443', '20-30', '*'),
      protocol: fc.constantFrom('Tcp', 'Udp', '*'),
    }),
    { maxLength: 4 },
  );
  const groupOf = (name: string, list: readonly object[]) =>
    group(
      name,
      list.map((one, index) => rule({ ...one, name: `rule-${index}`, priority: 100 + index })),
    );
  fc.assert(
    fc.property(rules, rules, fc.constantFrom(22, 25, 80, 443), (subnetRules, cardRules, port) => {
      const model = modelOf([place, groupOf('web', subnetRules), groupOf('card', cardRules), own, pip]);
      const { reaches, unknown } = exposureIn(model);
      const wanted = [{ protocol: 'Tcp' as const, ports: String(port) }];
      const parts = ask(model, port).flatMap((way) => way.parts);
      const allowed = parts.filter(({ verdict }) => verdict === 'allowed').flatMap((part) => part.sources);
      expect([...allowed].sort()).toEqual(
        reaches
          .flatMap((reach) => reachesAt(reach, wanted))
          .flatMap((reach) => reach.sources)
          .sort(),
      );
      const isUnknown = parts.some(({ verdict }) => verdict === 'unknown');
      expect(isUnknown).toBe(
        unknown.some(
          (part) =>
            ['Tcp', 'any'].includes(part.protocol) &&
            (portSetOf([part.ports]) ?? []).some(
              (_, index, all) => index % 2 === 0 && (all[index] ?? 0) <= port && (all[index + 1] ?? 0) >= port,
            ),
        ),
      );
    }),
  );
});

test('an interface in several subnets is told once for each address', () => {
  const second = {
    id: `${nic}/ipconfigurations/second`,
    name: 'second',
    properties: { privateIPAddress: '10.0.0.5', subnet: { id: subnetId() } },
  };
  const [first] = (own['properties'] as { readonly ipConfigurations: readonly object[] }).ipConfigurations;
  const both = { ...own, properties: { ipConfigurations: [first, second] } } as unknown as Row;
  const ways = ask(modelOf([place, web, both, pip]), 22);
  expect(ways.map(({ addresses, through }) => [addresses, through.kind])).toEqual([
    [['10.0.0.4'], 'gate'],
    [['10.0.0.5'], 'none'],
  ]);
});
