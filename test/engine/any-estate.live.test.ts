import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Check } from '../../src/domain/check.ts';
import type { Run } from '../../src/domain/run.ts';
import { estateChecks, failing, makeEstate, startEstate, stateRow } from '../support/estate-checks.ts';
import { type FakeEstate, fault, part, partType, scopeA, scopeB, thing, thingType } from '../support/fake-estate.ts';
import type { RunningEngine } from '../support/running-engine.ts';

const scopes = [scopeA, scopeB];
const things = scopes.flatMap((scope) => ['one', 'two', 'three'].map((name) => thing(name, scope)));
const parts = things.flatMap((own) =>
  ['left', 'right'].map((side) => part(`${own.name}-${side}`, own.subscription === 'a' ? scopeA : scopeB)),
);
const ids = [...things, ...parts].map(({ id }) => id);
const lists = scopes.flatMap(({ id }) => [`${id} ${thingType}`, `${id} ${partType}`]);

/** What may befall an estate and who watches it, one after the other. */
type Event =
  | { readonly kind: 'become'; readonly id: number; readonly state: 'good' | 'bad' | null; readonly isIndexed: boolean }
  | { readonly kind: 'old row'; readonly id: number; readonly state: 'good' | 'bad' | null }
  | { readonly kind: 'catch up'; readonly id: number | null }
  | { readonly kind: 'list'; readonly list: number; readonly broken: 'none' | 'shown' | 'hidden' }
  | { readonly kind: 'subscription'; readonly scope: number; readonly isSeen: boolean }
  | { readonly kind: 'origin'; readonly id: number | null; readonly isBroken: boolean }
  | { readonly kind: 'some'; readonly ids: readonly number[] }
  | { readonly kind: 'restart' }
  | { readonly kind: 'minutes'; readonly count: number };

/** Mostly the things and parts of the first subscription, so that what befalls them meets. */
const anyId = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 6, 7) }, { weight: 1, arbitrary: fc.nat({ max: ids.length - 1 }) });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('become' as const),
      id: anyId,
      state: fc.constantFrom('good' as const, 'bad' as const, 'bad' as const, null),
      isIndexed: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('old row' as const),
      id: anyId,
      state: fc.constantFrom('good' as const, 'bad' as const, null),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('catch up' as const), id: fc.option(anyId) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      list: fc.nat({ max: lists.length - 1 }),
      broken: fc.constantFrom('none' as const, 'shown' as const, 'hidden' as const),
    }),
  },
  fc.record({ kind: fc.constant('subscription' as const), scope: fc.nat({ max: 1 }), isSeen: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('origin' as const), id: fc.option(anyId, { freq: 1 }), isBroken: fc.boolean() }) },
  fc.record({ kind: fc.constant('some' as const), ids: fc.uniqueArray(anyId, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('restart' as const) }),
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('minutes' as const), count: fc.integer({ min: 1, max: 2 }) }) },
);

/** What a check says of a thing where these rows are all that there is; null: there is no such thing. */
type Rows = FakeEstate['truth'];
const isBad = (rows: Rows, id: string): boolean => JSON.stringify(rows.get(id)).includes('"bad"');
const partsOf = (rows: Rows, id: string): readonly string[] =>
  parts.flatMap((one) => (thingOf(one.id) === id && rows.has(one.id) ? one.id : []));
const failsIn: { readonly [check: string]: (rows: Rows, id: string) => boolean } = {
  'things-good': isBad,
  'parts-good': (rows, id) => !partsOf(rows, id).some((one) => !isBad(rows, one)),
};

function thingOf(partId: string): string {
  const [name = '', side = ''] = (partId.split('/').at(-1) ?? '').split('-');
  return partId.replace(partType, thingType).replace(`${name}-${side}`, name);
}

function rowOf(id: string, state: string): ReturnType<typeof stateRow> {
  return stateRow(state, id.includes(partType) ? { thingId: thingOf(id) } : {});
}

