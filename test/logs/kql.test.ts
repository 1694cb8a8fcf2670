import { describe, expect, test } from 'vitest';
import { kqlOf } from '../../src/logs/kql.ts';
import type { LogQuery } from '../../src/logs/log-query.ts';

const window = { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:00:00.000Z', by: 'ingested' } as const;

test('rows of a window in which they could first be asked for', () => {
  expect(kqlOf({ table: 'AuditLogs', columns: {}, window })).toBe(
    [
      'AuditLogs',
      '| where ingestion_time() >= datetime(2026-11-24T08:00:00.000Z) and ingestion_time() < datetime(2026-11-24T09:00:00.000Z)',
      '| project TimeGenerated, IngestedAt = ingestion_time()',
    ].join('\n'),
  );
});

test('rows of a window in which they happened, some columns of them, those of one category', () => {
  const columns = { EventDataId: 'text', CategoryValue: 'plain' } as const;
  expect(kqlOf({ table: 'AzureActivity', columns, where: { CategoryValue: 'Policy' }, window: { ...window, by: 'generated' } })).toBe(
    [
      'AzureActivity',
      '| where TimeGenerated >= datetime(2026-11-24T08:00:00.000Z) and TimeGenerated < datetime(2026-11-24T09:00:00.000Z)',
      "| where CategoryValue =~ 'Policy'",
      '| project TimeGenerated, IngestedAt = ingestion_time(), EventDataId = tostring(EventDataId), CategoryValue',
    ].join('\n'),
  );
});

test.each([
  ["a'b", String.raw`'a\'b'`],
  ['a\\', String.raw`'a\\'`],
  ["\\' or true //", String.raw`'\\\' or true //'`],
  ['a\nb', String.raw`'a\u000ab'`],
  ['\u2028', String.raw`'\u2028'`],
  ['ä"`', `'ä"\`'`],
  ['', "''"],
])('the text %j stays a text', (value, literal) => {
  expect(kqlOf({ table: 'Heartbeat', columns: {}, where: { Computer: value }, window })).toContain(`\n| where Computer =~ ${literal}\n`);
});

const custom: LogQuery = { table: 'DeployLog_CL', columns: {}, window };
test('of a table that its owner made only when its rows happened', () => {
  expect(kqlOf(custom)).toMatch(/^DeployLog_CL\n/);
  expect(() => kqlOf({ ...custom, columns: { Message: 'text' } })).toThrow(/not on the list of columns/);
});

describe('refused, since it is a defect of ours', () => {
  const least: LogQuery = { table: 'AzureActivity', columns: {}, window };
  test.each<[string, LogQuery]>([
    ['a table that is not on the list', { ...least, table: 'Tables' }],
    ['a table in another spelling', { ...least, table: 'azureactivity' }],
    ['more than a table', { ...least, table: 'AzureActivity | union SigninLogs' }],
    ['more than a table that its owner made', { ...least, table: 'union X_CL' }],
    ['what every object has', { ...least, table: 'constructor' }],
    ['a column that is not on the list', { ...least, columns: { Caller: 'text' } }],
    ['what every object has, as a column', { ...least, columns: Object.fromEntries([['toString', 'text' as const]]) }],
    ['a filter by a column that is not on the list', { ...least, where: { CallerIpAddress: '192.0.2.1' } }],
    ['a time compared with a text', { ...least, where: { TimeGenerated: 'x' } }],
    ['a time projected twice', { ...least, columns: { TimeGenerated: 'text' } }],
    ['a window from nowhere', { ...least, window: { ...window, from: 'yesterday' } }],
  ])('%s', (_what, query) => {
    expect(() => kqlOf(query)).toThrow();
  });
});
