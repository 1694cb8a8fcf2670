import type { EstateDerivation } from '../domain/estate-derivation.ts';

/** What is computed of single resources from the rows of many. */
export const estateDerivations: readonly EstateDerivation[] = [];
