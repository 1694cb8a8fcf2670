import type { Interpretation } from '../../src/domain/claim.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { EstateResource } from './estate-port.ts';
import type { LogEdit } from './logs/log-edit.ts';

/** One thing that is done to the estate. Paths are `properties.securityProfile.encryptionAtHost` or `properties.storageSettings[0].type`. */
export type Edit =
  | { readonly id: string; readonly set?: JsonObject; readonly unset?: readonly string[] }
  | { readonly remove: string }
  | { readonly put: EstateResource };

export interface Mutation {
  readonly title: string;
  /** A mail address or the id of an application. */
  readonly by: string;
  readonly operation: string;
  readonly edits: readonly Edit[];
  /** What is done to the logs, as long as it is not undone. */
  readonly logs?: readonly LogEdit[];
  /** It changes a past that a daemon which runs remembers otherwise, and does not read again. */
  readonly isRemembered?: true;
  /** What the claims become for which a check of `checks` speaks. */
  readonly verdict: 'fail' | 'unknown';
  /** The claims that turn, and in which interpretations. */
  readonly claims: { readonly [claim: string]: readonly Interpretation[] };
  /** The checks that say so. */
  readonly checks: readonly string[];
  /** Of checks that turn in fewer interpretations than their claims do. */
  readonly only?: { readonly [check: string]: readonly Interpretation[] };
  /** Azure tells nobody who did it: it is done to what Azure computes from elsewhere. */
  readonly isUntold?: boolean;
}

export const production = '/subscriptions/11111111-1111-4111-8111-111111111111';
export const staging = '/subscriptions/22222222-2222-4222-8222-222222222222';
export const shared = '/subscriptions/33333333-3333-4333-8333-333333333333';
export const data = `${production}/resourceGroups/rg-data-prod/providers`;
export const servers = `${production}/resourceGroups/rg-servers-prod/providers`;
export const operator = 'operator@example.com';
export const contractor = 'contractor@example.com';
export const pipeline = '99999999-9999-4999-8999-999999999999';

export const storage = 'Microsoft.Storage/storageAccounts';
export const item = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems';

/** Of a resource that is there, some properties. */
export function edit(id: string, set: { readonly [path: string]: Json }): readonly Edit[] {
  return [{ id, set }];
}

export function protectedItem(machine: string): string {
  const part = `iaasvmcontainerv2;rg-servers-prod;${machine}`;
  const vault = `${production}/resourceGroups/rg-backup-prod/providers/Microsoft.RecoveryServices/vaults/rsv-prod-weu`;
  return `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${part}/protectedItems/VM;${part}`;
}

export function newResource(group: string, type: string, name: string, rest: Omit<EstateResource, 'id' | 'name' | 'type'>): EstateResource {
  return { id: `${group}/providers/${type}/${name}`, name, type, ...rest };
}
