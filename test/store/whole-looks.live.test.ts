import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Look } from '../../src/domain/look.ts';
import { timestamp } from '../../src/domain/time.ts';
import { migrate, newestVersion, steps, versionOf } from '../../src/store/migrations.ts';
import { openStoreReader } from '../../src/store/open-store.ts';
import { exampleLook } from '../support/example-look.ts';
import { minute } from '../support/example-run.ts';
import { openTestStore, stateFileInNewFolder } from '../support/state-folder.ts';

const some: Look['extent'] = { kind: 'some', subjects: ['a:443'], base: 1 };
const lookAt = (minutes: number, changes: Partial<Look> = {}) =>
  exampleLook({ scheduledFor: minute(minutes), finishedAt: minute(minutes + 1), ...changes });

it('whole looks by when they were scheduled: the first moment counts, the end does not', async () => {
  const { store } = await openTestStore();
  const period = { from: minute(10), to: minute(20) };
  expect(await store.wholeLooks('tls', period)).toEqual({ since: null, looks: [] });
  await store.recordLook(lookAt(20));
  await store.recordLook(lookAt(10));
  await store.recordLook(lookAt(9));
  await store.recordLook(lookAt(19));
  await store.recordLook(lookAt(12, { name: 'http' }));
  await store.recordLook(lookAt(5, { extent: some, base: 1 }));
  await store.recordLook(lookAt(15, { extent: some, base: 1 }));
  expect(await store.wholeLooks('tls', period)).toEqual({
    since: minute(9),
    looks: [
      { scheduledFor: minute(10), finishedAt: minute(11) },
      { scheduledFor: minute(19), finishedAt: minute(20) },
    ],
  });
  expect(await store.wholeLooks('http', { from: minute(0), to: minute(1) })).toEqual({ since: minute(12), looks: [] });
});

it('an index finds them: a day of looks of each minute takes milliseconds', async () => {
  const { path } = await openTestStore();
  const writing = new DatabaseSync(path);
  const insert = writing.prepare('insert into looks (name, details) values (?, ?)');
  writing.exec('begin');
  const startMs = Date.UTC(2026, 10, 24);
  for (let at = 0; at < 3 * 1_440; at += 1)
    for (const name of ['tls', 'http', 'azure']) {
      const scheduledFor = timestamp(startMs + at * 60_000);
      insert.run(name, JSON.stringify(exampleLook({ name, scheduledFor, finishedAt: scheduledFor })));
    }
  writing.exec('commit');
  const plan = writing
    .prepare("explain query plan select scheduled_for, finished_at from looks where extent = 'all' and name = 'x' and scheduled_for >= 'a'")
    .all();
  writing.close();
  expect(JSON.stringify(plan)).toContain('INDEX looks_by_schedule (extent=? AND name=? AND scheduled_for>?)');
  const reader = await openStoreReader(path);
  const took: number[] = [];
  for (let times = 0; times < 10; times += 1) {
    const began = performance.now();
    const { looks } = (await reader?.wholeLooks('tls', { from: timestamp(startMs), to: timestamp(startMs + 86_400_000) })) ?? { looks: [] };
    took.push(performance.now() - began);
    expect(looks).toHaveLength(1_440);
  }
  await reader?.close();
  // On a machine that nobody shares less than 5 ms.
  expect(Math.min(...took)).toBeLessThan(50);
});

it('what an older version recorded is found, too', () => {
  const path = stateFileInNewFolder();
  const database = new DatabaseSync(path);
  migrate(database, steps.slice(0, 6));
  database.prepare('insert into looks (name, details) values (?, ?)').run('tls', JSON.stringify(lookAt(7)));
  migrate(database);
  expect(versionOf(database)).toBe(newestVersion);
  const row = database.prepare('select scheduled_for, finished_at, extent from looks').get();
  database.close();
  expect({ ...row }).toEqual({ scheduled_for: minute(7), finished_at: minute(8), extent: 'all' });
});
