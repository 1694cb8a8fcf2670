import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notification } from '../../src/domain/alert.ts';
import type { AttemptResult, Store } from '../../src/domain/ports.ts';
import { openStore } from '../../src/store/open-store.ts';
import { exampleNotification } from '../support/example-alert.ts';
import { minute } from '../support/example-run.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { openTestStore, stateFileInNewFolder } from '../support/state-folder.ts';

const add = (store: Store, notifications: readonly Notification[]) => store.recordDecision(() => ({ alerts: [], notifications }));
const message = (id: string, changes: Partial<Notification> = {}) => exampleNotification({ id, ...changes });
const accepted: AttemptResult = { kind: 'accepted', at: minute(1), receipt: '200' };
const failed = (nextAttemptAt: string, mayHaveArrived = false): AttemptResult => ({
  kind: 'failed',
  mayHaveArrived,
  error: 'HTTP 500',
  nextAttemptAt,
});

/** `receiver/lane: ids` of what is due. */
async function due(store: Store, now: string, limit = 100): Promise<readonly string[]> {
  const lanes = await store.dueNotifications(now, limit);
  return lanes.map((lane) => `${lane.receiver}/${lane.lane}: ${lane.rows.map((row) => row.notification.id).join(' ')}`);
}

async function rowOf(store: Store, id: string) {
  const lanes = await store.dueNotifications(minute(10_000), 100);
  return lanes.flatMap((lane) => lane.rows).find((row) => row.notification.id === id);
}

describe('lanes', () => {
  it('are due at once, oldest first, each in order of sequence', async () => {
    const { store } = await openTestStore();
    await add(store, [
      message('b2', { lane: 'b', sequence: 2 }),
      message('a1', { lane: 'a', sequence: 1 }),
      message('b1', { lane: 'b', sequence: 1 }),
    ]);
    await add(store, [message('c0', { lane: 'c', receiver: 'pager' }), message('a0', { lane: 'a', sequence: 0 })]);
    expect(await due(store, minute(0))).toEqual(['ops/b: b1 b2', 'pager/c: c0', 'ops/a: a0 a1']);
    expect(await due(store, minute(0), 1)).toEqual(['ops/b: b1 b2']);
  });

  it('wait as a whole for their first row, and hide no other', async () => {
    const { store } = await openTestStore();
    await add(store, [message('a0', { lane: 'a' }), message('a1', { lane: 'a', sequence: 1 }), message('b0', { lane: 'b' })]);
    await store.startAttempt(['a0'], minute(1));
    await store.finishAttempt(['a0'], failed(minute(6)));
    expect(await due(store, minute(5), 1)).toEqual(['ops/b: b0']);
    expect(await due(store, minute(6))).toEqual(['ops/a: a0 a1', 'ops/b: b0']);
    await store.finishAttempt(['a0'], accepted);
    expect(await due(store, minute(0))).toEqual(['ops/a: a1', 'ops/b: b0']);
  });

  it('of the same name at two receivers are two', async () => {
    const { store } = await openTestStore();
    await add(store, [message('a', { receiver: 'ops' }), message('b', { receiver: 'pager' })]);
    await store.finishAttempt(['a'], failed(minute(60)));
    expect(await due(store, minute(0))).toEqual(['pager/alert-1: b']);
  });

  it('are due when the clock was set back after an attempt: they do not wait until it has caught up', async () => {
    const path = stateFileInNewFolder();
    const { store } = await openStore({ path, now: () => Date.parse(minute(500_000)), log: makeRecordingLog() });
    await add(store, [message('a', { at: minute(500_000) })]);
    expect(await due(store, minute(0))).toHaveLength(1);
    await store.startAttempt(['a'], minute(500_000));
    await store.finishAttempt(['a'], failed(minute(500_005)));
    expect(await due(store, minute(500_001))).toEqual([]);
    expect(await due(store, minute(0))).toEqual(['ops/alert-1: a']);
    await store.close();
  });
});

