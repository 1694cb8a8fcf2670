import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import type { Finding } from '../domain/finding.ts';
import type { Log, Pseudonyms, Store, StoreReader } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import { selectAlerts, selectOpenAlerts } from './alerts.ts';
import { putBodies, readBodies, readBodiesAs, readBody } from './bodies.ts';
import type { Database, Read, Trx, Write } from './database.ts';
import { followFacts, readFollowed } from './followed-facts.ts';
import { claimLook, releaseClaims, selectLastScheduled } from './look-claims.ts';
import { readFactMap, selectLatestLook, selectLook, selectWholeLooks } from './looks.ts';
import { newestVersion } from './migrations.ts';
import { forgetMirrored, noteMirrored, selectMirrored, selectMirroredTargets } from './mirrored-alerts.ts';
import { finishAttempt, selectDueLanes, selectOutboxSummary, startAttempt } from './outbox.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { recordLook } from './record-look.ts';
import { recordDecision, recordRun } from './record-run.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { countEntries, selectEntry, selectRun, selectRunNumbers, selectRuns, selectRunsFrom } from './runs.ts';
import { createDialect, openForReading } from './sqlite-database.ts';
import { openStateFile, refuseForeign } from './state-file.ts';
import { dropStatuses, selectStatuses } from './statuses.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';

