import { contractor, data, edit, type Mutation, newResource, operator, pipeline, servers, staging, storage } from './mutation.ts';

export const encryptionMutations: { readonly [name: string]: Mutation } = {
  'host-encryption-off': {
    title: 'The host of a machine no longer encrypts its temporary disk',
    by: pipeline,
    operation: 'Microsoft.Compute/virtualMachines/write',
    edits: edit(`${servers}/Microsoft.Compute/virtualMachines/vm-search-1`, { 'properties.securityProfile.encryptionAtHost': false }),
    verdict: 'fail',
    claims: { 'encrypted-at-rest': ['intent'] },
    checks: ['encryption-hosts'],
  },
  'disk-without-encryption': {
    title: 'A disk no longer says that it is encrypted',
    by: operator,
    operation: 'Microsoft.Compute/disks/write',
    edits: [{ id: `${servers}/Microsoft.Compute/disks/vm-import-1_OsDisk_1`, unset: ['properties.encryption'] }],
    verdict: 'unknown',
    claims: { 'encrypted-at-rest': ['literal', 'intent'] },
    checks: ['encryption-disks'],
  },
  'disk-without-own-key': {
    title: 'A disk for which the key of the customer was promised (vm-orders-1*, vm-orders-2*) is encrypted with that of the platform',
    by: operator,
    operation: 'Microsoft.Compute/disks/write',
    edits: edit(`${servers}/Microsoft.Compute/disks/vm-orders-2-data-0`, {
      'properties.encryption': { type: 'EncryptionAtRestWithPlatformKey' },
    }),
    verdict: 'fail',
    claims: { 'encrypted-at-rest': ['intent'] },
    checks: ['encryption-disks'],
  },
  'storage-encryption-off': {
    title: 'An account reports that it does not encrypt its blobs',
    by: pipeline,
    operation: `${storage}/write`,
    edits: edit(`${data}/${storage}/stsssordersprod`, { 'properties.encryption.services.blob.enabled': false }),
    verdict: 'fail',
    claims: { 'encrypted-at-rest': ['literal', 'intent'] },
    checks: ['encryption-storage'],
  },
  'unsorted-type': {
    title: 'A resource of a type that nobody has sorted appears',
    by: contractor,
    operation: 'Microsoft.Quantum/workspaces/write',
    edits: [
      {
        put: newResource(`${staging}/resourceGroups/rg-web-stg`, 'Microsoft.Quantum/workspaces', 'quantum-trial', {
          location: 'westeurope',
          tags: { environment: 'staging' },
          properties: { provisioningState: 'Succeeded', usable: 'Yes' },
        }),
      },
    ],
    verdict: 'unknown',
    claims: {
      'hosted-on-azure': ['literal', 'intent'],
      residency: ['intent'],
      'encrypted-at-rest': ['literal', 'intent'],
      'multiple-backups': ['literal', 'intent'],
      'https-everywhere': ['literal', 'intent'],
    },
    checks: ['hosting-inventory', 'encryption-coverage', 'backup-coverage', 'https-coverage'],
  },
};
