import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type Asking, askAzure } from './azure-asking.ts';
import { makeTinyEstate, networkInterface, securityGroup, shop, storageAccount, vault } from './azure-estate.ts';

const account = storageAccount('ledger');
const blobService = {
  id: `${account.id}/blobServices/default`,
  name: 'default',
  type: 'Microsoft.Storage/storageAccounts/blobServices',
  properties: { deleteRetentionPolicy: { enabled: true, days: 7 } },
};
const diagnostics = {
  id: `${account.id}/providers/Microsoft.Insights/diagnosticSettings/all`,
  name: 'all',
  type: 'Microsoft.Insights/diagnosticSettings',
  properties: {},
};
const backupName = 'VM;iaasvmcontainerv2;Data-RG;orders';
const backup = {
  id: `${account.id}/items/${backupName}`,
  name: backupName,
  type: 'Microsoft.Storage/storageAccounts/items',
  properties: {},
};
const estate = makeTinyEstate([
  account,
  blobService,
  diagnostics,
  backup,
  storageAccount('other'),
  storageAccount('Vaulted', vault),
  ...Array.from({ length: 5 }, (_, index) => securityGroup(`group${index}`)),
  networkInterface('card'),
  networkInterface('loose'),
]);
const version = 'api-version=2024-01-01';

let azure: PretendAzure;
let asking: Asking;
let nowMs = 1_800_000_000_000;

beforeAll(async () => {
  const authority = await makeAuthority();
  azure = await startPretendAzure({
    estate,
    authority,
    pageSize: 2,
    pollAfterSeconds: 0,
    now: () => nowMs,
    oracle: ({ name }) => (name === 'loose' ? null : [{ name }]),
  });
  asking = askAzure(azure, authority);
});

afterAll(async () => {
  await asking.close();
  await azure.close();
});

beforeEach(async () => {
  azure.setRole(null);
  azure.showSubscription(shop);
  await asking.signIn();
});

async function namesOf(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  let next: string | undefined = `${path}?${version}`;
  while (next !== undefined) {
    const { body } = await asking.get(next);
    names.push(...body.value.map(({ name }: { readonly name: string }) => name));
    next = body.nextLink?.slice(azure.origin.length);
  }
  return names;
}

describe('reading', () => {
  test('a resource, by its id in any casing', async () => {
    const { status, body, headers } = await asking.get(`${account.id.toUpperCase()}?${version}`);
    expect(status).toBe(200);
    expect(body).toEqual(account);
    expect(headers['x-ms-ratelimit-remaining-subscription-reads']).toBe('250');
  });

  test('a resource whose name is escaped for the way', async () => {
    expect((await asking.get(`${account.id}/items/${encodeURIComponent(backupName)}?${version}`)).body).toEqual(backup);
    expect((await asking.get(`${account.id}/items/${backupName}?${version}`)).body).toEqual(backup);
  });

  test('the subscriptions', async () => {
    const { body } = await asking.get(`/subscriptions?${version}`);
    expect(body.value.map(({ subscriptionId, displayName }: never) => [subscriptionId, displayName])).toEqual([
      [shop.toUpperCase(), 'Shop'],
      [vault, 'Vault'],
    ]);
    expect((await asking.get(`/subscriptions/${shop}?${version}`)).body).toMatchObject({ state: 'Enabled', tenantId: azure.tenantId });
    azure.hideSubscription(shop);
    expect((await asking.get(`/subscriptions?${version}`)).body.value).toHaveLength(1);
    expect((await asking.get(`${account.id}?${version}`)).status).toBe(403);
  });

  test.each([
    ['a subscription', `/subscriptions/${shop}/providers/Microsoft.Storage/storageAccounts`, ['ledger', 'other']],
    ['a group', `/subscriptions/${shop}/resourceGroups/data-rg/providers/microsoft.storage/storageaccounts`, ['ledger', 'other']],
    ['a parent', `${account.id}/blobServices`, ['default']],
    ['a resource', `${account.id}/providers/Microsoft.Insights/diagnosticSettings`, ['all']],
    [
      'a subscription, in pages',
      `/subscriptions/${shop}/providers/Microsoft.Network/networkSecurityGroups`,
      ['group0', 'group1', 'group2', 'group3', 'group4'],
    ],
    ['a type that nobody has', `/subscriptions/${shop}/providers/Microsoft.Cache/redis`, []],
    ['a subscription, not those of its resources', `/subscriptions/${shop}/providers/Microsoft.Insights/diagnosticSettings`, []],
    ['the groups', `/subscriptions/${shop}/resourceGroups`, ['Data-RG', 'Net-RG']],
  ])('a list of %s', async (_, path, names) => {
    expect(await namesOf(path)).toEqual(names);
  });

  test('the service tags', async () => {
    const { body } = await asking.get(`/subscriptions/${shop}/providers/Microsoft.Network/locations/westeurope/serviceTags?${version}`);
    expect(body.values.map(({ name }: { readonly name: string }) => name)).toContain('AzureCloud');
  });

  test('the effective rules of a network interface, after a while', async () => {
    const started = await asking.post(`${networkInterface('card').id}/effectiveNetworkSecurityGroups?${version}`, undefined);
    expect(started.status).toBe(202);
    const place = String(started.headers['location']).slice(azure.origin.length);
    expect((await asking.get(place)).status).toBe(202);
    expect((await asking.get(place)).body).toEqual({ value: [{ name: 'card' }] });
  });

  test('no effective rules of a network interface of no running machine', async () => {
    const { status, body } = await asking.post(`${networkInterface('loose').id}/effectiveNetworkSecurityGroups?${version}`, undefined);
    expect([status, body.error.code]).toEqual([400, 'NicMustBeAttachedToRunningVmToGetEffectiveSecurityGroups']);
  });
});