describe('a notification', () => {
  it('is known by its id for ever: it is neither added again nor changed', async () => {
    const { store } = await openTestStore();
    await add(store, [message('a')]);
    await add(store, [message('a', { lane: 'other' })]);
    expect(await due(store, minute(0))).toEqual(['ops/alert-1: a']);
    await store.finishAttempt(['a'], accepted);
    await add(store, [message('a')]);
    expect(await due(store, minute(0))).toEqual([]);
    expect(await store.outboxSummary()).toEqual([{ receiver: 'ops', pending: 0, oldestPendingAt: null, accepted: 1 }]);
  });

  it('remembers of which message it was part, over a crash too', async () => {
    const { store, path } = await openTestStore();
    await add(store, [message('a', { sequence: 0 }), message('b', { sequence: 1 }), message('c', { sequence: 2 })]);
    await store.startAttempt(['a', 'b'], minute(1));
    await store.close();
    const { store: next } = await openTestStore(path);
    expect(await rowOf(next, 'a')).toMatchObject({ mayHaveArrived: true, sentAs: 'a' });
    expect(await rowOf(next, 'b')).toMatchObject({ mayHaveArrived: true, sentAs: 'a' });
    expect(await rowOf(next, 'c')).toMatchObject({ mayHaveArrived: false, sentAs: 'c' });
  });

  it('may have arrived from the start of an attempt on, over a crash too', async () => {
    const { store, path } = await openTestStore();
    await add(store, [message('a')]);
    expect(await rowOf(store, 'a')).toMatchObject({ attempts: 0, mayHaveArrived: false });
    await store.startAttempt(['a'], minute(0));
    await store.close();
    const { store: next } = await openTestStore(path);
    expect(await rowOf(next, 'a')).toMatchObject({ attempts: 1, mayHaveArrived: true });
    await next.startAttempt(['a'], minute(1));
    await next.finishAttempt(['a'], failed(minute(2), false));
    expect(await rowOf(next, 'a')).toMatchObject({ attempts: 2, mayHaveArrived: true });
  });

  it.each<[readonly boolean[], boolean]>([
    [[false], false],
    [[false, false], false],
    [[true], true],
    [[true, false], true],
    [[false, true, false], true],
  ])('after attempts that may have arrived or not (%j): %s', async (ends, expected) => {
    const { store } = await openTestStore();
    await add(store, [message('a')]);
    for (const mayHaveArrived of ends) {
      await store.startAttempt(['a'], minute(0));
      await store.finishAttempt(['a'], failed(minute(1), mayHaveArrived));
    }
    expect(await rowOf(store, 'a')).toMatchObject({ attempts: ends.length, mayHaveArrived: expected });
  });

  it('that was accepted is not taken back by a late failure', async () => {
    const { store } = await openTestStore();
    await add(store, [message('a')]);
    await store.finishAttempt(['a'], accepted);
    await store.startAttempt(['a'], minute(0));
    await store.finishAttempt(['a'], failed(minute(1)));
    expect(await due(store, minute(10_000))).toEqual([]);
  });
});

it('is summed up per receiver', async () => {
  const { store } = await openTestStore();
  expect(await store.outboxSummary()).toEqual([]);
  await add(store, [
    message('a', { at: minute(3) }),
    message('b', { at: minute(2) }),
    message('c', { at: minute(1) }),
    message('d', { receiver: 'log', at: minute(9) }),
  ]);
  await store.finishAttempt(['c'], accepted);
  expect(await store.outboxSummary()).toEqual([
    { receiver: 'log', pending: 1, oldestPendingAt: minute(9), accepted: 0 },
    { receiver: 'ops', pending: 2, oldestPendingAt: minute(2), accepted: 1 },
  ]);
});

interface Step {
  readonly kind: 'add' | 'accept' | 'fail';
  readonly receiver: string;
  readonly lane: string;
  readonly waitMinutes: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('add', 'add', 'accept', 'fail'),
  receiver: fc.constantFrom('ops', 'pager'),
  lane: fc.constantFrom('a', 'b', 'c'),
  waitMinutes: fc.constantFrom(0, 1, 5),
});

it('whatever happens to other lanes, each gives its rows in order, from its first one that is not accepted, as soon as that is due', async () => {
  const { store } = await openTestStore();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      round += 1;
      const lanes = new Map<string, { readonly ids: string[]; dueAt: number; sequence: number }>();
      for (const [now, { kind, receiver, lane, waitMinutes }] of steps.entries()) {
        const name = `${round}-${lane}`;
        const key = `${receiver}/${name}`;
        const own = lanes.get(key) ?? { ids: [], dueAt: 0, sequence: 0 };
        lanes.set(key, own);
        const [head] = own.ids;
        if (kind === 'add') {
          const id = `${key}/${own.sequence}`;
          await add(store, [message(id, { receiver, lane: name, sequence: own.sequence, at: minute(now) })]);
          own.ids.push(id);
          own.sequence += 1;
        } else if (head !== undefined) {
          await store.startAttempt([head], minute(now));
          await store.finishAttempt([head], kind === 'accept' ? accepted : failed(minute(now + waitMinutes)));
          own.dueAt = kind === 'accept' ? 0 : now + waitMinutes;
          if (kind === 'accept') own.ids.shift();
        }
        const expected = [...lanes]
          .filter(([, { ids, dueAt }]) => ids.length > 0 && dueAt <= now)
          .map(([at, { ids }]) => `${at}: ${ids.join(' ')}`);
        expect((await due(store, minute(now))).toSorted()).toEqual(expected.sort());
      }
      const rest = [...lanes.values()].flatMap(({ ids }) => ids);
      await store.finishAttempt(rest, accepted);
    }),
    { numRuns: 40 },
  );
});
