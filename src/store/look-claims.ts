import type { Timestamp } from '../domain/time.ts';
import type { Database, Trx } from './database.ts';

export async function claimLook(trx: Trx, name: string, scheduledFor: Timestamp, now: Timestamp): Promise<boolean> {
  const standing = await selectLastScheduled(trx, name);
  if (standing !== null && !mayReplace(standing, scheduledFor, now)) return false;
  await trx
    .insertInto('look_claims')
    .values({ name, claimed_for: scheduledFor, ended_for: null })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ claimed_for: scheduledFor }))
    .execute();
  return true;
}

/** A claim for a time that has not come yet is of a clock that was set back since; it must not stop all looks until then. */
function mayReplace(standing: Timestamp, scheduledFor: Timestamp, now: Timestamp): boolean {
  return standing < scheduledFor || (standing > now && standing !== scheduledFor);
}

/** What ended last counts again, so that a look that was given up is due. */
export async function releaseClaims(trx: Trx): Promise<readonly string[]> {
  const open = await trx.selectFrom('look_claims').select('name').where('claimed_for', 'is not', null).orderBy('name').execute();
  await trx.updateTable('look_claims').set({ claimed_for: null }).where('claimed_for', 'is not', null).execute();
  return open.map((claim) => claim.name);
}

export async function selectLastScheduled(database: Database, name: string): Promise<Timestamp | null> {
  const claim = await database.selectFrom('look_claims').select(['claimed_for', 'ended_for']).where('name', '=', name).executeTakeFirst();
  return claim?.claimed_for ?? claim?.ended_for ?? null;
}
