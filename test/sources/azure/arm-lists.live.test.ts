import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createArmClient } from '../../../src/sources/azure/arm-client.ts';
import { all, expectNoSecret, faultOf, listPath, openClient, within } from './call-client.ts';
import { createMeter, json, type Origin, type Reaction, settingsOf, startOrigin, subscription } from './pretend-origin.ts';

let origin: Origin;
let elsewhere: Origin;

beforeAll(async () => {
  origin = await startOrigin();
  elsewhere = await startOrigin();
});
afterAll(async () => {
  await origin.close();
  await elsewhere.close();
});

const good = json(200, { value: [] });
const html: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html><body>Please wait</body></html>');
};

describe('a list', () => {
  const page = (value: unknown, nextLink?: string): Reaction => json(200, { value, ...(nextLink === undefined ? {} : { nextLink }) });

  it('follows its pages', async () => {
    const { client } = openClient(origin);
    origin.react(page([{ id: 'a' }], `${origin.url}${listPath}?api-version=1&$skiptoken=p2`), page([{ id: 'b' }]));
    expect(await all(client.list(listPath, '1', within()))).toEqual([[{ id: 'a' }], [{ id: 'b' }]]);
    expect(origin.received[1]?.url).toContain('skiptoken=p2');
  });

  it('is asked with a filter and a selection, and with nothing else', async () => {
    const { client } = openClient(origin);
    origin.react(page([]));
    const parameters = { $filter: "eventTimestamp ge '2026-11-24T08:00:00.000Z' and a eq 'b&c=d+e'", $select: 'eventDataId,category' };
    await all(client.list(listPath, '1', { ...within(), parameters }));
    const url = new URL(origin.received[0]?.url ?? '', origin.url);
    expect([...url.searchParams]).toEqual([['api-version', '1'], ...Object.entries(parameters)]);
    expect(url.search).toContain('&$filter=eventTimestamp%20ge%20');
  });

  it.each<[string, () => Reaction, RegExp]>([
    ['200 {}', () => json(200, {}), /that is empty/],
    ['an object without the list', () => json(200, { id: 'a' }), /without the list/],
    ['a value that is no list', () => page({}), /without the list/],
    ['an item that is no object', () => page([1]), /without the list/],
    ['a link to another origin', () => page([], `${elsewhere.url}${listPath}?api-version=1`), /another origin/],
    ['a link with a name', () => page([], origin.url.replace('https://', 'https://a:b@') + listPath), /another origin/],
    ['a link to another scheme', () => page([], `http://localhost${listPath}`), /another origin/],
    ['a link to what is no list', () => page([], `${origin.url}${listPath}/a/listKeys?api-version=1`), /no list of Azure/],
    ['a link to itself', () => page([], `${origin.url}${listPath}?api-version=1`), /circle/],
    ['HTML', () => html, /no JSON/],
  ])('is malformed: %s', async (_name, reaction, message) => {
    const { client } = openClient(origin);
    elsewhere.react(good);
    origin.react(reaction());
    const fault = await faultOf(all(client.list(listPath, '1', within())));
    expect(fault.code).toBe('malformed');
    expect(fault.message).toMatch(message);
    expect(elsewhere.received).toEqual([]);
  });

  it('is throttled where it has more pages than Azure allows to ask for', async () => {
    const { client } = openClient(origin);
    let pages = 0;
    origin.react((request, response) => {
      pages += 1;
      page([], `${origin.url}${listPath}?api-version=1&$skiptoken=${pages}`)(request, response);
    });
    expect((await faultOf(all(client.list(listPath, '1', within())))).code).toBe('throttled');
    expect(pages).toBe(100);
  });

  it('has one deadline for all its pages', async () => {
    const flooded = await startOrigin();
    const limits = { storageListsPer5Minutes: 1_000_000, readsAtOnce: 1_000_000 };
    const client = createArmClient({ settings: settingsOf(flooded, { limits }), meter: createMeter() });
    let pages = 0;
    flooded.react((request, response) => {
      pages += 1;
      page([], `${flooded.url}${listPath}?api-version=1&$skiptoken=${pages}`)(request, response);
    });
    expect((await faultOf(all(client.list(listPath, '1', within(400))))).code).toBe('timeout');
    expect(pages).toBeGreaterThan(1);
    await flooded.close();
  });
});

