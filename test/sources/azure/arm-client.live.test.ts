import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, FaultError } from '../../../src/domain/fault.ts';
import { type ArmClient, createArmClient } from '../../../src/sources/azure/arm-client.ts';
import { expectNoSecret, faultOf, openClient, within } from './call-client.ts';
import {
  armError,
  type Counted,
  createMeter,
  json,
  type Origin,
  type Reaction,
  settingsOf,
  startOrigin,
  subscription,
  type ToldClock,
} from './pretend-origin.ts';

const path = `/subscriptions/${subscription}/resourceGroups/web one/providers/Microsoft.Storage/storageAccounts/acme`;

let origin: Origin;
let elsewhere: Origin;
let client: ArmClient;
let meter: Counted;
let clock: ToldClock;

beforeAll(async () => {
  origin = await startOrigin();
  elsewhere = await startOrigin();
});
afterAll(async () => {
  await origin.close();
  await elsewhere.close();
});

function open(changes: object = {}): void {
  ({ client, meter, clock } = openClient(origin, changes));
}

afterEach(() => {
  origin.signIn(null);
});

const good = json(200, { id: path, properties: { a: 1 } });
const html: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html><body>Please wait</body></html>');
};
const cut: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":"half');
  setImmediate(() => response.socket?.destroy());
};
const reset: Reaction = (_request, response) => void response.socket?.destroy();
const drip: Reaction = (_request, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

describe('one resource', () => {
  it('is read as it comes, with its name encoded and its token', async () => {
    open();
    origin.react(good);
    expect(await client.get(path, '2025-06-01', within())).toEqual({ id: path, properties: { a: 1 } });
    const [request] = origin.received;
    expect(request?.url).toBe(`${path.replace('web one', 'web%20one')}?api-version=2025-06-01`);
    expect(request?.authorization).toBe(`Bearer ${origin.tokens.at(-1)}`);
    expect(meter.series.get('azure_requests_total storage 200')).toBe(1);
  });

  it('asks for one token for many requests', async () => {
    open();
    origin.react(good);
    const before = origin.tokens.length;
    await Promise.all(Array.from({ length: 20 }, () => client.get(path, '1', within())));
    expect(origin.tokens.length - before).toBe(1);
    expect(origin.received).toHaveLength(20);
  });

  it.each(['ResourceNotFound', 'ResourceGroupNotFound', 'NotFound', 'ParentResourceNotFound'])(
    'is gone where Azure says %s',
    async (code) => {
      open();
      origin.react(armError(404, code, 'The Resource was not found.'));
      expect(await client.get(path, '1', within())).toBeNull();
    },
  );

  it.each<[string, Reaction, Fault['code'], RegExp]>([
    ['404 without an error of Azure', json(404, { message: 'no' }), 'malformed', /404 without an error of Azure/],
    [
      '404 of a subscription that we do not see',
      armError(404, 'SubscriptionNotFound', 'not found'),
      'denied',
      /no such subscription \(SubscriptionNotFound\)/,
    ],
    ['404 of a type that there is not', armError(404, 'InvalidResourceType', 'no such type'), 'unsupported', /InvalidResourceType/],
    [
      '400',
      armError(400, 'NoRegisteredProviderFound', 'No registered resource provider'),
      'unsupported',
      /No registered resource provider/,
    ],
    [
      'a redirect elsewhere',
      (request, response) => void response.writeHead(302, { location: `${elsewhere.url}${request.url}` }).end(),
      'malformed',
      /redirect/,
    ],
    [
      '403 with its action',
      armError(
        403,
        'AuthorizationFailed',
        `The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/read' over scope '${path}' or the scope is invalid.`,
      ),
      'denied',
      /may not perform Microsoft\.Storage\/storageAccounts\/read in \/subscriptions\/11111111-0000-4000-8000-000000000001; add/,
    ],
    ['403 without a text', (_request, response) => void response.writeHead(403).end(), 'denied', /may not read this/],
    ['200 that is no object', json(200, []), 'malformed', /no JSON object/],
    ['200 {}', json(200, {}), 'malformed', /that is empty/],
    ['204', (_request, response) => void response.writeHead(204).end(), 'malformed', /204/],
  ])('%s', async (_name, reaction, code, message) => {
    open();
    elsewhere.react(good);
    origin.react(reaction);
    const fault = await faultOf(client.get(path, '1', within()));
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(elsewhere.received).toEqual([]);
  });
});

describe('what may be mended by asking again', () => {
  const passing: readonly [string, Reaction, Fault['code'], string][] = [
    ['429 without a time', armError(429, 'TooManyRequests', 'slow down'), 'throttled', '429'],
    ['429 with a time', armError(429, 'TooManyRequests', 'slow down', { 'retry-after': '4' }), 'throttled', '429'],
    ['503', armError(503, 'ServerBusy', 'busy'), 'unreachable', '503'],
    ['500 in HTML', (_request, response) => void response.writeHead(500).end('<html>'), 'unreachable', '500'],
    ['408', (_request, response) => void response.writeHead(408).end(), 'timeout', '408'],
    ['a cut body', cut, 'malformed', 'network'],
    ['a reset', reset, 'unreachable', 'network'],
    ['HTML', html, 'malformed', '200'],
    ['no JSON', (_request, response) => void response.writeHead(200).end('{"a":'), 'malformed', '200'],
  ];

  it.each(passing)('%s: once, and nothing is lost', async (_name, reaction) => {
    open();
    origin.react(reaction, good);
    expect(await client.get(path, '1', within())).toMatchObject({ id: path });
    expect(origin.received).toHaveLength(2);
  });

  it.each(passing)('%s: for ever, and it is a fault after three retries', async (_name, reaction, code, label) => {
    open();
    origin.react(reaction);
    expect((await faultOf(client.get(path, '1', within(120_000)))).code).toBe(code);
    expect(origin.received).toHaveLength(4);
    expect(meter.series.get(`azure_requests_total storage ${label}`)).toBe(4);
  });

  it('waits as long as it is told, and counts it', async () => {
    open();
    origin.react(
      armError(429, 'TooManyRequests', '', { 'retry-after': '7' }),
      armError(503, 'Busy', '', { 'retry-after-ms': '250' }),
      good,
    );
    await client.get(path, '1', within(60_000));
    expect(clock.slept).toEqual([7_000, 250]);
    expect(meter.series.get('azure_throttle_wait_seconds_total storage')).toBe(7.25);
  });

  it('doubles its own waits', async () => {
    open();
    origin.react(reset);
    await faultOf(client.get(path, '1', within(60_000)));
    expect(clock.slept).toEqual([250, 500, 1_000]);
  });

  it.each([
    ['61', 600_000],
    ['30', 20_000],
    ['3600', 600_000],
  ])('is throttled at once where it should come back after %s s', async (seconds, deadlineMs) => {
    open();
    origin.react(armError(429, 'TooManyRequests', '', { 'retry-after': seconds }));
    expect((await faultOf(client.get(path, '1', within(deadlineMs)))).code).toBe('throttled');
    expect(origin.received).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  it('ends a slow drip at the deadline', async () => {
    open();
    origin.react(drip);
    const startedAt = performance.now();
    expect((await faultOf(client.get(path, '1', within(300)))).code).toBe('timeout');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('asks again where one answer hangs', async () => {
    open();
    origin.react(drip, good);
    expect(await client.get(path, '1', within(1_000))).toMatchObject({ id: path });
    expect(origin.received).toHaveLength(2);
  });

  it('ends where nothing comes at all', async () => {
    open();
    origin.react(() => {});
    expect((await faultOf(client.get(path, '1', within(200)))).code).toBe('timeout');
  });

  it('ends a sign-in of which nothing comes at all', async () => {
    open();
    origin.signIn(() => {});
    expect((await faultOf(client.get(path, '1', within(200)))).code).toBe('timeout');
  });

  it('reads what is compressed, and tries again where that is cut', async () => {
    open();
    const whole = gzipSync(JSON.stringify({ id: path, more: 'x'.repeat(10_000) }));
    const send =
      (body: Buffer): Reaction =>
      (_request, response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    origin.react(send(whole.subarray(0, whole.length - 20)), send(whole));
    expect(await client.get(path, '1', within())).toMatchObject({ id: path });
    expect(origin.received).toHaveLength(2);
  });

  it('reads no more than 64 MiB', async () => {
    open();
    origin.react((_request, response) => {
      const tooMuch = Readable.from(Array.from({ length: 80 }, () => Buffer.alloc(1024 * 1024, ' ')));
      // Ends with an error where the client hangs up, as it should.
      pipeline(tooMuch, response.writeHead(200), () => {});
    });
    const fault = await faultOf(client.get(path, '1', within(60_000)));
    expect(fault).toEqual({ code: 'malformed', message: 'an answer of over 64 MiB, which Azure never gives' });
    expect(origin.received).toHaveLength(1);
  });

  it('ends when the caller does', async () => {
    open();
    origin.react(drip);
    const stop = new AbortController();
    const work = faultOf(client.get(path, '1', { signal: stop.signal, deadlineMs: 60_000 }));
    setTimeout(() => stop.abort(new FaultError('timeout', 'we stop')), 100);
    expect(await work).toEqual({ code: 'timeout', message: 'we stop' });
  });

  it('does not try again where the certificate is not trusted', async () => {
    const settings = settingsOf(origin, { certificateAuthority: elsewhere.certificateFile, identity: settingsOf(elsewhere).identity });
    meter = createMeter();
    client = createArmClient({ settings: { ...settings, cloud: { ...settings.cloud, authority: elsewhere.url } }, meter, clock });
    origin.react(good);
    const fault = await faultOf(client.get(path, '1', within()));
    expect(fault.code).toBe('unreachable');
    expect(fault.message).toMatch(/not trusted .*azure\.certificateAuthority/);
    expect(meter.series.get('azure_requests_total storage network')).toBe(1);
  });
});

describe('the token', () => {
  const refused = armError(401, 'ExpiredAuthenticationToken', 'expired', { 'www-authenticate': 'Bearer error="invalid_token"' });

  it('is renewed once where it has expired', async () => {
    open();
    origin.react(refused, good);
    expect(await client.get(path, '1', within())).toMatchObject({ id: path });
    expect(origin.received[0]?.authorization).not.toBe(origin.received[1]?.authorization);
  });

  it('answers a claims challenge', async () => {
    open();
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1726077595"}}}';
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    origin.react(armError(401, 'InvalidAuthenticationToken', 'x', { 'www-authenticate': challenge }), good);
    await client.get(path, '1', within());
    const asked = new URLSearchParams(origin.signIns.at(-1)?.body ?? '').get('claims') ?? '';
    expect(JSON.parse(asked)).toMatchObject(JSON.parse(claims));
  });

  it('is not renewed for ever', async () => {
    open();
    origin.react(refused);
    expect((await faultOf(client.get(path, '1', within()))).code).toBe('denied');
    expect(origin.received).toHaveLength(2);
  });
});

describe('what is never sent', () => {
  it.each([
    `${path}/listKeys`,
    `${path}/../../../listKeys`,
    `/subscriptions/${subscription}/resourceGroups/r/providers/Microsoft.Network/connections/c/sharedkey`,
    '/providers/Microsoft.Management/managementGroups',
    'https://example.org/subscriptions',
  ])('%s', async (forbidden) => {
    open();
    origin.react(good);
    await expect(client.get(forbidden, '1', within())).rejects.toThrow(/not on the list/);
    await expect(client.get(forbidden, '1', within())).rejects.not.toBeInstanceOf(FaultError);
    expect(origin.received).toEqual([]);
  });
});

it('no fault and no series names a secret or a token', async () => {
  open();
  origin.react((request, response) => armError(403, 'Forbidden', `you sent ${request.authorization}`)(request, response));
  await faultOf(client.get(path, '1', within()));
  origin.react((request, response) => armError(400, 'Bad', `you sent ${request.authorization} ${'x'.repeat(80)}`)(request, response));
  await faultOf(client.get(path, '1', within()));
  expectNoSecret(30, meter);
});
