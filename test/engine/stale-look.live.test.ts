import { describe, expect, it } from 'vitest';
import { bad, checkPlan, lookPlan, makeFakeSource, minuteMs, stateCheck } from '../support/engine-fixtures.ts';
import { startTestEngine } from '../support/running-engine.ts';

/** A check that needs two looks, one of which never ends again. */
async function startWithStuckLook() {
  let isStuck = false;
  const state = makeFakeSource('state');
  const running = await startTestEngine({
    sources: [state, makeFakeSource('other')],
    checks: { 'both-good': stateCheck(['state', 'other']) },
    plan: { looks: [lookPlan('state'), lookPlan('other')], checks: [checkPlan('both-good')] },
    around: (world) => ({
      ...world,
      look: (request) => (isStuck && request.name === 'other' ? Promise.reject(new Error('stuck')) : world.look(request)),
    }),
  });
  await running.step();
  return { running, state, stick: () => (isStuck = true) };
}

describe('one of two needed looks never ends again', () => {
  it('the check is judged on the other until the limit, then it is unknown at every look, which is told', async () => {
    const { running, stick } = await startWithStuckLook();
    stick();
    await running.minutes(4);
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'looked', counts: { intent: { pass: 3 } } });
    await running.minutes(2);
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'expired', counts: { intent: { pass: 0, unknown: 3 } } });
    await running.minutes(40);
    expect(running.told.map((one) => one.message.alertKey).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      'unknown:both-good:intent',
      'unknown:both-good:literal',
    ]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('a failure seen before stays', async () => {
    const { running, state, stick } = await startWithStuckLook();
    state.answer = () => bad;
    await running.minutes(1);
    stick();
    await running.minutes(8);
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'expired', counts: { intent: { fail: 3, unknown: 0 } } });
    expect(running.told.filter((one) => one.kind === 'resolved')).toEqual([]);
  });

  it('a look of before a long stop is no pass after the start', async () => {
    const { running, stick } = await startWithStuckLook();
    stick();
    running.clock.advance(60 * minuteMs);
    await running.restart();
    await running.step();
    expect((await running.runs()).at(-1)).toMatchObject({ trigger: 'expired', counts: { intent: { pass: 0, unknown: 3 } } });
  });
});
