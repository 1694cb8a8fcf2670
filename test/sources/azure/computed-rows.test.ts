import { describe, expect, it, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Observation, ResourceTypePlan } from '../../../src/domain/look.ts';
import { resourceFromId, subscriptionResource } from '../../../src/domain/resource-id.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import { listEstate } from '../../../src/sources/azure/list-estate.ts';
import { readAtOrigin } from '../../../src/sources/azure/read-at-origin.ts';

const one = 'aaaaaaaa-1111-4111-8111-111111111111';
const networkType = 'microsoft.network/virtualnetworks';
const adminType = `${networkType}/effectivesecurityadminrules`;
const action = 'Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules/action';
const networkId = (name: string) => `/subscriptions/${one}/resourcegroups/net/providers/${networkType}/${name}`;
const callOf = (name: string) => `${networkId(name)}/listNetworkManagerEffectiveSecurityAdminRules`;
const rowId = (name: string) => `${networkId(name)}/effectivesecurityadminrules/current`;
const deny = { id: 'rule', kind: 'Custom', properties: { access: 'Deny', priority: 1, direction: 'Inbound' } };

const plans: readonly ResourceTypePlan[] = [
  { type: networkType, table: 'resources', apiVersion: '2023-09-01', action: `${networkType}/read`, fields: [] },
  { type: adminType, table: 'arm', apiVersion: '2023-09-01', action, fields: ['rules'] },
];

interface World {
  readonly networks: readonly string[];
  /** By network: the elements of the answer; null: the origin knows no such network. */
  readonly answers: { readonly [network: string]: readonly JsonObject[] | null | Error };
  readonly notActions?: readonly string[];
  readonly truncated?: boolean;
  readonly types?: readonly ResourceTypePlan[];
}

