import type { FactMap, Look } from '../domain/look.ts';
import type { WholeLooks } from '../domain/ports.ts';
import type { Timestamp } from '../domain/time.ts';
import { readBodies } from './bodies.ts';
import { DamagedContentError } from './damaged-content-error.ts';
import type { Database, Read, Trx } from './database.ts';
import { parseJson } from './json-column.ts';

interface LookRow {
  readonly id: number;
  readonly details: string;
}

/** Writes the row and ends the claim of its time, where there is one (a look at some subjects has none). */
export async function insertLook(trx: Trx, look: Omit<Look, 'id'>): Promise<Look> {
  const row = { name: look.name, base: look.base, details: JSON.stringify(look) };
  const { id } = await trx.insertInto('looks').values(row).returning('id').executeTakeFirstOrThrow();
  await trx
    .updateTable('look_claims')
    .set({ claimed_for: null, ended_for: look.scheduledFor })
    .where('name', '=', look.name)
    .where('claimed_for', '=', look.scheduledFor)
    .execute();
  return { ...look, id };
}

export async function selectLook(database: Database, id: number): Promise<Look | null> {
  return toLook(await database.selectFrom('looks').select(['id', 'details']).where('id', '=', id).executeTakeFirst());
}

export async function selectLatestLook(database: Database, name: string): Promise<Look | null> {
  const newest = database.selectFrom('looks').select(['id', 'details']).where('name', '=', name).orderBy('id', 'desc').limit(1);
  return toLook(await newest.executeTakeFirst());
}

/** The index holds all that is read: a day of looks of each minute takes about a millisecond (measured). */
export async function selectWholeLooks(
  database: Database,
  name: string,
  { from, to }: { readonly from: Timestamp; readonly to: Timestamp },
): Promise<WholeLooks> {
  const whole = database.selectFrom('looks').where('extent', '=', 'all').where('name', '=', name);
  const first = await whole.select((select) => select.fn.min('scheduled_for').as('since')).executeTakeFirst();
  const rows = await whole
    .select(['scheduled_for as scheduledFor', 'finished_at as finishedAt'])
    .where('scheduled_for', '>=', from)
    .where('scheduled_for', '<', to)
    .orderBy('scheduled_for')
    .orderBy('finished_at')
    .execute();
  return { since: first?.since ?? null, looks: rows };
}

function toLook(row: LookRow | undefined): Look | null {
  return row === undefined ? null : { ...parseJson<Omit<Look, 'id'>>(row.details), id: row.id };
}

/** The whole map: that of the first look of the chain, with each delta applied, oldest first. */
export async function readFactMap(read: Read, look: Look): Promise<FactMap> {
  const chain = await readChain(read, look);
  const bodies = await readBodies(
    read,
    chain.map((link) => link.mapDigest),
  );
  const map = new Map<string, FactMap[string]>();
  for (const link of chain) {
    const body = bodies.get(link.mapDigest);
    if (body === undefined) throw new DamagedContentError(`the fact map ${link.mapDigest} of look ${link.id} is missing`);
    applyMap(map, body as FactMap);
  }
  return Object.fromEntries(map);
}

/** From the look that holds a whole map to this one. */
async function readChain(read: Read, look: Look): Promise<readonly Look[]> {
  const chain = [look];
  for (let link = look; link.base !== null; ) {
    const { base, id } = link;
    const before = base < id ? await read((database) => selectLook(database, base)) : null;
    if (before === null) throw new DamagedContentError(`look ${base}, on which look ${id} rests, is missing`);
    chain.push(before);
    link = before;
  }
  return chain.reverse();
}

/** A subject of whom nothing was brought is gone. */
function applyMap(map: Map<string, FactMap[string]>, change: FactMap): void {
  for (const [subject, references] of Object.entries(change)) {
    if (Object.keys(references).length === 0) map.delete(subject);
    else map.set(subject, references);
  }
}
