import { expect, it } from 'vitest';
import type { EstateDerivation } from '../../src/domain/estate-derivation.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Look, LookRequest } from '../../src/domain/look.ts';
import type { Source, StoreReader } from '../../src/domain/ports.ts';
import { digestOfValue } from '../../src/engine/body.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import type { JudgeReply } from '../../src/engine/world.ts';
import { checkPlan, examplePlan, startMs } from '../support/engine-fixtures.ts';
import { estatePlan, makeEstate, stateRow } from '../support/estate-checks.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { type FakeEstate, fault, part, partType, scopeA, thing } from '../support/fake-estate.ts';
import { partRow, reachCheck, reachDerivation, updates } from '../support/stand-in-derivation.ts';

const scheduledFor = '2026-11-24T08:00:00.000Z';

interface Judging {
  prepare(): Promise<void>;
  look(some?: readonly string[]): Promise<Look>;
  judge(extent?: 'all' | readonly string[], check?: string): Promise<JudgeReply>;
}

/** Of an earlier life: in its runs everybody passed. */
const nothingFailed = {
  latestLook: () => Promise.resolve(null),
  bodies: (digests: readonly string[]) => Promise.resolve(new Map(digests.map((digest) => [digest, []]))),
} as unknown as StoreReader;

interface Known {
  readonly knowledge?: JsonObject;
  readonly parameters?: { readonly knowledgeDigest: string };
}

/** A world over the estate that judges one check, run after run, as the engine would. */
function judging(estate: Source, derivation: EstateDerivation = reachDerivation, known: Known = {}): Judging {
  const parameters = { defaults: {}, overrides: {}, ...known.parameters };
  const plan = examplePlan({
    ...estatePlan,
    knowledge: known.knowledge ?? {},
    checks: ['reach', 'other'].map((id) => checkPlan(id, { parameters })),
  });
  const world = createWorld({
    plan,
    checks: new Map(['reach', 'other'].map((id) => [id, reachCheck])),
    sources: new Map([['estate', estate]]),
    derivations: new Map(),
    estateDerivations: [derivation],
    reader: nothingFailed,
    clock: makeFakeClock(startMs),
    codeVersion: '0.1.0',
  });
  const looks: Look[] = [];
  let before: JudgeReply | null = null;
  return {
    prepare: async () => {
      const look = looks.at(-1);
      await world.prepare({ check: 'reach', looks: look === undefined ? {} : { estate: look } });
    },
    look: async (some) => {
      const base = looks.at(-1);
      const extent = some === undefined || base === undefined ? { kind: 'all' as const } : { kind: 'some' as const, subjects: some, base };
      const made = await world.look({ name: 'estate', extent, scheduledFor });
      const look = { ...made.look, id: looks.length + 1 };
      looks.push(look);
      await world.adoptLook(made.token, look);
      return look;
    },
    judge: async (extent = 'all', check = 'reach') => {
      const look = looks.at(-1);
      if (look === undefined) throw new Error('look first');
      const reply = await world.judge({
        check,
        trigger: 'looked',
        extent: extent === 'all' ? { kind: 'all' } : { kind: 'some', subjects: extent, base: 1 },
        scheduledFor,
        nowMs: startMs,
        looks: { estate: look },
        previous: before && { id: 1, ...before.outcome },
        declaredDigest: '',
        hungInput: null,
        withFindings: extent === 'all',
      });
      before = reply;
      return reply;
    },
  };
}

function makeReached(): FakeEstate {
  const estate = makeEstate({ one: 'x', two: 'x', three: 'x' });
  for (const name of ['one', 'two']) estate.truth.set(part(name).id, partRow('good', [thing(name).id]));
  estate.catchUp();
  return estate;
}

function statusesOf({ findings }: JudgeReply): readonly string[] {
  const own = (findings ?? []).filter(({ interpretation }) => interpretation === 'intent');
  return own.map(({ subject, status }) => `${subject.split('/').at(-1)} ${status}`);
}

it('a fact follows from the rows of others', async () => {
  const estate = makeReached();
  estate.index.set(part('two').id, partRow('bad', [thing('two').id]));
  const { look, judge } = judging(estate);
  await look();
  // An index may lag: what fails is not told before the origin says so.
  expect(statusesOf(await judge())).toEqual(['one pass', 'three pass', 'two unknown']);
});

