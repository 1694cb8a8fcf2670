import { expect, test } from 'vitest';
import { type AzureFault, type FaultName, faultNames } from '../../sandbox/azure/faults.ts';
import { epochMs } from '../../src/domain/time.ts';
import { type AzureWorld, startAzureWorld } from '../support/azure-world.ts';

/** What the answer to a single read can have. */
const names: readonly FaultName[] = faultNames.filter(
  (name) => !['missing-subscription', 'truncated', 'short', 'wrong-total', 'slow-drip'].includes(name),
);
const key = 'disclosure-anonymous-storage intent';
const account = /storageAccounts\/stsssmediaprod$/i;

async function lookInTime(world: AzureWorld) {
  const picture = await world.look();
  const { startedAt, finishedAt, extent } = await world.latest();
  expect(epochMs(finishedAt) - epochMs(startedAt), extent.kind).toBeLessThanOrEqual(30_000);
  return picture;
}

test.each(names)('while the origin answers with %s, what the index says opens nothing and closes nothing', async (name) => {
  const world = await startAzureWorld({ checks: ['disclosure-anonymous-storage', 'encryption-storage'] });
  const healthy = await world.looks(2);
  const fault: AzureFault = { name, api: 'arm', path: account };
  world.azure.faults.set(fault);
  world.estate.mutate('public-blob');
  for (let look = 0; look < 3; look += 1) {
    const during = await lookInTime(world);
    expect(during.fails).toEqual([]);
    expect(during.statuses).toEqual(new Map([...healthy.statuses, [key, 'unknown']]));
    expect(during.findings.get('disclosure-anonymous-storage')).toMatchObject([{ status: 'unknown', reason: 'unconfirmed' }]);
  }
  world.azure.faults.set(null);
  const failing = await lookInTime(world);
  expect(failing.fails.map((alert) => alert.key)).toEqual(['fail:disclosure-anonymous-storage:intent']);
  world.azure.faults.set(fault);
  world.estate.undo('public-blob');
  const during = await lookInTime(world);
  expect(during.fails.map(({ id }) => id)).toEqual(failing.fails.map(({ id }) => id));
  expect(during.statuses).toEqual(failing.statuses);
  world.azure.faults.set(null);
  const mended = await lookInTime(world);
  expect(mended.fails).toEqual([]);
  expect(mended.statuses).toEqual(healthy.statuses);
  expect(world.running.defects).toEqual([]);
});

test.each(names)('what the origin answers after %s is taken', async (name) => {
  const world = await startAzureWorld({ checks: ['disclosure-anonymous-storage'] });
  await world.looks(2);
  world.azure.faults.set({ name, api: 'arm', path: account, times: ['expired-token', 'claims-challenge'].includes(name) ? 1 : 3 });
  world.estate.mutate('public-blob');
  expect((await lookInTime(world)).fails).toHaveLength(1);
});
