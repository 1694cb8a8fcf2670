import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Store } from '../../src/domain/ports.ts';
import { leafHash } from '../../src/evidence/merkle-log.ts';
import { checkIntegrity } from '../../src/store/check-integrity.ts';
import { minute } from '../support/example-run.ts';
import { openTestStore, stateFileInNewFolder } from '../support/state-folder.ts';

const script = (name: string) => fileURLToPath(new URL(`kill/${name}`, import.meta.url));

/** Records in a child process that is killed before its n-th statement; gives the last run (or look) of which it said that it is recorded. */
async function recordUntilKilled(path: string, statement: number, loop = 'record-loop.ts'): Promise<number> {
  const child = spawn(process.execPath, ['--import', script('kill-at-statement.ts'), script(loop), path], {
    env: { ...process.env, KILL_AT_STATEMENT: String(statement) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  const [said, complaints, [, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect({ complaints, signal }).toEqual({ complaints: '', signal: 'SIGKILL' });
  return Number(said.trim().split('\n').at(-1));
}

async function expectWhole(store: Store): Promise<number> {
  const count = await store.entryCount();
  const runs = (await store.runs({ limit: 10_000 })).toReversed();
  expect(runs.map((run) => [run.id, run.entry])).toEqual(Array.from({ length: count }, (_, index) => [index + 1, index]));
  for (const run of runs) {
    const entry = await store.entry(run.entry);
    expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({ run: run.id, check: run.check, counts: run.counts });
    expect(entry?.leafHash).toBe(leafHash(Buffer.from(entry?.body ?? '')));
  }
  for (const status of await store.statuses()) {
    const last = await store.latestRun(status.check);
    expect([status.run, status.counts]).toEqual([last?.id, last?.counts.intent]);
  }
  expect(await store.openAlerts()).toHaveLength(count % 2);
  const waiting = (await store.dueNotifications(minute(0), 10_000)).flatMap((lane) => lane.rows.map((row) => row.notification.sequence));
  expect(waiting.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
  return count;
}

it('killed before any statement of a start or a record, the file opens again with all that was said to be recorded, whole', async () => {
  const path = stateFileInNewFolder();
  const counts: number[] = [];
  for (let kill = 0; kill < 30; kill += 1) {
    const before = counts.at(-1) ?? 0;
    const said = await recordUntilKilled(path, 25 + kill * 2);
    const { store, quarantined } = await openTestStore(path);
    expect(quarantined).toBeNull();
    const count = await expectWhole(store);
    expect(count - Math.max(said, before)).toBeGreaterThanOrEqual(0);
    expect(count - Math.max(said, before)).toBeLessThanOrEqual(1);
    counts.push(count);
    await store.close();
  }
  expect(checkIntegrity(path)).toEqual([]);
  expect(new Set(counts).size).toBeGreaterThan(10);
});

it('killed while the first file is made, nothing is taken for damage', async () => {
  for (let statement = 1; statement <= 40; statement += 3) {
    const path = stateFileInNewFolder();
    await recordUntilKilled(path, statement);
    const { store, quarantined, log } = await openTestStore(path);
    expect([quarantined, log.lines]).toEqual([null, []]);
    await expectWhole(store);
    await store.close();
  }
});

it('killed before any statement of a look in which something changed, no change is lost and none is told twice', async () => {
  const path = stateFileInNewFolder();
  const counts: number[] = [];
  for (let kill = 0; kill < 12; kill += 1) {
    const said = await recordUntilKilled(path, 22 + kill, 'drift-loop.ts');
    const { store, quarantined } = await openTestStore(path);
    expect(quarantined).toBeNull();
    const looks = (await store.latestLook('tls'))?.id ?? 0;
    expect(looks).toBeGreaterThanOrEqual(said);
    const lanes = await store.dueNotifications(minute(0), 10_000);
    expect(lanes.map(({ lane }) => lane)).toEqual(
      Array.from({ length: Math.max(0, looks - 1) }, (_, index) => `${index + 1} -> ${index + 2}`),
    );
    counts.push(looks);
    await store.close();
  }
  expect(new Set(counts).size).toBeGreaterThan(5);
});
