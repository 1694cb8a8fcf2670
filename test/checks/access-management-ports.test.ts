import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/access-management-ports.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import type { Reach, UnknownReach } from '../../src/domain/exposure.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Network/networkInterfaces', 'jump-nic');
const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/shop';
const machine = `${group}/providers/microsoft.compute/virtualmachines/jump`;
const reach: Reach = {
  outcome: 'exposed',
  entry: {
    kind: 'public-ip',
    id: `${group}/providers/microsoft.network/publicipaddresses/jump`,
    rule: null,
    addresses: ['203.0.113.7'],
    protocol: 'any',
    ports: '*',
    backendPorts: '*',
    isProtected: false,
  },
  protocol: 'Tcp',
  ports: '22',
  entryPorts: '22',
  sources: ['Internet'],
  tags: [],
  rules: ['nsg-jump/allow-ssh (priority 100)'],
};
const at = (ports: string, change: Partial<Reach> = {}): Reach => ({ ...reach, ports, entryPorts: ports, ...change });
const narrow: Partial<Reach> = { outcome: 'narrow', sources: ['203.0.113.0/24'] };
const unknown: UnknownReach = { protocol: 'any', ports: '*', tags: [], why: 'the rules of nsg-jump could not be read: denied' };
const exception = { resource: machine, from: ['203.0.113.0/24'], ports: '22', owner: 'Jane Doe', reason: 'the supplier' };

interface Parts {
  readonly reaches?: readonly Reach[];
  readonly unknown?: readonly UnknownReach[];
  readonly entries?: readonly Reach['entry'][];
}
const judge = ({ reaches = [], unknown: blind = [], entries = [] }: Parts, parameters: object = {}) =>
  judgeOne(check, 'intent', { exposure: { machine, subnets: [], entries, reaches, unknown: blind } }, { subject, parameters });

