import type { Controls, Interpretation, Standing } from '../../domain/claim.ts';
import type { FindingStatus } from '../../domain/finding.ts';
import type { NetworkPicture } from '../../domain/network-picture.ts';
import type { Status } from '../../domain/status.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Gap, MeasuredState, Numbers } from '../../domain/timeline.ts';

export type { Gap, MeasuredState, Numbers } from '../../domain/timeline.ts';

/** What a report says, before it has a form: written as it is with `--json`, laid out by the page. Every list is in the order in which it is shown. */
export interface Report {
  readonly generatedAt: Timestamp;
  readonly generatedBy: { readonly version: string; readonly revision: string };
  /** [from, to). `to` is never later than `generatedAt`: what has not happened is no gap. */
  readonly period: Period;
  /** Set where the report is about one control only (`CC6.7`). */
  readonly control: string | null;
  readonly policy: { readonly name: string; readonly sha256: string };
  readonly configurationDigest: string;
  readonly evidence: ReportEvidence;
  readonly claims: readonly ClaimReport[];
  /** Sentences that promise nothing a machine could test. */
  readonly notTestable: readonly { readonly quote: string; readonly reason: string }[];
  readonly population: PopulationReport;
  readonly checks: readonly CheckReport[];
  /** Null where nothing was recorded of it, or the report is about something else. */
  readonly network: NetworkReport | null;
  readonly waivers: readonly WaiverReport[];
  /** Changes of code, parameters, population and waivers within the period, oldest first. */
  readonly changes: readonly Change[];
  /** What this report does not show, in sentences. */
  readonly limits: readonly string[];
}

export interface Period {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

export interface ReportEvidence {
  /** Runs that ended within the period. */
  readonly runs: number;
  readonly firstRun: number | null;
  readonly lastRun: number | null;
  /** Entries in the log when the report was made. */
  readonly entries: number;
}

export interface ClaimReport {
  readonly id: string;
  readonly quotes: readonly string[];
  readonly owner: string;
  readonly controls: Controls;
  readonly intentText: string;
  /** What no check looks at yet; null where everything that the claim needs is checked. */
  readonly unchecked: string | null;
  readonly interpretations: readonly InterpretationReport[];
}

export interface InterpretationReport {
  readonly interpretation: Interpretation;
  readonly standing: Standing;
  /** As the claim's status was at the end of the period: never pass where the claim is checked in part. */
  readonly statusAtEnd: Status;
  /** The checks that serve it. Empty: nothing of it was measured. */
  readonly checks: readonly string[];
  /** Of what is checked; null where no check serves it. */
  readonly numbers: Numbers | null;
  /** Covers the whole period without hole or overlap; neighbours differ. Empty where no check serves it. */
  readonly timeline: readonly Interval[];
}

export interface Interval {
  readonly from: Timestamp;
  /** Exclusive. */
  readonly to: Timestamp;
  readonly state: MeasuredState;
  /** Only where not measured. */
  readonly gap?: Gap;
}

export interface CheckReport {
  readonly id: string;
  readonly title: string;
  readonly mend: string;
  readonly claims: readonly { readonly claim: string; readonly interpretations: readonly Interpretation[] }[];
  /** Fact kinds, and the looks that brought them with their schedule. */
  readonly needs: readonly string[];
  readonly looks: readonly { readonly name: string; readonly schedule: string }[];
  readonly maxAgeMs: number;
  readonly parameters: string;
  readonly runs: number;
  /** How a person repeats it, for one subject of the population; null where there is none. */
  readonly repeat: { readonly subject: string; readonly command: string } | null;
  /** One per interpretation that it judges. */
  readonly interpretations: readonly CheckInterpretationReport[];
}

export interface CheckInterpretationReport {
  readonly interpretation: Interpretation;
  readonly statusAtEnd: FindingStatus;
  readonly numbers: Numbers;
  readonly timeline: readonly Interval[];
  /** Each continuous time in which one subject failed, the gravest first. */
  readonly failures: readonly FailureReport[];
  /** Failures left out of `failures` because there are too many; the timeline and the numbers hold them. */
  readonly failuresNotShown: number;
}

export interface FailureReport {
  readonly subject: string;
  readonly from: Timestamp;
  /** Null: it still failed at the end of the period. */
  readonly to: Timestamp | null;
  /** It failed already when the period began. */
  readonly beganBefore: boolean;
  /** How it ended: seen to pass, accepted, gone from the population, or still open. */
  readonly ended: 'passed' | 'waived' | 'gone' | 'not-ended';
  readonly expected: string;
  readonly observed: string;
  readonly rule: string;
  /** The first and the last run that found it: what an auditor judges again. */
  readonly firstRun: number;
  readonly lastRun: number;
  /** Entry of the evidence log that seals `firstRun`. */
  readonly entry: number;
}

export interface PopulationReport {
  readonly vantage: { readonly name: string; readonly external: boolean };
  readonly subjects: readonly string[];
  readonly outOfScope: readonly { readonly subject: string; readonly owner: string; readonly reason: string }[];
  /** Over the runs of the period that judged a whole population; null where there is none. */
  readonly smallest: number | null;
  readonly largest: number | null;
}

/** What the last run within reach saw of the network, at the end of the period. */
export interface NetworkReport {
  readonly check: string;
  readonly run: number;
  readonly look: number;
  readonly dataAsOf: Timestamp;
  /** At the end of the period the data were older than the check allows. */
  readonly isStale: boolean;
  readonly picture: NetworkPicture;
}

export interface WaiverReport {
  readonly id: string;
  readonly check: string;
  readonly subject: string;
  readonly interpretations: readonly Interpretation[];
  readonly reason: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly from: Timestamp;
  readonly until: Timestamp;
}

export interface Change {
  readonly at: Timestamp;
  /** First run with the new state. */
  readonly run: number;
  readonly check: string;
  readonly what: 'code' | 'parameters' | 'population' | 'waivers';
  readonly before: string;
  readonly after: string;
}
