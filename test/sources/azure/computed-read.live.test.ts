import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNoSecret, faultOf, openClient, within } from './call-client.ts';
import { armError, createMeter, json, type Origin, type Reaction, startOrigin, subscription } from './pretend-origin.ts';

let origin: Origin;

beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(async () => {
  await origin.close();
});

const path = `/subscriptions/${subscription}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/a/listNetworkManagerEffectiveSecurityAdminRules`;
const rule = { id: 'rule', kind: 'Custom' };
const html: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html><body>Please wait</body></html>');
};
const cut: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-length': '500' });
  response.write('{"value":[', () => response.destroy());
};

describe('a computed read', () => {
  it('follows its pages', async () => {
    const { client } = openClient(origin);
    origin.react(
      json(200, { value: [rule], skipToken: 'p2' }),
      json(200, { value: [], skipToken: 'p3' }),
      json(200, { value: [rule], skipToken: '' }),
    );
    expect(await client.compute(path, '2023-09-01', within())).toEqual([rule, rule]);
    expect(origin.received.map(({ method, url }) => [method, url])).toEqual(Array(3).fill(['POST', `${path}?api-version=2023-09-01`]));
    expect(origin.received.map(({ body }) => JSON.parse(body))).toEqual([{}, { skipToken: 'p2' }, { skipToken: 'p3' }]);
  });

  it.each<[string, object]>([
    ['no token', { value: [] }],
    ['null', { value: [], skipToken: null }],
    ['an empty token', { value: [], skipToken: '' }],
  ])('ends with %s', async (_, body) => {
    const { client } = openClient(origin);
    origin.react(json(200, body));
    expect(await client.compute(path, '2023-09-01', within())).toEqual([]);
  });

  it('knows what is gone', async () => {
    const { client } = openClient(origin);
    origin.react(armError(404, 'ResourceNotFound', 'The Resource was not found.'));
    expect(await client.compute(path, '2023-09-01', within())).toBeNull();
  });

  it.each<[string, Reaction, string]>([
    ['200 {}', json(200, {}), 'malformed'],
    ['HTML', html, 'malformed'],
    ['a cut body', cut, 'malformed'],
    ['no list', json(200, { value: {} }), 'malformed'],
    ['an element that is no object', json(200, { value: ['x'] }), 'malformed'],
    ['a token that is no text', json(200, { value: [], skipToken: 7 }), 'malformed'],
    ['the same token again and again', json(200, { value: [], skipToken: 'p2' }), 'malformed'],
    ['a list beside an error', json(200, { value: [], error: { code: 'x' } }), 'partial'],
    ['202 without an end', json(202, { value: [] }), 'malformed'],
    ['a link in place of an answer', json(302, '', { location: 'https://elsewhere.example/' }), 'malformed'],
    ['429', armError(429, 'TooManyRequests', 'Too many.', { 'retry-after': '1' }), 'throttled'],
    ['429 for an hour', armError(429, 'TooManyRequests', 'Too many.', { 'retry-after': '3600' }), 'throttled'],
    ['403', armError(403, 'AuthorizationFailed', "does not have authorization to perform action 'a/b/action' over scope '/x'"), 'denied'],
    ['404 of something between', json(404, { message: 'no route' }), 'malformed'],
    ['503', armError(503, 'ServiceUnavailable', 'Later.'), 'unreachable'],
  ])('%s is a fault', async (_, reaction, code) => {
    const { client } = openClient(origin);
    origin.react(...Array<Reaction>(8).fill(reaction));
    expect((await faultOf(client.compute(path, '2023-09-01', within()))).code).toBe(code);
  });

  it('that hangs is left at the deadline', async () => {
    const { client } = openClient(origin);
    origin.react(...Array<Reaction>(8).fill(() => undefined));
    const before = performance.now();
    expect((await faultOf(client.compute(path, '2023-09-01', within(400)))).code).toBe('timeout');
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('is refused by us where it is another', async () => {
    const { client } = openClient(origin);
    const other = path.replace('virtualNetworks/a/list', 'virtualNetworks/a/subnets/b/list');
    await expect(client.compute(other, '2023-09-01', within())).rejects.toThrow('not on the list');
  });

  it('takes no turn of the reads: Azure counts it with the writes', async () => {
    const { client, clock } = openClient(origin, { limits: { readsAtOnce: 1, readsPerSecond: 1 } });
    origin.react(...Array<Reaction>(3).fill(json(200, { value: [] })));
    const before = clock.now();
    for (let asked = 0; asked < 3; asked += 1) await client.compute(path, '2023-09-01', within());
    expect(clock.now() - before).toBeLessThan(500);
  });

  it('tells nobody a secret', () => {
    expectNoSecret(10, createMeter());
  });
});
