import { expect, test } from 'vitest';
import { shared } from '../../sandbox/azure/mutation.ts';
import type { NotificationMessage } from '../../src/domain/alert.ts';
import { type AzureWorld, findingLines, type Picture, startAzureWorld } from '../support/azure-world.ts';

/** A healthy estate with one failure that people know of. */
async function startWithOneFailure(): Promise<{ readonly world: AzureWorld; readonly before: Picture }> {
  const world = await startAzureWorld();
  await world.look();
  world.estate.mutate('public-blob');
  const before = await world.looks(4);
  expect(before.fails.map(({ key }) => key)).toEqual(['fail:disclosure-anonymous-storage:intent']);
  return { world, before };
}

/** What people are told of while `work` goes on, by alert. */
async function toldDuring(
  { running }: AzureWorld,
  work: () => Promise<unknown>,
): Promise<readonly (readonly [string, NotificationMessage])[]> {
  const known = running.told.length;
  await work();
  return running.told.slice(known).map((told) => [told.kind, told.message]);
}

interface Blinding {
  readonly what: string;
  readonly blind: (world: AzureWorld) => void | Promise<void>;
  readonly heal: (world: AzureWorld) => void | Promise<void>;
  readonly key: string;
}

const blindings: readonly Blinding[] = [
  {
    what: 'the sign-in refuses the identity',
    blind: async ({ azure, setSecret }) => {
      await setSecret('wrong');
      azure.revokeTokens();
    },
    heal: ({ azure, setSecret }) => setSecret(azure.clientSecret),
    key: 'unknown:azure: denied',
  },
  {
    what: 'every token is called expired',
    blind: ({ azure }) => azure.faults.set({ name: 'expired-token' }),
    heal: ({ azure }) => azure.faults.set(null),
    key: 'unknown:azure: denied',
  },
  {
    what: 'every token is asked for further claims',
    blind: ({ azure }) => azure.faults.set({ name: 'claims-challenge' }),
    heal: ({ azure }) => azure.faults.set(null),
    key: 'unknown:azure: denied',
  },
  {
    what: 'Resource Graph is down',
    blind: ({ azure }) => azure.faults.set({ name: 'unavailable', api: 'graph' }),
    heal: ({ azure }) => azure.faults.set(null),
    key: 'unknown:azure: unreachable',
  },
  {
    what: 'a subscription disappeared',
    blind: ({ azure }) => azure.hideSubscription(shared.slice('/subscriptions/'.length)),
    heal: ({ azure }) => azure.showSubscription(shared.slice('/subscriptions/'.length)),
    key: `unknown:azure: partial (${shared})`,
  },
];

test.each(blindings)('$what: one alert, naming the checks that it blinds', async ({ blind, heal, key }) => {
  const { world, before } = await startWithOneFailure();
  await blind(world);
  const told = await toldDuring(world, () => world.looks(4));
  const during = await world.picture();
  const opened = during.unknowns.filter(({ id }) => !before.unknowns.some((one) => one.id === id));
  expect(opened.map((alert) => alert.key)).toEqual([key]);
  expect(told.filter(([, { alertKey }]) => alertKey === key).map(([kind]) => kind)).toEqual(['firing']);
  expect(told.filter(([kind]) => kind === 'firing').map(([, { alertKey }]) => alertKey)).toEqual([key]);
  const named = Object.keys(opened[0]?.blinded ?? {}).sort();
  const all = [...world.checks].flatMap(([id]) =>
    [...during.statuses.keys()].filter((one) => one.startsWith(`${id} `)).map((one) => one.replace(' ', ':')),
  );
  expect(named).toEqual(all.sort());
  expect(during.fails.map(({ id }) => id)).toEqual(before.fails.map(({ id }) => id));
  expect([...during.statuses.values()].filter((status) => status === 'pass')).toEqual([]);
  for (const [check, count] of before.populations) expect(during.populations.get(check), check).toBeGreaterThanOrEqual(count);
  await heal(world);
  const ended = await toldDuring(world, () => world.looks(2));
  const after = await world.picture();
  expect(findingLines(after)).toEqual(findingLines(before));
  expect(after.populations).toEqual(before.populations);
  expect(after.fails.map(({ id }) => id)).toEqual(before.fails.map(({ id }) => id));
  expect(ended.filter(([, { alertKey }]) => alertKey === key).map(([kind]) => kind)).toEqual(['resolved']);
  expect(ended.filter(([kind]) => kind === 'firing')).toEqual([]);
});

test('a subscription that disappeared is named where it blinds, and only there', async () => {
  const { world, before } = await startWithOneFailure();
  world.azure.hideSubscription(shared.slice('/subscriptions/'.length));
  const during = await world.look();
  const known = new Set(findingLines(before));
  const news = findingLines(during).filter((line) => !known.has(line));
  expect(news.length).toBeGreaterThan(20);
  expect(news.filter((line) => !line.includes(shared.slice('/subscriptions/'.length)))).toEqual([]);
});
