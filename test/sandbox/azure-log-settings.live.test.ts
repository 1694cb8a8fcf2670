import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Estate, openEstate } from '../../sandbox/azure/estate.ts';
import { production, shared } from '../../sandbox/azure/mutation.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type Asking, askAzure } from './azure-asking.ts';

const monitor = `${shared}/resourceGroups/rg-monitor-shared`;
const workspace = `${monitor}/providers/Microsoft.OperationalInsights/workspaces/log-shopstoresync-shared`;
const machine = `${shared}/resourceGroups/rg-tools/providers/Microsoft.Compute/virtualMachines/vm-build-1`;
const settings = 'providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview';
const locks = 'providers/Microsoft.Authorization/locks?api-version=2016-09-01';

/** What Resource Graph says of a machine. */
interface MachineRow {
  readonly properties: { readonly extended: { readonly instanceView: { readonly powerState: { readonly code: string } } } };
}

let estate: Estate;
let azure: PretendAzure;
let asking: Asking;

beforeAll(async () => {
  const authority = await makeAuthority();
  estate = await openEstate({ resources: 700 });
  azure = await startPretendAzure({ estate, authority });
  asking = askAzure(azure, authority);
  await asking.signIn();
});
afterAll(async () => {
  await Promise.all([asking.close(), azure.close()]);
});

async function namesOf(path: string): Promise<readonly string[]> {
  const { status, body } = await asking.get(path);
  expect(status, path).toBe(200);
  return body.value.map(({ name }: { readonly name: string }) => name);
}

test('settings stand where they were made, and at nothing above or below', async () => {
  expect(await namesOf(`${production}/${settings}`)).toEqual(['activity-to-central']);
  const account = `${production}/resourceGroups/rg-data-prod/providers/Microsoft.Storage/storageAccounts/stsssordersprod`;
  expect(await namesOf(`${account}/${settings}`)).toEqual([]);
  expect(await namesOf(`${account.toLowerCase()}/blobservices/default/${settings}`)).toEqual(['to-central']);
  expect(await namesOf(`${monitor}/${settings}`)).toEqual([]);
});

test('what is not there, or writes no logs, is told so', async () => {
  const { status, body } = await asking.get(`${workspace}x/${settings}`);
  expect([status, body.error.code]).toEqual([404, 'ResourceNotFound']);
  const disk = [...estate.all()].find(({ type }) => type === 'Microsoft.Compute/disks')?.id;
  expect(await asking.get(`${disk}/${settings}`)).toMatchObject({ status: 400, body: { code: 'ResourceTypeNotSupported' } });
});

test('what is generated is healthy, too', async () => {
  const vault = [...estate.all()].find(({ id, type }) => type === 'Microsoft.KeyVault/vaults' && /\/rg-c0/.test(id))?.id;
  expect(await namesOf(`${vault}/${settings}`)).toEqual(['to-central']);
  const server = [...estate.all()].find(({ id, type }) => type === 'Microsoft.Sql/servers' && /\/rg-c0/.test(id))?.id;
  expect(await namesOf(`${server}/auditingSettings?api-version=2021-11-01`)).toEqual(['Default']);
});

test('locks are told of with those below, tables and exports of a workspace with their times', async () => {
  for (const scope of [shared, monitor, workspace]) expect(await namesOf(`${scope}/${locks}`)).toEqual(['keep-the-logs']);
  expect(await namesOf(`${machine}/${locks}`)).toEqual([]);
  const tables = await asking.get(`${workspace}/tables?api-version=2022-10-01`);
  const activity = tables.body.value.find(({ name }: { readonly name: string }) => name === 'AzureActivity');
  expect(activity.properties).toMatchObject({ retentionInDays: 400, totalRetentionInDays: 730 });
  const exported = await asking.get(`${workspace}/dataExports?api-version=2020-08-01`);
  const { enable, destination, tableNames } = exported.body.value[0].properties;
  expect([enable, tableNames.includes('AzureActivity')]).toEqual([true, true]);
  const account = await asking.get(`${destination.resourceId}?api-version=2023-01-01`);
  expect(account.body.properties.immutableStorageWithVersioning.enabled).toBe(true);
});

test('whether a machine runs stands in Resource Graph, and in the instance view where it is asked for', async () => {
  const path = `${machine}?api-version=2023-09-01`;
  const plain = (await asking.get(path)).body.properties;
  expect([plain.extended, plain.instanceView]).toEqual([undefined, undefined]);
  const { statuses } = (await asking.get(`${path}&$expand=instanceView`)).body.properties.instanceView;
  expect(statuses.map(({ code }: { readonly code: string }) => code)).toEqual(['ProvisioningState/succeeded', 'PowerState/deallocated']);
  const ofMachines = "resources | where type in~ ('Microsoft.Compute/virtualMachines') | project id, properties | order by id asc";
  const rows: readonly MachineRow[] = (await asking.graph(ofMachines)).body.data;
  const codes = rows.map(({ properties }) => properties.extended.instanceView.powerState.code);
  expect(codes.filter((code) => code === 'PowerState/deallocated')).toHaveLength(1);
  expect(new Set(codes).size).toBe(2);
});

test('the second identity writes tags, and nothing else', async () => {
  const tags = `${workspace}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01`;
  const merge = { operation: 'Merge', properties: { tags: { canary: 'one' } } };
  expect((await asking.patch(tags, { ...merge, operation: 'Replace' })).status).toBe(400);
  await asking.signIn(azure.second);
  expect((await asking.get(`${workspace}?api-version=2025-02-01`)).status).toBe(403);
  const id = '5f3c0000-0000-4000-8000-000000000001';
  const written = await asking.patch(tags, merge, { 'x-ms-correlation-request-id': id });
  expect(written).toMatchObject({ status: 200, headers: { 'x-ms-correlation-request-id': id } });
  expect(written.body.properties.tags).toEqual({ environment: 'shared', owner: 'operations', canary: 'one' });
  expect(estate.changes().at(-1)).toMatchObject({ target: workspace, by: azure.second.clientId, correlationId: id });
  expect((await asking.patch(`${workspace}?api-version=2025-02-01`, { tags: {} })).status).toBe(404);
  expect((await asking.patch(tags.replace('-shared/', '-gone/'), merge)).status).toBe(404);
  azure.second.setRole({ Actions: ['*/read'] });
  expect((await asking.patch(tags, merge)).status).toBe(403);
  await asking.signIn();
});