function makeClient({ networks, answers, notActions = [], truncated = false }: World) {
  const asked: string[] = [];
  let inside = 0;
  const seen = { most: 0 };
  const pageOf = (rows: readonly JsonObject[]) => ({ rows, totalRecords: rows.length, truncated: false });
  const client: ArmClient = {
    get: () => Promise.reject(new Error('nothing is read one by one')),
    effectiveRules: () => Promise.reject(new Error('no interface is looked into')),
    async compute(path) {
      asked.push(path);
      seen.most = Math.max(seen.most, ++inside);
      await Promise.resolve();
      inside -= 1;
      const [, name = ''] = /\/([^/]+)\/list[a-z]+$/i.exec(path) ?? [];
      const answer = answers[name];
      if (answer === undefined) throw new Error(`${path} was not to be asked`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async *list(path) {
      if (path.endsWith('/permissions')) yield [{ actions: ['*'], notActions }];
    },
    async *query({ query }) {
      if (query.startsWith('resourcecontainers')) yield pageOf([{ id: `/subscriptions/${one}`, properties: { state: 'Enabled' } }]);
      else if (query.includes('summarize')) yield pageOf([]);
      else yield { ...pageOf(networks.map((name) => ({ id: networkId(name), type: networkType, properties: {} }))), truncated };
    },
  };
  return { client, asked, seen };
}

function requestOf(changes: Partial<LookRequest>): LookRequest {
  return {
    subjects: [subscriptionResource(one)],
    resourceTypes: plans,
    options: {},
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 2,
    subjectDeadlineMs: 1_000,
    signal: new AbortController().signal,
    ...changes,
  };
}

async function listAll(world: World) {
  const { client, asked, seen } = makeClient(world);
  const observations: Observation[] = [];
  for await (const observation of listEstate(client, requestOf({ resourceTypes: world.types ?? plans }))) observations.push(observation);
  const rows = observations.filter(({ subject }) => subject.kind === 'resource' && subject.type === adminType);
  const list = observations.findLast((observation) => `list:${adminType}` in observation.seen)?.seen[`list:${adminType}`];
  return { asked, seen, rows, list };
}

describe('the rules of network managers', () => {
  it('are one row for each network, with the elements as they came', async () => {
    const { rows, list, asked } = await listAll({ networks: ['a', 'b'], answers: { a: [deny], b: [] } });
    expect(asked).toEqual([callOf('a'), callOf('b')]);
    expect(rows).toEqual([
      {
        subject: resourceFromId(rowId('a')),
        seen: { resource: { fact: { id: rowId('a'), name: 'current', type: adminType, properties: { rules: [deny] } } } },
      },
      {
        subject: resourceFromId(rowId('b')),
        seen: { resource: { fact: { id: rowId('b'), name: 'current', type: adminType, properties: { rules: [] } } } },
      },
    ]);
    expect(list).toEqual({ fact: { listed: 2 } });
  });

  it('are asked of as many networks at once as the look allows', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `n${index}`);
    const { seen, list } = await listAll({ networks: names, answers: Object.fromEntries(names.map((name) => [name, []])) });
    expect(seen.most).toBe(2);
    expect(list).toEqual({ fact: { listed: 9 } });
  });

  it('are not asked for where nobody needs them', async () => {
    const { asked, list } = await listAll({ networks: ['a'], answers: {}, types: plans.slice(0, 1) });
    expect(asked).toEqual([]);
    expect(list).toBeUndefined();
  });

  const throttled = new FaultError('throttled', 'too many requests');
  test.each<[string, World, object, readonly string[]]>([
    [
      'one network fails: the others are there, and the list is not complete',
      { networks: ['a', 'b', 'c'], answers: { a: [], b: throttled, c: [deny] } },
      { code: 'throttled', about: networkId('b') },
      ['a', 'c'],
    ],
    ['a network that went meanwhile', { networks: ['a'], answers: { a: null } }, { code: 'partial', about: networkId('a') }, []],
    ['the networks may be incomplete', { networks: ['a'], answers: { a: [] }, truncated: true }, { code: 'partial' }, ['a']],
    ['the right is missing: not asked', { networks: ['a'], answers: {}, notActions: [action] }, { code: 'denied', about: action }, []],
    [
      'denied although the rights say otherwise',
      { networks: ['a'], answers: { a: new FaultError('denied', 'no') } },
      { code: 'denied', about: action },
      [],
    ],
  ])('%s', async (_, world, fault, names) => {
    const { rows, list } = await listAll(world);
    expect(list).toMatchObject({ fault });
    expect(rows.map(({ subject }) => subject.id)).toEqual(names.map(rowId));
  });

  it('what is no fault ends the look', async () => {
    await expect(listAll({ networks: ['a', 'b'], answers: { a: [] } })).rejects.toThrow('was not to be asked');
    await expect(listAll({ networks: ['a', 'b'], answers: { b: [] } })).rejects.toThrow('was not to be asked');
  });
});

describe('at the origin', () => {
  async function read(answers: World['answers'], name = 'a', id = rowId(name)): Promise<Observation | undefined> {
    const { client } = makeClient({ networks: [], answers });
    const subject = resourceFromId(id);
    if (subject === null) throw new Error(`${id} is no resource`);
    const observations: Observation[] = [];
    for await (const one of readAtOrigin(client, requestOf({ subjects: [subject], origin: true }))) observations.push(one);
    expect(observations).toHaveLength(1);
    return observations[0];
  }

  it('the row is the same as in the sweep', async () => {
    const { rows } = await listAll({ networks: ['a'], answers: { a: [deny] } });
    expect(await read({ a: [deny] })).toEqual(rows[0]);
  });

  it('gone with its network', async () => {
    expect(await read({ a: null })).toMatchObject({ seen: {}, gone: true });
  });

  it('a fault is a fault', async () => {
    expect(await read({ a: new FaultError('denied', 'no') })).toMatchObject({
      seen: { resource: { fault: { code: 'denied', about: action } } },
    });
    expect(await read({ a: new FaultError('timeout', 'late') })).toMatchObject({ seen: { resource: { fault: { code: 'timeout' } } } });
  });

  it('no other part of a network is computed', async () => {
    const other = `${networkId('a')}/effectivesecurityadminrules/other`;
    expect(await read({}, 'a', other)).toMatchObject({ seen: { resource: { fault: { code: 'unsupported' } } } });
  });
});
