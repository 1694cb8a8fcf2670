import type { Check } from '../domain/check.ts';
import type { Plan } from '../domain/plan.ts';
import type { FactSources } from '../engine/fact-sources.ts';
import { looksOf } from '../engine/run-input.ts';

/** By the look's name, in milliseconds: older than that, no check relies on it any more. */
export function lookAgeLimits(
  plan: Pick<Plan, 'looks' | 'checks'>,
  checks: ReadonlyMap<string, Check>,
  sources: FactSources,
): ReadonlyMap<string, number> {
  const limitOf = (look: string): number => {
    const limits = plan.checks.flatMap(({ id, maxAgeMs }) => {
      const check = checks.get(id);
      return check !== undefined && looksOf(check, sources).includes(look) ? [maxAgeMs] : [];
    });
    return Math.max(0, ...limits);
  };
  return new Map(plan.looks.map(({ name }) => [name, limitOf(name)]));
}
