import type { Interpretation } from './claim.ts';
import type { Response } from './finding.ts';
import type { FailingSubject } from './run.ts';
import type { Timestamp } from './time.ts';

/** One continuous time in which a check's interpretation fails, or cannot be known. */
export type Alert = FailAlert | UnknownAlert;

interface AlertBase {
  /** Deterministic: hash of key and opening time. The same in every notification. */
  readonly id: string;
  /** `fail:<check>:<interpretation>`, `unknown:<cause>` or `unknown:<check>:<interpretation>`. */
  readonly key: string;
  readonly response: Response;
  readonly openedAt: Timestamp;
  readonly closedAt: Timestamp | null;
  readonly closedBecause: string | null;
  /** Null while nobody has been told (an unknown waits for two cycles and 30 minutes; `observe` tells only the log). */
  readonly toldAt: Timestamp | null;
  /** Receivers that got the firing, log receivers included: each gets it once, and each of them gets the resolve. */
  readonly toldTo?: readonly string[];
  /** Notifications decided so far; the next one has this sequence number. */
  readonly sequence: number;
}

export interface FailAlert extends AlertBase {
  readonly kind: 'fail';
  readonly check: string;
  readonly interpretation: Interpretation;
  readonly failing: readonly FailingSubject[];
  /** Who changed a subject before it began to fail, where that was known then; of the newest ones only. */
  readonly changes?: { readonly [subject: string]: ChangedBy };
  /** Subjects that failed under this alert and do so no longer, and why; told when it closes. */
  readonly left?: { readonly [subject: string]: Departure };
}

/** Told beside a failure: the last change that the origin knows of, which need not be its cause. */
export interface ChangedBy {
  /** A pseudonym, an application or the platform; never a clear name. */
  readonly by: string;
  readonly at: Timestamp;
  /** The permission that it was made with; null where the origin does not say. */
  readonly operation: string | null;
  /** The resource that was changed, where it is another one than the subject: its verdict rests on it. */
  readonly target?: string;
}

/** `passed`: looked at and no longer failing. `gone`: the population no longer holds it. */
export type Departure = 'passed' | 'waived' | 'gone';

export interface UnknownAlert extends AlertBase {
  readonly kind: 'unknown';
  /** Null: it is about one check's interpretation, which `blinded` names. */
  readonly cause: string | null;
  readonly message: string;
  /** `<check>:<interpretation>` -> how many runs in a row, and which subjects. */
  readonly blinded: { readonly [checkInterpretation: string]: Blinded };
  /** Subjects that people were told of under this alert and that are still blind. */
  readonly toldSubjects?: readonly string[];
  /** Members that people were told of under this alert and that are still blind. */
  readonly toldMembers?: readonly string[];
  /** Subjects that became blind since then and wait for the same limits as the alert did. */
  readonly joined?: { readonly [subject: string]: Joined };
}

export interface Joined {
  readonly since: Timestamp;
  /** The member whose runs are counted. */
  readonly member: string;
  readonly runs: number;
}

export interface Blinded {
  readonly runs: number;
  /** When it became blind by this cause; absent in what was stored before this was kept. */
  readonly since?: Timestamp;
  readonly subjects: readonly string[];
  /** Data of the last run counted: a run on the same data (a partial one, a replay) is not counted again. */
  readonly asOf?: Timestamp;
}

export type NotificationKind = 'firing' | 'update' | 'resolved' | 'notice';

/** One message to one receiver. `id` is the same for every attempt: receivers drop duplicates by it. */
export interface Notification {
  readonly id: string;
  readonly receiver: string;
  /** Notifications of one lane reach their receiver in order: the alert's id, or the notice's. */
  readonly lane: string;
  readonly sequence: number;
  readonly kind: NotificationKind;
  readonly response: Response;
  /** When it was decided, which is the time that people care about. */
  readonly at: Timestamp;
  readonly message: NotificationMessage;
}

/** What people and machines read; receivers build their own form of it. */
export interface NotificationMessage {
  readonly title: string;
  /** Name of the place from where was looked; absent only in what was stored before this was said. */
  readonly vantage?: string;
  readonly alertId: string | null;
  readonly alertKey: string | null;
  readonly check: string | null;
  readonly interpretation: Interpretation | null;
  readonly claims: readonly { readonly id: string; readonly quote: string }[];
  /** Why this is told (`2 subjects began to fail`, `all subjects were seen to pass`). */
  readonly reason: string;
  readonly openedAt: Timestamp | null;
  readonly closedAt: Timestamp | null;
  readonly subjectCount: number;
  /** At most 20; `subjectCount` is the truth. */
  readonly subjects: readonly MessageSubject[];
  readonly mend: string | null;
}

export interface MessageSubject {
  readonly subject: string;
  readonly expected: string;
  readonly observed: string;
  readonly rule: string;
  readonly lastSeen: Timestamp | null;
  readonly isNew: boolean;
  readonly repeat: string | null;
  /** Null: not known. Absent in what was stored before this was said, and where nothing is failing. */
  readonly changedBy?: ChangedBy | null;
}
