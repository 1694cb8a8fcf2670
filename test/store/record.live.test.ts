import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import type { Decision, Entry, Store } from '../../src/domain/ports.ts';
import type { Run } from '../../src/domain/run.ts';
import { leafHash } from '../../src/evidence/merkle-log.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { exampleAlert, exampleNotification } from '../support/example-alert.ts';
import { exampleOutcome, minute, sha256 } from '../support/example-run.ts';
import { bodyOf, nothingDecided, openTestStore, putBody } from '../support/state-folder.ts';

const decideNothing = () => nothingDecided;
const passing = { pass: 1, fail: 0, unknown: 0, waived: 0 };
const failing = { pass: 0, fail: 1, unknown: 0, waived: 0 };

/** All that `record` writes. */
async function everything(store: Store) {
  return {
    runs: await store.runs({ limit: 100 }),
    entries: await store.entryCount(),
    statuses: await store.statuses(),
    alerts: await store.alerts(100),
    outbox: await store.dueNotifications(minute(600), 100),
  };
}

describe('one transaction', () => {
  it('holds run, entry, statuses, alerts and notifications', async () => {
    const { store } = await openTestStore();
    const decision: Decision = { alerts: [exampleAlert()], notifications: [exampleNotification()] };
    const outcome = exampleOutcome({ counts: { intent: failing } });
    const recorded = await store.record(outcome, () => decision, sealRun);
    expect(recorded).toEqual({ run: { ...outcome, id: 1, entry: 0 }, decision });
    expect(await store.latestRun('tls-versions')).toEqual(recorded.run);
    expect(await store.entry(0)).toEqual(sealRun(recorded.run));
    expect(await store.openAlerts()).toEqual([exampleAlert()]);
    expect((await store.dueNotifications(minute(0), 9))[0]?.rows[0]?.notification).toEqual(exampleNotification());
    expect(await store.statuses()).toEqual([
      {
        check: 'tls-versions',
        interpretation: 'intent',
        counts: failing,
        since: minute(0),
        run: 1,
        trigger: 'looked',
        dataAsOf: minute(0),
        finishedAt: minute(0),
      },
    ]);
  });

  const twoOpen: Decision = { alerts: [exampleAlert({ id: 'alert-2' }), exampleAlert({ id: 'alert-3' })], notifications: [] };
  const fails: readonly [string, (open: readonly Alert[]) => Decision, (run: Run) => Entry, string][] = [
    ['decide throws', () => fail('in decide'), sealRun, 'in decide'],
    ['seal throws', decideNothing, () => fail('in seal'), 'in seal'],
    ['an alert of the same key is open', () => twoOpen, sealRun, 'UNIQUE'],
    [
      'the last insert is refused',
      () => ({ alerts: [exampleAlert()], notifications: [exampleNotification({ lane: null as never })] }),
      sealRun,
      'NOT NULL',
    ],
    ['decide waits for something', (async () => nothingDecided) as never, sealRun, 'undefined'],
    ['the entry has another index', decideNothing, (run) => ({ ...sealRun(run), index: run.entry + 1 }), 'was sealed as'],
    ['the entry is too long to be proved', decideNothing, (run) => ({ ...sealRun(run), body: 'é'.repeat(32_768) }), '65536 bytes'],
  ];
  it.each(fails)('leaves nothing behind where %s, and the next one goes on', async (_, decide, seal, message) => {
    const { store } = await openTestStore();
    await store.record(exampleOutcome(), decideNothing, sealRun);
    const before = await everything(store);
    await expect(store.record(exampleOutcome({ counts: { literal: failing } }), decide, seal)).rejects.toThrow(message);
    expect(await everything(store)).toEqual(before);
    expect((await store.record(exampleOutcome(), decideNothing, sealRun)).run).toMatchObject({ id: 2, entry: 1 });
  });

  it('takes an entry of exactly 65,535 bytes', async () => {
    const { store } = await openTestStore();
    await store.record(exampleOutcome(), decideNothing, (run) => ({ ...sealRun(run), body: `${'é'.repeat(32_767)}e` }));
    expect(await store.entryCount()).toBe(1);
  });

  it('rethrows what was thrown', async () => {
    const { store } = await openTestStore();
    const error = new Error('decide');
    await expect(store.record(exampleOutcome(), () => fail(error), sealRun)).rejects.toBe(error);
  });

  it('is not entered by a store used inside decide: that waits until it has ended', async () => {
    const { store } = await openTestStore();
    const seen: Promise<unknown>[] = [];
    await store.record(
      exampleOutcome(),
      () => {
        seen.push(store.entryCount(), store.record(exampleOutcome(), decideNothing, sealRun));
        return nothingDecided;
      },
      sealRun,
    );
    expect(await Promise.all(seen)).toMatchObject([1, { run: { id: 2, entry: 1 } }]);
  });

  it('follows the one before when many are asked for at once', async () => {
    const { store } = await openTestStore();
    const opens: number[] = [];
    const decide = (number: number) => (open: readonly Alert[]) => {
      opens.push(open.length);
      return { alerts: [exampleAlert({ id: `alert-${number}`, key: `key-${number}` })], notifications: [] };
    };
    const recorded = await Promise.all(
      Array.from({ length: 20 }, (_, number) => store.record(exampleOutcome({ check: `check-${number % 3}` }), decide(number), sealRun)),
    );
    expect(opens).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(recorded.map(({ run }) => run.entry)).toEqual(opens);
    expect(recorded.map(({ run }) => run.id)).toEqual(opens.map((number) => number + 1));
    for (const { run } of recorded) {
      const entry = await store.entry(run.entry);
      expect(entry?.leafHash).toBe(leafHash(Buffer.from(entry?.body ?? '')));
      expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({ run: run.id, check: run.check });
    }
  });
});

