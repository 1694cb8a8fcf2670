import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

/** How long one statement may block the thread while another connection writes; then `retryWhileBusy` waits without blocking. */
const busyTimeoutMs = 50;

/** @throws an error of SQLite where the file cannot be opened or is none of its own. */
export function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = full;');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly: true });
}

/** kysely has no dialect for `node:sqlite`; its SQLite dialect asks only for this much of a database. */
export function createDialect(database: DatabaseSync): SqliteDialect {
  const statements = new Map<string, SqliteStatement>();

  function prepare(sql: string): SqliteStatement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = sql === 'rollback' ? rollbackOf(database) : adapt(database.prepare(sql === 'begin' ? 'begin immediate' : sql));
    statements.set(sql, statement);
    return statement;
  }

  const adapted: SqliteDatabase = { close: () => database.close(), prepare };
  return new SqliteDialect({ database: adapted });
}

function adapt(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...toInput(parameters)),
    run: (parameters) => statement.run(...toInput(parameters)),
    iterate: (parameters) => statement.iterate(...toInput(parameters)),
  };
}

/** SQLite itself refuses, with an error, a value that it cannot hold. */
function toInput(parameters: readonly unknown[]): readonly SQLInputValue[] {
  return parameters as readonly SQLInputValue[];
}

/** A full disk or an I/O error ends the transaction by itself; a second rollback would hide that error behind its own. */
function rollbackOf(database: DatabaseSync): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run: () => {
      if (database.isTransaction) database.exec('rollback');
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [].values(),
  };
}
