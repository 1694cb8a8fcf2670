import type { NetworkPicture } from '../../domain/network-picture.ts';
import type { Run } from '../../domain/run.ts';
import { isStale } from '../../domain/status.ts';
import { epochMs, type Timestamp } from '../../domain/time.ts';
import type { PeriodRecord } from './read-period.ts';
import type { NetworkReport, Period } from './report.ts';

/** The check that says what can be reached, and what one of its runs saw. */
export interface NetworkView {
  readonly check: string;
  /** Null where no look had ended by then. @throws Error where what was recorded is missing. */
  readonly pictureOf: (run: Run) => Promise<SeenPicture | null>;
}

export interface SeenPicture {
  readonly look: number;
  readonly dataAsOf: Timestamp;
  readonly picture: NetworkPicture;
}

interface Needs {
  readonly network?: NetworkView;
  readonly period: Period;
}

/** As the last run that ended before the end of the period saw it. */
export async function networkReport({ network, period }: Needs, { checks }: PeriodRecord): Promise<NetworkReport | null> {
  const record = network === undefined ? undefined : checks.get(network.check);
  const last = record?.last ?? null;
  if (network === undefined || record === undefined || last === null) return null;
  const seen = await network.pictureOf(last);
  if (seen === null) return null;
  return { check: network.check, run: last.id, ...seen, isStale: isStale(seen.dataAsOf, record.maxAgeMs, epochMs(period.to)) };
}
