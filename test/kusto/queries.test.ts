import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../src/domain/json.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import type { ArmClient, CallOptions } from '../../src/sources/azure/arm-client.ts';
import { censusQuery, subscriptionsQuery, sweepsOf } from '../../src/sources/azure/graph-queries.ts';
import { keepFields } from '../../src/sources/azure/keep-fields.ts';
import { readCensus, readScopes } from '../../src/sources/azure/read-scopes.ts';
import { readChanges, resourceChangesQuery } from '../../src/sources/azure/resource-changes.ts';
import { type BoundQuery, createKustoBinder } from '../support/kusto.ts';
import { loadShippedPlan } from '../support/shipped-plan.ts';

/** All tables of Resource Graph have these columns; the recorded answer below has them in the types of its wire format. */
const columns = {
  id: 'string',
  name: 'string',
  type: 'string',
  tenantId: 'string',
  kind: 'string',
  location: 'string',
  resourceGroup: 'string',
  subscriptionId: 'string',
  managedBy: 'string',
  sku: 'dynamic',
  plan: 'dynamic',
  properties: 'dynamic',
  tags: 'dynamic',
  identity: 'dynamic',
  zones: 'dynamic',
  extendedLocation: 'dynamic',
};
/** Of the list "Azure Resource Graph table and resource type reference". */
const tables = [
  'resources',
  'resourcecontainers',
  'recoveryservicesresources',
  'securityresources',
  'appserviceresources',
  'networkresources',
  'computeresources',
  'authorizationresources',
  'resourcechanges',
];
const changesQuery = resourceChangesQuery('2026-11-24T08:00:00.000Z');
const { plan } = await loadShippedPlan();
const sweeps = sweepsOf(plan.resourceTypes);
const sent: readonly (readonly [name: string, query: string])[] = [
  ...sweeps.map(({ table, query }) => [`the sweep of ${table}`, query] as const),
  ['the subscriptions', subscriptionsQuery],
  ['the census', censusQuery],
  ['the changes', changesQuery],
];

let bind: (query: string) => BoundQuery;
beforeAll(() => {
  bind = createKustoBinder(Object.fromEntries(tables.map((table) => [table, columns])));
}, 60_000);

function columnsOf(query: string): readonly string[] {
  return bind(query).columns.map(([name]) => name);
}

test('the plan needs several tables, or the sweeps below prove little', () => {
  expect(sweeps.map(({ table }) => table)).toEqual(expect.arrayContaining(['recoveryservicesresources', 'resources', 'securityresources']));
});

describe.each(sent)('%s', (name, query) => {
  test('parses, and every name in it is known', { timeout: 60_000 }, () => {
    expect(bind(query).diagnostics).toEqual([]);
  });

  test.skipIf(name === 'the census')('is ordered by id, without which there is no second page, and gives the id', () => {
    expect(query).toMatch(/\| order by id asc$/);
    expect(columnsOf(query)).toContain('id');
  });
});

describe('a broken query is told', { timeout: 60_000 }, () => {
  test.each([
    ['an unknown column', "resources | where typ =~ 'x' | project id", 'KS142'],
    ['an unknown table', 'resource | project id', 'KS204'],
    ['an unknown operator', 'resources | sumarize count() by type', 'KS176'],
    ['a column that was projected away', 'resources | project name | order by id asc', 'KS142'],
  ])('%s', (_what, query, code) => {
    expect(bind(query).diagnostics.join('\n')).toContain(code);
  });

  test('each query that is sent, with one letter of a column changed', () => {
    for (const [, query] of sent) expect(bind(query.replace(/\b(subscriptionId|properties)\b/, '$1x')).diagnostics).not.toEqual([]);
  });

  test('each sweep, of a table that is not there', () => {
    for (const { table, query } of sweeps) expect(bind(query.replace(table, `${table}x`)).diagnostics).not.toEqual([]);
  });
});

describe('the columns are those that the readers of rows name', () => {
  const everyMember = Object.fromEntries(Object.keys(columns).map((name) => [name, 'something']));
  const kept = Object.keys(keepFields(everyMember, [])).sort();

  test.each(sweeps)('the sweep of $table gives what is kept of a row, and no more', ({ query }) => {
    expect(columnsOf(query).toSorted()).toEqual(kept);
  });

  test('a row of the subscriptions with no more than the columns of the query can be read', async () => {
    const scope = subscriptionResource('one');
    const row = rowOf(subscriptionsQuery, { id: scope.id, properties: { state: 'Enabled' } });
    expect(await readScopes(clientWith(subscriptionsQuery, row), [scope], options)).toEqual(new Map([[scope.id, row]]));
    expect(kept).toEqual(expect.arrayContaining(Object.keys(row)));
  });

  test('a row of the changes with no more than the columns of the query can be read', () => {
    const target = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s';
    const properties = { targetResourceId: target, changeAttributes: { timestamp: '2026-11-24T08:00:00.000Z' }, changes: {} };
    const row = rowOf(changesQuery, { properties });
    expect(readChanges([row])).toMatchObject({ changes: [{ target: target.toLowerCase() }], unread: [], unreadable: 0 });
    expect(columnsOf(changesQuery).toSorted()).toEqual(['id', 'properties']);
  });

  test('a row of the census with no more than the columns of the query can be read', async () => {
    const row = rowOf(censusQuery, { subscriptionId: 'one', type: 'Microsoft.Storage/storageAccounts' });
    expect(bind(censusQuery).columns).toContainEqual(['resources', 'long']);
    const counted = await readCensus(clientWith(censusQuery, row), [subscriptionResource('one')], options);
    expect(counted).toEqual(new Map([['one', new Map([['microsoft.storage/storageaccounts', 1]])]]));
  });
});

const recorded = new URL('../../../shared/azure/recorded/microsoft.resourcegraph_resources__1.json', import.meta.url);
const recordedSchema = z.object({
  body: z.object({ data: z.object({ columns: z.array(z.object({ name: z.string(), type: z.string() })) }) }),
});
describe.skipIf(!existsSync(recorded))(`the columns${existsSync(recorded) ? '' : ' (skipped: ../shared is not there)'}`, () => {
  test('are those of a recorded answer, and one that is younger', () => {
    const { body } = recordedSchema.parse(JSON.parse(readFileSync(recorded, 'utf8')));
    const types = Object.fromEntries(body.data.columns.map(({ name, type }) => [name, type === 'object' ? 'dynamic' : type]));
    expect(columns).toEqual({ ...types, extendedLocation: 'dynamic' });
  });
});

type Row = { readonly [column: string]: Json };

/** A row with every column of the result, of the type that the language service says. */
function rowOf(query: string, values: Row): Row {
  const samples: Row = { string: 'text', long: 1, dynamic: {} };
  const row = Object.fromEntries(bind(query).columns.map(([name, type]) => [name, values[name] ?? samples[type] ?? null]));
  expect(Object.keys(row)).toEqual(expect.arrayContaining(Object.keys(values)));
  return row;
}

const options: CallOptions = { signal: new AbortController().signal, deadlineMs: 1_000 };

/** Answers this question with this row. */
function clientWith(asked: string, row: Row): ArmClient {
  return {
    get: async () => null,
    list: async function* () {},
    compute: async () => null,
    effectiveRules: async () => [],
    query: async function* ({ query }) {
      const rows = query === asked ? [row] : [];
      yield { rows, totalRecords: rows.length, truncated: false };
    },
  };
}
