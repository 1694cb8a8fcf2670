import { contractor, edit, type Mutation, newResource, operator, production, shared, staging } from './mutation.ts';

export const hostingMutations: { readonly [name: string]: Mutation } = {
  'foreign-region': {
    title: 'A disk is made in a region that is not on the list',
    by: contractor,
    operation: 'Microsoft.Compute/disks/write',
    edits: [
      {
        put: newResource(`${production}/resourceGroups/rg-servers-prod`, 'Microsoft.Compute/disks', 'disk-for-analysis', {
          location: 'eastus2',
          sku: { name: 'Premium_LRS', tier: 'Premium' },
          properties: {
            diskSizeGB: 256,
            diskState: 'Unattached',
            timeCreated: '{{now}}',
            encryption: { type: 'EncryptionAtRestWithPlatformKey' },
            networkAccessPolicy: 'DenyAll',
            publicNetworkAccess: 'Disabled',
            creationData: { createOption: 'Empty' },
            provisioningState: 'Succeeded',
          },
        }),
      },
    ],
    verdict: 'fail',
    claims: { 'hosted-on-azure': ['intent'], residency: ['intent'] },
    checks: ['hosting-regions'],
  },
  'foreign-endpoint': {
    title: 'A public name leads to another company',
    by: contractor,
    operation: 'Microsoft.Network/dnsZones/CNAME/write',
    edits: [
      {
        put: {
          id: `${shared}/resourceGroups/rg-dns/providers/Microsoft.Network/dnszones/shopstoresync.example/CNAME/status`,
          name: 'status',
          type: 'Microsoft.Network/dnszones/CNAME',
          properties: {
            TTL: 300,
            fqdn: 'status.shopstoresync.example.',
            CNAMERecord: { cname: 'shopstoresync.status-pages.example' },
            provisioningState: 'Succeeded',
          },
        },
      },
    ],
    verdict: 'fail',
    claims: { 'hosted-on-azure': ['literal'] },
    checks: ['hosting-endpoints'],
  },
  'disabled-subscription': {
    title: 'A subscription is disabled',
    by: operator,
    operation: 'Microsoft.Subscription/cancel/action',
    edits: edit(staging, { 'properties.state': 'Disabled' }),
    verdict: 'fail',
    claims: { 'hosted-on-azure': ['literal'] },
    checks: ['hosting-inventory'],
  },
  'defender-plan-off': {
    title: 'A plan of Defender for Cloud is switched off',
    by: operator,
    operation: 'Microsoft.Security/pricings/write',
    edits: edit(`${shared}/providers/Microsoft.Security/pricings/KeyVaults`, { 'properties.pricingTier': 'Free' }),
    verdict: 'fail',
    claims: { 'azure-security-features': ['intent'] },
    checks: ['security-defender-plans'],
  },
};
