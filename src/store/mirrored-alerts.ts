import { sql } from 'kysely';
import type { MirrorEntry, MirroredAlert } from '../domain/mirroring.ts';
import type { Database, Trx } from './database.ts';
import { parseJson } from './json-column.ts';

export async function selectMirrored(database: Database, target: string): Promise<readonly MirrorEntry[]> {
  const rows = await database.selectFrom('mirrored_alerts').selectAll().where('target', '=', target).orderBy('fingerprint').execute();
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    alert: parseJson<MirroredAlert>(row.alert),
    firingAcceptedAt: row.firing_accepted_at,
    firingAcceptedBy: row.firing_accepted_by,
    resolvedAt: row.resolved_at,
    endAcceptedAt: row.end_accepted_at,
  }));
}

export async function selectMirroredTargets(database: Database): Promise<readonly string[]> {
  const rows = await database.selectFrom('mirrored_alerts').select('target').distinct().orderBy('target').execute();
  return rows.map(({ target }) => target);
}

export async function noteMirrored(trx: Trx, target: string, entries: readonly MirrorEntry[]): Promise<void> {
  for (const { fingerprint, alert, resolvedAt, ...taken } of entries) {
    const acceptances = {
      firing_accepted_at: taken.firingAcceptedAt,
      firing_accepted_by: taken.firingAcceptedBy,
      end_accepted_at: taken.endAcceptedAt,
    };
    const rest = { alert: JSON.stringify(alert), resolved_at: resolvedAt, ...acceptances };
    await trx
      .insertInto('mirrored_alerts')
      .values({ target, fingerprint, ...rest })
      .onConflict((conflict) => conflict.columns(['target', 'fingerprint']).doUpdateSet(rest))
      .execute();
  }
}

export async function forgetMirrored(trx: Trx, target: string, fingerprints: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('mirrored_alerts')
    .where('target', '=', target)
    .where('end_accepted_at', 'is not', null)
    .where('fingerprint', 'in', sql<string>`(select value from json_each(${JSON.stringify(fingerprints)}))`)
    .execute();
}
