import { isSecretType } from './allowed-requests.ts';

/**
 * Whether an action, or a pattern of actions in a role, allows what claimwatch never needs and what would hurt in wrong hands: a change, an action,
 * or the reading of a secret. `Microsoft.Storage/storageAccounts/listKeys/action`, `Microsoft.Compute/virtualMachines/write`, `Microsoft.Network/*`.
 */
export function isDangerousAction(pattern: string): boolean {
  const words = pattern.toLowerCase().split('/');
  if (words.at(-1) !== 'read') return true;
  return isSecretType(words.at(-2) ?? '');
}