describe('statuses', () => {
  it('keep their since while the status stays the same, whatever the numbers', async () => {
    const { store } = await openTestStore();
    const steps = [
      { counts: { intent: { ...passing, pass: 5 } }, since: 0 },
      { counts: { intent: { ...passing, pass: 7 } }, since: 0 },
      { counts: { intent: { ...failing, pass: 6 } }, since: 2 },
      { counts: { intent: { ...failing, fail: 4, unknown: 2 } }, since: 2 },
      { counts: { intent: { ...passing, unknown: 1 } }, since: 4 },
      { counts: { intent: passing }, since: 5 },
    ];
    for (const [number, { counts, since }] of steps.entries()) {
      const { run } = await store.record(exampleOutcome({ counts, finishedAt: minute(number) }), decideNothing, sealRun);
      expect(await store.statuses()).toMatchObject([
        { counts: counts.intent, since: minute(since), run: run.id, finishedAt: minute(number) },
      ]);
    }
  });

  it('of an interpretation that is judged no longer do not stay, nor those of checks that are gone', async () => {
    const { store } = await openTestStore();
    await store.record(exampleOutcome({ check: 'a', counts: { literal: passing, intent: passing } }), decideNothing, sealRun);
    await store.record(exampleOutcome({ check: 'a', counts: { intent: passing } }), decideNothing, sealRun);
    await store.record(exampleOutcome({ check: 'b', counts: { literal: passing } }), decideNothing, sealRun);
    const names = async () => (await store.statuses()).map((status) => `${status.check} ${status.interpretation}`);
    expect(await names()).toEqual(['a intent', 'b literal']);
    await store.dropStatuses(['b', 'c']);
    expect(await names()).toEqual(['b literal']);
    await store.dropStatuses([]);
    expect(await names()).toEqual([]);
  });
});

describe('alerts', () => {
  it('are replaced by their id, and one decision may close one and open the next of the same key', async () => {
    const { store } = await openTestStore();
    const closed = exampleAlert({ closedAt: minute(5), closedBecause: 'all subjects were seen to pass' });
    const next = exampleAlert({ id: 'alert-2', openedAt: minute(5) });
    await store.recordDecision(() => ({ alerts: [exampleAlert()], notifications: [] }));
    await store.recordDecision((open) => ({ alerts: open.length === 1 ? [next, closed] : [], notifications: [] }));
    expect(await store.openAlerts()).toEqual([next]);
    expect(await store.alerts(9)).toEqual([next, closed]);
    expect(await store.alerts(1)).toEqual([next]);
  });
});

