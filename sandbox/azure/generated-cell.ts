import type { JsonObject } from '../../src/domain/json.ts';
import type { EstateResource } from './estate-port.ts';

/** What a generated group of resources is made from. */
export interface Cell {
  /** Unique in the estate. */
  readonly name: string;
  readonly region: string;
  /** The id of its resource group. */
  readonly group: string;
  readonly octets: readonly [number, number];
  readonly machines: number;
  readonly backupAt: string;
}

/** Whether an id lies in a generated group. */
export function isGenerated(id: string): boolean {
  return /\/resourcegroups\/rg-c[0-9a-z]{5}(\/|$)/i.test(id);
}

type Rest = Omit<EstateResource, 'id' | 'name' | 'type' | 'location' | 'properties'>;

function make(cell: Cell, type: string, name: string, properties: JsonObject, rest: Rest = {}): EstateResource {
  const [namespace = '', ...kinds] = type.split('/');
  const names = name.split('/');
  const path = kinds.map((kind, index) => `${kind}/${names[index]}`).join('/');
  const id = `${cell.group}/providers/${namespace}/${path}`;
  return { id, name: names.at(-1) ?? name, type, location: cell.region, ...rest, properties };
}

/** What many have in common is one object, which makes large estates small. */
const closed = {
  publicNetworkAccess: 'Disabled',
  networkAcls: { bypass: 'AzureServices', defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] },
};
const on = { enabled: true, keyType: 'Account' };
const storageOf = (region: string): JsonObject => ({
  ...closed,
  supportsHttpsTrafficOnly: true,
  minimumTlsVersion: 'TLS1_2',
  allowBlobPublicAccess: false,
  encryption: { keySource: 'Microsoft.Storage', requireInfrastructureEncryption: true, services: { blob: on, file: on } },
  primaryLocation: region,
  secondaryLocation: pairOf(region),
  privateEndpointConnections: [],
  provisioningState: 'Succeeded',
});
const storageProperties: { readonly [region: string]: JsonObject } = {
  westeurope: storageOf('westeurope'),
  northeurope: storageOf('northeurope'),
};
const diskProperties = {
  diskSizeGB: 128,
  diskState: 'Attached',
  encryption: { type: 'EncryptionAtRestWithPlatformKey' },
  networkAccessPolicy: 'DenyAll',
  publicNetworkAccess: 'Disabled',
  creationData: { createOption: 'Empty' },
  provisioningState: 'Succeeded',
};
const succeeded = { provisioningState: 'Succeeded' };
const premium = { name: 'Premium_LRS', tier: 'Premium' };
const vaultTenant = '44444444-4444-4444-8444-444444444444';

function pairOf(region: string): string {
  return region === 'westeurope' ? 'northeurope' : 'westeurope';
}

export function groupOf({ group, region }: Cell): EstateResource {
  const name = group.split('/').at(-1) ?? '';
  return { id: group, name, type: 'Microsoft.Resources/subscriptions/resourceGroups', location: region, properties: succeeded };
}

export function storageAccountOf(cell: Cell, name: string): EstateResource {
  const rest = { kind: 'StorageV2', sku: { name: 'Standard_RAGRS', tier: 'Standard' } };
  return make(cell, 'Microsoft.Storage/storageAccounts', name, storageProperties[cell.region] ?? succeeded, rest);
}

function subnetOf({ group, name }: Cell, subnet: string): string {
  return `${group}/providers/Microsoft.Network/virtualNetworks/vnet-${name}/subnets/${subnet}`;
}

