/** What an identity may do, as a role definition spells it: `*` stands for any text, also within. */
export interface Role {
  readonly Actions: readonly string[];
  readonly NotActions?: readonly string[];
}

/** Whether an action is allowed; its casing does not matter. */
export type Permits = (action: string) => boolean;

/** Null allows everything. */
export function permitsOf(role: Role | null): Permits {
  if (role === null) return () => true;
  const allowed = role.Actions.map(patternOf);
  const denied = (role.NotActions ?? []).map(patternOf);
  const known = new Map<string, boolean>();
  return (action) => {
    const name = action.toLowerCase();
    const before = known.get(name);
    if (before !== undefined) return before;
    const isPermitted = allowed.some((pattern) => pattern.test(name)) && !denied.some((pattern) => pattern.test(name));
    known.set(name, isPermitted);
    return isPermitted;
  };
}

function patternOf(action: string): RegExp {
  const parts = action
    .toLowerCase()
    .split('*')
    .map((part) => part.replaceAll(/[^\w/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
