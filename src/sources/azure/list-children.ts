import { type Fault, FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Observation, ResourceTypePlan } from '../../domain/look.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';
import { computeRows, isComputed } from './computed-rows.ts';
import { unsweptTypes } from './graph-queries.ts';
import { keepFields } from './keep-fields.ts';
import type { ReadRights } from './read-rights.ts';
import type { Drift } from './schema-drift.ts';

export interface ChildrenNeeds {
  readonly client: ArmClient;
  readonly scopes: readonly Resource[];
  readonly types: readonly ResourceTypePlan[];
  readonly rights: ReadRights;
  readonly drift: Drift;
  readonly options: CallOptions;
  /** How many resources' parts are computed at the same time. */
  readonly concurrency: number;
}

/** Resources that no table of Resource Graph has: each type is asked of Azure Resource Manager, parent by parent, or computed by it. */
export interface Children {
  /** What the sweeps found: the parents, and how completely they were listed. */
  see(observation: Observation): void;
  rows(): AsyncIterable<Observation>;
  /** How completely each scope's children were listed, once the rows are through. */
  lists(): Iterable<Observation>;
}

export function createChildren(needs: ChildrenNeeds): Children {
  const types = unsweptTypes(needs.types);
  const parentTypes = new Set(types.map(({ type }) => parentOf(type)));
  const parents: Resource[] = [];
  /** `{scope id} {type}` -> why the parents may not all be known; null where they are. */
  const parentLists = new Map<string, Fault | null>();
  const counts = new Map<string, number>();
  const faults = new Map<string, Fault>();

  function blindness(scope: Resource, plan: ResourceTypePlan): Fault | null {
    const ofParents = parentLists.get(`${scope.id} ${parentOf(plan.type)}`);
    const unlisted: Fault = { code: 'partial', message: `${parentOf(plan.type)} was not listed, hence not what stands in it` };
    return needs.rights.faultOf(scope, plan) ?? (ofParents === undefined ? unlisted : ofParents);
  }

  async function* listOne(scope: Resource, plan: ResourceTypePlan, parent: Resource): AsyncIterable<Observation> {
    const key = `${scope.id} ${plan.type}`;
    try {
      for await (const page of needs.client.list(`${parent.id}/${lastPart(plan.type)}`, plan.apiVersion, needs.options)) {
        for (const row of page) {
          const resource = childOf(parent, plan, row);
          const kept = keepFields(row, plan.fields);
          needs.drift.see(plan, kept);
          counts.set(key, (counts.get(key) ?? 0) + 1);
          yield { subject: resource, seen: { resource: { fact: kept } } };
        }
      }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      if (!faults.has(key)) faults.set(key, { ...error.fault, about: parent.id });
    }
  }

  async function* computeEach(scope: Resource, plan: ResourceTypePlan, own: readonly Resource[]): AsyncIterable<Observation> {
    const key = `${scope.id} ${plan.type}`;
    for await (const computed of computeRows(needs, plan, own)) {
      if ('value' in computed) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
        yield computed.value;
      } else if (!faults.has(key)) faults.set(key, computed.fault);
    }
  }

  function listOf(scope: Resource, plan: ResourceTypePlan): Observation['seen'] {
    const key = `${scope.id} ${plan.type}`;
    const fault = blindness(scope, plan) ?? faults.get(key);
    return { [`list:${plan.type}`]: fault === undefined ? { fact: { listed: counts.get(key) ?? 0 } } : { fault } };
  }

  return {
    see: ({ subject, seen }) => {
      if (subject.kind !== 'resource') return;
      if (parentTypes.has(subject.type)) parents.push(subject);
      for (const type of parentTypes) {
        const list = seen[`list:${type}`];
        if (list !== undefined) parentLists.set(`${subject.id} ${type}`, 'fault' in list ? list.fault : null);
      }
    },
    rows: async function* () {
      for (const plan of types) {
        for (const scope of needs.scopes) {
          // Where the right is missing every answer would say so.
          if (needs.rights.faultOf(scope, plan) !== null) continue;
          const own = parents.filter(({ type, subscription }) => type === parentOf(plan.type) && subscription === scope.subscription);
          if (isComputed(plan.type)) yield* computeEach(scope, plan, own);
          else for (const parent of own) yield* listOne(scope, plan, parent);
        }
      }
    },
    lists: function* () {
      for (const scope of needs.scopes) {
        yield { subject: scope, seen: Object.fromEntries(types.flatMap((plan) => Object.entries(listOf(scope, plan)))) };
      }
    },
  };
}

function childOf(parent: Resource, plan: ResourceTypePlan, row: JsonObject): Resource {
  const resource = typeof row['id'] === 'string' ? resourceFromId(row['id']) : null;
  if (resource === null || resource.type !== plan.type || !resource.id.startsWith(`${parent.id}/`))
    throw new FaultError('malformed', `Azure Resource Manager listed something under ${plan.type} that was not asked for`);
  return resource;
}

/** `microsoft.network/dnszones` of `microsoft.network/dnszones/a`. */
function parentOf(type: string): string {
  return type.slice(0, type.lastIndexOf('/'));
}

function lastPart(type: string): string {
  return type.slice(type.lastIndexOf('/') + 1);
}
