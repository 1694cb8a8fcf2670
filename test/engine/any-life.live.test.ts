import fc from 'fast-check';
import { expect, it } from 'vitest';
import { faultCodes } from '../../src/domain/fault.ts';
import type { Seen } from '../../src/domain/look.ts';
import { digestOfValue } from '../../src/engine/body.ts';
import {
  bad,
  checkPlan,
  endpoint,
  faulty,
  good,
  lookPlan,
  makeFakeSource,
  minuteMs,
  stateCheck,
  withNote,
} from '../support/engine-fixtures.ts';
import { type RunningEngine, startTestEngine } from '../support/running-engine.ts';

const subjects = ['a', 'b', 'c', 'd'].map(endpoint);
const ids = subjects.map(({ id }) => id);
const plan = { subjects, looks: [lookPlan('state'), lookPlan('other')], checks: [checkPlan('state-good'), checkPlan('both-good')] };
const checks = { 'state-good': stateCheck(['state']), 'both-good': stateCheck(['state', 'other']) };

/** What may befall a daemon, one after the other. */
type Event =
  | { readonly kind: 'show'; readonly subject: number; readonly source: 'state' | 'other'; readonly seen: Seen }
  | { readonly kind: 'minutes'; readonly count: number }
  | { readonly kind: 'some'; readonly source: 'state' | 'other'; readonly subjects: readonly number[] }
  | { readonly kind: 'stick'; readonly isStuck: boolean }
  | { readonly kind: 'restart'; readonly without: number | null }
  | { readonly kind: 'jump'; readonly minutes: number };

const subject = fc.nat({ max: 3 });
const source = fc.constantFrom('state' as const, 'other' as const);
const seen = fc.constantFrom<Seen>(good, good, bad, withNote('good', 1), withNote('bad', 2), ...faultCodes.map(faulty));
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('show' as const), subject, source, seen }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('minutes' as const), count: fc.integer({ min: 1, max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('some' as const), source, subjects: fc.uniqueArray(subject, { minLength: 1 }) }) },
  fc.record({ kind: fc.constant('stick' as const), isStuck: fc.boolean() }),
  fc.record({ kind: fc.constant('restart' as const), without: fc.option(subject) }),
  fc.record({ kind: fc.constant('jump' as const), minutes: fc.integer({ min: -90, max: 90 }) }),
);

async function live(events: readonly Event[]): Promise<RunningEngine> {
  const sources = { state: makeFakeSource('state'), other: makeFakeSource('other') };
  const shown = new Map<string, Seen>();
  for (const own of Object.values(sources)) own.answer = ({ id }) => shown.get(`${own.name} ${id}`) ?? good;
  let isStuck = false;
  const running = await startTestEngine({
    plan,
    checks,
    sources: Object.values(sources),
    around: (world) => ({ ...world, look: (request) => (isStuck ? Promise.reject(new Error('stuck')) : world.look(request)) }),
  });
  await running.step();
  for (const one of events) {
    switch (one.kind) {
      case 'show':
        shown.set(`${one.source} ${ids[one.subject]}`, one.seen);
        break;
      case 'minutes':
        await running.minutes(one.count);
        break;
      case 'some':
        await running.engine().lookAtSome(
          one.source,
          one.subjects.map((index) => ids[index] ?? ''),
        );
        await running.engine().settled();
        break;
      case 'stick':
        ({ isStuck } = one);
        break;
      case 'restart':
        await running.restart({ plan: { ...plan, subjects: subjects.filter((_subject, index) => index !== one.without) } });
        break;
      case 'jump':
        running.clock.jump(one.minutes * minuteMs);
        break;
    }
  }
  return running;
}

/** Blind runs in between change nothing: what was last seen of a subject decides whether its alert may have closed. */
async function expectHonest(running: RunningEngine): Promise<void> {
  const runs = await running.runs();
  for (const run of runs) {
    for (const counts of Object.values(run.counts)) {
      expect(counts.pass + counts.fail + counts.unknown + counts.waived).toBe(run.population.expected);
      if (run.trigger !== 'looked') expect(counts.pass).toBe(0);
    }
  }
  expect(runs.map((run) => run.entry)).toEqual(runs.map((_run, index) => index));
  expect(await running.changedWhenRejudged()).toEqual([]);
  const failing = new Set(
    (await running.store().statuses()).flatMap(({ check, interpretation, counts }) =>
      counts.fail > 0 ? [`fail:${check}:${interpretation}`] : [],
    ),
  );
  const open = (await running.store().openAlerts()).filter(({ kind }) => kind === 'fail').map(({ key }) => key);
  expect(new Set(open)).toEqual(failing);
}

it('whatever befalls it, each run can be judged again, adds up, and has its alert', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      await expectHonest(await live(events));
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

it('a chain of maps longer than one whole map may carry reads back, before and after a restart', async () => {
  const state = makeFakeSource('state');
  let note = 0;
  state.answer = ({ id }) => (id === ids[note % 4] ? withNote(note % 3 === 0 ? 'bad' : 'good', note) : good);
  const running = await startTestEngine({ sources: [state], plan: { subjects } });
  for (; note < 140; note += 1) {
    if (note === 100) await running.restart();
    await running.minutes(1);
  }
  const look = await running.store().latestLook('state');
  if (look === null) throw new Error('expected a look');
  expect(look.depth).toBeLessThanOrEqual(64);
  const expected = ids.map((id) => [
    id,
    { state: { digest: digestOfValue(id === ids[139 % 4] ? { state: 'good', note: 139 } : { state: 'good' }) } },
  ]);
  expect(await running.store().factMap(look)).toEqual(Object.fromEntries(expected));
  await expectHonest(running);
});
