import { describe, expect, test } from 'vitest';
import { judgeProperties } from '../../src/domain/judge-properties.ts';
import { atItsPlace, judgeDeclaredLog, placeOf, type SeenWorkspace } from '../../src/logs/declared-logs.ts';
import type { LogTablesFact, Silence, TableFact } from '../../src/logs/log-facts.ts';
import { resourceOf, verdictOf } from '../support/judge.ts';

const workspace = resourceOf('Microsoft.OperationalInsights/workspaces', 'shop');
const asOf = '2026-11-24T12:00:00.000Z';
const table = (change: Partial<TableFact> = {}): TableFact => ({
  isThere: true,
  retentionDays: 90,
  totalRetentionDays: 365,
  silences: [],
  slowestIngestionMinutes: 5,
  ...change,
});
const seen = (tables: LogTablesFact['tables'], change: Partial<SeenWorkspace['fact']> = {}): SeenWorkspace => ({
  workspace,
  fact: { workspaces: ['shop'], hours: 24, resolutionMinutes: 30, tables, ...change },
  asOf,
});
const log = { what: 'console portal', table: 'AzureActivity', quietMinutes: 60 };
const question = { interpretation: 'intent', expected: 'it arrives', rule: 'TimeGenerated' } as const;
const verdict = (...[one, where, counts]: Parameters<typeof judgeDeclaredLog>): string =>
  verdictOf(judgeProperties(question, judgeDeclaredLog(one, where, counts)));
const withSilences = (...silences: readonly Silence[]) => seen({ AzureActivity: { is: table({ silences }) } });

describe('where a declared log stands', () => {
  test.each([
    [undefined, ['shop'], 'here'],
    [undefined, [], 'here'],
    [undefined, ['shop', 'other'], 'undecided'],
    ['shop', ['shop', 'other'], 'here'],
    ['SHOP', ['shop'], 'here'],
    ['other', ['other', 'shop'], 'elsewhere'],
    ['Other', ['other', 'shop'], 'elsewhere'],
    ['gone', ['shop'], 'nowhere'],
    [workspace.id, ['shop'], 'here'],
    [`${workspace.id.toUpperCase()}/`, ['shop'], 'here'],
    [workspace.id.replace(/shop$/, 'other'), ['other', 'shop'], 'elsewhere'],
    [workspace.id.replace(/shop$/, 'gone'), ['shop'], 'nowhere'],
    // Another one of the same name in another resource group: there, and not.
    [workspace.id.replace('resourcegroups/shop', 'resourcegroups/lab'), ['shop', 'shop'], 'elsewhere'],
    [workspace.id.replace('resourcegroups/shop', 'resourcegroups/lab'), ['other', 'shop'], 'nowhere'],
    [undefined, ['shop', 'shop'], 'undecided'],
  ])('%s of %j', (declared, workspaces, place) => {
    expect(placeOf(declared, workspace, workspaces)).toBe(place);
  });
});

describe('whether it is there', () => {
  test.each([
    ['it is', seen({ AzureActivity: { is: table() } }), undefined, 'pass'],
    ['in another casing', seen({ AZUREACTIVITY: { is: table() } }), undefined, 'pass'],
    ['the workspace has no such table', seen({ AzureActivity: { is: table({ isThere: false }) } }), undefined, 'fail'],
    ['nobody looked at it', seen({ SigninLogs: { is: table() } }), undefined, 'unknown unsupported'],
    ['it cannot be read', seen({ AzureActivity: { fault: { code: 'denied', message: 'no' } } }), undefined, 'unknown denied'],
    ['several workspaces', seen({ AzureActivity: { is: table() } }, { workspaces: ['other', 'shop'] }), undefined, 'unknown unsupported'],
    ['no such workspace', seen({ AzureActivity: { is: table() } }), 'gone', 'fail'],
    ['none here, as declared', seen({}, { workspaces: ['other', 'shop'] }), 'other', 'unknown none-seen'],
  ] as const)('%s', (_what, where, declared, expected) => {
    const judged = atItsPlace({ ...log, workspace: declared }, where, () => ({ observed: 'there', status: 'pass' }));
    expect(verdictOf(judgeProperties(question, judged))).toBe(expected);
    expect(verdict({ ...log, workspace: declared }, where, 'always')).toBe(expected);
    expect(verdict({ ...log, workspace: declared }, where, 'now')).toBe(expected);
  });
});

