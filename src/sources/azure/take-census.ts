import { FaultError } from '../../domain/fault.ts';
import type { Json } from '../../domain/json.ts';
import type { Seen } from '../../domain/look.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';
import { type Attempted, attempt } from './attempt.ts';
import type { ReadRights } from './read-rights.ts';

/** Subscription -> type -> how many resources, all lower case. */
export type TypeCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface CensusNeeds {
  readonly rights: ReadRights;
  /** By Resource Graph: of the types that may be read, and of no others. */
  readonly census: Attempted<TypeCounts>;
  readonly options: CallOptions;
}

/**
 * Naming every resource of a subscription, whether or not it may be read. Without this right the list is short and does not say so. Source: the
 * built-in role Tag Contributor, which rests on it: "without providing access to the entities themselves".
 */
export const censusAction = 'Microsoft.Resources/subscriptions/resources/read';
/** Stable version of Microsoft.Resources/subscriptions/resources. */
const apiVersion = '2021-04-01';

/** Every type that a subscription holds: "all" can be said of no smaller census. What either of the two knows, since each may lag. */
export async function takeCensus(client: ArmClient, scope: Resource, { rights, census, options }: CensusNeeds): Promise<Seen> {
  const denied = rights.faultOf(scope, { action: censusAction });
  if (denied !== null) return { fault: denied };
  if ('fault' in census) return { fault: census.fault };
  const named = await attempt(() => countNamed(client, scope, options));
  if ('fault' in named) return { fault: named.fault };
  const counts = new Map(census.value.get(scope.subscription));
  for (const [type, resources] of named.value) counts.set(type, Math.max(resources, counts.get(type) ?? 0));
  const types = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { fact: { types: types.map(([type, resources]): Json => ({ type, resources })) } };
}

async function countNamed(client: ArmClient, scope: Resource, options: CallOptions): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const page of client.list(`${scope.id}/resources`, apiVersion, options)) {
    for (const { id } of page) {
      const resource = typeof id === 'string' ? resourceFromId(id) : null;
      if (resource?.subscription !== scope.subscription)
        throw new FaultError('malformed', 'the list of the resources of a subscription names something else');
      counts.set(resource.type, (counts.get(resource.type) ?? 0) + 1);
    }
  }
  return counts;
}
