import type { Check } from './check.ts';
import type { Claim, Interpretation, Standing } from './claim.ts';

/** An interpretation of a check binds as soon as it does for one of the claims that the check serves with it. */
export function standingOf(check: Pick<Check, 'claims'>, claims: readonly Claim[], interpretation: Interpretation): Standing['kind'] {
  const served = check.claims.filter((claim) => claim.interpretations.includes(interpretation)).map((claim) => claim.claim);
  const kinds = claims.filter((claim) => served.includes(claim.id)).map((claim) => claim[interpretation].kind);
  return (['binding', 'text-defect'] as const).find((kind) => kinds.includes(kind)) ?? 'not-testable';
}