describe('what is not there', () => {
  test.each([
    ['a subscription', '/subscriptions/33333333-3333-4333-8333-333333333333', 'SubscriptionNotFound'],
    ['a resource of it', account.id.replace(shop, '33333333-3333-4333-8333-333333333333'), 'SubscriptionNotFound'],
    ['a group', account.id.replace('Data-RG', 'none'), 'ResourceGroupNotFound'],
    [
      'a group whose list is asked',
      `/subscriptions/${shop}/resourceGroups/none/providers/Microsoft.Storage/storageAccounts`,
      'ResourceGroupNotFound',
    ],
    ['a resource', account.id.replace('ledger', 'gone'), 'ResourceNotFound'],
    ['a part of a resource', `${account.id}/fileServices/default`, 'ResourceNotFound'],
    ['a part of nothing', `${account.id.replace('ledger', 'gone')}/blobServices/default`, 'ParentResourceNotFound'],
    ['a list of parts of nothing', `${account.id.replace('ledger', 'gone')}/blobServices`, 'ParentResourceNotFound'],
    ['a path', '/nonsense', 'InvalidResourceType'],
  ])('%s', async (_, path, code) => {
    const { status, body } = await asking.get(`${path}?${version}`);
    expect([status, body.error.code]).toEqual([404, code]);
  });

  test('the api version', async () => {
    const { status, body } = await asking.get(account.id);
    expect([status, body.error.code]).toEqual([400, 'MissingApiVersionParameter']);
  });
});

