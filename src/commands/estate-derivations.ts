import type { EstateDerivation } from '../domain/estate-derivation.ts';
import { exposureDerivation } from '../network/exposure-derivation.ts';

/** What is computed of single resources from the rows of many. */
export const estateDerivations: readonly EstateDerivation[] = [exposureDerivation];
