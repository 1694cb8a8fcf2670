import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Derivation } from '../../src/domain/check.ts';
import { FaultError, faultCodes } from '../../src/domain/fault.ts';
import type { Look, Seen } from '../../src/domain/look.ts';
import { type RememberedLook, rememberLook } from '../../src/engine/fact-memory.ts';
import { judgeRun } from '../../src/engine/judge-run.ts';
import { looksOf, type RunInput } from '../../src/engine/run-input.ts';
import { buildMap } from '../support/build-map.ts';
import { bad, endpoint, faulty, good, stateCheck } from '../support/engine-fixtures.ts';
import { exampleLook } from '../support/example-look.ts';

const subjects = ['a', 'b', 'c', 'd'].map(endpoint);
const [a, b] = [endpoint('a').id, endpoint('b').id];
type States = { readonly [subject: string]: Seen };

function remember(states: States, changes: Partial<Look> = {}): RememberedLook {
  const seen = new Map(Object.entries(states).map(([subject, one]) => [subject, { state: one }]));
  const { map, values } = buildMap(seen, new Map());
  return rememberLook({ ...exampleLook(changes), id: 1 }, map, values, undefined);
}

function runInput(states: States, changes: Partial<RunInput> = {}): RunInput {
  return {
    id: 'state-good',
    check: stateCheck(['state']),
    parameters: { defaults: {}, overrides: {} },
    waivers: [],
    trigger: 'looked',
    extent: { kind: 'all' },
    subjects,
    looks: new Map([['state', remember(states)]]),
    sources: { lookOfKind: new Map([['state', 'state']]), derivations: new Map(), bringsOf: new Map() },
    previous: null,
    startedAt: '2026-11-24T08:00:30.000Z',
    ...changes,
  };
}

/** A run that judged look 1, as the run after it sees it. */
const judgeBefore = (input: RunInput) => ({ ...judgeRun(input), looks: { state: 1 } });

const seen = fc.constantFrom<Seen>(good, bad, ...faultCodes.map(faulty));
const states = fc
  .tuple(seen, seen, seen, seen)
  .map((all): States => Object.fromEntries(all.map((one, index) => [subjects[index]?.id, one])));
const passed = (finding: { readonly status: string }): boolean => finding.status === 'pass';