describe('Resource Graph', () => {
  const request = { subscriptions: [subscription], query: 'resources | project id | order by id asc' };
  const page = (rows: readonly unknown[], more: object = {}): Reaction =>
    json(200, { totalRecords: rows.length, count: rows.length, data: rows, facets: [], resultTruncated: 'false', ...more });

  const tooLarge = json(400, {
    error: {
      code: 'BadRequest',
      message: 'Please provide below info when asking for support: timestamp = 2026-11-24T10:00:00.1Z.',
      details: [{ code: 'ResponsePayloadTooLarge', message: 'Response payload size is 24813879, and has exceeded the limit of 16777216.' }],
    },
  });

  it('pages by its token', async () => {
    const { client, meter } = openClient(origin);
    origin.react(page([{ id: 'a' }], { totalRecords: 2, $skipToken: 'next' }), page([{ id: 'b' }], { totalRecords: 2 }));
    const rows = await all(client.query(request, within()));
    expect(rows).toEqual([
      { rows: [{ id: 'a' }], totalRecords: 2, truncated: false },
      { rows: [{ id: 'b' }], totalRecords: 2, truncated: false },
    ]);
    expect(origin.received.map(({ body }) => JSON.parse(body))).toEqual([
      { ...request, options: { $top: 1000, resultFormat: 'objectArray' } },
      { ...request, options: { $top: 1000, resultFormat: 'objectArray', $skipToken: 'next' } },
    ]);
    expect(origin.received[0]?.url).toBe('/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01');
    expect(meter.series.get('azure_requests_total resource-graph 200')).toBe(2);
  });

  it('says so where it is truncated', async () => {
    const { client } = openClient(origin);
    origin.react(page([{ id: 'a' }], { resultTruncated: 'true' }));
    expect(await all(client.query(request, within()))).toEqual([{ rows: [{ id: 'a' }], totalRecords: 1, truncated: true }]);
  });

  it.each([{ error: { code: 'PartialFailure' } }, { errors: [] }, { isTruncated: true }, { partial: 'true' }])(
    'is truncated where it names itself partial: %j',
    async (sign) => {
      const { client } = openClient(origin);
      origin.react(page([{ id: 'a' }], sign));
      expect((await all(client.query(request, within())))[0]?.truncated).toBe(true);
    },
  );

  // 16 MB are the most that Resource Graph gives at once, and the rows of an estate can be longer than 16 kB.
  it('asks for fewer rows where a page is too large, and goes on where it was', async () => {
    const { client } = openClient(origin);
    const next = { totalRecords: 3, $skipToken: 'next' };
    origin.react(tooLarge, page([{ id: 'a' }], next), tooLarge, page([{ id: 'b' }, { id: 'c' }], { totalRecords: 3 }));
    const rows = await all(client.query(request, within()));
    expect(rows.flatMap((one) => one.rows)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(origin.received.map(({ body }) => JSON.parse(body).options)).toMatchObject([
      { $top: 1000 },
      { $top: 250 },
      { $top: 250, $skipToken: 'next' },
      { $top: 62, $skipToken: 'next' },
    ]);
  });

  it('gives up where one row is too large', async () => {
    const { client } = openClient(origin);
    origin.react(tooLarge);
    const fault = await faultOf(all(client.query(request, within())));
    expect(fault.code).toBe('unsupported');
    expect(fault.message).toContain('exceeded the limit');
    expect(origin.received.map(({ body }) => JSON.parse(body).options.$top)).toEqual([1000, 250, 62, 15, 3, 1]);
  });

  it.each<[string, Reaction]>([
    ['200 {}', json(200, {})],
    ['rows that are no objects', page([['a']])],
    ['a count that is not that of the rows', page([{ id: 'a' }], { count: 2 })],
    ['no total', page([], { totalRecords: undefined })],
    ['the same token for ever', page([], { $skipToken: 'same' })],
  ])('is malformed: %s', async (_name, reaction) => {
    const { client } = openClient(origin);
    origin.react(reaction);
    expect((await faultOf(all(client.query(request, within())))).code).toBe('malformed');
  });

  it('tells what it does not accept, without times and ids', async () => {
    const { client } = openClient(origin);
    const text =
      'Please provide below info when asking for support: timestamp = 2026-11-24T10:00:00.1Z, correlationId = 5f2f1c9e-aaaa-bbbb-cccc-1234567890ab.';
    origin.react(
      json(400, { error: { code: 'BadRequest', message: text, details: [{ code: 'UnknownFunction', message: "'foo' is unknown" }] } }),
    );
    expect(await faultOf(all(client.query(request, within())))).toEqual({
      code: 'unsupported',
      message: "Azure does not accept what was asked (BadRequest): 'foo' is unknown",
    });
  });

  it('stops before its quota is used up', async () => {
    const { client, meter, clock } = openClient(origin);
    const quota = { 'x-ms-user-quota-remaining': '3', 'x-ms-user-quota-resets-after': '00:00:04' };
    origin.react(json(200, { totalRecords: 0, count: 0, data: [] }, quota));
    await all(client.query(request, within()));
    await all(client.query(request, within()));
    expect(clock.slept).toEqual([4_000]);
    expect(meter.series.get('azure_quota_remaining resource-graph')).toBe(3);
    expect(meter.series.get('azure_throttle_wait_seconds_total resource-graph')).toBe(4);
    expect((await faultOf(all(client.query(request, within(3_999))))).code).toBe('throttled');
  });
});

it('no fault names a secret or a token', () => {
  expectNoSecret(15, createMeter());
});
