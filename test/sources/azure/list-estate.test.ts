import { describe, expect, it, test } from 'vitest';
import { type FaultCode, FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Observation, ResourceTypePlan, Seen } from '../../../src/domain/look.ts';
import { subscriptionResource, subscriptionType } from '../../../src/domain/resource-id.ts';
import type { ArmClient, GraphPage } from '../../../src/sources/azure/arm-client.ts';
import { listEstate } from '../../../src/sources/azure/list-estate.ts';

const [one, two] = ['1', '2'].map(subscriptionResource) as [
  ReturnType<typeof subscriptionResource>,
  ReturnType<typeof subscriptionResource>,
];
const storage = 'microsoft.storage/storageaccounts';
const vault = 'microsoft.keyvault/vaults';
const item = 'microsoft.recoveryservices/vaults/items';
const types: readonly ResourceTypePlan[] = [
  typePlan(storage, 'resources'),
  typePlan(vault, 'resources'),
  typePlan(item, 'recoveryservicesresources'),
  typePlan(subscriptionType, 'resourcecontainers'),
];

function typePlan(type: string, table: string): ResourceTypePlan {
  return { type, table, apiVersion: '2026-01-01', action: `${type}/read`, fields: ['state'] };
}

function rowOf(type: string, name: string, subscription = '1'): JsonObject {
  const [namespace = '', ...kinds] = type.split('/');
  const path = kinds.map((kind, index) => `${kind}/${index === kinds.length - 1 ? name : 'parent'}`).join('/');
  const id = `/subscriptions/${subscription}/resourceGroups/Group/providers/${namespace}/${path}`;
  return { id, name, type, subscriptionId: subscription, resourceGroup: 'group', properties: { state: 'good', other: 1 } };
}

function pageOf(rows: readonly JsonObject[], changes: Partial<GraphPage> = {}): GraphPage {
  return { rows, totalRecords: rows.length, truncated: false, ...changes };
}

/** What Azure answers, by the table that is asked for; a fault in place of pages is thrown, after the pages before it. */
interface Answers {
  readonly subscriptions?: readonly (GraphPage | FaultError)[];
  readonly census?: readonly (GraphPage | FaultError)[];
  readonly resources?: readonly (GraphPage | FaultError)[];
  readonly items?: readonly (GraphPage | FaultError)[];
  /** Subscription -> actions that the identity has there, or the fault for which it cannot be told. */
  readonly permissions?: { readonly [subscription: string]: readonly string[] | FaultError };
}

const storageRows = [rowOf(storage, 'a'), rowOf(storage, 'b'), rowOf(storage, 'c', '2')];
const vaultRows = [rowOf(vault, 'v')];
const usual: Required<Answers> = {
  subscriptions: [pageOf([one, two].map(({ id, name }) => ({ id, name, type: subscriptionType, properties: { state: 'Enabled' } })))],
  census: [pageOf([censusRow('1', storage, 2), censusRow('1', vault, 1), censusRow('2', storage, 1)])],
  resources: [pageOf([...storageRows, ...vaultRows])],
  items: [pageOf([rowOf(item, 'i')])],
  permissions: { 1: ['*'], 2: ['*'] },
};

function censusRow(subscriptionId: string, type: string, resources: number): JsonObject {
  return { subscriptionId, type, resources };
}

function clientOf(answers: Answers): ArmClient {
  const given = { ...usual, ...answers };
  return {
    get: () => Promise.reject(new Error('nothing is read one by one')),
    effectiveRules: () => Promise.reject(new Error('no interface is looked into')),
    compute: () => Promise.reject(new Error('nothing is computed')),
    async *list(path) {
      const subscription = path.split('/')[2] ?? '';
      if (!path.endsWith('/permissions')) return yield [];
      const own = given.permissions[subscription] ?? [];
      if (own instanceof FaultError) throw own;
      yield [{ actions: own, notActions: [] }];
    },
    async *query({ query }) {
      const pages = query.includes('summarize')
        ? given.census
        : query.startsWith('resourcecontainers')
          ? given.subscriptions
          : query.startsWith('resources')
            ? given.resources
            : given.items;
      for (const page of pages) {
        if (page instanceof FaultError) throw page;
        yield page;
      }
    },
  };
}

interface Listed {
  /** Last part of the ids, in the order in which they came. */
  readonly names: readonly string[];
  /** `{subscription} {last part of the type}` -> how many were listed, or the fault. */
  readonly lists: { readonly [list: string]: number | FaultCode };
  readonly observations: readonly Observation[];
}

