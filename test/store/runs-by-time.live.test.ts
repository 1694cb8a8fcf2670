import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Store } from '../../src/domain/ports.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { exampleOutcome, minute } from '../support/example-run.ts';
import { nothingDecided, openTestStore } from '../support/state-folder.ts';

/** `[check, minute at which it ended]`, numbered from 1 on. */
async function record(store: Store, runs: readonly (readonly [string, number])[]): Promise<void> {
  for (const [check, ended] of runs)
    await store.record(exampleOutcome({ check, finishedAt: minute(ended) }), () => nothingDecided, sealRun);
}

it('runs by when they ended: the first moment counts, the end does not, and a clock that was set back hides none', async () => {
  const { store } = await openTestStore();
  expect(await store.runNumbers({ from: minute(0), to: minute(59) })).toBeNull();
  await record(store, [
    ['a', 10],
    ['b', 20],
    ['a', 50],
    ['a', 15],
    ['b', 30],
  ]);
  const numbers = (from: number, to: number) => store.runNumbers({ from: minute(from), to: minute(to) });
  expect(await numbers(0, 59)).toEqual({ first: 1, last: 5 });
  expect(await numbers(10, 11)).toEqual({ first: 1, last: 1 });
  expect(await numbers(0, 10)).toBeNull();
  expect(await numbers(11, 20)).toEqual({ first: 4, last: 4 });
  expect(await numbers(11, 21)).toEqual({ first: 2, last: 4 });
  expect(await numbers(50, 51)).toEqual({ first: 3, last: 3 });
  expect(await numbers(51, 59)).toBeNull();
});

it('runs from a number on, oldest first', async () => {
  const { store } = await openTestStore();
  await record(store, [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['b', 4],
  ]);
  const ids = async (filter: Parameters<Store['runsFrom']>[0]) => (await store.runsFrom(filter)).map(({ id }) => id);
  expect(await ids({ first: 0, limit: 9 })).toEqual([1, 2, 3, 4]);
  expect(await ids({ first: 2, limit: 2 })).toEqual([2, 3]);
  expect(await ids({ first: 2, limit: 9, check: 'a' })).toEqual([3]);
  expect(await ids({ first: 5, limit: 9 })).toEqual([]);
});

it('an index finds them: a month of minutes is not read to know where it begins', async () => {
  const { store, path } = await openTestStore();
  await record(store, [['a', 1]]);
  const database = new DatabaseSync(path, { readOnly: true });
  const plan = database.prepare("explain query plan select min(id), max(id) from runs where finished_at >= '' and finished_at < 'x'").all();
  database.close();
  expect(JSON.stringify(plan)).toContain('USING COVERING INDEX runs_by_end');
});
