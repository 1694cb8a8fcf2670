import type { JsonObject } from '../../src/domain/json.ts';

/** What turns an official body into one that a check passes; members are merged, lists are replaced. */
export interface Goodness {
  /** What is changed in the body. */
  readonly patch?: JsonObject;
  /** Only where the file's own bodies are the start: part of the file's name. */
  readonly file?: string;
  readonly parameters?: JsonObject;
  readonly census?: JsonObject;
  /** By the check's own name for them: the type of the official body that is the start, and what is merged into it. */
  readonly related?: { readonly [name: string]: { readonly type: string; readonly patch: JsonObject } };
}

const disabled = { patch: { properties: { publicNetworkAccess: 'Disabled' } } };
const storageType = 'microsoft.storage/storageaccounts';
const subnet = '/subscriptions/1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/own/subnets/apps';
const gateway = '/subscriptions/1/resourceGroups/net/providers/Microsoft.Network/applicationGateways/front';
const secureSite: Goodness = {
  patch: { properties: { httpsOnly: true } },
  related: {
    configurations: {
      type: 'microsoft.web/sites/config',
      patch: { id: `${subnet}/config/web`, properties: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'FtpsOnly' } },
    },
  },
};

type ByType = { readonly [type: string]: Goodness | readonly Goodness[] };

/** The ways in which a body of this type can be made to pass. One that passes as it is needs none. */
export function goodnessOf(check: string, type: string): readonly Goodness[] {
  const own = goodness[check]?.[type] ?? {};
  return 'length' in own ? own : [own];
}

const goodness: { readonly [check: string]: ByType } = {
  'backup-vaults': {
    'microsoft.recoveryservices/vaults': {
      patch: {
        properties: {
          securitySettings: { softDeleteSettings: { softDeleteState: 'AlwaysON' }, immutabilitySettings: { state: 'Locked' } },
          redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Enabled' },
        },
      },
    },
    'microsoft.dataprotection/backupvaults': {
      patch: {
        properties: {
          securitySettings: { softDeleteSettings: { state: 'On' }, immutabilitySettings: { state: 'Unlocked' } },
          storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }],
          featureSettings: { crossRegionRestoreSettings: { state: 'Enabled' } },
        },
      },
    },
  },
  'backup-virtual-machines': {
    'microsoft.compute/virtualmachines': [
      {
        file: 'VirtualMachine_Get_WithDiskControllerType.json',
        related: {
          items: {
            type: 'microsoft.recoveryservices/vaults/protectioncontainers/protecteditems',
            patch: { properties: { lastRecoveryPoint: '2026-11-24T02:00:00Z', isScheduledForDeferredDelete: false } },
          },
        },
      },
      // Its disk is ephemeral, so that it keeps nothing.
      { file: 'VirtualMachine_ListAll_MaximumSet_Gen.json', patch: { properties: { storageProfile: { dataDisks: [] } } } },
    ],
  },
  'encryption-hosts': {
    'microsoft.compute/virtualmachinescalesets': {
      patch: { properties: { virtualMachineProfile: { securityProfile: { encryptionAtHost: true } } } },
    },
  },
  'hosting-inventory': {
    'microsoft.resources/subscriptions': {
      patch: { properties: { state: 'Enabled' } },
      census: { types: [{ type: storageType, resources: 1 }] },
      parameters: { resourceTypes: { [storageType]: { holds: ['data'], judgedFor: [], exempt: {} } } },
    },
  },
  'hosting-regions': {
    'microsoft.documentdb/databaseaccounts': {
      patch: {
        location: 'westeurope',
        properties: {
          locations: [{ locationName: 'West Europe' }],
          backupPolicy: { type: 'Periodic', periodicModeProperties: { backupStorageRedundancy: 'Local' } },
        },
      },
    },
    'microsoft.recoveryservices/vaults': {
      patch: { properties: { redundancySettings: { standardTierStorageRedundancy: 'LocallyRedundant' } } },
    },
    'microsoft.sql/managedinstances': { patch: { properties: { currentBackupStorageRedundancy: 'Local' } } },
  },
  'https-services': {
    'microsoft.cache/redis': { patch: { properties: { enableNonSslPort: false, minimumTlsVersion: '1.2' } } },
    'microsoft.cdn/profiles/endpoints': { patch: { properties: { isHttpAllowed: false } } },
    'microsoft.network/applicationgateways': {
      patch: {
        properties: {
          httpListeners: [
            { id: `${gateway}/httpListeners/secure`, name: 'secure', properties: { protocol: 'Https' } },
            { id: `${gateway}/httpListeners/plain`, name: 'plain', properties: { protocol: 'Http' } },
          ],
          requestRoutingRules: [
            {
              id: `${gateway}/requestRoutingRules/up`,
              name: 'up',
              properties: {
                httpListener: { id: `${gateway}/httpListeners/plain` },
                redirectConfiguration: { id: `${gateway}/redirectConfigurations/up` },
              },
            },
          ],
          redirectConfigurations: [
            {
              id: `${gateway}/redirectConfigurations/up`,
              name: 'up',
              properties: { targetListener: { id: `${gateway}/httpListeners/secure` } },
            },
          ],
          urlPathMaps: [],
          sslProfiles: [],
          sslPolicy: { policyType: 'Predefined', policyName: 'AppGwSslPolicy20220101' },
        },
      },
    },
    'microsoft.servicebus/namespaces': { patch: { properties: { minimumTlsVersion: '1.2' } } },
    'microsoft.sql/managedinstances': { patch: { properties: { minimalTlsVersion: '1.2' } } },
    'microsoft.web/sites': secureSite,
    'microsoft.web/sites/slots': secureSite,
  },
  'network-private-access': {
    'microsoft.cache/redis': disabled,
    'microsoft.containerregistry/registries': disabled,
    'microsoft.documentdb/databaseaccounts': disabled,
    'microsoft.keyvault/vaults': disabled,
    'microsoft.sql/servers': disabled,
    'microsoft.storage/storageaccounts': disabled,
    'microsoft.compute/disks': { patch: { properties: { networkAccessPolicy: 'DenyAll' } } },
    'microsoft.compute/snapshots': { patch: { properties: { networkAccessPolicy: 'DenyAll' } } },
    'microsoft.web/sites/slots': { patch: { properties: { virtualNetworkSubnetId: subnet } } },
  },
  'security-defender-plans': {
    'microsoft.resources/subscriptions': {
      file: 'GetSubscription.json',
      parameters: { plans: ['VirtualMachines'] },
      related: {
        pricings: {
          type: 'microsoft.security/pricings',
          patch: {
            id: '/subscriptions/291bba3f-e0a5-47bc-a099-3bdcb2a50a05/providers/Microsoft.Security/pricings/VirtualMachines',
            name: 'VirtualMachines',
            properties: { pricingTier: 'Standard', resourcesCoverageStatus: 'FullyCovered' },
          },
        },
      },
    },
  },
};
