import { parseMetrics, type Sample } from './metrics-text.ts';

/** The daemon's metrics, as it serves them. */
export async function fetchMetrics(daemonUrl: string, signal: AbortSignal): Promise<readonly Sample[]> {
  const response = await fetch(`${daemonUrl}/metrics`, { signal });
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return parseMetrics(await response.text());
}
