import type { Check } from '../../domain/check.ts';
import type { Claim } from '../../domain/claim.ts';
import type { Plan } from '../../domain/plan.ts';
import type { StoreReader } from '../../domain/ports.ts';
import type { NetworkView } from './network-report.ts';
import type { Report } from './report.ts';

export interface ReportNeeds extends Pick<Report, 'generatedAt' | 'generatedBy' | 'period' | 'control' | 'policy'> {
  readonly state: StoreReader;
  readonly plan: Plan;
  /** Every check that has a file, configured or not. */
  readonly checks: ReadonlyMap<string, Check>;
  /** Names of the looks that bring what a check needs. */
  readonly looksOf: (check: string) => readonly string[];
  /** How a recorded run of this check is drawn; absent: none is. */
  readonly network?: NetworkView;
  /** Whether the report is about this claim. */
  readonly isChosen: (claim: Claim) => boolean;
  readonly onProgress: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}
