import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/backup-virtual-machines.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const asOf = '2026-11-24T08:00:00.000Z';
const subject = resourceOf('Microsoft.Compute/virtualMachines', 'shop-1');
const healthy = {
  backupManagementType: 'AzureIaasVM',
  protectionState: 'Protected',
  lastBackupStatus: 'Completed',
  lastRecoveryPoint: '2026-11-24T01:00:00.1234567Z',
};
const itemOf = (change: object) => ({ properties: { ...healthy, ...change } });
const diskless = { properties: { storageProfile: { dataDisks: [] } } };
const ephemeral = { osDisk: { diffDiskSettings: { option: 'Local' } } };
const keeper = (type: string) => `/subscriptions/a/resourceGroups/b/providers/${type}/c`;
const nodeOf = (publisher: string) => ({ properties: { storageProfile: { dataDisks: [], imageReference: { publisher } } } });
const many = 'unknown unsupported';

function verdicts(items: readonly object[], machine: object = {}, parameters: object = {}): readonly string[] {
  const facts = { resource: { properties: {}, ...machine } };
  const options = { subject, related: { items }, asOf, parameters };
  return (['literal', 'intent'] as const).map((interpretation) => verdictOf(judgeOne(check, interpretation, facts, options)));
}

describe('one backup', () => {
  const rows: readonly [what: string, change: object, literal: string, intent: string][] = [
    ['healthy', {}, many, 'pass'],
    [
      'in other letters',
      { backupManagementType: 'AZUREIAASVM', protectionState: 'protected', lastBackupStatus: 'COMPLETED' },
      many,
      'pass',
    ],
    ['status Healthy', { lastBackupStatus: 'Healthy' }, many, 'pass'],
    ['completed with warnings', { lastBackupStatus: 'CompletedWithWarnings' }, many, 'pass'],
    ['one is running', { lastBackupStatus: 'InProgress' }, many, 'pass'],
    ['failed last night', { lastBackupStatus: 'Failed' }, many, 'fail ticket'],
    ['cancelled', { lastBackupStatus: 'Cancelled' }, many, 'fail ticket'],
    ['status Unhealthy', { lastBackupStatus: 'Unhealthy' }, many, 'fail ticket'],
    ['a status of tomorrow', { lastBackupStatus: 'Splendid' }, many, 'unknown malformed'],
    ['status null', { lastBackupStatus: null }, many, 'unknown malformed'],
    ['status absent', { lastBackupStatus: undefined }, many, 'unknown malformed'],
    ['stopped', { protectionState: 'ProtectionStopped' }, many, 'fail'],
    ['paused', { protectionState: 'ProtectionPaused' }, many, 'fail'],
    ['suspended', { protectionState: 'BackupsSuspended' }, many, 'fail'],
    ['in error', { protectionState: 'ProtectionError' }, many, 'fail'],
    ['state Invalid', { protectionState: 'Invalid' }, many, 'unknown malformed'],
    ['a state of tomorrow', { protectionState: 'Guarded' }, many, 'unknown malformed'],
    ['state null', { protectionState: null }, many, 'unknown malformed'],
    ['state absent', { protectionState: undefined }, many, 'unknown malformed'],
    ['waiting for the first one', { protectionState: 'IRPending', lastBackupStatus: 'IRPending', lastRecoveryPoint: null }, 'fail', 'fail'],
    ['waiting, with the first instant of all', { protectionState: 'IRPending', lastRecoveryPoint: '0001-01-01T00:00:00Z' }, 'fail', 'fail'],
    ['waiting, with a point of before', { protectionState: 'IRPending' }, many, 'fail'],
    ['deleted, not yet purged', { isScheduledForDeferredDelete: true }, many, 'fail'],
    ['not deleted', { isScheduledForDeferredDelete: false }, many, 'pass'],
    ['deletion null', { isScheduledForDeferredDelete: null }, many, 'pass'],
    ['26 hours old', { lastRecoveryPoint: '2026-11-23T06:00:00.000Z' }, many, 'pass'],
    ['26 hours and a millisecond old', { lastRecoveryPoint: '2026-11-23T05:59:59.999Z' }, many, 'fail'],
    ['five minutes ahead', { lastRecoveryPoint: '2026-11-24T08:05:00.000Z' }, many, 'pass'],
    ['five minutes and a millisecond ahead', { lastRecoveryPoint: '2026-11-24T08:05:00.001Z' }, many, 'unknown malformed'],
    ['a point in another zone', { lastRecoveryPoint: '2026-11-23T01:00:00-05:00' }, many, 'pass'],
    ['a point without a zone', { lastRecoveryPoint: '2026-11-24T01:00:00' }, many, 'unknown malformed'],
    ['a point that is no time', { lastRecoveryPoint: 'yesterday' }, many, 'unknown malformed'],
    ['point null', { lastRecoveryPoint: null }, many, 'unknown malformed'],
    ['point absent', { lastRecoveryPoint: undefined }, many, 'unknown malformed'],
    ['point empty', { lastRecoveryPoint: '' }, many, 'unknown malformed'],
    ['stopped, and unreadable besides', { protectionState: 'ProtectionStopped', lastRecoveryPoint: 'soon' }, many, 'fail'],
    ['of a database in the machine', { backupManagementType: 'AzureWorkload' }, 'fail', 'fail'],
    ['of folders in the machine', { backupManagementType: 'MAB' }, 'fail', 'fail'],
    ['of a kind of tomorrow', { backupManagementType: 'AzureIaasVM2' }, many, 'unknown malformed'],
    ['kind null', { backupManagementType: null }, many, 'unknown malformed'],
    ['kind absent', { backupManagementType: undefined }, many, 'unknown malformed'],
  ];
  test.each(rows)('%s', (_what, change, literal, intent) => {
    expect(verdicts([itemOf(change)])).toEqual([literal, intent]);
  });
});

