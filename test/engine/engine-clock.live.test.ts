import { describe, expect, it } from 'vitest';
import { timestamp } from '../../src/domain/time.ts';
import { bad, good, lookPlan, makeFakeSource, minuteMs, startMs } from '../support/engine-fixtures.ts';
import { startTestEngine } from '../support/running-engine.ts';

const hourMs = 60 * minuteMs;

/** Ticks every second of the monotonic clock; when each look began, by that clock. */
async function tickThrough(seconds: number, jumpMs: number, restartAfterJump: boolean): Promise<readonly number[]> {
  const source = makeFakeSource('state');
  const began: number[] = [];
  const running = await startTestEngine({
    sources: [source],
    plan: { looks: [lookPlan('state', { jitterMs: 5_000 })] },
    around: (world) => ({
      ...world,
      look: (request) => {
        began.push(running.clock.monotonic());
        return world.look(request);
      },
    }),
  });
  for (let second = 0; second < seconds; second += 1) {
    running.clock.advance(1_000);
    if (second === Math.floor(seconds / 2)) {
      running.clock.jump(jumpMs);
      if (restartAfterJump) await running.restart();
    }
    await running.step();
  }
  const runs = await running.runs();
  // Where a look was made, its run was made: nothing is judged as stale by a clock that was set.
  expect(runs.map((run) => run.trigger)).toEqual(began.map(() => 'looked'));
  expect(await running.changedWhenRejudged()).toEqual([]);
  return began;
}

describe('a clock that is set', () => {
  const jumps = [
    ['back one hour', -hourMs],
    ['forward one hour', hourMs],
    ['back 30 seconds', -30_000],
    ['forward 30 seconds', 30_000],
    ['back 3 seconds', -3_000],
    ['back a day', -24 * hourMs],
    ['forward a day', 24 * hourMs],
  ] as const;

  it.each(jumps.flatMap(([title, jumpMs]) => [[title, jumpMs, false] as const, [`${title}, with a restart`, jumpMs, true] as const]))(
    '%s: no look is silent for more than two intervals, and there is no burst',
    async (_title, jumpMs, restartAfterJump) => {
      const seconds = 600;
      const began = await tickThrough(seconds, jumpMs, restartAfterJump);
      const gaps = [...began, seconds * 1_000].map((at, index) => at - (began[index - 1] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * minuteMs);
      // At most one look more than minutes passed: the catch-up.
      expect(began.length).toBeLessThanOrEqual(seconds / 60 + 2);
      expect(began.length).toBeGreaterThanOrEqual(seconds / 60 - 1);
    },
  );
});

describe('a clock that was set back, and looks that end badly', () => {
  it.each([
    ['while it runs', false],
    ['before it starts', true],
  ])('%s: the passing of the limit is told all the same', async (_title, restartAfterJump) => {
    let isStuck = false;
    const running = await startTestEngine({
      around: (world) => ({ ...world, look: (request) => (isStuck ? Promise.reject(new Error('stuck')) : world.look(request)) }),
    });
    await running.step();
    isStuck = true;
    running.clock.jump(-24 * hourMs);
    if (restartAfterJump) await running.restart();
    await running.minutes(5);
    expect(await running.runs()).toHaveLength(1);
    await running.minutes(1);
    expect((await running.runs()).map((run) => run.trigger)).toEqual(['looked', 'expired']);
  });
});

describe('data that only the monotonic clock knows to be old', () => {
  it('pass no longer, though they were judged anew meanwhile and the wall clock, set back, calls them young', async () => {
    let isStuck = false;
    const waiver = {
      id: 'w1',
      check: 'state-good',
      subject: 'nobody',
      interpretations: ['intent' as const],
      reason: 'known',
      requestedBy: 'Jane Doe',
      approvedBy: 'John Roe',
      from: timestamp(startMs + 4 * minuteMs),
      until: timestamp(startMs + 4.5 * minuteMs),
    };
    const running = await startTestEngine({
      plan: { waivers: [waiver] },
      around: (world) => ({ ...world, look: (request) => (isStuck ? Promise.reject(new Error('stuck')) : world.look(request)) }),
    });
    const outcomes = async () => (await running.runs()).map((run) => `${run.trigger} ${run.counts.intent?.pass}`);
    await running.step();
    isStuck = true;
    await running.minutes(4);
    expect(await outcomes()).toEqual(['looked 3', 'looked 3']);
    running.clock.jump(-3 * minuteMs);
    await running.minutes(1);
    // The waiver is no longer in force, by the wall clock.
    expect(await outcomes()).toEqual(['looked 3', 'looked 3', 'looked 3']);
    running.clock.advance(1);
    await running.step();
    expect(await outcomes()).toEqual(['looked 3', 'looked 3', 'looked 3', 'expired 0']);
    running.clock.advance(2 * minuteMs);
    await running.step();
    // The waiver begins again: judged anew, on data that are two minutes too old.
    expect(await outcomes()).toEqual(['looked 3', 'looked 3', 'looked 3', 'expired 0', 'expired 0']);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('of an earlier process are as old as the wall clock said when this one began', async () => {
    let isStuck = false;
    const running = await startTestEngine({
      around: (world) => ({ ...world, look: (request) => (isStuck ? Promise.reject(new Error('stuck')) : world.look(request)) }),
    });
    await running.step();
    isStuck = true;
    await running.minutes(4);
    await running.restart();
    running.clock.jump(-3 * minuteMs);
    await running.minutes(1);
    expect((await running.runs()).map((run) => run.trigger)).toEqual(['looked']);
    running.clock.advance(1);
    await running.step();
    expect((await running.runs()).map((run) => run.trigger)).toEqual(['looked', 'expired']);
  });
});

describe('a clock that is set while a look is in flight', () => {
  it.each([
    ['back one hour', -hourMs, 'expired'],
    ['forward one hour', hourMs, 'expired'],
    ['forward ten years', 3_653 * 24 * hourMs, 'expired'],
    ['back one minute', -minuteMs, 'expired'],
    ['forward one minute', minuteMs, 'looked'],
    ['back two seconds', -2_000, 'looked'],
  ])('%s: what it saw to fail is told once, what it saw to pass is not believed before the next look', async (_title, jumpMs, trigger) => {
    const source = makeFakeSource('state');
    let jumps = 0;
    const running = await startTestEngine({
      sources: [source],
      around: (world) => ({
        ...world,
        look: async (request) => {
          const reply = await world.look(request);
          if (source.looked.length === 2) {
            running.clock.jump(jumpMs);
            jumps += 1;
          }
          return reply;
        },
      }),
    });
    source.answer = () => good;
    await running.step();
    source.answer = ({ id }) => (id === 'a.example.com:443' ? bad : good);
    await running.minutes(1);
    expect(jumps).toBe(1);
    expect((await running.runs()).at(-1)).toMatchObject({
      trigger,
      counts: { intent: trigger === 'looked' ? { pass: 2, fail: 1 } : { pass: 0, fail: 1, unknown: 2 } },
    });
    running.clock.advance(1_000);
    await running.step();
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'looked', counts: { intent: { pass: 2, fail: 1 } } });
    source.answer = () => good;
    await running.minutes(1);
    expect(running.told.map(({ kind }) => kind)).toEqual(['firing', 'firing', 'resolved', 'resolved']);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });
});
