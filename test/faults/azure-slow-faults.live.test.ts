import { expect, test } from 'vitest';
import { subscriptionType } from '../../src/domain/resource-id.ts';
import { epochMs } from '../../src/domain/time.ts';
import { slowFaults, walkFault } from '../support/azure-fault-table.ts';
import { findingLines, startAzureWorld } from '../support/azure-world.ts';

test.each(slowFaults)('%s blinds what it hits for as long as it lasts, and nothing where it passes', walkFault);

test('where every list is slow in itself, the look ends at its deadline, and what it did not come to is unknown', async () => {
  const world = await startAzureWorld();
  await world.look();
  world.estate.mutate('public-blob');
  const before = await world.looks(2);
  for (const { type } of world.plan.resourceTypes.filter((one) => one.type !== subscriptionType))
    world.azure.faults.add({ name: 'throttled', api: 'graph', type, retryAfterSeconds: 59 });
  const during = await world.look();
  const { startedAt, finishedAt } = await world.latest();
  expect(epochMs(finishedAt) - epochMs(startedAt)).toBe(world.plan.looks[0]?.deadlineMs);
  expect([...during.statuses.values()].filter((status) => status === 'pass').length).toBeLessThan(3);
  expect(during.fails.map(({ id }) => id)).toEqual(before.fails.map(({ id }) => id));
  const reasons = [...during.findings.values()].flat().flatMap((finding) => (finding.status === 'unknown' ? [finding.reason] : []));
  expect(new Set(reasons)).toEqual(new Set(['throttled', 'timeout', 'unsupported']));
  world.azure.faults.set(null);
  expect(findingLines(await world.look())).toEqual(findingLines(before));
  expect(world.running.defects).toEqual([]);
});
