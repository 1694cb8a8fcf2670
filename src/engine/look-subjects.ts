import type { Json } from '../domain/json.ts';
import type { LookPlan, Plan } from '../domain/plan.ts';
import type { Source } from '../domain/ports.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Resource, Subject } from '../domain/subject.ts';
import type { RememberedLook } from './fact-memory.ts';
import { endpointsOf, exclusionOf } from './population.ts';
import { resourceKind, resourcesOf } from './resource-index.ts';
import type { WorldLookRequest } from './world.ts';

/** Whom a look looks at; of a source whose subjects are resources, their rows as another look found them. */
export interface LookSubjects {
  readonly subjects: readonly Subject[];
  readonly rows?: ReadonlyMap<string, Json>;
}

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
  const found = discovering
    .flatMap((look) => resourcesOf(look.index, types).flatMap((resource) => withRow(look, resource)))
    .filter(({ resource, row }) => isWanted(resource) && !isExcluded(resource.id) && chosen(row, options));
  return { subjects: found.map(({ resource }) => resource), rows: new Map(found.map(({ resource, row }) => [resource.id, row])) };
}

/** Without a row nobody can say whether it is one to look at. */
function withRow(look: RememberedLook, resource: Resource): readonly { readonly resource: Resource; readonly row: Json }[] {
  const reference = look.map[resource.id]?.[resourceKind];
  const row = reference !== undefined && 'digest' in reference ? look.values.get(reference.digest) : undefined;
  return row === undefined ? [] : [{ resource, row }];
}
