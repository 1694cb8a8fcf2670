import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startWorldThread, type WorldThread } from '../../src/engine/world-thread.ts';
import { makeDrivenWorld } from '../support/driven-world.ts';
import { checkPlan, examplePlan, lookPlan, startMs, stateCheck } from '../support/engine-fixtures.ts';
import { makeJumpingClock } from '../support/jumping-clock.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { type EngineOptions, type RunningEngine, startTestEngine } from '../support/running-engine.ts';
import { stateFileInNewFolder } from '../support/state-folder.ts';

const judgementDeadlineMs = 7_000;
/** The look's own 50 s, 5 s more, and the judgement that it may have to wait for. */
const lookDeadlineMs = 55_000 + judgementDeadlineMs;
const a = 'a.example.com:443';
const plan = { checks: [checkPlan('state-good', { judgementDeadlineMs })] };

/** The real engine over the real thread, whose worker does what the test says. */
async function startDriven(changes: Partial<EngineOptions> = {}) {
  const driven = makeDrivenWorld();
  const threads: WorldThread[] = [];
  const running = await startTestEngine({
    plan,
    ...changes,
    startWorld: ({ plan: settled, statePath, clock, log }) => {
      const thread = startWorldThread({
        plan: settled,
        spawn: () => driven.spawn(settled, statePath),
        clock,
        ranMs: clock.monotonic,
        log,
        onRestart: () => undefined,
      });
      threads.push(thread);
      return thread;
    },
  });
  const thread = (): WorldThread => {
    const [last] = threads.slice(-1);
    if (last === undefined) throw new Error('expected a thread');
    return last;
  };
  let minutes = 0;
  return {
    driven,
    running,
    thread,
    nextMinute: async () => {
      // A minute is as long as a thread may take to begin.
      await expect.poll(() => thread().answers(), { timeout: 10_000 }).toBe(true);
      minutes += 1;
      driven.setMinutes(minutes);
      running.clock.advance(60_000);
      running.engine().tick();
    },
  };
}

/** Waits until somebody sleeps for this long, and lets that time pass. */
async function passDeadline(running: RunningEngine, deadlineMs: number): Promise<void> {
  await running.clock.whenSleeping((ms) => ms === deadlineMs);
  running.clock.advance(deadlineMs);
}

/** Lets the judgement begin for good before its time passes. */
async function passDeadlineInLoop(running: RunningEngine, driven: ReturnType<typeof makeDrivenWorld>, judgements: number): Promise<void> {
  await expect.poll(() => driven.count('judgements'), { timeout: 10_000 }).toBe(judgements);
  await passDeadline(running, judgementDeadlineMs);
}

const outcomes = async (running: RunningEngine): Promise<readonly string[]> =>
  (await running.runs()).map((run) => `${run.trigger}: ${run.counts.intent?.pass} pass, ${run.counts.intent?.unknown} unknown`);

