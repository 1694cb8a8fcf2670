import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';

/** What is allowed in which scope. Resource Graph leaves out what may not be read without saying so, hence this has to be asked for. */
export interface ReadRights {
  /** Why what takes this action may be missing there; null where it is allowed. */
  faultOf(scope: Resource, needed: { readonly action: string }): Fault | null;
  /** The fault where it is known that the action is not allowed there; null where it is, and where nobody could say. */
  deniedIn(scope: Resource, action: string): Fault | null;
}

/** Stable version of Microsoft.Authorization/permissions. */
const apiVersion = '2022-04-01';
/** What asking for our own permissions takes. */
export const permissionsAction = 'Microsoft.Authorization/permissions/read';

const patterns = z.array(z.string()).nullish();
const permissionSchema = z.object({ actions: patterns, notActions: patterns, dataActions: patterns });
/** One role as far as it is granted to us: what it allows, and does not take away again. */
export type Permission = z.infer<typeof permissionSchema>;

/** What the identity may do in each scope, as Azure itself sums it up over all its roles. */
export async function readRights(client: Pick<ArmClient, 'list'>, scopes: readonly Resource[], options: CallOptions): Promise<ReadRights> {
  const rights = new Map<string, ((action: string) => boolean) | Fault>();
  for (const scope of scopes) rights.set(scope.id, await readAllowed(client, scope, options));
  const deniedIn = (scope: Resource, action: string): Fault | null => {
    const own = rights.get(scope.id);
    return typeof own === 'function' && !own(action) ? missingAction(scope, action) : null;
  };
  const unread = (scope: Resource): Fault | null => {
    const own = rights.get(scope.id) ?? notAsked;
    return typeof own === 'object' ? own : null;
  };
  return { deniedIn, faultOf: (scope, { action }) => unread(scope) ?? deniedIn(scope, action) };
}

const notAsked: Fault = { code: 'partial', message: 'nobody asked for our own permissions there' };

async function readAllowed(
  client: Pick<ArmClient, 'list'>,
  scope: Resource,
  options: CallOptions,
): Promise<((action: string) => boolean) | Fault> {
  try {
    return allowedBy(await readPermissions(client, scope, options));
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

/** @throws FaultError */
export async function readPermissions(
  client: Pick<ArmClient, 'list'>,
  scope: Resource,
  options: CallOptions,
): Promise<readonly Permission[]> {
  const permissions: Permission[] = [];
  for await (const page of client.list(`${scope.id}/providers/Microsoft.Authorization/permissions`, apiVersion, options)) {
    for (const one of page) {
      const parsed = permissionSchema.safeParse(one);
      if (!parsed.success) throw new FaultError('malformed', 'the list of our own permissions does not have the shape that we read');
      permissions.push(parsed.data);
    }
  }
  return permissions;
}

function missingAction(scope: Resource, action: string): Fault {
  return { code: 'denied', message: `the identity may not ${action} in subscription ${scope.subscription}`, about: action };
}

/** An action is allowed by one role as a whole: what another takes away does not matter. */
export function allowedBy(permissions: readonly Permission[]): (action: string) => boolean {
  const roles = permissions.map(({ actions, notActions }) => ({
    allows: (actions ?? []).map(patternOf),
    takesAway: (notActions ?? []).map(patternOf),
  }));
  return (action) =>
    roles.some(
      ({ allows, takesAway }) => allows.some((pattern) => pattern.test(action)) && !takesAway.some((pattern) => pattern.test(action)),
    );
}

/** `*` stands for any text, also within; casing does not matter. */
function patternOf(text: string): RegExp {
  return new RegExp(`^${text.split('*').map(escapeText).join('.*')}$`, 'i');
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
