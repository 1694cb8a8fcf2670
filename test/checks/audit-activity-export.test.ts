import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/audit-activity-export.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';
import type { DiagnosticLog, DiagnosticSetting } from '../../src/logs/log-facts.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const id = '/subscriptions/00000000-0000-0000-0000-000000000001';
const subject = resourceFromId(id);
if (subject === null) throw new Error('no subscription');
const on = (category: string): DiagnosticLog => ({ category, categoryGroup: null, enabled: true });
const off = (category: string): DiagnosticLog => ({ ...on(category), enabled: false });
const group = (categoryGroup: string, enabled = true): DiagnosticLog => ({ category: null, categoryGroup, enabled });
const three = ['Administrative', 'Security', 'Policy'].map(on);
const all = [...three, on('Alert')];
const setting = (logs: readonly DiagnosticLog[], change: Partial<DiagnosticSetting> = {}): DiagnosticSetting => ({
  name: 'to-logs',
  workspaceId: `${id}/resourcegroups/ops/providers/microsoft.operationalinsights/workspaces/shop`,
  storageAccountId: null,
  eventHubAuthorizationRuleId: null,
  logs,
  ...change,
});
const account = `${id}/resourcegroups/ops/providers/microsoft.storage/storageaccounts/kept`;
const hub = `${id}/resourcegroups/ops/providers/microsoft.eventhub/namespaces/hub/authorizationrules/send`;
const judge = (interpretation: 'literal' | 'intent', settings: readonly object[], parameters: object = {}) =>
  judgeOne(check, interpretation, { resource: { id }, 'diagnostic-settings': { settings } }, { subject, parameters });

const rows: readonly [what: string, settings: readonly DiagnosticSetting[], literal: string, intent: string][] = [
  ['all four', [setting(all)], 'pass', 'pass'],
  ['those of the sentence alone', [setting(three)], 'pass', 'fail'],
  ['in another casing', [setting([on('ADMINISTRATIVE'), on('security'), on('policy'), on('alert')])], 'pass', 'pass'],
  ['one is not listed', [setting(all.slice(1))], 'fail', 'fail'],
  ['one is off', [setting([off('Security'), on('Administrative'), on('Policy'), on('Alert')])], 'fail', 'fail'],
  ['only the further one is off', [setting([...three, off('Alert')])], 'pass', 'fail'],
  ['one is off here and on there', [setting([...three, off('Alert')]), setting([on('Alert')])], 'pass', 'pass'],
  ['several share them', [setting(all.slice(0, 2)), setting(all.slice(2))], 'pass', 'pass'],
  ['the group of all', [setting([group('allLogs')])], 'pass', 'pass'],
  ['that group in another casing', [setting([group('ALLLOGS')])], 'pass', 'pass'],
  ['that group off', [setting([group('allLogs', false)])], 'fail', 'fail'],
  ['a group of tomorrow', [setting([group('most')])], 'unknown unsupported', 'unknown unsupported'],
  ['a group of tomorrow beside all', [setting([group('most'), ...all])], 'pass', 'pass'],
  ['entries that name nothing', [setting([{ category: null, categoryGroup: null, enabled: true }])], 'fail', 'fail'],
  ['entries with empty names', [setting([on(''), group('')])], 'fail', 'fail'],
  ['a storage account alone', [setting(all, { workspaceId: null, storageAccountId: account })], 'pass', 'fail'],
  ['an event hub alone', [setting(all, { workspaceId: null, eventHubAuthorizationRuleId: hub })], 'fail', 'fail'],
  [
    'a storage account for one, a workspace for the others',
    [setting(three), setting([on('Alert')], { workspaceId: null, storageAccountId: account })],
    'pass',
    'fail',
  ],
  ['to nowhere', [setting(all, { workspaceId: null })], 'fail', 'fail'],
  ['an empty id', [setting(all, { workspaceId: '' })], 'fail', 'fail'],
  ['an id of blanks', [setting(all, { workspaceId: ' ' })], 'fail', 'fail'],
  ['no entry', [setting([])], 'fail', 'fail'],
  ['no setting', [], 'fail', 'fail'],
];

describe('audit-activity-export', () => {
  test.each(rows)('%s', (_what, settings, literal, intent) => {
    expect(verdictOf(judge('literal', settings))).toBe(literal);
    expect(verdictOf(judge('intent', settings))).toBe(intent);
    expect(verdictOf(judge('intent', settings.toReversed()))).toBe(intent);
  });

  test('other categories can be asked for', () => {
    expect(verdictOf(judge('literal', [setting(three)], { categories: ['Administrative', 'Autoscale'] }))).toBe('fail');
    expect(verdictOf(judge('intent', [setting(three)], { furtherCategories: [] }))).toBe('pass');
    expect(check.parameters.safeParse({ categories: [] }).success).toBe(false);
  });

  test('says what is missing, what there is, and how to see it again', () => {
    expect(judge('intent', [setting(three)])).toMatchObject({
      expected: 'Administrative, Security, Policy, Alert of the activity log are sent to a workspace',
      observed: 'Alert is not sent to a workspace: to-logs (to workspace shop) sends Administrative, Policy, Security',
      rule: 'diagnosticSettings.properties.logs of the subscription',
    });
    expect(
      judge('literal', [
        setting(
          all.map(({ category }) => off(String(category))),
          { workspaceId: null, eventHubAuthorizationRuleId: hub },
        ),
      ]).observed,
    ).toBe('Administrative, Security, Policy are not sent to a workspace or storage account: to-logs (to event hub) sends nothing');
    expect(judge('literal', []).observed).toContain('there is no diagnostic setting');
    expect(check.repeat(subject)).toBe(`az monitor diagnostic-settings subscription list --subscription ${subject.subscription}`);
    expect(check.response).toBe('page');
  });

  test.each([{}, { settings: null }, { settings: [{ ...setting([]), logs: null }] }, { settings: [{ ...setting([]), workspaceId: 5 }] }])(
    'what has another shape is refused: %j',
    (fact) => {
      expect(check.needs['diagnostic-settings']?.safeParse(fact).success).toBe(false);
    },
  );
});