describe('where there may be more workspaces', () => {
  const more = { moreFault: { code: 'throttled', message: 'not all were listed' } } as const;
  test.each([
    [undefined, 'unknown throttled'],
    ['gone', 'unknown throttled'],
    ['shop', 'pass'],
    ['other', 'unknown none-seen'],
  ])('%s', (declared, expected) => {
    const where = seen({ AzureActivity: { is: table() } }, { workspaces: ['other', 'shop'], ...more });
    expect(verdict({ ...log, workspace: declared }, where, 'always')).toBe(expected);
    const alone = seen({ AzureActivity: { is: table() } }, more);
    expect(verdict({ ...log, workspace: declared === 'other' ? 'shop' : declared }, alone, 'now')).toBe(
      declared === 'other' ? 'pass' : expected,
    );
  });
});

const rows: readonly [what: string, silence: Silence, always: string, now: string][] = [
  ['as long as may be, ended', { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:00:00.000Z' }, 'pass', 'pass'],
  ['a moment longer, ended', { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:00:00.001Z' }, 'fail', 'pass'],
  ['as long as may be, going on', { from: '2026-11-24T11:00:00.000Z', to: null }, 'pass', 'pass'],
  ['a moment longer, going on', { from: '2026-11-24T10:59:59.999Z', to: null }, 'fail', 'fail'],
  ['after the look', { from: '2026-11-24T12:30:00.000Z', to: null }, 'pass', 'pass'],
  ['since before the hours', { from: '2026-11-20T00:00:00.000Z', to: null }, 'fail', 'fail'],
  ['nothing known, as long as may be', { from: null, to: '2026-11-23T14:00:00.000Z' }, 'pass', 'pass'],
  ['nothing known, a moment longer', { from: null, to: '2026-11-23T14:00:00.001Z' }, 'fail', 'pass'],
  ['all the time', { from: null, to: null }, 'fail', 'fail'],
];

describe('its silences', () => {
  test.each(rows)('%s', (_what, silence, always, now) => {
    const where = withSilences(silence);
    expect(verdict(log, where, 'always')).toBe(always);
    expect(verdict(log, where, 'now')).toBe(now);
  });

  test.each([
    ['as short as can be seen', 30, 'pass'],
    ['shorter than can be seen', 29, 'unknown unsupported'],
    ['as long as is looked at', 1_440, 'pass'],
    ['longer than is looked at', 1_441, 'unknown unsupported'],
  ])('may last %s', (_what, quietMinutes, expected) => {
    expect(verdict({ ...log, quietMinutes }, withSilences(), 'always')).toBe(expected);
    expect(verdict({ ...log, quietMinutes }, withSilences(), 'now')).toBe(expected);
  });

  test('one that was quiet all the time is silent for as long as is looked at', () => {
    expect(verdict({ ...log, quietMinutes: 1_440 }, withSilences({ from: null, to: null }), 'now')).toBe('fail');
  });

  test('are told by their times', () => {
    const long = rows.filter(([, , always]) => always === 'fail').map(([, silence]) => silence);
    expect(judgeDeclaredLog(log, withSilences(...long), 'always')).toEqual([
      {
        status: 'fail',
        observed:
          'console portal: AzureActivity is silent from 2026-11-24T08:00:00.000Z to 2026-11-24T09:00:00.001Z, since 2026-11-24T10:59:59.999Z, since 2026-11-20T00:00:00.000Z, until 2026-11-23T14:00:00.001Z, all the time',
      },
    ]);
  });
});
