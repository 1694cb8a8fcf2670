import PQueue from 'p-queue';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LookRequest, Observation, ResourceTypePlan } from '../../domain/look.ts';
import { resourceFromId, subscriptionType } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions, ReadOptions } from './arm-client.ts';
import { computeRow, isComputed } from './computed-rows.ts';
import { keepFields } from './keep-fields.ts';
import { withPowerState } from './power-state.ts';

/** One GET for each resource, or the POST that computes it, as the truth behind an index that may lag. */
export async function* readAtOrigin(client: ArmClient, request: LookRequest): AsyncIterable<Observation> {
  const types = new Map((request.resourceTypes ?? []).map((one) => [one.type, one]));
  const resources = request.subjects.filter((subject) => subject.kind === 'resource');
  const queue = new PQueue({ concurrency: request.concurrency });
  const reading = resources.map((resource) => queue.add(() => readOne(client, request, resource, types.get(resource.type))));
  for (const one of reading) yield await one;
}

async function readOne(
  client: ArmClient,
  request: LookRequest,
  resource: Resource,
  type: ResourceTypePlan | undefined,
): Promise<Observation> {
  if (type === undefined) return faulty(resource, { code: 'unsupported', message: `nothing says how ${resource.type} is read` });
  try {
    const fact = await readRow(client, resource, type, { signal: request.signal, deadlineMs: request.subjectDeadlineMs });
    return fact === null ? { subject: resource, seen: {}, gone: true } : { subject: resource, seen: { resource: { fact } } };
  } catch (error) {
    if (error instanceof FaultError) return faulty(resource, error.fault);
    const fault = { code: 'defect', message: 'reading the resource failed in our own code; see the log' } as const;
    return { ...faulty(resource, fault), thrown: error };
  }
}

/** The resource as Resource Graph would give it, with what is read of it; null where the origin says that it is gone. @throws FaultError */
export async function readRow(
  client: ArmClient,
  resource: Resource,
  type: ResourceTypePlan,
  options: CallOptions,
): Promise<JsonObject | null> {
  const row = isComputed(type.type)
    ? await computeRow(client, resource, type, options)
    : await client.get(resource.id, type.apiVersion, { ...options, ...viewOf(type) });
  if (row === null) return null;
  // What says nothing of itself must not count for the truth: absent properties have meanings.
  if (!isRowOf(resource, row))
    throw new FaultError('malformed', `Azure answered with something else than the ${resource.type} that was asked for`);
  return keepFields(isComputed(type.type) ? row : asInGraph(resource, withPowerState(row)), type.fields);
}

/** What a machine is doing is told only where it is asked for. */
function viewOf({ type, fields }: ResourceTypePlan): Pick<ReadOptions, 'parameters'> {
  return type === 'microsoft.compute/virtualmachines' && fields.includes('extended') ? { parameters: { $expand: 'instanceView' } } : {};
}

function isRowOf({ id, type }: Resource, row: JsonObject): boolean {
  const named = typeof row['id'] === 'string' ? resourceFromId(row['id']) : null;
  return named?.id === id && (typeof row['type'] !== 'string' || row['type'].toLowerCase() === type);
}

/** Resource Graph writes a subscription as any other row; Azure Resource Manager says name and state of it under names of their own. */
function asInGraph(resource: Resource, row: JsonObject): JsonObject {
  const placed = { ...row, subscriptionId: resource.subscription, resourceGroup: resourceGroupOf(resource.id) };
  if (resource.type !== subscriptionType) return placed;
  const { displayName, state, ...others } = placed as JsonObject;
  return { ...others, name: displayName ?? null, type: subscriptionType, properties: { state: state ?? null } };
}

function faulty(subject: Resource, fault: Fault): Observation {
  return { subject, seen: { resource: { fault } } };
}

function resourceGroupOf(id: string): string | null {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/.exec(id)?.[1] ?? null;
}
