import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/audit-retention.ts';
import type { DataExport, LogTablesFact, TableFact } from '../../src/logs/log-facts.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.OperationalInsights/workspaces', 'shop');
const group = subject.id.slice(0, subject.id.indexOf('/providers/'));
const table = (change: Partial<TableFact> = {}): { readonly is: TableFact } => ({
  is: { isThere: true, retentionDays: 90, totalRetentionDays: 365, silences: [], slowestIngestionMinutes: 5, ...change },
});
const denied = { fault: { code: 'denied', message: 'we may not read it' } } as const;
const names = ['AzureActivity', 'SigninLogs', 'AuditLogs'];
const tablesOf = (change: Partial<TableFact> = {}) => Object.fromEntries(names.map((name) => [name, table(change)]));
const account = `${group}/providers/microsoft.storage/storageaccounts/kept`;
const hub = `${group}/providers/microsoft.eventhub/namespaces/hub`;
const copy: DataExport = { tables: names, isEnabled: true, destination: account, isImmutable: true };
const lock = { scope: subject.id, level: 'CanNotDelete' };
const fact = (change: Partial<LogTablesFact> = {}): LogTablesFact => ({
  workspaces: ['shop'],
  hours: 24,
  resolutionMinutes: 30,
  tables: tablesOf(),
  applications: { is: [] },
  locks: { is: [lock] },
  exports: { is: [copy] },
  ...change,
});
interface Row {
  readonly properties: { readonly retentionInDays?: number | null };
}
const judge = (interpretation: 'literal' | 'intent', seen: LogTablesFact, parameters: object = {}, resource: Row = { properties: {} }) =>
  judgeOne(check, interpretation, { resource, 'log-tables': seen }, { subject, parameters });
const both = (seen: LogTablesFact, parameters: object = {}, resource?: Row) =>
  (['literal', 'intent'] as const).map((interpretation) => verdictOf(judge(interpretation, seen, parameters, resource)));

describe('how long the tables are kept', () => {
  const rows: readonly [what: string, change: Partial<TableFact>, verdicts: readonly string[]][] = [
    ['a year', {}, ['pass', 'pass']],
    ['a day less than a year', { totalRetentionDays: 364 }, ['pass', 'fail']],
    ['as long as Azure itself', { totalRetentionDays: 90 }, ['pass', 'fail']],
    ['a day less', { totalRetentionDays: 89 }, ['fail', 'fail']],
    ['a month', { totalRetentionDays: 30, retentionDays: 30 }, ['fail', 'fail']],
    ['only the interactive use is said', { totalRetentionDays: null, retentionDays: 365 }, ['pass', 'pass']],
    ['nothing is said', { totalRetentionDays: null, retentionDays: null }, ['unknown unsupported', 'unknown unsupported']],
    [
      'as the workspace, in the words of the API',
      { totalRetentionDays: -1, retentionDays: -1 },
      ['unknown unsupported', 'unknown unsupported'],
    ],
    ['no days', { totalRetentionDays: 0, retentionDays: 0 }, ['unknown unsupported', 'unknown unsupported']],
    ['no such table', { isThere: false }, ['fail', 'fail']],
  ];
  test.each(rows)('%s', (_what, change, verdicts) => {
    expect(both(fact({ tables: tablesOf(change) }))).toEqual(verdicts);
    expect(both(fact({ tables: { ...tablesOf(), AuditLogs: table(change) } }))).toEqual(verdicts);
  });

  const silent = tablesOf({ totalRetentionDays: null, retentionDays: null });
  test.each([
    [365, ['pass', 'pass']],
    [364, ['pass', 'fail']],
    [90, ['pass', 'fail']],
    [89, ['fail', 'fail']],
    [0, ['unknown unsupported', 'unknown unsupported']],
    [null, ['unknown unsupported', 'unknown unsupported']],
  ])('where a table says nothing: %s days of the workspace', (retentionInDays, verdicts) => {
    expect(both(fact({ tables: silent }), {}, { properties: { retentionInDays } })).toEqual(verdicts);
  });

  test('the word of a table goes before that of the workspace', () => {
    expect(both(fact({ tables: tablesOf({ totalRetentionDays: 30 }) }), {}, { properties: { retentionInDays: 730 } })).toEqual([
      'fail',
      'fail',
    ]);
  });

  test.each([
    ['cannot be read', { AuditLogs: denied }, ['unknown denied', 'unknown denied']],
    ['cannot be read beside one that is short', { AuditLogs: denied, SigninLogs: table({ totalRetentionDays: 1 }) }, ['fail', 'fail']],
  ])('a table %s', (_what, tables, verdicts) => {
    expect(both(fact({ tables: { ...tablesOf(), ...tables } }))).toEqual(verdicts);
  });

  test('a table that nobody looks at', () => {
    expect(both(fact({ tables: { AzureActivity: table(), SigninLogs: table() } }))).toEqual(['unknown unsupported', 'unknown unsupported']);
  });

  test('other limits', () => {
    expect(both(fact({ tables: tablesOf({ totalRetentionDays: 180 }) }), { leastDays: 180, intentDays: 180 })).toEqual(['pass', 'pass']);
    expect(both(fact({ tables: tablesOf({ totalRetentionDays: 179 }) }), { leastDays: 180, intentDays: 180 })).toEqual(['fail', 'fail']);
  });
});

