import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/domain/fault.ts';
import { epochMs, timestamp } from '../../../src/domain/time.ts';
import type { LogQuery } from '../../../src/logs/log-query.ts';
import { type AnswerLimits, createLogAnalytics } from '../../../src/sources/logs/log-analytics.ts';
import type { LogRow, LogsClient } from '../../../src/sources/logs/logs-client.ts';
import { expectNoSecret, faultOf, within } from '../azure/call-client.ts';
import {
  armError,
  type Counted,
  createMeter,
  createToldClock,
  json,
  type Origin,
  type Reaction,
  type Received,
  settingsOf,
  startOrigin,
  type ToldClock,
} from '../azure/pretend-origin.ts';

const workspace = '77777777-0000-4000-8000-000000000007';
const query: LogQuery = {
  table: 'AzureActivity',
  columns: { EventDataId: 'text', CategoryValue: 'plain' },
  window: { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T10:00:00.000Z', by: 'ingested' },
};
const columns = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'IngestedAt', type: 'datetime' },
  { name: 'EventDataId', type: 'string' },
  { name: 'CategoryValue', type: 'string' },
];
const row = ['2026-11-24T08:01:00.1234567Z', '2026-11-24T08:04:00Z', '9007199254740993', ''];
const read: LogRow = {
  generatedAt: '2026-11-24T08:01:00.123Z',
  ingestedAt: '2026-11-24T08:04:00.000Z',
  columns: { EventDataId: '9007199254740993', CategoryValue: null },
};
const tableOf = (rows: readonly unknown[], shown: readonly object[] = columns): object => ({
  name: 'PrimaryResult',
  columns: shown,
  rows,
});
const answer = (rows: readonly unknown[], more: object = {}): Reaction => json(200, { tables: [tableOf(rows)], ...more });
const good = answer([row]);

let origin: Origin;
let elsewhere: Origin;
let client: LogsClient;
const meter: Counted = createMeter();
const clock: ToldClock = createToldClock();
let usual: LogsClient;

beforeAll(async () => {
  [origin, elsewhere] = await Promise.all([startOrigin(), startOrigin()]);
  usual = createLogAnalytics({ settings: settings(), meter, clock });
});
afterAll(async () => {
  await Promise.all([origin.close(), elsewhere.close()]);
});
afterEach(() => {
  origin.signIn(null);
});

function settings(logAnalytics: string | undefined = origin.url): ReturnType<typeof settingsOf> {
  const cloud = { resourceManager: 'https://localhost:1', authority: origin.url, scope: 'https://localhost:1/.default' };
  return settingsOf(origin, { cloud: { ...cloud, ...(logAnalytics === undefined ? {} : { logAnalytics }) } });
}

/** One client for most tests, since each takes a sign-in of its own. */
function open(limits?: AnswerLimits): void {
  meter.series.clear();
  clock.slept.length = 0;
  client = limits === undefined ? usual : openAnew(limits);
}

function openAnew(limits?: AnswerLimits): LogsClient {
  return createLogAnalytics({ settings: settings(), meter, clock, ...(limits === undefined ? {} : { limits }) });
}

