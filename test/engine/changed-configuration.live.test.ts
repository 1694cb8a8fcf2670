import { describe, expect, it } from 'vitest';
import type { Waiver } from '../../src/domain/waiver.ts';
import { bad, checkPlan, endpoint, good, lookPlan, makeFakeSource, minuteMs } from '../support/engine-fixtures.ts';
import { estatePlan, makeEstate, partsCheck, startEstate, thingCheck } from '../support/estate-checks.ts';
import { startTestEngine } from '../support/running-engine.ts';

const hourly = [lookPlan('state', { schedule: '0 * * * *' })];
const patient = [checkPlan('state-good', { maxAgeMs: 120 * minuteMs })];

const waiver: Waiver = {
  id: 'accepted',
  check: 'state-good',
  subject: '*',
  interpretations: ['literal', 'intent'],
  reason: 'known',
  requestedBy: 'Jane Doe',
  approvedBy: 'Joe Bloggs',
  from: '2026-11-01T00:00:00.000Z',
  until: '2026-11-24T08:30:00.000Z',
};

describe('a start with another configuration, long before the next look', () => {
  it('an endpoint that nobody looked at is unknown, not covered by the old pass', async () => {
    const running = await startTestEngine({ plan: { looks: hourly, checks: patient } });
    await running.step();
    await running.restart({ plan: { looks: hourly, checks: patient, subjects: [endpoint('a'), endpoint('new')] } });
    await running.step();
    expect((await running.runs()).at(-1)?.counts.intent).toEqual({ pass: 1, fail: 0, unknown: 1, waived: 0 });
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('the same configuration judges nothing again', async () => {
    const running = await startTestEngine({ plan: { looks: hourly, checks: patient } });
    await running.step();
    await running.restart();
    await running.step();
    expect(await running.runs()).toHaveLength(1);
  });

  it('a waiver that is taken out waives no longer', async () => {
    const source = makeFakeSource('state');
    source.answer = () => bad;
    const running = await startTestEngine({ sources: [source], plan: { looks: hourly, checks: patient, waivers: [waiver] } });
    await running.step();
    expect((await running.runs()).at(-1)?.counts.intent?.waived).toBe(3);
    await running.restart({ plan: { looks: hourly, checks: patient } });
    await running.step();
    expect((await running.runs()).at(-1)?.counts.intent?.fail).toBe(3);
  });

  it('a waiver that ends between two looks waives no longer', async () => {
    const source = makeFakeSource('state');
    source.answer = () => bad;
    const running = await startTestEngine({ sources: [source], plan: { looks: hourly, checks: patient, waivers: [waiver] } });
    await running.step();
    await running.minutes(45);
    expect((await running.runs()).at(-1)?.counts.intent?.fail).toBe(3);
  });
});

describe('rows that an earlier process kept may lack what is read of them now', () => {
  const looks = [lookPlan('estate', { schedule: '0 * * * *' })];
  const checks = [checkPlan('things-good', { maxAgeMs: 120 * minuteMs })];
  const start = (estate = makeEstate({ one: 'good' })) => startEstate(estate, { 'things-good': thingCheck }, { looks, checks });

  it('what other code judged is judged again once this process has looked, and stays until then', async () => {
    const running = await start();
    await running.step();
    await running.restart({ codeVersion: '0.2.0' });
    await running.minutes(10);
    expect((await running.runs('things-good')).map(({ codeVersion }) => codeVersion)).toEqual(['0.1.0']);
    await running.minutes(60);
    expect((await running.runs('things-good')).map(({ codeVersion }) => codeVersion)).toEqual(['0.1.0', '0.2.0']);
  });

  it('a check that was never judged waits, too', async () => {
    const running = await start();
    await running.step();
    const both = { 'things-good': thingCheck, 'parts-good': partsCheck };
    await running.restart({
      checks: both,
      plan: { ...estatePlan, looks, checks: [...checks, checkPlan('parts-good', { maxAgeMs: 120 * minuteMs })] },
    });
    await running.minutes(10);
    expect(await running.runs('parts-good')).toEqual([]);
    await running.minutes(60);
    expect((await running.runs('parts-good')).at(-1)?.trigger).toBe('looked');
  });

  it('but no longer than what it said may last', async () => {
    const estate = makeEstate({ one: 'good' });
    const running = await start(estate);
    await running.step();
    await running.restart({
      codeVersion: '0.2.0',
      plan: { ...estatePlan, looks: [lookPlan('estate', { schedule: '0 0 * * *' })], checks },
    });
    await running.minutes(125);
    expect((await running.runs('things-good')).at(-1)).toMatchObject({
      trigger: 'expired',
      codeVersion: '0.2.0',
      counts: { intent: { unknown: 1 } },
    });
  });
});

describe('a look that gets another name', () => {
  it('what the old name saw before is not judged again, so it closes nothing; runs of both are judged the same again', async () => {
    const source = makeFakeSource('state');
    const named = (name: string) => ({ looks: [lookPlan(name, { source: 'state', schedule: '0 * * * *' })], checks: patient });
    const running = await startTestEngine({ sources: [source], plan: named('before') });
    await running.step();
    source.answer = () => bad;
    await running.restart({ plan: named('after') });
    await running.step();
    expect((await running.runs()).at(-1)?.counts.intent?.fail).toBe(3);
    source.answer = () => good;
    await running.restart({ plan: named('before') });
    await running.step();
    expect(running.told.filter((one) => one.kind === 'resolved')).toEqual([]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });
});

describe('a look that fails', () => {
  it('is tried again long before its next time', async () => {
    const source = makeFakeSource('state');
    let failures = 0;
    const running = await startTestEngine({
      sources: [source],
      plan: { looks: hourly, checks: patient },
      around: (world) => ({
        ...world,
        look: (request) => {
          if (failures > 0) return world.look(request);
          failures += 1;
          return Promise.reject(new Error('the store was busy'));
        },
      }),
    });
    await running.step();
    expect(await running.runs()).toEqual([]);
    await running.minutes(2);
    expect(await running.runs()).toHaveLength(1);
  });
});