export interface OpenStoreOptions {
  readonly path: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

export interface OpenedStore {
  readonly store: Store;
  readonly pseudonyms: Pseudonyms;
  /** Where a damaged file was moved before this one was begun. Given at every start until a run is recorded, so that a crash does not keep it from people. */
  readonly quarantined: string | null;
}

/**
 * Opens the state for writing; makes the file where there is none, brings an older one up to date, moves a damaged one aside.
 * @throws StateFileError where a newer version or another program wrote the file; it is not touched.
 */
export async function openStore({ path, now, log }: OpenStoreOptions): Promise<OpenedStore> {
  const closing = new AbortController();
  const opened = await retryWhileBusy(() => openStateFile(path, timestamp(now())), { signal: closing.signal });
  const connection = connect(opened.database, closing.signal);
  const queue = createWriteQueue();
  const write = createWrite(connection, queue, closing.signal);
  const store = createStore(connection, queue, write, closing, now);
  const quarantined = await findUntoldQuarantine(connection.database);
  if (opened.problems.length > 0)
    log.error({ path, quarantined, problems: opened.problems }, 'the state file was damaged and has been moved aside; a new one was begun');
  return { store, pseudonyms: createPseudonyms(connection.read, write), quarantined };
}

/**
 * A read-only connection of its own, for another thread or process. Null where nothing has been recorded yet.
 * @throws StateFileError where the file is not of this version.
 */
export async function openStoreReader(path: string): Promise<StoreReader | null> {
  if (!existsSync(path)) return null;
  const closing = new AbortController();
  await retryWhileBusy(() => refuseForeign(path, (version) => version === newestVersion), { signal: closing.signal });
  const { database, read } = connect(openForReading(path), closing.signal);
  return { ...createReads(read), close: () => close(database, closing) };
}

export interface Connection {
  readonly database: Database;
  readonly read: Read;
}

export function connect(sqlite: DatabaseSync, closing: AbortSignal): Connection {
  const database: Database = new Kysely({ dialect: createDialect(sqlite) });
  return { database, read: (work) => retryWhileBusy(() => work(database), { signal: closing }) };
}

export async function close(database: Database, closing: AbortController): Promise<void> {
  closing.abort(new Error('the store is closed'));
  await database.destroy();
}

async function findUntoldQuarantine(database: Database): Promise<string | null> {
  if ((await selectRuns(database, { limit: 1 })).length > 0) return null;
  const origin = await database.selectFrom('origin').select('quarantined').executeTakeFirst();
  return origin?.quarantined ?? null;
}

function createReads(read: Read): Omit<StoreReader, 'close'> {
  return {
    bodies: (digests) => readBodies(read, digests),
    bodiesAs: (digests, keep) => readBodiesAs(read, digests, keep),
    look: (id) => read((database) => selectLook(database, id)),
    latestLook: (name) => read((database) => selectLatestLook(database, name)),
    wholeLooks: (name, period) => read((database) => selectWholeLooks(database, name, period)),
    factMap: (look) => readFactMap(read, look),
    followedFacts: (kind, subjects) => readFollowed(read, kind, subjects),
    run: (id) => read((database) => selectRun(database, id)),
    latestRun: async (check) => (await read((database) => selectRuns(database, { check, limit: 1 })))[0] ?? null,
    runs: (filter) => read((database) => selectRuns(database, filter)),
    runsFrom: (filter) => read((database) => selectRunsFrom(database, filter)),
    runNumbers: (period) => read((database) => selectRunNumbers(database, period)),
    findings: async (run) => (await readBody(read, run.notPassDigest)) as unknown as readonly Finding[],
    statuses: () => read(selectStatuses),
    openAlerts: () => read(selectOpenAlerts),
    alerts: (limit) => read((database) => selectAlerts(database, limit)),
    outboxSummary: () => read(selectOutboxSummary),
    entry: (index) => read((database) => selectEntry(database, index)),
    entryCount: () => read(countEntries),
  };
}

async function unsynced<T>(database: Database, work: (trx: Trx) => Promise<T>): Promise<T> {
  await sql`pragma synchronous = normal`.execute(database);
  try {
    return await database.transaction().execute(work);
  } finally {
    await sql`pragma synchronous = full`.execute(database);
  }
}

export function createWrite({ database }: Pick<Connection, 'database'>, queue: WriteQueue, signal: AbortSignal): Write {
  return (work) => queue.run(() => retryWhileBusy(() => database.transaction().execute(work), { signal }));
}

function createStore({ database, read }: Connection, queue: WriteQueue, write: Write, closing: AbortController, now: () => number): Store {
  /**
   * Not synced to the disk by itself: the record that points to what was written comes later in the same log, and its sync brings both or, after a loss of
   * power, neither. Without it each of the many small writes of a first look holds the thread for as long as the disk takes.
   */
  const writeAhead: Write = (work) => queue.run(() => retryWhileBusy(() => unsynced(database, work), { signal: closing.signal }));
  return {
    ...createReads(read),
    putBodies: (bodies) => putBodies(writeAhead, bodies),
    claimLook: (name, scheduledFor, at) => write((trx) => claimLook(trx, name, scheduledFor, at)),
    releaseClaims: () => write(releaseClaims),
    lastScheduled: (name) => read((reading) => selectLastScheduled(reading, name)),
    followFacts: (followed) => followFacts(writeAhead, followed),
    recordLook: (look, changed, decide) => write((trx) => recordLook(trx, look, changed, decide)),
    record: (outcome, decide, seal) => write((trx) => recordRun(trx, outcome, decide, seal)),
    recordDecision: (decide) => write((trx) => recordDecision(trx, decide)),
    dueNotifications: (at, limit) => read((reading) => selectDueLanes(reading, at, limit)),
    startAttempt: (ids, at) => write((trx) => startAttempt(trx, ids, at)),
    finishAttempt: (ids, result) => write((trx) => finishAttempt(trx, ids, result, timestamp(now()))),
    mirrored: (target) => read((reading) => selectMirrored(reading, target)),
    mirroredTargets: () => read(selectMirroredTargets),
    noteMirrored: (target, entries) => write((trx) => noteMirrored(trx, target, entries)),
    forgetMirrored: (target, fingerprints) => write((trx) => forgetMirrored(trx, target, fingerprints)),
    dropStatuses: (exceptChecks) => write((trx) => dropStatuses(trx, exceptChecks)),
    close: async () => {
      await queue.drained();
      await close(database, closing);
    },
  };
}
