import type { Register } from './claim.ts';
import type { Response } from './finding.ts';
import type { JsonObject } from './json.ts';
import type { ResourceTypePlan, Vantage } from './look.ts';
import type { Resource, Subject } from './subject.ts';
import type { Timestamp } from './time.ts';
import type { Waiver } from './waiver.ts';

/** What a validated configuration comes to: plain data, handed to both threads. */
export interface Plan {
  readonly register: Register;
  readonly subjects: readonly Subject[];
  readonly outOfScope: readonly OutOfScope[];
  readonly vantage: Vantage;
  /** The section `azure`, validated by the sources' own schema; null where nothing of Azure is watched. Holds no secret, only where it stands. */
  readonly azure: JsonObject | null;
  /** Scopes that a discovering source lists: the subscriptions. */
  readonly scopes: readonly Resource[];
  /** What the checks need of Azure, by type. */
  readonly resourceTypes: readonly ResourceTypePlan[];
  /** How endpoints that a look discovered are asked. */
  readonly discovered: { readonly port: number; readonly httpPort: number };
  /** What facts of the estate are derived with besides rows (`serviceTags`); absent: nothing. Its digest stands in the parameters of the checks that need them. */
  readonly knowledge?: JsonObject;
  readonly looks: readonly LookPlan[];
  readonly checks: readonly CheckPlan[];
  readonly waivers: readonly Waiver[];
  readonly mode: Mode;
  readonly receivers: readonly ReceiverPlan[];
  readonly alerting: AlertingPlan;
  /** SHA-256 over the configuration files as read, secrets not resolved. */
  readonly configurationDigest: string;
  /** Folder of the state file, absolute. */
  readonly stateDirectory: string;
  /** Where metrics and pages are served; loopback unless configured. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** `observe`: all is recorded, only log receivers are told. */
export type Mode = { readonly kind: 'observe' } | { readonly kind: 'active'; readonly signed: Signature };

export interface OutOfScope {
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
}

export interface LookPlan {
  readonly name: string;
  readonly source: string;
  /** Cron expression with five or six fields, in UTC. */
  readonly schedule: string;
  /** Fixed per look, below this many milliseconds: looks of the same minute do not start together. */
  readonly jitterMs: number;
  readonly deadlineMs: number;
  readonly subjectDeadlineMs: number;
  readonly concurrency: number;
  /** Subjects that timed out, could not be reached or were throttled are looked at once more after this many milliseconds; absent: not before the next look. */
  readonly retryUnreadMs?: number;
  readonly options: JsonObject;
}

export interface CheckPlan {
  readonly id: string;
  readonly maxAgeMs: number;
  readonly judgementDeadlineMs: number;
  readonly parameters: CheckParameters;
}

export interface CheckParameters {
  readonly defaults: JsonObject;
  /** Subject id -> the whole parameters for that subject. */
  readonly overrides: { readonly [subjectId: string]: JsonObject };
  /** Somebody signed that there is nothing for this check: an empty population is then not applicable. Void as soon as a subject appears. */
  readonly noneExpected?: Signature;
  /** Of a check that needs facts of the estate: SHA-256 of the JSON text of `Plan.knowledge`. */
  readonly knowledgeDigest?: string;
}

export interface Signature {
  readonly by: string;
  /** YYYY-MM-DD */
  readonly on: string;
}

export interface ReceiverPlan {
  readonly name: string;
  readonly kind: string;
  readonly responses: readonly Response[];
  /** Validated by the receiver's own schema; may hold secrets, so it is never logged, stored or shown. */
  readonly options: JsonObject;
}

export interface AlertingPlan {
  /** An unknown is told after this many runs in a row ... */
  readonly unknownAfterRuns: number;
  /** ... and this long. */
  readonly unknownAfterMs: number;
  /** How long before its end a waiver is told. */
  readonly waiverNoticeMs: number;
}

/** A moment with its meaning, as the schedule gives it. */
export interface DueLook {
  readonly look: string;
  readonly scheduledFor: Timestamp;
}
