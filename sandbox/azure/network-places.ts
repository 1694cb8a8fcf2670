import { production, shared, staging } from './mutation.ts';

function inGroup(subscription: string, usual: string): (path: string, group?: string) => string {
  return (path, group = usual) => `${subscription}/resourceGroups/${group}/providers/Microsoft.Network/${path}`;
}

/** Ids in the written estate: `prod('virtualNetworks/vnet-prod-weu')`. */
export const prod = inGroup(production, 'rg-network-prod-weu');
export const north = inGroup(production, 'rg-network-prod-neu');
export const stage = inGroup(staging, 'rg-network-stg-weu');
export const hub = inGroup(shared, 'rg-network-shared-weu');
