import { expect, test } from 'vitest';
import { production, shared } from '../../../sandbox/azure/mutation.ts';
import type { Seen } from '../../../src/domain/look.ts';
import { loggedTypes } from '../../../src/logs/logged-types.ts';
import { createDiagnosticSettingsSource, diagnosticSettingsSource } from '../../../src/sources/logs/diagnostic-settings-source.ts';
import { type LookWorld, startLookWorld } from './look-at-azure.ts';

const vault = `${production}/resourcegroups/rg-secrets-prod/providers/microsoft.keyvault/vaults/kv-sss-prod-data`;
const account = `${production}/resourcegroups/rg-data-prod/providers/microsoft.storage/storageaccounts/stsssordersprod`;
const central = `${shared}/resourcegroups/rg-monitor-shared/providers/microsoft.operationalinsights/workspaces/log-shopstoresync-shared`;

async function lookAt(world: LookWorld, ids: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
  return await world.look(createDiagnosticSettingsSource(world.access), diagnosticSettingsSource, ids);
}

test('settings of a subscription, of a resource and of the blobs of an account, each as they are set', async () => {
  const world = await startLookWorld();
  const looked = await lookAt(world, [production, vault, account]);
  expect(looked.get(production)).toMatchObject({
    fact: { settings: [{ name: 'activity-to-central', workspaceId: central, storageAccountId: null }] },
  });
  expect(looked.get(vault)).toMatchObject({
    fact: { settings: [{ workspaceId: central, logs: [{ categoryGroup: 'allLogs' }, { categoryGroup: 'audit', enabled: true }] }] },
  });
  expect(looked.get(account)).toMatchObject({ fact: { settings: [{ workspaceId: central }] } });
  const asked = world.azure.requests.recent().filter(({ path }) => /diagnosticSettings$/i.test(path));
  expect(asked.map(({ method, path }) => `${method} ${path.toLowerCase().replace(production, '')}`).toSorted()).toEqual([
    'GET /providers/microsoft.insights/diagnosticsettings',
    `GET ${account.replace(production, '')}/blobservices/default/providers/microsoft.insights/diagnosticsettings`,
    `GET ${vault.replace(production, '')}/providers/microsoft.insights/diagnosticsettings`,
  ]);

  world.estate.mutate('stop-export');
  world.estate.mutate('key-vault-unlogged');
  const after = await lookAt(world, [production, vault]);
  expect(after.get(production)).toMatchObject({
    fact: { settings: [{ workspaceId: null, eventHubAuthorizationRuleId: expect.stringContaining('authorizationrules') }] },
  });
  expect(after.get(vault)).toEqual({ fact: { settings: [] } });
});

test('everything of the estate that is to log has settings', async () => {
  const world = await startLookWorld();
  const ids = [...world.estate.all()].filter(({ type }) => type.toLowerCase() in loggedTypes).map(({ id }) => id);
  const looked = await lookAt(world, [...ids, ...world.estate.subscriptions.map(({ id }) => `/subscriptions/${id}`)]);
  expect(looked.size).toBeGreaterThan(45);
  for (const [id, seen] of looked) expect(seen, id).toMatchObject({ fact: { settings: [{ workspaceId: central }] } });
});

test('what is not there, writes no logs or may not be read is a fault, and no empty list', async () => {
  const world = await startLookWorld();
  const disk = [...world.estate.all()].find(({ type }) => type === 'Microsoft.Compute/disks')?.id ?? '';
  const looked = await lookAt(world, [`${vault}-gone`, disk]);
  expect(looked.get(`${vault}-gone`)).toMatchObject({ fault: { code: 'partial' } });
  expect(looked.get(disk.toLowerCase())).toMatchObject({ fault: { code: 'unsupported' } });

  world.azure.setRole({ Actions: ['*/read'], NotActions: ['Microsoft.Insights/diagnosticSettings/read'] });
  expect((await lookAt(world, [vault])).get(vault)).toMatchObject({
    fault: { code: 'denied', about: 'Microsoft.Insights/diagnosticSettings/read' },
  });
  world.azure.setRole(null);
  for (const [name, code] of [
    ['html', 'malformed'],
    ['empty-object', 'malformed'],
    ['cut-body', 'malformed'],
    ['connection-reset', 'unreachable'],
    ['throttled', 'throttled'],
  ] as const) {
    world.azure.faults.set({ name, path: /diagnosticSettings$/i, retryAfterSeconds: 3_600 });
    expect((await lookAt(world, [vault])).get(vault), name).toMatchObject({ fault: { code } });
  }
});
