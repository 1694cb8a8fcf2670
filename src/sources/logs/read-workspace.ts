import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Resource } from '../../domain/subject.ts';
import type { DataExport, ManagementLock } from '../../logs/log-facts.ts';
import type { ArmClient, CallOptions } from '../azure/arm-client.ts';
import { attempt } from '../azure/attempt.ts';

/** What a workspace says of one of its tables. In days; null: it does not say. */
export interface TableRetention {
  readonly retentionDays: number | null;
  readonly totalRetentionDays: number | null;
}

export const tablesAction = 'Microsoft.OperationalInsights/workspaces/tables/read';
export const exportsAction = 'Microsoft.OperationalInsights/workspaces/dataExports/read';
export const locksAction = 'Microsoft.Authorization/locks/read';
export const accountsAction = 'Microsoft.Storage/storageAccounts/read';

/** Azure writes -1 where the workspace's own days count. */
const days = z.int().nullish();
const tableSchema = z.object({
  name: z.string().min(1),
  properties: z.object({ retentionInDays: days, totalRetentionInDays: days }).nullish(),
});
const exportSchema = z.object({
  properties: z.object({
    tableNames: z.array(z.string()).nullish(),
    enable: z.boolean().nullish(),
    destination: z.object({ resourceId: z.string().min(1) }),
  }),
});
const lockSchema = z.object({ id: z.string(), properties: z.object({ level: z.string().min(1) }) });
const accountSchema = z.object({
  properties: z.object({
    immutableStorageWithVersioning: z
      .object({
        enabled: z.boolean().nullish(),
        immutabilityPolicy: z.object({ immutabilityPeriodSinceCreationInDays: days, state: z.string().nullish() }).nullish(),
      })
      .nullish(),
  }),
});

type Lister = Pick<ArmClient, 'list'>;

/** By name, lower case. @throws FaultError */
export async function readTables(client: Lister, { id }: Resource, options: CallOptions): Promise<ReadonlyMap<string, TableRetention>> {
  const rows = await listAll(client, `${id}/tables`, '2022-10-01', { ...options, about: tablesAction });
  return new Map(
    rows.map((row) => {
      const { name, properties } = readShape(tableSchema, row, 'tables of a workspace');
      const retentionDays = positive(properties?.retentionInDays);
      return [name.toLowerCase(), { retentionDays, totalRetentionDays: positive(properties?.totalRetentionInDays) }];
    }),
  );
}

/** All of a subscription, of whatever they lock. @throws FaultError */
export async function readLocks(client: Lister, subscription: string, options: CallOptions): Promise<readonly ManagementLock[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Authorization/locks`;
  const rows = await listAll(client, path, '2016-09-01', { ...options, about: locksAction });
  return rows.map((row) => {
    const { id, properties } = readShape(lockSchema, row, 'locks of a subscription');
    const [, scope] = /^(.+)\/providers\/microsoft\.authorization\/locks\/[^/]+$/.exec(id.toLowerCase()) ?? [];
    if (scope === undefined) throw new FaultError('malformed', 'a lock does not say what it locks');
    return { scope, level: properties.level };
  });
}

/** Those that hold for the resource: a lock of what it stands in does. Sorted. */
export function locksFor({ id }: Resource, locks: readonly ManagementLock[]): readonly ManagementLock[] {
  const holding = locks.filter(({ scope }) => id === scope || id.startsWith(`${scope}/`));
  const keyOfLock = ({ scope, level }: ManagementLock): string => `${scope} ${level}`;
  return holding.toSorted((left, right) => (keyOfLock(left) < keyOfLock(right) ? -1 : 1));
}

/** Sorted by destination and tables. @throws FaultError */
export async function readExports(
  client: Pick<ArmClient, 'list' | 'get'>,
  { id }: Resource,
  options: CallOptions,
): Promise<readonly DataExport[]> {
  const rows = await listAll(client, `${id}/dataExports`, '2020-08-01', { ...options, about: exportsAction });
  const exports = await Promise.all(rows.map((row) => readExport(client, row, options)));
  const keyOfExport = ({ destination, tables }: DataExport): string => [destination, ...tables].join(' ');
  return exports.toSorted((left, right) => (keyOfExport(left) < keyOfExport(right) ? -1 : 1));
}

const accountPattern =
  /^\/subscriptions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourcegroups\/[\w().-]*[\w()-]\/providers\/microsoft\.storage\/storageaccounts\/[a-z0-9]+$/;

async function readExport(client: Pick<ArmClient, 'get'>, row: JsonObject, options: CallOptions): Promise<DataExport> {
  const { tableNames, enable, destination } = readShape(exportSchema, row, 'data exports of a workspace').properties;
  const id = destination.resourceId.toLowerCase();
  const isImmutable = accountPattern.test(id) ? await isUnchangeable(client, id, options) : null;
  return { tables: [...(tableNames ?? [])].sort(), isEnabled: enable === true, destination: id, isImmutable };
}

/** Null: it could not be read, as where the account stands where we may not look. */
async function isUnchangeable(client: Pick<ArmClient, 'get'>, account: string, options: CallOptions): Promise<boolean | null> {
  const read = await attempt(async () => await client.get(account, '2023-01-01', options));
  if ('fault' in read || read.value === null) return null;
  const shape = accountSchema.safeParse(read.value);
  return shape.success ? holdsForAll(shape.data.properties.immutableStorageWithVersioning) : null;
}

/**
 * Whether a policy of the account holds for whatever is written to it, and can no longer be taken away. That policies are possible (`enabled`) makes nothing
 * immutable. Null: a policy of the container may hold, which the account does not show.
 */
function holdsForAll(support: z.infer<typeof accountSchema>['properties']['immutableStorageWithVersioning']): boolean | null {
  const policy = support?.immutabilityPolicy;
  if (support?.enabled !== true || policy == null) return null;
  const state = policy.state?.toLowerCase();
  if (state === 'unlocked' || state === 'disabled') return false;
  return state === 'locked' && positive(policy.immutabilityPeriodSinceCreationInDays) !== null ? true : null;
}

async function listAll(
  client: Lister,
  path: string,
  apiVersion: string,
  { about, ...options }: CallOptions & { readonly about: string },
): Promise<readonly JsonObject[]> {
  const rows: JsonObject[] = [];
  try {
    for await (const page of client.list(path, apiVersion, options)) rows.push(...page);
    return rows;
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'denied')
      throw new FaultError('denied', error.message, { cause: error, about });
    throw error;
  }
}

function readShape<Shape>(schema: z.ZodType<Shape>, row: JsonObject, what: string): Shape {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new FaultError('malformed', `the list of ${what} does not have the shape that we read`);
}

function positive(count: number | null | undefined): number | null {
  return count != null && count > 0 ? count : null;
}
