import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { realClock } from '../../src/commands/real-clock.ts';
import type { Clock } from '../../src/domain/ports.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import { serveWorld } from '../../src/engine/serve-world.ts';
import { openStoreReader } from '../../src/store/open-store.ts';
import { type DrivenWorldData, drivenFacts, places } from './driven-world.ts';
import { makeFakeSource, startMs, stateCheck } from './engine-fixtures.ts';

// A world whose source and checks do what the test says through shared memory.
if (parentPort === null) throw new Error('driven-world-entry.ts runs as a worker thread');
const { plan, statePath, shared } = workerData as DrivenWorldData;
const numbers = new Int32Array(shared);
const read = (place: keyof typeof places): number => Atomics.load(numbers, places[place]);

Atomics.add(numbers, places.starts, 1);
if (read('howToStart') === 1) throw new Error('crashed at start');
// A timer keeps the thread alive while it never begins.
if (read('howToStart') === 2) await new Promise(() => setInterval(() => undefined, 2 ** 30));

const source = makeFakeSource('state');
source.answer = () => ({ fact: { state: drivenFacts[read('factOf')] ?? 'good' } });
const { look } = source;
source.look = async function* (request) {
  Atomics.add(numbers, places.looks, 1);
  if (drivenFacts[read('factOf')] === 'look-loops') loop();
  const held = Atomics.waitAsync(numbers, places.holdLooks, 1);
  if (held.async) await held.value;
  yield* look(request);
};

const state = stateCheck(['state']);
const check = stateCheck(['state'], {
  judge: (subject, facts, context) => {
    Atomics.add(numbers, places.judgements, 1);
    const { state: shown } = z.object({ state: z.string() }).parse(facts['state']);
    if (shown === 'judge-loops') loop();
    if (shown === 'judge-exits') process.exit(1);
    return state.judge(subject, facts, context);
  },
});
const onDerived = stateCheck(['derived']);

function loop(): never {
  for (;;);
}

const clock: Clock = { ...realClock, now: () => startMs + read('minutes') * 60_000 };
const world = createWorld({
  plan,
  checks: new Map([
    ['state-good', check],
    ['derived-good', onDerived],
  ]),
  sources: new Map([['state', source]]),
  derivations: new Map([
    [
      'derived',
      {
        kind: 'derived',
        from: 'state',
        schema: z.object({ state: z.string() }),
        derive: (fact) => (z.object({ state: z.string() }).parse(fact).state === 'derive-loops' ? loop() : fact),
      },
    ],
  ]),
  reader: await openStoreReader(statePath),
  clock,
  codeVersion: '0.1.0',
});
serveWorld(world, parentPort);
