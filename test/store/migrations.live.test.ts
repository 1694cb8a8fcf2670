import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { isOurs, migrate, newestVersion, versionOf } from '../../src/store/migrations.ts';
import { stateFileInNewFolder } from '../support/state-folder.ts';

function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(stateFileInNewFolder());
  onTestFinished(() => database.close());
  return database;
}

const tablesOf = (database: DatabaseSync) =>
  database
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .all()
    .map((row) => row['name']);

it('a new file is marked as ours and comes to the newest version; again changes nothing', () => {
  const database = openDatabase();
  expect([isOurs(database), versionOf(database)]).toEqual([false, 0]);
  migrate(database);
  expect([isOurs(database), versionOf(database)]).toEqual([true, newestVersion]);
  const tables = tablesOf(database);
  migrate(database);
  expect(tablesOf(database)).toEqual(tables);
});

it('a step that fails leaves the file at the version before, and the next start goes on from there', () => {
  const database = openDatabase();
  const first = 'create table one (number integer)';
  expect(() => migrate(database, [first, 'create table two (number integer); create table one (number integer)'])).toThrow(
    'already exists',
  );
  expect([versionOf(database), tablesOf(database)]).toEqual([1, ['one']]);
  migrate(database, [first, 'create table two (number integer)', 'create table three (number integer)']);
  expect([versionOf(database), tablesOf(database)]).toEqual([3, ['one', 'three', 'two']]);
});
