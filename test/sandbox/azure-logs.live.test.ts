import type { TokenCredential } from '@azure/core-auth';
import { ClientSecretCredential } from '@azure/identity';
import { LogsQueryClient, LogsQueryResultStatus, type LogsTable } from '@azure/monitor-query';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEstate } from '../../sandbox/azure/estate.ts';
import { textOf } from '../../sandbox/azure/logs/log-row.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { type Authority, makeAuthority } from '../../sandbox/certificates.ts';
import { type Asking, askAzure } from './azure-asking.ts';

const production = '11111111-1111-4111-8111-111111111111';
const startMs = Date.parse('2026-03-10T12:00:00Z');
const day = `TimeGenerated >= datetime(2026-03-09T12:00:00Z) and TimeGenerated < datetime(2026-03-10T12:00:00Z)`;
const query = `AzureActivity | where ${day} | where SubscriptionId =~ "${production}" | project TimeGenerated, IngestedAt = ingestion_time(), EventDataId`;

let authority: Authority;
let azure: PretendAzure;
let asking: Asking;
let dispatcher: Agent;
let workspace: string;

beforeAll(async () => {
  authority = await makeAuthority();
  const estate = await openEstate({ now: () => startMs });
  workspace = textOf([...estate.all()].find(({ name }) => name === 'log-shopstoresync-shared')?.properties['customerId']);
  azure = await startPretendAzure({ estate, authority, eventPageSize: 100 });
  dispatcher = new Agent({ connect: { ca: authority.certificatePem } });
  asking = askAzure(azure, authority);
  await asking.signIn();
});

afterAll(async () => {
  await Promise.all([asking.close(), dispatcher.destroy(), azure.close()]);
});

afterEach(() => {
  azure.faults.set(null);
  azure.setRole(null);
  azure.showSubscription('33333333-3333-4333-8333-333333333333');
  azure.requests.clear();
});

const tls = () => ({ tlsOptions: { ca: authority.certificatePem } });

function clientOf(target: PretendAzure, secret: { readonly clientId: string; readonly clientSecret: string } = target): LogsQueryClient {
  const options = { authorityHost: target.authorityHost, disableInstanceDiscovery: true, ...tls() };
  const credential = new ClientSecretCredential(target.tenantId, secret.clientId, secret.clientSecret, options);
  return new LogsQueryClient(credential, {
    endpoint: target.logAnalytics,
    audience: target.logAnalytics,
    retryOptions: { maxRetries: 0 },
    ...tls(),
  });
}

async function ask(text: string, client = clientOf(azure), customerId = workspace) {
  return await client.queryWorkspace(customerId, text, { duration: 'P90D' });
}

async function rowsOf(text: string, client = clientOf(azure)): Promise<LogsTable['rows']> {
  const result = await ask(text, client);
  if (result.status !== LogsQueryResultStatus.Success) throw new Error(result.status);
  return result.tables[0]?.rows ?? [];
}

async function ids(): Promise<readonly string[]> {
  return (await rowsOf(query)).map((row) => textOf(row[2]));
}

