import { type Check, resourceTypesOf } from './check.ts';
import type { EstateDerivation } from './estate-derivation.ts';
import type { FactKind } from './look.ts';

type Needing = Pick<Check, 'needs' | 'subjects' | 'related'>;

/** The derivations of whose facts the check needs at least one. */
export function neededDerivations(check: Pick<Check, 'needs'>, derivations: readonly EstateDerivation[]): readonly EstateDerivation[] {
  return derivations.filter(({ brings }) => Object.keys(check.needs).some((kind) => Object.hasOwn(brings, kind)));
}

/** The ARM types whose rows decide about the check's subjects: their own, related ones, and those that its facts are derived from. */
export function typesBehind(check: Needing, derivations: readonly EstateDerivation[]): readonly string[] {
  const joined = neededDerivations(check, derivations).flatMap(readTypes);
  return [...new Set([...resourceTypesOf(check), ...joined])];
}

/** The ARM types that a derivation reads. What it reads of a kind of fact (`effective-rules`) has no type. */
export function readTypes({ reads }: Pick<EstateDerivation, 'reads'>): readonly string[] {
  return Object.keys(reads).filter((type) => type.includes('/'));
}

/** Fact kind -> the derivation that brings it. */
export function derivationsByKind(derivations: readonly EstateDerivation[]): ReadonlyMap<FactKind, EstateDerivation> {
  return new Map(derivations.flatMap((derivation) => Object.keys(derivation.brings).map((kind) => [kind, derivation] as const)));
}
