import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Timestamp } from '../domain/time.ts';
import { checkState } from './check-integrity.ts';
import { isOurs, migrate, newestVersion, versionOf } from './migrations.ts';
import { openForReading, openForWriting } from './sqlite-database.ts';
import { isCorrupt } from './sqlite-error.ts';

/** The file is sound but must not be used; nothing of it was touched. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

/** What stands next to a database while it is in use. */
const companions = ['-wal', '-shm'] as const;
/** The smallest page size that SQLite knows; it takes a shorter file for a new, empty database. */
export const smallestPageBytes = 512;
const quarantineMark = '.corrupt-';

/** Opens the state for writing; a damaged file is moved aside first, an absent one is made. `problems` says why it was moved. */
export function openStateFile(path: string, now: Timestamp): { readonly database: DatabaseSync; readonly problems: readonly string[] } {
  mkdirSync(dirname(path), { recursive: true });
  const problems = findDamage(path);
  if (problems.length > 0) moveAside(path, now);
  if (!existsSync(path)) createStateFile(path);
  const database = openForWriting(path);
  try {
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, problems };
}

/** @throws StateFileError where the file was written by another version, or by another program. */
export function refuseForeign(path: string, accepts: (version: number) => boolean): void {
  const database = openForReading(path);
  try {
    const version = versionOf(database);
    if (!isOurs(database)) throw new StateFileError(`${path} was not written by claimwatch; name another folder for the state`);
    if (accepts(version)) return;
    const remedy =
      version > newestVersion ? 'start the newer claimwatch that wrote it' : 'start the daemon once, which brings it up to date';
    throw new StateFileError(`${path} has version ${version}, this claimwatch works with version ${newestVersion}; ${remedy}`);
  } finally {
    database.close();
  }
}

function findDamage(path: string): readonly string[] {
  if (!existsSync(path)) return isLeftAlone(path) ? ['the file is missing, but its write-ahead log is there'] : [];
  // A file is put in place whole, so that a short one is never a start that was cut short; SQLite takes it for a new, empty database.
  if (statSync(path).size < smallestPageBytes) return ['the file is shorter than one page'];
  try {
    refuseForeign(path, (version) => version <= newestVersion);
    return checkState(path);
  } catch (error) {
    if (isCorrupt(error)) return [error instanceof Error ? error.message : String(error)];
    throw error;
  }
}

function isLeftAlone(path: string): boolean {
  const wal = `${path}-wal`;
  return existsSync(wal) && statSync(wal).size > 0;
}

/** The database goes first: what a process that dies here leaves behind is a log without a file, which the next start moves too. */
function moveAside(path: string, now: Timestamp): void {
  const target = findFreeName(`${path}${quarantineMark}${now.replaceAll(':', '-')}`);
  for (const suffix of ['', ...companions]) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
}

function findFreeName(wanted: string): string {
  let name = wanted;
  for (let number = 2; ['', ...companions].some((suffix) => existsSync(name + suffix)); number += 1) name = `${wanted}-${number}`;
  return name;
}

/** Found by name, so that a process that dies between the move and the new file does not hide it. */
function findQuarantined(path: string): string | null {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}${quarantineMark}`));
  const newest = names
    .map((name) => name.replace(/-(wal|shm)$/, ''))
    .toSorted()
    .at(-1);
  return newest === undefined ? null : join(dirname(path), newest);
}

/** Made beside its place and moved there whole. A log left there would be replayed into it: `findDamage` sees to it that there is none. */
function createStateFile(path: string): void {
  const draft = `${path}.new`;
  for (const suffix of ['', ...companions]) rmSync(draft + suffix, { force: true });
  const database = openForWriting(draft);
  try {
    migrate(database);
    database.prepare('insert into origin (quarantined) values (?)').run(findQuarantined(path));
  } finally {
    database.close();
  }
  renameSync(draft, path);
}
