import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  estateChecks,
  failing,
  judgeBoth,
  makeEstate,
  partsCheck,
  scopeCheck,
  startEstate,
  stateRow,
  thingCheck,
} from '../support/estate-checks.ts';
import { fault, part, partType, scopeA, thing, thingType } from '../support/fake-estate.ts';

/** Fails where a row says that it is foreign, which no other check reads. */
const otherCheck = {
  ...thingCheck,
  judge: (_subject: unknown, facts: { readonly [kind: string]: unknown }) => judgeBoth(JSON.stringify(facts).includes('foreign'), 'state'),
  needs: { resource: z.looseObject({}) },
};

it('where the origin cannot be asked nobody asks it without end', async () => {
  const estate = makeEstate({ one: 'bad', two: 'good' });
  estate.originFaults.set('*', fault('unreachable'));
  const running = await startEstate(estate, { ...estateChecks, a: thingCheck, b: thingCheck, c: thingCheck });
  await running.minutes(1);
  expect(estate.asked.length).toBeLessThanOrEqual(6);
  estate.index.delete(thing('one').id);
  await running.minutes(1);
  expect(estate.asked.length).toBeLessThanOrEqual(12);
  expect(await failing(running, 'a')).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('what the origin says of a subscription does not make its lists complete', async () => {
  const estate = makeEstate({ one: 'bad', two: 'good' });
  const other = part('other');
  estate.truth.set(other.id, stateRow('good', { thingId: thing('two').id }));
  estate.catchUp();
  const partCheck = { ...thingCheck, subjects: { resources: [partType] } };
  const running = await startEstate(estate, { 'scopes-good': scopeCheck, 'parts-alone': partCheck });
  estate.listFaults.set(`${scopeA.id} ${partType}`, fault('denied'));
  await running.minutes(1);
  expect(estate.asked.flat()).toContain(scopeA.id);
  const runs = await running.runs('parts-alone');
  expect(runs.map(({ counts }) => (counts.intent?.unknown ?? 0) > 0)).toEqual(runs.map(() => true));
});

it('who failed and is gone by what another check asked is not told as failing and gone at once', async () => {
  const estate = makeEstate({ one: 'bad', two: 'bad' });
  const running = await startEstate(estate, { 'a-things': thingCheck, 'b-others': otherCheck });
  await running.minutes(1);
  expect(await failing(running, 'a-things')).toEqual(['one', 'two']);
  estate.truth.delete(thing('one').id);
  estate.index.set(thing('one').id, stateRow('bad', { thingId: 'foreign' }));
  await running.minutes(1);
  const last = (await running.runs('a-things')).at(-1);
  expect(last).toMatchObject({ extent: { kind: 'some' }, counts: { intent: { fail: 1, pass: 0 } }, population: { expected: 1 } });
  expect(await failing(running)).toEqual(['two']);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('the end of a related row is judged with whom it belonged to, whichever check asked for it', async () => {
  const estate = makeEstate({ one: 'good' });
  const own = part('own');
  estate.truth.set(own.id, stateRow('good', { thingId: thing('one').id }));
  estate.catchUp();
  const ofParts = { ...otherCheck, subjects: { resources: [partType] } };
  const running = await startEstate(estate, { 'a-parts-good': partsCheck, 'b-others': ofParts });
  await running.minutes(1);
  expect((await running.runs('a-parts-good')).at(-1)).toMatchObject({ counts: { intent: { pass: 1 } } });
  // What does not matter to the first check is news to the second one, which hears at the origin that the row is gone.
  estate.truth.delete(own.id);
  estate.index.set(own.id, stateRow('good', { thingId: thing('one').id, kind: 'foreign' }));
  await running.minutes(1);
  expect(estate.asked.flat()).toContain(own.id);
  expect((await running.runs('a-parts-good')).at(-1)).toMatchObject({ counts: { intent: { pass: 0 } } });
});

it('an empty population is none where a list is faulty, in a judgement of some subjects too', async () => {
  const estate = makeEstate({ one: 'bad' });
  estate.listFaults.set(`${scopeA.id} ${partType}`, fault('denied'));
  const mustExist = { ...thingCheck, subjects: { resources: [partType] }, whenNone: 'fail' as const };
  const running = await startEstate(estate, { 'a-parts': mustExist, 'b-things': thingCheck });
  await running.minutes(3);
  estate.index.set(thing('two').id, stateRow('bad'));
  await running.minutes(1);
  expect(await failing(running, 'a-parts')).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a verdict that rests on more rows than are read at the origin is agreed to by the next look', async () => {
  const things = Object.fromEntries(Array.from({ length: 250 }, (_none, index) => [`thing${index}`, 'good']));
  const estate = makeEstate(things);
  const running = await startEstate(estate, { 'scopes-good': scopeCheck });
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  estate.truth.set(thing('thing7').id, stateRow('bad'));
  estate.catchUp();
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  await running.minutes(1);
  expect(await failing(running)).toEqual(['a']);
  estate.truth.set(thing('thing7').id, stateRow('good'));
  estate.catchUp();
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
  expect(estate.asked.every((ids) => ids.length <= 200)).toBe(true);
  expect(thingType).not.toBe(partType);
});
