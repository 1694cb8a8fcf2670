/** A custom role as `az role definition create --role-definition` reads it. */
export interface RoleDefinition {
  readonly Name: string;
  readonly Description: string;
  readonly IsCustom: true;
  readonly AssignableScopes: readonly string[];
  readonly Actions: readonly string[];
  readonly NotActions: readonly string[];
  readonly DataActions: readonly string[];
  readonly NotDataActions: readonly string[];
}

const roleName = 'Claimwatch Reader';

/** The role that allows these and nothing else, to be assigned in these subscriptions. No wildcard: each action is one that something reads. */
export function leastRole(actions: readonly string[], subscriptions: readonly string[]): RoleDefinition {
  return {
    Name: roleName,
    Description: 'What claimwatch reads to confirm the security policy. Reads the control plane only: no secret, no key, no data.',
    IsCustom: true,
    AssignableScopes: subscriptions.map((id) => `/subscriptions/${id}`),
    Actions: [...actions].sort(),
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
  };
}
