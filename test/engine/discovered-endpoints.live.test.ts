import { expect, it } from 'vitest';
import type { LookRequest, Observation, Seen } from '../../src/domain/look.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { bad, endpoint, type FakeSource, good, lookPlan, makeFakeSource } from '../support/engine-fixtures.ts';
import { startTestEngine } from '../support/running-engine.ts';

const scope = subscriptionResource('aaaaaaaa-1111-4111-8111-111111111111');
const from = `${scope.id}/resourcegroups/web/providers/microsoft.network/publicipaddresses/edge`;
const found = endpoint('found');
const complete: Seen = { fact: { listed: 1 } };
const denied: Seen = { fault: { code: 'denied', message: 'may not be read' } };

interface Estate extends FakeSource {
  /** Names of endpoints that it finds. */
  names: readonly string[];
  list: Seen;
}

/** Finds endpoints and says how completely it listed what they are known from. */
function makeEstate(): Estate {
  const estate: Estate = {
    ...makeFakeSource('estate', ['resource']),
    discovers: true,
    names: ['found'],
    list: complete,
    look: async function* ({ discovered }: LookRequest): AsyncIterable<Observation> {
      if (discovered === undefined) return;
      for (const name of estate.names) {
        const { host, httpPaths } = endpoint(name);
        const subject = { kind: 'endpoint', id: `${host}:${discovered.port}`, host, ...discovered, httpPaths } as const;
        yield { subject, seen: { discovered: { fact: { from: [from] } } } };
      }
      yield { subject: scope, seen: { resource: { fact: { name: 'Shop' } }, 'list:microsoft.network/publicipaddresses': estate.list } };
    },
  };
  return estate;
}

async function start() {
  const [estate, state] = [makeEstate(), makeFakeSource('state')];
  const plan = {
    subjects: [endpoint('a')],
    azure: {},
    scopes: [scope],
    resourceTypes: [
      {
        type: 'microsoft.network/publicipaddresses',
        table: 'resources',
        apiVersion: '2023-09-01',
        action: 'x/read',
        fields: ['dnsSettings'],
        findsEndpoints: true,
      },
    ],
    looks: [lookPlan('estate'), lookPlan('state')],
  };
  const running = await startTestEngine({ plan, sources: [estate, state] });
  const population = async () => {
    const [run] = (await running.runs()).toReversed();
    return { looked: state.looked.at(-1), judged: run?.population.expected };
  };
  return { estate, state, running, population };
}

const both = { looked: ['a.example.com:443', found.id], judged: 2 };
const declaredOnly = { looked: ['a.example.com:443'], judged: 1 };

it('an endpoint that a look finds is looked at and judged with the configured ones, also by the next process', async () => {
  const { running, state, population } = await start();
  await running.minutes(3);
  expect(await population()).toEqual(both);
  state.answer = ({ id }) => (id === found.id ? bad : good);
  await running.minutes(1);
  const told = running.told.flatMap(({ message }) => message.subjects.map(({ subject }) => subject));
  expect([...new Set(told)]).toEqual([found.id]);
  await running.restart();
  await running.minutes(1);
  expect(await population()).toEqual(both);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('it leaves with the last resource that names it, once that is listed completely', async () => {
  const { estate, running, population } = await start();
  await running.minutes(3);
  estate.names = [];
  estate.list = denied;
  await running.minutes(5);
  expect(await population()).toEqual(both);
  await running.restart();
  await running.minutes(2);
  expect(await population()).toEqual(both);
  estate.list = complete;
  await running.minutes(3);
  expect(await population()).toEqual(declaredOnly);
});

it('a look that ends before its lists are told keeps it', async () => {
  const { estate, running, population } = await start();
  await running.minutes(3);
  const { look } = estate;
  estate.look = async function* () {
    // Neither endpoints nor lists.
  };
  await running.minutes(3);
  expect(await population()).toEqual(both);
  estate.look = look;
  estate.names = [];
  await running.minutes(3);
  expect(await population()).toEqual(declaredOnly);
});

it('a configured endpoint that is also found is one', async () => {
  const { estate, running, population } = await start();
  estate.names = ['a', 'found'];
  await running.minutes(3);
  expect(await population()).toEqual(both);
});
