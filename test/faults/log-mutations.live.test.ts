import { expect, test } from 'vitest';
import { logArmMutations } from '../../sandbox/azure/log-arm-mutations.ts';
import { logMutations } from '../../sandbox/azure/log-mutations.ts';
import { startAzureWorld } from '../support/azure-world.ts';
import { expectGolden } from '../support/golden.ts';
import { walkMutation } from '../support/walk-mutation.ts';

/** What happened while nothing was exported is lost, also when the export is set up again: the last one of its world. */
const last = 'stop-export';
const names = [...Object.keys({ ...logMutations, ...logArmMutations }).filter((name) => name !== last), last];

test('each mutation of logs turns exactly its checks and claims, is told, and its undoing ends it', async () => {
  const world = await startAzureWorld({ logs: true });
  await world.looks(4);
  expect((await world.picture()).fails).toEqual([]);
  const table: string[] = [];
  for (const name of names) table.push(...(await walkMutation(world, name)));
  expectGolden('log-mutations.txt', `${table.join('\n')}\n`);
  expect(world.running.defects).toEqual([]);
}, 240_000);
