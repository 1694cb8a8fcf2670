import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseKusto } from '../../sandbox/azure/logs/kusto-query.ts';
import { kustoSchema, schemaOf } from '../../sandbox/azure/logs/kusto-schema.ts';
import { azureTime, type LogRow } from '../../sandbox/azure/logs/log-row.ts';
import { runKusto, unresolvedColumn, windowOf } from '../../sandbox/azure/logs/run-kusto.ts';
import { readTimespan } from '../../sandbox/azure/logs/timespan.ts';
import { timestamp } from '../../src/domain/time.ts';
import { kqlOf } from '../../src/logs/kql.ts';

describe('what is understood', () => {
  test('a table alone', () => {
    expect(parseKusto(' Heartbeat\n')).toEqual({ table: 'Heartbeat', conditions: [], project: null });
  });

  test('times, texts and columns', () => {
    const query = `AzureActivity
      | where TimeGenerated >= datetime(2026-11-25T00:00:00Z) and TimeGenerated < datetime(2026-11-25T01:00:00.5Z)
      | where ingestion_time() > datetime(2026-11-25)
      | where ['SubscriptionId'] =~ "a\\"b\\\\c" and CategoryValue == 'P\\u006flicy'
      | project TimeGenerated, IngestedAt = ingestion_time(), Mine = EventDataId, Text = tostring(['Level'])`;
    expect(parseKusto(query)).toEqual({
      table: 'AzureActivity',
      conditions: [
        { time: 'generated', sign: '>=', ms: Date.parse('2026-11-25T00:00:00Z') },
        { time: 'generated', sign: '<', ms: Date.parse('2026-11-25T01:00:00.5Z') },
        { time: 'ingested', sign: '>', ms: Date.parse('2026-11-25T00:00:00Z') },
        { column: 'SubscriptionId', isCaseless: true, text: 'a"b\\c' },
        { column: 'CategoryValue', isCaseless: false, text: 'Policy' },
      ],
      project: [
        { name: 'TimeGenerated', column: 'TimeGenerated', asText: false },
        { name: 'IngestedAt', column: null, asText: false },
        { name: 'Mine', column: 'EventDataId', asText: false },
        { name: 'Text', column: 'Level', asText: true },
      ],
    });
  });

  test.each(['generated', 'ingested'] as const)('what the product asks for, by when it was %s', (by) => {
    const window = { from: timestamp(1_000), to: timestamp(61_000), by };
    const where = { _ResourceId: `/a'b"c\\d\u2028` };
    const query = parseKusto(kqlOf({ table: 'Heartbeat', columns: { Computer: 'plain', SubscriptionId: 'text' }, where, window }));
    expect(query?.conditions).toEqual([
      { time: by, sign: '>=', ms: 1_000 },
      { time: by, sign: '<', ms: 61_000 },
      { column: '_ResourceId', isCaseless: true, text: where._ResourceId },
    ]);
    expect(query?.project?.map(({ name, asText }) => [name, asText])).toEqual([
      ['TimeGenerated', false],
      ['IngestedAt', false],
      ['Computer', false],
      ['SubscriptionId', true],
    ]);
  });
});

test.each([
  [''],
  ['|'],
  ['Heartbeat |'],
  ['Heartbeat | take 1'],
  ['Heartbeat | where'],
  ['Heartbeat | where Computer'],
  ['Heartbeat | where Computer has "a"'],
  ['Heartbeat | where Computer =~ "a" or Computer =~ "b"'],
  ['Heartbeat | where Computer =~ "a'],
  ['Heartbeat | where Computer =~ "a\\q"'],
  ['Heartbeat | where Computer >= datetime(2026-11-25)'],
  ['Heartbeat | where TimeGenerated > ago(1h)'],
  ['Heartbeat | where TimeGenerated =~ datetime(2026-11-25)'],
  ['Heartbeat | where TimeGenerated > datetime(never)'],
  ['Heartbeat | where TimeGenerated > datetime(2026-99-99)'],
  ['Heartbeat | where ingestion_time() =~ "a"'],
  ['Heartbeat | project'],
  ['Heartbeat | project A ='],
  ['Heartbeat | project A = strcat(B)'],
  ['Heartbeat | project A = tostring(B, C)'],
  ['Heartbeat | project Computer | where Computer =~ "a"'],
  ['Heartbeat | project Computer | project Computer'],
  ['Heartbeat; Heartbeat'],
  ['union Heartbeat'],
  ['Heartbeat // a comment'],
])('%s is not understood', (query) => {
  expect(parseKusto(query)).toBeNull();
});

