import { sql } from 'kysely';
import type { Interpretation } from '../domain/claim.ts';
import type { CheckStatus } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import { type Counts, statusOfCounts } from '../domain/status.ts';
import type { Database, Trx } from './database.ts';
import { parseJson } from './json-column.ts';

export async function selectStatuses(database: Database): Promise<readonly CheckStatus[]> {
  const rows = await database.selectFrom('statuses').selectAll().orderBy('check_id').orderBy('interpretation').execute();
  return rows.map((row) => ({
    check: row.check_id,
    interpretation: row.interpretation as Interpretation,
    counts: parseJson<Counts>(row.counts),
    since: row.since,
    run: row.run,
    trigger: row.run_trigger as Run['trigger'],
    dataAsOf: row.data_as_of,
    finishedAt: row.finished_at,
  }));
}

/** One row per interpretation that the run judged, and none besides: a status without a run behind it would stand for ever. */
export async function replaceStatuses(trx: Trx, run: Run): Promise<void> {
  const before = await trx.selectFrom('statuses').select(['interpretation', 'counts', 'since']).where('check_id', '=', run.check).execute();
  await trx.deleteFrom('statuses').where('check_id', '=', run.check).execute();
  for (const [interpretation, counts] of Object.entries(run.counts)) {
    const old = before.find((row) => row.interpretation === interpretation);
    const isSame = old !== undefined && statusOfCounts(parseJson<Counts>(old.counts)) === statusOfCounts(counts);
    const row = {
      check_id: run.check,
      interpretation,
      counts: JSON.stringify(counts),
      since: isSame ? old.since : run.finishedAt,
      run: run.id,
      run_trigger: run.trigger,
      data_as_of: run.dataAsOf,
      finished_at: run.finishedAt,
    };
    await trx.insertInto('statuses').values(row).execute();
  }
}

export async function dropStatuses(trx: Trx, exceptChecks: readonly string[]): Promise<void> {
  const kept = sql<string>`(select value from json_each(${JSON.stringify(exceptChecks)}))`;
  await trx.deleteFrom('statuses').where('check_id', 'not in', kept).execute();
}
