import { describe, expect, it, test } from 'vitest';
import type { Look } from '../../src/domain/look.ts';
import type { LookPlan } from '../../src/domain/plan.ts';
import { type RememberedLook, rememberLook } from '../../src/engine/fact-memory.ts';
import { type LookedAt, lookAtWorld } from '../../src/engine/look-at-world.ts';
import { lookPlan, startMs } from '../support/engine-fixtures.ts';
import { estatePlan, makeEstate, stateRow } from '../support/estate-checks.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { type FakeEstate, fault, part, partType, resourceOf, scopeA, scopeB, thing, thingType } from '../support/fake-estate.ts';

const plan: LookPlan = lookPlan('estate');
const findsEndpoints = estatePlan.resourceTypes.map((one) => ({ ...one, findsEndpoints: one.type === thingType }));
const one = thing('one');
const two = thing('two');

async function look(estate: FakeEstate, base: RememberedLook | null, origin: readonly string[] | null = null): Promise<LookedAt> {
  const extent =
    origin === null || base === null ? ({ kind: 'all' } as const) : ({ kind: 'some', subjects: origin, base: base.look } as const);
  return await lookAtWorld({
    plan,
    source: estate,
    request: { name: 'estate', extent, scheduledFor: '2026-11-24T08:00:00.000Z' },
    subjects: origin === null ? [scopeA, scopeB] : origin.map(resourceOf),
    resourceTypes: findsEndpoints,
    settings: { vantage: { name: 'test', external: false, egressAddress: null, resolver: [] }, discovered: { port: 443, httpPort: 80 } },
    base,
    clock: makeFakeClock(startMs),
    token: 1,
  });
}

function remember({ reply, entries, values }: LookedAt, before?: RememberedLook): RememberedLook {
  const recorded: Look = { ...reply.look, id: (before?.look.id ?? 0) + 1 };
  return rememberLook(recorded, entries, values, before);
}

function makeTwo(): FakeEstate {
  const estate = makeEstate({ one: 'good', two: 'bad' });
  estate.endpoints.add('one.example.com:443');
  return estate;
}

describe('what a list that is not complete does not hold', () => {
  test.each<[string, string, 'hidden' | 'gone', readonly string[]]>([
    ['of its own type stays', thingType, 'hidden', [one.id, two.id, 'one.example.com:443']],
    ['of another type goes', partType, 'gone', [one.id]],
  ])('%s', async (_what, type, _how, expected) => {
    const estate = makeTwo();
    const before = remember(await look(estate, null));
    estate.listFaults.set(`${scopeA.id} ${type}`, fault('denied'));
    estate.index.delete(two.id);
    estate.endpoints.clear();
    const { entries, reply } = await look(estate, before);
    expect(
      Object.keys(entries)
        .filter((id) => !id.endsWith('/a') && !id.endsWith('/b'))
        .sort(),
    ).toEqual([...expected].sort());
    expect(reply.look.expected).toBe(expected.length + 2);
    if (type === thingType) expect(entries[two.id]).toEqual({ resource: { fault: fault('denied') } });
  });

  it('stays however long that lasts, and goes with the next complete list', async () => {
    const estate = makeTwo();
    let now = remember(await look(estate, null));
    estate.listFaults.set(`${scopeA.id} ${thingType}`, fault('denied'));
    estate.index.delete(two.id);
    for (let round = 0; round < 3; round += 1) {
      now = remember(await look(estate, now), now);
      expect(now.map).toHaveProperty([two.id]);
    }
    estate.listFaults.clear();
    expect((await look(estate, now)).entries).not.toHaveProperty([two.id]);
  });

  it('of a subscription that cannot be seen stays, and that of the other one does not', async () => {
    const estate = makeTwo();
    const elsewhere = thing('three', scopeB);
    estate.index.set(elsewhere.id, stateRow('good'));
    const before = remember(await look(estate, null));
    estate.index.delete(scopeA.id);
    estate.index.delete(elsewhere.id);
    const { entries } = await look(estate, before);
    expect(Object.keys(entries)).toEqual(expect.arrayContaining([one.id, two.id]));
    expect(entries).not.toHaveProperty([elsewhere.id]);
  });

  it('keeps the facts of endpoints that stay', async () => {
    const estate = makeTwo();
    const before = remember(await look(estate, null));
    estate.listFaults.set(`${scopeA.id} ${thingType}`, fault('denied'));
    estate.endpoints.clear();
    const now = remember(await look(estate, before), before);
    const reference = now.map['one.example.com:443']?.['discovered'];
    if (reference === undefined || !('digest' in reference)) throw new Error('expected a fact');
    expect(now.values.get(reference.digest)).toEqual({ from: ['somewhere'] });
  });
});

describe('a look at the origin', () => {
  it('is one at those who were answered for, and changes nothing of the others', async () => {
    const estate = makeTwo();
    const before = remember(await look(estate, null));
    estate.truth.set(one.id, stateRow('better'));
    estate.truth.delete(two.id);
    const other = part('other');
    estate.originFaults.set(other.id, fault('timeout'));
    const { reply, entries } = await look(estate, before, [one.id, two.id, other.id]);
    expect(reply.look.extent).toEqual({ kind: 'some', subjects: [one.id, two.id], base: before.look.id });
    expect(reply.look.dataAsOf).toBe(before.look.dataAsOf);
    expect(entries).toEqual({ [one.id]: { resource: { digest: expect.any(String), confirmed: true } }, [two.id]: {} });
    expect(reply.look.expected).toBe(before.look.expected - 1);
    expect(reply.faults).toEqual({ timeout: 1 });
  });

  it('at a subscription leaves what was said of its lists', async () => {
    const estate = makeTwo();
    estate.listFaults.set(`${scopeA.id} ${thingType}`, fault('denied'));
    const before = remember(await look(estate, null));
    const { entries } = await look(estate, before, [scopeA.id]);
    expect(entries[scopeA.id]).toMatchObject({ resource: { confirmed: true }, [`list:${thingType}`]: { fault: fault('denied') } });
  });
});
