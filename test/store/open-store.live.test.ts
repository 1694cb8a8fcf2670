import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { checkIntegrity } from '../../src/store/check-integrity.ts';
import { newestVersion } from '../../src/store/migrations.ts';
import { openStore, openStoreReader } from '../../src/store/open-store.ts';
import { exampleAlert } from '../support/example-alert.ts';
import { exampleOutcome } from '../support/example-run.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { bodyOf, nothingDecided, openTestStore, stateFileInNewFolder } from '../support/state-folder.ts';

/** A closed file with some hundred pages, runs and an open alert in it. */
async function fileWithState(): Promise<string> {
  const { store, path } = await openTestStore();
  const decide = () => ({ alerts: [exampleAlert()], notifications: [] });
  for (let count = 0; count < 50; count += 1) await store.record(exampleOutcome(), decide, sealRun);
  await store.putBodies(Array.from({ length: 500 }, (_, index) => bodyOf({ index, text: `${index}`.repeat(200) })));
  await store.close();
  return path;
}

/** Overwrites the page that holds the first row of the table. */
function damageTable(path: string, table: string): void {
  const database = new DatabaseSync(path);
  const root = Number(database.prepare('select rootpage from sqlite_schema where name = ?').get(table)?.['rootpage']);
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, (root - 1) * 4096, root * 4096);
  writeFileSync(path, bytes);
}

