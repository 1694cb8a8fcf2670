import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildRole, rolePath } from '../../scripts/build-role.ts';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import { estateDerivations } from '../../src/commands/estate-derivations.ts';
import type { RoleDefinition } from '../../src/commands/least-role.ts';
import { lookedFactsOf, looksWithDefaults } from '../../src/commands/looked-facts.ts';
import { neededActions } from '../../src/commands/needed-actions.ts';
import { planDefaults } from '../../src/commands/plan-for-endpoints.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import { knowAzure } from '../../src/config/know-azure.ts';
import { typesBehind } from '../../src/domain/needed-derivations.ts';
import { isDangerousAction } from '../../src/sources/azure/dangerous-actions.ts';

const { checks, sources } = await openRooms();
const looked = lookedFactsOf(looksWithDefaults(sources), sources);
const { checks: plans } = await planDefaults(checks);
const { resourceTypes } = await knowAzure(plans, checks, azureNeeds);
const needed = neededActions({ checks: plans, resourceTypes }, checks, looked);
const role = JSON.parse(await readFile(rolePath, 'utf8')) as RoleDefinition;

test('the committed role is what the checks need', async () => {
  expect(await readFile(rolePath, 'utf8'), 'run: npm run role').toBe(await buildRole());
});

test('nothing in the role is unused', () => {
  expect(role.Actions.length).toBeGreaterThan(50);
  const used = needed.filter(({ checks: ids, uses }) => ids.length > 0 || uses.length > 0).map(({ action }) => action);
  expect(role.Actions.filter((action) => !used.includes(action))).toEqual([]);
  expect(new Set(role.Actions.map((action) => action.toLowerCase())).size).toBe(role.Actions.length);
});

test('each type that a check reads has its action, which names the check', () => {
  const missing = [...checks].flatMap(([id, check]) =>
    typesBehind(check, estateDerivations).filter((type) => {
      const action = resourceTypes.find((one) => one.type === type)?.action;
      return needed.find((one) => one.action === action)?.checks.includes(id) !== true;
    }),
  );
  expect(missing).toEqual([]);
});

test('the role only reads, names each action whole, and no action gives away a secret', () => {
  const computed =
    /^Microsoft\.Network\/(networkInterfaces\/effectiveNetworkSecurityGroups|virtualNetworks\/listNetworkManagerEffectiveSecurityAdminRules)\/action$/;
  expect(role.Actions.filter((action) => !/^[A-Za-z.]+(\/[A-Za-z0-9]+)+\/read$/.test(action) && !computed.test(action))).toEqual([]);
  expect(role.Actions.filter(isDangerousAction)).toEqual([]);
  expect([role.NotActions, role.DataActions, role.NotDataActions]).toEqual([[], [], []]);
});

test('a check that is not configured asks for nothing', () => {
  const one = plans.filter(({ id }) => id === 'encryption-disks');
  const actions = neededActions(
    { checks: one, resourceTypes: resourceTypes.filter(({ type }) => type.startsWith('microsoft.compute/')) },
    checks,
    looked,
  );
  expect(actions.filter(({ checks: ids }) => ids.includes('encryption-disks')).map(({ action }) => action)).toEqual([
    'Microsoft.Authorization/permissions/read',
    'Microsoft.Compute/disks/read',
    'Microsoft.Compute/snapshots/read',
    'Microsoft.ResourceGraph/resources/read',
    'Microsoft.Resources/subscriptions/read',
  ]);
  expect(actions.flatMap(({ checks: ids }) => ids).every((id) => id === 'encryption-disks')).toBe(true);
});