describe('laws', () => {
  it('the counts of each interpretation add up to the population', () => {
    fc.assert(
      fc.property(states, states, fc.constantFrom('looked' as const, 'expired' as const, 'hung' as const), (earlier, now, trigger) => {
        const before = judgeBefore(runInput(earlier));
        const run = judgeRun(runInput(now, { trigger, previous: before }));
        for (const counts of Object.values(run.counts)) {
          expect(counts.pass + counts.fail + counts.unknown + counts.waived).toBe(subjects.length);
          expect(counts.pass).toBe(run.findings.filter(passed).length / 2);
        }
        expect(run.notPass).toEqual(run.findings.filter((finding) => !passed(finding)));
      }),
    );
  });

  it('the order of the subjects changes nothing', () => {
    fc.assert(
      fc.property(states, states, fc.shuffledSubarray(subjects, { minLength: 4 }), (earlier, now, shuffled) => {
        const previous = judgeBefore(runInput(earlier));
        expect(judgeRun(runInput(now, { previous, subjects: shuffled }))).toEqual(judgeRun(runInput(now, { previous })));
      }),
    );
  });

  it('some subjects on top of a run come to what judging all comes to, where the others did not change', () => {
    const waiver = { subject: a, interpretations: ['intent'], id: 'w1' } as unknown as RunInput['waivers'][number];
    fc.assert(
      fc.property(states, states, states, fc.subarray(subjects), fc.boolean(), (first, second, third, some, isWaived) => {
        const waivers = isWaived ? [waiver] : [];
        const previous = judgeBefore(runInput(second, { waivers, previous: judgeBefore(runInput(first, { waivers })) }));
        const ids = some.map((subject) => subject.id);
        const now = { ...second, ...Object.fromEntries(ids.map((id) => [id, third[id] ?? good])) };
        const whole = judgeRun(runInput(now, { waivers, previous }));
        const partial = judgeRun(runInput(now, { waivers, previous, extent: { kind: 'some', subjects: ids, base: 1 } }));
        expect(partial.findings).toEqual(whole.findings.filter((finding) => ids.includes(finding.subject)));
        // Who was not looked at again keeps its finding to the letter.
        const ofOthers = previous.notPass.filter((finding) => !ids.includes(finding.subject));
        const ofSome = whole.notPass.filter((finding) => ids.includes(finding.subject));
        expect(new Set(partial.notPass)).toEqual(new Set([...ofOthers, ...ofSome]));
        expect(partial.notPass.map(keyOf)).toEqual(whole.notPass.map(keyOf));
        expect(partial.counts).toEqual(whole.counts);
        for (const interpretation of ['literal', 'intent'] as const) {
          expect(partial.results[interpretation]?.failing.map(({ subject }) => subject)).toEqual(
            whole.results[interpretation]?.failing.map(({ subject }) => subject),
          );
        }
      }),
    );
  });

  function keyOf(finding: { readonly subject: string; readonly interpretation: string; readonly status: string }): string {
    return `${finding.subject} ${finding.interpretation} ${finding.status}`;
  }

  it('blind in any way, no subject passes and every fail stands', () => {
    fc.assert(
      fc.property(states, fc.constantFrom('expired' as const, 'hung' as const), (earlier, trigger) => {
        const before = judgeBefore(runInput(earlier));
        const run = judgeRun(runInput(earlier, { trigger, previous: before }));
        expect(run.findings.some(passed)).toBe(false);
        expect(run.counts.intent?.fail).toBe(before.counts.intent?.fail);
      }),
    );
  });
});

describe('looks too old that nobody judged', () => {
  const unjudged = (of: States) => new Map([['state', { ...remember(of), look: { ...exampleLook(), id: 2 } }]]);

  it('what failed in them or before is a fail, last seen then; nothing passes, and what passed in them closes nothing', () => {
    fc.assert(
      fc.property(states, states, (earlier, now) => {
        const previous = judgeBefore(runInput(earlier));
        const run = judgeRun(runInput(now, { trigger: 'expired', previous, looks: unjudged(now) }));
        const failsIn = (one: States) => Object.entries(one).flatMap(([id, own]) => (own === bad ? [id] : []));
        const fails = run.findings.filter((finding) => finding.status === 'fail');
        expect(run.findings.some(passed)).toBe(false);
        expect(new Set(fails.map(({ subject }) => subject))).toEqual(new Set([...failsIn(earlier), ...failsIn(now)]));
        for (const one of fails) expect(one).toHaveProperty('lastSeen.reason', 'stale');
        for (const group of Object.values(run.results)) for (const one of group.failing) expect(one.lastSeen).not.toBeNull();
      }),
    );
  });

  it('are not judged where a judgement never returned, nor a second time', () => {
    let judged = 0;
    const check = stateCheck(['state'], {
      judge: () => {
        judged += 1;
        return [];
      },
    });
    const all = allGood();
    judgeRun(runInput(all, { check, trigger: 'hung', looks: unjudged(all), previous: judgeBefore(runInput(all)) }));
    judgeRun(runInput(all, { check, trigger: 'expired', previous: judgeBefore(runInput(all)) }));
    expect(judged).toBe(0);
    judgeRun(runInput(all, { check, trigger: 'expired', looks: unjudged(all), previous: judgeBefore(runInput(all)) }));
    expect(judged).toBe(subjects.length);
  });

  it('of an empty population say nothing: it is no complete look any more', () => {
    const check = stateCheck(['state'], { whenNone: 'fail' });
    const run = judgeRun(runInput({}, { check, subjects: [], trigger: 'expired' }));
    expect(run.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 1, waived: 0 });
  });
});

