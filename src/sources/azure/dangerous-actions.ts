import { isSecretType } from './allowed-requests.ts';
import { allowedBy, type Permission } from './read-rights.ts';

/**
 * Whether an action, or a pattern of actions in a role, allows what claimwatch never needs and what would hurt in wrong hands: a change, an action,
 * or the reading of a secret. `Microsoft.Storage/storageAccounts/listKeys/action`, `Microsoft.Compute/virtualMachines/write`, `Microsoft.Network/*`.
 */
export function isDangerousAction(pattern: string): boolean {
  if (computedReads.has(pattern.toLowerCase())) return false;
  const words = pattern.toLowerCase().split('/');
  if (words.at(-1) !== 'read') return true;
  return isSecretType(words.at(-2) ?? '');
}

/** Actions by name that compute an answer and change nothing: the only two that we need. */
const computedReads: ReadonlySet<string> = new Set([
  'microsoft.network/networkinterfaces/effectivenetworksecuritygroups/action',
  'microsoft.network/virtualnetworks/listnetworkmanagereffectivesecurityadminrules/action',
]);

/** Reads that answer with a key, which `*` before `/read` allows too. Source: the notActions of the built-in role Log Analytics Reader. */
const secretReads = ['Microsoft.Network/connections/sharedKey/read', 'Microsoft.OperationalInsights/workspaces/sharedKeys/read'];

/** What the identity is allowed and should not be: patterns as its roles spell them, and secrets that they let it read. Sorted, each once. */
export function dangersOf(permissions: readonly Permission[]): readonly string[] {
  const isAllowed = allowedBy(permissions);
  const patterns = permissions.flatMap(({ actions, notActions, dataActions }) => {
    const takenAway = new Set((notActions ?? []).map((action) => action.toLowerCase()));
    const dangerous = (actions ?? []).filter((action) => isDangerousAction(action) && !takenAway.has(action.toLowerCase()));
    return [...dangerous, ...(dataActions ?? [])];
  });
  return [...new Set([...patterns, ...secretReads.filter(isAllowed)])].sort();
}
