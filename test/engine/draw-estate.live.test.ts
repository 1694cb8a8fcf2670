import { expect, it } from 'vitest';
import { createWorld } from '../../src/engine/create-world.ts';
import type { World } from '../../src/engine/world.ts';
import { checkPlan, startMs } from '../support/engine-fixtures.ts';
import { estatePlan, makeEstate } from '../support/estate-checks.ts';
import { type FakeEstate, fault, part, scopeA, thing, thingType } from '../support/fake-estate.ts';
import { startTestEngine } from '../support/running-engine.ts';
import { partRow, reachCheck, reachDerivation } from '../support/stand-in-derivation.ts';

/** An engine whose world draws the facts `reach`, as text. */
async function startDrawing(estate: FakeEstate, kind = 'reach') {
  const draws: (readonly string[])[] = [];
  let world: World | undefined;
  const running = await startTestEngine({
    plan: { ...estatePlan, checks: [checkPlan('reach')] },
    checks: { reach: reachCheck },
    sources: [estate],
    estateDerivations: [reachDerivation],
    startWorld: ({ plan, clock }) => {
      world = createWorld({
        plan,
        checks: new Map([['reach', reachCheck]]),
        sources: new Map([[estate.name, estate]]),
        derivations: new Map(),
        estateDerivations: [reachDerivation],
        drawing: {
          kind,
          begin: () => {
            const lines: string[] = [];
            return {
              add: ({ subject, fact }) => void lines.push(`${subject.name} ${JSON.stringify(fact)}`),
              end: (unlisted) => {
                draws.push(unlisted);
                return lines.join('\n');
              },
            };
          },
        },
        reader: null,
        clock,
        codeVersion: '0.1.0',
      });
      return { ...world, close: async () => undefined };
    },
  });
  return { running, draws, draw: () => world?.drawEstate() };
}

function makeReached(): FakeEstate {
  const estate = makeEstate({ one: 'x', two: 'x' });
  for (const name of ['one', 'two']) estate.truth.set(part(name).id, partRow('good', [thing(name).id]));
  estate.catchUp();
  return estate;
}

it('draws nothing before a look has ended, and where nothing brings what is drawn', async () => {
  const { draw } = await startDrawing(makeReached());
  expect(await draw()).toBeNull();
  const other = await startDrawing(makeReached(), 'nothing-brings-it');
  await other.running.minutes(1);
  expect([await other.draw(), other.draws]).toEqual([null, []]);
});

it('draws what the latest look says, once for each', async () => {
  const estate = makeReached();
  const { running, draw, draws } = await startDrawing(estate);
  await running.minutes(1);
  const first = await draw();
  expect(first).toMatchObject({
    dataAsOf: new Date(startMs + 60_000).toISOString(),
    drawn: expect.stringContaining('one {"states":["good"],"missing":[]}') as unknown,
  });
  expect([await draw(), draws.length]).toEqual([first, 1]);
  estate.truth.set(part('one').id, partRow('bad', [thing('one').id]));
  estate.catchUp();
  await running.minutes(1);
  const second = await draw();
  expect(second?.look).toBeGreaterThan(first?.look ?? 0);
  expect(second?.drawn).toContain('one {"states":["bad"],"missing":[]}');
  expect(draws).toHaveLength(2);
});

it('says what cannot be read as a fault, and where subjects may be missing', async () => {
  const estate = makeReached();
  estate.listFaults.set(`${scopeA.id} ${thingType}`, fault('denied'));
  const { running, draw, draws } = await startDrawing(estate);
  await running.minutes(1);
  await draw();
  expect(draws[0]).toEqual([expect.stringContaining(`${thingType} of subscription`)]);
});
