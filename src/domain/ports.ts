import type { ZodType } from 'zod';
import type { Alert, Notification } from './alert.ts';
import type { ChangesRequest, RawChange } from './change.ts';
import type { Interpretation } from './claim.ts';
import type { FollowedFact, KnownFact } from './fact-follower.ts';
import type { Finding } from './finding.ts';
import type { Json, JsonObject } from './json.ts';
import type { FactKind, FactMap, Look, LookRequest, Observation } from './look.ts';
import type { MirrorEntry, Mirroring } from './mirroring.ts';
import type { DisclosureRequest } from './person-disclosure.ts';
import type { Pseudonym } from './pseudonym.ts';
import type { Run, RunOutcome } from './run.ts';
import type { Counts } from './status.ts';
import type { Timestamp } from './time.ts';

/** Made by the roofs only; pure functions take `nowMs`. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump. */
  now(): number;
  /** Never jumps back; milliseconds from an arbitrary start. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Looks at subjects and brings facts. Has no opinion. */
export interface Source {
  readonly name: string;
  readonly brings: readonly FactKind[];
  /** It finds its subjects itself, in an index that may lag behind the truth: `LookRequest.origin` asks the truth. */
  readonly discovers?: boolean;
  /**
   * Its subjects are resources of these types, of those that another look discovered: the ones whose row it chooses. Null: the row does not say, and who
   * was looked at before stays, unseen. Absent: endpoints.
   */
  readonly resources?: {
    readonly types: readonly string[];
    chosen(row: Json, options: JsonObject): boolean | null;
    /** Types whose resources it has to know besides, without looking at them: `LookRequest.beside`. */
    readonly beside?: readonly string[];
    /** Of those only the ones in scope: what is said to stand in one of them must be judged somewhere. */
    readonly besideInScope?: true;
  };
  /** It tells how completely this daemon itself looked: `LookRequest.ownLooks`. */
  readonly tellsOwnLooks?: boolean;
  /** Kinds that a look at all brings of a few subjects in turn: what an earlier look brought of the others stays. */
  readonly samples?: readonly FactKind[];
  /**
   * Yields one observation per subject of the request, in any order, each as soon as it is there; with facts or a fault for every kind in `brings`.
   * Never throws for what a peer does; what it throws is our defect.
   */
  look(request: LookRequest): AsyncIterable<Observation>;
  /** Of a source that can tell who changed its subjects. Throws where the origin does not answer; holds clear names. */
  recentChanges?(request: ChangesRequest): Promise<readonly RawChange[]>;
}

/** A source as a room offers it: its name in `looks.<name>.source` and the schema of its options (every option has a default). */
export interface SourceKind {
  readonly name: string;
  readonly options: ZodType;
  /** ARM type, lower case -> the members of `properties` that it reads of its subjects' rows and of those beside them. */
  readonly reads?: { readonly [type: string]: readonly string[] };
  /** What its identity must be allowed to do besides reading those rows, and which kinds of facts are missing without it. `options` have passed the schema. */
  actions?(options: JsonObject): readonly SourceAction[];
  create(): Source;
}

export interface SourceAction {
  /** In Azure's own spelling: `Microsoft.Insights/diagnosticSettings/read`. */
  readonly action: string;
  readonly kinds: readonly FactKind[];
}

/** Content-addressed: SHA-256 of the JSON text. Facts, look maps, findings, parameters. */
export interface StoredBody {
  /** Lower-case hex. */
  readonly digest: string;
  /** JSON text, deflated (`node:zlib` deflateRawSync). */
  readonly deflated: Uint8Array;
}

export interface BodyText extends StoredBody {
  /** JSON. */
  readonly text: string;
}

