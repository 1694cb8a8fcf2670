import type { Interpretation } from './claim.ts';
import type { Response, UnknownReason } from './finding.ts';
import type { Extent } from './look.ts';
import type { Counts } from './status.ts';
import type { Timestamp } from './time.ts';

/**
 * Why a run exists. `looked`: the looks that the check needs have ended. `expired`: its data passed `maxAge`.
 * `hung`: a judgement never returned; the check stays unknown (`defect`) until its code or facts change.
 */
export type RunTrigger = 'looked' | 'expired' | 'hung';

/** What one judging of one check came to, before it is decided and recorded. Findings stand in a stored body, by digest. */
export interface RunOutcome {
  readonly check: string;
  readonly trigger: RunTrigger;
  readonly codeVersion: string;
  /** Digest of the stored body `CheckParameters`. */
  readonly parametersDigest: string;
  /** Digest of the stored body `readonly Waiver[]`: those of this check that were in force. */
  readonly waiversDigest: string;
  readonly scheduledFor: Timestamp;
  readonly startedAt: Timestamp;
  readonly finishedAt: Timestamp;
  /** When the oldest look behind it started. */
  readonly dataAsOf: Timestamp;
  /** How old data the check accepted then, in milliseconds; absent only in what was stored before this was kept. */
  readonly maxAgeMs?: number;
  readonly extent: Extent;
  /** The run whose findings this one carried on from (sticky failures, partial extent). */
  readonly previousRun: number | null;
  /** Look name -> look id. Empty only where no look has ended yet. */
  readonly looks: { readonly [look: string]: number };
  readonly population: Population;
  /** Digest of the stored population as it was judged: endpoints whole, resources by their id, and scopes where endpoints may be missing. */
  readonly subjectsDigest: string;
  /** SHA-256 over what the configuration says of the population: declared subjects and what is out of scope; absent only in what was stored before. */
  readonly declaredDigest?: string;
  readonly counts: { readonly [I in Interpretation]?: Counts };
  /** SHA-256 over the findings of the extent, ordered by subject and interpretation; of passes over who passed what. */
  readonly findingsDigest: string;
  /** Digest of the stored body `readonly Finding[]`: those that are not pass, ordered by subject and interpretation. */
  readonly notPassDigest: string;
  /**
   * SHA-256 of what was judged, with code version and parameters: of the fact digests for endpoints and for a hung run, whose input must tell whether
   * anything changed since; of the looks' maps for resources.
   */
  readonly inputDigest: string;
}

export interface Population {
  readonly expected: number;
  readonly seen: number;
  readonly unread: number;
  /** SHA-256 over the sorted subject ids, one a line. */
  readonly digest: string;
}

export interface Run extends RunOutcome {
  readonly id: number;
  /** Index of the evidence entry that seals it. */
  readonly entry: number;
}

/** The part of a run that `decide` needs, kept small: it crosses the threads. */
export interface RunDigestForAlerts {
  readonly check: string;
  readonly dataAsOf: Timestamp;
  readonly trigger: RunTrigger;
  readonly interpretations: { readonly [I in Interpretation]?: InterpretationResult };
}

export interface InterpretationResult {
  /** Fails that no waiver covers, those that can no longer be seen included. */
  readonly failing: readonly FailingSubject[];
  /** Unknown findings by cause. */
  readonly unknown: readonly UnknownGroup[];
  readonly waived: readonly string[];
  /** Subjects that the whole population no longer holds (the origin said not found, or the configuration dropped them). */
  readonly gone: readonly string[];
}

export interface FailingSubject {
  readonly subject: string;
  readonly response: Response;
  readonly expected: string;
  readonly observed: string;
  readonly rule: string;
  /** Set where the failure stands but cannot be seen now. */
  readonly lastSeen: Timestamp | null;
}

export interface UnknownGroup {
  /** Null: the check itself (empty population, defect, stale). */
  readonly cause: string | null;
  readonly reason: UnknownReason;
  readonly subjects: readonly string[];
  /** One message of the group, for people. */
  readonly message: string;
}