describe('partial extents', () => {
  it('of nobody whom the check judges change nothing: that is no empty population', () => {
    const check = stateCheck(['state'], { whenNone: 'fail' });
    const previous = judgeBefore(runInput({ ...allGood(), [a]: bad }, { check }));
    const run = judgeRun(
      runInput({ ...allGood(), [a]: bad }, { check, previous, extent: { kind: 'some', subjects: ['elsewhere:443'], base: 1 } }),
    );
    expect(run.findings).toEqual([]);
    expect(run.notPass).toEqual(previous.notPass);
    expect(run.counts).toEqual(previous.counts);
  });

  it('are judged as of the partial look, and the run is as old as its oldest part', () => {
    const asOf: string[] = [];
    const check = stateCheck(['state'], {
      judge: (_subject, _facts, context) => {
        asOf.push(context.asOf);
        return (['literal', 'intent'] as const).map((interpretation) => ({
          interpretation,
          expected: '',
          observed: '',
          rule: '',
          status: 'pass',
        }));
      },
    });
    const partial = remember(allGood(), {
      startedAt: '2026-11-24T08:01:00.000Z',
      dataAsOf: '2026-11-24T08:00:00.000Z',
      extent: { kind: 'some', subjects: [a], base: 1 },
    });
    const looks = new Map([['state', partial]]);
    const run = judgeRun(
      runInput({}, { check, looks, extent: { kind: 'some', subjects: [a], base: 1 }, previous: { dataAsOf: '', looks: {}, notPass: [] } }),
    );
    expect(asOf).toEqual(['2026-11-24T08:01:00.000Z']);
    expect(run.dataAsOf).toBe('2026-11-24T08:00:00.000Z');
    asOf.length = 0;
    judgeRun(runInput({}, { check, looks }));
    expect(new Set(asOf)).toEqual(new Set(['2026-11-24T08:00:00.000Z']));
  });
});

function allGood(): States {
  return Object.fromEntries(subjects.map((subject) => [subject.id, good]));
}

describe('what is missing', () => {
  it('a look that never ended, a subject that the look did not hold, a kind that no look brings: unknown', () => {
    const never = judgeRun(runInput({}, { looks: new Map() }));
    expect(never.findings).toMatchObject(
      Array.from({ length: 8 }, () => ({ status: 'unknown', reason: 'partial', cause: 'state: partial' })),
    );
    expect(never.dataAsOf).toBe('2026-11-24T08:00:30.000Z');
    const { [a]: _left, ...others } = allGood();
    expect(judgeRun(runInput(others)).notPass).toMatchObject([
      { subject: a, reason: 'partial' },
      { subject: a, reason: 'partial' },
    ]);
    const unserved = judgeRun(runInput(allGood(), { sources: { lookOfKind: new Map(), derivations: new Map(), bringsOf: new Map() } }));
    expect(unserved.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 4, waived: 0 });
  });

  it('a stored fact that is gone from the state file: defect', () => {
    const look = remember(allGood());
    const run = judgeRun(runInput({}, { looks: new Map([['state', { ...look, values: new Map() }]]) }));
    expect(new Set(run.findings.map((finding) => finding.status === 'unknown' && finding.reason))).toEqual(new Set(['defect']));
  });

  it('an empty population is unknown, or a fail where the check says so, in every trigger', () => {
    expect(judgeRun(runInput({}, { subjects: [] })).counts.intent).toEqual({ pass: 0, fail: 0, unknown: 1, waived: 0 });
    expect(judgeRun(runInput({}, { subjects: [], trigger: 'expired' })).counts.intent).toMatchObject({ pass: 0, unknown: 1 });
    const strict = judgeRun(runInput({}, { subjects: [], check: stateCheck(['state'], { whenNone: 'fail' }) }));
    expect(strict.counts.intent).toEqual({ pass: 0, fail: 1, unknown: 0, waived: 0 });
    expect(strict.results.intent?.failing).toMatchObject([{ subject: '*', response: 'page' }]);
  });

  it('subjects that failed and that the population no longer holds are gone', () => {
    const previous = judgeBefore(runInput({ ...allGood(), [a]: bad, [b]: bad }));
    const run = judgeRun(runInput({ ...allGood(), [b]: bad }, { previous, subjects: subjects.filter(({ id }) => id !== a) }));
    expect(run.results.intent).toMatchObject({ gone: [a], failing: [{ subject: b }] });
  });
});

