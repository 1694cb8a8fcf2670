import {
  contractor,
  edit,
  item,
  type Mutation,
  newResource,
  operator,
  pipeline,
  production,
  protectedItem,
  shared,
  staging,
  storage,
} from './mutation.ts';

export const backupMutations: { readonly [name: string]: Mutation } = {
  'stop-backup': {
    title: 'The backup of a machine is stopped',
    by: operator,
    operation: `${item}/write`,
    edits: edit(protectedItem('vm-orders-1'), { 'properties.protectionState': 'ProtectionStopped' }),
    verdict: 'fail',
    claims: { 'multiple-backups': ['intent'] },
    checks: ['backup-virtual-machines'],
  },
  'stale-backup': {
    title: 'The newest recovery point of a machine is nine days old',
    by: pipeline,
    operation: `${item}/write`,
    edits: edit(protectedItem('vm-search-2'), {
      'properties.lastRecoveryPoint': '{{now-9d}}',
      'properties.lastBackupTime': '{{now-9d}}',
    }),
    verdict: 'fail',
    claims: { 'multiple-backups': ['intent'] },
    checks: ['backup-virtual-machines'],
  },
  'vault-soft-delete-off': {
    title: 'What is deleted from a vault is gone at once',
    by: operator,
    operation: 'Microsoft.RecoveryServices/vaults/write',
    edits: edit(`${staging}/resourceGroups/rg-backup-stg/providers/Microsoft.RecoveryServices/vaults/rsv-stg-weu`, {
      'properties.securitySettings.softDeleteSettings.softDeleteState': 'Disabled',
    }),
    verdict: 'fail',
    claims: { 'multiple-backups': ['intent'] },
    checks: ['backup-vaults'],
  },
  'vault-locally-redundant': {
    title: 'A vault keeps its backups in one place',
    by: operator,
    operation: 'Microsoft.RecoveryServices/vaults/write',
    edits: edit(`${shared}/resourceGroups/rg-backup-shared/providers/Microsoft.RecoveryServices/vaults/rsv-shared-weu`, {
      'properties.redundancySettings': { standardTierStorageRedundancy: 'LocallyRedundant', crossRegionRestore: 'Disabled' },
    }),
    verdict: 'fail',
    claims: { 'multiple-backups': ['intent'] },
    checks: ['backup-vaults'],
  },
  'locally-redundant-storage': {
    title: 'An account without a backup keeps its data in one place',
    by: contractor,
    operation: `${storage}/write`,
    edits: [
      {
        id: `${production}/resourceGroups/rg-data-prod-neu/providers/${storage}/stsssreplicaneu`,
        set: { 'sku.name': 'Standard_LRS' },
        unset: ['properties.secondaryLocation', 'properties.statusOfSecondary'],
      },
    ],
    verdict: 'fail',
    claims: { 'multiple-backups': ['intent'] },
    checks: ['backup-storage'],
  },
  'unbacked-store': {
    title: 'A store appears of a type that no check of backups judges',
    by: pipeline,
    operation: 'Microsoft.Kusto/clusters/write',
    edits: [
      {
        put: newResource(`${production}/resourceGroups/rg-data-prod`, 'Microsoft.Kusto/clusters', 'kustosssprod', {
          location: 'westeurope',
          sku: { name: 'Standard_E8ads_v5', tier: 'Standard', capacity: 2 },
          properties: { state: 'Running', publicNetworkAccess: 'Disabled', enableDiskEncryption: true, provisioningState: 'Succeeded' },
        }),
      },
    ],
    verdict: 'unknown',
    claims: {
      'multiple-backups': ['literal', 'intent'],
      'encrypted-at-rest': ['literal', 'intent'],
      'https-everywhere': ['literal', 'intent'],
    },
    checks: ['backup-coverage', 'encryption-coverage', 'https-coverage'],
  },
};
