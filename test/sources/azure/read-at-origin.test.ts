import { describe, expect, it, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Observation } from '../../../src/domain/look.ts';
import { resourceFromId, subscriptionResource, subscriptionType } from '../../../src/domain/resource-id.ts';
import type { Resource } from '../../../src/domain/subject.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import { readAtOrigin } from '../../../src/sources/azure/read-at-origin.ts';

const vault = 'microsoft.keyvault/vaults';
const subscription = subscriptionResource('1');
const own = resourceOf('/subscriptions/1/resourceGroups/Group/providers/Microsoft.KeyVault/vaults/Own');
const other = resourceOf('/subscriptions/1/resourceGroups/Group/providers/Microsoft.KeyVault/vaults/other');
const site = resourceOf('/subscriptions/1/resourceGroups/Group/providers/Microsoft.Web/sites/w');
const row = {
  id: '/subscriptions/1/resourceGroups/Group/providers/Microsoft.KeyVault/vaults/Own',
  name: 'Own',
  type: 'Microsoft.KeyVault/vaults',
  etag: 'changes',
  properties: { state: 'good', secret: 'x' },
};

function resourceOf(id: string): Resource {
  const resource = resourceFromId(id);
  if (resource === null) throw new Error(`${id} is no resource`);
  return resource;
}

type Answer = JsonObject | null | Error;

async function read(answers: { readonly [id: string]: Answer }, subjects: readonly Resource[] = [own]): Promise<readonly Observation[]> {
  const fields = ['state'];
  const request: LookRequest = {
    subjects,
    origin: true,
    resourceTypes: [vault, subscriptionType].map((type) => ({
      type,
      table: 'resources',
      apiVersion: '2026-01-01',
      action: 'read',
      fields,
    })),
    options: {},
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 2,
    subjectDeadlineMs: 1_000,
    signal: new AbortController().signal,
  };
  const get: ArmClient['get'] = (path) => {
    const answer = answers[path] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const client = { get } as unknown as ArmClient;
  const observations: Observation[] = [];
  for await (const observation of readAtOrigin(client, request)) observations.push(observation);
  return observations;
}

it('the row of the origin is kept as Resource Graph would give it', async () => {
  const kept = { id: row.id, name: 'Own', type: row.type, subscriptionId: '1', resourceGroup: 'group', properties: { state: 'good' } };
  expect(await read({ [own.id]: row })).toEqual([{ subject: own, seen: { resource: { fact: kept } } }]);
});

it('only the origin that says not found makes it gone', async () => {
  expect(await read({})).toEqual([{ subject: own, seen: {}, gone: true }]);
});

describe('what is no row of the resource confirms nothing', () => {
  test.each<[string, Answer, string]>([
    ['a fault', new FaultError('throttled', 'too many'), 'throttled'],
    ['another type', { ...row, type: 'Microsoft.Web/sites' }, 'malformed'],
    ['another resource', { ...row, id: other.id }, 'malformed'],
    ['a row without id', { name: 'Own', type: row.type, properties: {} }, 'malformed'],
    ['an error that is called a success', { error: { code: 'Busy', message: 'later' } }, 'malformed'],
    ['a list', { value: [row] }, 'malformed'],
    ['our own defect', new Error('oops'), 'defect'],
  ])('%s', async (_what, answer, code) => {
    const [observation, ...others] = await read({ [own.id]: answer });
    expect(others).toEqual([]);
    expect(observation?.gone).toBeUndefined();
    expect(observation?.seen).toMatchObject({ resource: { fault: { code } } });
  });

  it('a type that nobody plans to read', async () => {
    expect(await read({}, [site])).toMatchObject([{ seen: { resource: { fault: { code: 'unsupported' } } } }]);
  });
});

it('the id may come in other letters, and the type may be missing', async () => {
  const { type: _type, ...untyped } = row;
  const observations = await read({ [own.id]: { ...untyped, id: row.id.toUpperCase() } });
  expect(observations[0]?.seen['resource']).toMatchObject({ fact: { properties: { state: 'good' } } });
});

it('a subscription says its state where a row of Resource Graph has it', async () => {
  const observations = await read(
    { [subscription.id]: { id: '/subscriptions/1', subscriptionId: '1', displayName: 'Shop', state: 'Enabled' } },
    [subscription],
  );
  expect(observations[0]?.seen['resource']).toMatchObject({ fact: { name: 'Shop', properties: { state: 'Enabled' } } });
});

it('each is answered for, whatever befalls another one', async () => {
  const observations = await read({ [own.id]: new FaultError('timeout', 'late'), [subscription.id]: new Error('oops') }, [
    own,
    other,
    subscription,
    site,
  ]);
  expect(observations.map(({ subject }) => subject)).toEqual([own, other, subscription, site]);
});
