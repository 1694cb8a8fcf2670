import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Check } from '../../src/domain/check.ts';
import type { Json } from '../../src/domain/json.ts';
import type { LookRequest } from '../../src/domain/look.ts';
import type { Source } from '../../src/domain/ports.ts';
import { checkPlan, lookPlan, stateCheck } from '../support/engine-fixtures.ts';
import { estatePlan, failing, judgeBoth, makeEstate, stateRow } from '../support/estate-checks.ts';
import { type FakeEstate, fault, scopeA, thing, thingType } from '../support/fake-estate.ts';
import { type EngineOptions, type RunningEngine, startTestEngine } from '../support/running-engine.ts';
import { reachCheck, reachDerivation } from '../support/stand-in-derivation.ts';

const namedRow = z.object({ properties: z.object({ name: z.string() }) });
const probed = z.object({ answers: z.boolean() });

/** Knocks at things whose row names one of `options.names`; those in `answering` answer. */
interface Probe extends Source {
  readonly answering: Set<string>;
  readonly looked: readonly (readonly string[])[];
}

function makeProbe(): Probe {
  const answering = new Set<string>();
  const looked: (readonly string[])[] = [];
  return {
    name: 'probe',
    brings: ['probed'],
    answering,
    looked,
    resources: {
      types: [thingType],
      chosen: (row: Json, options) => {
        const read = namedRow.safeParse(row);
        return read.success ? (options['names'] as readonly string[]).includes(read.data.properties.name) : null;
      },
    },
    look: async function* ({ subjects, rows }: LookRequest) {
      looked.push(subjects.map(({ id }) => namedRow.parse(rows?.get(id)).properties.name));
      for (const subject of subjects) yield { subject, seen: { probed: { fact: { answers: answering.has(subject.id) } } } };
    },
  };
}

/** Fails where a thing answers. */
const answerCheck: Check = stateCheck(['reach', 'probed'], {
  subjects: { resources: [thingType] },
  needs: { reach: reachCheck.needs['reach'] ?? z.never(), probed },
  judge: (_subject, facts) => {
    const { answers } = probed.parse(facts['probed']);
    return judgeBoth(answers, answers ? 'it answers' : 'silence');
  },
});

function makeNamed(names: readonly string[]): FakeEstate {
  const estate = makeEstate({});
  for (const name of names) estate.truth.set(thing(name).id, stateRow('x', { name }));
  estate.catchUp();
  return estate;
}

function planOf(names: readonly string[], schedule = '*/2 * * * *'): NonNullable<EngineOptions['plan']> {
  const looks = [lookPlan('estate'), lookPlan('probe', { schedule, options: { names } })];
  return { ...estatePlan, looks, checks: [checkPlan('answers', { maxAgeMs: 600_000 })] };
}

async function startProbe(estate: FakeEstate, probe: Probe, names: readonly string[]): Promise<RunningEngine> {
  const options = { checks: { answers: answerCheck }, sources: [estate, probe], estateDerivations: [reachDerivation] };
  return await startTestEngine({ ...options, plan: planOf(names) });
}

async function lastRun(running: RunningEngine) {
  const run = (await running.runs('answers')).at(-1);
  if (run === undefined) throw new Error('nothing was judged');
  return { ...run, findings: await running.store().findings(run) };
}

