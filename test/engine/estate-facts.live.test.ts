import { expect, it } from 'vitest';
import type { RawChange } from '../../src/domain/change.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { timestamp } from '../../src/domain/time.ts';
import { digestOfValue } from '../../src/engine/body.ts';
import { WorldLost } from '../../src/engine/world-thread.ts';
import { checkPlan } from '../support/engine-fixtures.ts';
import { estatePlan, failing, makeEstate } from '../support/estate-checks.ts';
import { type FakeEstate, fault, part, partType, scopeA, thing } from '../support/fake-estate.ts';
import { type RunningEngine, startTestEngine } from '../support/running-engine.ts';
import { partRow, reachCheck, reachDerivation } from '../support/stand-in-derivation.ts';

/** The things one and two, each reached by a part of its name. */
function makeReached(states: { readonly one: string; readonly two: string }): FakeEstate {
  const estate = makeEstate({ one: 'x', two: 'x' });
  for (const [name, state] of Object.entries(states)) estate.truth.set(part(name).id, partRow(state, [thing(name).id]));
  estate.catchUp();
  return estate;
}

function planOf(knowledge: JsonObject): Partial<Plan> {
  const parameters = { defaults: {}, overrides: {}, knowledgeDigest: digestOfValue(knowledge) };
  return { ...estatePlan, knowledge, checks: [checkPlan('reach', { parameters })] };
}

async function startReach(estate: FakeEstate, knowledge: JsonObject = {}): Promise<RunningEngine> {
  const options = { checks: { reach: reachCheck }, sources: [estate], estateDerivations: [reachDerivation] };
  return await startTestEngine({ ...options, plan: planOf(knowledge) });
}