async function list(answers: Answers = {}): Promise<Listed> {
  const request: LookRequest = {
    subjects: [one, two],
    resourceTypes: types,
    options: {},
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 4,
    subjectDeadlineMs: 1_000,
    signal: new AbortController().signal,
  };
  const observations: Observation[] = [];
  for await (const observation of listEstate(clientOf(answers), request)) observations.push(observation);
  const names = observations.flatMap(({ subject }) =>
    subject.kind === 'resource' && subject.type !== subscriptionType ? subject.name : [],
  );
  return { names, lists: Object.fromEntries(observations.flatMap(listsOf)), observations };
}

function listsOf({ subject, seen }: Observation): readonly (readonly [string, number | FaultCode])[] {
  return Object.entries(seen).flatMap(([kind, own]) => {
    if (!kind.startsWith('list:') || subject.kind !== 'resource') return [];
    return [[`${subject.name} ${kind.split('/').at(-1)}`, told(own)] as const];
  });
}

function told(seen: Seen): number | FaultCode {
  return 'fault' in seen ? seen.fault.code : (seen.fact as { readonly listed: number }).listed;
}

const complete = {
  '1 subscriptions': 1,
  '2 subscriptions': 1,
  '1 storageaccounts': 2,
  '2 storageaccounts': 1,
  '1 vaults': 1,
  '2 vaults': 0,
  '1 items': 1,
  '2 items': 0,
};
const faultyTable = (code: FaultCode) => ({ '1 storageaccounts': code, '2 storageaccounts': code, '1 vaults': code, '2 vaults': code });

it('an estate that can be seen whole is listed whole, with what checks read of it', async () => {
  const listed = await list();
  expect(listed.lists).toEqual(complete);
  expect(listed.names).toEqual(['a', 'b', 'c', 'v', 'i']);
  const first = listed.observations.find(({ subject }) => subject.kind === 'resource' && subject.name === 'a');
  expect(first?.seen['resource']).toEqual({ fact: { ...storageRows[0], properties: { state: 'good' } } });
});

const rest = { totalRecords: 4 };
const denied = new FaultError('denied', 'the identity may not');