it('a row that changed is judged with whom it concerns, and with nobody else', async () => {
  const estate = makeReached();
  const { look, judge } = judging(estate);
  await look();
  await judge();
  estate.truth.set(part('two').id, partRow('bad', [thing('two').id, thing('three').id]));
  await look([part('two').id]);
  const { outcome } = await judge([part('two').id]);
  expect(outcome.extent).toMatchObject({ kind: 'some', subjects: [part('two').id, thing('three').id, thing('two').id] });
  expect(outcome.counts.intent).toMatchObject({ pass: 1 });
  expect(updates.at(-1)).toBe(1);
});

it('what nobody followed is judged whole', async () => {
  const estate = makeReached();
  const { look, judge } = judging(estate);
  await look();
  await judge();
  await look([part('one').id]);
  // A look between them was judged by nobody.
  await look([part('two').id]);
  expect((await judge([part('two').id])).outcome.extent).toEqual({ kind: 'all' });
});

it('a check that was judged on the look before in another life is judged whole, whatever another check was given since', async () => {
  const { look, judge } = judging(makeReached());
  await look();
  await judge();
  await look([part('one').id]);
  expect((await judge([part('one').id], 'other')).outcome.extent).toEqual({ kind: 'all' });
});

it('so many that change at once are all', async () => {
  const estate = makeEstate(Object.fromEntries(Array.from({ length: 1_001 }, (_none, index) => [`t${index}`, 'x'])));
  estate.truth.set(part('one').id, partRow('good', []));
  estate.catchUp();
  const { look, judge } = judging(estate);
  await look();
  await judge();
  const all = [...estate.truth.keys()].filter((id) => id.includes('/things/'));
  estate.truth.set(part('one').id, partRow('good', all.slice(0, 999)));
  await look([part('one').id]);
  expect((await judge([part('one').id])).outcome.extent).toMatchObject({ kind: 'some' });
  estate.truth.set(part('one').id, partRow('good', all));
  await look([part('one').id]);
  expect((await judge([part('one').id])).outcome.extent).toEqual({ kind: 'all' });
});

it('a list that may not be complete makes unknown what could be in it, with its cause', async () => {
  const estate = makeReached();
  estate.listFaults.set(`${scopeA.id} ${partType}`, fault('denied'));
  const { look, judge } = judging(estate);
  await look();
  const reply = await judge();
  expect(reply.outcome.counts.intent).toMatchObject({ pass: 0, unknown: 3 });
  expect(reply.findings?.[0]).toMatchObject({ observed: `good, ${scopeA.id}: denied` });
});

it('whose own row cannot be read is unknown by that, whatever the others say', async () => {
  const estate = makeReached();
  const { look, judge } = judging(estate);
  await look();
  estate.listFaults.set(`${scopeA.id} test.estate/things`, fault('timeout'));
  estate.hidden.add(thing('one').id);
  await look();
  const reply = await judge();
  expect(reply.findings?.find(({ subject }) => subject === thing('one').id)).toMatchObject({
    status: 'unknown',
    reason: 'timeout',
    cause: 'estate: timeout',
  });
});

it('what is gone is told to the derivation as gone', async () => {
  const estate = makeReached();
  const { look, judge } = judging(estate);
  await look();
  await judge();
  estate.index.delete(part('two').id);
  await look();
  await judge();
  expect(updates.at(-1)).toBe(1);
  await look();
  await judge();
  expect(updates.at(-1)).toBe(0);
});

it('what is known besides rows is given to be kept, until it was', async () => {
  const knowledge = { missing: 'a tag' };
  const knowledgeDigest = digestOfValue(knowledge);
  const { look, judge } = judging(makeReached(), reachDerivation, { knowledge, parameters: { knowledgeDigest } });
  await look();
  const first = await judge();
  expect(first.findings?.[0]).toMatchObject({ status: 'unknown', observed: 'good, a tag' });
  const isGiven = ({ bodies }: JudgeReply) => bodies.some(({ digest }) => digest === knowledgeDigest);
  expect([isGiven(first), isGiven(await judge())]).toEqual([true, false]);
});

