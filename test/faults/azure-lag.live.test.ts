import { expect, test } from 'vitest';
import { logArmMutations } from '../../sandbox/azure/log-arm-mutations.ts';
import { protectedItem } from '../../sandbox/azure/mutation.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { prod } from '../../sandbox/azure/network-places.ts';
import { type AzureWorld, findingLines, type Picture, startAzureWorld } from '../support/azure-world.ts';

/** Those that a row of the index shows and that make something fail. */
const names = Object.entries(mutations)
  .filter(([name, { verdict, isUntold }]) => verdict === 'fail' && name !== 'foreign-endpoint' && isUntold !== true)
  // What is kept of logs is told by their own looks, which do not lag.
  .filter(([name]) => logArmMutations[name] === undefined)
  .map(([name]) => name);
const failing = [...new Set(names.flatMap((name) => mutations[name]?.checks ?? []))].sort();
/** It may rest on no vault naming the account, for which the origin cannot be asked: two looks have to agree, too. */
const restsOnNoRow = 'backup-storage';

function mutateAll({ estate }: AzureWorld): void {
  for (const name of names) estate.mutate(name);
}

function undoAll({ estate }: AzureWorld): void {
  for (const name of names) estate.undo(name);
}

const idsOf = ({ fails }: Picture) => fails.map(({ id }) => id).sort();
const checksOf = ({ fails }: Picture) => [...new Set(fails.map(({ check }) => check))].sort();
/** The alert and who fails under it. */
const failingOf = ({ fails }: Picture) => fails.map(({ id, failing: own }) => [id, own.map(({ subject }) => subject).sort()]);
const passing = ({ statuses }: Picture) => [...statuses].filter(([, status]) => status === 'pass').map(([key]) => key);

async function startHealthy(): Promise<{ readonly world: AzureWorld; readonly healthy: Picture }> {
  const world = await startAzureWorld();
  return { world, healthy: await world.looks(2) };
}

test('what the index does not show yet opens nothing, and opens once it does', async () => {
  const { world, healthy } = await startHealthy();
  world.estate.lag(true);
  mutateAll(world);
  const during = await world.looks(2);
  expect(during.fails).toEqual([]);
  expect(findingLines(during)).toEqual(findingLines(healthy));
  world.estate.lag(false);
  expect(checksOf(await world.look())).toEqual(failing.filter((check) => check !== restsOnNoRow));
  expect(checksOf(await world.look())).toEqual(failing);
});

test('what the index still shows and the origin does not opens nothing', async () => {
  const { world, healthy } = await startHealthy();
  mutateAll(world);
  world.estate.lag(true);
  undoAll(world);
  for (let look = 0; look < 3; look += 1) {
    const during = await world.look();
    expect(checksOf(during)).toEqual([]);
    expect(passing(during)).toEqual(passing(healthy));
  }
  world.estate.lag(false);
  const after = await world.look();
  expect(after.statuses).toEqual(healthy.statuses);
  expect(world.running.told.filter(({ message }) => message.check !== null)).toEqual([]);
});

test('a failure that the index shows mended and the origin does not stays, and ends once both do', async () => {
  const { world, healthy } = await startHealthy();
  mutateAll(world);
  const before = await world.looks(2);
  expect(checksOf(before)).toEqual(failing);
  undoAll(world);
  world.estate.lag(true);
  mutateAll(world);
  for (let look = 0; look < 3; look += 1) {
    const during = await world.look();
    expect(failingOf(during)).toEqual(failingOf(before));
    expect(passing(during)).toEqual(passing(before));
  }
  world.estate.lag(false);
  const caughtUp = await world.look();
  expect(failingOf(caughtUp)).toEqual(failingOf(before));
  expect(caughtUp.fails.flatMap(({ failing: own }) => own.filter(({ lastSeen }) => lastSeen !== null))).toEqual([]);
  undoAll(world);
  const mended = await world.looks(2);
  expect(checksOf(mended)).toEqual([]);
  expect(passing(mended)).toEqual(passing(healthy));
});

