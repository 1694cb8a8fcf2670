import { describe, expect, it } from 'vitest';
import { timestamp } from '../../src/domain/time.ts';
import {
  bad,
  checkPlan,
  endpoint,
  faulty,
  good,
  lookPlan,
  makeFakeSource,
  minuteMs,
  startMs,
  stateCheck,
  withNote,
} from '../support/engine-fixtures.ts';
import { startTestEngine } from '../support/running-engine.ts';

const ids = ['a', 'b', 'c'].map((name) => endpoint(name).id);
const [a] = ids;
if (a === undefined) throw new Error('expected an endpoint');
const twoLooks = { looks: [lookPlan('state'), lookPlan('other')], checks: [checkPlan('state-good')] };
const needsBoth = { 'state-good': stateCheck(['state', 'other']) };

describe('due looks', () => {
  it('one look and one run per minute, each for its scheduled time', async () => {
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    await running.step();
    expect(source.looked).toEqual([ids]);
    await running.minutes(3);
    expect(source.looked).toHaveLength(4);
    const runs = await running.runs();
    expect(runs.map((run) => run.scheduledFor)).toEqual([0, 1, 2, 3].map((minute) => timestamp(startMs - 5_000 + minute * minuteMs)));
    expect(runs.map((run) => run.counts.intent)).toEqual(Array.from({ length: 4 }, () => ({ pass: 3, fail: 0, unknown: 0, waived: 0 })));
    expect(running.observed).toEqual({ missed: 0, runs: 4 });
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('after a gap of the process: exactly one look, for the latest time', async () => {
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    running.clock.advance(30 * minuteMs);
    await running.restart();
    for (let tick = 0; tick < 5; tick += 1) await running.step();
    expect(source.looked).toHaveLength(2);
    expect((await running.store().latestLook('state'))?.scheduledFor).toBe(timestamp(startMs - 5_000 + 30 * minuteMs));
    expect(running.observed.missed).toBe(29);
  });

  it('a restart within the minute: no look that was made already', async () => {
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    await running.restart();
    await running.step();
    expect(source.looked).toHaveLength(1);
    expect(await running.runs()).toHaveLength(1);
  });

  it('a look whose process died is made again, for the same time', async () => {
    const source = makeFakeSource('state');
    const held = Promise.withResolvers<void>();
    source.hold = held.promise;
    const running = await startTestEngine({ sources: [source] });
    running.engine().tick();
    await expect.poll(() => source.looked.length).toBe(1);
    await running.restart();
    source.hold = null;
    await running.step();
    held.resolve();
    expect(source.looked).toHaveLength(2);
    expect((await running.store().latestLook('state'))?.scheduledFor).toBe(timestamp(startMs - 5_000));
    expect(await running.runs()).toHaveLength(1);
  });

  it('never overlap: while one is in flight its next times pass, and are counted as missed', async () => {
    const source = makeFakeSource('state');
    const held = Promise.withResolvers<void>();
    source.hold = held.promise;
    const running = await startTestEngine({ plan: { looks: [lookPlan('state', { deadlineMs: 600_000 })] }, sources: [source] });
    running.engine().tick();
    await expect.poll(() => source.looked.length).toBe(1);
    for (let minute = 0; minute < 3; minute += 1) {
      running.clock.advance(minuteMs);
      running.engine().tick();
      await new Promise(setImmediate);
    }
    expect(source.looked).toHaveLength(1);
    expect(await running.engine().lookAtSome('state', [a])).toBe(false);
    held.resolve();
    await running.engine().settled();
    await running.step();
    expect(source.looked).toHaveLength(2);
    expect(running.observed.missed).toBe(2);
  });
});

describe('judging', () => {
  it('a look that was recorded and that nobody judged is judged at the next start', async () => {
    const source = makeFakeSource('state');
    source.answer = () => bad;
    const running = await startTestEngine({
      sources: [source],
      around: (world) => ({ ...world, judge: () => Promise.reject(new Error('killed before it judged')) }),
    });
    await running.step();
    expect(await running.runs()).toEqual([]);
    expect(running.defects).toEqual(['check state-good']);
    await running.restart({ around: (world) => world });
    expect(source.looked).toHaveLength(1);
    expect((await running.runs()).map((run) => [run.trigger, run.counts.intent?.fail])).toEqual([['looked', 3]]);
    expect(running.told.map(({ kind }) => kind)).toEqual(['firing', 'firing']);
  });

  it('a check that needs two looks in flight is judged once, after both', async () => {
    const [slow, fast] = [makeFakeSource('state'), makeFakeSource('other')];
    const held = Promise.withResolvers<void>();
    slow.hold = held.promise;
    const running = await startTestEngine({ plan: twoLooks, sources: [slow, fast], checks: needsBoth });
    running.engine().tick();
    await expect.poll(async () => (await running.store().latestLook('other')) !== null).toBe(true);
    expect(await running.runs()).toEqual([]);
    held.resolve();
    await running.engine().settled();
    expect((await running.runs()).map((run) => Object.keys(run.looks).sort())).toEqual([['other', 'state']]);
  });

  it('a source that throws is unknown with the reason, told in the log, and nothing else stops', async () => {
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    source.answer = () => {
      throw new Error('boom');
    };
    await running.minutes(1);
    const [run] = (await running.runs()).slice(-1);
    if (run === undefined) throw new Error('expected a run');
    expect(run.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 3, waived: 0 });
    expect(await running.store().findings(run)).toMatchObject(Array.from({ length: 6 }, () => ({ reason: 'defect' })));
    expect(running.log.text()).toContain('boom');
    source.answer = () => good;
    await running.minutes(1);
    expect((await running.runs()).at(-1)?.counts.intent?.pass).toBe(3);
  });

  it('zero endpoints: unknown, never pass', async () => {
    const running = await startTestEngine({ plan: { subjects: [] } });
    await running.step();
    const [run] = await running.runs();
    expect(run?.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 1, waived: 0 });
    expect(await running.changedWhenRejudged()).toEqual([]);
  });
});