const html: Reaction = (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Wait</html>');
const cut: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"tables":[');
  setImmediate(() => response.socket?.destroy());
};
const reset: Reaction = (_request, response) => void response.socket?.destroy();
const drip: Reaction = (_request, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

describe('a question', () => {
  it('goes to the workspace with its query and its token, and is counted', async () => {
    open();
    origin.react(good);
    expect(await client.rows(workspace, query, within())).toEqual([read]);
    const [request] = origin.received;
    expect(request).toMatchObject({ method: 'POST', url: `/v1/workspaces/${workspace}/query` });
    expect(request?.authorization).toBe(`Bearer ${origin.tokens.at(-1)}`);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      query: expect.stringMatching(/^AzureActivity\n\| where ingestion_time\(\) >= /),
      timespan: '2026-11-17T08:00:00.000Z/2026-11-25T10:00:00.000Z',
    });
    expect([...meter.series]).toEqual([['azure_requests_total log-analytics 200', 1]]);
  });

  it('asks for a token of Log Analytics, once for many', async () => {
    client = openAnew();
    origin.react(good);
    origin.signIn(null);
    await Promise.all(Array.from({ length: 12 }, () => client.rows(workspace, query, within())));
    const posts = origin.signIns.filter(({ method }) => method === 'POST');
    expect(posts.map(({ body }) => new URLSearchParams(body).get('scope'))).toEqual([expect.stringContaining(`${origin.url}/.default`)]);
    expect(origin.received).toHaveLength(12);
  });

  it('of when it happened names the same time beside the query', async () => {
    open();
    origin.react(good);
    await client.rows(workspace, { ...query, window: { ...query.window, by: 'generated' } }, within());
    expect(JSON.parse(origin.received[0]?.body ?? '')).toMatchObject({ timespan: '2026-11-24T08:00:00.000Z/2026-11-24T10:00:00.000Z' });
  });

  it('of a table without rows has none', async () => {
    open();
    origin.react(answer([]));
    expect(await client.rows(workspace, query, within())).toEqual([]);
  });

  it.each([
    ['ahead', -10],
    ['behind', 10],
  ])('is of no use by a clock that is %s', async (where, minutes) => {
    open();
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    origin.react(json(200, { tables: [tableOf([row])] }, { date }));
    expect(await faultOf(client.rows(workspace, query, within()))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(where),
    });
  });

  it.each(['x', '', '../11111111-0000-4000-8000-000000000001', `${workspace}/query?x=`])('is not sent to a workspace %j', async (id) => {
    open();
    origin.react(good);
    expect((await faultOf(client.rows(id, query, within()))).code).toBe('malformed');
    expect(origin.received).toEqual([]);
  });

  it('is not sent where no address is known', async () => {
    const { cloud, ...others } = settings();
    const { logAnalytics: _none, ...addresses } = cloud;
    const blind = createLogAnalytics({ settings: { ...others, cloud: addresses }, meter, clock });
    expect(await faultOf(blind.rows(workspace, query, within()))).toMatchObject({ code: 'unsupported' });
  });

  it('five at the same time, and no more', async () => {
    open();
    let now = 0;
    let most = 0;
    const slow: Reaction = (request, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        good(request, response);
      }, 20);
    };
    origin.react(slow);
    await Promise.all(Array.from({ length: 20 }, () => client.rows(workspace, query, within())));
    expect(most).toBe(5);
  });
});

describe('an answer that is none', () => {
  const other = (shown: readonly object[], cells: readonly unknown[] = row): Reaction => json(200, { tables: [tableOf([cells], shown)] });
  const cells = (place: number, value: unknown): Reaction => answer([row, row.map((cell, index) => (index === place ? value : cell))]);
  it.each<[string, Reaction, Fault['code'], RegExp]>([
    ['empty', json(200, {}), 'malformed', /without a result/],
    ['no object', json(200, []), 'malformed', /something else/],
    ['no tables', json(200, { tables: null }), 'malformed', /without a result/],
    ['no table', json(200, { tables: [] }), 'malformed', /without a result/],
    ['two tables', json(200, { tables: [tableOf([]), tableOf([])] }), 'malformed', /without a result/],
    ['204', (_request, response) => void response.writeHead(204).end(), 'malformed', /204/],
    ['a column too few', other(columns.slice(0, 3), row.slice(0, 3)), 'malformed', /other columns/],
    ['a column too many', other([...columns, { name: 'Caller', type: 'string' }], [...row, 'x']), 'malformed', /other columns/],
    ['a column twice', other([...columns.slice(0, 3), ...columns.slice(2, 3)]), 'malformed', /other columns/],
    ['a column of another type', other(columns.with(2, { name: 'EventDataId', type: 'long' })), 'malformed', /other columns/],
    ['a row that is too short', answer([row.slice(0, 3)]), 'malformed', /row/],
    ['a row that is none', answer([null]), 'malformed', /row/],
    ['no time', cells(0, null), 'malformed', /TimeGenerated that is no time/],
    ['a time that is none', cells(0, 'soon'), 'malformed', /no time/],
    ['a month that is none', cells(1, '2026-13-01T00:00:00Z'), 'malformed', /IngestedAt that is no time/],
    ['a number for a text', cells(2, 9_007_199_254_740_992), 'malformed', /EventDataId that is no text/],
    ['a part, and an error', answer([row], { error: { code: 'PartialError', message: 'x' } }), 'partial', /a part .*PartialError/],
    ['an error alone', json(200, { error: { code: 'EngineError' } }), 'partial', /EngineError/],
    ['an error without shape', answer([row], { error: 'x' }), 'partial', /a part/],
    ['400', armError(400, 'BadArgumentError', 'The request had some invalid properties'), 'unsupported', /BadArgumentError/],
    [
      '403',
      armError(403, 'InsufficientAccessError', 'insufficient access'),
      'denied',
      /may not Microsoft\.OperationalInsights\/workspaces\/query\/read/,
    ],
    ['403 of a token', armError(403, 'InvalidAuthenticationTokenAudience', 'x'), 'denied', /InvalidAuthenticationTokenAudience/],
    ['404', armError(404, 'WorkspaceNotFoundError', 'x'), 'unsupported', /WorkspaceNotFoundError/],
    ['404 of something else', json(404, 'x'), 'malformed', /404 without an error/],
    [
      'a redirect',
      (request, response) => void response.writeHead(307, { location: `${elsewhere.url}${request.url}` }).end(),
      'malformed',
      /redirect/,
    ],
  ])('%s', async (_name, reaction, code, message) => {
    open();
    elsewhere.react(good);
    origin.react(reaction);
    expect(await faultOf(client.rows(workspace, query, within()))).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(elsewhere.received).toEqual([]);
  });
});