it('a look at chosen resources looks at those, with their rows, and a check of both looks judges just them', async () => {
  const estate = makeNamed(['one', 'two', 'three']);
  const probe = makeProbe();
  const running = await startProbe(estate, probe, ['one', 'three', 'nobody']);
  await running.minutes(4);
  expect(probe.looked.at(-1)).toEqual(['one', 'three']);
  expect(await lastRun(running)).toMatchObject({
    counts: { intent: { pass: 2, fail: 0, unknown: 0 } },
    population: { expected: 2, unread: 0 },
  });
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('before both looks have ended nobody is known', async () => {
  const running = await startProbe(makeNamed(['one']), makeProbe(), ['one']);
  running.clock.advance(60_000);
  await running.step();
  const [first] = await running.runs('answers');
  expect(first).toMatchObject({ counts: { intent: { pass: 0, unknown: 1 } }, population: { expected: 0 } });
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('a failure opens once the origin has confirmed its row, and ends with the answer', async () => {
  const estate = makeNamed(['one', 'two']);
  const probe = makeProbe();
  probe.answering.add(thing('one').id);
  const running = await startProbe(estate, probe, ['one', 'two']);
  await running.minutes(4);
  expect(await failing(running)).toEqual(['one']);
  probe.answering.clear();
  await running.minutes(3);
  expect(await failing(running)).toEqual([]);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('the same look of the index is none that agrees, however often the other one comes', async () => {
  const estate = makeNamed(['one']);
  const probe = makeProbe();
  estate.originFaults.set('*', fault('unreachable'));
  const running = await startProbe(estate, probe, ['one']);
  await running.minutes(4);
  probe.answering.add(thing('one').id);
  await running.minutes(6);
  expect(await failing(running)).toEqual([]);
  estate.originFaults.clear();
  await running.minutes(2);
  expect(await failing(running)).toEqual(['one']);
});

it('who failed and cannot be read stays failing', async () => {
  const estate = makeNamed(['one', 'two']);
  const probe = makeProbe();
  probe.answering.add(thing('one').id);
  const running = await startProbe(estate, probe, ['one', 'two']);
  await running.minutes(4);
  estate.listFaults.set(`${scopeA.id} ${thingType}`, fault('denied'));
  estate.hidden.add(thing('one').id);
  await running.minutes(5);
  expect(probe.looked.at(-1)).toEqual(['two']);
  expect(await failing(running)).toEqual(['one']);
  await running.restart();
  await running.minutes(4);
  expect(await failing(running)).toEqual(['one']);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('who failed and has a row that does not say whether it is chosen stays failing', async () => {
  const estate = makeNamed(['one', 'two']);
  const probe = makeProbe();
  probe.answering.add(thing('one').id);
  const running = await startProbe(estate, probe, ['one', 'two']);
  await running.minutes(4);
  estate.truth.set(thing('one').id, { properties: { state: 'x', name: 7 } });
  estate.catchUp();
  await running.minutes(5);
  expect(probe.looked.at(-1)).toEqual(['two']);
  expect(await failing(running)).toEqual(['one']);
  expect((await lastRun(running)).population.expected).toBe(2);
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('who failed and is lost by the index stays failing, also while only one of the looks knows it again', async () => {
  const estate = makeNamed(['one', 'two']);
  const probe = makeProbe();
  probe.answering.add(thing('one').id);
  const running = await startProbe(estate, probe, ['one', 'two']);
  await running.minutes(4);
  estate.index.delete(thing('one').id);
  for (let minute = 0; minute < 5; minute += 1) {
    await running.minutes(1);
    expect(await failing(running)).toEqual(['one']);
  }
  estate.catchUp();
  for (let minute = 0; minute < 5; minute += 1) {
    await running.minutes(1);
    expect(await failing(running)).toEqual(['one']);
  }
  expect(await running.changedWhenRejudged()).toEqual([]);
});

it('who is not chosen any more is judged no more, once a look began that could have known it', async () => {
  const estate = makeNamed(['one', 'two']);
  const probe = makeProbe();
  probe.answering.add(thing('one').id);
  const running = await startProbe(estate, probe, ['one', 'two']);
  await running.minutes(4);
  expect(await failing(running)).toEqual(['one']);
  await running.restart({ plan: planOf(['two'], '30 */2 * * * *') });
  for (let half = 0; half < 8; half += 1) {
    running.clock.advance(30_000);
    await running.step();
  }
  expect(await failing(running)).toEqual([]);
  expect((await lastRun(running)).population.expected).toBe(1);
  expect(await running.changedWhenRejudged()).toEqual([]);
});