/** Reads that any thread may do with a connection of its own. */
export interface StoreReader {
  /** Parsed bodies by digest; a digest that is not there is missing from the answer. */
  bodies(digests: readonly string[]): Promise<ReadonlyMap<string, Json>>;
  /** The same, each as `keep` makes it, one after the other: of those that are too many to be held parsed. */
  bodiesAs<Kept>(digests: readonly string[], keep: (body: BodyText) => Kept): Promise<ReadonlyMap<string, Kept>>;
  look(id: number): Promise<Look | null>;
  latestLook(name: string): Promise<Look | null>;
  /** Of the looks of this name at everybody: since when the store holds any, and those that were scheduled within [from, to), in order. */
  wholeLooks(name: string, period: { readonly from: Timestamp; readonly to: Timestamp }): Promise<WholeLooks>;
  /** The whole map of a look, its deltas applied. */
  factMap(look: Look): Promise<FactMap>;
  /** How far facts of this kind were followed, by subject; one that never was is missing from the answer. */
  followedFacts(kind: FactKind, subjects: readonly string[]): Promise<ReadonlyMap<string, KnownFact>>;
  run(id: number): Promise<Run | null>;
  latestRun(check: string): Promise<Run | null>;
  /** Newest first. */
  runs(filter: { readonly check?: string; readonly limit: number; readonly before?: number }): Promise<readonly Run[]>;
  /** Oldest first: from run `first` on. */
  runsFrom(filter: { readonly check?: string; readonly first: number; readonly limit: number }): Promise<readonly Run[]>;
  /** The lowest and the highest number of the runs that ended within [from, to); null where none did. Numbers between may have other times: clocks are set back. */
  runNumbers(period: {
    readonly from: Timestamp;
    readonly to: Timestamp;
  }): Promise<{ readonly first: number; readonly last: number } | null>;
  /** The findings of a run that are not pass. */
  findings(run: Run): Promise<readonly Finding[]>;
  statuses(): Promise<readonly CheckStatus[]>;
  openAlerts(): Promise<readonly Alert[]>;
  /** Newest first, closed ones included. */
  alerts(limit: number): Promise<readonly Alert[]>;
  outboxSummary(): Promise<readonly OutboxSummary[]>;
  entry(index: number): Promise<Entry | null>;
  entryCount(): Promise<number>;
  close(): Promise<void>;
}

export interface WholeLooks {
  /** The earliest time for which one was scheduled; null: there is none. */
  readonly since: Timestamp | null;
  readonly looks: readonly Pick<Look, 'scheduledFor' | 'finishedAt'>[];
}

/** The state on disk. One writer; every write is one transaction, committed whole or not at all. */
export interface Store extends StoreReader {
  /** Idempotent; in batches, so that no batch holds the thread for long. */
  putBodies(bodies: readonly StoredBody[]): Promise<void>;
  /**
   * Takes a due look: false where another claim for the same or a later time stands that has not been given up.
   * A claim whose process died is given up at the next start (`releaseClaims`).
   */
  claimLook(name: string, scheduledFor: Timestamp, now: Timestamp): Promise<boolean>;
  /** Gives up the claims of looks that never ended; returns their names. */
  releaseClaims(): Promise<readonly string[]>;
  /** The last time a look was claimed for, recorded or not. */
  lastScheduled(name: string): Promise<Timestamp | null>;
  /**
   * Moves on what is followed, in batches, ahead of the look that brought it: only what changed nothing, so that nothing is told of it. What was moved on
   * meanwhile is left alone.
   */
  followFacts(followed: readonly FollowedFact[]): Promise<void>;
  /**
   * One transaction: writes the look row, ends its claim, moves on the facts in which something changed, and writes what `decide` (pure, synchronous) tells
   * of them. `moved`: those that nobody moved on meanwhile.
   */
  recordLook(
    look: Omit<Look, 'id'>,
    changed?: readonly FollowedFact[],
    decide?: (look: Look, moved: readonly FollowedFact[]) => Decision,
  ): Promise<Look>;
  /** One transaction: run, evidence entry, statuses, alerts, outbox rows. `decide` and `seal` are pure and synchronous. */
  record(
    outcome: RunOutcome,
    decide: (open: readonly Alert[]) => Decision,
    seal: (run: Run) => Entry,
  ): Promise<{ readonly run: Run; readonly decision: Decision }>;
  /** Alerts and notifications without a run (a waiver about to lapse, a check withdrawn). Notifications already known by id are left alone. */
  recordDecision(decide: (open: readonly Alert[]) => Decision): Promise<Decision>;
  /** Heads of lanes that are due: per (receiver, lane) the oldest rows that are not accepted, in order. */
  dueNotifications(now: Timestamp, limit: number): Promise<readonly OutboxLane[]>;
  /** Before a send: from here on the attempt may have arrived. */
  startAttempt(ids: readonly string[], now: Timestamp): Promise<void>;
  finishAttempt(ids: readonly string[], result: AttemptResult): Promise<void>;
  /** What this target may have been told, and by target all that there is. */
  mirrored(target: string): Promise<readonly MirrorEntry[]>;
  mirroredTargets(): Promise<readonly string[]>;
  /** Inserts or replaces by fingerprint. */
  noteMirrored(target: string, entries: readonly MirrorEntry[]): Promise<void>;
  /** Only those whose end was taken: what is wanted again stays. */
  forgetMirrored(target: string, fingerprints: readonly string[]): Promise<void>;
  /** Forgets status rows of checks that are no longer configured. */
  dropStatuses(exceptChecks: readonly string[]): Promise<void>;
}

