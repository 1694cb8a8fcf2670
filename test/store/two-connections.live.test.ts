import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openStoreReader } from '../../src/store/open-store.ts';
import { retryWhileBusy } from '../../src/store/retry-while-busy.ts';
import { exampleAlert } from '../support/example-alert.ts';
import { exampleOutcome, minute } from '../support/example-run.ts';
import { nothingDecided, openTestStore, putBody } from '../support/state-folder.ts';

const decideNothing = () => nothingDecided;

/** Takes the write lock on a connection of its own, as another process would. */
function lockFile(path: string): { release(): void } {
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  onTestFinished(() => other.close());
  return { release: () => other.exec('rollback') };
}

async function openTestReader(path: string) {
  const reader = await openStoreReader(path);
  if (reader === null) throw new Error('there is no file');
  onTestFinished(() => reader.close());
  return reader;
}

describe('a reader', () => {
  it('sees what was committed, from then on, and nothing before', async () => {
    const { store, path } = await openTestStore();
    const reader = await openTestReader(path);
    const other = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => other.close());
    const seen: unknown[] = [];
    const decide = () => {
      seen.push(other.prepare('select count(*) as entries from entries').get()?.['entries']);
      return nothingDecided;
    };
    const { run } = await store.record(exampleOutcome({ notPassDigest: await putBody(store, []) }), decide, sealRun);
    expect(seen).toEqual([0]);
    expect(await reader.entryCount()).toBe(1);
    expect(await reader.latestRun('tls-versions')).toEqual(run);
    expect(await reader.findings(run)).toEqual([]);
  });

  it('reads while another writes, and is no hindrance to the one who writes', async () => {
    const { store, path } = await openTestStore();
    const reader = await openTestReader(path);
    const lock = lockFile(path);
    expect(await reader.entryCount()).toBe(0);
    lock.release();
    await Promise.all([...Array.from({ length: 20 }, () => reader.statuses()), store.record(exampleOutcome(), decideNothing, sealRun)]);
    expect(await reader.entryCount()).toBe(1);
  });
});

describe('a lock held by another process', () => {
  it('is waited for without blocking the thread, and the order of writes stays', async () => {
    const { store, path } = await openTestStore();
    const lock = lockFile(path);
    const ended: number[] = [];
    const writes = [1, 2, 3].map((number) => store.claimLook(`look-${number}`, minute(0), minute(0)).then(() => void ended.push(number)));
    // While the store waits the loop turns, many times.
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    expect(ended).toEqual([]);
    expect(await store.entryCount()).toBe(0);
    lock.release();
    await Promise.all(writes);
    expect(ended).toEqual([1, 2, 3]);
  });

  it('keeps a decision from beginning: nothing is decided on alerts that another may be changing', async () => {
    const { store, path } = await openTestStore();
    const lock = lockFile(path);
    let decided = 0;
    const decide = () => {
      decided += 1;
      return { alerts: [exampleAlert()], notifications: [] };
    };
    const deciding = store.recordDecision(decide);
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    expect(decided).toBe(0);
    lock.release();
    await deciding;
    expect(decided).toBe(1);
  });

  it('that stays ends the wait with an error that says so', async () => {
    const busy = Object.assign(new Error('database is locked'), { errcode: 517 });
    let attempts = 0;
    const work = () => {
      attempts += 1;
      throw busy;
    };
    const waiting = retryWhileBusy(work, { signal: new AbortController().signal, pauseMs: 0 });
    await expect(waiting).rejects.toThrow('locked by another process');
    expect(attempts).toBe(66);
  });

  it.each([
    ['another error', Object.assign(new Error('disk is full'), { errcode: 13 })],
    ['an error of no database', new Error('decide')],
  ])('%s is not waited for', async (_, error) => {
    let attempts = 0;
    const work = () => {
      attempts += 1;
      throw error;
    };
    await expect(retryWhileBusy(work, { signal: new AbortController().signal })).rejects.toBe(error);
    expect(attempts).toBe(1);
  });
});

describe('closing', () => {
  it('lets what was asked for end, and refuses what comes after', async () => {
    const { store, path } = await openTestStore();
    const asked = Array.from({ length: 5 }, () => store.record(exampleOutcome(), decideNothing, sealRun));
    await store.close();
    expect(await Promise.all(asked)).toHaveLength(5);
    await expect(store.claimLook('tls', minute(0), minute(0))).rejects.toThrow();
    await expect(store.entryCount()).rejects.toThrow();
    await store.close();
    expect(await (await openTestReader(path)).entryCount()).toBe(5);
  });
});