describe('for alerts', () => {
  it('blindness is grouped by cause, with the fails that can no longer be seen', () => {
    const previous = judgeBefore(runInput({ ...allGood(), [a]: bad }));
    const run = judgeRun(runInput({ ...allGood(), [a]: faulty('timeout'), [b]: faulty('timeout') }, { previous }));
    expect(run.results.intent).toEqual({
      failing: [expect.objectContaining({ subject: a, lastSeen: previous.dataAsOf, observed: 'bad' })],
      unknown: [{ cause: 'state: timeout', reason: 'timeout', subjects: [a, b], message: 'could not be seen (timeout)' }],
      waived: [],
      gone: [],
    });
  });

  it('a sentence that can only be refuted blinds nobody', () => {
    const check = stateCheck(['state'], {
      judge: () =>
        (['literal', 'intent'] as const).map((interpretation) => ({
          interpretation,
          expected: '',
          observed: '',
          rule: '',
          status: 'unknown',
          reason: 'not-provable',
        })),
    });
    expect(judgeRun(runInput(allGood(), { check })).results.literal).toMatchObject({ failing: [], unknown: [] });
  });
});

describe('derived facts', () => {
  const derive = (work: (state: string) => unknown): Derivation => ({
    kind: 'derived',
    from: 'state',
    schema: z.object({ state: z.string() }),
    derive: (fact) => work(z.object({ state: z.string() }).parse(fact).state),
  });
  const input = (derivation: Derivation, looked: States): RunInput =>
    runInput(looked, {
      check: stateCheck(['derived', 'state']),
      sources: { lookOfKind: new Map([['state', 'state']]), derivations: new Map([['derived', derivation]]), bringsOf: new Map() },
    });

  it('are computed once per fact, from the look of what they come from', () => {
    let computed = 0;
    const derivation = derive((state) => {
      computed += 1;
      return { state };
    });
    const ready = input(derivation, { ...allGood(), [a]: bad });
    expect(looksOf(ready.check, ready.sources)).toEqual(['state']);
    expect(judgeRun(ready).counts.intent).toEqual({ pass: 3, fail: 1, unknown: 0, waived: 0 });
    judgeRun(ready);
    expect(computed).toBe(2);
  });

  it.each([
    ['throws', () => Promise.reject, 'defect'],
    ['says that it cannot be read', () => new FaultError('malformed', 'no certificate'), 'malformed'],
  ] as const)('a derivation that %s: unknown for that subject alone', (_title, thrown, reason) => {
    const derivation = derive((state) => {
      if (state === 'bad') throw thrown();
      return { state };
    });
    const run = judgeRun(input(derivation, { ...allGood(), [a]: bad }));
    expect(run.notPass).toMatchObject([
      { subject: a, status: 'unknown', reason },
      { subject: a, status: 'unknown', reason },
    ]);
    expect(run.defects).toHaveLength(reason === 'defect' ? 1 : 0);
  });

  it('of a fact that could not be seen have its fault', () => {
    const run = judgeRun(
      input(
        derive((state) => ({ state })),
        { ...allGood(), [a]: faulty('denied') },
      ),
    );
    expect(run.notPass).toMatchObject([
      { subject: a, reason: 'denied', cause: 'state: denied' },
      { subject: a, reason: 'denied' },
    ]);
  });

  it('of a fact that does not fit its schema: malformed', () => {
    const run = judgeRun(
      input(
        derive((state) => ({ state })),
        { ...allGood(), [a]: { fact: { state: 7 } } },
      ),
    );
    expect(run.notPass).toMatchObject([
      { subject: a, reason: 'malformed' },
      { subject: a, reason: 'malformed' },
    ]);
  });
});
