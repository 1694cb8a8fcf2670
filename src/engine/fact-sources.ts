import type { Derivation } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { FactKind } from '../domain/look.ts';
import { derivationsByKind } from '../domain/needed-derivations.ts';
import type { Plan } from '../domain/plan.ts';
import type { Source } from '../domain/ports.ts';
import { resourceKind } from './resource-index.ts';

/** Which look brings which kind of fact, and what is derived from it. */
export interface FactSources {
  readonly lookOfKind: ReadonlyMap<FactKind, string>;
  /** Source name -> the kinds that it brings. */
  readonly bringsOf: ReadonlyMap<string, readonly FactKind[]>;
  /** Sources that find their subjects in an index that may lag. */
  readonly discovering?: ReadonlySet<string>;
  readonly derivations: ReadonlyMap<FactKind, Derivation>;
  /** Fact kind -> what derives it from the rows of many. */
  readonly estate?: ReadonlyMap<FactKind, EstateDerivation>;
}

/** The fact that a look brings, from which this one follows: itself, what it is derived from, or the rows of resources. */
export function lookedAtKind({ derivations, estate }: Pick<FactSources, 'derivations' | 'estate'>, kind: FactKind): FactKind {
  return derivations.get(kind)?.from ?? (estate?.has(kind) === true ? resourceKind : kind);
}

/** Which look of a plan brings which kind of fact. */
export function factSourcesOf(
  plan: Pick<Plan, 'looks'>,
  sources: ReadonlyMap<string, Pick<Source, 'brings' | 'discovers'>>,
  derivations: FactSources['derivations'],
  estateDerivations: readonly EstateDerivation[] = [],
): FactSources {
  const lookOfKind = new Map<FactKind, string>();
  for (const look of plan.looks) for (const kind of sources.get(look.source)?.brings ?? []) lookOfKind.set(kind, look.name);
  const discovering = new Set([...sources].flatMap(([name, source]) => (source.discovers === true ? [name] : [])));
  return {
    lookOfKind,
    bringsOf: new Map([...sources].map(([name, source]) => [name, source.brings])),
    derivations,
    discovering,
    estate: derivationsByKind(estateDerivations),
  };
}