test('a failure that the index still shows after it was mended ends once the index follows', async () => {
  const { world } = await startHealthy();
  mutateAll(world);
  const before = await world.looks(2);
  world.estate.lag(true);
  undoAll(world);
  expect(idsOf(await world.looks(2))).toEqual(idsOf(before));
  world.estate.lag(false);
  expect(checksOf(await world.looks(2))).toEqual([]);
});

test('a resource that the index loses for a while changes no verdict, and keeps its place where it fails', async () => {
  const { world, healthy } = await startHealthy();
  const well = [...world.estate.all()].find(({ type }) => type === 'Microsoft.Compute/disks')?.id ?? '';
  world.estate.lag({ hide: well });
  for (let look = 0; look < 3; look += 1) {
    const during = await world.look();
    expect(findingLines(during)).toEqual(findingLines(healthy));
    expect(during.statuses).toEqual(healthy.statuses);
  }
  world.estate.lag(false);
  expect((await world.look()).populations).toEqual(healthy.populations);
  const { edits } = world.estate.mutate('public-blob');
  const before = await world.looks(2);
  const [edit] = edits;
  world.estate.lag({ hide: edit !== undefined && 'id' in edit ? edit.id : '' });
  for (let look = 0; look < 3; look += 1) {
    const during = await world.look();
    expect(failingOf(during)).toEqual(failingOf(before));
    expect(during.populations).toEqual(before.populations);
  }
  world.estate.lag(false);
  expect(findingLines(await world.look())).toEqual(findingLines(before));
});

test('a resource that is gone at the origin as well leaves the population and its alert', async () => {
  const { world, healthy } = await startHealthy();
  const { edits } = world.estate.mutate('public-blob');
  const [edit] = edits;
  expect((await world.looks(2)).fails).toHaveLength(1);
  world.estate.remove(edit !== undefined && 'id' in edit ? edit.id : '');
  const after = await world.looks(2);
  expect(after.fails).toEqual([]);
  const count = healthy.populations.get('disclosure-anonymous-storage') ?? 0;
  expect(after.populations.get('disclosure-anonymous-storage')).toBe(count - 1);
});

test('a row beside the subject that the index loses for one look opens nothing', async () => {
  const { world, healthy } = await startHealthy();
  world.estate.lag({ hide: protectedItem('vm-orders-1') });
  const during = await world.look();
  expect(during.fails).toEqual([]);
  expect(during.statuses.get('backup-virtual-machines intent')).toBe('unknown');
  world.estate.lag(false);
  expect(findingLines(await world.look())).toEqual(findingLines(healthy));
});

test('a group of rules that the index loses opens nothing, and closes nothing', async () => {
  const { world, healthy } = await startHealthy();
  const group = prod('networkSecurityGroups/nsg-vnet-prod-weu-app');
  world.estate.lag({ hide: group });
  for (let look = 0; look < 2; look += 1) expect((await world.look()).fails).toEqual([]);
  world.estate.lag(false);
  expect(findingLines(await world.look())).toEqual(findingLines(healthy));
  world.estate.mutate('open-ssh');
  const before = await world.looks(2);
  world.estate.lag({ hide: group });
  for (let look = 0; look < 2; look += 1) expect(failingOf(await world.look())).toEqual(failingOf(before));
  world.estate.lag(false);
  world.estate.undo('open-ssh');
  expect((await world.look()).fails).toEqual([]);
});

test('an old row closes nothing while the origin does not answer', async () => {
  const { world } = await startHealthy();
  world.estate.mutate('public-blob');
  const before = await world.looks(2);
  world.estate.undo('public-blob');
  world.estate.lag(true);
  world.estate.mutate('public-blob');
  world.azure.faults.set({ name: 'unavailable', api: 'arm', type: 'Microsoft.Storage/storageAccounts' });
  for (let look = 0; look < 3; look += 1) expect(failingOf(await world.look())).toEqual(failingOf(before));
});
