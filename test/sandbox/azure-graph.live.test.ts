import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type Asked, type Asking, askAzure, graphPath } from './azure-asking.ts';
import { makeTinyEstate, networkInterface, securityGroup, shop, storageAccount, vault } from './azure-estate.ts';

const columns = 'id, name, type, kind, location, resourceGroup, subscriptionId, managedBy, sku, tags, properties';
const storageQuery = `resources | where type in~ ('Microsoft.Storage/storageAccounts') | project ${columns} | order by id asc`;

const estate = makeTinyEstate([
  ...Array.from({ length: 205 }, (_, index) => storageAccount(`store${String(204 - index).padStart(3, '0')}`)),
  storageAccount('Vaulted', vault, { minimumTlsVersion: 'TLS1_2' }),
  securityGroup('front'),
  networkInterface('card'),
  {
    id: `/subscriptions/${shop}/resourceGroups/Data-RG/providers/Microsoft.Storage/storageAccounts/store000/blobServices/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    properties: {},
  },
]);

let azure: PretendAzure;
let asking: Asking;

beforeAll(async () => {
  const authority = await makeAuthority();
  azure = await startPretendAzure({ estate, authority });
  asking = askAzure(azure, authority);
  await asking.signIn();
});

afterAll(async () => {
  await asking.close();
  await azure.close();
});

beforeEach(() => {
  azure.setRole(null);
  azure.showSubscription(shop);
  azure.showSubscription(vault);
});

async function askAll(query: string, top: number): Promise<readonly Asked[]> {
  const pages = [await asking.graph(query, { $top: top, resultFormat: 'objectArray' })];
  for (;;) {
    const skipToken = pages.at(-1)?.body.$skipToken;
    if (skipToken === undefined) return pages;
    pages.push(await asking.graph(query, { $top: top, $skipToken: skipToken }));
  }
}

describe('rows', () => {
  test('come in pages, in the order of their ids, each once', async () => {
    const pages = await askAll(storageQuery, 50);
    expect(pages.map(({ body }) => body.count)).toEqual([50, 50, 50, 50, 6]);
    const ids: string[] = pages.flatMap(({ body }) => body.data.map((row: { readonly id: string }) => row.id.toLowerCase()));
    expect(new Set(ids).size).toBe(206);
    expect(ids).toEqual(ids.toSorted());
    expect(pages.map(({ body }) => body.totalRecords)).toEqual([206, 206, 206, 206, 206]);
    expect(pages.every(({ body }) => body.resultTruncated === 'false')).toBe(true);
  });

  test('are a hundred where nobody asks for more', async () => {
    expect((await asking.graph(storageQuery)).body.count).toBe(100);
  });

  test('keep the casing of ids, and have every column', async () => {
    const { body } = await asking.graph(storageQuery, { $top: 1000 }, [vault]);
    expect(body.data).toEqual([
      {
        id: `/subscriptions/${vault}/resourceGroups/Data-RG/providers/Microsoft.Storage/storageAccounts/Vaulted`,
        name: 'Vaulted',
        type: 'microsoft.storage/storageaccounts',
        kind: 'StorageV2',
        location: 'westeurope',
        resourceGroup: 'data-rg',
        subscriptionId: vault,
        managedBy: '',
        sku: { name: 'Standard_LRS' },
        tags: null,
        properties: { minimumTlsVersion: 'TLS1_2' },
      },
    ]);
  });

  test.each([
    [
      'a type of another table',
      "securityresources | where type in~ ('microsoft.storage/storageaccounts') | project id | order by id asc",
      0,
    ],
    [
      'parts of resources',
      "resources | where type in~ ('microsoft.storage/storageaccounts/blobservices') | project id | order by id asc",
      0,
    ],
    [
      'two types',
      "resources | where type in~ ('microsoft.network/networkinterfaces','microsoft.network/networksecuritygroups') | project id | order by id asc",
      2,
    ],
    [
      'subscriptions',
      "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, name, properties | order by id asc",
      2,
    ],
  ])('%s', async (_, query, count) => {
    expect((await asking.graph(query)).body).toMatchObject({ totalRecords: count, count });
  });

  test('are counted by subscription and type', async () => {
    const { body } = await asking.graph(
      'resources | summarize resources=count() by subscriptionId, type | order by subscriptionId asc, type asc',
    );
    expect(body.data).toEqual([
      { subscriptionId: shop, type: 'microsoft.network/networkinterfaces', resources: 1 },
      { subscriptionId: shop, type: 'microsoft.network/networksecuritygroups', resources: 1 },
      { subscriptionId: shop, type: 'microsoft.storage/storageaccounts', resources: 205 },
      { subscriptionId: vault, type: 'microsoft.storage/storageaccounts', resources: 1 },
    ]);
  });

  test('that have no id have no second page', async () => {
    const query = 'resources | summarize resources=count() by subscriptionId, type | order by subscriptionId asc, type asc';
    const { body } = await asking.graph(query, { $top: 2 });
    expect(body).toMatchObject({ count: 2, resultTruncated: 'true' });
    expect(body).not.toHaveProperty('$skipToken');
  });

  test('follow the estate', async () => {
    const query = "resources | where type =~ 'microsoft.network/networksecuritygroups' | project id | order by id asc";
    const before = (await asking.graph(query)).body.totalRecords;
    estate.put(securityGroup(`late-${before}`, vault));
    expect((await asking.graph(query)).body.totalRecords).toBe(before + 1);
  });
});

describe('changes', () => {
  test('are those after a moment', async () => {
    const change = { target: securityGroup('front').id, type: 'Update' as const, by: 'ann@example.com', clientType: 'Azure Portal' };
    const operation = 'microsoft.network/networksecuritygroups/write';
    const changes = { 'properties.securityRules[0].properties.access': { previousValue: 'Deny', newValue: 'Allow' } };
    estate.addChange({
      ...change,
      operation,
      changes,
      id: `${change.target}/providers/Microsoft.Resources/changes/one`,
      at: '2026-03-01T10:00:00.000Z',
    });
    estate.addChange({
      ...change,
      operation,
      changes,
      id: `${change.target}/providers/Microsoft.Resources/changes/two`,
      at: '2026-03-01T10:00:00.001Z',
    });
    const query = (after: string) =>
      `resourcechanges | extend changedAt=todatetime(properties.changeAttributes.timestamp) | where changedAt > datetime(${after}) | project id, properties | order by id asc`;
    const { body } = await asking.graph(query('2026-03-01T10:00:00.000Z'));
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({
      id: expect.stringMatching(/\/two$/),
      properties: {
        targetResourceId: change.target,
        targetResourceType: 'microsoft.network/networksecuritygroups',
        changeType: 'Update',
        changes: {
          'properties.securityRules[0].properties.access': { previousValue: 'Deny', newValue: 'Allow', propertyChangeType: 'Update' },
        },
        changeAttributes: {
          changedBy: 'ann@example.com',
          changedByType: 'User',
          clientType: 'Azure Portal',
          timestamp: '2026-03-01T10:00:00.001Z',
        },
      },
    });
    azure.setRole({ Actions: ['Microsoft.Network/*/read'] });
    expect((await asking.graph(query('2026-01-01T00:00:00Z'))).body.count).toBe(0);
  });
});

describe('what may not be seen is silently missing', () => {
  test('a type without a read action', async () => {
    expect((await asking.graph(storageQuery)).body.totalRecords).toBe(206);
    azure.setRole({ Actions: ['Microsoft.Network/*/read'], NotActions: ['Microsoft.Network/networkInterfaces/read'] });
    expect((await asking.graph(storageQuery)).body).toMatchObject({ totalRecords: 0, count: 0, resultTruncated: 'false' });
    const cards = "resources | where type =~ 'microsoft.network/networkinterfaces' | project id | order by id asc";
    expect((await asking.graph(cards)).body.count).toBe(0);
  });

  test('a hidden subscription; denied only where none is left', async () => {
    azure.hideSubscription(shop.toUpperCase());
    expect((await asking.graph(storageQuery, {}, [shop, vault])).body).toMatchObject({ totalRecords: 1 });
    const denied = await asking.graph(storageQuery, {}, [shop]);
    expect(denied.status).toBe(403);
    expect(denied.body.error.code).toBe('AuthorizationFailed');
  });
});

describe('what is refused', () => {
  test.each([
    ['an unknown query', { query: 'resources | take 5' }, 'InvalidQuery'],
    ['more than a thousand rows', { query: storageQuery, options: { $top: 1001 } }, undefined],
    [
      'a token of another query',
      { query: storageQuery, options: { $skipToken: Buffer.from('50 resources').toString('base64') } },
      undefined,
    ],
    ['a token that is none', { query: storageQuery, options: { $skipToken: 'x' } }, undefined],
    ['no query', {}, undefined],
  ])('%s', async (_, body, detail) => {
    const refused = await asking.post(graphPath, body);
    expect(refused.status).toBe(400);
    expect(refused.body.error.code).toBe('BadRequest');
    expect(refused.body.error.details?.[0]?.code).toBe(detail);
  });
});

test('the sixteenth query within five seconds is too many where the limits hold', async () => {
  const authority = await makeAuthority();
  const limited = await startPretendAzure({ estate, authority, limits: true, now: () => 1_800_000_000_000 });
  const reading = askAzure(limited, authority);
  await reading.signIn();
  const statuses: number[] = [];
  for (let index = 0; index < 16; index += 1) statuses.push((await reading.graph(storageQuery)).status);
  const { status, headers, body } = await reading.graph(storageQuery);
  await reading.close();
  await limited.close();
  expect(statuses).toEqual([...Array(15).fill(200), 429]);
  expect(headers).toMatchObject({ 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:05' });
  expect([status, body.error.code]).toEqual([429, 'RateLimiting']);
});

test('a hundred thousand rows are paged in less than three seconds', async () => {
  const authority = await makeAuthority();
  const properties = { minimumTlsVersion: 'TLS1_2', publicNetworkAccess: 'Disabled' };
  const many = makeTinyEstate(
    Array.from({ length: 100_000 }, (_, index) => storageAccount(`many${(index * 7919) % 100_000}`, shop, properties)),
  );
  const large = await startPretendAzure({ estate: many, authority });
  const reading = askAzure(large, authority);
  await reading.signIn();
  const startedUs = process.cpuUsage();
  let skipToken: string | undefined;
  let rows = 0;
  do {
    const { body } = await reading.graph(storageQuery, { $top: 1000, ...(skipToken && { $skipToken: skipToken }) });
    rows += body.count;
    skipToken = body.$skipToken;
  } while (skipToken !== undefined);
  const { user, system } = process.cpuUsage(startedUs);
  await reading.close();
  await large.close();
  expect(rows).toBe(100_000);
  // The reader is in it too, and other tests may run beside.
  expect((user + system) / 1_000_000).toBeLessThan(6);
});