const rules = { securityRules: [], defaultSecurityRules: [], ...succeeded };
/** To the firewall of the hub. */
const toFirewall = { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.30.1.4' };
const routes = { disableBgpRoutePropagation: true, routes: [{ name: 'to-firewall', properties: toFirewall }], ...succeeded };
const flowLog = {
  enabled: true,
  retentionPolicy: { days: 90, enabled: true },
  format: { type: 'JSON', version: 2 },
  ...succeeded,
};

export function networkOf(cell: Cell): readonly EstateResource[] {
  const [second, third] = cell.octets;
  const securityGroup = make(cell, 'Microsoft.Network/networkSecurityGroups', `nsg-${cell.name}`, rules);
  const routeTable = make(cell, 'Microsoft.Network/routeTables', `rt-${cell.name}`, routes);
  const subnets = ['app', 'web'].map((name, index) => ({
    id: subnetOf(cell, name),
    name,
    properties: {
      addressPrefix: `10.${second}.${third}.${index * 128}/25`,
      networkSecurityGroup: { id: securityGroup.id },
      routeTable: { id: routeTable.id },
      ...succeeded,
    },
  }));
  const space = { addressPrefixes: [`10.${second}.${third}.0/24`] };
  const network = make(cell, 'Microsoft.Network/virtualNetworks', `vnet-${cell.name}`, {
    addressSpace: space,
    subnets,
    virtualNetworkPeerings: [],
    ...succeeded,
  });
  return [securityGroup, routeTable, network, ...flowLogOf(cell, network)];
}

function flowLogOf(cell: Cell, network: EstateResource): readonly EstateResource[] {
  const watcher = make(cell, 'Microsoft.Network/networkWatchers', `nw-${cell.name}`, succeeded);
  const target = { targetResourceId: network.id, storageId: storageIdOf(cell) };
  return [watcher, make(cell, 'Microsoft.Network/networkWatchers/flowLogs', `nw-${cell.name}/fl-${cell.name}`, { ...target, ...flowLog })];
}

function storageIdOf({ group, name }: Cell): string {
  return `${group}/providers/Microsoft.Storage/storageAccounts/stgen${name}a`;
}

/** A machine with its interface, two disks and its backup. */
export function machineOf(cell: Cell, number: number): readonly EstateResource[] {
  const name = `vm-${cell.name}-${number}`;
  const id = `${cell.group}/providers/Microsoft.Compute/virtualMachines/${name}`;
  const [second, third] = cell.octets;
  const address = { privateIPAddress: `10.${second}.${third}.${10 + number}`, subnet: { id: subnetOf(cell, 'app') } };
  const card = make(cell, 'Microsoft.Network/networkInterfaces', `nic-${name}`, {
    virtualMachine: { id },
    ipConfigurations: [{ name: 'main', properties: address }],
    ...succeeded,
  });
  const disks = ['os', 'data'].map((use) =>
    make(cell, 'Microsoft.Compute/disks', `${name}-${use}`, diskProperties, { managedBy: id, sku: premium }),
  );
  const machine = make(cell, 'Microsoft.Compute/virtualMachines', name, machineProperties(card, disks));
  return [card, ...disks, machine, protectedItemOf(cell, machine)];
}

const running = { instanceView: { powerState: { code: 'PowerState/running', displayStatus: 'VM running', level: 'Info' } } };

function machineProperties(card: EstateResource, [os, data]: readonly EstateResource[]): JsonObject {
  return {
    timeCreated: '2025-03-01T08:00:00Z',
    hardwareProfile: { vmSize: 'Standard_D2ds_v5' },
    securityProfile: { encryptionAtHost: true },
    storageProfile: {
      osDisk: { osType: 'Linux', managedDisk: { id: os?.id ?? '' } },
      dataDisks: [{ lun: 0, managedDisk: { id: data?.id ?? '' } }],
    },
    networkProfile: { networkInterfaces: [{ id: card.id }] },
    ...succeeded,
    extended: running,
  };
}

function protectedItemOf(cell: Cell, { id, name }: EstateResource): EstateResource {
  const part = `iaasvmcontainerv2;rg-${cell.name};${name}`;
  const type = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems';
  const { location: _none, ...item } = make(cell, type, `rsv-${cell.name}/Azure/IaasVMContainer;${part}/VM;${part}`, {
    backupManagementType: 'AzureIaasVM',
    friendlyName: name,
    sourceResourceId: id,
    protectionState: 'Protected',
    lastBackupStatus: 'Completed',
    lastRecoveryPoint: cell.backupAt,
    isScheduledForDeferredDelete: false,
  });
  return item;
}

export function backupOf(cell: Cell): readonly EstateResource[] {
  return [make(cell, 'Microsoft.RecoveryServices/vaults', `rsv-${cell.name}`, vaultProperties, { sku: { name: 'RS0', tier: 'Standard' } })];
}

const vaultProperties = {
  publicNetworkAccess: 'Disabled',
  redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Enabled' },
  securitySettings: { softDeleteSettings: { softDeleteState: 'AlwaysON' }, immutabilitySettings: { state: 'Unlocked' } },
  ...succeeded,
};

export function dataOf(cell: Cell): readonly EstateResource[] {
  const server = `sql-gen-${cell.name}`;
  const databases = ['orders', 'customers'].map((name) => {
    const rest = { kind: 'v12.0,user,vcore', sku: { name: 'GP_Gen5', tier: 'GeneralPurpose' } };
    const properties = { status: 'Online', currentBackupStorageRedundancy: 'Geo', defaultSecondaryLocation: pairOf(cell.region) };
    return make(cell, 'Microsoft.Sql/servers/databases', `${server}/${name}`, properties, rest);
  });
  const master = { kind: 'v12.0,system', sku: { name: 'System', tier: 'System' } };
  const key = { enableSoftDelete: true, enablePurgeProtection: true, enableRbacAuthorization: true, tenantId: vaultTenant };
  const cache = { hostName: `redis-${cell.name}.redis.cache.windows.net`, enableNonSslPort: false, minimumTlsVersion: '1.2' };
  return [
    storageAccountOf(cell, `stgen${cell.name}a`),
    storageAccountOf(cell, `stgen${cell.name}b`),
    make(cell, 'Microsoft.Sql/servers', server, {
      fullyQualifiedDomainName: `${server}.database.windows.net`,
      minimalTlsVersion: '1.2',
      publicNetworkAccess: 'Disabled',
    }),
    ...databases,
    auditOf(cell, server),
    make(cell, 'Microsoft.Sql/servers/databases', `${server}/master`, { status: 'Online' }, master),
    make(cell, 'Microsoft.KeyVault/vaults', `kv-${cell.name}`, { ...closed, ...key, ...succeeded }),
    make(cell, 'Microsoft.Cache/Redis', `redis-${cell.name}`, { ...cache, publicNetworkAccess: 'Disabled', ...succeeded }),
  ];
}

const audited = { state: 'Enabled', isAzureMonitorTargetEnabled: true, retentionDays: 0 };

function auditOf(cell: Cell, server: string): EstateResource {
  const { location: _none, ...audit } = make(cell, 'Microsoft.Sql/servers/auditingSettings', `${server}/Default`, audited);
  return audit;
}

export function webOf(cell: Cell): readonly EstateResource[] {
  const host = `gen-${cell.name}.azurewebsites.net`;
  const plan = make(cell, 'Microsoft.Web/serverFarms', `asp-${cell.name}`, { status: 'Ready' }, { kind: 'linux', sku: { name: 'P1v3' } });
  const site = {
    state: 'Running',
    defaultHostName: host,
    hostNames: [host],
    httpsOnly: true,
    serverFarmId: plan.id,
    virtualNetworkSubnetId: subnetOf(cell, 'web'),
    publicNetworkAccess: 'Disabled',
  };
  return [
    plan,
    make(cell, 'Microsoft.Web/sites', `gen-${cell.name}`, site, { kind: 'app,linux' }),
    make(cell, 'Microsoft.Web/sites/config', `gen-${cell.name}/web`, siteConfiguration),
  ];
}

const siteConfiguration = { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled' };
