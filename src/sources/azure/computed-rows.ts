import PQueue from 'p-queue';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Observation, ResourceTypePlan } from '../../domain/look.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';
import { type Attempted, attempt } from './attempt.ts';
import { keepFields } from './keep-fields.ts';
import type { Drift } from './schema-drift.ts';

/** What Azure computes of a resource when it is asked, and we keep as a row of a part of it that Azure does not have. */
interface ComputedType {
  /** Last part of the path of the POST, under the resource. */
  readonly call: string;
  /** Under which member of `properties` the elements of the answer stand, as they came. */
  readonly member: string;
}

/** By the type that we give the part, lower case. Each has one row a resource, named `current`. */
const computedTypes: ReadonlyMap<string, ComputedType> = new Map([
  [
    'microsoft.network/virtualnetworks/effectivesecurityadminrules',
    { call: 'listNetworkManagerEffectiveSecurityAdminRules', member: 'rules' },
  ],
]);

export function isComputed(type: string): boolean {
  return computedTypes.has(type);
}

/** `{id of the resource}/{last part of the type}/current` */
function computedIdOf(parent: string, type: string): string {
  return `${parent}/${type.slice(type.lastIndexOf('/') + 1)}/current`;
}

/**
 * The row of such a part with all pages of the answer; null where the origin says that there is nothing to compute it from.
 * @throws FaultError
 */
export async function computeRow(
  client: Pick<ArmClient, 'compute'>,
  part: Resource,
  { type, apiVersion, action }: ResourceTypePlan,
  options: CallOptions,
): Promise<JsonObject | null> {
  const parent = part.id.split('/').slice(0, -2).join('/');
  const computed = computedTypes.get(type);
  if (computed === undefined || part.id !== computedIdOf(parent, type))
    throw new FaultError('unsupported', `nothing says how ${part.id} is computed`);
  const elements = await client.compute(`${parent}/${computed.call}`, apiVersion, options).catch((error: unknown) => {
    throw error instanceof FaultError && error.fault.code === 'denied' ? deniedOf(error, action) : error;
  });
  if (elements === null) return null;
  return { id: part.id, name: part.name, type, properties: { [computed.member]: elements } };
}

/** One cause for all resources of which it may not be computed. */
function deniedOf({ fault }: FaultError, action: string): FaultError {
  return new FaultError('denied', fault.message, { about: action });
}

export interface ComputingNeeds {
  readonly client: Pick<ArmClient, 'compute'>;
  readonly drift: Drift;
  readonly options: CallOptions;
  /** How many are computed at the same time. */
  readonly concurrency: number;
}

/** The row of each of these, in their order, or the fault, which is about the resource unless it names a graver cause. */
export async function* computeRows(
  needs: ComputingNeeds,
  plan: ResourceTypePlan,
  parents: readonly Resource[],
): AsyncIterable<Attempted<Observation>> {
  const queue = new PQueue({ concurrency: needs.concurrency });
  const computing = parents.map((parent) => queue.add(() => attempt(() => computeOne(needs, plan, parent))));
  // Whoever waits for one of them is not yet there to hear of another's defect.
  for (const one of computing) one.catch(() => undefined);
  for (const [index, one] of computing.entries()) {
    const computed = await one;
    const about = parents[index]?.id ?? '';
    yield 'fault' in computed ? { fault: { about, ...computed.fault } } : computed;
  }
}

async function computeOne({ client, drift, options }: ComputingNeeds, plan: ResourceTypePlan, parent: Resource): Promise<Observation> {
  const part = resourceFromId(computedIdOf(parent.id, plan.type));
  const row = part === null ? null : await computeRow(client, part, plan, options);
  if (part === null || row === null) throw new FaultError('partial', `Azure did not find ${parent.id}, which was listed just before`);
  const kept = keepFields(row, plan.fields);
  drift.see(plan, kept);
  return { subject: part, seen: { resource: { fact: kept } } };
}