describe('several backups', () => {
  test.each([
    ['a good one beside a stopped one', [{ protectionState: 'ProtectionStopped' }, {}], [many, 'pass']],
    ['a good one beside one that waits for its first', [{}, { protectionState: 'IRPending', lastRecoveryPoint: null }], [many, 'pass']],
    ['a good one before a stopped one', [{}, { protectionState: 'ProtectionStopped' }], [many, 'pass']],
    [
      'a stopped one and one that cannot be read',
      [{ protectionState: 'ProtectionStopped' }, { protectionState: 'Guarded' }],
      [many, 'unknown malformed'],
    ],
    [
      'of the machine and of its database, stopped',
      [{ backupManagementType: 'AzureWorkload' }, { protectionState: 'ProtectionStopped' }],
      [many, 'fail'],
    ],
  ] satisfies [string, object[], string[]][])('%s', (_what, changes, expected) => {
    expect(verdicts(changes.map(itemOf))).toEqual(expected);
  });
});

describe('no backup', () => {
  const made = (timeCreated: unknown) => ({ properties: { timeCreated } });
  test.each([
    ['of an old machine', made('2026-01-01T00:00:00Z'), ['fail', 'fail']],
    ['of one made when nobody knows', {}, ['fail', 'fail']],
    ['of one made at null', made(null), ['fail', 'fail']],
    ['of one made at no time', made('lately'), ['fail', 'fail']],
    ['of one made 48 hours ago', made('2026-11-22T08:00:00.000Z'), ['fail', 'fail']],
    ['of one made a millisecond less than 48 hours ago', made('2026-11-22T08:00:00.001Z'), [many, 'pass']],
    ['of one made in the future', made('2026-11-25T08:00:00.000Z'), ['fail', 'fail']],
    ['of one with an ephemeral disk only', { properties: { storageProfile: { ...ephemeral, dataDisks: [] } } }, ['pass', 'pass']],
    ['of one with an ephemeral disk, data disks absent', { properties: { storageProfile: ephemeral } }, [many, many]],
    [
      'of one with an ephemeral disk, no list of disks',
      { properties: { storageProfile: { ...ephemeral, dataDisks: null } } },
      [many, many],
    ],
    [
      'of one with an ephemeral disk and a data disk',
      { properties: { storageProfile: { ...ephemeral, dataDisks: [{ lun: 0 }] } } },
      ['fail', 'fail'],
    ],
    ['of one with a lasting disk', { properties: { storageProfile: { osDisk: { diffDiskSettings: null } } } }, ['fail', 'fail']],
    [
      'of one with a disk setting of tomorrow',
      { properties: { storageProfile: { osDisk: { diffDiskSettings: { option: 'Remote' } } } } },
      ['fail', 'fail'],
    ],
    ['of a scale-set node', { managedBy: keeper('Microsoft.Compute/virtualMachineScaleSets'), ...diskless }, [many, many]],
    [
      'of a scale-set node with an ephemeral disk',
      { managedBy: keeper('Microsoft.Compute/virtualMachineScaleSets'), properties: { storageProfile: { ...ephemeral, dataDisks: [] } } },
      ['pass', 'pass'],
    ],
    ['of a node, data disks absent', { managedBy: keeper('Microsoft.Compute/virtualMachineScaleSets') }, [many, many]],
    ['of a cluster node', { managedBy: keeper('microsoft.containerservice/managedclusters'), ...diskless }, ['pass', 'pass']],
    [
      'of a node with a data disk',
      { managedBy: keeper('Microsoft.Compute/virtualMachineScaleSets'), properties: { storageProfile: { dataDisks: [{ lun: 0 }] } } },
      [many, many],
    ],
    ['of a node of OpenShift', nodeOf('azureopenshift'), ['pass', 'pass']],
    ['of a node of Databricks', nodeOf('AzureDatabricks'), ['pass', 'pass']],
    ['of a node of a cluster without a scale set', nodeOf('microsoft-aks'), ['pass', 'pass']],
    ['of a machine of any other publisher', nodeOf('Canonical'), ['fail', 'fail']],
    [
      'of a node of Databricks with data disks',
      { properties: { storageProfile: { imageReference: { publisher: 'azuredatabricks' }, dataDisks: [{ lun: 0 }] } } },
      [many, many],
    ],
    ['of one that something else manages', { managedBy: keeper('Microsoft.Example/things') }, ['fail', 'fail']],
    ['of one whose manager is no id', { managedBy: 'aks' }, ['fail', 'fail']],
    ['of one that nobody manages', { managedBy: '' }, ['fail', 'fail']],
  ] satisfies [string, object, string[]][])('%s', (_what, machine, expected) => {
    expect(verdicts([], machine)).toEqual(expected);
  });

  test('the hours are parameters', () => {
    const machine = made('2026-11-24T05:00:00Z');
    expect(verdicts([], machine, { graceHours: 3 })).toEqual(['fail', 'fail']);
    expect(verdicts([], machine, { graceHours: 4 })).toEqual([many, 'pass']);
    expect(verdicts([itemOf({})], {}, { rpoHours: 6 })).toEqual([many, 'fail']);
  });
});

