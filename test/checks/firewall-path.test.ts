import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/firewall-path.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import type { DefaultRoute, Reach, UnknownReach } from '../../src/domain/exposure.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Network/networkInterfaces', 'web-nic');
const network = '/subscriptions/1/resourcegroups/shop/providers/microsoft.network';
const subnet = `${network}/virtualnetworks/prod/subnets/web`;
const machine = '/subscriptions/1/resourcegroups/shop/providers/microsoft.compute/virtualmachines/web';
const firewall = `${network}/azurefirewalls/edge`;
const route: DefaultRoute = { subnet, nextHop: 'VirtualAppliance', address: '10.0.0.4', firewall };
const strange: DefaultRoute = { ...route, firewall: null };
const reach: Reach = {
  outcome: 'exposed',
  entry: {
    kind: 'load-balancer',
    id: `${network}/loadbalancers/front`,
    rule: 'https',
    addresses: ['203.0.113.7'],
    protocol: 'Tcp',
    ports: '443',
    backendPorts: '443',
    isProtected: false,
  },
  protocol: 'Tcp',
  ports: '443',
  entryPorts: '443',
  sources: ['Internet'],
  tags: [],
  rules: ['nsg-web/allow-https (priority 100)'],
};
const guarded: Reach = { ...reach, entry: { ...reach.entry, isProtected: true } };
const unknown: UnknownReach = { protocol: 'any', ports: '*', tags: [], why: 'the rules of nsg-web could not be read: denied' };
const tagged: UnknownReach = { ...unknown, tags: ['AzureDevOps'], why: 'the addresses of AzureDevOps are not known' };
const appliance = { address: '10.0.0.4', owner: 'Jane Doe', reason: 'the old firewall' };

const judge = (interpretation: 'literal' | 'intent', change: object, parameters: object = {}, on = subject) =>
  judgeOne(
    check,
    interpretation,
    { exposure: { machine, subnets: [{ id: subnet }], reaches: [], unknown: [], defaultRoutes: [route], ...change } },
    { subject: on, parameters },
  );

describe('firewall-path, literal', () => {
  test.each<[string, readonly Reach[], readonly UnknownReach[], verdict: string]>([
    ['nothing comes in', [], [], 'pass'],
    ['through a balancer', [reach], [], 'fail'],
    ['through a balancer, from some', [{ ...reach, outcome: 'narrow', sources: ['203.0.113.9'] }], [], 'fail'],
    ['through a firewall', [guarded], [], 'pass'],
    ['through both', [guarded, reach], [], 'fail'],
    ['unknown', [], [unknown], 'unknown partial'],
    ['unknown tags', [], [tagged], 'unknown unsupported'],
    ['through a firewall, and unknown', [guarded], [unknown], 'unknown partial'],
    ['through a balancer, and unknown', [reach], [unknown], 'fail'],
  ])('%s', (_what, reaches, blind, verdict) => {
    expect(verdictOf(judge('literal', { reaches, unknown: blind }))).toBe(verdict);
  });

  test('its routes change nothing', () => {
    expect(verdictOf(judge('literal', { defaultRoutes: [] }))).toBe('pass');
  });

  test('names the way in and its rule', () => {
    expect(judge('literal', { reaches: [reach, guarded] })).toMatchObject({
      observed: 'Internet to Tcp 443 through loadbalancers/front (https) at 203.0.113.7, where no firewall is',
      rule: 'nsg-web/allow-https (priority 100)',
    });
    expect(judge('literal', { reaches: [guarded] }).observed).toContain('which a firewall guards');
  });
});

