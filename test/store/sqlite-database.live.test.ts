import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createDialect } from '../../src/store/sqlite-database.ts';

it('an error that has ended the transaction already is the one that is told', async () => {
  const sqlite = new DatabaseSync(':memory:');
  // As a full disk does: the statement fails and takes the transaction with it.
  sqlite.exec('create table numbers (number integer unique on conflict rollback)');
  const database = new Kysely<{ numbers: { number: number } }>({ dialect: createDialect(sqlite) });
  onTestFinished(() => database.destroy());
  const insert = (number: number) =>
    database.transaction().execute(async (trx) => {
      await trx.insertInto('numbers').values({ number }).execute();
      await trx.insertInto('numbers').values({ number: 1 }).execute();
    });
  await expect(insert(1)).rejects.toThrow('UNIQUE constraint failed');
  await expect(insert(1)).rejects.toThrow('UNIQUE constraint failed');
  expect(await insert(2).then(() => database.selectFrom('numbers').selectAll().orderBy('number').execute())).toEqual([
    { number: 1 },
    { number: 2 },
  ]);
});