describe('a judgement that never returns', () => {
  it('costs the thread at its deadline; the check is unknown until its facts change, and the same input is not judged again', async () => {
    const { driven, running, thread, nextMinute } = await startDriven();
    await running.step();
    expect(await outcomes(running)).toEqual(['looked: 3 pass, 0 unknown']);
    const judgedBefore = driven.count('judgements');

    driven.show('judge-loops');
    await nextMinute();
    await passDeadlineInLoop(running, driven, judgedBefore + 1);
    await running.engine().settled();
    expect(thread().restarts()).toBe(1);
    expect((await outcomes(running)).slice(1)).toEqual(['hung: 0 pass, 3 unknown']);
    const [hung] = (await running.runs()).slice(-1);
    if (hung === undefined) throw new Error('expected a run');
    expect(await running.store().findings(hung)).toMatchObject(
      Array.from({ length: 6 }, () => ({ status: 'unknown', reason: 'defect', cause: null })),
    );

    await nextMinute();
    await running.engine().settled();
    await nextMinute();
    await running.engine().settled();
    expect(driven.count('judgements')).toBe(judgedBefore + 1);
    expect(thread().restarts()).toBe(1);
    expect((await outcomes(running)).slice(2)).toEqual(['hung: 0 pass, 3 unknown', 'hung: 0 pass, 3 unknown']);

    driven.show('good');
    await nextMinute();
    await running.engine().settled();
    expect((await outcomes(running)).at(-1)).toBe('looked: 3 pass, 0 unknown');
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('is not judged again after a restart, nor after its data passed their limit', async () => {
    const slow = { ...plan, looks: [lookPlan('state', { schedule: '*/10 * * * *' })] };
    const { driven, running, nextMinute } = await startDriven({ plan: slow });
    driven.show('judge-loops');
    running.engine().tick();
    await passDeadlineInLoop(running, driven, 1);
    await running.engine().settled();
    await running.restart();
    for (let minute = 0; minute < 12; minute += 1) {
      await nextMinute();
      await running.engine().settled();
    }
    expect(driven.count('looks')).toBe(2);
    expect(driven.count('judgements')).toBe(1);
    const runs = await running.runs();
    expect(runs.length).toBeGreaterThan(2);
    for (const run of runs) expect(run.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 3, waived: 0 });
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('after a look at some makes the whole check unknown: who knows what it did', async () => {
    const { driven, running } = await startDriven();
    await running.step();
    const judged = driven.count('judgements');
    driven.show('judge-loops');
    const looking = running.engine().lookAtSome('state', [a]);
    await passDeadlineInLoop(running, driven, judged + 1);
    await looking;
    await running.engine().settled();
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'hung', extent: { kind: 'all' }, counts: { intent: { unknown: 3 } } });
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('keeps an open fail alert open', async () => {
    const { driven, running, nextMinute } = await startDriven();
    driven.show('bad');
    await running.step();
    const judged = driven.count('judgements');
    driven.show('judge-loops');
    await nextMinute();
    await passDeadlineInLoop(running, driven, judged + 1);
    await running.engine().settled();
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'hung', counts: { intent: { fail: 3, unknown: 0 } } });
    driven.show('bad');
    await nextMinute();
    await running.engine().settled();
    expect(running.told.map(({ kind, message }) => `${kind} ${message.alertKey}`)).toEqual([
      'firing fail:state-good:literal',
      'firing fail:state-good:intent',
    ]);
  });

  it('in a derivation: the same, though the run is recorded by who could hang on it again', async () => {
    const { driven, running, thread, nextMinute } = await startDriven({
      plan: { checks: [checkPlan('derived-good', { judgementDeadlineMs })] },
      checks: { 'derived-good': stateCheck(['derived']) },
      derivations: [{ kind: 'derived', from: 'state', schema: z.unknown(), derive: (fact) => fact }],
    });
    driven.show('derive-loops');
    running.engine().tick();
    await expect.poll(() => driven.count('looks')).toBe(1);
    await passDeadline(running, judgementDeadlineMs);
    await running.engine().settled();
    expect(thread().restarts()).toBe(1);
    expect(await outcomes(running)).toEqual(['hung: 0 pass, 3 unknown']);
    await nextMinute();
    await running.engine().settled();
    expect(thread().restarts()).toBe(1);
    expect(await outcomes(running)).toEqual(['hung: 0 pass, 3 unknown', 'hung: 0 pass, 3 unknown']);
  });
});

describe('a thread that is lost', () => {
  it('a look in flight begins again when a judgement took the thread', async () => {
    const { driven, running, thread } = await startDriven({
      plan: { ...plan, looks: [lookPlan('early', { source: 'state' }), lookPlan('state')] },
    });
    driven.show('judge-loops');
    running.engine().tick();
    await expect.poll(() => driven.count('judgements'), { timeout: 10_000 }).toBe(1);
    driven.show('good');
    const looking = running.engine().lookAtSome('early', [a]);
    await passDeadline(running, judgementDeadlineMs);
    expect(await looking).toBe(true);
    await running.engine().settled();
    expect(thread().restarts()).toBe(1);
    expect(running.defects).toEqual(['check state-good']);
    expect((await running.store().latestLook('early'))?.extent).toMatchObject({ kind: 'some', subjects: [a] });
  });

  it('a look that never answers: asked once more in a new thread, then given up until it is due again', async () => {
    const { driven, running, thread, nextMinute } = await startDriven();
    driven.show('look-loops');
    running.engine().tick();
    await expect.poll(() => driven.count('looks')).toBe(1);
    await passDeadline(running, lookDeadlineMs);
    await expect.poll(() => driven.count('looks'), { timeout: 10_000 }).toBe(2);
    await passDeadline(running, lookDeadlineMs);
    await running.engine().settled();
    expect(thread().restarts()).toBe(2);
    expect(running.defects).toEqual(['look state']);
    expect(await running.runs()).toEqual([]);
    driven.show('good');
    await nextMinute();
    await running.engine().settled();
    expect(await outcomes(running)).toEqual(['looked: 3 pass, 0 unknown']);
  });

  it('a judgement that ends the thread: asked once more, then unknown until its facts change; the thread is there again', async () => {
    const { driven, running, thread, nextMinute } = await startDriven();
    driven.show('judge-exits');
    await running.step();
    expect(thread().restarts()).toBe(2);
    expect(await outcomes(running)).toEqual(['hung: 0 pass, 3 unknown']);
    expect(running.defects).toEqual(['check state-good', 'check state-good']);
    driven.show('good');
    await nextMinute();
    await running.engine().settled();
    expect((await outcomes(running)).at(-1)).toBe('looked: 3 pass, 0 unknown');
  });
});

describe('the thread by itself', () => {
  function startThread() {
    const driven = makeDrivenWorld();
    const clock = makeJumpingClock(startMs);
    const log = makeRecordingLog();
    const restarts: number[] = [];
    const settled = examplePlan({ ...plan, looks: [lookPlan('other', { source: 'state' }), lookPlan('state')] });
    const statePath = stateFileInNewFolder();
    const start = (): WorldThread => {
      const thread = startWorldThread({
        plan: settled,
        spawn: () => driven.spawn(settled, statePath),
        clock,
        ranMs: clock.monotonic,
        log,
        onRestart: () => restarts.push(clock.monotonic()),
      });
      onTestFinished(() => thread.close());
      return thread;
    };
    return { driven, clock, log, restarts, start };
  }

  function reasonOf(asked: Promise<unknown>): Promise<unknown> {
    return asked.then(
      () => 'answered',
      (error: { readonly reason?: string }) => error.reason ?? error,
    );
  }

  const judgement = {
    check: 'state-good',
    trigger: 'looked',
    extent: { kind: 'all' },
    scheduledFor: '2026-11-24T08:00:00.000Z',
    nowMs: startMs,
    previous: null,
    declaredDigest: '',
    hungInput: null,
    withFindings: false,
  } as const;
  const request = { name: 'state', extent: { kind: 'all' }, scheduledFor: '2026-11-24T08:00:00.000Z' } as const;

  it('answers, and says so', async () => {
    const { start } = startThread();
    const thread = start();
    expect(thread.answers()).toBe(false);
    await thread.ready();
    expect(thread.answers()).toBe(true);
    expect(await thread.look(request)).toMatchObject({ look: { expected: 3, seen: 3, unread: 0 } });
    expect(thread.restarts()).toBe(0);
  });

  it('that crashes at start is started again after a pause, never in a tight loop', async () => {
    const { driven, clock, restarts, start } = startThread();
    driven.startsBy('crash');
    const thread = start();
    await expect(thread.ready()).rejects.toThrow('crashed at start');
    await expect(thread.look(request)).rejects.toThrow();
    for (let second = 1; second <= 3; second += 1) {
      await clock.whenSleeping((ms) => ms === 1_000);
      expect(driven.count('starts')).toBe(second);
      clock.advance(1_000);
      await expect.poll(() => restarts.length, { timeout: 10_000 }).toBe(second + 1);
    }
    await clock.whenSleeping((ms) => ms === 1_000);
    driven.startsBy('well');
    clock.advance(1_000);
    await expect.poll(() => thread.answers(), { timeout: 10_000 }).toBe(true);
  });

  it('that never says it is ready is replaced too: no wait is for ever', async () => {
    const { driven, clock, start } = startThread();
    driven.startsBy('never');
    const thread = start();
    const asked = thread.look(request).catch((error: Error) => error.name);
    await expect.poll(() => driven.count('starts'), { timeout: 10_000 }).toBe(1);
    driven.startsBy('well');
    await clock.whenSleeping((ms) => ms === 60_000);
    clock.advance(60_000);
    expect(await asked).toBe('WorldLost');
    await clock.whenSleeping((ms) => ms === 1_000);
    clock.advance(1_000);
    await expect.poll(() => thread.answers(), { timeout: 10_000 }).toBe(true);
  });

  it('that is replaced tells who was overdue from who was only in there', async () => {
    const { driven, clock, start } = startThread();
    const thread = start();
    const reply = await thread.look(request);
    const look = { ...reply.look, id: 1 };
    await thread.adoptLook(reply.token, look);
    driven.show('look-loops');
    const overdue = reasonOf(thread.look(request));
    await expect.poll(() => driven.count('looks')).toBe(2);
    clock.advance(lookDeadlineMs - 5_000);
    const innocent = reasonOf(thread.judge({ ...judgement, looks: { state: look } }));
    await clock.whenSleeping((ms) => ms === judgementDeadlineMs);
    clock.advance(5_000);
    expect(await Promise.all([overdue, innocent])).toEqual(['deadline', 'crashed']);
  });

  it('closed: ends what is asked, starts nothing any more', async () => {
    const { driven, start } = startThread();
    const thread = start();
    await thread.ready();
    driven.holdLooks(true);
    const asked = thread.look(request).catch((error: { readonly reason: string }) => error.reason);
    await expect.poll(() => driven.count('looks')).toBe(1);
    await thread.close();
    expect(await asked).toBe('closed');
    await expect(thread.look(request)).rejects.toThrow('closed');
    expect(thread.answers()).toBe(false);
    expect(driven.count('starts')).toBe(1);
  });
});
