import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { FollowedFact } from '../../src/domain/fact-follower.ts';
import type { Decision } from '../../src/domain/ports.ts';
import { migrate, steps } from '../../src/store/migrations.ts';
import { openStoreReader } from '../../src/store/open-store.ts';
import { exampleNotification } from '../support/example-alert.ts';
import { exampleLook } from '../support/example-look.ts';
import { minute } from '../support/example-run.ts';
import { openTestStore, stateFileInNewFolder } from '../support/state-folder.ts';

function step(from: number | null, to: number, changes: Partial<FollowedFact> = {}): FollowedFact {
  const until = (number: number) => ({ digest: `d${number}`, at: minute(number) });
  const before = from === null ? null : until(from);
  return { kind: 'tls', label: 'TLS', subject: 'a:443', before, ...until(to), baseline: `{"n":${to}}`, changes: [], ...changes };
}

const known = (number: number) => ({ digest: `d${number}`, at: minute(number), baseline: { n: number } });

/** One notification for each that was moved. */
function tellOf(moved: readonly FollowedFact[]): Decision {
  return {
    alerts: [],
    notifications: moved.map(({ subject, digest }) => exampleNotification({ id: `${subject} ${digest}`, lane: subject })),
  };
}

async function waiting(store: Awaited<ReturnType<typeof openTestStore>>['store']): Promise<readonly string[]> {
  return (await store.dueNotifications(minute(0), 100)).flatMap((lane) => lane.rows.map((row) => row.notification.id));
}

describe('facts that are followed', () => {
  it('are moved on from what is stored, and from nothing else', async () => {
    const { store, path } = await openTestStore();
    await store.followFacts([step(null, 1), step(null, 5, { subject: 'b:443' }), step(null, 7, { kind: 'http' })]);
    expect(await store.followedFacts('tls', ['a:443', 'b:443', 'c:443'])).toEqual(
      new Map([
        ['a:443', known(1)],
        ['b:443', known(5)],
      ]),
    );
    await store.followFacts([step(1, 2), step(null, 6, { subject: 'b:443' }), step(4, 6, { subject: 'b:443' }), step(1, 3)]);
    const reader = await openStoreReader(path);
    expect(await reader?.followedFacts('tls', ['a:443', 'b:443'])).toEqual(
      new Map([
        ['a:443', known(2)],
        ['b:443', known(5)],
      ]),
    );
    await reader?.close();
    expect(await store.followedFacts('http', ['a:443'])).toEqual(new Map([['a:443', known(7)]]));
  });

  it('more than one batch of them', async () => {
    const { store } = await openTestStore();
    const subjects = Array.from({ length: 120 }, (_, index) => `${index}:443`);
    await store.followFacts(subjects.map((subject) => step(null, 1, { subject })));
    expect([...(await store.followedFacts('tls', subjects)).keys()].toSorted()).toEqual(subjects.toSorted());
  });

  it('are recorded with the look and what is told of them, each change once', async () => {
    const { store } = await openTestStore();
    await store.followFacts([step(null, 1)]);
    const told: number[] = [];
    const record = (change: FollowedFact) =>
      store.recordLook(exampleLook(), [change], ({ id }, moved) => {
        told.push(id);
        return tellOf(moved);
      });
    await record(step(1, 2));
    // A second look that started from the same: its row is written, and nothing is told again.
    await record(step(1, 2));
    expect([told, await waiting(store), (await store.latestLook('tls'))?.id]).toEqual([[1], ['a:443 d2'], 2]);
    await record(step(2, 3));
    expect([told, await waiting(store)]).toEqual([[1, 3], ['a:443 d2', 'a:443 d3']]); // biome-ignore format: one line reads better
  });

  it('where deciding throws, nothing of it is recorded', async () => {
    const { store } = await openTestStore();
    await store.followFacts([step(null, 1)]);
    const failing = store.recordLook(exampleLook(), [step(1, 2)], () => {
      throw new Error('cannot decide');
    });
    await expect(failing).rejects.toThrow('cannot decide');
    expect([await store.latestLook('tls'), await store.followedFacts('tls', ['a:443'])]).toEqual([null, new Map([['a:443', known(1)]])]);
  });

  it('a state file of before gets a place for them', async () => {
    const path = stateFileInNewFolder();
    const database = new DatabaseSync(path);
    migrate(database, steps.slice(0, 5));
    database.prepare('insert into looks (name, details) values (?, ?)').run('tls', JSON.stringify(exampleLook()));
    database.close();
    const { store, quarantined } = await openTestStore(path);
    await store.followFacts([step(null, 1)]);
    expect([quarantined, (await store.latestLook('tls'))?.id]).toEqual([null, 1]);
    expect(await store.followedFacts('tls', ['a:443'])).toEqual(new Map([['a:443', known(1)]]));
  });
});
