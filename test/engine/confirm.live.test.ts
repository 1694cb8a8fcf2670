import { expect, it } from 'vitest';
import { checkPlan } from '../support/engine-fixtures.ts';
import { estatePlan, failing, makeEstate, startEstate, stateRow, thingCheck, waiverOf } from '../support/estate-checks.ts';
import { fault, scopeA, scopeB, thing, thingType } from '../support/fake-estate.ts';

it('a fail that the origin confirms opens its alert at once, and the end of it closes it', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  const running = await startEstate(estate);
  await running.minutes(1);
  expect(estate.asked).toEqual([[thing('two').id]]);
  expect(await failing(running)).toEqual(['two']);
  estate.truth.set(thing('two').id, stateRow('good'));
  estate.catchUp();
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('an index that lags neither opens an alert nor closes one', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  estate.index.set(thing('one').id, stateRow('bad'));
  const running = await startEstate(estate);
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  estate.index.set(thing('two').id, stateRow('good'));
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  estate.index.delete(thing('two').id);
  await running.minutes(3);
  expect(await failing(running)).toEqual(['two']);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('what the index lost is gone only once the origin says so: a fault there says nothing', async () => {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  const running = await startEstate(estate);
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
  const running = await startEstate(estate);
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
  estate.truth.set(elsewhere.id, stateRow('bad'));
  estate.catchUp();
  const running = await startEstate(estate);
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one', 'three']);
  const outOfScope = [{ subject: thing('one').id, owner: 'Jane Doe', reason: 'a test' }];
  await running.restart({ plan: { ...estatePlan, checks: [checkPlan('things-good')], outOfScope, scopes: [scopeA] } });
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a new fail that is not confirmed does not join one that is waived', async () => {
  const estate = makeEstate({ one: 'bad', two: 'good' });
  const running = await startEstate(estate, { 'things-good': thingCheck }, { waivers: [waiverOf(thing('one').id)] });
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  estate.originFaults.set('*', fault('timeout'));
  estate.index.set(thing('two').id, stateRow('bad'));
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
});

it('an origin that answers for nobody is asked once for each complete look, however many checks have news', async () => {
  const estate = makeEstate({ one: 'bad', two: 'bad' });
  estate.originFaults.set('*', fault('timeout'));
  const running = await startEstate(estate, { 'things-good': thingCheck, 'things-good-too': thingCheck });
  await running.minutes(3);
  expect(await failing(running)).toEqual([]);
  expect(estate.asked).toHaveLength(3);
  estate.originFaults.clear();
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one', 'two']);
});