describe('firewall-path, intent', () => {
  const other = `${subnet}2`;
  const two = [{ id: subnet }, { id: other }];
  const hop = (nextHop: string, address: string | null = null): DefaultRoute => ({ subnet, nextHop, address, firewall: null });
  test.each<[string, change: object, byDefault: string, withAppliance: string]>([
    ['a firewall of ours', {}, 'pass', 'pass'],
    ['an appliance', { defaultRoutes: [strange] }, 'fail', 'pass'],
    ['an appliance beside it', { defaultRoutes: [{ ...strange, address: '10.0.0.5' }] }, 'fail', 'fail'],
    ['an appliance without an address', { defaultRoutes: [{ ...strange, address: null }] }, 'fail', 'fail'],
    ['the Internet', { defaultRoutes: [hop('Internet')] }, 'fail', 'fail'],
    ['nothing says anything', { defaultRoutes: [hop('Default')] }, 'fail', 'fail'],
    ['the Internet, in another casing', { defaultRoutes: [hop('INTERNET')] }, 'fail', 'fail'],
    ['nowhere', { defaultRoutes: [hop('None')] }, 'pass', 'pass'],
    ['a VPN', { defaultRoutes: [hop('VirtualNetworkGateway')] }, 'unknown unsupported', 'unknown unsupported'],
    ['unknown', { defaultRoutes: [hop('unknown')] }, 'unknown partial', 'unknown partial'],
    ['unknown whether it is a firewall', { defaultRoutes: [hop('unknown', '10.0.0.4')] }, 'unknown partial', 'pass'],
    ['a next hop of tomorrow', { defaultRoutes: [hop('VirtualMoon')] }, 'unknown malformed', 'unknown malformed'],
    ['an empty next hop', { defaultRoutes: [hop('')] }, 'unknown malformed', 'unknown malformed'],
    ['no route', { defaultRoutes: [] }, 'unknown partial', 'unknown partial'],
    ['no subnet', { subnets: [], defaultRoutes: [] }, 'unknown unsupported', 'unknown unsupported'],
    ['no subnet, and a route', { subnets: [] }, 'unknown unsupported', 'unknown unsupported'],
    ['perhaps another subnet', { unplaced: ['the IP configuration second names no subnet'] }, 'unknown malformed', 'unknown malformed'],
    ['two subnets, one route', { subnets: two }, 'unknown partial', 'unknown partial'],
    ['two subnets, one bad route', { subnets: two, defaultRoutes: [hop('Internet')] }, 'fail', 'fail'],
    ['two subnets', { subnets: two, defaultRoutes: [route, { ...route, subnet: other }] }, 'pass', 'pass'],
    ['two subnets, one to the Internet', { subnets: two, defaultRoutes: [route, { ...hop('Internet'), subnet: other }] }, 'fail', 'fail'],
  ])('%s', (_what, change, byDefault, withAppliance) => {
    expect(verdictOf(judge('intent', change))).toBe(byDefault);
    expect(verdictOf(judge('intent', change, { appliances: [appliance] }))).toBe(withAppliance);
  });

  test.each<[string, machine: string | null, type: string, verdict: string]>([
    ['an interface of a machine', machine, 'Microsoft.Network/networkInterfaces', 'fail'],
    ['an interface of a private endpoint', null, 'Microsoft.Network/networkInterfaces', 'pass'],
    ['a scale set', null, 'Microsoft.Compute/virtualMachineScaleSets', 'fail'],
  ])('%s to the Internet', (_what, own, type, verdict) => {
    expect(verdictOf(judge('intent', { machine: own, defaultRoutes: [hop('Default')] }, {}, resourceOf(type)))).toBe(verdict);
    expect(verdictOf(judge('literal', { machine: own, reaches: [reach] }, {}, resourceOf(type)))).toBe('fail');
  });

  test('what comes in changes nothing', () => {
    expect(verdictOf(judge('intent', { reaches: [reach], unknown: [unknown] }))).toBe('pass');
  });

  test('names the subnet, the next hop and who stands for it', () => {
    expect(judge('intent', {}).observed).toBe('the default route of subnets/web leads to VirtualAppliance 10.0.0.4, azurefirewalls/edge');
    expect(judge('intent', { defaultRoutes: [strange] }, { appliances: [appliance] }).observed).toBe(
      'the default route of subnets/web leads to VirtualAppliance 10.0.0.4, named by Jane Doe: the old firewall',
    );
    expect(check.repeat(subject)).toContain(`az network nic show-effective-route-table --ids '${subject.id}'`);
    expect(check.repeat(subject)).toContain(`claimwatch network explain '${subject.id}'`);
  });
});

describe('firewall-path', () => {
  test('judges both, and no findings is unknown', () => {
    expect(interpretationsOf(check)).toEqual(['literal', 'intent']);
    expect(check.whenNone).toBe('unknown');
  });

  test.each<[string, object, path: readonly (string | number)[]]>([
    ['a CIDR', { ...appliance, address: '10.0.0.0/24' }, ['address']],
    ['no owner', { ...appliance, owner: '' }, ['owner']],
    ['no reason', { ...appliance, reason: undefined }, ['reason']],
    ['a stray key', { ...appliance, name: 'edge' }, []],
  ])('refuses %s', (_what, one, path) => {
    expect(check.parameters.safeParse({ appliances: [one] }).error?.issues.map((issue) => issue.path)).toEqual([
      ['appliances', 0, ...path],
    ]);
  });

  test.each([
    { reaches: [{ ...reach, entry: { ...reach.entry, isProtected: null } }] },
    { unknown: null },
    { defaultRoutes: [{ ...route, nextHop: null }] },
    { subnets: undefined },
  ])('what has another shape is refused: %j', (change) => {
    const whole = { machine, subnets: [{ id: subnet }], reaches: [reach], unknown: [], defaultRoutes: [route] };
    expect(check.needs['exposure']?.safeParse(whole).success).toBe(true);
    expect(check.needs['exposure']?.safeParse({ ...whole, ...change }).success).toBe(false);
  });
});