interface Life {
  readonly estate: FakeEstate;
  readonly running: RunningEngine;
  /** Whom looks have found and no complete one has missed since. */
  readonly known: Set<string>;
}

async function begin(): Promise<Life> {
  const estate = makeEstate({});
  for (const id of ids) estate.truth.set(id, rowOf(id, 'good'));
  estate.catchUp();
  const life = { estate, running: await startEstate(estate, estateChecks), known: new Set(ids) };
  await life.running.minutes(1);
  return life;
}

async function befall(life: Life, one: Event): Promise<void> {
  const { estate, running } = life;
  switch (one.kind) {
    case 'become': {
      const id = ids[one.id] ?? '';
      if (one.state === null) estate.truth.delete(id);
      else estate.truth.set(id, rowOf(id, one.state));
      if (one.isIndexed) index(estate, id);
      return;
    }
    case 'old row': {
      const id = ids[one.id] ?? '';
      if (one.state === null) estate.index.delete(id);
      else estate.index.set(id, rowOf(id, one.state));
      return;
    }
    case 'catch up':
      for (const id of one.id === null ? ids : [ids[one.id] ?? '']) index(estate, id);
      return;
    case 'list': {
      const list = lists[one.list] ?? '';
      const [scope = '', type = ''] = list.split(' ');
      estate.listFaults.delete(list);
      for (const id of ids) if (id.startsWith(`${scope}/`) && id.includes(type)) estate.hidden.delete(id);
      if (one.broken === 'none') return;
      estate.listFaults.set(list, fault('partial'));
      if (one.broken === 'hidden') for (const id of ids) if (id.startsWith(`${scope}/`) && id.includes(type)) estate.hidden.add(id);
      return;
    }
    case 'subscription': {
      const scope = scopes[one.scope] ?? scopeA;
      if (one.isSeen) estate.index.set(scope.id, stateRow('Enabled'));
      else estate.index.delete(scope.id);
      return;
    }
    case 'origin': {
      const id = one.id === null ? '*' : (ids[one.id] ?? '');
      if (one.isBroken) estate.originFaults.set(id, fault('unreachable'));
      else estate.originFaults.delete(id);
      return;
    }
    case 'some':
      await running.engine().lookAtSome(
        'estate',
        one.ids.map((id) => ids[id] ?? ''),
      );
      await running.engine().settled();
      return;
    case 'restart':
      return await running.restart();
    case 'minutes':
      for (let minute = 0; minute < one.count; minute += 1) await live(life);
  }
}

function index(estate: FakeEstate, id: string): void {
  const row = estate.truth.get(id);
  if (row === undefined) estate.index.delete(id);
  else estate.index.set(id, row);
}

/** One minute, and what may not have happened in it. */
async function live(life: Life): Promise<void> {
  const { estate, running, known } = life;
  const before = await standing(running);
  await running.minutes(1);
  const after = await standing(running);
  for (const id of ids) {
    const scope = estate.index.has(id.split('/').slice(0, 3).join('/'));
    const list = lists.find((one) => id.startsWith(`${one.split(' ')[0]}/`) && id.includes(one.split(' ')[1] ?? '')) ?? '';
    const isListed = scope && !estate.listFaults.has(list);
    if (estate.index.has(id) && !estate.hidden.has(id) && scope) known.add(id);
    else if (isListed && !estate.hidden.has(id)) known.delete(id);
  }
  for (const [check, fails] of Object.entries(failsIn)) {
    for (const { id } of things)
      expectNoWrongNews(life, { check, id, fails, before: before.has(`${check} ${id}`), after: after.has(`${check} ${id}`) });
  }
  for (const check of ['things-good', 'parts-good']) {
    const last = (await running.store().latestRun(check)) ?? null;
    const there = things.filter(({ id }) => known.has(id) && estate.truth.has(id));
    if (last?.trigger === 'looked') expect(last.population.expected).toBeGreaterThanOrEqual(there.length);
  }
}

