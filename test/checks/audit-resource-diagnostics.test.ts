import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/audit-resource-diagnostics.ts';
import type { DiagnosticLog, DiagnosticSetting } from '../../src/logs/log-facts.ts';
import { loggedTypes } from '../../src/logs/logged-types.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const vault = resourceOf('Microsoft.KeyVault/vaults', 'secrets');
const firewall = resourceOf('Microsoft.Network/azureFirewalls');
const account = resourceOf('Microsoft.Storage/storageAccounts', 'shopdata');
const on = (category: string): DiagnosticLog => ({ category, categoryGroup: null, enabled: true });
const group = (categoryGroup: string, enabled = true): DiagnosticLog => ({ category: null, categoryGroup, enabled });
const workspaceId = '/subscriptions/s/resourcegroups/ops/providers/microsoft.operationalinsights/workspaces/shop';
const sends = (logs: readonly DiagnosticLog[], change: Partial<DiagnosticSetting> = {}): DiagnosticSetting => ({
  name: 'to-logs',
  workspaceId,
  storageAccountId: null,
  eventHubAuthorizationRuleId: null,
  logs,
  ...change,
});
const judge = (subject: typeof vault, settings: readonly DiagnosticSetting[]) =>
  judgeOne(check, 'intent', { resource: { id: subject.id }, 'diagnostic-settings': { settings } }, { subject });
const newRules = ['AZFWNetworkRule', 'AZFWApplicationRule', 'AZFWNatRule'].map(on);
const oldRules = ['AzureFirewallNetworkRule', 'AzureFirewallApplicationRule'].map(on);

const rows: readonly [what: string, subject: typeof vault, settings: readonly DiagnosticSetting[], verdict: string][] = [
  ['a vault logs', vault, [sends([on('AuditEvent')])], 'pass'],
  ['a vault in another casing', vault, [sends([on('auditevent')])], 'pass'],
  ['a vault has no setting', vault, [], 'fail'],
  ['a vault has it off', vault, [sends([{ ...on('AuditEvent'), enabled: false }])], 'fail'],
  ['a vault logs something else', vault, [sends([on('AzurePolicyEvaluationDetails')])], 'fail'],
  ['the group audit', vault, [sends([group('audit')])], 'pass'],
  ['the group of all', vault, [sends([group('AllLogs')])], 'pass'],
  ['the group audit off', vault, [sends([group('audit', false)])], 'fail'],
  ['a group of tomorrow', vault, [sends([group('important')])], 'unknown unsupported'],
  ['the group audit of a firewall, which has none', firewall, [sends([group('audit')])], 'unknown unsupported'],
  ['only to a storage account', vault, [sends([on('AuditEvent')], { workspaceId: null, storageAccountId: '/accounts/kept' })], 'fail'],
  ['only to an event hub', vault, [sends([on('AuditEvent')], { workspaceId: null, eventHubAuthorizationRuleId: '/hub' })], 'fail'],
  ['a firewall with the new categories', firewall, [sends(newRules)], 'pass'],
  ['a firewall with the old ones', firewall, [sends(oldRules)], 'pass'],
  ['a firewall with some of each', firewall, [sends([...newRules.slice(1), ...oldRules.slice(1)])], 'fail'],
  ['a firewall with all the old ones and most of the new', firewall, [sends([...newRules.slice(1), ...oldRules])], 'pass'],
  ['a firewall, two settings', firewall, [sends(newRules.slice(1)), sends(newRules.slice(0, 1))], 'pass'],
  ['blobs log all three', account, [sends(['StorageRead', 'StorageWrite', 'StorageDelete'].map(on))], 'pass'],
  ['blobs do not log what is read', account, [sends(['StorageWrite', 'StorageDelete'].map(on))], 'fail'],
];

describe('audit-resource-diagnostics', () => {
  test.each(rows)('%s', (_what, subject, settings, verdict) => {
    expect(verdictOf(judge(subject, settings))).toBe(verdict);
    expect(verdictOf(judge(subject, settings.toReversed()))).toBe(verdict);
  });

  test.each(Object.entries(loggedTypes))('%s: each set is enough, each category of it is needed', (type, { categories, groups }) => {
    const subject = resourceOf(type);
    expect(categories.length).toBeGreaterThan(0);
    for (const set of categories) {
      expect(verdictOf(judge(subject, [sends(set.map(on))]))).toBe('pass');
      for (const left of set) expect(verdictOf(judge(subject, [sends(set.filter((other) => other !== left).map(on))]))).toBe('fail');
    }
    for (const name of groups) expect(verdictOf(judge(subject, [sends([group(name)])]))).toBe('pass');
    expect(type).toBe(type.toLowerCase());
  });

  test('a type that nobody described is unknown', () => {
    expect(verdictOf(judge(resourceOf('Microsoft.Example/things'), [sends([group('allLogs')])]))).toBe('unknown unsupported');
  });

  test('says which log is missing, and how to see it again', () => {
    expect(judge(account, [sends(['StorageWrite', 'StorageDelete'].map(on))])).toMatchObject({
      expected: 'the logs StorageRead and StorageWrite and StorageDelete of blobservices/default are sent to a workspace',
      observed: 'StorageRead is not sent to a workspace: to-logs (to workspace shop) sends StorageDelete, StorageWrite',
    });
    expect(judge(firewall, []).observed).toBe(
      'AZFWNetworkRule, AZFWApplicationRule, AZFWNatRule are not sent to a workspace: there is no diagnostic setting',
    );
    expect(judge(firewall, [sends(oldRules.slice(1))]).observed).toContain('AzureFirewallNetworkRule is not sent');
    expect(check.repeat(account)).toBe(`az monitor diagnostic-settings list --resource '${account.id}/blobservices/default'`);
    expect(check.repeat(vault)).toBe(`az monitor diagnostic-settings list --resource '${vault.id}'`);
  });
});
