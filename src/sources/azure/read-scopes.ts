import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import { resourceFromId, subscriptionType } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';
import { censusQuery, subscriptionsQuery } from './graph-queries.ts';

/** Scope id -> the row of its subscription; one that cannot be seen is missing. @throws FaultError */
export async function readScopes(
  client: ArmClient,
  scopes: readonly Resource[],
  options: CallOptions,
): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  const wanted = { subscriptions: scopes.map(({ subscription }) => subscription), query: subscriptionsQuery };
  for await (const page of client.query(wanted, options)) {
    for (const row of page.rows) {
      const resource = typeof row['id'] === 'string' ? resourceFromId(row['id']) : null;
      if (resource?.type === subscriptionType) found.set(resource.id, row);
    }
  }
  return found;
}

/** Subscription -> type -> how many resources of it there are, all in lower case. @throws FaultError */
export async function readCensus(
  client: ArmClient,
  scopes: readonly Resource[],
  options: CallOptions,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const counted = new Map<string, Map<string, number>>();
  const wanted = { subscriptions: scopes.map(({ subscription }) => subscription), query: censusQuery };
  let rows = 0;
  let total = 0;
  for await (const page of client.query(wanted, options)) {
    rows += page.rows.length;
    total = Math.max(total, page.totalRecords);
    if (page.truncated) throw new FaultError('partial', 'Resource Graph cut off the census of resource types');
    for (const { subscriptionId, type, resources } of page.rows) {
      if (typeof subscriptionId !== 'string' || typeof type !== 'string' || typeof resources !== 'number')
        throw new FaultError('malformed', 'a row of the census of resource types lacks subscription, type or number');
      const own = counted.get(subscriptionId.toLowerCase()) ?? new Map<string, number>();
      counted.set(subscriptionId.toLowerCase(), own.set(type.toLowerCase(), (own.get(type.toLowerCase()) ?? 0) + resources));
    }
    if (rows > page.totalRecords) throw new FaultError('malformed', 'Resource Graph gave more rows than it counted');
  }
  if (rows < total) throw new FaultError('partial', `Resource Graph counted ${total} rows of the census and gave ${rows}`);
  return counted;
}
