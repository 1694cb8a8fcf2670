import type { Delivery, DeliveryResult, OutboxLane, OutboxRow } from '../domain/ports.ts';
import { epochMs, timestamp } from '../domain/time.ts';

/** Sent later than this after it was decided, a message says so. */
const delayedAfterMs = 60_000;

/**
 * What of a lane is sent next. Rows that surely have not arrived become one message; a message that may have arrived goes
 * first, made of the same rows and under the same id, so that the receiver can drop the duplicate. The order in a lane never changes.
 */
export function nextRows(lane: OutboxLane): readonly OutboxRow[] {
  const [first] = lane.rows;
  if (first === undefined) return [];
  const isNext = first.mayHaveArrived
    ? (row: OutboxRow) => row.mayHaveArrived && row.sentAs === first.sentAs
    : (row: OutboxRow) => !row.mayHaveArrived;
  const end = lane.rows.findIndex((row) => !isNext(row));
  return end === -1 ? lane.rows : lane.rows.slice(0, end);
}

export function toDelivery(rows: readonly [OutboxRow, ...OutboxRow[]], nowMs: number): Delivery {
  const [first] = rows;
  return {
    id: first.notification.id,
    notifications: rows.map((row) => row.notification),
    attempt: first.attempts + 1,
    sentAt: timestamp(nowMs),
    delayed: nowMs - epochMs(first.notification.at) > delayedAfterMs,
  };
}

/** Short enough for a page at every step; after the last one it never gives up. */
const backoffMs = [1_000, 5_000, 30_000, 60_000, 120_000, 300_000] as const;
const capMs = 300_000;
const jitterShare = 0.1;

/**
 * How long to wait after a failed attempt (1 for the first). `random` in [0, 1) spreads it by a tenth either way;
 * what the receiver asked for is never shortened. What it rejects is not mended by asking again soon.
 */
export function retryDelayMs(attempt: number, result: Extract<DeliveryResult, { kind: 'failed' }>, random: number): number {
  if (result.retryAfterMs !== null) return Math.round(Math.max(result.retryAfterMs, backoffMs[0]) * (1 + jitterShare * random));
  const delayMs = result.reason === 'rejected' ? capMs : (backoffMs[attempt - 1] ?? capMs);
  return Math.round(delayMs * (1 + jitterShare * (2 * random - 1)));
}
