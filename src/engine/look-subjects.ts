import type { Fault } from '../domain/fault.ts';
import type { Json } from '../domain/json.ts';
import type { LookPlan, Plan } from '../domain/plan.ts';
import type { Source } from '../domain/ports.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Resource, Subject } from '../domain/subject.ts';
import { lookedAtFact, type RememberedLook } from './fact-memory.ts';
import { endpointsOf, exclusionOf, incompleteLists } from './population.ts';
import { resourceKind, resourcesOf } from './resource-index.ts';
import type { WorldLookRequest } from './world.ts';

/** Whom a look looks at; of a source whose subjects are resources, their rows as another look found them. */
export interface LookSubjects {
  readonly subjects: readonly Subject[];
  readonly rows?: ReadonlyMap<string, Json>;
  /** Of such a source: resources whose row could not be read, so that nobody can say whether it chooses them. */
  readonly unread?: ReadonlyMap<string, Fault>;
  /** Of such a source that knows resources beside its subjects: their ids, and why there may be more of them. */
  readonly beside?: readonly string[];
  readonly besideFault?: Fault;
}

const unreadableRow: Fault = { code: 'malformed', message: 'its row does not have the shape by which it is chosen' };

const nothingListed: Fault = { code: 'partial', message: 'the resources of Azure have not been listed yet' };

type SubjectPlan = Pick<Plan, 'subjects' | 'outOfScope' | 'discovered' | 'scopes'>;

/**
 * Of a source that discovers its scopes, of one for resources those that it chooses, of others the endpoints: who is configured, and whom the latest
 * looks that discover have found.
 */
export function subjectsToLookAt(
  plan: SubjectPlan,
  source: Pick<Source, 'discovers' | 'resources'>,
  { options }: Pick<LookPlan, 'options'>,
  { extent }: Pick<WorldLookRequest, 'extent'>,
  discovering: readonly RememberedLook[],
): LookSubjects {
  if (source.discovers === true)
    return { subjects: extent.kind === 'some' ? extent.subjects.flatMap((id) => resourceFromId(id) ?? []) : plan.scopes };
  const wanted = extent.kind === 'some' ? new Set(extent.subjects) : null;
  const isWanted = ({ id }: Pick<Subject, 'id'>): boolean => wanted === null || wanted.has(id);
  if (source.resources === undefined) return { subjects: endpointsOf(plan, discovering).filter(isWanted) };
  const { types, chosen } = source.resources;
  const isExcluded = exclusionOf(plan.outOfScope);
  const rows = new Map<string, Json>();
  const unread = new Map<string, Fault>();
  const subjects: Resource[] = [];
  for (const look of discovering) {
    for (const resource of resourcesOf(look.index, types)) {
      if (!isWanted(resource) || isExcluded(resource.id)) continue;
      const row = lookedAtFact(look, look.look.name, resource.id, resourceKind);
      if ('fault' in row) unread.set(resource.id, row.fault);
      else {
        const { value } = row;
        const isChosen = chosen(value, options);
        if (isChosen === null) unread.set(resource.id, unreadableRow);
        if (isChosen !== true) continue;
        subjects.push(resource);
        rows.set(resource.id, value);
      }
    }
  }
  const { beside = [], besideInScope } = source.resources;
  const isBeside = (id: string): boolean => besideInScope !== true || !isExcluded(id);
  return { subjects, rows, unread, ...(beside.length === 0 ? {} : lookBeside(beside, isBeside, discovering, rows)) };
}

/** Who is out of scope may stand beside all the same: what is in scope may be found there. */
function lookBeside(
  types: readonly string[],
  isBeside: (id: string) => boolean,
  discovering: readonly RememberedLook[],
  rows: Map<string, Json>,
): Pick<LookSubjects, 'beside' | 'besideFault'> {
  const beside: string[] = [];
  let fault: Fault | undefined = discovering.length === 0 ? nothingListed : undefined;
  for (const look of discovering) {
    fault ??= look.index.scopes.length === 0 ? nothingListed : incompleteLists(look, types)[0]?.fault;
    for (const { id } of resourcesOf(look.index, types)) {
      if (!isBeside(id)) continue;
      const row = lookedAtFact(look, look.look.name, id, resourceKind);
      if ('fault' in row) {
        fault ??= row.fault;
        continue;
      }
      beside.push(id);
      rows.set(id, row.value);
    }
  }
  return { beside: beside.sort(), ...(fault === undefined ? {} : { besideFault: fault }) };
}
