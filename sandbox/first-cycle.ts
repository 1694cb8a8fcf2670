import type { Sample } from './metrics-text.ts';

/** What has to be judged before the first cycle is over. */
export interface Expected {
  readonly checks: readonly string[];
  readonly endpointChecks: readonly string[];
  /** Configured and found in Azure. */
  readonly endpointCount: number;
  /** How many endpoints never can be known. */
  readonly silentCount: number;
}

interface Judged {
  readonly total: number;
  readonly unknown: number;
}

/** Whether every check has judged something, and those of endpoints all of them. From the daemon's metrics. */
export function hasRunEverywhere(samples: readonly Sample[], { checks, endpointChecks, endpointCount }: Expected): boolean {
  return checks.every((check) =>
    judgedBy(check, samples).some(({ total }) => (endpointChecks.includes(check) ? total === endpointCount : total > 0)),
  );
}

/** Whether besides nobody is unknown who can be known: the very first look at many may take longer than it has. */
export function hasSettled(samples: readonly Sample[], expected: Expected): boolean {
  const { endpointChecks, silentCount } = expected;
  if (!hasRunEverywhere(samples, expected)) return false;
  return endpointChecks.every((check) => judgedBy(check, samples).every(({ unknown }) => unknown <= silentCount));
}

/** As meant, where a check judges that; otherwise literally. */
function judgedBy(check: string, samples: readonly Sample[]): readonly Judged[] {
  const own = samples.filter(({ name, labels }) => name === 'claimwatch_check_findings' && labels['check'] === check);
  const meant = own.filter(({ labels }) => labels['interpretation'] === 'intent');
  const counted = meant.length > 0 ? meant : own;
  if (counted.length === 0) return [];
  const unknown = counted.find(({ labels }) => labels['status'] === 'unknown')?.value ?? 0;
  return [{ total: counted.reduce((sum, { value }) => sum + value, 0), unknown }];
}
