import type { JsonObject } from '../../src/domain/json.ts';

/** What turns an official body into one that a check passes; members are merged, lists are replaced. */
export interface Goodness {
  /** What is changed in the body. */
  readonly patch?: JsonObject;
  /** Only where the file's own bodies are the start: part of the file's name. */
  readonly file?: string;
  readonly parameters?: JsonObject;
  readonly census?: JsonObject;
  /** By the check's own name for them: the type of the official body that is the start, what is merged into it, and how many such there are. */
  readonly related?: { readonly [name: string]: { readonly type: string; readonly patch: JsonObject; readonly times?: number } };
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

const network = '/subscriptions/subid/resourceGroups/rg1/providers/Microsoft.Network';
/** Lets much through, but not from everywhere. */
const narrowRule = { name: 'out', sourceAddresses: ['10.0.0.0/8'], destinationAddresses: ['*'], destinationPorts: ['*'] };
const tenant = 'aaaaaaaa-1111-4111-8111-111111111111';

type ByType = { readonly [type: string]: Goodness | readonly Goodness[] };

/** The ways in which a body of this type can be made to pass. One that passes as it is needs none. */
export function goodnessOf(check: string, type: string): readonly Goodness[] {
  const own = goodness[check]?.[type] ?? {};
  return 'length' in own ? own : [own];
}

const goodness: { readonly [check: string]: ByType } = {
  'access-vpn-authentication': {
    'microsoft.network/virtualnetworkgateways': {
      patch: {
        properties: {
          vpnClientConfiguration: {
            vpnAuthenticationTypes: ['AAD'],
            vpnClientProtocols: ['OpenVPN'],
            aadTenant: `https://login.microsoftonline.com/${tenant}/`,
            aadIssuer: `https://sts.windows.net/${tenant}/`,
          },
        },
      },
    },
  },
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
  'firewall-policy': {
    'microsoft.network/applicationgateways': [
      { patch: { properties: { firewallPolicy: { id: `${network}/ApplicationGatewayWebApplicationFirewallPolicies/waf` } } } },
      { patch: { properties: { webApplicationFirewallConfiguration: { enabled: true, firewallMode: 'Prevention' } } } },
    ],
    'microsoft.network/azurefirewalls': {
      patch: {
        properties: {
          networkRuleCollections: [
            { name: 'out', properties: { action: { type: 'Allow' }, rules: [{ ...narrowRule, protocols: ['Any'] }] } },
          ],
        },
      },
    },
    'microsoft.network/firewallpolicies': {
      related: {
        groups: {
          type: 'microsoft.network/firewallpolicies/rulecollectiongroups',
          patch: {
            properties: {
              ruleCollections: [
                { name: 'out', action: { type: 'Allow' }, rules: [{ ...narrowRule, ruleType: 'NetworkRule', ipProtocols: ['Any'] }] },
              ],
            },
          },
        },
      },
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
  'network-flow-logs': {
    'microsoft.network/virtualnetworks': {
      related: {
        flowLogs: {
          type: 'microsoft.network/networkwatchers/flowlogs',
          patch: { properties: { enabled: true, retentionPolicy: { enabled: true, days: 90 } } },
        },
      },
    },
  },
  'network-peerings': {
    'microsoft.network/virtualnetworks': {
      patch: {
        properties: {
          virtualNetworkPeerings: [
            { name: 'hub', properties: { peeringState: 'Connected', remoteVirtualNetwork: { id: `${network}/virtualNetworks/hub` } } },
          ],
        },
      },
    },
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
  'network-subnet-rules': {
    'microsoft.network/virtualnetworks': {
      patch: {
        properties: {
          subnets: [
            { name: 'web', properties: { networkSecurityGroup: { id: `${network}/networkSecurityGroups/web` }, delegations: [] } },
            {
              name: 'keys',
              properties: {
                delegations: [{ name: 'one', properties: { serviceName: 'Microsoft.HardwareSecurityModules/dedicatedHSMs' } }],
              },
            },
          ],
        },
      },
    },
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
  'vpn-redundancy': {
    'microsoft.network/virtualnetworkgateways': {
      patch: {
        properties: {
          activeActive: true,
          sku: { name: 'VpnGw2AZ' },
          ipConfigurations: [
            { properties: { publicIPAddress: { id: `${network}/publicIPAddresses/one` } } },
            { properties: { publicIPAddress: { id: `${network}/publicIPAddresses/two` } } },
          ],
        },
      },
    },
  },
  'vpn-tunnels': {
    'microsoft.network/virtualnetworkgateways': {
      related: {
        connections: {
          type: 'microsoft.network/connections',
          patch: {
            properties: {
              connectionType: 'IPsec',
              connectionStatus: 'Connected',
              connectionProtocol: 'IKEv2',
              ipsecPolicies: [
                {
                  ikeEncryption: 'AES256',
                  ikeIntegrity: 'SHA384',
                  dhGroup: 'ECP384',
                  ipsecEncryption: 'GCMAES256',
                  ipsecIntegrity: 'GCMAES256',
                  pfsGroup: 'ECP384',
                },
              ],
            },
          },
          times: 2,
        },
      },
    },
  },
};
