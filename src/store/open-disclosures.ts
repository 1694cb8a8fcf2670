import { setTimeout as sleep } from 'node:timers/promises';
import type { PersonDisclosure } from '../domain/person-disclosure.ts';
import type { Disclosures } from '../domain/ports.ts';
import { forgetPerson, openPseudonym, type SealDisclosure, selectDisclosures, truncateLog } from './disclosures.ts';
import { newestVersion } from './migrations.ts';
import { close, connect, createWrite } from './open-store.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { openForReading, openForWriting } from './sqlite-database.ts';
import { refuseForeign } from './state-file.ts';
import { createWriteQueue } from './write-queue.ts';

export interface OpenDisclosuresOptions {
  /** An existing state file. */
  readonly path: string;
  readonly seal: SealDisclosure;
  /** Between two attempts to cut the log, in milliseconds. */
  readonly pauseMs?: number;
}

const mostCuts = 50;

/**
 * A second writer beside the daemon, whether one runs or not. The state's lock keeps two daemons apart, which would give up each other's looks;
 * it does not guard writes: each is one transaction that begins by taking SQLite's own lock, here and in the daemon, and waits for the other. What
 * only a start may do, moving a damaged file aside and bringing an older one up to date, is not done here.
 * @throws StateFileError where the file is not of this version.
 */
export async function openDisclosures({ path, seal, pauseMs = 100 }: OpenDisclosuresOptions): Promise<Disclosures> {
  const closing = new AbortController();
  const { signal } = closing;
  await retryWhileBusy(() => refuseForeign(path, (version) => version === newestVersion), { signal });
  const sqlite = await retryWhileBusy(() => openForWriting(path), { signal });
  sqlite.exec('pragma secure_delete = on');
  const { database, read } = connect(sqlite, signal);
  const queue = createWriteQueue();
  const write = createWrite({ database }, queue, signal);
  const cut = async (): Promise<boolean> => {
    for (let attempt = 1; attempt < mostCuts; attempt += 1) {
      if (await truncateLog(database)) return true;
      await sleep(pauseMs, undefined, { signal });
    }
    return await truncateLog(database);
  };
  return {
    ...createPseudonyms(read, write),
    open: async (pseudonym, request) => {
      const identifier = await write((trx) => openPseudonym(trx, pseudonym, request, seal));
      return identifier === null ? null : { identifier };
    },
    forget: async (pseudonym, request) => {
      const found = await write((trx) => forgetPerson(trx, pseudonym, request, seal));
      return { found, isWiped: await cut() };
    },
    close: async () => {
      await queue.drained();
      await close(database, closing);
    },
  };
}

/**
 * All that was ever opened or erased, newest first; read-only.
 * @throws StateFileError where the file is not of this version.
 */
export async function readDisclosures(path: string, limit: number): Promise<readonly PersonDisclosure[]> {
  const closing = new AbortController();
  await retryWhileBusy(() => refuseForeign(path, (version) => version === newestVersion), { signal: closing.signal });
  const { database, read } = connect(openForReading(path), closing.signal);
  try {
    return await read((reading) => selectDisclosures(reading, limit));
  } finally {
    await close(database, closing);
  }
}
