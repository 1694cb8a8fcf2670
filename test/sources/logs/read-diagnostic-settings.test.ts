import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { readDiagnosticSettings } from '../../../src/sources/logs/read-diagnostic-settings.ts';

const workspaceId = '/subscriptions/1/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/Central';
const none = { workspaceId: null, storageAccountId: null, eventHubAuthorizationRuleId: null };
const row = (properties: JsonObject, name = 'to-central'): JsonObject => ({ id: `x/${name}`, name, properties });

test('destinations as ids in lower case; an empty text is none', () => {
  const rows = [
    row({ workspaceId, storageAccountId: ' ', eventHubAuthorizationRuleId: '' }),
    row({ storageAccountId: 'Subscriptions/2/X/' }, 'a'),
  ];
  expect(readDiagnosticSettings(rows)).toEqual({
    settings: [
      { name: 'a', ...none, storageAccountId: '/subscriptions/2/x', logs: [] },
      { name: 'to-central', ...none, workspaceId: workspaceId.toLowerCase(), logs: [] },
    ],
  });
});

test.each([
  ['enabled', { category: 'Policy', categoryGroup: null, enabled: true }, [{ category: 'Policy', categoryGroup: null, enabled: true }]],
  ['a group', { categoryGroup: 'allLogs', enabled: true }, [{ category: null, categoryGroup: 'allLogs', enabled: true }]],
  ['off where it does not say', { category: 'Policy' }, [{ category: 'Policy', categoryGroup: null, enabled: false }]],
  ['off where it says nothing', { category: 'Policy', enabled: null }, [{ category: 'Policy', categoryGroup: null, enabled: false }]],
  ['of nothing', { category: null, categoryGroup: null, enabled: true }, []],
  ['of empty texts', { category: '', categoryGroup: ' ', enabled: true }, []],
])('a log %s', (_what, log, logs) => {
  expect(readDiagnosticSettings([row({ logs: [log] })]).settings[0]?.logs).toEqual(logs);
});

test('no logs at all', () => {
  expect(readDiagnosticSettings([])).toEqual({ settings: [] });
  expect(readDiagnosticSettings([row({})]).settings[0]?.logs).toEqual([]);
  expect(readDiagnosticSettings([row({ logs: null })]).settings[0]?.logs).toEqual([]);
});

test.each([
  ['a setting without a name', { properties: {} }],
  ['a setting without properties', { name: 'a' }],
  ['logs that are no list', row({ logs: 'all' })],
  ['a log that is no object', row({ logs: ['Policy'] })],
  ['a text for yes', row({ logs: [{ category: 'Policy', enabled: 'true' }] })],
  ['a destination that is no text', row({ workspaceId: 7 })],
])('%s is no answer that we read', (_what, one) => {
  expect(() => readDiagnosticSettings([one as JsonObject])).toThrow('does not have the shape that we read');
});

test('the order of what Azure lists changes nothing', () => {
  const logs = ['Administrative', 'Policy', 'Security'].map((category) => ({ category, enabled: true }));
  const rows = ['a', 'b', 'c'].map((name) => row({ workspaceId, logs }, name));
  const shuffled = fc.shuffledSubarray(rows, { minLength: 3 });
  fc.assert(
    fc.property(shuffled, fc.shuffledSubarray(logs, { minLength: 3 }), (others, order) => {
      const changed = others.map((one) => ({ ...one, properties: { workspaceId, logs: order } }));
      expect(readDiagnosticSettings(changed)).toEqual(readDiagnosticSettings(rows));
    }),
  );
});

const azure = new URL('../../../../shared/azure/', import.meta.url);

describe.skipIf(!existsSync(azure))('what Microsoft shows, and what was recorded', () => {
  const examples = 'spec/monitor/resource-manager/Microsoft.Insights/preview/2021-05-01-preview/examples';
  const read = (file: string) => JSON.parse(readFileSync(new URL(file, azure), 'utf8'));

  test('of resources and of subscriptions', () => {
    const resource = read(`${examples}/listDiagnosticSettings.json`).responses['200'].body.value;
    expect(readDiagnosticSettings(resource).settings[0]).toMatchObject({
      workspaceId: null,
      logs: [{ categoryGroup: 'allLogs', enabled: true }],
    });
    const subscription = read(`${examples}/listSubscriptionDiagnosticSettings.json`).responses['200'].body.value;
    expect(readDiagnosticSettings(subscription).settings).not.toEqual([]);
    const recorded = read('recorded/microsoft.insights_diagnosticsettings__1.json').body.value;
    expect(readDiagnosticSettings(recorded).settings[0]?.logs).toContainEqual({ category: 'Alert', categoryGroup: null, enabled: false });
    expect(readDiagnosticSettings(recorded).settings[0]?.workspaceId).toBeNull();
  });
});
