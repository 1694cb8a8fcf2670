import { describe, expect, it } from 'vitest';
import type { LookRequest, Observation, Seen } from '../../src/domain/look.ts';
import type { Source } from '../../src/domain/ports.ts';
import { type PerformedLook, performLook } from '../../src/engine/perform-look.ts';
import { endpoint, good, startMs } from '../support/engine-fixtures.ts';
import { type FakeClock, makeFakeClock } from '../support/fake-clock.ts';

const subjects = [endpoint('a'), endpoint('b'), endpoint('c')];
const [first, second, third] = ['a', 'b', 'c'].map(endpoint);
if (first === undefined || second === undefined || third === undefined) throw new Error('expected three endpoints');
const deadlineMs = 50_000;

interface Performed extends PerformedLook {
  readonly seen: ReadonlyMap<string, { readonly [kind: string]: Seen }>;
}

async function perform(look: Source['look'], clock: FakeClock = makeFakeClock(startMs)): Promise<Performed> {
  const seen = new Map<string, { readonly [kind: string]: Seen }>();
  const vantage = { name: 'test', external: false, egressAddress: null, resolver: ['system'] };
  const performed = await performLook(
    { name: 'fake', brings: ['tls', 'http'], look },
    { subjects, options: {}, vantage, concurrency: 2, subjectDeadlineMs: 20_000 },
    { clock, deadlineMs, see: (subject, kinds) => seen.set(subject.id, kinds) },
  );
  return { ...performed, seen: new Map(subjects.flatMap(({ id }) => (seen.has(id) ? [[id, seen.get(id) ?? {}] as const] : []))) };
}

const observe = (subject: Observation['subject'], changes: Partial<Observation> = {}): Observation => ({
  subject,
  seen: { tls: good, http: good },
  ...changes,
});

/** `a: tls good, http timeout`, in the order of the request. */
function shown(performed: Performed): readonly string[] {
  return [...performed.seen].map(([id, kinds]) => {
    const seen = Object.entries(kinds).map(([kind, one]) => `${kind} ${'fault' in one ? one.fault.code : 'seen'}`);
    return `${id.split('.')[0]}: ${seen.join(', ')}`;
  });
}

const all = (text: string): readonly string[] => ['a', 'b', 'c'].map((name) => `${name}: tls ${text}, http ${text}`);

describe('every subject is answered for, with every kind', () => {
  it('where the source says all of it', async () => {
    const performed = await perform(async function* () {
      for (const subject of subjects.toReversed()) yield observe(subject, { phaseSeconds: { connect: 0.1 } });
    });
    expect(shown(performed)).toEqual(all('seen'));
    expect(performed.measures).toEqual(new Map());
    expect(performed).toMatchObject({ phaseSeconds: { connect: [0.1, 0.1, 0.1] }, defects: [] });
  });

  it('with what was measured of whom, strangers excepted', async () => {
    const performed = await perform(async function* () {
      yield observe(first, { measures: { size_bytes: 1 } });
      yield observe(second);
      yield observe(third, { measures: { size_bytes: 3, age_seconds: 2 } });
      yield observe(endpoint('stranger'), { measures: { size_bytes: 9 } });
    });
    expect(performed.measures).toEqual(
      new Map([
        [first.id, { size_bytes: 1 }],
        [third.id, { size_bytes: 3, age_seconds: 2 }],
      ]),
    );
  });

  it('where it never yields: timeout at the deadline, and it is told to stop', async () => {
    const clock = makeFakeClock(startMs);
    let told: AbortSignal | null = null;
    const performing = perform(async function* (request: LookRequest) {
      told = request.signal;
      yield await new Promise<Observation>(() => {});
    }, clock);
    await clock.whenSleeping((ms) => ms === deadlineMs);
    clock.advance(deadlineMs);
    expect(shown(await performing)).toEqual(all('timeout'));
    expect(told).toMatchObject({ aborted: true });
  });

  it('where it answers for one and is silent then: the rest is timeout', async () => {
    const clock = makeFakeClock(startMs);
    const performing = perform(async function* () {
      yield observe(second);
      yield await new Promise<Observation>(() => {});
    }, clock);
    await clock.whenSleeping((ms) => ms === deadlineMs);
    await new Promise(setImmediate);
    clock.advance(deadlineMs);
    expect(shown(await performing)).toEqual([all('timeout')[0], 'b: tls seen, http seen', all('timeout')[2]]);
  });

  it('where it answers after the deadline: too late', async () => {
    const clock = makeFakeClock(startMs);
    const late = Promise.withResolvers<Observation>();
    const performing = perform(async function* () {
      yield await late.promise;
    }, clock);
    await clock.whenSleeping((ms) => ms === deadlineMs);
    clock.advance(deadlineMs);
    const performed = await performing;
    late.resolve(observe(first));
    await new Promise(setImmediate);
    expect(shown(performed)).toEqual(all('timeout'));
  });

  it('where it throws midway: what was seen stays, the rest is defect, and the stack is for the log', async () => {
    const performed = await perform(async function* () {
      yield observe(first);
      throw new Error('boom');
    });
    expect(shown(performed)).toEqual(['a: tls seen, http seen', ...all('defect').slice(1)]);
    expect(performed.defects).toEqual([expect.stringContaining('boom')]);
    expect(JSON.stringify([...performed.seen])).not.toContain('boom');
  });

  it('where it throws at once', async () => {
    const performed = await perform(() => {
      throw new Error('boom');
    });
    expect(shown(performed)).toEqual(all('defect'));
  });

  it('where it ends early: partial', async () => {
    const performed = await perform(async function* () {
      yield observe(third);
    });
    expect(shown(performed)).toEqual([...all('partial').slice(0, 2), 'c: tls seen, http seen']);
  });

  it('where it forgets a kind, or brings one that it did not promise', async () => {
    const performed = await perform(async function* () {
      yield observe(first, { seen: { tls: good } });
      yield observe(second, { seen: { tls: good, http: good, dns: good } });
      yield observe(third, { seen: {} });
    });
    expect(shown(performed)).toEqual(['a: tls seen, http partial', 'b: tls seen, http seen', 'c: tls partial, http partial']);
  });

  it('where it speaks of others: they are left out', async () => {
    const performed = await perform(async function* () {
      yield observe(endpoint('stranger'), { phaseSeconds: { connect: 9 }, thrown: new Error('boom') });
      for (const subject of subjects) yield observe(subject);
    });
    expect(shown(performed)).toEqual(all('seen'));
    expect(performed).toMatchObject({ phaseSeconds: {}, defects: [] });
  });

  it('where it says what its look at one subject threw', async () => {
    const performed = await perform(async function* () {
      const fault = { fault: { code: 'defect', message: 'see the log' } } as const;
      yield observe(first, { seen: { tls: fault, http: fault }, thrown: new TypeError('boom') });
      yield observe(second);
      yield observe(third);
    });
    expect(shown(performed)[0]).toBe('a: tls defect, http defect');
    expect(performed.defects).toEqual([expect.stringContaining('TypeError: boom')]);
  });
});

it('leaves no sleeper behind', async () => {
  const clock = makeFakeClock(startMs);
  await perform(async function* () {
    for (const subject of subjects) yield observe(subject);
  }, clock);
  expect(clock.sleepers()).toBe(0);
});