it('a derivation that throws makes every fact a fault, tells the defect, and begins anew with the next look', async () => {
  const estate = makeReached();
  let isBroken = true;
  const { look, judge, prepare } = judging(estate, {
    ...reachDerivation,
    create: (knowledge) => {
      if (isBroken) throw new Error('broken');
      return reachDerivation.create(knowledge);
    },
  });
  await look();
  await prepare();
  const reply = await judge();
  expect(reply.outcome.counts.intent).toMatchObject({ pass: 0, unknown: 3 });
  expect(reply.defects[0]?.error).toContain('broken');
  isBroken = false;
  await look();
  expect((await judge()).outcome.counts.intent).toMatchObject({ pass: 3, unknown: 0 });
});

it('what was prepared is at hand when it is judged, and is prepared once for each complete look', async () => {
  const estate = makeReached();
  let asked = 0;
  const { look, judge, prepare } = judging(estate, {
    ...reachDerivation,
    create: (knowledge) => {
      const made = reachDerivation.create(knowledge);
      return {
        ...made,
        factOf: (kind, subject) => {
          asked += 1;
          return made.factOf(kind, subject);
        },
      };
    },
  });
  await prepare();
  await look();
  await prepare();
  await prepare();
  expect(asked).toBe(3);
  expect((await judge()).outcome.counts.intent).toMatchObject({ pass: 3 });
  await look([part('one').id]);
  await prepare();
  expect(asked).toBe(6);
  await look();
  await prepare();
  expect(asked).toBe(9);
});

it('a subject of which the rows say nothing is unknown', async () => {
  const { look, judge } = judging(makeReached(), {
    ...reachDerivation,
    create: (knowledge) => ({ ...reachDerivation.create(knowledge), factOf: () => null }),
  });
  await look();
  const reply = await judge();
  expect(reply.findings?.[0]).toMatchObject({ status: 'unknown', reason: 'partial', cause: 'estate: partial' });
});

it('one row that changed costs next to nothing', { timeout: 60_000 }, async () => {
  const estate = makeEstate({});
  for (let index = 0; index < 20_000; index += 1) estate.truth.set(thing(`t${index}`).id, stateRow('x'));
  for (let index = 0; index < 2_000; index += 1) {
    const things = Array.from({ length: 10 }, (_none, place) => thing(`t${index * 10 + place}`).id);
    estate.truth.set(part(`p${index}`).id, partRow('good', things));
  }
  estate.catchUp();
  const { look, judge } = judging(estate);
  await look();
  await judge();
  const times: number[] = [];
  for (let change = 0; change < 5; change += 1) {
    estate.truth.set(part('p7').id, partRow(`good${change}`, [thing('t70').id]));
    await look([part('p7').id]);
    const startedAt = performance.now();
    const { outcome } = await judge([part('p7').id]);
    times.push(performance.now() - startedAt);
    expect(outcome.extent).toMatchObject({ kind: 'some' });
  }
  // A whole judgement of so many takes more than twice that.
  expect(times.sort((a, b) => a - b)[2]).toBeLessThan(50);
});

it('what is sampled stays of whom was not sampled this time', async () => {
  const estate = makeReached();
  let sampled = 'one';
  const sampling: Source = {
    ...estate,
    brings: [...estate.brings, 'effective-rules'],
    samples: ['effective-rules'],
    look: async function* (request: LookRequest) {
      for await (const seen of estate.look(request)) {
        const isSampled = seen.subject.id === thing(sampled).id && request.origin !== true;
        yield isSampled ? { ...seen, seen: { ...seen.seen, 'effective-rules': { fact: { of: sampled } } } } : seen;
      }
    },
  };
  const told: string[] = [];
  const { look, judge } = judging(sampling, {
    ...reachDerivation,
    create: (knowledge) => {
      const made = reachDerivation.create(knowledge);
      return {
        ...made,
        update: (changes, incomplete) => {
          told.push(
            ...changes
              .filter(({ type }) => type === 'effective-rules')
              .map(({ id, row }) => `${id.split('/').at(-1)} ${row === null ? 'gone' : 'there'}`),
          );
          return made.update(changes, incomplete);
        },
      };
    },
  });
  await look();
  await judge();
  sampled = 'two';
  const second = await look();
  await judge();
  expect(second.unread).toBe(0);
  expect(told).toEqual(['one there', 'two there']);
  estate.index.delete(thing('one').id);
  await look();
  await judge();
  expect(told).toEqual(['one there', 'two there', 'one gone']);
});