/** Who changed what at the origin lately: told beside an alert, never a reason to open or to close one. */
export interface ChangeLog {
  /** The changes that are known of these subjects, in any order; holds clear names. Throws where the origin does not answer. */
  recentChanges(subjects: readonly string[], signal: AbortSignal): Promise<readonly RawChange[]>;
}

/** Gives pseudonyms and cannot open them: all that the daemon needs. */
export interface Pseudonyms {
  /**
   * By normalised identifier; whoever has none yet gets one. The same person has the same until forgotten, another one afterwards.
   * For persons only: applications and the platform are no persons.
   */
  pseudonymOf(identifiers: readonly string[]): Promise<ReadonlyMap<string, Pseudonym>>;
}

/** The only way from a pseudonym to the person. Each use is recorded, in the state and in the evidence log, or it does not take place. */
export interface Disclosures extends Pseudonyms {
  /** Null: nobody of that pseudonym is known, or not any more; recorded all the same. */
  open(pseudonym: Pseudonym, request: DisclosureRequest): Promise<{ readonly identifier: string } | null>;
  /**
   * Deletes the person for good. `isWiped`: no copy is left in what stands beside the state file; false where other readers kept it from being cut,
   * which closing the state makes up for.
   */
  forget(pseudonym: Pseudonym, request: DisclosureRequest): Promise<{ readonly found: boolean; readonly isWiped: boolean }>;
  close(): Promise<void>;
}

/** What `decide` gives back: alerts to insert or replace by id, and what to tell. */
export interface Decision {
  readonly alerts: readonly Alert[];
  readonly notifications: readonly Notification[];
}

export interface CheckStatus {
  readonly check: string;
  readonly interpretation: Interpretation;
  readonly counts: Counts;
  /** Since when the status is what it is. */
  readonly since: Timestamp;
  readonly run: number;
  readonly trigger: Run['trigger'];
  readonly dataAsOf: Timestamp;
  readonly finishedAt: Timestamp;
}

/** One leaf of the evidence log. */
export interface Entry {
  readonly index: number;
  /** Canonical JSON (RFC 8785); at most 65,535 bytes of UTF-8. */
  readonly body: string;
  /** RFC 6962 leaf hash of the body, lower-case hex. */
  readonly leafHash: string;
}

/** The rows of one lane that still wait, oldest first. */
export interface OutboxLane {
  readonly receiver: string;
  readonly lane: string;
  readonly rows: readonly OutboxRow[];
}

export interface OutboxRow {
  readonly notification: Notification;
  readonly attempts: number;
  /** An attempt started whose end nobody knows, or that may have arrived: its message is sent again unchanged, never merged. */
  readonly mayHaveArrived: boolean;
  /** Id of the message that it was part of at the last attempt; its own before the first. */
  readonly sentAs: string;
}

export type AttemptResult =
  | { readonly kind: 'accepted'; readonly at: Timestamp; readonly receipt: string }
  | { readonly kind: 'failed'; readonly mayHaveArrived: boolean; readonly error: string; readonly nextAttemptAt: Timestamp };

export interface OutboxSummary {
  readonly receiver: string;
  readonly pending: number;
  readonly oldestPendingAt: Timestamp | null;
  readonly accepted: number;
}

/** Sends one notification; never throws for what the receiver does. */
export interface Receiver {
  readonly name: string;
  send(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult>;
  /** Set where alerts are not sent one by one: it holds the open set itself. `send` then gets notices only. */
  readonly mirror?: Mirroring;
}

/** One message out of one or more notifications of a lane: the last one's state, with all their ids. */
export interface Delivery {
  /** Id of the first notification: the idempotency key of every attempt. */
  readonly id: string;
  readonly notifications: readonly Notification[];
  readonly attempt: number;
  readonly sentAt: Timestamp;
  /** Decided long before it is sent. */
  readonly delayed: boolean;
}

export type DeliveryResult =
  | { readonly kind: 'accepted'; readonly receipt: string }
  | {
      readonly kind: 'failed';
      /** `network`, `timeout`, `throttled`, `server`, `rejected`: metric label. */
      readonly reason: 'network' | 'timeout' | 'throttled' | 'server' | 'rejected';
      readonly mayHaveArrived: boolean;
      readonly error: string;
      /** From Retry-After, already capped. */
      readonly retryAfterMs: number | null;
    };

/** A receiver as its file offers it: its name in `receivers.<name>.kind` and the schema of its options. */
export interface ReceiverKind {
  readonly kind: string;
  /** `mirror`: its receivers have a `mirror`. Absent: `queue`. */
  readonly delivery?: 'queue' | 'mirror';
  readonly options: ZodType;
  /** `options` have passed the schema. */
  create(name: string, options: JsonObject, needs: { readonly log: Log }): Receiver;
}
