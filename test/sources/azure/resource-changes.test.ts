import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { GraphPage, GraphRequest } from '../../../src/sources/azure/arm-client.ts';
import { createResourceChanges, readChanges, resourceChangesQuery } from '../../../src/sources/azure/resource-changes.ts';

const nowMs = Date.parse('2026-11-24T08:00:00.000Z');
const account = '/subscriptions/1/resourceGroups/Shop/providers/Microsoft.Storage/storageAccounts/Photos';
const signal = new AbortController().signal;

function row(attributes: JsonObject = {}, properties: JsonObject = {}): JsonObject {
  return {
    id: `${account}/providers/Microsoft.Resources/changes/1`,
    properties: {
      targetResourceId: account,
      targetResourceType: 'microsoft.storage/storageaccounts',
      changeType: 'Update',
      changeAttributes: {
        timestamp: '2026-11-24T07:59:01.1234567+00:00',
        changedBy: 'Anna@contoso.example',
        changedByType: 'User',
        clientType: 'Azure Portal',
        operation: 'Microsoft.Storage/storageAccounts/write',
        correlationId: 'a-correlation',
        ...attributes,
      },
      changes: {
        'properties.minimumTlsVersion': { propertyChangeType: 'Update', previousValue: 'a-value-of-before', newValue: 'a-value-of-now' },
        'properties.allowBlobPublicAccess': { propertyChangeType: 'Insert', newValue: 'True' },
      },
      ...properties,
    },
  };
}

const read = {
  target: account.toLowerCase(),
  at: '2026-11-24T07:59:01.123Z',
  by: { kind: 'person', identifier: 'anna@contoso.example' },
  operation: 'Microsoft.Storage/storageAccounts/write',
  clientType: 'Azure Portal',
  properties: ['properties.allowBlobPublicAccess', 'properties.minimumTlsVersion'],
};

describe('a row', () => {
  it('says who, when, what and with what, and no value', () => {
    const found = readChanges([row()]);
    expect(found).toEqual({ changes: [read], unread: [], unreadable: 0 });
    expect(JSON.stringify(found)).not.toMatch(/a-value|True|a-correlation/);
  });

  test.each<[string, JsonObject, object]>([
    [
      'an application',
      { changedBy: '0b1f6471-1bf0-4dda-aec3-cb9272f09590', changedByType: 'Application' },
      { by: { kind: 'app', id: '0b1f6471-1bf0-4dda-aec3-cb9272f09590' } },
    ],
    ['the platform', { changedBy: 'System', changedByType: 'System' }, { by: { kind: 'system' } }],
    ['nobody', { changedBy: '' }, { by: { kind: 'unnamed' } }],
    ['nobody, by null', { changedBy: null, changedByType: null }, { by: { kind: 'unnamed' } }],
    ['no client and no operation', { clientType: 'Unspecified', operation: '' }, { clientType: null, operation: null }],
    ['null for both', { clientType: null, operation: null }, { clientType: null, operation: null }],
    ['another zone', { timestamp: '2026-11-24T09:59:01+02:00' }, { at: '2026-11-24T07:59:01.000Z' }],
  ])('of %s', (_what, attributes, expected) => {
    expect(readChanges([row(attributes)]).changes).toEqual([{ ...read, ...expected }]);
  });

  it('without attributes of the actor and without paths is read all the same', () => {
    const bare = row({}, { changeAttributes: { timestamp: '2026-11-24T07:59:01.123Z' }, changes: null });
    expect(readChanges([bare]).changes).toEqual([{ ...read, by: { kind: 'unnamed' }, operation: null, clientType: null, properties: [] }]);
  });

  test.each<[string, JsonObject, readonly string[], number]>([
    ['no time', row({ timestamp: null }), [read.target], 0],
    ['a time that is none', row({ timestamp: 'yesterday' }), [read.target], 0],
    ['a name that is no text', row({ changedBy: { upn: 'x' } }), [read.target], 0],
    ['no attributes', row({}, { changeAttributes: null }), [read.target], 0],
    ['paths as a list', row({}, { changes: ['a'] }), [read.target], 0],
    ['no target', row({}, { targetResourceId: null }), [], 1],
    ['a target that is no id', row({}, { targetResourceId: 'Photos' }), [], 1],
    ['nothing', {}, [], 1],
  ])('with %s is not read', (_what, broken, unread, unreadable) => {
    expect(readChanges([broken, row()])).toEqual({ changes: [read], unread, unreadable });
  });

  it('whatever it holds, nothing is thrown and every row is accounted for', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.dictionary(fc.string(), fc.jsonValue()),
            fc.jsonValue().map((changes) => row({}, { changes: changes as never })),
          ),
        ),
        (rows) => {
          const { changes, unread, unreadable } = readChanges(rows as readonly JsonObject[]);
          expect(changes.length + unread.length + unreadable).toBe(rows.length);
        },
      ),
    );
  });

  it('of a thousand long paths keeps fifty short ones', () => {
    const changes = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${'p'.repeat(500)}${index}`, {}]));
    const [change] = readChanges([row({}, { changes })]).changes;
    expect(change?.properties).toHaveLength(50);
    expect(change?.properties.every((path) => path.length === 200)).toBe(true);
  });
});

test('the question is the one that the role allows and the pretend Azure understands', () => {
  expect(resourceChangesQuery('2026-11-24T06:00:00.000Z')).toBe(
    'resourcechanges | extend changedAt=todatetime(properties.changeAttributes.timestamp) | where changedAt > datetime(2026-11-24T06:00:00.000Z) | project id, properties | order by id asc',
  );
});

function page(rows: readonly JsonObject[], truncated = false): GraphPage {
  return { rows, totalRecords: rows.length, truncated };
}

/** A change log over these pages, and what was asked. */
function changesOf(...pages: readonly GraphPage[]) {
  const asked: GraphRequest[] = [];
  const unread: number[] = [];
  const query = async function* (request: GraphRequest): AsyncGenerator<GraphPage> {
    asked.push(request);
    yield* pages;
  };
  const log = createResourceChanges({
    client: { query },
    subscriptions: ['1', '2'],
    now: () => nowMs,
    onUnread: (rows) => unread.push(rows),
  });
  return { log, asked, unread };
}

describe('the change log', () => {
  const other = row({}, { targetResourceId: `${account}2` });

  it('asks once for the last two hours and keeps what is about the subjects', async () => {
    const { log, asked, unread } = changesOf(page([other, row()]), page([row({ changedBy: 'bob' })]));
    const found = await log.recentChanges([read.target, '/subscriptions/1'], signal);
    expect(found).toEqual([read, { ...read, by: { kind: 'person', identifier: 'bob' } }]);
    expect(asked).toEqual([{ subscriptions: ['1', '2'], query: resourceChangesQuery('2026-11-24T06:00:00.000Z') }]);
    expect(unread).toEqual([]);
  });

  it('names nobody of a subject with a change that cannot be read', async () => {
    const { log, unread } = changesOf(page([row()]), page([other, row({ timestamp: null }), {}]), page([row()]));
    expect(await log.recentChanges([read.target], signal)).toEqual([]);
    expect(unread).toEqual([2]);
  });

  it('names nobody where changes were left out', async () => {
    const { log } = changesOf(page([row()]), page([], true));
    await expect(log.recentChanges([read.target], signal)).rejects.toMatchObject({ fault: { code: 'partial' } });
  });
});
