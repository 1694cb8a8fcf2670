import type { ColumnType, Generated } from 'kysely';
import type { Pseudonym } from '../domain/pseudonym.ts';
import type { Timestamp } from '../domain/time.ts';

/** Columns named `details`, `counts` and `notification` hold JSON; times are Timestamps; flags are 0 or 1. */
export interface Tables {
  readonly bodies: { readonly id: Generated<number>; readonly digest: Uint8Array; readonly deflated: Uint8Array };
  readonly looks: LookTable;
  readonly look_claims: LookClaimTable;
  readonly entries: { readonly position: number; readonly body: string; readonly leaf_hash: string };
  readonly runs: RunTable;
  readonly statuses: StatusTable;
  readonly alerts: AlertTable;
  readonly outbox: OutboxTable;
  readonly mirrored_alerts: MirroredAlertTable;
  readonly persons: PersonTable;
  readonly disclosures: DisclosureTable;
  readonly followed_facts: FollowedFactTable;
  readonly origin: { readonly quarantined: string | null };
}

interface LookTable {
  readonly id: Generated<number>;
  readonly name: string;
  readonly base: number | null;
  readonly details: string;
  /** What follows is read from `details`, to be found by. */
  readonly scheduled_for: Read<string>;
  readonly finished_at: Read<string>;
  /** `all`, `some` */
  readonly extent: Read<string>;
}

/** Never written. */
type Read<T> = ColumnType<T, never, never>;

interface LookClaimTable {
  readonly name: string;
  /** Set while a look that was claimed for this time has not ended. */
  readonly claimed_for: string | null;
  /** The time for which the last look that ended was claimed. */
  readonly ended_for: string | null;
}

interface RunTable {
  readonly id: number;
  readonly check_id: string;
  readonly finished_at: string;
  readonly entry: number;
  readonly details: string;
}

interface StatusTable {
  readonly check_id: string;
  readonly interpretation: string;
  readonly counts: string;
  readonly since: string;
  readonly run: number;
  readonly run_trigger: string;
  readonly data_as_of: string;
  readonly finished_at: string;
}

interface AlertTable {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly details: string;
}

interface MirroredAlertTable {
  readonly target: string;
  readonly fingerprint: string;
  /** JSON: labels, annotations, startsAt. */
  readonly alert: string;
  readonly firing_accepted_at: string | null;
  readonly firing_accepted_by: string | null;
  readonly resolved_at: string | null;
  readonly end_accepted_at: string | null;
}

/** Facts whose changes are told, as far as they were followed. Rows stay when their subject leaves: it may come back. */
interface FollowedFactTable {
  readonly kind: string;
  readonly subject: string;
  /** Of the fact that it was moved on to last, lower-case hex. */
  readonly digest: string;
  readonly at: Timestamp;
  /** JSON, in the follower's own shape. */
  readonly baseline: string;
}

/** The only place of a clear name. Rows are deleted when a person is to be forgotten. */
interface PersonTable {
  readonly pseudonym: Pseudonym;
  /** Normalised. */
  readonly identifier: string;
  readonly salt: Uint8Array;
}

/** Never deleted; holds no name of the person that it is about. */
interface DisclosureTable {
  readonly entry: number;
  readonly at: string;
  readonly action: 'opening' | 'erasure';
  readonly pseudonym: Pseudonym;
  readonly user_name: string;
  readonly asked_by: string | null;
  readonly reason: string;
  readonly found: number;
}

interface OutboxTable {
  /** Rises with every notification recorded; never a clock's business. */
  readonly position: Generated<number>;
  readonly id: string;
  readonly receiver: string;
  readonly lane: string;
  readonly sequence: number;
  readonly decided_at: string;
  readonly notification: string;
  readonly state: 'pending' | 'accepted';
  readonly attempts: number;
  /** Of the attempts that have ended. */
  readonly may_have_arrived: number;
  /** An attempt has started whose end is not known. */
  readonly attempt_open: number;
  /** Null: at once. */
  readonly next_attempt_at: string | null;
  /** When an attempt was last noted. Later than now: the clock was set back, and `next_attempt_at` means nothing. */
  readonly noted_at: string | null;
  readonly last_error: string | null;
  /** Id of the first row of the message that the last attempt sent. Null before the first attempt. */
  readonly sent_as: string | null;
  readonly accepted_at: string | null;
  readonly receipt: string | null;
}