it('open alerts are given oldest first', async () => {
  const { store } = await openTestStore();
  const alert = (id: string, openedAt: number) => exampleAlert({ id, key: id, openedAt: minute(openedAt) });
  await store.recordDecision(() => ({ alerts: [alert('b', 2), alert('a', 2), alert('d', 1), alert('c', 3)], notifications: [] }));
  expect((await store.openAlerts()).map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c']);
});

describe('runs', () => {
  it('are given newest first, of one check or of all, in pages', async () => {
    const { store } = await openTestStore();
    for (const check of ['a', 'b', 'a', 'b', 'a']) await store.record(exampleOutcome({ check }), decideNothing, sealRun);
    const ids = async (filter: Parameters<Store['runs']>[0]) => (await store.runs(filter)).map((run) => run.id);
    expect(await ids({ limit: 9 })).toEqual([5, 4, 3, 2, 1]);
    expect(await ids({ check: 'a', limit: 2 })).toEqual([5, 3]);
    expect(await ids({ check: 'a', limit: 2, before: 3 })).toEqual([1]);
    expect(await ids({ check: 'c', limit: 2 })).toEqual([]);
    expect((await store.latestRun('b'))?.id).toBe(4);
    expect(await store.latestRun('c')).toBeNull();
    expect(await store.run(6)).toBeNull();
    expect(await store.entry(5)).toBeNull();
  });

  it('whose findings are missing are an error, never a run without failures', async () => {
    const { store } = await openTestStore();
    const notPass = [
      { subject: 'a:443', interpretation: 'intent', status: 'fail', response: 'page', expected: '', observed: '', rule: '' },
    ];
    const good = await store.record(exampleOutcome({ notPassDigest: await putBody(store, notPass) }), decideNothing, sealRun);
    const bad = await store.record(exampleOutcome({ notPassDigest: sha256('never put') }), decideNothing, sealRun);
    expect(await store.findings(good.run)).toEqual(notPass);
    await expect(store.findings(bad.run)).rejects.toThrow('is missing');
  });
});

describe('bodies', () => {
  it('are kept once, in any number', async () => {
    const { store, path } = await openTestStore();
    const bodies = Array.from({ length: 620 }, (_, index) => bodyOf({ index }));
    await store.putBodies(bodies);
    await store.putBodies([...bodies.slice(0, 9), bodyOf(null)]);
    const digests = [...bodies.map((body) => body.digest), sha256('null'), sha256('never put')];
    const found = await store.bodies([...digests, ...digests]);
    expect(found.size).toBe(621);
    expect(found.get(sha256('null'))).toBeNull();
    expect(bodies.map((body) => found.get(body.digest))).toEqual(bodies.map((_, index) => ({ index })));
    expect(await store.bodies([])).toEqual(new Map());
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('select count(*) as number from bodies').get()).toEqual({ number: 621 });
    database.close();
  });

  it('are handed over one by one, as they stand, to whoever keeps them otherwise', async () => {
    const { store } = await openTestStore();
    const bodies = Array.from({ length: 120 }, (_, index) => bodyOf({ index, text: 'x'.repeat(100 * index) }));
    await store.putBodies(bodies);
    const digests = bodies.map(({ digest }) => digest);
    const kept = await store.bodiesAs([...digests, sha256('never put'), ...digests], (body) => body);
    expect([...kept.keys()].sort()).toEqual([...digests].sort());
    for (const [index, { digest, deflated }] of bodies.entries()) {
      const text = JSON.stringify({ index, text: 'x'.repeat(100 * index) });
      expect(kept.get(digest)).toEqual({ digest, deflated: new Uint8Array(deflated), text });
    }
  });

  it('that are not what their digest says are never handed out', async () => {
    const { store } = await openTestStore();
    await store.putBodies([{ ...bodyOf({ was: 'pass' }), digest: sha256('{"was":"fail"}') }]);
    await expect(store.bodies([sha256('{"was":"fail"}')])).rejects.toThrow('is damaged');
    await expect(store.bodiesAs([sha256('{"was":"fail"}')], () => null)).rejects.toThrow('is damaged');
    await expect(store.putBodies([{ ...bodyOf({}), digest: 'ABC' }])).rejects.toThrow('is no SHA-256 digest');
  });
});

function fail(what: string | Error): never {
  throw what instanceof Error ? what : new Error(what);
}