it('a new failure is told once everything that it follows from was read at the origin', async () => {
  const estate = makeReached({ one: 'bad', two: 'good' });
  const running = await startReach(estate);
  estate.originFaults.set(part('one').id, fault('timeout'));
  await running.minutes(1);
  expect(estate.asked).toEqual([[thing('one').id, part('one').id]]);
  expect(await failing(running)).toEqual([]);
  estate.originFaults.clear();
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one']);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('an index that lags tells nothing that the origin refutes', async () => {
  const estate = makeReached({ one: 'good', two: 'good' });
  estate.index.set(part('one').id, partRow('bad', [thing('one').id]));
  const running = await startReach(estate);
  await running.minutes(2);
  expect(await failing(running)).toEqual([]);
  expect((await running.runs('reach')).at(-1)?.counts.intent).toMatchObject({ pass: 2, unknown: 0 });
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a failure ends once the row that does not lead there any more was read at the origin, after a restart too', async () => {
  const estate = makeReached({ one: 'bad', two: 'good' });
  const running = await startReach(estate);
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one']);
  await running.restart();
  // The index has lost what the truth still has.
  estate.index.set(part('one').id, partRow('bad', []));
  await running.minutes(1);
  expect(estate.asked.at(-1)).toEqual([thing('one').id, part('one').id]);
  expect(await failing(running)).toEqual(['one']);
  estate.originFaults.set(part('one').id, fault('timeout'));
  await running.minutes(2);
  expect(await failing(running)).toEqual(['one']);
  estate.originFaults.clear();
  estate.truth.set(part('one').id, partRow('bad', []));
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a failure ends once the origin says that the row is gone', async () => {
  const estate = makeReached({ one: 'bad', two: 'good' });
  const running = await startReach(estate);
  await running.minutes(1);
  estate.index.delete(part('one').id);
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one']);
  estate.truth.delete(part('one').id);
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a failure that a list hides stays, last seen', async () => {
  const estate = makeReached({ one: 'bad', two: 'good' });
  const running = await startReach(estate);
  await running.minutes(1);
  estate.listFaults.set(`${scopeA.id} ${partType}`, fault('denied'));
  estate.hidden.add(part('one').id);
  await running.minutes(2);
  expect(await failing(running)).toEqual(['one']);
  expect((await running.runs('reach')).at(-1)?.counts.intent).toMatchObject({ pass: 0, fail: 1, unknown: 1 });
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('what is known besides rows is the same when a run is judged again, and news of it are judged at once', async () => {
  const estate = makeReached({ one: 'good', two: 'good' });
  const running = await startReach(estate);
  await running.minutes(1);
  const before = (await running.runs('reach')).length;
  await running.restart({ plan: planOf({ missing: 'a tag' }) });
  const runs = await running.runs('reach');
  expect(runs.slice(before).map(({ counts }) => counts.intent?.unknown)).toEqual([2]);
  await running.restart();
  await running.minutes(1);
  expect(await running.changedWhenRejudged()).toEqual([]);
  expect((await running.runs('reach')).at(-1)?.counts.intent).toMatchObject({ pass: 2 });
});

it('who changed a row that a failure follows from is told beside it', async () => {
  const estate = makeReached({ one: 'good', two: 'good' });
  const asked: string[] = [];
  const recentChanges: NonNullable<FakeEstate['recentChanges']> = ({ subjects }) => {
    asked.push(...subjects);
    return Promise.resolve([] satisfies RawChange[]);
  };
  const running = await startTestEngine({
    plan: { ...planOf({}), azure: {} },
    checks: { reach: reachCheck },
    sources: [Object.assign(estate, { recentChanges })],
    estateDerivations: [reachDerivation],
  });
  await running.minutes(1);
  estate.truth.set(part('two').id, partRow('bad', [thing('two').id]));
  estate.catchUp();
  await running.minutes(1);
  expect(await failing(running)).toEqual(['two']);
  expect(asked).toEqual([thing('two').id, part('two').id]);
});

it.each([
  ['just before', 30_000, 'app 7'],
  ['two hours before', 7_200_000, undefined],
])('who changed such a row %s it began to fail', async (_when, beforeMs, by) => {
  const estate = makeReached({ one: 'good', two: 'good' });
  const recentChanges: NonNullable<FakeEstate['recentChanges']> = ({ nowMs }) => {
    const rest = { operation: 'write', clientType: null, properties: [] };
    return Promise.resolve([{ target: part('two').id, at: timestamp(nowMs - beforeMs), by: { kind: 'app', id: '7' }, ...rest }]);
  };
  const running = await startTestEngine({
    plan: { ...planOf({}), azure: {} },
    checks: { reach: reachCheck },
    sources: [Object.assign(estate, { recentChanges })],
    estateDerivations: [reachDerivation],
  });
  await running.minutes(1);
  estate.truth.set(part('two').id, partRow('bad', [thing('two').id]));
  estate.catchUp();
  await running.minutes(1);
  const [alert] = (await running.store().openAlerts()).filter(({ kind }) => kind === 'fail');
  expect(alert?.kind === 'fail' ? alert.changes?.[thing('two').id]?.by : null).toBe(by);
});

it('what hangs while facts are derived costs the check its verdict until a row of any of them changes', async () => {
  const estate = makeReached({ one: 'good', two: 'good' });
  let prepared = 0;
  let isHanging = true;
  const prepare = () => {
    prepared += 1;
    return isHanging ? Promise.reject(new WorldLost('deadline', 'no answer to prepare')) : Promise.resolve();
  };
  const running = await startTestEngine({
    plan: planOf({}),
    checks: { reach: reachCheck },
    sources: [estate],
    estateDerivations: [reachDerivation],
    around: (world) => ({ ...world, prepare }),
  });
  await running.minutes(2);
  expect((await running.runs('reach')).map(({ trigger }) => trigger)).toEqual(['hung', 'hung']);
  expect(prepared).toBe(1);
  isHanging = false;
  estate.truth.set(part('two').id, partRow('fine', [thing('two').id]));
  estate.catchUp();
  await running.minutes(1);
  expect((await running.runs('reach')).at(-1)).toMatchObject({ trigger: 'looked', counts: { intent: { pass: 2 } } });
});

it('what follows from more rows than are read at the origin is agreed to by the next look', async () => {
  const estate = makeReached({ one: 'good', two: 'good' });
  const names = Array.from({ length: 250 }, (_none, index) => `p${index}`);
  for (const name of names) estate.truth.set(part(name).id, partRow('good', [thing('one').id]));
  estate.catchUp();
  const running = await startReach(estate);
  await running.minutes(1);
  estate.truth.set(part('p7').id, partRow('bad', [thing('one').id]));
  estate.catchUp();
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one']);
  const run = (await running.runs('reach')).at(-1);
  const findings = run === undefined ? [] : await running.store().findings(run);
  expect(findings.map((finding) => 'restsOn' in finding && finding.restsOn)).toEqual([['*'], ['*']]);
  // Few are left, but what it followed from when it failed were many.
  for (const name of names) estate.truth.delete(part(name).id);
  estate.catchUp();
  await running.minutes(1);
  expect(await failing(running)).toEqual(['one']);
  await running.minutes(1);
  expect(await failing(running)).toEqual([]);
  expect(estate.asked.every((ids) => ids.length <= 200)).toBe(true);
  expect(await running.changedWhenRejudged()).toEqual([]);
});
