import { accepted, demoChecks } from './demo-configuration.ts';
import type { EstateEndpoint } from './estate.ts';
import { parseMetrics, type Sample } from './metrics-text.ts';
import type { CellStatus, StatusTable } from './status-table.ts';

/** The daemon's metrics, as it serves them. */
export async function fetchMetrics(daemonUrl: string, signal: AbortSignal): Promise<readonly Sample[]> {
  const response = await fetch(`${daemonUrl}/metrics`, { signal });
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return parseMetrics(await response.text());
}

/** Whether every check of the demo has judged every endpoint at least once. */
export function hasRunEverywhere(samples: readonly Sample[], endpoints: readonly EstateEndpoint[]): boolean {
  return demoChecks.every((check) => {
    const counts = countFindings(samples, check);
    return counts.pass + counts.fail + counts.unknown + counts.waived === endpoints.length;
  });
}

/** Endpoints by checks, under the intent of the claims (literally, "secure" can only be refuted). */
export function statusTable(samples: readonly Sample[], endpoints: readonly EstateEndpoint[]): StatusTable {
  const columns = demoChecks.map((check) => judgeCells(samples, check, endpoints));
  return {
    columns: demoChecks,
    rows: endpoints.map(({ name }, index) => ({ name, cells: columns.map((cells) => cells[index] ?? 'pending') })),
  };
}

/** How many claims stand where, under their intent. */
export function claimsLine(samples: readonly Sample[]): string {
  const statuses = samples
    .filter(({ name, labels, value }) => name === 'claimwatch_claim_status' && labels['interpretation'] === 'intent' && value === 1)
    .map(({ labels }) => labels['status'] ?? '');
  const counts = Object.entries(Object.groupBy(statuses, (status) => status)).map(([status, those]) => `${those?.length ?? 0} ${status}`);
  return `claims of the policy, as they are meant: ${counts.length === 0 ? 'none judged yet' : counts.sort().join(', ')}`;
}

/**
 * Metrics name the subjects that fail and count the others. Waived can only be what the demo had waived; where exactly one is
 * unknown it is the endpoint that never answers. Where that does not settle it the cell is unknown, never pass.
 */
function judgeCells(
  samples: readonly Sample[],
  check: (typeof demoChecks)[number],
  endpoints: readonly EstateEndpoint[],
): readonly CellStatus[] {
  const counts = countFindings(samples, check);
  if (counts.pass + counts.fail + counts.unknown + counts.waived === 0) return endpoints.map(() => 'pending');
  const failing = new Set(
    samples
      .filter(({ name, labels }) => name === 'claimwatch_failing_subject_info' && isIntentOf(labels, check))
      .map(({ labels }) => labels['subject']),
  );
  const acceptedHere = accepted.filter((each) => each.check === check).map(({ endpoint }) => endpoint);
  return endpoints.map(({ name, subject }) => {
    if (failing.has(subject)) return 'fail';
    if (acceptedHere.includes(name)) return counts.waived === acceptedHere.length ? 'waived' : 'unknown';
    if (name === 'black-hole') return counts.unknown > 0 ? 'unknown' : 'pass';
    return counts.unknown <= 1 && counts.fail === failing.size ? 'pass' : 'unknown';
  });
}

type Counts = { readonly [S in Exclude<CellStatus, 'pending'>]: number };

function countFindings(samples: readonly Sample[], check: string): Counts {
  const here = samples.filter(({ name, labels }) => name === 'claimwatch_check_findings' && isIntentOf(labels, check));
  const countOf = (status: string) => here.find(({ labels }) => labels['status'] === status)?.value ?? 0;
  return { pass: countOf('pass'), fail: countOf('fail'), unknown: countOf('unknown'), waived: countOf('waived') };
}

function isIntentOf(labels: Sample['labels'], check: string): boolean {
  return labels['check'] === check && labels['interpretation'] === 'intent';
}
