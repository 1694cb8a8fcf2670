import { expect, test } from 'vitest';
import { check } from '../../src/checks/audit-freshness.ts';
import { isUnrefuted } from '../../src/domain/finding.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const subscription = '11111111-0000-4000-8000-000000000001';
const subject = subscriptionResource(subscription);
const event = (id: string) => ({
  id,
  at: '2026-11-24T07:00:00.000Z',
  category: 'Administrative',
  operation: 'Microsoft.Network/networkSecurityGroups/write',
  resource: '/subscriptions/1/resourcegroups/shop',
});
const seen = (changes: object = {}) => ({
  settled: { from: '2026-11-23T01:00:00.000Z', to: '2026-11-24T01:00:00.000Z' },
  overdue: [],
  overdueCount: 0,
  lastUnseen: null,
  usualMinutes: 30,
  isQuiet: false,
  slowestIngestionMinutes: 10,
  ...changes,
});

function judge(changes: object, parameters = {}) {
  return judgeOne(check, 'intent', { resource: { id: subject.id }, 'activity-log': seen(changes) }, { subject, parameters });
}

test.each<[what: string, changes: object, verdict: string]>([
  ['all arrives soon', {}, 'pass'],
  ['as late as is allowed', { slowestIngestionMinutes: 60 }, 'pass'],
  ['later', { slowestIngestionMinutes: 65 }, 'fail ticket'],
  ['at once', { slowestIngestionMinutes: 0 }, 'pass'],
  ['nothing is listed, and others arrive', { isQuiet: true }, 'pass'],
  ['nothing is listed, and others arrive late', { isQuiet: true, slowestIngestionMinutes: 65 }, 'fail ticket'],
  ['nothing is listed, and nothing arrives', { isQuiet: true, slowestIngestionMinutes: null }, 'unknown not-provable'],
  ['only what is too young to be overdue', { slowestIngestionMinutes: null }, 'unknown not-provable'],
  ['one is overdue', { overdue: [event('a')], overdueCount: 1, lastUnseen: event('a') }, 'fail'],
  ['one is overdue, and later ones are there', { overdue: [event('a')], overdueCount: 1 }, 'fail'],
  ['one is overdue, and nothing arrived', { overdue: [event('a')], overdueCount: 1, slowestIngestionMinutes: null }, 'fail'],
  ['a count without names', { overdueCount: 1 }, 'fail'],
  ['names without a count', { overdue: [event('a')] }, 'fail'],
  ['the log ended hours ago, before a quiet time', { lastUnseen: event('a') }, 'fail'],
  ['the log ended hours ago, and nothing arrived since', { lastUnseen: event('a'), slowestIngestionMinutes: null }, 'fail'],
])('%s', (_what, changes, verdict) => {
  expect(verdictOf(judge(changes))).toBe(verdict);
});

test('how late is a parameter', () => {
  expect(verdictOf(judge({ slowestIngestionMinutes: 15 }, { withinMinutes: 15 }))).toBe('pass');
  expect(verdictOf(judge({ slowestIngestionMinutes: 20 }, { withinMinutes: 15 }))).toBe('fail ticket');
  expect(check.parameters.safeParse({ withinMinutes: 0 }).success).toBe(false);
});

test('nothing to wait for is shown with what would prove it, and never told', () => {
  const judged = judge({ isQuiet: true, slowestIngestionMinutes: null });
  expect(isUnrefuted(judged)).toBe(true);
  expect(judged.observed).toBe(
    'the activity log lists nothing since 2026-11-23T01:00:00.000Z; the look canary makes something happen that has to arrive',
  );
});

test('a failure names what is overdue', () => {
  const named = 'a (2026-11-24T07:00:00.000Z, Microsoft.Network/networkSecurityGroups/write, /subscriptions/1/resourcegroups/shop)';
  expect(judge({ overdue: [event('a')], overdueCount: 8 }).observed).toBe(
    `older than 30 minutes, and in no workspace yet: ${named} and 7 more`,
  );
  expect(judge({ lastUnseen: event('a') }).observed).toContain(named);
});

test('what stops pages; the subscription is asked for by name', () => {
  expect(check.response).toBe('page');
  expect(check.repeat(subject)).toContain(`az monitor activity-log list --subscription ${subscription} `);
  expect(check.repeat(subject)).toContain(`AzureActivity | where SubscriptionId =~ '${subscription}'`);
});