describe('where the tables stand', () => {
  const at = (workspace: string) => ({ tables: names.map((name) => ({ table: name, workspace })) });
  const several = fact({ workspaces: ['other', 'shop'] });
  test.each([
    ['several workspaces, none named', several, {}, ['unknown unsupported', 'unknown unsupported']],
    ['several, this one named', several, at('SHOP'), ['pass', 'pass']],
    ['several, the other one named', fact({ workspaces: ['other', 'shop'], locks: { is: [] }, tables: {} }), at('other'), ['pass', 'pass']],
    ['one that is gone', several, at('gone'), ['fail', 'fail']],
    [
      'one that may not have been listed',
      fact({ moreFault: { code: 'partial', message: 'not all' } }),
      at('gone'),
      ['unknown partial', 'unknown partial'],
    ],
    [
      'some here and some there',
      fact({ workspaces: ['other', 'shop'], tables: tablesOf({ totalRetentionDays: 90 }) }),
      { tables: [...at('other').tables.slice(1), { table: 'AzureActivity', workspace: 'shop' }] },
      ['pass', 'fail'],
    ],
  ])('%s', (_what, seen, parameters, verdicts) => {
    expect(both(seen, parameters)).toEqual(verdicts);
  });
});

describe('a lock', () => {
  const subscription = group.slice(0, group.indexOf('/resourcegroups/'));
  test.each([
    ['of the workspace', [lock], 'pass'],
    ['that lets nothing be written', [{ ...lock, level: 'ReadOnly' }], 'pass'],
    ['in another casing', [{ scope: subject.id.toUpperCase(), level: 'CANNOTDELETE' }], 'pass'],
    ['of its resource group', [{ ...lock, scope: group }], 'pass'],
    ['of its subscription', [{ ...lock, scope: `${subscription}/` }], 'pass'],
    ['of another group whose name begins alike', [{ ...lock, scope: `${group.slice(0, -1)}` }], 'fail'],
    ['of another workspace', [{ ...lock, scope: `${subject.id}s` }], 'fail'],
    ['of a table in it', [{ ...lock, scope: `${subject.id}/tables/auditlogs` }], 'fail'],
    ['that says nothing', [{ ...lock, level: 'NotSpecified' }], 'fail'],
    ['of nothing', [{ ...lock, scope: '' }], 'fail'],
    ['of anything', [{ ...lock, scope: '/' }], 'fail'],
    ['is missing', [], 'fail'],
  ])('%s', (_what, locks, intent) => {
    expect(both(fact({ locks: { is: locks } }))).toEqual(['pass', intent]);
  });

  test('cannot be read', () => {
    expect(both(fact({ locks: denied }))).toEqual(['pass', 'unknown denied']);
  });
});

describe('a copy that nobody can change', () => {
  const rows: readonly [what: string, exports: LogTablesFact['exports'], verdict: string][] = [
    ['of all tables', { is: [copy] }, 'pass'],
    [
      'with other casing',
      { is: [{ ...copy, tables: names.map((name) => name.toUpperCase()), destination: account.toUpperCase() }] },
      'pass',
    ],
    ['in several parts', { is: names.map((name) => ({ ...copy, tables: [name] })) }, 'pass'],
    ['of all but one', { is: [{ ...copy, tables: names.slice(1) }] }, 'fail'],
    ['is off', { is: [{ ...copy, isEnabled: false }] }, 'fail'],
    ['can be changed', { is: [{ ...copy, isImmutable: false }] }, 'fail'],
    ['may be changed', { is: [{ ...copy, isImmutable: null }] }, 'unknown partial'],
    ['may be changed, and one that cannot', { is: [{ ...copy, isImmutable: null }, copy] }, 'pass'],
    [
      'may be changed, and one that can',
      {
        is: [
          { ...copy, isImmutable: false },
          { ...copy, isImmutable: null },
        ],
      },
      'unknown partial',
    ],
    ['to an event hub', { is: [{ ...copy, destination: hub, isImmutable: null }] }, 'fail'],
    ['to nowhere', { is: [{ ...copy, destination: '' }] }, 'fail'],
    ['is missing', { is: [] }, 'fail'],
    ['cannot be read', denied, 'unknown denied'],
  ];
  test.each(rows)('%s', (_what, exports, intent) => {
    expect(both(fact({ exports }))).toEqual(['pass', intent]);
    expect(both(fact({ exports }), { immutable: 'lock' })).toEqual(['pass', 'pass']);
  });

  test('a lock alone is no lock where there is none', () => {
    expect(both(fact({ locks: { is: [] } }), { immutable: 'lock' })).toEqual(['pass', 'fail']);
  });
});

test('says what decided, and how to see it again', () => {
  expect(judge('literal', fact({ tables: tablesOf({ totalRetentionDays: 30 }) }))).toMatchObject({
    expected: 'AzureActivity, SigninLogs, AuditLogs are kept for at least 90 days',
    observed: 'AzureActivity is kept for 30 days; SigninLogs is kept for 30 days; AuditLogs is kept for 30 days',
    rule: 'tables.properties.totalRetentionInDays',
  });
  expect(judge('intent', fact({ locks: { is: [] } }))).toMatchObject({
    observed: 'no lock keeps the workspace from being deleted',
    rule: 'Microsoft.Authorization/locks.properties.level',
  });
  expect(check.repeat(subject)).toContain(`az rest --method get --url '${subject.id}/tables?api-version=2022-10-01'`);
});

test.each([
  { ...fact(), locks: { is: [{ scope: null, level: 'ReadOnly' }] } },
  { ...fact(), exports: null },
  { ...fact(), tables: { AzureActivity: { is: { ...table().is, isThere: null } } } },
])('what has another shape is refused', (seen) => {
  expect(check.needs['log-tables']?.safeParse(seen).success).toBe(false);
});
