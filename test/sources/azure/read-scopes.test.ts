import { describe, expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import type { ArmClient, GraphPage } from '../../../src/sources/azure/arm-client.ts';
import { createChildren } from '../../../src/sources/azure/list-children.ts';
import { readCensus } from '../../../src/sources/azure/read-scopes.ts';
import { createDrift } from '../../../src/sources/azure/schema-drift.ts';

const options = { signal: new AbortController().signal, deadlineMs: 1_000 };
const row = (type: string, resources: unknown = 1): JsonObject => ({ subscriptionId: 'ONE', type, resources }) as JsonObject;
const page = (rows: readonly JsonObject[], changes: Partial<GraphPage> = {}): GraphPage => ({
  rows,
  totalRecords: rows.length,
  truncated: false,
  ...changes,
});

function clientOf(pages: readonly GraphPage[]): ArmClient {
  return {
    get: () => Promise.reject(new Error('nothing is read one by one')),
    effectiveRules: () => Promise.reject(new Error('no interface is looked into')),
    compute: () => Promise.reject(new Error('nothing is computed')),
    async *list() {},
    async *query() {
      yield* pages;
    },
  };
}

async function codeOf(pages: readonly GraphPage[]): Promise<string> {
  try {
    await readCensus(clientOf(pages), [], options);
    return 'read';
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
}

describe('a census', () => {
  test.each<[string, readonly GraphPage[], string]>([
    ['that is whole', [page([row('a/b')])], 'read'],
    ['of two pages', [page([row('a/b')], { totalRecords: 2 }), page([row('a/c')], { totalRecords: 2 })], 'read'],
    ['that is cut off', [page([row('a/b')], { truncated: true })], 'partial'],
    ['that is short', [page([row('a/b')], { totalRecords: 2 })], 'partial'],
    ['that shrank meanwhile', [page([row('a/b')], { totalRecords: 3 }), page([row('a/c')], { totalRecords: 2 })], 'partial'],
    ['that is long', [page([row('a/b')], { totalRecords: 0 })], 'malformed'],
    ['with a number that is none', [page([row('a/b', '1')])], 'malformed'],
  ])('%s', async (_what, pages, expected) => {
    expect(await codeOf(pages)).toBe(expected);
  });

  test('adds up what is spelled in more than one way', async () => {
    const counted = await readCensus(clientOf([page([row('A/b', 2), row('a/B', 3)])]), [], options);
    expect(counted.get('one')?.get('a/b')).toBe(5);
  });
});

test('children of a type that nobody listed are not known to be none', () => {
  const scope = subscriptionResource('11111111-0000-4000-8000-000000000001');
  const type = { type: 'microsoft.network/dnszones/a', table: 'arm', apiVersion: '2018-05-01', action: 'a/read', fields: [] };
  const rights = { faultOf: () => null, deniedIn: () => null };
  const children = createChildren({
    client: clientOf([]),
    scopes: [scope],
    types: [type],
    rights,
    drift: createDrift(),
    options,
    concurrency: 1,
  });
  expect([...children.lists()]).toMatchObject([{ seen: { 'list:microsoft.network/dnszones/a': { fault: { code: 'partial' } } } }]);
});