describe('access-management-ports', () => {
  test.each<[string, Parts, verdict: string]>([
    ['nothing', {}, 'pass'],
    ['SSH', { reaches: [at('22')] }, 'fail'],
    ['SSH from some', { reaches: [at('22', narrow)] }, 'fail ticket'],
    ['SSH from some, RDP from all', { reaches: [at('22', narrow), at('3389')] }, 'fail'],
    ['beside SSH', { reaches: [at('21, 24-134')] }, 'pass'],
    ['the last port before WinRM', { reaches: [at('5984')] }, 'pass'],
    ['WinRM', { reaches: [at('5986-6000')] }, 'fail'],
    ['the first port after WinRM', { reaches: [at('5987')] }, 'pass'],
    ['every port', { reaches: [at('*')] }, 'fail'],
    ['ports that nobody can read', { reaches: [at('some')] }, 'fail'],
    ['every port of any protocol', { reaches: [at('*', { protocol: 'any' })] }, 'fail'],
    ['SSH over Udp', { reaches: [at('22', { protocol: 'Udp' })] }, 'pass'],
    ['RDP over Udp', { reaches: [at('3389', { protocol: 'Udp' })] }, 'fail'],
    ['Icmp', { reaches: [at('*', { protocol: 'Icmp' })] }, 'pass'],
    ['HTTPS', { reaches: [at('443')] }, 'pass'],
    ['another port that leads to RDP', { reaches: [at('3389', { entryPorts: '50001' })] }, 'fail'],
    ['SSH that leads to another port', { reaches: [at('2222', { entryPorts: '22' })] }, 'fail'],
    [
      'SSH that may lead to another port',
      {
        unknown: [{ ...unknown, protocol: 'Tcp', ports: '2222' }],
        entries: [{ ...reach.entry, protocol: 'Tcp', ports: '22', backendPorts: '2222' }],
      },
      'unknown partial',
    ],
    [
      'HTTPS that may lead to another port',
      {
        unknown: [{ ...unknown, protocol: 'Tcp', ports: '8443' }],
        entries: [{ ...reach.entry, protocol: 'Tcp', ports: '443', backendPorts: '8443' }],
      },
      'pass',
    ],
    [
      'SSH that leads elsewhere than what is not known',
      {
        unknown: [{ ...unknown, protocol: 'Tcp', ports: '8443' }],
        entries: [{ ...reach.entry, protocol: 'Tcp', ports: '22', backendPorts: '2222' }],
      },
      'pass',
    ],
    ['HTTPS that leads to another port', { reaches: [at('8443', { entryPorts: '443' })] }, 'pass'],
    ['SSH over Udp that leads to another port', { reaches: [at('2222', { entryPorts: '22', protocol: 'Udp' })] }, 'pass'],
    ['unknown', { unknown: [unknown] }, 'unknown partial'],
    ['unknown elsewhere', { unknown: [{ ...unknown, ports: '443, 8000-9000' }] }, 'pass'],
    ['unknown over Icmp', { unknown: [{ ...unknown, protocol: 'Icmp' }] }, 'pass'],
    ['unknown, of ports that nobody can read', { unknown: [{ ...unknown, ports: '' }] }, 'unknown partial'],
    ['an unknown tag', { unknown: [{ ...unknown, protocol: 'Tcp', ports: '22', tags: ['AzureDevOps'] }] }, 'unknown unsupported'],
    ['unknown, and SSH', { unknown: [unknown], reaches: [at('22', narrow)] }, 'fail ticket'],
    ['unknown, and HTTPS', { unknown: [unknown], reaches: [at('443')] }, 'unknown partial'],
  ])('%s', (_what, parts, verdict) => {
    expect(verdictOf(judge(parts))).toBe(verdict);
  });

  test.each<[string, Parts, parameters: object, verdict: string]>([
    ['another list of ports', { reaches: [at('22')] }, { tcpPorts: '2222' }, 'pass'],
    ['a port of another list', { reaches: [at('2222')] }, { tcpPorts: 2222 }, 'fail'],
    ['an exception', { reaches: [at('22', narrow)] }, { exceptions: [exception] }, 'pass'],
    [
      'an exception for what lets in',
      { reaches: [at('22', narrow)] },
      { exceptions: [{ ...exception, resource: reach.entry.id }] },
      'pass',
    ],
    [
      'an exception for another machine',
      { reaches: [at('22', narrow)] },
      { exceptions: [{ ...exception, resource: `${machine}2` }] },
      'fail ticket',
    ],
    ['an exception for another port', { reaches: [at('22', narrow)] }, { exceptions: [{ ...exception, ports: 23 }] }, 'fail ticket'],
    [
      'an exception for half of them',
      { reaches: [at('22', narrow)] },
      { exceptions: [{ ...exception, from: ['203.0.113.0/25'] }] },
      'fail ticket',
    ],
    ['an exception for some of all', { reaches: [at('22')] }, { exceptions: [exception] }, 'fail'],
    ['an exception for all', { reaches: [at('22')] }, { exceptions: [{ ...exception, from: ['Internet'] }] }, 'pass'],
    ['an exception, and another port', { reaches: [at('22-23', narrow)] }, { exceptions: [exception] }, 'fail ticket'],
    [
      'an exception covers nothing that is not known',
      { unknown: [unknown] },
      { exceptions: [{ ...exception, ports: '*' }] },
      'unknown partial',
    ],
  ])('%s', (_what, parts, parameters, verdict) => {
    expect(verdictOf(judge(parts, parameters))).toBe(verdict);
  });

  test('is intent only, and no findings is unknown', () => {
    expect(interpretationsOf(check)).toEqual(['intent']);
    expect(check.whenNone).toBe('unknown');
  });

  test('names the part that matters, the way in and the rule', () => {
    expect(judge({ reaches: [at('*', { protocol: 'any', rules: ['nsg-jump/all (priority 100)'] })] })).toMatchObject({
      observed:
        'Internet to Tcp 22-23, 135, 139, 445, 3389, 5900, 5985-5986 through publicipaddresses/jump at 203.0.113.7; Internet to Udp 3389 through publicipaddresses/jump at 203.0.113.7',
      rule: 'nsg-jump/all (priority 100)',
    });
    expect(judge({ reaches: [at('3389', { entryPorts: '50001' })] }).observed).toContain(
      'to Tcp 3389 through publicipaddresses/jump at 203.0.113.7 port 50001',
    );
    expect(judge({ reaches: [at('22', narrow)] }, { exceptions: [exception] }).observed).toContain(
      'excepted: 203.0.113.0/24 -> any 22, for Jane Doe: the supplier',
    );
    expect(judge({ unknown: [unknown] }).observed).toContain('Udp 3389 cannot be known: the rules of nsg-jump could not be read: denied');
    expect(check.repeat(subject)).toContain(`az network nic list-effective-nsg --ids '${subject.id}'`);
  });

  test.each<[string, object, path: readonly (string | number)[]]>([
    ['ports that are none', { tcpPorts: '22; 23' }, ['tcpPorts']],
    ['a port too high', { udpPorts: 65_536 }, ['udpPorts']],
    ['a resource that is none', { exceptions: [{ ...exception, resource: 'jump' }] }, ['exceptions', 0, 'resource']],
    ['a group of resources', { exceptions: [{ ...exception, resource: group }] }, ['exceptions', 0, 'resource']],
    ['a wrong CIDR', { exceptions: [{ ...exception, from: ['10.0.0.0/33'] }] }, ['exceptions', 0, 'from', 0]],
    ['ports of an exception that are none', { exceptions: [{ ...exception, ports: 'ssh' }] }, ['exceptions', 0, 'ports']],
    ['no ports', { exceptions: [{ ...exception, ports: undefined }] }, ['exceptions', 0, 'ports']],
    ['no owner', { exceptions: [{ ...exception, owner: '' }] }, ['exceptions', 0, 'owner']],
    ['no reason', { exceptions: [{ ...exception, reason: undefined }] }, ['exceptions', 0, 'reason']],
    ['the allow-list of another check', { allow: [] }, []],
  ])('refuses %s', (_what, parameters, path) => {
    expect(check.parameters.safeParse(parameters).error?.issues.map((issue) => issue.path)).toEqual([path]);
  });

  test.each([{ reaches: null }, { unknown: undefined }, { reaches: [{ ...reach, ports: 22 }] }])(
    'what has another shape is refused: %j',
    (change) => {
      expect(check.needs['exposure']?.safeParse({ machine, subnets: [], entries: [], reaches: [reach], unknown: [] }).success).toBe(true);
      expect(check.needs['exposure']?.safeParse({ machine, subnets: [], entries: [], reaches: [], unknown: [], ...change }).success).toBe(
        false,
      );
    },
  );
});
