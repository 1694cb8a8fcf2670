import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-exposure.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import type { Reach, UnknownReach } from '../../src/domain/exposure.ts';
import { judgeAll, judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Network/networkInterfaces', 'web-nic');
const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/shop';
const machine = `${group}/providers/microsoft.compute/virtualmachines/web`;
const subnet = `${group}/providers/microsoft.network/virtualnetworks/prod/subnets/web`;
const reach: Reach = {
  outcome: 'exposed',
  entry: {
    kind: 'load-balancer',
    id: `${group}/providers/microsoft.network/loadbalancers/front`,
    rule: 'https',
    addresses: ['203.0.113.7'],
    protocol: 'Tcp',
    ports: '443',
    backendPorts: '8443',
    isProtected: false,
  },
  protocol: 'Tcp',
  ports: '8443',
  entryPorts: '443',
  sources: ['Internet'],
  tags: [],
  rules: ['nsg-web/allow-https (priority 100)'],
};
const narrow: Reach = { ...reach, outcome: 'narrow', ports: '22', entryPorts: '22', sources: ['203.0.113.0/24'] };
const tagged: UnknownReach = { protocol: 'Tcp', ports: '8443', tags: ['AzureDevOps'], why: 'the addresses of AzureDevOps are not known' };
const blind: UnknownReach = { protocol: 'any', ports: '*', tags: [], why: 'the rules of nsg-web could not be read: denied' };
const latent = { protocol: 'Tcp', ports: '22', sources: ['Internet'], rules: ['nsg-web/allow-ssh (priority 110)'] };
const allowed = { from: ['Internet'], to: { resource: machine }, ports: '8443', protocol: 'Tcp', owner: 'Jane Doe', reason: 'the shop' };

interface Parts {
  readonly reaches?: readonly Reach[];
  readonly unknown?: readonly UnknownReach[];
  readonly latent?: readonly object[];
}
const factOf = ({ reaches = [], unknown = [], latent: open = [] }: Parts) => ({
  exposure: { machine, subnets: [{ id: subnet, isOurs: true }], reaches, unknown, latent: open },
});
const judge = (parts: Parts, allow: readonly object[] = []) => judgeAll(check, factOf(parts), { subject, parameters: { allow } });
const intent = (parts: Parts, allow: readonly object[] = []) =>
  judgeOne(check, 'intent', factOf(parts), { subject, parameters: { allow } });

describe('network-exposure', () => {
  test.each<[string, Parts, readonly object[], verdict: string]>([
    ['nothing', {}, [], 'pass'],
    ['exposed', { reaches: [reach] }, [], 'fail'],
    ['exposed, as allowed', { reaches: [reach] }, [allowed], 'pass'],
    ['exposed, allowed at the port of the entry', { reaches: [reach] }, [{ ...allowed, ports: '443' }], 'fail'],
    ['exposed, allowed elsewhere', { reaches: [reach] }, [{ ...allowed, to: { resource: `${machine}2` } }], 'fail'],
    ['exposed, a part of it allowed', { reaches: [{ ...reach, ports: '8443-8444' }] }, [allowed], 'fail'],
    ['exposed, much of it allowed', { reaches: [reach] }, [{ ...allowed, from: ['1.0.0.0-200.255.255.255', '2000::/4'] }], 'fail'],
    [
      'exposed, all but an address allowed',
      { reaches: [{ ...reach, sources: ['8.0.0.0/7'] }] },
      [{ ...allowed, from: ['8.0.0.1-9.255.255.255'] }],
      'fail ticket',
    ],
    ['narrow', { reaches: [narrow] }, [], 'fail ticket'],
    ['narrow, half of it allowed', { reaches: [narrow] }, [{ ...allowed, ports: 22, from: ['203.0.113.0/25'] }], 'fail ticket'],
    ['narrow, as allowed', { reaches: [narrow] }, [{ ...allowed, ports: 22, from: ['203.0.113.0/24'] }], 'pass'],
    ['narrow and exposed', { reaches: [narrow, reach] }, [], 'fail'],
    ['narrow, and exposed as allowed', { reaches: [narrow, reach] }, [allowed], 'fail ticket'],
    ['latent', { latent: [latent] }, [], 'pass'],
    ['latent and exposed', { latent: [latent], reaches: [reach] }, [], 'fail'],
    ['unknown', { unknown: [blind] }, [], 'unknown partial'],
    ['unknown, all allowed', { unknown: [blind] }, [{ ...allowed, ports: '*', protocol: 'any' }], 'unknown partial'],
    ['an unknown tag', { unknown: [tagged] }, [], 'unknown unsupported'],
    ['an unknown tag, as allowed', { unknown: [tagged] }, [{ ...allowed, from: ['AzureDevOps'] }], 'pass'],
    ['an unknown tag, the Internet allowed', { unknown: [tagged] }, [allowed], 'pass'],
    ['an unknown tag, allowed by the other protocol', { unknown: [tagged] }, [{ ...allowed, protocol: 'Udp' }], 'unknown unsupported'],
    ['an unknown tag, allowed at some ports', { unknown: [{ ...tagged, ports: '*' }] }, [allowed], 'unknown unsupported'],
    ['unknown and allowed', { unknown: [blind], reaches: [reach] }, [allowed], 'unknown partial'],
    ['unknown and exposed', { unknown: [blind], reaches: [reach] }, [], 'fail'],
    ['unknown and latent', { unknown: [blind], latent: [latent] }, [], 'unknown partial'],
  ])('%s', (_what, parts, allow, verdict) => {
    expect(judge(parts, allow).map(verdictOf)).toEqual([verdict, verdict]);
  });

  test('judges both the same, and no findings is unknown', () => {
    expect(interpretationsOf(check)).toEqual(['literal', 'intent']);
    expect(check.whenNone).toBe('unknown');
  });

  test('names the way in, its sources and the rules that decided', () => {
    expect(intent({ reaches: [reach] })).toMatchObject({
      observed: 'Internet to Tcp 8443 through loadbalancers/front (https) at 203.0.113.7 port 443',
      rule: 'nsg-web/allow-https (priority 100)',
    });
    const office = { ...allowed, from: ['198.51.100.0/24'] };
    expect(intent({ reaches: [reach] }, [office]).observed).toContain('Internet but for 198.51.100.0/24 to Tcp 8443');
    expect(intent({ reaches: [narrow] }).observed).toBe('203.0.113.0/24 to Tcp 22 through loadbalancers/front (https) at 203.0.113.7');
  });

  test('names protocols together, and pages for a part that is exposed', () => {
    const any: Reach = { ...reach, protocol: 'any', ports: '8443', entryPorts: '8443', sources: ['8.0.0.0/7'] };
    expect(intent({ reaches: [any] }, [allowed]).observed).toBe(
      '8.0.0.0/7 to Ah, Esp, Icmp, Udp 8443 through loadbalancers/front (https) at 203.0.113.7',
    );
    const most = { ...allowed, protocol: 'any', from: ['8.0.0.0/8'] };
    expect(verdictOf(intent({ reaches: [any] }, [most]))).toBe('fail ticket');
    expect(verdictOf(intent({ reaches: [any] }, [{ ...most, protocol: 'Tcp' }]))).toBe('fail');
  });

  test('names what is allowed by whom, what is latent and what is not known', () => {
    expect(intent({ reaches: [reach], latent: [latent] }, [allowed]).observed).toBe(
      'Internet to Tcp 8443 through loadbalancers/front (https) at 203.0.113.7 port 443, as allowed: Internet -> Tcp 8443, for Jane Doe: the shop; Tcp 22 is open to Internet, and no way in leads there: nsg-web/allow-ssh (priority 110)',
    );
    expect(intent({ unknown: [blind] }).observed).toBe(
      'any protocol, every port cannot be known: the rules of nsg-web could not be read: denied',
    );
    expect(intent({}).observed).toBe('nothing from the Internet is let in');
  });

  test('says how to see it again', () => {
    expect(check.repeat(subject)).toBe(
      `claimwatch network explain '${subject.id}'; az network nic list-effective-nsg --ids '${subject.id}'`,
    );
    const scaleSet = resourceOf('Microsoft.Compute/virtualMachineScaleSets');
    expect(check.repeat(scaleSet)).toBe(`claimwatch network explain '${scaleSet.id}'`);
  });

  test.each([
    { reaches: [{ ...reach, outcome: 'open' }] },
    { reaches: [{ ...reach, protocol: 'tcp' }] },
    { reaches: [{ ...reach, sources: null }] },
    { reaches: undefined },
    { unknown: null },
    { machine: undefined },
  ])('what has another shape is refused: %j', (change) => {
    const { exposure } = factOf({});
    expect(check.needs['exposure']?.safeParse(exposure).success).toBe(true);
    expect(check.needs['exposure']?.safeParse({ ...exposure, ...change }).success).toBe(false);
  });
});

describe('the allow-list', () => {
  test.each<[string, object]>([
    ['as above', {}],
    ['addresses', { from: ['203.0.113.7', '203.0.113.0/24', '203.0.113.4-203.0.113.9', '2001:db8::/32'] }],
    ['tags', { from: ['internet', 'AzureFrontDoor.Backend', 'AzureCloud.westeurope'] }],
    ['a port without quotes', { ports: 443 }],
    ['ports', { ports: '443, 8000-8100' }],
    ['every port', { ports: '*', protocol: 'any' }],
    ['a subnet', { to: { subnet } }],
    ['a group', { to: { resourceGroup: '/subscriptions/1/resourceGroups/Shop' } }],
    ['a subscription in upper case', { to: { subscription: '/subscriptions/11111111-2222-3333-4444-ABCDEF555555' } }],
    ['a subscription', { to: { subscription: '11111111-2222-3333-4444-555555555555', name: 'web-*' } }],
  ])('takes %s', (_what, change) => {
    expect(check.parameters.safeParse({ allow: [{ ...allowed, ...change }] }).success).toBe(true);
  });

  test.each<[string, object, path: readonly (string | number)[], message: string]>([
    ['a wrong prefix', { from: ['Internet', '203.0.113.0/33'] }, ['from', 1], 'remedy: write an address, a CIDR'],
    ['a wrong address', { from: ['203.0.113.256'] }, ['from', 0], 'remedy: write an address, a CIDR'],
    ['bits behind the prefix', { from: ['203.0.113.7/24'] }, ['from', 0], 'remedy: write 203.0.113.0/24'],
    ['bits behind the prefix, IPv6', { from: ['2001:db8::1/32'] }, ['from', 0], 'remedy: write 2001:db8::/32'],
    ['a range that runs backwards', { from: ['203.0.113.9-203.0.113.4'] }, ['from', 0], 'remedy: write an address, a CIDR'],
    ['all of IPv4', { from: ['0.0.0.0/0'] }, ['from', 0], 'remedy: write Internet'],
    ['all of IPv6', { from: ['::/0'] }, ['from', 0], 'remedy: write Internet'],
    ['a star', { from: ['*'] }, ['from', 0], 'remedy: write an address, a CIDR'],
    ['an empty source', { from: [''] }, ['from', 0], 'remedy: write an address, a CIDR'],
    ['no source', { from: [] }, ['from'], ''],
    ['a port too high', { ports: '65536' }, ['ports'], 'remedy: write for example "443, 8000-8100"'],
    ['a number too high', { ports: 65_536 }, ['ports'], ''],
    ['a range of ports that runs backwards', { ports: '443-80' }, ['ports'], 'remedy: write for example "443, 8000-8100"'],
    ['no ports', { ports: '' }, ['ports'], 'remedy: write for example "443, 8000-8100"'],
    ['a protocol of tomorrow', { protocol: 'Quic' }, ['protocol'], ''],
    ['no destination', { to: {} }, ['to'], 'remedy: write resource, subnet, resourceGroup, subscription or name'],
    ['an unknown selector', { to: { tag: 'web', subnet } }, ['to'], ''],
    ['a resource that is none', { to: { resource: 'web' } }, ['to', 'resource'], 'expected the id of a resource'],
    ['a group as resource', { to: { resource: group } }, ['to', 'resource'], 'expected the id of a resource'],
    ['a network as subnet', { to: { subnet: machine } }, ['to', 'subnet'], 'expected the id of a subnet'],
    [
      'a subscription as group',
      { to: { resourceGroup: '/subscriptions/1' } },
      ['to', 'resourceGroup'],
      'expected the id of a resource group',
    ],
    ['a subscription by name', { to: { subscription: 'prod' } }, ['to', 'subscription'], 'expected the id of a subscription'],
    ['a name with a slash', { to: { name: 'prod/web' } }, ['to', 'name'], 'expected a name'],
    ['no owner', { owner: undefined }, ['owner'], ''],
    ['an empty owner', { owner: ' ' }, ['owner'], ''],
    ['no reason', { reason: undefined }, ['reason'], ''],
    ['a stray key', { until: '2027-01-01' }, [], ''],
  ])('refuses %s', (_what, change, path, message) => {
    const [issue, ...others] = check.parameters.safeParse({ allow: [allowed, { ...allowed, ...change }] }).error?.issues ?? [];
    expect(issue?.path).toEqual(['allow', 1, ...path]);
    expect(issue?.message).toContain(message);
    expect(others).toEqual([]);
  });
});
