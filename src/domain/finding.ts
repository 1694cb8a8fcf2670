import type { Interpretation } from './claim.ts';
import type { FaultCode } from './fault.ts';
import type { Timestamp } from './time.ts';

/** What a failure asks of people, gravest first. */
export type Response = 'page' | 'ticket' | 'report';
export const responses: readonly Response[] = ['page', 'ticket', 'report'];

/**
 * Why a finding is unknown: a fault, a status past its limit, an empty population, a sentence that can only be refuted, or an index that may lag
 * and whose news the origin has not confirmed yet.
 */
export type UnknownReason = FaultCode | 'stale' | 'none-seen' | 'not-provable' | 'unconfirmed';

interface Explained {
  readonly interpretation: Interpretation;
  readonly expected: string;
  readonly observed: string;
  /** The rule or property that decided (`RFC 8996`, `certificates[0].validTo`). */
  readonly rule: string;
}

/** What a check says of one subject under one interpretation. Timestamps, never durations or "now". */
export type Judgement = Explained &
  (
    | { readonly status: 'pass' }
    | { readonly status: 'fail' /** A lower response than the check's own. */; readonly response?: Response }
    | {
        readonly status: 'unknown';
        readonly reason: UnknownReason;
        /** The subject was seen, and what would make it fail is not there: only the proof is missing. Ends a failure; never told. */
        readonly unrefuted?: true;
      }
  );

export type FindingStatus = 'pass' | 'fail' | 'unknown' | 'waived';

/** A judgement as recorded: with its subject, what could be seen of it, and the waiver that covers it. */
export type Finding = Explained & {
  readonly subject: string;
} & (
    | { readonly status: 'pass' }
    | {
        readonly status: 'fail';
        readonly response: Response;
        /** Set while a failure stands that can no longer be seen. */
        readonly lastSeen?: LastSeen;
        /** Ids of the rows that it follows from besides its subject's own, where a fact was derived from many: when it ends, all of them are asked for. */
        readonly restsOn?: readonly string[];
      }
    | {
        readonly status: 'unknown';
        readonly reason: UnknownReason;
        /** What made it unknown, the same text for every check that it blinds (`tls: unreachable`); null: the check itself. */
        readonly cause: string | null;
        /** Seen, and not failing: only the proof is missing. */
        readonly unrefuted?: true;
      }
    | {
        readonly status: 'waived';
        readonly response: Response;
        readonly waiver: string;
        readonly lastSeen?: LastSeen;
        readonly restsOn?: readonly string[];
      }
  );

export interface LastSeen {
  /** Data as of the last look that saw the failure. */
  readonly at: Timestamp;
  readonly reason: UnknownReason;
  readonly cause: string | null;
  /** Why it cannot be seen, for people. */
  readonly message: string;
}

/** Unknown, although the subject was seen and nothing refuted the sentence: no blindness, so it ends a failure and is never told. */
export function isUnrefuted(finding: Pick<Finding, 'status'> & { readonly reason?: UnknownReason; readonly unrefuted?: true }): boolean {
  return finding.status === 'unknown' && (finding.reason === 'not-provable' || finding.unrefuted === true);
}
