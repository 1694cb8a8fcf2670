import type { Check } from '../domain/check.ts';
import type { IncompleteList } from '../domain/estate-derivation.ts';
import type { Fault } from '../domain/fault.ts';
import type { Plan } from '../domain/plan.ts';
import { subjectFromId } from '../domain/resource-id.ts';
import type { Resource, Subject } from '../domain/subject.ts';
import type { RememberedLook } from './fact-memory.ts';
import { readKept } from './kept-fact.ts';
import { discoveredKind, listKindPrefix, resourcesOf } from './resource-index.ts';

/** A scope of which some subjects that a check judges may be missing, and why. */
export interface UnlistedScope {
  /** The look that could not list them. */
  readonly look: string;
  readonly scope: Resource;
  readonly types: readonly string[];
  readonly fault: Fault;
}

type Looks = readonly RememberedLook[];
type PopulationPlan = Pick<Plan, 'subjects' | 'outOfScope' | 'discovered'>;

/**
 * Whom a check judges: who is configured, and whom looks have found. What is out of scope is left out. Ordered by id.
 * `looks` are those that the check needs, `discovering` the latest ones that found endpoints.
 */
export function populationOf(check: Check, plan: PopulationPlan, looks: Looks, discovering: Looks): readonly Subject[] {
  const isExcluded = exclusionOf(plan.outOfScope);
  if (check.subjects === 'endpoint') {
    // Who was discovered since the last look joins with the next one.
    const isLookedAt = (id: string) => looks.some((look) => id in look.map);
    const declared = new Set(plan.subjects.map(({ id }) => id));
    return endpointsOf(plan, discovering).filter(({ id }) => declared.has(id) || isLookedAt(id));
  }
  const [look, ...others] = looks;
  const own = look === undefined ? [] : resourcesOf(look.index, check.subjects.resources);
  // One look may look at a part of what another one found.
  const found = others.length === 0 ? own : own.filter(({ id }) => others.every(({ map }) => id in map));
  return plan.outOfScope.length === 0 ? found : found.filter(({ id }) => !isExcluded(id));
}

/** The endpoints to look at: the configured ones, and those that these looks discovered. */
export function endpointsOf(plan: PopulationPlan, discovering: Looks): readonly Subject[] {
  const isExcluded = exclusionOf(plan.outOfScope);
  const declared = plan.subjects.filter((subject) => subject.kind === 'endpoint');
  const known = new Set(declared.map(({ id }) => id));
  const isKept = (id: string) => !known.has(id) && !isExcluded(id) && !standsOnlyIn(isExcluded, id, discovering);
  const discovered = [...new Set(discovering.flatMap((look) => look.index.endpoints))].filter(isKept);
  return [...declared, ...discovered.flatMap((id) => subjectFromId(id, plan.discovered) ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every resource that an endpoint was found from is left out. */
function standsOnlyIn(isExcluded: (id: string) => boolean, endpoint: string, discovering: Looks): boolean {
  const found = discovering.flatMap((look) => foundFrom(look, endpoint));
  return found.length > 0 && found.every(isExcluded);
}

function foundFrom({ map, values }: RememberedLook, endpoint: string): readonly string[] {
  const reference = map[endpoint]?.[discoveredKind];
  const kept = reference !== undefined && 'digest' in reference ? values.get(reference.digest) : undefined;
  const fact = kept === undefined ? undefined : readKept(kept);
  const from = typeof fact === 'object' && fact !== null && !Array.isArray(fact) ? (fact as { readonly from?: unknown }).from : undefined;
  return Array.isArray(from) ? from.filter((id) => typeof id === 'string') : [];
}

/** What is excluded by its own id, or by that of the subscription or resource group that it stands in. */
export function exclusionOf(outOfScope: Plan['outOfScope']): (id: string) => boolean {
  const excluded = outOfScope.map(({ subject }) => subject);
  return (id) => excluded.some((one) => id === one || (one.startsWith('/') && id.startsWith(`${one}/`)));
}

/** Of the check's own types: where the list may not be complete, or was never made. */
export function unlistedScopes(check: Check, looks: Looks): readonly UnlistedScope[] {
  return check.subjects === 'endpoint'
    ? []
    : looks.flatMap((look) => unlistedOf(look, check.subjects === 'endpoint' ? [] : check.subjects.resources));
}

/** Where public endpoints may be missing, since what they are found from could not be listed, or nothing was listed yet. */
export function unlistedEndpoints(
  plan: Pick<Plan, 'scopes' | 'resourceTypes'>,
  look: string,
  discovering: Looks,
): readonly UnlistedScope[] {
  const types = plan.resourceTypes.filter(({ findsEndpoints }) => findsEndpoints === true).map(({ type }) => type);
  if (types.length === 0) return [];
  if (discovering.length > 0) return discovering.flatMap((one) => unlistedOf(one, types));
  const fault: Fault = { code: 'partial', message: `no look ${look} has ended yet` };
  return plan.scopes.map((scope) => ({ look, scope, types, fault }));
}

/** The fault for which a list of a related type may not be complete anywhere; null where all of them are. */
export function unlistedRelation(check: Check, looks: Looks): Fault | null {
  const types = Object.values(check.related ?? {}).map(({ type }) => type);
  return looks.flatMap((look) => unlistedOf(look, types))[0]?.fault ?? null;
}

function unlistedOf(look: RememberedLook, types: readonly string[]): readonly UnlistedScope[] {
  return look.index.scopes.flatMap((scope) => {
    const faults = faultsOfLists(look, scope, types);
    const [first] = faults;
    return first === undefined ? [] : [{ look: look.look.name, scope, types: faults.map(({ type }) => type), fault: first.fault }];
  });
}

/** Every list of these types that may not be complete. */
export function incompleteLists(look: RememberedLook, types: readonly string[]): readonly IncompleteList[] {
  return look.index.scopes.flatMap((scope) => faultsOfLists(look, scope, types).map((one) => ({ ...one, scope: scope.id })));
}

function faultsOfLists(look: RememberedLook, scope: Resource, types: readonly string[]): readonly Omit<IncompleteList, 'scope'>[] {
  const kinds = look.map[scope.id] ?? {};
  // A scope that came as a row only, without being asked for, lists nothing.
  if (!Object.keys(kinds).some((kind) => kind.startsWith(listKindPrefix))) return [];
  return types.flatMap((type): readonly { readonly type: string; readonly fault: Fault }[] => {
    const reference = kinds[`${listKindPrefix}${type}`];
    if (reference === undefined) return [{ type, fault: { code: 'partial', message: `the last look did not list ${type}` } }];
    return 'fault' in reference ? [{ type, fault: reference.fault }] : [];
  });
}