describe('what may be mended by asking again', () => {
  const passing: readonly [string, Reaction, Fault['code']][] = [
    ['429 without a time', armError(429, 'ThrottledError', 'slow down'), 'throttled'],
    ['503', armError(503, 'ServiceUnavailable', 'busy'), 'unreachable'],
    ['504', armError(504, 'GatewayTimeout', 'too slow'), 'unreachable'],
    ['500 in HTML', (_request, response) => void response.writeHead(500).end('<html>'), 'unreachable'],
    ['a cut body', cut, 'malformed'],
    ['a reset', reset, 'unreachable'],
    ['HTML', html, 'malformed'],
    ['an empty object', json(200, {}), 'malformed'],
  ];

  it.each(passing)('%s: once, and nothing is lost', async (_name, reaction) => {
    open();
    origin.react(reaction, good);
    expect(await client.rows(workspace, query, within())).toEqual([read]);
    expect(origin.received).toHaveLength(2);
  });

  it.each(passing)('%s: for ever, and it is a fault after three retries', async (_name, reaction, code) => {
    open();
    origin.react(reaction);
    expect((await faultOf(client.rows(workspace, query, within(120_000)))).code).toBe(code);
    expect(origin.received).toHaveLength(4);
  });

  it('waits as long as it is told', async () => {
    open();
    origin.react(armError(429, 'ThrottledError', '', { 'retry-after': '7' }), good);
    const beforeMs = clock.now();
    await client.rows(workspace, query, within(60_000));
    expect(clock.slept).toContain(7_000);
    expect(clock.now() - beforeMs).toBe(7_000);
    expect(meter.series.get('azure_throttle_wait_seconds_total log-analytics')).toBe(7);
  });

  it('is throttled at once where it should come back too late, and so is who asks next', async () => {
    client = openAnew();
    origin.react(armError(429, 'ThrottledError', '', { 'retry-after': '3600' }));
    expect((await faultOf(client.rows(workspace, query, within(600_000)))).code).toBe('throttled');
    expect((await faultOf(client.rows(workspace, query, within(59_000)))).code).toBe('throttled');
    expect(origin.received).toHaveLength(1);
  });

  it('ends a slow drip at the deadline, and what never comes', async () => {
    open();
    for (const reaction of [drip, () => {}]) {
      origin.react(reaction);
      expect((await faultOf(client.rows(workspace, query, within(300)))).code).toBe('timeout');
    }
  });

  it('ends when the caller does', async () => {
    open();
    origin.react(drip);
    const stop = new AbortController();
    const work = faultOf(client.rows(workspace, query, { signal: stop.signal, deadlineMs: 60_000 }));
    setTimeout(() => stop.abort(new Error('we stop')), 50);
    expect(await work).toMatchObject({ code: 'timeout' });
  });

  it('does not try again where the certificate is not trusted', async () => {
    open();
    elsewhere.react(good);
    const foreign = createLogAnalytics({ settings: settings(elsewhere.url), meter, clock });
    expect(await faultOf(foreign.rows(workspace, query, within()))).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/not trusted .*azure\.certificateAuthority/),
    });
    expect(elsewhere.received).toEqual([]);
  });
});

