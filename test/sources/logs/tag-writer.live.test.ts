import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../../src/domain/fault.ts';
import { canaryAt } from '../../../src/sources/logs/canary-tag.ts';
import { createTagWriter } from '../../../src/sources/logs/tag-writer.ts';
import { expectNoSecret, faultOf } from '../azure/call-client.ts';
import {
  createMeter,
  createToldClock,
  json,
  type Origin,
  type Reaction,
  settingsOf,
  startOrigin,
  subscription,
} from '../azure/pretend-origin.ts';

const resource = `/subscriptions/${subscription}/resourcegroups/logs of ours/providers/microsoft.operationalinsights/workspaces/central`;
const canary = canaryAt(Date.parse('2026-11-24T12:00:00Z'), '00000001-0000-4000-8000-000000000001');
const good = json(200, { id: resource, properties: { tags: {} } });

let origin: Origin;
let elsewhere: Origin;

beforeAll(async () => {
  [origin, elsewhere] = await Promise.all([startOrigin(), startOrigin()]);
});
afterAll(async () => {
  await Promise.all([origin.close(), elsewhere.close()]);
});

function write(signal: AbortSignal = new AbortController().signal): Promise<string | null> {
  const writer = createTagWriter({ settings: settingsOf(origin), resource, clock: createToldClock() });
  return writer.write(canary, 'when and what', { signal, meter: undefined });
}

async function refusedWith(...reactions: readonly Reaction[]): Promise<Fault> {
  origin.react(...reactions);
  origin.received.length = 0;
  return await faultOf(write());
}

afterAll(() => expectNoSecret(6, createMeter()));

test('one tag at one path, beside those that are there', async () => {
  origin.react(good);
  origin.received.length = 0;
  expect(await write()).toBeNull();
  expect(origin.received).toMatchObject([
    {
      method: 'PATCH',
      url: `${resource.replaceAll(' ', '%20')}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01`,
      body: JSON.stringify({ operation: 'Merge', properties: { tags: { 'claimwatch-canary': 'when and what' } } }),
    },
  ]);
});

test('Azure may file it under another id than ours', async () => {
  const other = '00000002-0000-4000-8000-000000000002';
  origin.react((_request, response) => void response.writeHead(200, { 'x-ms-correlation-request-id': other.toUpperCase() }).end('{}'));
  expect(await write()).toBe(other);
});

test('a token that is refused is renewed once', async () => {
  origin.react(json(401, { error: { code: 'ExpiredAuthenticationToken', message: 'x' } }), good);
  origin.received.length = 0;
  await write();
  expect(new Set(origin.received.map(({ authorization }) => authorization)).size).toBe(2);
  expect((await refusedWith(json(401, { error: { code: 'InvalidAuthenticationToken', message: 'x' } }))).code).toBe('denied');
  expect(origin.received).toHaveLength(2);
});

test('the token goes nowhere else, and no refusal is taken for a write', async () => {
  const away: Reaction = (_request, response) => void response.writeHead(307, { location: `${elsewhere.url}/` }).end();
  expect((await refusedWith(away)).code).toBe('malformed');
  expect(origin.received).toHaveLength(1);
  expect(elsewhere.received).toEqual([]);
  expect(await refusedWith(json(403, { error: { code: 'AuthorizationFailed', message: 'x' } }))).toMatchObject({
    code: 'denied',
    about: 'Microsoft.Resources/tags/write',
  });
  expect((await refusedWith(json(429, {}))).code).toBe('throttled');
  expect((await refusedWith(json(409, { error: { code: 'ScopeLocked', message: 'locked' } }))).code).toBe('unsupported');
  expect((await refusedWith(json(500, {}))).code).toBe('unreachable');
  expect((await refusedWith(json(204, {}))).code).toBe('malformed');
  expect(origin.received).toHaveLength(1);
});

test('the wait ends with the look', async () => {
  origin.react(() => undefined);
  const abort = new AbortController();
  const written = faultOf(write(abort.signal));
  setTimeout(() => abort.abort(), 50);
  expect((await written).code).toBe('timeout');
});
