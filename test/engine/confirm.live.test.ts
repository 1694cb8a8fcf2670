import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Check } from '../../src/domain/check.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import { checkPlan, lookPlan, stateCheck } from '../support/engine-fixtures.ts';
import { type FakeEstate, fault, makeFakeEstate, scopeA, scopeB, thing, thingType, typePlan } from '../support/fake-estate.ts';
import { type RunningEngine, startTestEngine } from '../support/running-engine.ts';

const row = z.object({ properties: z.object({ state: z.string() }) });

/** Fails where the row says `bad`. */
const thingCheck: Check = stateCheck(['resource'], {
  subjects: { resources: [thingType] },
  needs: { resource: row },
  judge: (_subject, facts) => {
    const { state } = row.parse(facts['resource']).properties;
    const explained = { expected: 'good', observed: state, rule: 'state' };
    return (['intent', 'literal'] as const).map((interpretation) => ({
      ...explained,
      interpretation,
      status: state === 'bad' ? 'fail' : 'pass',
    }));
  },
});

const state = (text: string) => ({ properties: { state: text } });

const plan = {
  looks: [lookPlan('estate')],
  checks: [checkPlan('things-good')],
  subjects: [],
  scopes: [scopeA, scopeB],
  resourceTypes: [typePlan(thingType)],
};

function makeEstate(things: { readonly [name: string]: string }): FakeEstate {
  const estate = makeFakeEstate();
  for (const scope of [scopeA, scopeB]) estate.truth.set(scope.id, state('Enabled'));
  for (const [name, one] of Object.entries(things)) estate.truth.set(thing(name).id, state(one));
  estate.catchUp();
  return estate;
}

async function start(estate: FakeEstate, waivers: readonly Waiver[] = []): Promise<RunningEngine> {
  return await startTestEngine({ plan: { ...plan, waivers }, checks: { 'things-good': thingCheck }, sources: [estate] });
}

function waiverOf(subject: string): Waiver {
  const times = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' };
  const people = { requestedBy: 'Jane Doe', approvedBy: 'John Doe', reason: 'a test' };
  return { id: 'w1', check: 'things-good', subject, interpretations: ['intent', 'literal'], ...people, ...times };
}

async function failing(running: RunningEngine): Promise<readonly string[]> {
  const open = (await running.store().openAlerts()).flatMap((alert) => (alert.kind === 'fail' ? [alert] : []));
  return [...new Set(open.flatMap((alert) => alert.failing.map(({ subject }) => subject.split('/').at(-1) ?? '')))].sort();
}

it('a fail that the origin confirms opens its alert at once, and the end of it closes it', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  const running = await start(estate);
  await running.minutes(1);
  expect(estate.asked).toEqual([[thing('two').id]]);
  expect(await failing(running)).toEqual(['two']);
  estate.truth.set(thing('two').id, state('good'));
  estate.catchUp();
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('an index that lags neither opens an alert nor closes one', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  estate.index.set(thing('one').id, state('bad'));
  const running = await start(estate);
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  estate.index.set(thing('two').id, state('good'));
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  estate.index.delete(thing('two').id);
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('what the index lost is gone only once the origin says so: a fault there says nothing', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  const running = await start(estate);
  await running.minutes(1);
  estate.index.delete(thing('two').id);
  estate.originFaults.set('*', fault('denied'));
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  expect(await running.changedWhenRejudged()).toEqual([]);
  estate.originFaults.clear();
  await running.minutes(1);
  expect(await failing(running)).toEqual(['two']);
  estate.truth.delete(thing('two').id);
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a fault after a restart makes no smaller estate', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad', three: 'good' });
  const running = await start(estate);
  await running.minutes(1);
  estate.listFaults.set(`${scopeA.id} ${thingType}`, fault('throttled'));
  for (const id of estate.truth.keys()) if (id !== scopeA.id && id !== scopeB.id) estate.hidden.add(id);
  await running.restart();
  await running.minutes(2);
  expect((await running.runs()).map(({ population }) => population.expected)).toEqual(expect.arrayContaining([3]));
  expect((await running.runs()).every(({ population }) => population.expected === 3)).toBe(true);
  expect(await failing(running)).toEqual(['two']);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('what is put out of scope is gone, and so is what stands in a subscription that is not configured any more', async () => {
  const estate = makeEstate({ one: 'bad', two: 'good' });
  const elsewhere = thing('three', scopeB);
  estate.truth.set(elsewhere.id, state('bad'));
  estate.catchUp();
  const running = await start(estate);
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one', 'three']);
  const outOfScope = [{ subject: thing('one').id, owner: 'Jane Doe', reason: 'a test' }];
  await running.restart({ plan: { ...plan, outOfScope, scopes: [scopeA] } });
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a new fail that is not confirmed does not join one that is waived', async () => {
  const estate = makeEstate({ one: 'bad', two: 'good' });
  const running = await start(estate, [waiverOf(thing('one').id)]);
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  estate.originFaults.set('*', fault('timeout'));
  estate.index.set(thing('two').id, state('bad'));
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
});
