import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Check } from '../../src/domain/check.ts';
import { checkPlan, lookPlan, stateCheck } from '../support/engine-fixtures.ts';
import { type FakeEstate, makeFakeEstate, scopeA, scopeB, thing, thingType, typePlan } from '../support/fake-estate.ts';
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

async function start(estate: FakeEstate): Promise<RunningEngine> {
  return await startTestEngine({ plan, checks: { 'things-good': thingCheck }, sources: [estate] });
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