describe('what it gives', () => {
  const row = (atMs: number, cells: LogRow['cells']): LogRow => ({ atMs, ingestedMs: atMs + 1_000, cells });
  const audits = [
    row(0, { DatabaseName: 'Orders', TransactionId: '9007199254740993', Succeeded: true }),
    row(5, { DatabaseName: 'orders', TransactionId: '12', Succeeded: false, Statement: 'a "b"' }),
    row(9, { DatabaseName: 'stock' }),
  ];
  function run(text: string, maxRows = 10) {
    const query = parseKusto(text);
    const schema = schemaOf('SQLSecurityAuditEvents', []);
    if (query === null || schema === null) throw new Error('not understood');
    expect(unresolvedColumn(query, schema)).toBeNull();
    return runKusto(query, schema, audits, maxRows);
  }

  test('long integers keep their digits, and what is not there is empty or null', () => {
    const { rows, columns } = run(
      'SQLSecurityAuditEvents | project TimeGenerated, At = ingestion_time(), TransactionId, T = tostring(TransactionId), Succeeded, Statement',
    );
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'TimeGenerated datetime',
      'At datetime',
      'TransactionId long',
      'T string',
      'Succeeded bool',
      'Statement string',
    ]);
    expect(rows).toEqual([
      '["1970-01-01T00:00:00.0000000Z","1970-01-01T00:00:01.0000000Z",9007199254740993,"9007199254740993",true,""]',
      '["1970-01-01T00:00:00.0050000Z","1970-01-01T00:00:01.0050000Z",12,"12",false,"a \\"b\\""]',
      '["1970-01-01T00:00:00.0090000Z","1970-01-01T00:00:01.0090000Z",null,"",null,""]',
    ]);
  });

  test.each([
    ['DatabaseName =~ "ORDERS"', 2],
    ['DatabaseName == "orders"', 1],
    ['DatabaseName =~ "orders" and Statement =~ ""', 1],
    ['DatabaseName =~ "order"', 0],
  ])('%s: %d rows', (condition, count) => {
    expect(run(`SQLSecurityAuditEvents | where ${condition}`).rows).toHaveLength(count);
  });

  test('no more rows than an answer holds, and it says so', () => {
    expect(run('SQLSecurityAuditEvents', 3)).toMatchObject({ isCut: false, rows: { length: 3 } });
    expect(run('SQLSecurityAuditEvents', 2)).toMatchObject({ isCut: true, rows: { length: 2 } });
  });

  test('a window is what all conditions leave of it', () => {
    const conditions = parseKusto(
      'T | where TimeGenerated >= datetime(1970-01-01T00:00:01Z) and TimeGenerated <= datetime(1970-01-01T00:00:09Z) | where TimeGenerated > datetime(1970-01-01T00:00:02Z)',
    )?.conditions;
    const whole = { fromMs: 0, toMs: 60_000 };
    expect(windowOf(conditions ?? [], 'generated', whole)).toEqual({ fromMs: 2_001, toMs: 9_001 });
    expect(windowOf(conditions ?? [], 'ingested', whole)).toEqual(whole);
  });
});

test.each([
  ['Nothing', 'Computer'],
  ['Heartbeat', 'Computers'],
  ['Heartbeat', 'computer'],
  ['Heartbeat', 'toString'],
])('%s has no %s', (table, column) => {
  const schema = schemaOf(table, []);
  const query = parseKusto(`${table} | project ${column}`);
  expect(schema === null || query === null ? table : unresolvedColumn(query, schema)).toBe(schema === null ? table : column);
});

test('tables of a workspace of its own are known there only', () => {
  expect(schemaOf('Deployments_CL', [])).toBeNull();
  expect(schemaOf('Deployments_CL', ['Deployments_CL'])).toMatchObject({ TimeGenerated: 'datetime' });
});

test.each([
  ['PT1H', 3_600_000, 0],
  ['P1DT2H3M4S', 93_784_000, 0],
  ['1970-01-01T00:00:00Z/1970-01-01T00:01:00Z', null, 60_000],
  ['1970-01-01T00:00:00Z/PT1M', null, 60_000],
])('timespan %s', (text, lastMs, toMs) => {
  const nowMs = 1_000_000_000;
  expect(readTimespan(text, nowMs)).toEqual(lastMs === null ? { fromMs: 0, toMs } : { fromMs: nowMs - lastMs, toMs: nowMs });
});

test.each(['1970-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '2026-02-28T23:59:59.007Z', '2028-02-29T00:00:00.070Z'])(
  '%s has seven decimals',
  (text) => {
    expect(azureTime(Date.parse(text))).toBe(text.replace('Z', '0000Z'));
  },
);

test('a timespan that is none', () => {
  expect(readTimespan('yesterday', 0)).toBeNull();
  expect(readTimespan('a/b', 0)).toBeNull();
});

const published = new URL('../../../shared/azure/log-tables.json', import.meta.url);

test.skipIf(!existsSync(published))('columns and their types are those of the real tables', () => {
  const real: { readonly [table: string]: { readonly [column: string]: string } } = JSON.parse(readFileSync(published, 'utf8'));
  expect(Object.keys(kustoSchema).toSorted()).toEqual(Object.keys(real).toSorted());
  for (const [table, columns] of Object.entries(kustoSchema)) expect(real[table]).toMatchObject(columns);
});
