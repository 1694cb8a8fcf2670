import { parseMetrics, type Sample } from './metrics-text.ts';

/** The daemon's metrics, as it serves them. */
export async function fetchMetrics(daemonUrl: string, signal: AbortSignal): Promise<readonly Sample[]> {
  const response = await fetch(`${daemonUrl}/metrics`, { signal });
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return parseMetrics(await response.text());
}

/** How many claims stand where, under their intent. */
export function claimsLine(samples: readonly Sample[]): string {
  const statuses = samples
    .filter(({ name, labels, value }) => name === 'claimwatch_claim_status' && labels['interpretation'] === 'intent' && value === 1)
    .map(({ labels }) => labels['status'] ?? '');
  const counts = Object.entries(Object.groupBy(statuses, (status) => status)).map(([status, those]) => `${those?.length ?? 0} ${status}`);
  return `claims of the policy, as they are meant: ${counts.length === 0 ? 'none judged yet' : counts.sort().join(', ')}`;
}
