import type { EstateChange, EstateResource, PretendEstate } from '../../sandbox/azure/estate-port.ts';

export const shop = 'aaaaaaaa-1111-4111-8111-111111111111';
export const vault = 'bbbbbbbb-2222-4222-8222-222222222222';

export interface TinyEstate extends PretendEstate {
  put(resource: EstateResource): void;
  addChange(change: EstateChange): void;
}

/** An estate of what it is given, where Resource Graph never lags. */
export function makeTinyEstate(first: readonly EstateResource[]): TinyEstate {
  const resources = new Map(first.map((resource) => [resource.id.toLowerCase(), resource]));
  const changes: EstateChange[] = [];
  let version = 1;
  return {
    subscriptions: [
      { id: shop.toUpperCase(), name: 'Shop', state: 'Enabled' },
      { id: vault, name: 'Vault', state: 'Enabled' },
    ],
    get version() {
      return version;
    },
    get: (id) => resources.get(id.toLowerCase()),
    all: () => resources.values(),
    indexed: () => resources.values(),
    changes: () => changes,
    put(resource) {
      resources.set(resource.id.toLowerCase(), resource);
      version += 1;
    },
    addChange(change) {
      changes.push(change);
      version += 1;
    },
  };
}

export function storageAccount(name: string, subscription = shop, properties: EstateResource['properties'] = {}): EstateResource {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/Data-RG/providers/Microsoft.Storage/storageAccounts/${name}`,
    name,
    type: 'Microsoft.Storage/storageAccounts',
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties,
  };
}

export function securityGroup(name: string, subscription = shop): EstateResource {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/Net-RG/providers/Microsoft.Network/networkSecurityGroups/${name}`,
    name,
    type: 'Microsoft.Network/networkSecurityGroups',
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded', securityRules: [], defaultSecurityRules: [] },
  };
}

export function networkInterface(name: string, subscription = shop): EstateResource {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/Net-RG/providers/Microsoft.Network/networkInterfaces/${name}`,
    name,
    type: 'Microsoft.Network/networkInterfaces',
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded', ipConfigurations: [] },
  };
}
