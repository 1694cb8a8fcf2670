import { expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import { readRights } from '../../../src/sources/azure/read-rights.ts';
import { censusAction, takeCensus } from '../../../src/sources/azure/take-census.ts';

const scope = subscriptionResource('aaaaaaaa-1111-4111-8111-111111111111');
const options = { signal: new AbortController().signal, deadlineMs: 1_000 };
const idOf = (type: string, name: string, subscription = scope.id) => ({
  id: `${subscription.toUpperCase()}/resourceGroups/g/providers/${type}/${name}`,
});
const disk = idOf('Microsoft.Compute/disks', 'one');
const [late, throttled] = [new FaultError('timeout', 'late'), new FaultError('throttled', 'too many')];

interface World {
  /** Of our own rights, and of the resources; a fault ends the list. */
  readonly actions?: readonly string[] | FaultError;
  readonly pages?: readonly (readonly { readonly id: unknown }[] | FaultError)[];
}

function makeClient({ actions = ['*/read'], pages = [] }: World): ArmClient {
  return {
    get: () => Promise.reject(new Error('nothing is read one by one')),
    effectiveRules: () => Promise.reject(new Error('no interface is looked into')),
    compute: () => Promise.reject(new Error('nothing is computed')),
    async *list(path) {
      const isOfRights = path.endsWith('/permissions');
      for (const page of isOfRights ? [actions instanceof FaultError ? actions : [{ actions }]] : pages) {
        if (page instanceof FaultError) throw page;
        yield page as never;
      }
    },
    query: () => Promise.reject(new Error('nothing is asked')) as never,
  };
}

async function take(world: World, graph: Readonly<Record<string, number>> | FaultError = {}) {
  const client = makeClient(world);
  const rights = await readRights(client, [scope], options);
  const census =
    graph instanceof FaultError ? { fault: graph.fault } : { value: new Map([[scope.subscription, new Map(Object.entries(graph))]]) };
  return await takeCensus(client, scope, { rights, census, options });
}

test.each<[string, World, Readonly<Record<string, number>>, readonly [string, number][]]>([
  ['what may not be read is named too', { pages: [[disk]] }, {}, [['microsoft.compute/disks', 1]]],
  ['what only Resource Graph knows stays', { pages: [[]] }, { 'a/b': 3 }, [['a/b', 3]]],
  [
    'the larger number counts',
    { pages: [[disk], [idOf('microsoft.compute/DISKS', 'two')]] },
    { 'microsoft.compute/disks': 1 },
    [['microsoft.compute/disks', 2]],
  ],
  ['and so it does of Resource Graph', { pages: [[disk]] }, { 'microsoft.compute/disks': 5 }, [['microsoft.compute/disks', 5]]],
  [
    'in order',
    { pages: [[idOf('z/z', '1'), idOf('a/a', '1')]] },
    { 'm/m': 1 },
    [
      ['a/a', 1],
      ['m/m', 1],
      ['z/z', 1],
    ],
  ],
  ['nothing at all', { pages: [[]] }, {}, []],
])('%s', async (_what, world, graph, expected) => {
  expect(await take(world, graph)).toEqual({ fact: { types: expected.map(([type, resources]) => ({ type, resources })) } });
});

test.each<[string, World, Readonly<Record<string, number>> | FaultError, string, RegExp]>([
  ['the right to name all', { actions: ['Microsoft.Compute/disks/read'], pages: [[disk]] }, {}, 'denied', new RegExp(censusAction)],
  ['the list of our rights', { actions: late, pages: [[disk]] }, {}, 'timeout', /late/],
  ['the first page', { pages: [throttled] }, {}, 'throttled', /too many/],
  ['the second page', { pages: [[disk], throttled] }, {}, 'throttled', /too many/],
  ['Resource Graph', { pages: [[disk]] }, late, 'timeout', /late/],
  ['a row without an id', { pages: [[disk, { id: 7 }]] }, {}, 'malformed', /something else/],
  [
    'a row of another subscription',
    { pages: [[idOf('a/b', 'c', '/subscriptions/bbbbbbbb-2222-4222-8222-222222222222')]] },
    {},
    'malformed',
    /something else/,
  ],
])('no census where %s fails', async (_what, world, graph, code, message) => {
  expect(await take(world, graph)).toEqual({ fault: expect.objectContaining({ code, message: expect.stringMatching(message) }) });
});