describe('Log Analytics, with the client of Microsoft', () => {
  test('gives the rows of a table, with their times', async () => {
    const result = await ask(query);
    if (result.status !== LogsQueryResultStatus.Success) throw new Error(result.status);
    const [table] = result.tables;
    expect(table?.name).toBe('PrimaryResult');
    expect(table?.columnDescriptors.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'TimeGenerated datetime',
      'IngestedAt datetime',
      'EventDataId string',
    ]);
    expect(table?.rows.length).toBeGreaterThan(150);
    for (const [at, ingestedAt] of table?.rows ?? []) {
      expect(at).toBeInstanceOf(Date);
      expect(Number(ingestedAt) - Number(at)).toBeGreaterThanOrEqual(60_000);
    }
    expect(azure.requests.count('POST logs')).toBe(1);
    expect(azure.requests.recent().at(-1)?.query).toBe(query);
  });

  test('keeps the digits of long integers where they are asked for as texts', async () => {
    const audits = 'SQLSecurityAuditEvents | where TimeGenerated >= datetime(2026-03-10T11:00:00Z) | project A = tostring(TransactionId)';
    const rows = await rowsOf(audits);
    expect(rows.length).toBeGreaterThan(20);
    for (const [text] of rows) expect(text).toMatch(/^9007199254\d{6}$/);
  });

  test.each([
    ['a table that is not there', 'Nothing', 'SemanticError'],
    ['a column that is not there', 'Heartbeat | project Computers', 'SemanticError'],
    ['what is no query', 'Heartbeat | take', 'SyntaxError'],
  ])('refuses %s', async (_, text, code) => {
    await expect(ask(text)).rejects.toMatchObject({
      statusCode: 400,
      code: 'BadArgumentError',
      details: { error: { innerError: { code } } },
    });
  });

  test('does not know every workspace', async () => {
    const unknown = 'cccccccc-0000-4000-8000-000000000000';
    await expect(ask('Heartbeat', clientOf(azure), unknown)).rejects.toMatchObject({ statusCode: 404, code: 'WorkspaceNotFoundError' });
    await expect(ask('Heartbeat', clientOf(azure), 'log-shopstoresync-shared')).rejects.toMatchObject({
      statusCode: 404,
      code: 'PathNotFoundError',
    });
  });

  test('refuses whoever may not query, and gives no rows to whoever may not read the table', async () => {
    azure.setRole({
      Actions: ['Microsoft.OperationalInsights/workspaces/read', 'Microsoft.OperationalInsights/workspaces/query/AzureActivity/read'],
    });
    await expect(ask(query)).rejects.toMatchObject({ statusCode: 403, code: 'InsufficientAccessError' });
    azure.setRole({ Actions: ['Microsoft.OperationalInsights/workspaces/query/read'] });
    expect(await ids()).toEqual([]);
    azure.setRole({
      Actions: ['Microsoft.OperationalInsights/workspaces/query/read', 'Microsoft.OperationalInsights/workspaces/query/AzureActivity/read'],
    });
    expect((await ids()).length).toBeGreaterThan(150);
    azure.hideSubscription('33333333-3333-4333-8333-333333333333');
    await expect(ask(query)).rejects.toMatchObject({ statusCode: 403, code: 'InsufficientAccessError' });
  });

  test('the second identity has no rights here', async () => {
    await expect(ask(query, clientOf(azure, azure.second))).rejects.toMatchObject({ statusCode: 403, code: 'InsufficientAccessError' });
  });

  test('a fault gives a part of the answer, and says so', async () => {
    const all = await ids();
    azure.faults.set({ name: 'partial-answer' });
    const result = await ask(query);
    if (result.status !== LogsQueryResultStatus.PartialFailure) throw new Error(result.status);
    expect(result.partialError.code).toBe('PartialError');
    expect(result.partialTables[0]?.rows).toHaveLength(Math.floor(all.length / 2));
    expect((await asking.get(`/subscriptions/${production}?api-version=2022-12-01`)).status).toBe(200);
  });

  test.each([
    ['throttled', { statusCode: 429 }],
    ['unavailable', { statusCode: 503 }],
    ['connection-reset', { code: 'ECONNRESET' }],
    ['cut-body', {}],
  ] as const)('can be %s', async (name, symptom) => {
    azure.faults.set({ name, api: 'logs' });
    await expect(ask(query)).rejects.toMatchObject(symptom);
    expect((await asking.get(`/subscriptions/${production}?api-version=2022-12-01`)).status).toBe(200);
  });
});

test('tokens are for the one or the other', async () => {
  const path = `/v1/workspaces/${workspace}/query`;
  const send = async (authorization?: string) => {
    const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
    const response = await request(`${azure.logAnalytics}${path}`, {
      dispatcher,
      method: 'POST',
      headers,
      body: JSON.stringify({ query: 'Usage' }),
    });
    const body = (await response.body.json()) as { readonly error?: { readonly code: string } };
    return `${response.statusCode} ${body.error?.code}`;
  };
  const tokenFor = async (scope: string) => String((await asking.token({ client_secret: azure.clientSecret, scope })).body.access_token);
  const [manager, logs] = await Promise.all([tokenFor(azure.scope), tokenFor(`${azure.logAnalytics}/.default`)]);
  expect(await send()).toBe('401 AuthenticationFailed');
  expect(await send('Bearer nothing')).toBe('403 InvalidAuthenticationToken');
  expect(await send(`Bearer ${manager}`)).toBe('403 InvalidAuthenticationTokenAudience');
  expect(await send(`Bearer ${logs}`)).toBe('200 undefined');
  const refused = await asking.send('/subscriptions?api-version=2022-12-01', { authorization: `Bearer ${logs}` });
  expect([refused.status, refused.body.error.code]).toEqual([401, 'InvalidAuthenticationTokenAudience']);
});

test('a host gets tokens for Log Analytics as well', async () => {
  const tokenFor = async (resource: string) => {
    const url = `${azure.identityEndpoint}?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`;
    const response = await request(url, { headers: { 'x-identity-header': azure.identityHeader } });
    return { status: response.statusCode, body: (await response.body.json()) as { readonly access_token?: string } };
  };
  const { body } = await tokenFor(azure.logAnalytics);
  const credential: TokenCredential = {
    getToken: async () => ({ token: body.access_token ?? '', expiresOnTimestamp: Date.now() + 60_000 }),
  };
  const client = new LogsQueryClient(credential, { endpoint: azure.logAnalytics, ...tls() });
  expect((await rowsOf('Usage | where TimeGenerated >= datetime(2026-03-10T00:00:00Z)', client)).length).toBeGreaterThan(8);
  expect((await tokenFor('https://api.loganalytics.io')).status).toBe(400);
});

