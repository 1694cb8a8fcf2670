import type { RawChange } from '../domain/change.ts';
import type { FollowedFact } from '../domain/fact-follower.ts';
import type { Finding } from '../domain/finding.ts';
import type { Extent, Look, Measures } from '../domain/look.ts';
import type { StoredBody } from '../domain/ports.ts';
import type { Run, RunDigestForAlerts, RunOutcome, RunTrigger } from '../domain/run.ts';
import type { Timestamp } from '../domain/time.ts';
import type { DrawnEstate } from './estate-facts.ts';
import type { Metered } from './meter.ts';

/**
 * What looks, derives and judges. Runs in a worker thread; `createWorld` is the thing itself, `startWorldThread` the same contract over messages.
 * Holds nothing that the store does not: a new world reads back what it needs.
 */
export interface World {
  /**
   * Looks at the whole population, or at some subjects on top of look `base`. Ends within the look's deadline.
   * New facts are handed to `keep` while they come, where it is given; the rest comes with the answer.
   */
  look(request: WorldLookRequest, keep?: (bodies: readonly StoredBody[]) => Promise<void>): Promise<WorldLook>;
  /** The look of `token` was recorded: from now on it can be judged and built upon. */
  adoptLook(token: number, look: Look): Promise<void>;
  /** Before the judgement of a check whose facts follow from many rows: what may take long the first time is done, and the judgement finds it. */
  prepare(request: PrepareRequest): Promise<void>;
  judge(request: JudgeRequest): Promise<JudgeReply>;
  /** What the facts of the latest recorded look of resources say, drawn once for each look; null where there is no look, or nothing to draw. */
  drawEstate(): Promise<DrawnEstate | null>;
  /** Who changed these subjects lately, as far as a source can tell; holds clear names. Throws where the origin does not answer. */
  recentChanges(subjects: readonly string[]): Promise<readonly RawChange[]>;
}

export interface WorldLookRequest {
  readonly name: string;
  readonly extent: { readonly kind: 'all' } | { readonly kind: 'some'; readonly subjects: readonly string[]; readonly base: Look };
  readonly scheduledFor: Timestamp;
}

export interface WorldLook {
  readonly token: number;
  readonly look: Omit<Look, 'id'>;
  /** Facts that the recorded looks of this world did not have, and the map. */
  readonly bodies: readonly StoredBody[];
  /** Facts that are followed, one step on each. */
  readonly followed: readonly FollowedFact[];
  /** Subjects with at least one fault, by their first fault's code. */
  readonly faults: { readonly [code: string]: number };
  /** Ids of subjects that an immediate second look may see (timeout, unreachable, throttled). */
  readonly unreadSubjects: readonly string[];
  readonly phaseSeconds: { readonly [phase: string]: readonly number[] };
  /** Of the subjects that were looked at now and that the source measured. */
  readonly measures: MeasuresOfSubjects;
  /** What the source counted: metrics only. */
  readonly metered: readonly Metered[];
  /** Stacks of what the source threw: for the log. */
  readonly defects: readonly string[];
}

/** By subject id. */
export type MeasuresOfSubjects = { readonly [subjectId: string]: Measures };

export type PrepareRequest = Pick<JudgeRequest, 'check' | 'looks'>;

export interface JudgeRequest {
  readonly check: string;
  readonly trigger: RunTrigger;
  /** `some` only where the run before judged the same population on the looks below. */
  readonly extent: Extent;
  readonly scheduledFor: Timestamp;
  readonly nowMs: number;
  /** The latest recorded look of each name that the check needs; a look that has never ended is missing. */
  readonly looks: { readonly [name: string]: Look };
  readonly previous: PreviousRun | null;
  /** Digest of what the configuration says of the population. */
  readonly declaredDigest: string;
  /** Set where the run before hung: the same input is not judged again. */
  readonly hungInput: string | null;
  /** Findings that pass come along too (`check`, `reperform`). */
  readonly withFindings: boolean;
}

export interface PreviousRun {
  readonly id: number;
  readonly dataAsOf: Timestamp;
  readonly looks: Run['looks'];
  readonly notPassDigest: string;
  readonly subjectsDigest: string;
  /** Absent: what the facts were derived with is given to be kept, whether it was before or not. */
  readonly parametersDigest?: string;
}

export interface JudgeReply {
  /** Of failing subjects: the rows besides their own that the verdict rests on, so that it can be said who changed one of those. */
  readonly rowsOf: { readonly [subject: string]: readonly string[] };
  /** What the origin should be asked before news of an index open or close an alert: some subjects and their rows, of the look that brought them. */
  readonly toConfirm: { readonly look: string; readonly subjects: readonly string[] } | null;
  readonly outcome: RunOutcome;
  readonly forAlerts: RunDigestForAlerts;
  readonly bodies: readonly StoredBody[];
  readonly defects: readonly { readonly subject: string; readonly error: string }[];
  readonly findings: readonly Finding[] | null;
}
