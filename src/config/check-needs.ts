import type { Check } from '../domain/check.ts';
import type { Register } from '../domain/claim.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { FactKind } from '../domain/look.ts';
import { derivationsByKind } from '../domain/needed-derivations.ts';
import type { CheckPlan, LookPlan } from '../domain/plan.ts';
import type { SourceKind } from '../domain/ports.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { suggestName } from './nearest-name.ts';

export interface FactNeeds {
  readonly checks: ReadonlyMap<string, Check>;
  readonly sources: ReadonlyMap<string, SourceKind>;
  /** Derived fact -> the fact that it is computed from. */
  readonly derivations: ReadonlyMap<FactKind, FactKind>;
}

/** Each fact that a check needs is brought by a configured look, itself or what it derives from. */
export function checkFactsAreBrought(
  plans: readonly CheckPlan[],
  looks: readonly LookPlan[],
  needs: FactNeeds,
  file: ConfigurationFile,
): void {
  const brought = new Set(looks.flatMap((look) => needs.sources.get(look.source)?.create().brings ?? []));
  for (const { id } of plans) {
    const missing = Object.keys(needs.checks.get(id)?.needs ?? {}).filter((kind) => !brought.has(originOf(kind, needs.derivations)));
    for (const kind of missing) {
      const origin = originOf(kind, needs.derivations);
      const message = `the check needs the fact "${origin}", which no configured look brings`;
      file.report(['checks', id], { message, remedy: lookRemedy(origin, needs), at: 'key' });
    }
  }
}

/** A fact has one look: of two, the checks would be judged on one and never on the other. */
export function checkFactsAreBroughtOnce(
  looks: readonly LookPlan[],
  { sources }: Pick<FactNeeds, 'sources'>,
  file: ConfigurationFile,
): void {
  const broughtBy = new Map<FactKind, string>();
  for (const look of looks) {
    for (const kind of sources.get(look.source)?.create().brings ?? []) {
      const other = broughtBy.get(kind);
      broughtBy.set(kind, other ?? look.name);
      if (other === undefined) continue;
      file.report(['looks', look.name, 'source'], {
        message: `the fact "${kind}" is brought by the look "${other}" already`,
        remedy: 'remove one of the two looks',
      });
    }
  }
}

/** The rows that facts of the estate follow from come from one look. */
export function withEstateKinds(
  derivations: FactNeeds['derivations'],
  estateDerivations: readonly EstateDerivation[],
): FactNeeds['derivations'] {
  return new Map([...derivations, ...[...derivationsByKind(estateDerivations).keys()].map((kind) => [kind, 'resource'] as const)]);
}

/** Bounded, so that derivations that name each other end. */
export function originOf(kind: FactKind, derivations: ReadonlyMap<FactKind, FactKind>): FactKind {
  let origin = kind;
  for (let step = 0; step < derivations.size; step += 1) origin = derivations.get(origin) ?? origin;
  return origin;
}

function lookRemedy(kind: FactKind, { sources }: FactNeeds): string {
  const bringing = [...sources.values()].filter((source) => source.create().brings.includes(kind)).map(({ name }) => name);
  return bringing.length === 0 ? 'remove the check' : `add a look with "source: ${bringing[0]}" under "looks"`;
}

/** A configured check serves claims that the register has, under interpretations that can be tested. */
export function checkClaimsAreKnown(
  plans: readonly CheckPlan[],
  checks: ReadonlyMap<string, Check>,
  register: Register,
  file: ConfigurationFile,
): void {
  const claims = new Map(register.claims.map((claim) => [claim.id, claim]));
  for (const { id } of plans) {
    for (const served of checks.get(id)?.claims ?? []) {
      const claim = claims.get(served.claim);
      if (claim === undefined) {
        const remedy = suggestName(served.claim, [...claims.keys()], 'add the claim to the register, or serve one of');
        file.report(['checks', id], {
          message: `the check serves the claim "${served.claim}", which the register does not have`,
          remedy,
          at: 'key',
        });
      }
      for (const interpretation of served.interpretations) {
        if (claim?.[interpretation].kind !== 'not-testable') continue;
        const message = `the check judges "${served.claim}" (${interpretation}), which the register calls not testable`;
        file.report(['checks', id], { message, remedy: 'change the register, or the claims of the check', at: 'key' });
      }
    }
  }
}
