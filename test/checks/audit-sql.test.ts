import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/audit-sql.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Sql/servers', 'orders');
const toMonitor = { state: 'Enabled', isAzureMonitorTargetEnabled: true, storageEndpoint: '', retentionDays: 0 };
const toAccount = {
  state: 'Enabled',
  isAzureMonitorTargetEnabled: false,
  storageEndpoint: 'https://kept.blob.core.windows.net/',
  retentionDays: 0,
};
const judge = (auditing: readonly object[], parameters: object = {}) =>
  judgeOne(
    check,
    'intent',
    { resource: { id: subject.id } },
    { subject, parameters, related: { auditing: auditing.map((properties) => ({ properties })) } },
  );

const rows: readonly [what: string, auditing: readonly object[], verdict: string][] = [
  ['to Azure Monitor', [toMonitor], 'pass'],
  ['state in another casing', [{ ...toMonitor, state: 'ENABLED' }], 'pass'],
  ['off', [{ ...toMonitor, state: 'Disabled' }], 'fail'],
  ['a state of tomorrow', [{ ...toMonitor, state: 'Paused' }], 'unknown malformed'],
  ['state null', [{ ...toMonitor, state: null }], 'unknown unsupported'],
  ['state absent', [{ isAzureMonitorTargetEnabled: true }], 'unknown unsupported'],
  ['to an account for ever', [toAccount], 'pass'],
  ['to an account for a year', [{ ...toAccount, retentionDays: 365 }], 'pass'],
  ['to an account for a day less', [{ ...toAccount, retentionDays: 364 }], 'fail'],
  ['to an account for one day', [{ ...toAccount, retentionDays: 1 }], 'fail'],
  ['to an account, for how long is null', [{ ...toAccount, retentionDays: null }], 'unknown unsupported'],
  ['to an account, for how long is absent', [{ ...toAccount, retentionDays: undefined }], 'unknown unsupported'],
  ['to an account for less than nothing', [{ ...toAccount, retentionDays: -1 }], 'unknown unsupported'],
  ['to both, the account for a day', [{ ...toMonitor, storageEndpoint: toAccount.storageEndpoint, retentionDays: 1 }], 'pass'],
  ['the target is null', [{ ...toAccount, isAzureMonitorTargetEnabled: null }], 'pass'],
  ['to nowhere', [{ ...toMonitor, isAzureMonitorTargetEnabled: false }], 'fail'],
  ['to nowhere, all null', [{ state: 'Enabled', isAzureMonitorTargetEnabled: null, storageEndpoint: null, retentionDays: null }], 'fail'],
  ['to an account of blanks', [{ ...toAccount, storageEndpoint: ' ' }], 'fail'],
  ['nothing is said', [{}], 'fail'],
  ['none is listed', [], 'fail'],
  ['two, one of them off', [toMonitor, { ...toMonitor, state: 'Disabled' }], 'fail'],
];

describe('audit-sql', () => {
  test.each(rows)('%s', (_what, auditing, verdict) => {
    expect(verdictOf(judge(auditing))).toBe(verdict);
    expect(verdictOf(judge(auditing.toReversed()))).toBe(verdict);
  });

  test('another limit', () => {
    expect(verdictOf(judge([{ ...toAccount, retentionDays: 90 }], { leastDays: 90 }))).toBe('pass');
    expect(verdictOf(judge([{ ...toAccount, retentionDays: 89 }], { leastDays: 90 }))).toBe('fail');
  });

  test('says what decided, and how to see it again', () => {
    expect(judge([{ ...toMonitor, state: 'Disabled' }])).toMatchObject({
      observed: 'properties.state Disabled',
      rule: 'auditingSettings.properties.state',
    });
    expect(judge([{ ...toAccount, retentionDays: 30 }])).toMatchObject({
      expected: 'auditing of the server is on, to Azure Monitor or to a storage account for 365 days or for ever',
      observed: 'the audit goes to https://kept.blob.core.windows.net/ and is kept there for 30 days',
      rule: 'auditingSettings.properties.retentionDays',
    });
    expect(check.repeat(subject)).toContain(`az rest --method get --url '${subject.id}/auditingSettings?api-version=2021-11-01'`);
  });

  test.each([
    {},
    { properties: { state: 5 } },
    { properties: { isAzureMonitorTargetEnabled: 'yes' } },
    { properties: { retentionDays: '9' } },
  ])('what has another shape is refused: %j', (row) => {
    expect(check.related?.['auditing']?.row.safeParse(row).success).toBe(false);
  });
});
