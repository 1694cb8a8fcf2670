import { expect, it } from 'vitest';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import { locksFor } from '../../../src/sources/logs/read-workspace.ts';

const subscription = '/subscriptions/11111111-0000-4000-8000-000000000001';
const workspaces = `${subscription}/resourcegroups/logs/providers/microsoft.operationalinsights/workspaces`;

it.each<[what: string, scope: string, holds: boolean]>([
  ['itself', `${workspaces}/central`, true],
  ['its resource group', `${subscription}/resourcegroups/logs`, true],
  ['its subscription', subscription, true],
  ['a workspace whose name begins its own', `${workspaces}/cent`, false],
  ['a group whose name begins that of its own', `${subscription}/resourcegroups/log`, false],
  ['what hangs on it', `${workspaces}/central/tables/azureactivity`, false],
  ['another subscription', '/subscriptions/11111111-0000-4000-8000-000000000002', false],
])('a lock of %s: whether it holds for a workspace', (_what, scope, holds) => {
  const workspace = resourceFromId(`${workspaces}/central`);
  if (workspace === null) throw new Error('this is an id');
  const lock = { scope, level: 'CanNotDelete' };
  expect(locksFor(workspace, [lock])).toEqual(holds ? [lock] : []);
});
