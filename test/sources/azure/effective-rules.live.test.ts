import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNoSecret, faultOf, openClient, within } from './call-client.ts';
import { armError, createMeter, json, type Origin, type Reaction, secretText, startOrigin, subscription } from './pretend-origin.ts';

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

const card = `/subscriptions/${subscription}/resourcegroups/net & more/providers/microsoft.network/networkinterfaces/card`;
const operation = `/subscriptions/${subscription}/providers/Microsoft.Network/locations/westeurope/operationResults/1?api-version=2026-01-01`;
/** With what the package would rename or drop. */
const element = {
  networkSecurityGroup: { id: '/subscriptions/x/nsg' },
  association: { subnet: { id: 'y' } },
  effectiveSecurityRules: [{ name: 'securityRules/a', access: 'Allow', expandedSourceAddressPrefix: ['1.0.0.0/32'], brandNew: 1 }],
};
const done = json(200, { value: [element] });
const goOn = (retryAfter: string | undefined = '0', place = `${origin.url}${operation}`): Reaction =>
  json(202, null, { location: place, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) });
const html: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html><body>Please wait</body></html>');
};
const cut: Reaction = (_request, response) => {
  response.writeHead(200, { 'content-length': '500' });
  response.write('{"value":[', () => response.destroy());
};
const reset: Reaction = (_request, response) => void response.socket?.destroy();
const hang: Reaction = () => undefined;
const always = (reaction: Reaction): readonly Reaction[] => Array<Reaction>(8).fill(reaction);