describe('a new file', () => {
  it('is made with its folder, whole, in write-ahead mode, and is sound', async () => {
    const path = stateFileInNewFolder().replace('claimwatch.db', 'state/claimwatch.db');
    const { store, quarantined } = await openTestStore(path);
    expect(quarantined).toBeNull();
    expect(await store.entryCount()).toBe(0);
    expect(await store.statuses()).toEqual([]);
    expect(existsSync(`${path}-wal`)).toBe(true);
    await store.close();
    expect(readdirSync(dirname(path))).toEqual(['claimwatch.db']);
    expect(checkIntegrity(path)).toEqual([]);
  });

  it('does not take up the draft of a start that was cut short', async () => {
    const path = stateFileInNewFolder();
    writeFileSync(`${path}.new`, 'half a file');
    writeFileSync(`${path}.new-wal`, 'half a log');
    const { quarantined } = await openTestStore(path);
    expect(quarantined).toBeNull();
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it('keeps what was committed over a restart', async () => {
    const { store, path } = await openTestStore();
    const { run } = await store.record(exampleOutcome(), () => nothingDecided, sealRun);
    await store.close();
    const again = await openTestStore(path);
    expect(await again.store.run(run.id)).toEqual(run);
    expect(again.log.lines).toEqual([]);
  });
});

describe('a file that is not for us is refused and not touched', () => {
  it.each<[string, (path: string) => void, string]>([
    [
      'of a newer version',
      (path) => withSql(path, 'pragma user_version = 99'),
      `has version 99, this claimwatch works with version ${newestVersion}`,
    ],
    ['of another program', (path) => withSql(path, 'pragma application_id = 7'), 'was not written by claimwatch'],
  ])('%s', async (_, change, message) => {
    const path = await fileWithState();
    change(path);
    const before = readFileSync(path);
    await expect(openTestStore(path)).rejects.toThrow(message);
    await expect(openStoreReader(path)).rejects.toThrow(message);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('of an older version: the reader asks for the daemon', async () => {
    const path = await fileWithState();
    withSql(path, 'pragma user_version = 0');
    await expect(openStoreReader(path)).rejects.toThrow('start the daemon once');
  });

  it('that cannot be opened at all: it is no damage', async () => {
    const path = stateFileInNewFolder();
    writeFileSync(`${path}-folder`, '');
    await expect(openStore({ path: dirname(path), now: () => 0, log: makeRecordingLog() })).rejects.toThrow();
    expect(existsSync(dirname(path))).toBe(true);
  });
});

describe('a damaged file is moved aside, and a new one begun', () => {
  it.each<[string, (path: string) => void]>([
    ['cut in the middle', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['cut by one page', (path) => truncateSync(path, statSync(path).size - 4096)],
    ['cut to nothing', (path) => truncateSync(path, 0)],
    ...[1, 60, 99, 100, 511, 512, 600, 4095, 4096, 8192].map(cutTo),
    ['with garbage for a header', (path) => writeAt(path, 0, Buffer.alloc(100, 'x'))],
    ['that is a text', (path) => writeFileSync(path, 'this is no database\n'.repeat(500))],
    ['with garbage for the page of the alerts', (path) => damageTable(path, 'alerts')],
    ['with garbage for the page of the outbox', (path) => damageTable(path, 'outbox')],
    ['with garbage for the statuses', (path) => damageTable(path, 'statuses')],
    ['with garbage for the schema', (path) => writeAt(path, 100, Buffer.alloc(3996, 0xa5))],
    ['with garbage for the runs', (path) => damageTable(path, 'runs')],
    ['with a run that is no JSON', (path) => withSql(path, "update runs set details = '{' where id = 50")],
  ])('%s', async (_, damage) => {
    const path = await fileWithState();
    damage(path);
    const damaged = readFileSync(path);
    const { store, quarantined, log } = await openTestStore(path);
    expect(quarantined).toBe(`${path}.corrupt-2026-11-24T08-00-00.000Z`);
    expect(readFileSync(quarantined ?? '').equals(damaged)).toBe(true);
    expect(await store.openAlerts()).toEqual([]);
    expect(await store.entryCount()).toBe(0);
    expect(log.lines.map((line) => line.level)).toEqual(['error']);
    await store.close();
    expect(checkIntegrity(path)).toEqual([]);
  });

  it('takes its log along: what it holds must never be replayed into the new file', async () => {
    const path = await fileWithState();
    const database = new DatabaseSync(path);
    database.exec("pragma journal_mode = wal; insert into alerts values ('ghost', 'ghost', 'fail', '', null, '{}')");
    const wal = readFileSync(`${path}-wal`);
    database.close();
    writeFileSync(`${path}-wal`, wal);
    writeAt(path, 0, Buffer.alloc(100, 'x'));
    const { store, quarantined } = await openTestStore(path);
    expect(existsSync(`${quarantined}-wal`)).toBe(true);
    expect(await store.openAlerts()).toEqual([]);
  });

  it('a log whose file is missing is damage too', async () => {
    const path = await fileWithState();
    rmSync(path);
    writeFileSync(`${path}-wal`, 'what the file was');
    const { quarantined } = await openTestStore(path);
    expect(readFileSync(`${quarantined}-wal`, 'utf8')).toBe('what the file was');
  });

  it('never overwrites an earlier one', async () => {
    const path = stateFileInNewFolder();
    for (const text of ['first', 'second']) {
      writeFileSync(path, text.repeat(1000));
      await (await openTestStore(path)).store.close();
    }
    const kept = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.corrupt-`));
    expect(kept.sort().map((name) => readFileSync(`${dirname(path)}/${name}`, 'utf8').slice(0, 5))).toEqual(['first', 'secon']);
  });

  it('is said at every start until a run is recorded, so that a crash keeps it from nobody', async () => {
    const path = stateFileInNewFolder();
    writeFileSync(path, 'no database'.repeat(1000));
    const first = await openTestStore(path);
    await first.store.close();
    const second = await openTestStore(path);
    expect(second.quarantined).toBe(first.quarantined);
    expect(second.quarantined).not.toBeNull();
    await second.store.record(exampleOutcome(), () => nothingDecided, sealRun);
    await second.store.close();
    expect((await openTestStore(path)).quarantined).toBeNull();
  });

  it('is said too when the process died between the move and the new file', async () => {
    const path = await fileWithState();
    renameSync(path, `${path}.corrupt-2026-11-24T07-00-00.000Z`);
    expect((await openTestStore(path)).quarantined).toBe(`${path}.corrupt-2026-11-24T07-00-00.000Z`);
  });
});

it('the full check finds what the quick one leaves for later', async () => {
  const path = await fileWithState();
  damageTable(path, 'bodies');
  await (await openTestStore(path)).store.close();
  expect(checkIntegrity(path).join('\n')).toMatch(/bodies|malformed|Tree/);
});

it('a reader finds nothing where nothing was recorded, and makes no file', async () => {
  const path = stateFileInNewFolder();
  expect(await openStoreReader(path)).toBeNull();
  expect(existsSync(path)).toBe(false);
});

function cutTo(bytes: number): [string, (path: string) => void] {
  return [`cut to ${bytes} bytes`, (path) => truncateSync(path, bytes)];
}

function withSql(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function writeAt(path: string, offset: number, bytes: Buffer): void {
  const all = readFileSync(path);
  bytes.copy(all, offset);
  writeFileSync(path, all);
}