describe('what may not be complete is faulty, of exactly the types and subscriptions that it is about, and every row that came is told', () => {
  test.each<[string, Answers, { readonly [list: string]: number | FaultCode }, readonly string[]]>([
    ['over two pages', { resources: [pageOf(storageRows, rest), pageOf(vaultRows, rest)] }, {}, ['a', 'b', 'c', 'v', 'i']],
    [
      'cut off',
      { resources: [pageOf([...storageRows, ...vaultRows], { truncated: true })] },
      faultyTable('partial'),
      ['a', 'b', 'c', 'v', 'i'],
    ],
    ['short', { resources: [pageOf(storageRows, rest)] }, faultyTable('partial'), ['a', 'b', 'c', 'i']],
    [
      'long',
      { resources: [pageOf([...storageRows, ...vaultRows], { totalRecords: 3 })] },
      faultyTable('partial'),
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'of a changing number',
      { resources: [pageOf(storageRows, { totalRecords: 5 }), pageOf(vaultRows, rest)] },
      faultyTable('partial'),
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'of a number that changed, though as many came as were counted first',
      { resources: [pageOf(storageRows, rest), pageOf(vaultRows, { totalRecords: 5 })] },
      faultyTable('partial'),
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'broken off',
      { resources: [pageOf(storageRows, rest), new FaultError('throttled', 'too many')] },
      faultyTable('throttled'),
      ['a', 'b', 'c', 'i'],
    ],
    ['denied', { resources: [denied] }, faultyTable('denied'), ['i']],
    [
      'empty though it was counted',
      { resources: [pageOf([])] },
      { '1 storageaccounts': 'partial', '2 storageaccounts': 'partial', '1 vaults': 'partial' },
      ['i'],
    ],
    [
      'with a type that was not asked for',
      { resources: [pageOf([...storageRows, ...vaultRows, rowOf('microsoft.web/sites', 'w')])] },
      faultyTable('malformed'),
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'with a type that is not that of its id',
      { resources: [pageOf([...storageRows, { ...rowOf(vault, 'v'), type: storage }])] },
      faultyTable('malformed'),
      ['a', 'b', 'c', 'i'],
    ],
    [
      'with a subscription that was not asked for',
      { resources: [pageOf([...storageRows, ...vaultRows, rowOf(vault, 'x', '3')])] },
      faultyTable('malformed'),
      ['a', 'b', 'c', 'v', 'i'],
    ],
    ['with a row without id', { resources: [pageOf([...storageRows, { type: vault }])] }, faultyTable('malformed'), ['a', 'b', 'c', 'i']],
    [
      'with one row twice in place of another',
      { resources: [pageOf([...storageRows, rowOf(storage, 'a')])], census: [pageOf([])] },
      faultyTable('partial'),
      ['a', 'b', 'c', 'i'],
    ],
    [
      'with one row twice in other letters, on two pages',
      {
        resources: [
          pageOf(storageRows, rest),
          pageOf([{ ...rowOf(storage, 'a'), id: JSON.stringify(storageRows[0]?.['id']).slice(1, -1).toUpperCase() }], rest),
        ],
      },
      faultyTable('partial'),
      ['a', 'b', 'c', 'i'],
    ],
    [
      'with types in other letters',
      { resources: [pageOf([...storageRows, { ...rowOf(vault, 'v'), type: 'Microsoft.KeyVault/Vaults' }])] },
      {},
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'with null members',
      { resources: [pageOf([...storageRows, { ...rowOf(vault, 'v'), properties: null, tags: null, sku: null }])] },
      {},
      ['a', 'b', 'c', 'v', 'i'],
    ],
    ['of a smaller census', { census: [pageOf([censusRow('1', storage, 1)])] }, {}, ['a', 'b', 'c', 'v', 'i']],
    [
      'of a larger census',
      { census: [pageOf([censusRow('1', 'Microsoft.Storage/storageAccounts', 3), censusRow('2', vault, 1)])] },
      { '1 storageaccounts': 'partial', '2 vaults': 'partial' },
      ['a', 'b', 'c', 'v', 'i'],
    ],
    ['without a census', { census: [denied] }, {}, ['a', 'b', 'c', 'v', 'i']],
    [
      'where another table is faulty',
      { items: [pageOf([rowOf(item, 'i')], { truncated: true })] },
      { '1 items': 'partial', '2 items': 'partial' },
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'where a right is missing',
      {
        permissions: {
          1: ['*'],
          2: [
            `${vault}/read`,
            `${item}/read`,
            'Microsoft.ResourceGraph/resources/read',
            'Microsoft.Resources/subscriptions/read',
            'Microsoft.Resources/subscriptions/resources/read',
          ],
        },
      },
      { '2 storageaccounts': 'denied' },
      ['a', 'b', 'c', 'v', 'i'],
    ],
    [
      'where the rights cannot be told',
      { permissions: { 1: ['*'], 2: new FaultError('timeout', 'too late') } },
      { '2 storageaccounts': 'timeout', '2 vaults': 'timeout', '2 items': 'timeout' },
      ['a', 'b', 'c', 'v', 'i'],
    ],
  ])('%s', async (_what, answers, faults, names) => {
    const listed = await list(answers);
    const faulty = Object.entries(listed.lists).filter(([, own]) => typeof own === 'string');
    expect(Object.fromEntries(faulty)).toEqual(faults);
    expect([...new Set(listed.names)]).toEqual(names);
    expect(Object.keys(listed.lists).sort()).toEqual(Object.keys(complete).sort());
  });
});

test.each<[string, Answers, { readonly [subscription: string]: FaultCode }]>([
  ['is missing', { subscriptions: [pageOf([{ id: one.id, type: subscriptionType }])] }, { 2: 'partial' }],
  ['cannot be read', { subscriptions: [new FaultError('unreachable', 'gone away')] }, { 1: 'unreachable', 2: 'unreachable' }],
  ['is denied, as all is', { subscriptions: [denied] }, { 1: 'denied', 2: 'denied' }],
])('a subscription that %s is blind for every type, and its rows are no part of the estate', async (_what, answers, faults) => {
  const { lists, observations } = await list({ resources: [pageOf(storageRows.slice(0, 2))], ...answers });
  for (const [subscription, code] of Object.entries(faults)) {
    const own = Object.entries(lists).filter(([key]) => key.startsWith(`${subscription} `));
    expect(own).toHaveLength(4);
    expect(own.map(([, seen]) => seen)).toEqual(own.map(() => code));
    const scope = observations.find(({ subject }) => subject.id === `/subscriptions/${subscription}`);
    expect(scope?.seen['resource']).toMatchObject({ fault: { code } });
  }
});