describe('the rules in effect at an interface', () => {
  it('are waited for, and come as Azure wrote them', async () => {
    const { client, clock, meter } = openClient(origin);
    origin.react(goOn('7'), goOn('3'), done);
    expect(await client.effectiveRules(card, within(60_000))).toEqual([element]);
    expect(origin.received.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`)).toEqual([
      `POST ${card}/effectiveNetworkSecurityGroups?api-version=2026-01-01`
        .replace('resourcegroups', 'resourceGroups')
        .replace('microsoft.network/networkinterfaces', 'Microsoft.Network/networkInterfaces'),
      `GET ${operation}`,
      `GET ${operation}`,
    ]);
    expect(clock.slept).toEqual([7_000, 3_000]);
    expect(meter.series.get('azure_requests_total network 202')).toBe(2);
    expect(new Set(origin.received.map(({ authorization }) => /^Bearer token-/.test(authorization)))).toEqual(new Set([true]));
  });

  it.each<[string, () => readonly Reaction[], readonly unknown[]]>([
    ['at once', () => [done], [element]],
    ['none', () => [goOn(), json(200, { value: [] })], []],
    ['at a place that begins with two slashes', () => [goOn('0', `${origin.url}/${operation}`), done], [element]],
    [
      'by an operation that tells its state',
      () => [
        json(202, null, { 'azure-asyncoperation': `${origin.url}${operation}`, location: `${origin.url}${operation}&result=1` }),
        json(200, { status: 'InProgress' }),
        json(200, { status: 'Succeeded' }),
        done,
      ],
      [element],
    ],
    [
      'in a shape over which the package stumbles',
      () => [goOn(), json(200, { value: [{ effectiveSecurityRules: 7, tagMap: 'x' }] })],
      [{ effectiveSecurityRules: 7, tagMap: 'x' }],
    ],
    ['after a fault that passes', () => [armError(503, 'ServiceUnavailable', 'Later.'), goOn(), reset, done], [element]],
    ['a null link', () => [json(200, { value: [element], nextLink: null })], [element]],
  ])('%s', async (_, reactions, expected) => {
    const { client } = openClient(origin);
    origin.react(...reactions());
    expect(await client.effectiveRules(card, within(60_000))).toEqual(expected);
  });

  it('a wait that Azure does not name, or names as none, is ours', async () => {
    const { client, clock } = openClient(origin);
    origin.react(goOn(''), goOn('0'), done);
    await client.effectiveRules(card, within(60_000));
    expect(clock.slept).toEqual([2_000, 250]);
  });

  it('a wait that is too long is not begun', async () => {
    const { client, clock } = openClient(origin);
    origin.react(goOn('3600'));
    expect((await faultOf(client.effectiveRules(card, within(60_000)))).code).toBe('timeout');
    expect(clock.slept).toEqual([]);
  });

  const throttled = armError(429, 'TooManyRequests', 'Too many.', { 'retry-after': '1' });
  it.each<[string, () => readonly Reaction[], string]>([
    ['a machine that does not run', () => [goOn(), armError(400, 'VMNotRunning', 'The virtual machine must be running.')], 'unsupported'],
    ['a conflict', () => [armError(409, 'Busy', 'Another operation is going on.')], 'unsupported'],
    ['an interface that went', () => [armError(404, 'ResourceNotFound', 'Not there.')], 'partial'],
    ['a right that is missing', () => always(armError(403, 'AuthorizationFailed', 'no')), 'denied'],
    [
      'an operation that fails',
      () => [
        json(202, null, { 'azure-asyncoperation': `${origin.url}${operation}` }),
        json(200, { status: 'Failed', error: { code: 'a', message: 'b' } }),
      ],
      'malformed',
    ],
    [
      'an operation that is canceled',
      () => [json(202, null, { 'azure-asyncoperation': `${origin.url}${operation}` }), json(200, { status: 'Canceled' })],
      'malformed',
    ],
    [
      'a state that is no text',
      () => [json(202, null, { 'azure-asyncoperation': `${origin.url}${operation}` }), json(200, { status: 7 })],
      'malformed',
    ],
    ['200 {}', () => always(json(200, {})), 'malformed'],
    ['200 {} in the end', () => [goOn(), ...always(json(200, {}))], 'malformed'],
    ['no list', () => [goOn(), json(200, { value: {} })], 'malformed'],
    ['an element that is no object', () => [json(200, { value: [null] })], 'malformed'],
    ['null in place of the list', () => [json(200, { value: null })], 'malformed'],
    ['a part of it', () => [json(200, { value: [element], nextLink: 'https://127.0.0.1/more' })], 'partial'],
    ['HTML', () => always(html), 'malformed'],
    ['HTML in the end', () => [goOn(), ...always(html)], 'malformed'],
    ['a cut body', () => [goOn(), ...always(cut)], 'malformed'],
    ['429', () => always(throttled), 'throttled'],
    ['429 of the operation', () => [goOn(), ...always(throttled)], 'throttled'],
    ['429 for an hour', () => [armError(429, 'TooManyRequests', 'Too many.', { 'retry-after': '3600' })], 'throttled'],
    ['503', () => always(armError(503, 'ServiceUnavailable', 'Later.')), 'unreachable'],
    ['resets', () => always(reset), 'unreachable'],
    ['an hour to wait', () => [goOn('3600')], 'timeout'],
    ['no end', () => Array<Reaction>(200).fill(goOn('1')), 'timeout'],
    ['202 without a place', () => [json(202, null)], 'malformed'],
    ['204', () => [json(204, '')], 'malformed'],
    ['a redirect', () => [json(302, null, { location: `${elsewhere.url}${operation}` })], 'malformed'],
    ['a place at another origin', () => [goOn('0', `${elsewhere.url}${operation}`)], 'malformed'],
    ['a place with a name', () => [goOn('0', `${origin.url.replace('https://', 'https://a:b@')}${operation}`)], 'malformed'],
    [
      'a place that gives secrets away',
      () => [goOn('0', `${origin.url}${operation.replace('operationResults/1', 'x/1/listKeys')}`)],
      'malformed',
    ],
    ['a place that is none', () => [goOn('0', 'nowhere')], 'malformed'],
  ])('%s is a fault', async (_, reactions, code) => {
    const { client } = openClient(origin);
    origin.react(...reactions());
    elsewhere.react(done);
    expect((await faultOf(client.effectiveRules(card, within(60_000)))).code).toBe(code);
    expect(elsewhere.received).toEqual([]);
  });

  it('an origin that hangs is left at the deadline', async () => {
    const { client } = openClient(origin);
    origin.react(goOn(), hang);
    const before = performance.now();
    expect((await faultOf(client.effectiveRules(card, within(800)))).code).toBe('timeout');
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('ends with the look', async () => {
    const { client } = openClient(origin);
    origin.react(goOn(), hang);
    const look = AbortSignal.timeout(200);
    expect((await faultOf(client.effectiveRules(card, { signal: look, deadlineMs: 60_000 }))).code).toBe('timeout');
  });

  it('what is no interface is not asked', async () => {
    const { client } = openClient(origin);
    origin.react(done);
    await expect(client.effectiveRules(card.replace('networkinterfaces', 'virtualnetworks'), within())).rejects.toThrow(
      'is no network interface',
    );
    expect(origin.received).toEqual([]);
  });

  it('tells nobody a secret', () => {
    expectNoSecret(20, createMeter());
    expect(secretText).not.toBe('');
  });
});
