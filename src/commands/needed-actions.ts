import type { Check } from '../domain/check.ts';
import { typesBehind } from '../domain/needed-derivations.ts';
import type { Plan } from '../domain/plan.ts';
import { subscriptionType } from '../domain/resource-id.ts';
import { comparesEffectiveRules, effectiveRulesActions } from '../sources/azure/effective-rules-sample.ts';
import { queryAction, subscriptionsAction } from '../sources/azure/graph-queries.ts';
import { permissionsAction } from '../sources/azure/read-rights.ts';
import { changesAction } from '../sources/azure/resource-changes.ts';
import { censusAction } from '../sources/azure/take-census.ts';
import { estateDerivations } from './estate-derivations.ts';
import type { LookedFacts } from './looked-facts.ts';

/** One thing that the identity must be allowed to do, and what is blind without it. Nothing else belongs into its role. */
export interface NeededAction {
  /** `Microsoft.Storage/storageAccounts/read`, in Azure's own spelling. */
  readonly action: string;
  /** Checks that are unknown without it, sorted. */
  readonly checks: readonly string[];
  /** What else does not work without it, in words. */
  readonly uses: readonly string[];
}

/** Everything that the configured checks and the looks themselves take, by action. `looked`: of the looks at what another one found. */
export function neededActions(
  { checks: plans, resourceTypes }: Pick<Plan, 'checks' | 'resourceTypes'>,
  checks: ReadonlyMap<string, Check>,
  looked: readonly LookedFacts[],
  derivations = estateDerivations,
): readonly NeededAction[] {
  const configured = plans.flatMap(({ id }) => {
    const check = checks.get(id);
    return check === undefined ? [] : [{ id, check }];
  });
  const all = configured.map(({ id }) => id);
  // Where endpoints may be missing, no check of endpoints passes.
  const ofEndpoints = configured.filter(({ check }) => check.subjects === 'endpoint').map(({ id }) => id);
  const needing = (kinds: readonly string[]) =>
    configured.filter(({ check }) => kinds.some((kind) => kind in check.needs)).map(({ id }) => id);
  const found = new Map<string, NeededAction>();
  const need = (action: string, ids: readonly string[], uses: readonly string[]) => {
    const key = action.toLowerCase();
    const before = found.get(key);
    found.set(key, {
      action: before?.action ?? action,
      checks: sortedOnce([...(before?.checks ?? []), ...ids]),
      uses: sortedOnce([...(before?.uses ?? []), ...uses]),
    });
  };
  for (const action of [queryAction, subscriptionsAction]) need(action, all, []);
  // Whoever looks at the configured subscriptions and at nothing listed in them misses nothing.
  const ofLists = configured.filter(({ check }) => 'census' in check.needs || readsLists(check, derivations));
  need(
    permissionsAction,
    ofLists.map(({ id }) => id),
    [],
  );
  const taking = configured.filter(({ check }) => 'census' in check.needs);
  need(
    censusAction,
    taking.map(({ id }) => id),
    [],
  );
  need(changesAction, [], ['alerts say who changed it']);
  for (const action of comparesEffectiveRules(resourceTypes) ? effectiveRulesActions : [])
    need(action, [], ['what can be reached is compared with what Azure says']);
  for (const { type, action, findsEndpoints } of resourceTypes) {
    if (type === subscriptionType) continue;
    const own = configured.filter(({ check }) => typesBehind(check, derivations).includes(type)).map(({ id }) => id);
    const ofLooks = looked.filter(({ types }) => types.includes(type)).flatMap(({ brings }) => needing(brings));
    need(action, findsEndpoints === true ? [...own, ...ofLooks, ...ofEndpoints] : [...own, ...ofLooks], []);
  }
  for (const { action, kinds } of looked.flatMap(({ actions }) => actions)) {
    const own = needing(kinds);
    if (own.length > 0) need(action, own, []);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, needed]) => needed);
}

function readsLists(check: Check, derivations: typeof estateDerivations): boolean {
  return check.subjects === 'endpoint' || typesBehind(check, derivations).some((type) => type !== subscriptionType);
}

function sortedOnce(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
