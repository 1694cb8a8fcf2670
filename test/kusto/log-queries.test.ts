import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { kqlOf } from '../../src/logs/kql.ts';
import { ingestedColumn, type LogQuery, type LogWindow } from '../../src/logs/log-query.ts';
import { generatedColumn, logTables } from '../../src/logs/log-tables.ts';
import { askLogs } from '../support/asked-logs.ts';
import { type BoundQuery, createKustoBinder } from '../support/kusto.ts';

const published = new URL('../../../shared/azure/log-tables.json', import.meta.url);
const isThere = existsSync(published);

const window: LogWindow = { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:00:00.000Z', by: 'ingested' };
/** All that may be asked at once of each table, both ways; any query that is sent asks for some of it. */
const widest: readonly (readonly [name: string, query: LogQuery])[] = Object.entries(logTables).flatMap(([table, types]) => {
  const columns = Object.keys(types).filter((column) => column !== generatedColumn);
  const texts = Object.fromEntries(columns.map((column) => [column, 'text' as const]));
  const plain = Object.fromEntries(columns.map((column) => [column, 'plain' as const]));
  const where = Object.fromEntries(columns.map((column) => [column, "a'\\\n"]));
  const asText = [`${table}, as text`, { table, columns: texts, where, window }] as const;
  if (columns.length === 0) return [asText];
  return [asText, [`${table}, plain`, { table, columns: plain, window: { ...window, by: 'generated' } }] as const];
});

const { first, hourly } = await askLogs(1, [
  { name: 'logs', everyMs: 300_000, options: { tables: Object.keys(logTables) } },
  { name: 'activity-log', everyMs: 900_000, options: {} },
  { name: 'heartbeats', everyMs: 300_000, options: {} },
]);
/** What the sources really send, each shape of it once. */
const sentBySources = Map.groupBy([...first, ...hourly], ({ table, columns, where = {} }) =>
  [table, ...Object.keys(columns), ...Object.keys(where)].join(' '),
);

describe.skipIf(!isThere)(`queries of logs${isThere ? '' : ' (skipped: ../shared is not there)'}`, () => {
  let bind: (query: string) => BoundQuery;
  beforeAll(() => {
    const schemas = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(readFileSync(published, 'utf8')));
    // A table that an owner made has this column, like any other.
    bind = createKustoBinder({ ...schemas, DeployLog_CL: { [generatedColumn]: 'datetime', RawData: 'string' } });
  }, 60_000);

  const sent = [
    ...widest,
    ...[...sentBySources].flatMap(([name, [query]]) => (query === undefined ? [] : [[`what is sent: ${name}`, query] as const])),
    ['a table that its owner made', { table: 'DeployLog_CL', columns: {}, window }] as const,
  ];

  test.each(sent)('%s: binds, and gives what the reader of rows expects', { timeout: 60_000 }, (_name, query) => {
    const { diagnostics, columns } = bind(kqlOf(query));
    expect(diagnostics).toEqual([]);
    expect(columns).toEqual([
      [generatedColumn, 'datetime'],
      [ingestedColumn, 'datetime'],
      ...Object.keys(query.columns).map((name) => [name, 'string']),
    ]);
  });

  test('a long integer is projected as text', () => {
    const text = kqlOf({ table: 'AzureActivity', columns: { EventDataId: 'text' }, window });
    const asLong = text.replace('AzureActivity', 'SigninLogs').replaceAll('EventDataId', 'DurationMs');
    expect(bind(asLong).columns).toContainEqual(['DurationMs', 'string']);
  });

  test('each, with one letter of its table or of a column changed, is told', () => {
    for (const [, query] of sent.filter(([, { columns, table }]) => Object.keys(columns).length > 0 || table === 'DeployLog_CL')) {
      const text = kqlOf(query);
      expect(bind(text.replace(query.table, `${query.table}x`)).diagnostics).not.toEqual([]);
      expect(bind(text.replace(/\bTimeGenerated\b(?!.*\bTimeGenerated\b)/s, 'TimeGeneratedx')).diagnostics).not.toEqual([]);
    }
  });
});
