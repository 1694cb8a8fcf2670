import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-flow-logs.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const network = resourceOf('Microsoft.Network/virtualNetworks');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
const good = { enabled: true, storageId: '/subscriptions/1/logs', retentionPolicy: { enabled: true, days: 90 } };
const judge = (changes: readonly object[], parameters: object = {}) =>
  judgeOne(
    check,
    'intent',
    { resource: { id: network.id } },
    {
      subject: network,
      parameters,
      related: { flowLogs: changes.map((change, index) => ({ name: `log-${index + 1}`, properties: { ...good, ...change } })) },
    },
  );
const kept = (days: unknown, enabled: unknown = true) => ({ retentionPolicy: { enabled, days } });

describe('network-flow-logs', () => {
  const rows: readonly [what: string, changes: readonly object[], verdict: string][] = [
    ['none', [], 'fail'],
    ['one that is on', [{}], 'pass'],
    ['one that is off', [{ enabled: false }], 'fail'],
    ['one that does not say', [{ enabled: undefined }], unsupported],
    ['one that says null', [{ enabled: null }], unsupported],
    ['no storage', [{ storageId: undefined }], unsupported],
    ['storage null', [{ storageId: null }], unsupported],
    ['storage empty', [{ storageId: '' }], unsupported],
    ['89 days', [kept(89)], 'fail'],
    ['90 days', [kept(90)], 'pass'],
    ['91 days', [kept(91)], 'pass'],
    ['1 day', [kept(1)], 'fail'],
    ['for ever', [kept(0)], 'pass'],
    ['for ever, the policy off', [kept(0, false)], 'pass'],
    ['89 days, the policy off', [kept(89, false)], unsupported],
    ['89 days, the policy not given', [kept(89, null)], unsupported],
    ['90 days, the policy not given', [kept(90, undefined)], 'pass'],
    ['minus a day', [kept(-1)], malformed],
    ['half a day', [kept(0.5)], malformed],
    ['days absent', [kept(undefined)], unsupported],
    ['days null', [kept(null)], unsupported],
    ['retention absent', [{ retentionPolicy: undefined }], unsupported],
    ['retention null', [{ retentionPolicy: null }], unsupported],
    ['a filter', [{ enabledFilteringCriteria: 'dstip=10.0.0.0/8' }], unsupported],
    ['a filter, and off', [{ enabledFilteringCriteria: 'dstip=10.0.0.0/8', enabled: false }], 'fail'],
    ['an empty filter', [{ enabledFilteringCriteria: '' }], 'pass'],
    ['a filter null', [{ enabledFilteringCriteria: null }], 'pass'],
    ['all record types', [{ recordTypes: 'B,C,E,D' }], 'pass'],
    ['those that begin or are denied', [{ recordTypes: 'd, b' }], 'pass'],
    ['not those that are denied', [{ recordTypes: 'B,C,E' }], 'fail'],
    ['not those that begin', [{ recordTypes: 'C,E,D' }], 'fail'],
    ['a record type that we do not know', [{ recordTypes: 'B,D,X' }], malformed],
    ['record types empty', [{ recordTypes: '' }], 'pass'],
    ['one with a filter, one without', [{ enabledFilteringCriteria: 'x' }, {}], 'pass'],
    ['off, and not said where', [{ enabled: false, storageId: null }], 'fail'],
    ['one off, one on', [{ enabled: false }, {}], 'pass'],
    ['one on, one off', [{}, { enabled: false }], 'pass'],
    ['both off', [{ enabled: false }, { enabled: false }], 'fail'],
    ['one off, one that does not say', [{ enabled: false }, { enabled: null }], unsupported],
    ['one on and short, one long and off', [kept(1), { enabled: false }], 'fail'],
  ];
  test.each(rows)('%s', (_what, changes, expected) => {
    expect(verdictOf(judge(changes))).toBe(expected);
  });

  test('how long is a parameter', () => {
    expect(verdictOf(judge([kept(90)], { retentionDays: 91 }))).toBe('fail');
    expect(verdictOf(judge([kept(0)], { retentionDays: 91 }))).toBe('pass');
    for (const retentionDays of [0, -1, 1.5]) expect(check.parameters.safeParse({ retentionDays }).success).toBe(false);
  });

  test.each([{ enabled: 'true' }, { storageId: {} }, { enabledFilteringCriteria: {} }, { recordTypes: ['B'] }, { retentionPolicy: 90 }])(
    'what has another shape is refused: %j',
    (properties) => {
      expect(check.related?.['flowLogs']?.row.safeParse({ name: 'log', properties }).success).toBe(false);
    },
  );

  test('says what decided', () => {
    expect(judge([])).toMatchObject({
      observed: 'no flow log of the network itself; those of its subnets, interfaces or network security groups do not cover it',
      rule: 'flowLogs.properties.targetResourceId (built-in policy 4c3c6c5f)',
    });
    expect(judge([kept(30)])).toMatchObject({ observed: 'log-1: kept for 30 days', rule: 'flowLogs.properties.retentionPolicy' });
    expect(check.repeat(network)).toContain(network.id);
  });
});
