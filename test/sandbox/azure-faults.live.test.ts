import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultName, faultNames } from '../../sandbox/azure/faults.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type Asked, type Asking, askAzure } from './azure-asking.ts';
import { makeTinyEstate, securityGroup, shop, storageAccount, vault } from './azure-estate.ts';

const account = storageAccount('ledger');
const estate = makeTinyEstate([account, storageAccount('other'), storageAccount('Vaulted', vault), securityGroup('front')]);
const query = "resources | where type in~ ('microsoft.storage/storageaccounts') | project id, name | order by id asc";

let azure: PretendAzure;
let asking: Asking;

beforeAll(async () => {
  const authority = await makeAuthority();
  azure = await startPretendAzure({ estate, authority });
  asking = askAzure(azure, authority);
});

afterAll(async () => {
  await asking.close();
  await azure.close();
});

beforeEach(async () => {
  await asking.signIn();
});

afterEach(() => {
  azure.faults.set(null);
});

interface Symptom {
  readonly status?: number;
  readonly code?: string;
  readonly total?: number;
  readonly count?: number;
  readonly truncated?: string;
  readonly retryAfter?: string;
  readonly broken?: boolean;
  readonly challenge?: string;
}

const fine: Symptom = { status: 200, total: 3, count: 3, truncated: 'false' };

/** What a query to Resource Graph gives under each fault. */
const graphSymptoms: { readonly [name in FaultName]: Symptom } = {
  throttled: { status: 429, code: 'TooManyRequests', retryAfter: '7' },
  'throttled-without-wait': { status: 429, code: 'TooManyRequests' },
  unavailable: { status: 503, code: 'ServiceUnavailable' },
  'cut-body': { broken: true },
  html: { status: 200 },
  'empty-object': { status: 200 },
  'slow-drip': { ...fine },
  'expired-token': { status: 401, code: 'ExpiredAuthenticationToken', challenge: 'invalid_token' },
  'claims-challenge': { status: 401, code: 'AuthenticationFailed', challenge: 'insufficient_claims' },
  'connection-reset': { broken: true },
  'missing-subscription': { ...fine, total: 1, count: 1 },
  truncated: { ...fine, count: 1, truncated: 'true' },
  short: { ...fine, count: 2 },
  'wrong-total': { ...fine, total: 4 },
};

function symptomOf({ status, body, headers }: Asked): Symptom {
  const challenge = /error="(\w+)"/.exec(String(headers['www-authenticate']))?.[1];
  const symptom = {
    status,
    code: body?.error?.code,
    total: body?.totalRecords,
    count: body?.count,
    truncated: body?.resultTruncated,
    retryAfter: headers['retry-after'],
    challenge,
  };
  return Object.fromEntries(Object.entries(symptom).filter(([, value]) => value !== undefined));
}

async function askOnce(): Promise<Symptom> {
  return await asking.graph(query).then(symptomOf, () => ({ broken: true }));
}

test.each(faultNames)('%s spoils one query and not the next', async (name) => {
  azure.faults.set({ name, api: 'graph', times: 1, retryAfterSeconds: 7, dripMs: 1 });
  expect((await asking.get('/subscriptions?api-version=2022-12-01')).body.value).toHaveLength(2);
  expect(await askOnce()).toEqual(graphSymptoms[name]);
  expect(await askOnce()).toEqual(fine);
});

test('truncated and short answers give no way on', async () => {
  for (const name of ['truncated', 'short'] as const) {
    azure.faults.set({ name });
    expect((await asking.graph(query, { $top: 2 })).body).not.toHaveProperty('$skipToken');
  }
});

describe('faults of Azure Resource Manager', () => {
  test('for ever, until they are taken away', async () => {
    azure.faults.set({ name: 'unavailable', api: 'arm' });
    for (let index = 0; index < 3; index += 1) expect((await asking.get(`${account.id}?api-version=1`)).status).toBe(503);
    azure.faults.set(null);
    expect((await asking.get(`${account.id}?api-version=1`)).status).toBe(200);
  });

  test('of one path only', async () => {
    azure.faults.set({ name: 'html', path: /\/ledger$/i });
    expect((await asking.get(`${account.id}?api-version=1`)).headers['content-type']).toBe('text/html');
    expect((await asking.get(`${storageAccount('other').id}?api-version=1`)).body.name).toBe('other');
  });

  test('of one type only, also to Resource Graph', async () => {
    azure.faults.set({ name: 'unavailable', type: 'Microsoft.Storage/storageAccounts' });
    expect((await asking.get(`${account.id}?api-version=1`)).status).toBe(503);
    expect((await asking.get(`${securityGroup('front').id}?api-version=1`)).status).toBe(200);
    expect((await asking.graph(query)).status).toBe(503);
    expect((await asking.graph(query.replace('storage/storageaccounts', 'network/networkinterfaces'))).status).toBe(200);
  });

  test('one after another', async () => {
    azure.faults.add({ name: 'throttled', times: 1 });
    azure.faults.add({ name: 'unavailable', times: 1 });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await asking.get(`${account.id}?api-version=1`)).status);
    expect(statuses).toEqual([429, 503, 200]);
  });

  test('a subscription that is missing from the list', async () => {
    azure.faults.set({ name: 'missing-subscription', subscription: vault.toUpperCase() });
    const { body } = await asking.get('/subscriptions?api-version=2022-12-01');
    expect(body.value.map(({ subscriptionId }: { readonly subscriptionId: string }) => subscriptionId)).toEqual([shop.toUpperCase()]);
  });
});

test('faults of tokens', async () => {
  azure.faults.set({ name: 'unavailable', api: 'token', times: 1 });
  expect((await asking.token({ client_secret: azure.clientSecret })).status).toBe(503);
  expect((await asking.token({ client_secret: azure.clientSecret })).status).toBe(200);
});

test('a server that drips for ever can be closed', async () => {
  const authority = await makeAuthority();
  const dripping = await startPretendAzure({ estate, authority });
  const reading = askAzure(dripping, authority);
  await reading.signIn();
  dripping.faults.set({ name: 'slow-drip', dripMs: 60_000 });
  const outcome = reading.graph(query).then(
    () => 'answered',
    () => 'broken',
  );
  // The request has arrived once it is in the list.
  await expect.poll(() => dripping.requests.count('POST graph')).toBe(1);
  await dripping.close();
  expect(await outcome).toBe('broken');
  await reading.close();
});
