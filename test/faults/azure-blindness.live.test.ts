import { expect, test } from 'vitest';
import { shared, staging } from '../../sandbox/azure/mutation.ts';
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

function guidOf(subscription: string): string {
  return subscription.slice('/subscriptions/'.length);
}

interface Blinding {
  readonly what: string;
  readonly blind: (world: AzureWorld) => void | Promise<void>;
  readonly heal: (world: AzureWorld) => void | Promise<void>;
  readonly key: string;
  /** Told besides, of what rests on it elsewhere. */
  readonly also?: string;
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
    blind: ({ azure }) => azure.hideSubscription(guidOf(staging)),
    heal: ({ azure }) => azure.showSubscription(guidOf(staging)),
    key: `unknown:azure: partial (${staging})`,
    also: 'unknown:azure: partial',
  },
];

test.each(blindings)('$what: one alert, naming the checks that it blinds', async ({ blind, heal, key, also }) => {
  const { world, before } = await startWithOneFailure();
  await blind(world);
  const told = await toldDuring(world, () => world.looks(4));
  const during = await world.picture();
  const opened = during.unknowns.filter(({ id }) => !before.unknowns.some((one) => one.id === id));
  const keys = [...(also === undefined ? [] : [also]), key];
  expect([opened.length, new Set(opened.map((alert) => alert.key))]).toEqual([keys.length, new Set(keys)]);
  expect(told.filter(([, { alertKey }]) => alertKey === key).map(([kind]) => kind)).toEqual(['firing']);
  const fired = told.filter(([kind]) => kind === 'firing').map(([, { alertKey }]) => alertKey);
  expect([fired.length, new Set(fired)]).toEqual([keys.length, new Set(keys)]);
  const named = Object.keys(opened.find((alert) => alert.key === key)?.blinded ?? {}).sort();
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

/** What a subscription's disappearing brings. */
async function newsWithout(subscription: string): Promise<readonly string[]> {
  const { world, before } = await startWithOneFailure();
  world.azure.hideSubscription(guidOf(subscription));
  const during = await world.look();
  const known = new Set(findingLines(before));
  return findingLines(during).filter((line) => !known.has(line));
}

test('a subscription that disappeared is named where it blinds, and only there', async () => {
  const news = await newsWithout(staging);
  expect(news.length).toBeGreaterThan(20);
  expect(news.filter((line) => !line.includes(guidOf(staging)))).toEqual([]);
});

test('the subscription of the firewall blinds what is routed to it elsewhere, too, and nothing else', async () => {
  const news = await newsWithout(shared);
  const elsewhere = news.filter((line) => !line.includes(guidOf(shared)));
  expect(elsewhere.length).toBeGreaterThan(5);
  expect(
    elsewhere.filter((line) => !/^firewall-path \| intent \| unknown .* where the default route of .* is not known$/.test(line)),
  ).toEqual([]);
});
