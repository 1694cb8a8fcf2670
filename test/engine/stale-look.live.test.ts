import { describe, expect, it } from 'vitest';
import { bad, checkPlan, good, lookPlan, makeFakeSource, minuteMs, stateCheck } from '../support/engine-fixtures.ts';
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

describe('a failure that was seen just before a kill, and a stop that lasts longer than the limit', () => {
  /** One subject fails in a look that is recorded and that nobody judges; the process is away for an hour. */
  async function startKilled(changes: { readonly lookAfter: 'good' | 'stuck'; readonly judgedBefore: boolean }) {
    const state = makeFakeSource('state');
    let isKilled = false;
    const running = await startTestEngine({
      sources: [state],
      around: (world) => ({
        ...world,
        look: (request) =>
          changes.lookAfter === 'stuck' && state.looked.length > 1 ? Promise.reject(new Error('stuck')) : world.look(request),
        judge: (request) => (isKilled ? Promise.reject(new Error('killed')) : world.judge(request)),
      }),
    });
    if (changes.judgedBefore) await running.step();
    isKilled = true;
    state.answer = ({ id }) => (id === 'a.example.com:443' ? bad : good);
    await running.minutes(1);
    running.clock.advance(60 * minuteMs);
    isKilled = false;
    state.answer = () => good;
    await running.restart();
    return running;
  }

  it.each([true, false])('is told, as last seen then (a run before it: %s)', async (judgedBefore) => {
    const running = await startKilled({ lookAfter: 'good', judgedBefore });
    const [run] = (await running.runs()).slice(-1);
    if (run === undefined) throw new Error('expected a run');
    expect(run).toMatchObject({ trigger: 'expired', counts: { intent: { pass: 0, fail: 1, unknown: 2, waived: 0 } } });
    const lastSeen = { at: run.dataAsOf, reason: 'stale', cause: null };
    expect((await running.store().findings(run)).filter(({ status }) => status === 'fail')).toMatchObject([{ lastSeen }, { lastSeen }]);
    expect(running.told.map(({ kind, message }) => [kind, message.subjects[0]?.lastSeen])).toEqual([
      ['firing', run.dataAsOf],
      ['firing', run.dataAsOf],
    ]);
    await running.step();
    expect(running.told.map(({ kind }) => kind)).toEqual(['firing', 'firing', 'resolved', 'resolved']);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('stays while nobody can look', async () => {
    const running = await startKilled({ lookAfter: 'stuck', judgedBefore: true });
    await running.minutes(20);
    await running.restart();
    const runs = await running.runs();
    expect(runs.at(-1)).toMatchObject({ trigger: 'expired', counts: { intent: { pass: 0, fail: 1, unknown: 2 } } });
    expect(running.told.map(({ kind }) => kind)).toEqual(['firing', 'firing']);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('a waiver covers it as any other', async () => {
    const running = await startKilled({ lookAfter: 'stuck', judgedBefore: true });
    const waiver = {
      id: 'w1',
      check: 'state-good',
      subject: '*',
      interpretations: ['intent' as const, 'literal' as const],
      reason: 'known',
      requestedBy: 'Jane Doe',
      approvedBy: 'John Roe',
      from: '2026-01-01T00:00:00.000Z',
      until: '2027-12-31T00:00:00.000Z',
    };
    await running.restart({ plan: { waivers: [waiver] } });
    expect((await running.runs()).at(-1)).toMatchObject({ counts: { intent: { pass: 0, fail: 0, unknown: 2, waived: 1 } } });
    expect(await running.changedWhenRejudged()).toEqual([]);
  });
});