describe('some subjects on top of the latest look', () => {
  it('a run of some, merged into the run before', async () => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === a ? faulty('timeout') : subject.id === ids[1] ? bad : good);
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    running.clock.advance(10_000);
    source.answer = () => good;
    expect(await running.engine().lookAtSome('state', [a])).toBe(true);
    await running.engine().settled();
    expect(source.looked).toEqual([ids, [a]]);
    const [first, second] = await running.runs();
    expect(second).toMatchObject({
      extent: { kind: 'some', subjects: [a], base: first?.id },
      previousRun: first?.id,
      dataAsOf: first?.dataAsOf,
      counts: { intent: { pass: 2, fail: 1, unknown: 0, waived: 0 } },
    });
    if (second === undefined) throw new Error('expected two runs');
    expect((await running.store().findings(second)).map(({ subject, status }) => [subject, status])).toEqual([
      [ids[1], 'fail'],
      [ids[1], 'fail'],
    ]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('after a restart, and on one another: the facts of the others are read back', async () => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === ids[2] ? bad : withNote('good', 1));
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    await running.restart();
    source.answer = () => withNote('good', 2);
    await running.engine().lookAtSome('state', [a]);
    await running.engine().settled();
    await running.restart();
    await running.engine().lookAtSome('state', [ids[1] ?? '', a]);
    await running.engine().settled();
    const look = await running.store().latestLook('state');
    if (look === null) throw new Error('expected a look');
    const map = await running.store().factMap(look);
    expect(Object.keys(map).sort()).toEqual(ids);
    expect(map[a]).toEqual(map[ids[1] ?? '']);
    expect((await running.runs()).map((run) => [run.extent.kind, run.counts.intent?.fail])).toEqual([
      ['all', 1],
      ['some', 1],
      ['some', 1],
    ]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('a whole run first where anything else moved on: waivers, parameters, code', async () => {
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source] });
    await running.step();
    await running.restart({ plan: { checks: [checkPlan('state-good', { parameters: { defaults: { limit: 1 }, overrides: {} } })] } });
    await running.engine().lookAtSome('state', [a]);
    await running.engine().settled();
    expect((await running.runs()).map((run) => run.extent.kind)).toEqual(['all', 'all', 'some']);
  });

  it('a whole run where the look below was never judged, or was judged as stale', async () => {
    const source = makeFakeSource('state');
    let isBroken = false;
    const running = await startTestEngine({
      sources: [source],
      around: (world) => ({ ...world, judge: (request) => (isBroken ? Promise.reject(new Error('crashed')) : world.judge(request)) }),
    });
    await running.step();
    isBroken = true;
    source.answer = (subject) => (subject.id === ids[1] ? bad : good);
    await running.minutes(1);
    isBroken = false;
    await running.engine().lookAtSome('state', [a]);
    await running.engine().settled();
    expect((await running.runs()).map((run) => [run.extent.kind, run.counts.intent?.fail])).toEqual([
      ['all', 0],
      ['all', 1],
    ]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('of strangers: nothing is looked at, nothing changes', async () => {
    const running = await startTestEngine({ checks: { 'state-good': stateCheck(['state'], { whenNone: 'fail' }) } });
    await running.step();
    await running.engine().lookAtSome('state', ['stranger:443']);
    await running.engine().settled();
    expect((await running.runs()).map((run) => run.counts.intent)).toEqual(
      Array.from({ length: 2 }, () => ({ pass: 3, fail: 0, unknown: 0, waived: 0 })),
    );
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('no look yet: false', async () => {
    const running = await startTestEngine();
    expect(await running.engine().lookAtSome('state', [a])).toBe(false);
  });
});

describe('a second look at who could not be read', () => {
  const retrying = { looks: [lookPlan('state', { retryUnreadMs: 7_000 })] };

  it.each([
    ['timeout', [ids, [a]]],
    ['unreachable', [ids, [a]]],
    ['throttled', [ids, [a]]],
    ['denied', [ids]],
    ['malformed', [ids]],
  ] as const)('%s', async (code, looked) => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === a ? faulty(code) : good);
    const running = await startTestEngine({ plan: retrying, sources: [source] });
    await running.step();
    source.answer = () => good;
    running.clock.advance(6_999);
    await running.step();
    expect(source.looked).toEqual([ids]);
    running.clock.advance(1);
    await new Promise(setImmediate);
    await expect.poll(() => source.looked).toEqual(looked);
    await running.engine().settled();
    expect((await running.runs()).map((run) => run.extent.kind)).toEqual(looked.length === 1 ? ['all'] : ['all', 'some']);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('not where many cannot be read: that is an outage, which more probing does not mend', async () => {
    const source = makeFakeSource('state');
    source.answer = () => faulty('timeout');
    const subjects = Array.from({ length: 11 }, (_, index) => endpoint(`host-${index}`));
    const running = await startTestEngine({ plan: { ...retrying, subjects }, sources: [source] });
    await running.step();
    expect(running.clock.sleepers()).toBe(0);
  });
});
