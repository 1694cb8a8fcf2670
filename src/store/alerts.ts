import type { Alert } from '../domain/alert.ts';
import type { Decision } from '../domain/ports.ts';
import type { Database, Trx } from './database.ts';
import { parseJson } from './json-column.ts';
import { insertNotifications } from './outbox.ts';

export async function selectOpenAlerts(database: Database): Promise<readonly Alert[]> {
  // Sorted here, so that SQLite takes the index of the few open ones: every record asks.
  const rows = await database.selectFrom('alerts').select(['opened_at', 'id', 'details']).where('closed_at', 'is', null).execute();
  const sorted = rows.toSorted((a, b) => compare(a.opened_at, b.opened_at) || compare(a.id, b.id));
  return sorted.map((row) => parseJson<Alert>(row.details));
}

/** Newest first. */
export async function selectAlerts(database: Database, limit: number): Promise<readonly Alert[]> {
  const rows = await database
    .selectFrom('alerts')
    .select('details')
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => parseJson<Alert>(row.details));
}

/** Closed ones first: one decision may close an alert and open the next of the same key, and there is never more than one open. */
export async function writeDecision(trx: Trx, { alerts, notifications }: Decision): Promise<void> {
  for (const alert of alerts.filter((candidate) => candidate.closedAt !== null)) await replaceAlert(trx, alert);
  for (const alert of alerts.filter((candidate) => candidate.closedAt === null)) await replaceAlert(trx, alert);
  await insertNotifications(trx, notifications);
}

async function replaceAlert(trx: Trx, alert: Alert): Promise<void> {
  const { id, key, kind } = alert;
  const rest = { key, kind, opened_at: alert.openedAt, closed_at: alert.closedAt, details: JSON.stringify(alert) };
  await trx
    .insertInto('alerts')
    .values({ id, ...rest })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
    .execute();
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
