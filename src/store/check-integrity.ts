import type { DatabaseSync } from 'node:sqlite';
import { openForReading } from './sqlite-database.ts';
import { isCorrupt } from './sqlite-error.ts';

/** Small at all times, and what the next decision rests on. */
const stateTables = ['statuses', 'alerts', 'outbox', 'look_claims', 'origin'] as const;
/** These grow; at the start only their newest rows are read. */
const newestRows = ['looks', 'runs', 'entries'] as const;
const mostProblems = 20;

/** Reads the whole file, which may take minutes: never on the main thread. Gives what is wrong with it; nothing where it is sound. */
export function checkIntegrity(path: string): readonly string[] {
  return findProblems(path, (database) => texts(database, `pragma integrity_check(${mostProblems})`));
}

/** The quick check before ready: milliseconds, whatever the size of the file. */
export function checkState(path: string): readonly string[] {
  return findProblems(path, (database) => [
    ...stateTables.flatMap((table) => texts(database, `pragma quick_check(${table})`)),
    ...newestRows.flatMap((table) => readNewest(database, table)),
  ]);
}

function findProblems(path: string, check: (database: DatabaseSync) => readonly string[]): readonly string[] {
  const database = openForReading(path);
  try {
    return check(database).filter((text) => text !== 'ok');
  } catch (error) {
    if (isCorrupt(error)) return [error instanceof Error ? error.message : String(error)];
    throw error;
  } finally {
    database.close();
  }
}

function texts(database: DatabaseSync, sql: string): readonly string[] {
  return database
    .prepare(sql)
    .all()
    .flatMap((row) => Object.values(row).map(String));
}

function readNewest(database: DatabaseSync, table: (typeof newestRows)[number]): readonly string[] {
  const column = table === 'entries' ? 'body' : 'details';
  const newest = `select rowid as number, ${column} as text from ${table} order by rowid desc limit 64`;
  const broken = database.prepare(`select number from (${newest}) where not json_valid(text)`).all();
  return broken.map((row) => `row ${Number(row['number'])} of ${table} is no JSON`);
}