describe('the role', () => {
  test('says what may be read, and of itself', async () => {
    const role = {
      Actions: ['Microsoft.Network/*/read', 'Microsoft.Authorization/permissions/read'],
      NotActions: ['Microsoft.Network/networkInterfaces/read'],
    };
    azure.setRole(role);
    expect((await asking.get(`${securityGroup('group0').id}?${version}`)).status).toBe(200);
    const { body } = await asking.get(`/subscriptions/${shop}/providers/Microsoft.Authorization/permissions?${version}`);
    expect(body.value).toEqual([{ actions: role.Actions, notActions: role.NotActions, dataActions: [], notDataActions: [] }]);
  });

  test('names every resource to whom may list, and nothing of it', async () => {
    azure.setRole({ Actions: ['Microsoft.Resources/subscriptions/resources/read'] });
    const { status, body } = await asking.get(`/subscriptions/${shop}/resources?${version}`);
    const found = body.value.find(({ id }: { readonly id: string }) => id === account.id);
    expect([status, found]).toEqual([200, { ...account, properties: {} }]);
    expect((await asking.get(`${account.id}?${version}`)).status).toBe(403);
  });

  test.each([
    ['a resource', 'GET', account.id, 'Microsoft.Storage/storageAccounts/read'],
    ['a list', 'GET', `/subscriptions/${shop}/providers/Microsoft.Storage/storageAccounts`, 'Microsoft.Storage/storageAccounts/read'],
    ['a subscription', 'GET', `/subscriptions/${shop}`, 'Microsoft.Resources/subscriptions/read'],
    ['all resources', 'GET', `/subscriptions/${shop}/resources`, 'Microsoft.Resources/subscriptions/resources/read'],
    [
      'our own rights',
      'GET',
      `/subscriptions/${shop}/providers/Microsoft.Authorization/permissions`,
      'Microsoft.Authorization/permissions/read',
    ],
    ['groups', 'GET', `/subscriptions/${shop}/resourceGroups`, 'Microsoft.Resources/subscriptions/resourceGroups/read'],
    [
      'an operation',
      'POST',
      `${networkInterface('card').id}/effectiveNetworkSecurityGroups`,
      'Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action',
    ],
  ])('denies %s by name', async (_, method, path, action) => {
    azure.setRole({ Actions: ['Microsoft.Network/*/read'] });
    const { status, body } = await (method === 'GET' ? asking.get(`${path}?${version}`) : asking.post(`${path}?${version}`, undefined));
    expect([status, body.error.code]).toEqual([403, 'AuthorizationFailed']);
    expect(body.error.message).toContain(`perform action '${action}' over scope '/subscriptions/${shop}`);
    expect(body.error.message).toContain(azure.clientId);
  });
});

describe('tokens', () => {
  test.each([
    ['none', {}, 'AuthenticationFailed'],
    ['an unknown one', { authorization: 'Bearer stranger' }, 'InvalidAuthenticationToken'],
    ['no bearer', { authorization: 'Basic stranger' }, 'InvalidAuthenticationToken'],
  ])('%s', async (_, headers, code) => {
    const refused = await asking.send(`${account.id}?${version}`, headers);
    expect([refused.status, refused.body.error.code]).toEqual([401, code]);
    expect(refused.headers['www-authenticate']).toContain(`Bearer authorization_uri="${azure.authorityHost}/${azure.tenantId}"`);
  });

  test('hold for their time', async () => {
    nowMs += 3_598_999;
    expect((await asking.get(`${account.id}?${version}`)).status).toBe(200);
    nowMs += 1;
    expect((await asking.get(`${account.id}?${version}`)).body.error.code).toBe('ExpiredAuthenticationToken');
  });

  test('are gone when they are revoked', async () => {
    azure.revokeTokens();
    expect((await asking.get(`${account.id}?${version}`)).status).toBe(401);
  });

  const assertion = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: 'aa.bb.cc' };
  test.each([
    ['an assertion', assertion, 200, undefined],
    ['what is no assertion', { ...assertion, client_assertion: 'aa.bb' }, 401, 'invalid_client'],
    ['a wrong secret', { client_secret: 'guess' }, 401, 'invalid_client'],
    ['another application', { ...assertion, client_id: 'stranger' }, 401, 'unauthorized_client'],
    ['another resource', { ...assertion, scope: 'https://graph.microsoft.com/.default' }, 400, 'invalid_resource'],
  ])('for %s', async (_, form, status, error) => {
    const answer = await asking.token(form);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(JSON.stringify(azure.requests.recent())).not.toContain('guess');
  });
});

test('requests are counted and remembered', async () => {
  azure.requests.clear();
  await asking.get(`${account.id}?${version}`);
  await asking.graph('resources | take 1');
  expect(azure.requests.count('GET arm')).toBe(1);
  expect(azure.requests.recent().map(({ method, api, path, status, query }) => [method, api, path, status, query])).toEqual([
    ['GET', 'arm', account.id, 200, undefined],
    ['POST', 'graph', '/providers/Microsoft.ResourceGraph/resources', 400, 'resources | take 1'],
  ]);
});
