import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { ResourceTypePlan } from '../../domain/look.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';

/** Which types may be read in which scope. Resource Graph leaves out what may not be read without saying so, hence this has to be asked for. */
export interface ReadRights {
  /** Why resources of this type may be missing there; null where they may be read. */
  faultOf(scope: Resource, type: Pick<ResourceTypePlan, 'type' | 'action'>): Fault | null;
}

/** Stable version of Microsoft.Authorization/permissions. */
const apiVersion = '2022-04-01';
/** What asking for our own permissions takes. */
export const permissionsAction = 'Microsoft.Authorization/permissions/read';

const permissionSchema = z.object({ actions: z.array(z.string()).nullish(), notActions: z.array(z.string()).nullish() });
type Permission = z.infer<typeof permissionSchema>;

/** What the identity may do in each scope, as Azure itself sums it up over all its roles. */
export async function readRights(
  client: ArmClient,
  scopes: readonly Resource[],
  types: readonly Pick<ResourceTypePlan, 'type' | 'action'>[],
  options: CallOptions,
): Promise<ReadRights> {
  const rights = new Map<string, readonly Permission[] | Fault>();
  for (const scope of scopes) rights.set(scope.id, await readPermissions(client, scope, options));
  const denied = new Map<string, Fault>();
  for (const scope of scopes) {
    const own = rights.get(scope.id) ?? [];
    for (const type of types) {
      const fault = 'code' in own ? own : isAllowed(own, type.action) ? null : missingAction(scope, type.action);
      if (fault !== null) denied.set(`${scope.id} ${type.type}`, fault);
    }
  }
  return { faultOf: (scope, type) => denied.get(`${scope.id} ${type.type}`) ?? null };
}

async function readPermissions(client: ArmClient, scope: Resource, options: CallOptions): Promise<readonly Permission[] | Fault> {
  try {
    const permissions: Permission[] = [];
    for await (const page of client.list(`${scope.id}/providers/Microsoft.Authorization/permissions`, apiVersion, options)) {
      for (const one of page) permissions.push(permissionSchema.parse(one));
    }
    return permissions;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    if (error instanceof z.ZodError)
      return { code: 'malformed', message: 'the list of our own permissions does not have the shape that we read' };
    throw error;
  }
}

function missingAction(scope: Resource, action: string): Fault {
  return { code: 'denied', message: `the identity may not ${action} in subscription ${scope.subscription}`, about: action };
}

/** Each permission is one role: what it allows and does not take away again. */
export function isAllowed(permissions: readonly Permission[], action: string): boolean {
  return permissions.some(({ actions, notActions }) => (actions ?? []).some(matches(action)) && !(notActions ?? []).some(matches(action)));
}

function matches(action: string): (pattern: string) => boolean {
  return (pattern) => new RegExp(`^${pattern.split('*').map(escapeText).join('.*')}$`, 'i').test(action);
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
