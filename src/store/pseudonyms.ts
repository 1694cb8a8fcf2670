import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Pseudonyms } from '../domain/ports.ts';
import { normaliseIdentifier, type Pseudonym, pseudonymFrom } from '../domain/pseudonym.ts';
import type { Database, Read, Trx, Write } from './database.ts';

const saltBytes = 32;

/** The rows of `persons` are the only place where a clear name stands; without its row a pseudonym can be neither opened nor made again. */
export function createPseudonyms(read: Read, write: Write): Pseudonyms {
  return {
    pseudonymOf: async (identifiers) => {
      const wanted = [...new Set(identifiers.map(normaliseIdentifier))];
      const known = await read((database) => selectPseudonyms(database, wanted));
      const strangers = wanted.filter((identifier) => !known.has(identifier));
      if (strangers.length === 0) return known;
      await write((trx) => insertPersons(trx, strangers));
      return await read((database) => selectPseudonyms(database, wanted));
    },
  };
}

async function selectPseudonyms(database: Database, identifiers: readonly string[]): Promise<ReadonlyMap<string, Pseudonym>> {
  const rows = await database
    .selectFrom('persons')
    .select(['identifier', 'pseudonym'])
    .where('identifier', 'in', sql<string>`(select value from json_each(${JSON.stringify(identifiers)}))`)
    .execute();
  return new Map(rows.map(({ identifier, pseudonym }) => [identifier, pseudonym]));
}

/** Another process may have been first: its row stands. */
async function insertPersons(trx: Trx, identifiers: readonly string[]): Promise<void> {
  for (const identifier of identifiers) {
    await trx
      .insertInto('persons')
      .values(makePerson(identifier))
      .onConflict((conflict) => conflict.column('identifier').doNothing())
      .execute();
  }
}

function makePerson(identifier: string) {
  const salt = randomBytes(saltBytes);
  return { identifier, salt, pseudonym: pseudonymFrom(createHmac('sha256', salt).update(identifier).digest('hex')) };
}

export async function selectIdentifier(database: Database, pseudonym: Pseudonym): Promise<string | null> {
  const row = await database.selectFrom('persons').select('identifier').where('pseudonym', '=', pseudonym).executeTakeFirst();
  return row?.identifier ?? null;
}

/**
 * Emptying the whole table is what overwrites all its pages (`secure_delete` is on at this connection): SQLite moves rows about as others come and
 * go, and leaves copies in the gaps, which the deletion of one row would not find.
 */
export async function deletePerson(trx: Trx, pseudonym: Pseudonym): Promise<void> {
  const others = await trx.selectFrom('persons').selectAll().where('pseudonym', '!=', pseudonym).execute();
  await trx.deleteFrom('persons').execute();
  for (const other of others) await trx.insertInto('persons').values(other).execute();
}