describe('the token', () => {
  const refused = armError(401, 'InvalidTokenError', 'expired', { 'www-authenticate': 'Bearer error="invalid_token"' });

  it('is renewed once where it has expired, and not for ever', async () => {
    open();
    origin.react(refused, good);
    expect(await client.rows(workspace, query, within())).toEqual([read]);
    expect(origin.received[0]?.authorization).not.toBe(origin.received[1]?.authorization);
    origin.react(refused);
    expect((await faultOf(client.rows(workspace, query, within()))).code).toBe('denied');
    expect(origin.received).toHaveLength(2);
  });

  it('answers a claims challenge', async () => {
    open();
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1726077595"}}}';
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    origin.react(armError(401, 'InvalidTokenError', 'x', { 'www-authenticate': challenge }), good);
    await client.rows(workspace, query, within());
    const asked = new URLSearchParams(origin.signIns.at(-1)?.body ?? '').get('claims') ?? '';
    expect(JSON.parse(asked)).toMatchObject(JSON.parse(claims));
  });
});

describe('more than an answer holds', () => {
  const times = Array.from({ length: 40 }, (_, index) => epochMs(query.window.from) + index * 179_000);
  /** Answers with the rows of the window that the query names: with those that fit, and says nothing or that it cut. */
  const windowed = (most: number, more: object = {}): Reaction => {
    return (request: Received, response) => {
      const [from = 0, to = 0] = [...request.body.matchAll(/datetime\(([^)]*)\)/g)].map(([, at = '']) => epochMs(at));
      const rows = times.filter((ms) => ms >= from && ms < to).map((ms) => [timestamp(ms), timestamp(ms), String(ms), 'Administrative']);
      answer(rows.slice(0, most), rows.length >= most ? more : {})(request, response);
    };
  };
  const all = times.map((ms) => String(ms));
  const idsOf = (rows: readonly LogRow[]) => rows.map((one) => one.columns['EventDataId'] ?? '').sort();
  const tooMuch = {
    error: {
      code: 'PartialError',
      details: [{ code: 'EngineError', innererror: { message: 'x (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).' } }],
    },
  };

  it.each([
    ['at the cap', { rows: 7, bytes: 100_000 }, windowed(7)],
    ['as the service says', { rows: 500_000, bytes: 100_000 }, windowed(7, tooMuch)],
    ['by its length', { rows: 500_000, bytes: 1_200 }, windowed(500_000)],
  ])('is asked for in parts (%s), and nothing is lost or twice', async (_name, limits, reaction) => {
    open(limits);
    origin.react(reaction);
    expect(idsOf(await client.rows(workspace, query, within()))).toEqual(all);
    expect(origin.received.length).toBeGreaterThan(4);
  });

  it('is partial where a minute has too much', async () => {
    open({ rows: 1, bytes: 100_000 });
    origin.react(windowed(1));
    expect(await faultOf(client.rows(workspace, query, within()))).toMatchObject({
      code: 'partial',
      message: expect.stringMatching(/a minute/),
    });
    expect(origin.received.length).toBeLessThan(12);
  });
});

it('no fault and no series names a secret or a token', async () => {
  open();
  origin.react((request, response) => armError(400, 'Bad', `you sent ${request.authorization} ${'x'.repeat(80)}`)(request, response));
  await faultOf(client.rows(workspace, query, within()));
  origin.react((request, response) => json(200, { error: { code: request.authorization } })(request, response));
  await faultOf(client.rows(workspace, query, within()));
  expectNoSecret(30, meter);
});
