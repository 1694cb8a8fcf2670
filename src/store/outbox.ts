import { sql } from 'kysely';
import type { Notification } from '../domain/alert.ts';
import type { AttemptResult, OutboxLane, OutboxSummary } from '../domain/ports.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Database, Trx } from './database.ts';
import { parseJson } from './json-column.ts';

/** Due at once. Ids that are known are left alone, accepted ones too. */
export async function insertNotifications(trx: Trx, notifications: readonly Notification[]): Promise<void> {
  for (const notification of notifications) {
    const { id, receiver, lane, sequence, at } = notification;
    const row = { id, receiver, lane, sequence, decided_at: at, notification: JSON.stringify(notification) };
    const unsent = { state: 'pending', attempts: 0, may_have_arrived: 0, attempt_open: 0 } as const;
    await trx
      .insertInto('outbox')
      .values({ ...row, ...unsent })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

interface DueRow {
  readonly receiver: string;
  readonly lane: string;
  readonly notification: string;
  readonly attempts: number;
  readonly mayHaveArrived: number;
  readonly sentAs: string;
}

/**
 * Lanes whose first pending row is due, with all their pending rows. A lane that waits hides no other.
 * The lane of the oldest row comes first, by the order of recording, which no clock can turn round.
 */
export async function selectDueLanes(database: Database, now: Timestamp, limit: number): Promise<readonly OutboxLane[]> {
  const query = sql<DueRow>`
    with heads as (
      select receiver, lane, position from outbox as head
      where state = 'pending'
        and (next_attempt_at is null or next_attempt_at <= ${now} or noted_at > ${now})
        and not exists (
          select 1 from outbox as earlier
          where earlier.state = 'pending' and earlier.receiver = head.receiver and earlier.lane = head.lane
            and (earlier.sequence, earlier.position) < (head.sequence, head.position))
      order by position limit ${limit})
    select receiver, lane, notification, attempts, may_have_arrived or attempt_open as mayHaveArrived,
      coalesce(sent_as, id) as sentAs
    from heads join outbox using (receiver, lane)
    where outbox.state = 'pending'
    order by heads.position, outbox.sequence, outbox.position`;
  const { rows } = await query.execute(database);
  const lanes = Map.groupBy(rows, (row) => JSON.stringify([row.receiver, row.lane]));
  return [...lanes.values()].flatMap((lane) => toLane(lane));
}

function toLane(rows: readonly DueRow[]): readonly OutboxLane[] {
  const [head] = rows;
  if (head === undefined) return [];
  const own = rows.map((row) => ({
    notification: parseJson<Notification>(row.notification),
    attempts: row.attempts,
    mayHaveArrived: row.mayHaveArrived === 1,
    sentAs: row.sentAs,
  }));
  return [{ receiver: head.receiver, lane: head.lane, rows: own }];
}

/** The ids of one message, in order. An earlier attempt whose end nobody noted may have arrived, whatever becomes of this one. */
export async function startAttempt(trx: Trx, ids: readonly string[], now: Timestamp): Promise<void> {
  await trx
    .updateTable('outbox')
    .set((column) => ({
      attempts: sql<number>`${column.ref('attempts')} + 1`,
      may_have_arrived: sql<number>`${column.ref('may_have_arrived')} or ${column.ref('attempt_open')}`,
      attempt_open: 1,
      noted_at: now,
      sent_as: ids[0] ?? null,
    }))
    .where('id', 'in', isOneOf(ids))
    .where('state', '=', 'pending')
    .execute();
}

/** What may have arrived once stays so; what was accepted once stays accepted. */
export async function finishAttempt(trx: Trx, ids: readonly string[], result: AttemptResult, now: Timestamp): Promise<void> {
  const pending = trx.updateTable('outbox').where('id', 'in', isOneOf(ids)).where('state', '=', 'pending');
  if (result.kind === 'accepted') {
    const accepted = { state: 'accepted', attempt_open: 0, noted_at: now, accepted_at: result.at, receipt: result.receipt } as const;
    await pending.set(accepted).execute();
    return;
  }
  const failed = { attempt_open: 0, noted_at: now, next_attempt_at: result.nextAttemptAt, last_error: result.error };
  await pending
    .set((column) => ({
      ...failed,
      may_have_arrived: sql<number>`${column.ref('may_have_arrived')} or ${result.mayHaveArrived ? 1 : 0}`,
    }))
    .execute();
}

function isOneOf(ids: readonly string[]) {
  return sql<string>`(select value from json_each(${JSON.stringify(ids)}))`;
}

export async function selectOutboxSummary(database: Database): Promise<readonly OutboxSummary[]> {
  const query = sql<OutboxSummary>`
    select receiver, sum(state = 'pending') as pending, min(iif(state = 'pending', decided_at, null)) as oldestPendingAt,
      sum(state = 'accepted') as accepted
    from outbox group by receiver order by receiver`;
  return (await query.execute(database)).rows;
}
