import { expect, it, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Observation, ResourceTypePlan } from '../../../src/domain/look.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import { listEstate } from '../../../src/sources/azure/list-estate.ts';

const one = 'aaaaaaaa-1111-4111-8111-111111111111';
const two = 'bbbbbbbb-2222-4222-8222-222222222222';
const zonesOf = (subscription: string) => `/subscriptions/${subscription}/resourceGroups/Net/providers/Microsoft.Network/dnsZones`;
const zoneType = 'microsoft.network/dnszones';
const [a, cname] = [`${zoneType}/a`, `${zoneType}/cname`];

function planOf(type: string, table: string): ResourceTypePlan {
  return { type, table, apiVersion: '2018-05-01', action: `${type}/read`, fields: [] };
}
const plans = [planOf(zoneType, 'resources'), planOf(a, 'arm'), planOf(cname, 'arm')];

interface World {
  /** Path of a list, lower case -> its pages, or the fault that it ends with after the first page. */
  readonly lists: { readonly [path: string]: readonly (readonly string[] | FaultError)[] };
  /** Ids of zones. */
  readonly zones: readonly string[];
  /** Of zones. */
  readonly truncated?: boolean;
  readonly notActions?: readonly string[];
}

/** Answers from memory; whatever it was not told of is a mistake of the test. */
function makeClient({ lists, zones, truncated = false, notActions = [] }: World) {
  const listed: string[] = [];
  const client: ArmClient = {
    get: () => Promise.reject(new Error('nothing is read one by one')),
    effectiveRules: () => Promise.reject(new Error('no interface is looked into')),
    compute: () => Promise.reject(new Error('nothing is computed')),
    async *list(path) {
      if (path.endsWith('/permissions')) return yield [{ actions: ['*'], notActions }];
      // For the census.
      if (/^\/subscriptions\/[^/]+\/resources$/.test(path)) return;
      listed.push(path);
      for (const page of lists[path] ?? [new Error(`${path} was not to be listed`)]) {
        if (page instanceof Error) throw page;
        yield page.map((id): JsonObject => ({ id, name: 'x', etag: 'W/"1"', properties: { TTL: 60 } }));
      }
    },
    async *query({ query, subscriptions }) {
      const isOf = (text: string) => query.startsWith(text);
      if (isOf('resourcecontainers'))
        yield pageOf(subscriptions.map((id) => ({ id: `/subscriptions/${id}`, properties: { state: 'Enabled' } })));
      else if (query.includes('summarize')) yield pageOf([]);
      else yield { ...pageOf(zones.map((id) => ({ id, type: zoneType, properties: {} }))), truncated };
    },
  };
  return { client, listed };
}

function pageOf(rows: readonly JsonObject[]) {
  return { rows, totalRecords: rows.length, truncated: false };
}

async function listAll(world: World) {
  const { client, listed } = makeClient(world);
  const observations: Observation[] = [];
  const request = {
    subjects: [subscriptionResource(one), subscriptionResource(two)],
    resourceTypes: plans,
    discovered: { port: 443, httpPort: 80 },
    options: {},
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 1,
    subjectDeadlineMs: 1_000,
    signal: new AbortController().signal,
  };
  for await (const observation of listEstate(client, request)) observations.push(observation);
  const lists = (subscription: string) =>
    Object.assign({}, ...observations.filter(({ subject }) => subject.id === `/subscriptions/${subscription}`).map(({ seen }) => seen));
  return { observations, listed, lists };
}

const shopZone = `${zonesOf(one)}/shop.example`.toLowerCase();
const otherZone = `${zonesOf(one)}/other.example`.toLowerCase();
const none = { [`${otherZone}/a`]: [[]], [`${otherZone}/cname`]: [[]] };
const good: World = {
  zones: [`${zonesOf(one)}/shop.example`],
  lists: { [`${shopZone}/a`]: [[`${shopZone}/A/@`], [`${shopZone}/A/www`]], [`${shopZone}/cname`]: [[]] },
};

