import type { ClaimStanding, Stance } from './claim-standings.ts';
import type { CheckCounts } from './claim-table.ts';
import type { Sample } from './metrics-text.ts';

type Labels = Sample['labels'];

/** The same claims as the metrics of one moment have them. */
export function claimsOfMetrics(claims: readonly ClaimStanding[], samples: readonly Sample[]): readonly ClaimStanding[] {
  const statuses = new Map(
    samples.flatMap(({ name, labels, value }) =>
      name === 'claimwatch_claim_status' && value === 1 ? [[keyOf(labels), labels['status']]] : [],
    ),
  );
  const reasons = new Map(
    samples.flatMap(({ name, labels }) => (name === 'claimwatch_claim_unknown_info' ? [[keyOf(labels), labels['because']]] : [])),
  );
  return claims.map((standing) => {
    const stanceOf = (interpretation: 'literal' | 'intent'): Stance => {
      const key = keyOf({ claim: standing.claim, interpretation });
      return { status: statuses.get(key) ?? 'unknown', because: reasons.get(key) ?? null, checked: null };
    };
    return { ...standing, literal: stanceOf('literal'), intent: stanceOf('intent') };
  });
}

/** What each check found, as it is meant. */
export function countsOfMetrics(samples: readonly Sample[]): readonly CheckCounts[] {
  const own = samples.filter(({ name, labels }) => name === 'claimwatch_check_findings' && labels['interpretation'] === 'intent');
  return [...Map.groupBy(own, ({ labels }) => labels['check'] ?? '')].map(([check, those]) => {
    const countOf = (status: string) => those.find(({ labels }) => labels['status'] === status)?.value ?? 0;
    const counts = { pass: countOf('pass'), fail: countOf('fail'), unknown: countOf('unknown'), waived: countOf('waived') };
    return { check, interpretation: 'intent', counts };
  });
}

function keyOf({ claim = '', interpretation = '' }: Labels): string {
  return `${interpretation} ${claim}`;
}
