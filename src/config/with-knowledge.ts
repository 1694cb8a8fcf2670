import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Check } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { neededDerivations } from '../domain/needed-derivations.ts';
import type { CheckPlan, Plan } from '../domain/plan.ts';
import type { ResourceSorting } from '../domain/resource-sorting.ts';

export interface KnowledgeNeeds {
  readonly checks: ReadonlyMap<string, Check>;
  readonly estateDerivations: readonly EstateDerivation[];
  /** Service tag -> its CIDR texts. */
  readonly serviceTags: { readonly [tag: string]: readonly string[] };
  /** The subscriptions that are watched. */
  readonly scopes: Plan['scopes'];
}

/**
 * Knowledge that is too long to stand in the settings: a check that has a parameter of such a name gets it from here. As a parameter it is kept with
 * each run, so that a run can be judged again as it was. What facts of the estate are derived with is too long even for that: there its digest stands.
 */
export function withKnowledge(
  plans: readonly CheckPlan[],
  resourceTypes: ResourceSorting,
  { checks, estateDerivations, serviceTags, scopes }: KnowledgeNeeds,
): { readonly checks: readonly CheckPlan[]; readonly knowledge: NonNullable<Plan['knowledge']> } {
  const azureAddressRanges = [...new Set(Object.values(serviceTags).flat())].sort();
  const ownSubscriptions = scopes.map(({ subscription }) => subscription).sort();
  const knowledge = { serviceTags };
  const knowledgeDigest = createHash('sha256').update(JSON.stringify(knowledge)).digest('hex');
  const known = plans.map((plan) => {
    const check = checks.get(plan.id);
    if (check === undefined) return plan;
    const given = withParameters(plan, check, { resourceTypes, azureAddressRanges, ownSubscriptions });
    if (neededDerivations(check, estateDerivations).length === 0) return given;
    return { ...given, parameters: { ...given.parameters, knowledgeDigest } };
  });
  return { checks: known, knowledge };
}

function withParameters(plan: CheckPlan, { parameters: schema }: Check, knowledge: Readonly<Record<string, unknown>>): CheckPlan {
  if (!(schema instanceof z.ZodObject)) return plan;
  const given = Object.entries(knowledge).filter(([name]) => name in schema.shape) as [string, Json][];
  if (given.length === 0) return plan;
  const add = (parameters: JsonObject): JsonObject => ({ ...parameters, ...Object.fromEntries(given) });
  const overrides = Object.fromEntries(Object.entries(plan.parameters.overrides).map(([id, one]) => [id, add(one)]));
  return { ...plan, parameters: { ...plan.parameters, defaults: add(plan.parameters.defaults), overrides } };
}