it('lists each zone by type, page by page, and endpoints before it says that all was listed', async () => {
  const { observations, listed, lists } = await listAll(good);
  expect(listed).toEqual([`${shopZone}/a`, `${shopZone}/cname`]);
  expect(observations.filter(({ subject }) => subject.kind === 'endpoint').map(({ subject }) => subject.id)).toEqual([
    'shop.example:443',
    'www.shop.example:443',
  ]);
  const lastOf = (isIt: (one: Observation) => boolean) => observations.findLastIndex(isIt);
  const lastEndpoint = lastOf(({ subject }) => subject.kind === 'endpoint');
  expect(observations.findIndex(({ seen }) => `list:${a}` in seen)).toBeGreaterThan(lastEndpoint);
  expect(lists(one)).toMatchObject({ [`list:${a}`]: { fact: { listed: 2 } }, [`list:${cname}`]: { fact: { listed: 0 } } });
  expect(lists(two)).toMatchObject({ [`list:${a}`]: { fact: { listed: 0 } }, [`list:${cname}`]: { fact: { listed: 0 } } });
});

it('keeps of a record what is asked for', async () => {
  const { observations } = await listAll(good);
  const record = observations.find(({ subject }) => subject.id === `${shopZone}/a/www`);
  expect(record?.seen).toEqual({ resource: { fact: { id: `${shopZone}/A/www`, name: 'x', properties: {} } } });
});

const throttled = new FaultError('throttled', 'too many requests');

test.each<[string, Partial<World>, object, object]>([
  [
    'one zone of two fails in the middle: the other is listed, and the list is not complete',
    { zones: [shopZone, otherZone], lists: { ...none, [`${shopZone}/a`]: [[`${shopZone}/A/@`], throttled], [`${shopZone}/cname`]: [[]] } },
    { fault: { code: 'throttled', about: shopZone } },
    { fact: { listed: 0 } },
  ],
  [
    'both fail: the first is told',
    {
      zones: [otherZone, shopZone],
      lists: {
        ...good.lists,
        [`${otherZone}/a`]: [new FaultError('timeout', 'late')],
        [`${shopZone}/a`]: [throttled],
        [`${otherZone}/cname`]: [[]],
      },
    },
    { fault: { code: 'timeout', about: otherZone } },
    { fact: { listed: 0 } },
  ],
  [
    'a record of another zone',
    { lists: { ...good.lists, [`${shopZone}/a`]: [[`${otherZone}/A/@`]] } },
    { fault: { code: 'malformed' } },
    { fact: { listed: 0 } },
  ],
  [
    'a record of another type',
    { lists: { ...good.lists, [`${shopZone}/a`]: [[`${shopZone}/TXT/@`]] } },
    { fault: { code: 'malformed' } },
    { fact: { listed: 0 } },
  ],
  ['no id', { lists: { ...good.lists, [`${shopZone}/a`]: [['']] } }, { fault: { code: 'malformed' } }, { fact: { listed: 0 } }],
  ['the zones may be incomplete', { truncated: true }, { fault: { code: 'partial' } }, { fault: { code: 'partial' } }],
  [
    'records of one type may not be read, and are not asked for',
    { notActions: [`${zoneType}/A/read`], lists: { [`${shopZone}/cname`]: [[]] } },
    { fault: { code: 'denied', about: `${a}/read` } },
    { fact: { listed: 0 } },
  ],
])('%s', async (_, changes, ofAddresses, ofAliases) => {
  const { lists } = await listAll({ ...good, ...changes });
  expect(lists(one)).toMatchObject({ [`list:${a}`]: ofAddresses, [`list:${cname}`]: ofAliases });
});

it('what is no fault ends the look', async () => {
  await expect(listAll({ ...good, lists: {} })).rejects.toThrow('was not to be listed');
});

it('a zone whose list fails in one subscription leaves the other complete', async () => {
  const zone = `${zonesOf(two)}/b.example`.toLowerCase();
  const { lists } = await listAll({
    zones: [shopZone, zone],
    lists: { ...good.lists, [`${zone}/a`]: [throttled], [`${zone}/cname`]: [[`${zone}/CNAME/www`]] },
  });
  expect(lists(one)[`list:${a}`]).toEqual({ fact: { listed: 2 } });
  expect(lists(two)).toMatchObject({ [`list:${a}`]: { fault: { code: 'throttled' } }, [`list:${cname}`]: { fact: { listed: 1 } } });
});
