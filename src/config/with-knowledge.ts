import { z } from 'zod';
import type { Check } from '../domain/check.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { CheckPlan } from '../domain/plan.ts';

/**
 * Knowledge that is too long to stand in the settings: a check that has a parameter of such a name gets it from here. As a parameter it is kept with
 * each run, so that a run can be judged again as it was.
 */
export interface Knowledge {
  readonly resourceTypes: unknown;
  readonly azureAddressRanges: readonly string[];
}

export function withKnowledge(plans: readonly CheckPlan[], checks: ReadonlyMap<string, Check>, knowledge: Knowledge): readonly CheckPlan[] {
  return plans.map((plan) => {
    const schema = checks.get(plan.id)?.parameters;
    if (!(schema instanceof z.ZodObject)) return plan;
    const given = Object.entries(knowledge).filter(([name]) => name in schema.shape) as [string, Json][];
    if (given.length === 0) return plan;
    const add = (parameters: JsonObject): JsonObject => ({ ...parameters, ...Object.fromEntries(given) });
    const overrides = Object.fromEntries(Object.entries(plan.parameters.overrides).map(([id, one]) => [id, add(one)]));
    return { ...plan, parameters: { ...plan.parameters, defaults: add(plan.parameters.defaults), overrides } };
  });
}
