import { expect, test } from 'vitest';
import { check } from '../../src/checks/audit-completeness.ts';
import { isUnrefuted } from '../../src/domain/finding.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const subject = subscriptionResource('11111111-0000-4000-8000-000000000001');
const event = (id: string, changes: object = {}) => ({
  id,
  at: '2026-11-23T07:00:00.000Z',
  category: 'Policy',
  operation: 'Microsoft.Authorization/policies/audit/action',
  resource: '/subscriptions/1/resourcegroups/shop',
  ...changes,
});
const seen = (changes: object = {}) => ({
  categories: ['Administrative', 'Security', 'Policy'],
  settled: { from: '2026-11-23T01:00:00.000Z', to: '2026-11-24T01:00:00.000Z' },
  listed: 7,
  found: 7,
  missing: [],
  missingCount: 0,
  ...changes,
});

function judge(changes: object) {
  return judgeOne(check, 'intent', { resource: { id: subject.id }, 'activity-log': seen(changes) }, { subject });
}

test.each<[what: string, changes: object, verdict: string]>([
  ['all are there', {}, 'pass'],
  ['the only one is there', { listed: 1, found: 1 }, 'pass'],
  ['one is missing', { found: 6, missing: [event('a')], missingCount: 1 }, 'fail'],
  ['all are missing', { listed: 1, found: 0, missing: [event('a')], missingCount: 1 }, 'fail'],
  ['a count without names', { missingCount: 1 }, 'fail'],
  ['names without a count', { missing: [event('a')] }, 'fail'],
  ['numbers that do not add up', { found: 6 }, 'unknown malformed'],
  ['more are found than listed', { found: 8 }, 'unknown malformed'],
  ['nothing is listed', { listed: 0, found: 0 }, 'unknown not-provable'],
])('%s', (_what, changes, verdict) => {
  expect(verdictOf(judge(changes))).toBe(verdict);
});

test('nothing listed is shown with what would prove it, and never told', () => {
  const judged = judge({ listed: 0, found: 0 });
  expect(isUnrefuted(judged)).toBe(true);
  expect(judged.observed).toContain('the look canary');
});

test('a failure names each of them, at most twenty, and counts the others', () => {
  expect(judge({ found: 5, missing: [event('a'), event('b', { operation: '', resource: '' })], missingCount: 2 }).observed).toBe(
    'in no workspace, from 2026-11-23T01:00:00.000Z to 2026-11-24T01:00:00.000Z, are a (2026-11-23T07:00:00.000Z, Microsoft.Authorization/policies/audit/action, /subscriptions/1/resourcegroups/shop), b (2026-11-23T07:00:00.000Z)',
  );
  const many = Array.from({ length: 21 }, (_, index) => event(`event-${index}`));
  const { observed } = judge({ missing: many, missingCount: 140 });
  expect(observed).toContain('event-19 (');
  expect(observed).not.toContain('event-20');
  expect(observed).toMatch(/ and 120 more$/);
  expect(judge({ missing: many.slice(0, 20), missingCount: 20 }).observed).not.toContain('more');
});

test('a lost event is a ticket', () => {
  expect(check.response).toBe('ticket');
});
