import { expect, it } from 'vitest';
import type { FactMap, LookRequest } from '../../src/domain/look.ts';
import type { Source, StoreReader } from '../../src/domain/ports.ts';
import { digestOfValue } from '../../src/engine/body.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import type { World } from '../../src/engine/world.ts';
import { bad, endpoint, examplePlan, lookPlan, makeFakeSource, startMs, stateCheck } from '../support/engine-fixtures.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { fixedStore } from '../support/fixed-store.ts';

function startWorld(source: Source = makeFakeSource('state'), reader: StoreReader | null = null): World {
  const plan = examplePlan({ looks: [lookPlan('other', { source: 'state' }), lookPlan('state')] });
  return createWorld({
    plan,
    checks: new Map([['state-good', stateCheck(['state'])]]),
    sources: new Map([['state', source]]),
    derivations: new Map(),
    reader,
    clock: makeFakeClock(startMs),
    codeVersion: '0.1.0',
  });
}

const scheduledFor = '2026-11-24T08:00:00.000Z';
const lookAt = (world: World, name: string) => world.look({ name, extent: { kind: 'all' }, scheduledFor });
const judgement = {
  check: 'state-good',
  trigger: 'looked',
  extent: { kind: 'all' },
  scheduledFor,
  nowMs: startMs,
  previous: null,
  declaredDigest: '',
  hungInput: null,
  withFindings: true,
} as const;

it('a token of the world before this one takes nothing that this one looked at', async () => {
  const [before, after] = [startWorld(), startWorld()];
  const lost = await lookAt(before, 'state');
  const own = await lookAt(after, 'other');
  expect(lost.token).toBe(own.token);
  const look = { ...lost.look, id: 1 };
  await after.adoptLook(lost.token, look);
  await expect(after.judge({ ...judgement, looks: { state: look } })).rejects.toThrow('not remembered');
  const adopted = { ...own.look, id: 2 };
  await after.adoptLook(own.token, adopted);
  await expect(after.judge({ ...judgement, looks: { other: adopted } })).resolves.toMatchObject({ outcome: { looks: {} } });
});

it('an adopted look is judged from memory, and a look that was never adopted is not', async () => {
  const world = startWorld();
  const { token, look } = await lookAt(world, 'state');
  await expect(world.judge({ ...judgement, looks: { state: { ...look, id: 1 } } })).rejects.toThrow('not remembered');
  await world.adoptLook(token, { ...look, id: 1 });
  const reply = await world.judge({ ...judgement, looks: { state: { ...look, id: 1 } } });
  expect(reply.outcome).toMatchObject({ counts: { intent: { pass: 3 } }, looks: { state: 1 }, population: { seen: 3, unread: 0 } });
  expect(reply.findings).toHaveLength(6);
});

it('a look hands over what its source measured, of the subjects that it looked at, whatever stands in the map', async () => {
  const source = makeFakeSource('state');
  const measured = {
    ...source,
    look: async function* (request: LookRequest) {
      for await (const observation of source.look(request)) {
        const { id } = observation.subject;
        yield id.startsWith('a.') ? observation : { ...observation, measures: { size_bytes: id.length } };
      }
    },
  };
  const world = startWorld(measured);
  const { token, look, measures } = await lookAt(world, 'state');
  expect(measures).toEqual({ 'b.example.com:443': { size_bytes: 17 }, 'c.example.com:443': { size_bytes: 17 } });
  expect(structuredClone(measures)).toEqual(measures);
  const base = { ...look, id: 1 };
  await world.adoptLook(token, base);
  const some = await world.look({ name: 'state', extent: { kind: 'some', subjects: ['b.example.com:443'], base }, scheduledFor });
  expect(some.measures).toEqual({ 'b.example.com:443': { size_bytes: 17 } });
});

it('unknown names are our own mistake', async () => {
  const world = startWorld();
  await expect(lookAt(world, 'nothing')).rejects.toThrow('not configured');
  await expect(world.judge({ ...judgement, check: 'nothing', looks: {} })).rejects.toThrow('not configured');
});

it('a look at some that is recorded while an older look is judged changes nothing of what is judged', async () => {
  const source = makeFakeSource('state');
  const whole = { map: {} as FactMap, good: digestOfValue({ state: 'good' }) };
  const reader = {
    factMap: () => Promise.resolve(whole.map),
    bodiesAs: () => Promise.resolve(new Map([[whole.good, { state: 'good' }]])),
  } as unknown as StoreReader;
  const world = startWorld(source, reader);
  const first = await lookAt(world, 'state');
  const look = { ...first.look, id: 1 };
  await world.adoptLook(first.token, look);
  whole.map = Object.fromEntries(['a', 'b', 'c'].map((name) => [endpoint(name).id, { state: { digest: whole.good } }]));
  source.answer = () => bad;
  const subjects = [endpoint('a').id];
  const some = await world.look({ name: 'state', extent: { kind: 'some', subjects, base: look }, scheduledFor });
  const judging = world.judge({ ...judgement, looks: { state: look } });
  await world.adoptLook(some.token, { ...some.look, id: 2 });
  await expect(judging).resolves.toMatchObject({ outcome: { looks: { state: 1 }, counts: { intent: { pass: 3, fail: 0 } } } });
  const after = await world.judge({ ...judgement, looks: { state: { ...some.look, id: 2 } } });
  expect(after.outcome.counts.intent).toMatchObject({ pass: 2, fail: 1 });
});

it('a source that tells how completely we looked is told it from what is kept; where nothing is kept, nothing', async () => {
  const asked: LookRequest['ownLooks'][] = [];
  const plain = makeFakeSource('state');
  const look: Source['look'] = (request) => {
    asked.push(request.ownLooks);
    return plain.look(request);
  };
  const source: Source = { ...plain, tellsOwnLooks: true, look };
  await lookAt(startWorld(source, fixedStore({})), 'state');
  await lookAt(startWorld(source), 'state');
  await lookAt(startWorld({ ...source, tellsOwnLooks: false }, fixedStore({})), 'state');
  const [told, ...untold] = asked;
  expect(told?.looks.map(({ name, done }) => [name, done])).toEqual([
    ['other', 0],
    ['state', 0],
  ]);
  expect(untold).toEqual([undefined, undefined]);
});
