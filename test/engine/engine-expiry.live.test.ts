import { setImmediate as endOfTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkPlan, lookPlan, makeFakeSource, minuteMs, stateCheck } from '../support/engine-fixtures.ts';
import { startTestEngine } from '../support/running-engine.ts';

const twoLooks = { looks: [lookPlan('state'), lookPlan('other')], checks: [checkPlan('state-good')] };
const needsBoth = { 'state-good': stateCheck(['state', 'other']) };

describe('data past its limit', () => {
  const slow = { looks: [lookPlan('state', { schedule: '0 * * * *' })] };

  it('is recorded once it passed, and again after each further limit', async () => {
    const running = await startTestEngine({ plan: slow });
    await running.step();
    await running.minutes(5);
    expect(await running.runs()).toHaveLength(1);
    await running.minutes(1);
    const runs = await running.runs();
    expect(runs.map((run) => run.trigger)).toEqual(['looked', 'expired']);
    expect(runs[1]).toMatchObject({ counts: { intent: { pass: 0, unknown: 3 } }, dataAsOf: runs[0]?.dataAsOf, looks: runs[0]?.looks });
    await running.minutes(5);
    expect(await running.runs()).toHaveLength(2);
    await running.minutes(1);
    expect(await running.runs()).toHaveLength(3);
    await running.restart();
    await running.minutes(5);
    expect(await running.runs()).toHaveLength(3);
    await running.minutes(1);
    expect((await running.runs()).map((run) => run.trigger)).toEqual(['looked', 'expired', 'expired', 'expired']);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('lasting, it is told', async () => {
    const running = await startTestEngine({ plan: slow });
    await running.step();
    await running.minutes(50);
    expect(running.told.map(({ kind, message }) => [kind, message.alertKey])).toEqual([
      ['firing', 'unknown:state-good:literal'],
      ['firing', 'unknown:state-good:intent'],
    ]);
  });

  it('a first look that never ends well is unknown too', async () => {
    const running = await startTestEngine({
      around: (world) => ({ ...world, look: () => Promise.reject(new Error('the world is stuck')) }),
    });
    await running.step();
    await running.minutes(6);
    expect((await running.runs()).map((run) => [run.trigger, run.counts.intent?.unknown, run.looks])).toEqual([['expired', 3, {}]]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('a look that is in flight whenever the schedule ticks does not keep the passing from being told', async () => {
    const stuck = Promise.withResolvers<void>();
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source], plan: { looks: [lookPlan('state', { deadlineMs: 10_000_000 })] } });
    await running.step();
    source.hold = stuck.promise;
    for (let minute = 0; minute < 7; minute += 1) {
      running.clock.advance(minuteMs);
      running.engine().tick();
      await endOfTurn();
    }
    await expect.poll(async () => (await running.runs()).map((run) => run.trigger)).toEqual(['looked', 'expired']);
    stuck.resolve();
    await running.engine().settled();
  });

  it('of one look of two: the other one goes on, and the check is unknown all the same', async () => {
    const [steady, dying] = [makeFakeSource('state'), makeFakeSource('other')];
    let isDead = false;
    const running = await startTestEngine({
      plan: twoLooks,
      sources: [steady, dying],
      checks: needsBoth,
      around: (world) => ({
        ...world,
        look: (request) => (isDead && request.name === 'other' ? Promise.reject(new Error('stuck')) : world.look(request)),
      }),
    });
    await running.step();
    isDead = true;
    await running.minutes(5);
    expect((await running.runs()).at(-1)?.counts.intent?.pass).toBe(3);
    await running.minutes(1);
    expect((await running.runs()).at(-1)).toMatchObject({ counts: { intent: { pass: 0, unknown: 3 } } });
    await running.minutes(40);
    expect(running.told.map(({ kind, message }) => [kind, message.alertKey])).toEqual([
      ['firing', 'unknown:state-good:literal'],
      ['firing', 'unknown:state-good:intent'],
    ]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('ticks during a judgement record nothing stale on top of what is fresh', async () => {
    const source = makeFakeSource('state');
    let gate: Promise<void> | null = null;
    let asked = 0;
    const running = await startTestEngine({
      plan: slow,
      sources: [source],
      around: (world) => ({
        ...world,
        judge: async (request) => {
          asked += 1;
          await gate;
          return await world.judge(request);
        },
      }),
    });
    await running.step();
    const opened = Promise.withResolvers<void>();
    gate = opened.promise;
    running.clock.advance(60 * minuteMs);
    running.engine().tick();
    await expect.poll(() => asked).toBe(2);
    for (let second = 0; second < 5; second += 1) {
      running.clock.advance(1_000);
      running.engine().tick();
      await endOfTurn();
    }
    opened.resolve();
    await running.engine().settled();
    await running.step();
    const runs = await running.runs();
    expect(runs.at(-1)).toMatchObject({ trigger: 'looked', counts: { intent: { pass: 3 } } });
    expect(runs.map((run) => run.trigger)).toEqual(['looked', 'expired', 'looked']);
  });
});
