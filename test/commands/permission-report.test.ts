import { expect, test } from 'vitest';
import { leastRole } from '../../src/commands/least-role.ts';
import { type ScopeRights, showPermissions } from '../../src/commands/permission-report.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import { dangersOf, isDangerousAction } from '../../src/sources/azure/dangerous-actions.ts';

const subscription = '11111111-2222-3333-4444-555555555555';
const { checks } = await openRooms();
const missing = [{ action: 'Microsoft.Storage/storageAccounts/read', checks: [...checks.keys()], uses: ['public endpoints are found'] }];
const fault = {
  code: 'denied',
  message: `the identity may not perform Microsoft.Authorization/permissions/read in ${subscription}`,
} as const;

test.each<[string, ScopeRights]>([
  ['nothing is missing', { subscription, missing: [], dangers: [] }],
  ['a right of all checks is missing', { subscription, missing, dangers: [] }],
  ['too much is allowed', { subscription, missing: [], dangers: ['*', 'Microsoft.Storage/storageAccounts/listKeys/action'] }],
  ['the subscription cannot be seen', { subscription, isSeen: false, fault }],
  ['nobody could say', { subscription, isSeen: true, fault }],
])('fits 80 columns, but for what is there to be copied: %s', (_what, rights) => {
  const role = leastRole(['Microsoft.Storage/storageAccounts/read'], [subscription]);
  const text = showPermissions([rights], role, { coloured: false, columns: 80 });
  const [prose = ''] = text.split("cat > claimwatch-role.json <<'END'");
  expect(prose.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text.includes('az role assignment create')).toBe('fault' in rights || rights.missing.length > 0);
});

test.each([
  ['*', true],
  ['*/write', true],
  ['Microsoft.Network/*', true],
  ['Microsoft.Storage/storageAccounts/listKeys/action', true],
  ['Microsoft.Compute/virtualMachines/delete', true],
  ['Microsoft.OperationalInsights/workspaces/sharedKeys/read', true],
  ['Microsoft.Network/networkInterfaces/*/action', true],
  ['Microsoft.Network/networkInterfaces/effectiveRouteTable/action', true],
  ['*/read', false],
  ['Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action', false],
  ['Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules/action', false],
  ['Microsoft.Network/*/read', false],
  ['Microsoft.Storage/storageAccounts/read', false],
])('%s hurts in wrong hands: %s', (action, isDangerous) => {
  expect(isDangerousAction(action)).toBe(isDangerous);
});

const sharedKeys = 'Microsoft.OperationalInsights/workspaces/sharedKeys/read';
const sharedKey = 'Microsoft.Network/connections/sharedKey/read';
test.each([
  ['a role that reads all also reads keys', [{ actions: ['*/read'] }], [sharedKey, sharedKeys]],
  ['unless they are taken away', [{ actions: ['*/read'], notActions: [sharedKeys.toUpperCase(), sharedKey] }], []],
  [
    'what one role takes away another gives',
    [{ actions: ['*/read'], notActions: [sharedKeys, sharedKey] }, { actions: [sharedKey] }],
    [sharedKey],
  ],
  ['data is never needed', [{ actions: [], dataActions: ['Microsoft.Storage/*/read'] }], ['Microsoft.Storage/*/read']],
  ['no role at all', [], []],
])('%s', (_what, permissions, expected) => {
  expect(dangersOf(permissions)).toEqual(expected);
});