describe('the limits of Log Analytics', () => {
  test('five at once, and no more rows than an answer holds', async () => {
    const estate = await openEstate({ now: () => startMs });
    const strict = await startPretendAzure({ estate, authority, limits: true, maxLogRows: 10, latencyMs: 200 });
    const client = clientOf(strict);
    try {
      const [first, ...others] = [
        await ask(query, client),
        ...(await Promise.allSettled(Array.from({ length: 6 }, () => ask(query, client)))),
      ];
      expect(first).toMatchObject({ status: LogsQueryResultStatus.PartialFailure, partialTables: [{ rows: { length: 10 } }] });
      expect(others.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill('fulfilled'), 'rejected']);
      expect(await ask(query, client)).toMatchObject({ status: LogsQueryResultStatus.PartialFailure });
    } finally {
      await strict.close();
    }
  });
});

describe('the activity log', () => {
  const path = `/subscriptions/${production}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01`;
  const filter = (text: string) => `&$filter=${encodeURIComponent(text)}`;
  const lastDay = filter("eventTimestamp ge '2026-03-09T12:00:00Z' and eventTimestamp le '2026-03-10T11:50:00Z'");

  test('lists page by page, newest first, what arrives in the workspace, and only what was selected', async () => {
    const events: { readonly eventDataId: string; readonly eventTimestamp: string }[] = [];
    let pages = 0;
    for (let next: string | undefined = `${path}${lastDay}&$select=eventDataId,eventTimestamp,category`; next !== undefined; pages += 1) {
      const { status, body } = await asking.get(next.replace(azure.origin, ''));
      expect(status).toBe(200);
      events.push(...body.value);
      next = body.nextLink;
    }
    expect(pages).toBe(Math.ceil(events.length / 100));
    expect(pages).toBeGreaterThan(1);
    expect(Object.keys(events[0] ?? {}).toSorted()).toEqual(['category', 'eventDataId', 'eventTimestamp', 'id']);
    const times = events.map(({ eventTimestamp }) => eventTimestamp);
    expect(times).toEqual(times.toSorted().toReversed());
    const listed = events.map(({ eventDataId }) => eventDataId);
    expect(new Set(listed).size).toBe(listed.length);
    const arrived = new Set(await ids());
    expect(listed.filter((id) => !arrived.has(id))).toEqual([]);
    expect(azure.requests.count('GET activity')).toBe(pages);
  });

  test('has whole events where nothing was selected', async () => {
    const { body } = await asking.get(`${path}${lastDay}`);
    expect(Object.keys(body.value[0])).toEqual(
      expect.arrayContaining(['caller', 'claims', 'correlationId', 'operationName', 'submissionTimestamp']),
    );
    expect(body.value.some(({ caller }: { readonly caller: string }) => caller.endsWith('@example.com'))).toBe(true);
  });

  test.each([
    ['no filter', ''],
    ['no beginning', filter("eventTimestamp le '2026-03-10T12:00:00Z'")],
    ['a beginning of long ago', filter("eventTimestamp ge '2025-11-01T00:00:00Z'")],
    ['what is no time', filter("eventTimestamp ge 'yesterday'")],
    ['a property that cannot be compared', filter("eventTimestamp ge '2026-03-10T00:00:00Z' and caller eq 'anna.keller@example.com'")],
  ])('refuses %s', async (_, more) => {
    const { status, body } = await asking.get(`${path}${more}`);
    expect([status, body.code]).toEqual([400, 'BadRequest']);
  });

  test('compares the resource, whatever its casing', async () => {
    const all = (await asking.get(`${path}${lastDay}`)).body.value as readonly { readonly resourceId: string }[];
    const resource = all.find(({ resourceId }) => resourceId.includes('/providers/'))?.resourceId ?? '';
    const of = filter(`eventTimestamp ge '2026-03-09T12:00:00Z' and resourceUri eq '${resource.toUpperCase()}'`);
    const found = (await asking.get(`${path}${of}`)).body.value as readonly { readonly resourceId: string }[];
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ resourceId }) => resourceId === resource)).toBe(true);
  });

  test('is for those who may read it', async () => {
    azure.setRole({ Actions: ['Microsoft.Insights/eventtypes/*'] });
    expect((await asking.get(`${path}${lastDay}`)).status).toBe(200);
    azure.setRole({ Actions: ['Microsoft.Insights/diagnosticSettings/read'] });
    const { status, body } = await asking.get(`${path}${lastDay}`);
    expect([status, body.error.code]).toEqual([403, 'AuthorizationFailed']);
    expect(body.error.message).toContain('Microsoft.Insights/eventtypes/values/read');
  });

  test('has faults of its own', async () => {
    azure.faults.set({ name: 'unavailable', api: 'arm' });
    expect((await asking.get(`${path}${lastDay}`)).status).toBe(200);
    azure.faults.set({ name: 'unavailable', api: 'activity' });
    expect((await asking.get(`${path}${lastDay}`)).status).toBe(503);
    expect((await asking.get(`/subscriptions/${production}?api-version=2022-12-01`)).status).toBe(200);
  });
});
