import type { JsonObject } from '../domain/json.ts';
import type { FactKind } from '../domain/look.ts';
import type { LookPlan } from '../domain/plan.ts';
import type { SourceAction, SourceKind } from '../domain/ports.ts';

/** What one look takes besides what checks read: of a source whose subjects are resources. */
export interface LookedFacts {
  readonly brings: readonly FactKind[];
  /** ARM types, lower case, without whose rows some of its facts are missing. Of its subjects every check says itself of which types they are. */
  readonly types: readonly string[];
  readonly actions: readonly SourceAction[];
}

/** Of these looks. */
export function lookedFactsOf(
  looks: readonly Pick<LookPlan, 'source' | 'options'>[],
  sources: ReadonlyMap<string, SourceKind>,
): readonly LookedFacts[] {
  return looks.flatMap(({ source: name, options }) => {
    const kind = sources.get(name);
    if (kind === undefined) return [];
    const { brings, resources } = kind.create();
    return resources === undefined ? [] : [{ brings, types: [...new Set(resources.beside)], actions: kind.actions?.(options) ?? [] }];
  });
}

/** One look by each source, with its own defaults. */
export function looksWithDefaults(sources: ReadonlyMap<string, SourceKind>): readonly Pick<LookPlan, 'source' | 'options'>[] {
  return [...sources].map(([source, { options }]) => ({ source, options: options.parse({}) as JsonObject }));
}
