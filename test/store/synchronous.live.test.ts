import { expect, it } from 'vitest';
import { openForWriting } from '../../src/store/sqlite-database.ts';
import { bodyOf, openTestStore, stateFileInNewFolder } from '../support/state-folder.ts';

/** 2: every commit is synced to the disk. */
const full = 2;

it('a state is opened so that every commit is synced', () => {
  const database = openForWriting(stateFileInNewFolder());
  expect(Object.values(database.prepare('pragma synchronous').get() ?? {})).toEqual([full]);
  database.close();
});

it('bodies are there once written, whatever is written in between, and a write that fails leaves the next ones whole', async () => {
  const { store } = await openTestStore();
  const bodies = Array.from({ length: 120 }, (_, number) => bodyOf({ number }));
  const decided = store.recordDecision(() => ({ alerts: [], notifications: [] }));
  await Promise.all([store.putBodies(bodies), decided, store.putBodies(bodies)]);
  const refusal = () => {
    throw new Error('no');
  };
  await expect(store.recordDecision(refusal)).rejects.toThrow('no');
  expect((await store.bodies(bodies.map(({ digest }) => digest))).size).toBe(120);
});