interface News {
  readonly check: string;
  readonly id: string;
  readonly fails: (rows: Rows, id: string) => boolean;
  readonly before: boolean;
  readonly after: boolean;
}

function expectNoWrongNews({ estate }: Life, { check, id, fails, before, after }: News): void {
  const told = `${check} ${id}`;
  const isOriginWell = estate.originFaults.size === 0;
  const isIndexed = estate.index.has(id) && [...partsOf(estate.truth, id)].every((one) => estate.index.has(one));
  const trulyFails = estate.truth.has(id) && fails(estate.truth, id);
  // Nothing that was read says so: neither the index nor the truth.
  if (after && !before && !trulyFails && isIndexed) expect(fails(estate.index, id), `opened without a reason: ${told}`).toBe(true);
  if (after && !before && isOriginWell && isIndexed) expect(trulyFails, `opened on an old row: ${told}`).toBe(true);
  if (before && !after && trulyFails) expect(estate.index.has(id) && !fails(estate.index, id), `closed by a fault: ${told}`).toBe(true);
  if (before && !after && isOriginWell) expect(trulyFails, `closed on an old row: ${told}`).toBe(false);
}

async function standing(running: RunningEngine): Promise<ReadonlySet<string>> {
  const open = (await running.store().openAlerts()).flatMap((alert) => (alert.kind === 'fail' ? [alert] : []));
  return new Set(open.flatMap((alert) => alert.failing.map(({ subject }) => `${alert.check} ${subject}`)));
}

async function expectHonest({ running }: Life): Promise<void> {
  for (const run of await running.runs()) {
    const { pass = 0, fail = 0, unknown = 0, waived = 0 } = run.counts.intent ?? {};
    expect(pass + fail + unknown + waived).toBeGreaterThanOrEqual(run.population.expected);
    if (run.trigger !== 'looked') expect(pass).toBe(0);
    else if (await hasFaultyList(running, run))
      expect(fail + unknown, `run ${run.id} of ${run.check} passes on a faulty list`).toBeGreaterThan(0);
  }
  expect(await running.changedWhenRejudged()).toEqual([]);
}

async function hasFaultyList(running: RunningEngine, run: Run): Promise<boolean> {
  const [id] = Object.values(run.looks);
  const look = id === undefined ? null : await running.store().look(id);
  const check: Check | undefined = Object.entries(estateChecks).find(([name]) => name === run.check)?.[1];
  if (look === null || check === undefined || check.subjects === 'endpoint') return false;
  const map = await running.store().factMap(look);
  const types = [...check.subjects.resources, ...Object.values(check.related ?? {}).map(({ type }) => type)];
  return scopes.some((scope) => types.some((type) => 'fault' in (map[scope.id]?.[`list:${type}`] ?? {})));
}

async function heal({ estate, running }: Life): Promise<void> {
  estate.listFaults.clear();
  estate.hidden.clear();
  estate.originFaults.clear();
  estate.catchUp();
  await running.minutes(2);
}

it('whatever befalls an estate, no alert opens or closes on an old row or a fault, nothing passes unseen, and all heals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40, size: 'max' }), async (events) => {
      const life = await begin();
      for (const one of events) await befall(life, one);
      await expectHonest(life);
      await heal(life);
      for (const [check, fails] of Object.entries(failsIn)) {
        const expected = things.filter(({ id }) => life.estate.truth.has(id) && fails(life.estate.truth, id)).map(({ name }) => name);
        expect(await failing(life.running, check)).toEqual([...new Set(expected)].sort());
        const run = await life.running.store().latestRun(check);
        const there = things.filter(({ id }) => life.estate.truth.has(id)).length;
        if (there > 0) expect(run?.counts.intent).toEqual({ fail: expected.length, unknown: 0, waived: 0, pass: there - expected.length });
      }
      expect(life.running.defects).toEqual([]);
    }),
    { numRuns: 40, endOnFailure: false },
  );
}, 300_000);
