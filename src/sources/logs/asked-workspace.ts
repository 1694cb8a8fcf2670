import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json } from '../../domain/json.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import { queryAction, readActionOf } from '../../logs/log-tables.ts';
import type { ArmClient, CallOptions } from '../azure/arm-client.ts';
import type { Attempted } from '../azure/attempt.ts';
import { allowedBy, readPermissions } from '../azure/read-rights.ts';

export const workspaceType = 'microsoft.operationalinsights/workspaces';

/** A workspace as it is asked. */
export interface AskedWorkspace {
  readonly resource: Resource;
  /** By which Log Analytics knows it. */
  readonly customerId: string;
}

const rowSchema = z.object({ properties: z.object({ customerId: z.string().trim().min(1) }) });

/** The fault `malformed` where its row does not say by which id it is asked. */
export function askedWorkspace(id: string, row: Json | undefined): Attempted<AskedWorkspace> {
  const resource = resourceFromId(id);
  const read = rowSchema.safeParse(row);
  if (resource !== null && read.success) return { value: { resource, customerId: read.data.properties.customerId.toLowerCase() } };
  return { fault: { code: 'malformed', message: `the row of ${id} does not say by which id it is asked (properties.customerId)` } };
}

/**
 * That we may read these tables of a workspace: where not, Log Analytics may answer as if they were empty.
 * @throws FaultError `denied`, about the action that is missing; whatever asking for our permissions ends with
 */
export async function refuseUnreadable(
  client: Pick<ArmClient, 'list'>,
  workspace: Pick<AskedWorkspace, 'resource'>,
  tables: readonly string[],
  options: CallOptions,
): Promise<void> {
  const missing = missingRight(await readAllowed(client, workspace, options), workspace, tables);
  if (missing !== null) throw new FaultError(missing.code, missing.message, { about: missing.about ?? '' });
}

/** What we are allowed at a workspace. @throws FaultError */
export async function readAllowed(
  client: Pick<ArmClient, 'list'>,
  { resource }: Pick<AskedWorkspace, 'resource'>,
  options: CallOptions,
): Promise<(action: string) => boolean> {
  return allowedBy(await readPermissions(client, resource, options));
}

/** Null: nothing is missing to read these tables. */
export function missingRight(
  isAllowed: (action: string) => boolean,
  { resource }: Pick<AskedWorkspace, 'resource'>,
  tables: readonly string[],
): Fault | null {
  const about = [queryAction, ...tables.map(readActionOf)].find((action) => !isAllowed(action));
  return about === undefined ? null : { code: 'denied', message: `the identity may not ${about} at the workspace ${resource.name}`, about };
}