describe('a new machine', () => {
  const machine = { properties: { timeCreated: '2026-11-24T00:00:00Z' } };
  test.each([
    ['waits for its first backup', { protectionState: 'IRPending', lastRecoveryPoint: null }, [many, 'pass']],
    ['whose database alone is backed up', { backupManagementType: 'AzureWorkload' }, [many, 'pass']],
    ['whose backup was stopped', { protectionState: 'ProtectionStopped' }, [many, 'fail']],
    [
      'whose backup was deleted',
      { protectionState: 'IRPending', lastRecoveryPoint: null, isScheduledForDeferredDelete: true },
      [many, 'fail'],
    ],
    ['whose first backup failed', { lastBackupStatus: 'Failed' }, [many, 'fail ticket']],
  ] satisfies [string, object, string[]][])('%s', (_what, change, expected) => {
    expect(verdicts([itemOf(change)], machine)).toEqual(expected);
  });
});

test('a machine is joined by its id, never by its name', () => {
  expect(check.related?.['items']).toMatchObject({ by: 'properties.sourceResourceId' });
  expect(check.repeat(subject)).toContain(`properties.sourceResourceId =~ '${subject.id}'`);
});

test('says what decided', () => {
  const items = [itemOf({ protectionState: 'ProtectionStopped', lastRecoveryPoint: '2026-11-01T01:00:00Z' })];
  expect(judgeOne(check, 'intent', { resource: { properties: {} } }, { subject, related: { items }, asOf })).toMatchObject({
    observed: 'protection state ProtectionStopped; last recovery point 2026-11-01T01:00:00Z',
    rule: 'protectedItems.properties.protectionState, protectedItems.properties.lastRecoveryPoint',
  });
});
