import type { Interpretation } from './claim.ts';
import { epochMs, type Timestamp } from './time.ts';

/** An accepted risk. The check still runs; the finding says waived; it never counts as pass. */
export interface Waiver {
  readonly id: string;
  readonly check: string;
  /** Subject id, or `*` for all. */
  readonly subject: string;
  readonly interpretations: readonly Interpretation[];
  readonly reason: string;
  readonly requestedBy: string;
  /** Never the one who asked. */
  readonly approvedBy: string;
  readonly from: Timestamp;
  readonly until: Timestamp;
}

export function isInForce(waiver: Waiver, nowMs: number): boolean {
  return epochMs(waiver.from) <= nowMs && nowMs < epochMs(waiver.until);
}
