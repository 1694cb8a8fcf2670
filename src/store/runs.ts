import type { Entry } from '../domain/ports.ts';
import type { Run, RunOutcome } from '../domain/run.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Database, Trx } from './database.ts';
import { parseJson } from './json-column.ts';

interface RunRow {
  readonly id: number;
  readonly entry: number;
  readonly details: string;
}

const columns = ['id', 'entry', 'details'] as const;

export async function selectRun(database: Database, id: number): Promise<Run | null> {
  const row = await database.selectFrom('runs').select(columns).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toRun(row);
}

export interface RunFilter {
  readonly check?: string;
  readonly limit: number;
  /** A run id: older ones than this. */
  readonly before?: number;
}

/** Newest first. */
export async function selectRuns(database: Database, { check, limit, before }: RunFilter): Promise<readonly Run[]> {
  const rows = await database
    .selectFrom('runs')
    .select(columns)
    .$if(check !== undefined, (query) => query.where('check_id', '=', check ?? ''))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRun);
}

export interface RunsFromFilter {
  readonly check?: string;
  /** A run id: this one and newer ones. */
  readonly first: number;
  readonly limit: number;
}

/** Oldest first. */
export async function selectRunsFrom(database: Database, { check, first, limit }: RunsFromFilter): Promise<readonly Run[]> {
  const rows = await database
    .selectFrom('runs')
    .select(columns)
    .$if(check !== undefined, (query) => query.where('check_id', '=', check ?? ''))
    .where('id', '>=', first)
    .orderBy('id', 'asc')
    .limit(limit)
    .execute();
  return rows.map(toRun);
}

/** Timestamps sort as text. */
export async function selectRunNumbers(
  database: Database,
  { from, to }: { readonly from: Timestamp; readonly to: Timestamp },
): Promise<{ readonly first: number; readonly last: number } | null> {
  const found = await database
    .selectFrom('runs')
    .select((select) => [select.fn.min('id').as('first'), select.fn.max('id').as('last')])
    .where('finished_at', '>=', from)
    .where('finished_at', '<', to)
    .executeTakeFirst();
  if (found === undefined || found.first === null || found.last === null) return null;
  return { first: found.first, last: found.last };
}

function toRun(row: RunRow): Run {
  return { ...parseJson<RunOutcome>(row.details), id: row.id, entry: row.entry };
}

/** The run as it will stand: both numbers follow the last ones without a hole. */
export async function numberRun(trx: Trx, outcome: RunOutcome): Promise<Run> {
  const last = await trx
    .selectFrom('runs')
    .select((select) => select.fn.max('id').as('id'))
    .executeTakeFirst();
  return { ...outcome, id: (last?.id ?? 0) + 1, entry: await countEntries(trx) };
}

export async function insertRun(trx: Trx, { id, entry, ...outcome }: Run): Promise<void> {
  const row = { id, check_id: outcome.check, finished_at: outcome.finishedAt, entry, details: JSON.stringify(outcome) };
  await trx.insertInto('runs').values(row).execute();
}

/** One that leaves no room for its length in an entry bundle of two length bytes (c2sp.org/tlog-tiles) could not be proved later. */
const longestEntryBytes = 65_535;

export async function insertEntry(trx: Trx, { index, body, leafHash }: Entry): Promise<void> {
  const bytes = Buffer.byteLength(body);
  if (bytes > longestEntryBytes) throw new RangeError(`entry ${index} is ${bytes} bytes long; at most ${longestEntryBytes} can be proved`);
  await trx.insertInto('entries').values({ position: index, body, leaf_hash: leafHash }).execute();
}

export async function selectEntry(database: Database, index: number): Promise<Entry | null> {
  const row = await database.selectFrom('entries').selectAll().where('position', '=', index).executeTakeFirst();
  return row === undefined ? null : { index: row.position, body: row.body, leafHash: row.leaf_hash };
}

/** Positions have no hole, so the last one tells. */
export async function countEntries(database: Database): Promise<number> {
  const last = await database
    .selectFrom('entries')
    .select((select) => select.fn.max('position').as('position'))
    .executeTakeFirst();
  return last === undefined || last.position === null ? 0 : last.position + 1;
}
