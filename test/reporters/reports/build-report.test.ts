import { describe, expect, it } from 'vitest';
import type { Waiver } from '../../../src/domain/waiver.ts';
import type { Report } from '../../../src/reporters/reports/report.ts';
import { checkPlan, endpoint, examplePlan } from '../../support/engine-fixtures.ts';
import { type RunShape, recordedPeriod } from '../../support/recorded-period.ts';
import { type ReportShape, reportOf } from '../../support/report-of.ts';

const baseMs = Date.UTC(2026, 10, 3);
const period = { fromMs: baseMs, toMs: baseMs + 100 };
const at = (ms: number) => new Date(baseMs + ms).toISOString();

function run(atMs: number, says: RunShape['says'], rest: Partial<RunShape> = {}): RunShape {
  return { check: 'one', endedAtMs: baseMs + atMs, maxAgeMs: 40, says, ...rest };
}

async function report(shapes: readonly RunShape[], shape: Partial<ReportShape> = {}): Promise<Report> {
  return await reportOf(recordedPeriod(shapes).store, { ...period, ...shape });
}

const intentOf = (made: Report, id = 'one') =>
  made.checks.find((check) => check.id === id)?.interpretations.find(({ interpretation }) => interpretation === 'intent');

const waiver: Waiver = {
  id: 'w1',
  check: 'one',
  subject: '*',
  interpretations: ['intent'],
  reason: 'known',
  requestedBy: 'Jane Doe',
  approvedBy: 'John Roe',
  from: at(0),
  until: at(50),
};

describe('failures', () => {
  it.each<[string, readonly RunShape[], object]>([
    [
      'seen to pass',
      [run(10, { a: 'fail' }), run(30, { a: 'pass' })],
      { from: at(10), to: at(30), ended: 'passed', firstRun: 1, lastRun: 1, entry: 0 },
    ],
    ['accepted', [run(10, { a: 'fail' }), run(30, { a: 'accepted' })], { to: at(30), ended: 'waived' }],
    ['gone', [run(10, { a: 'fail' }), run(30, { b: 'pass' })], { to: at(30), ended: 'gone' }],
    ['not ended', [run(10, { a: 'fail' }), run(30, { a: 'fail' }), run(50, { a: 'fail' })], { to: null, ended: 'not-ended', lastRun: 3 }],
    [
      'found by each run until it passed',
      [run(10, { a: 'fail' }), run(20, { a: 'fail' }), run(30, { a: 'fail' }), run(40, { a: 'pass' })],
      { to: at(40), firstRun: 1, lastRun: 3 },
    ],
    [
      'as last seen goes on, but that is no finding of it',
      [run(10, { a: 'fail' }), run(30, { a: 'seen-fail' })],
      { to: null, ended: 'not-ended', lastRun: 1 },
    ],
    ['began before', [run(-1, { a: 'fail' }), run(30, { a: 'pass' })], { from: at(0), to: at(30), beganBefore: true, firstRun: 1 }],
    ['at the first moment', [run(0, { a: 'fail' })], { from: at(0), beganBefore: false }],
    ['after the period it passes', [run(10, { a: 'fail' }), run(100, { a: 'pass' })], { to: null, ended: 'not-ended' }],
  ])('%s', async (_, shapes, expected) => {
    const failures = intentOf(await report(shapes))?.failures;
    expect(failures).toHaveLength(1);
    expect(failures?.[0]).toMatchObject({ subject: endpoint('a').id, expected: 'good', ...expected });
  });

  it.each<[string, readonly RunShape[]]>([
    ['ended before the period', [run(-20, { a: 'fail' }), run(-1, { a: 'pass' })]],
    ['ended as it began', [run(-20, { a: 'fail' }), run(0, { a: 'pass' })]],
    ['began at its end', [run(10, { a: 'pass' }), run(100, { a: 'fail' })]],
  ])('none where it %s', async (_, shapes) => {
    expect(intentOf(await report(shapes))?.failures).toEqual([]);
  });

  it('one that comes again is another one; the longest first', async () => {
    const failures = intentOf(
      await report([run(0, { a: 'fail' }), run(10, { a: 'pass' }), run(30, { a: 'fail' }), run(70, { a: 'pass' })]),
    )?.failures;
    expect(failures?.map(({ from, to }) => [from, to])).toEqual([
      [at(30), at(70)],
      [at(0), at(10)],
    ]);
  });

  it('too many are counted, and the gravest kept', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => run(index, { a: index % 2 === 0 ? 'fail' : 'pass' }));
    const made = await report(many, { toMs: baseMs + 2_500 });
    expect([intentOf(made)?.failures.length, intentOf(made)?.failuresNotShown]).toEqual([1_000, 250]);
  });
});

describe('at the edges of the period', () => {
  const show = (made: Report) =>
    intentOf(made)?.timeline.map(({ from, to, state, gap }) => [Date.parse(from) - baseMs, Date.parse(to) - baseMs, gap?.reason ?? state]);

  it('a run after the period tells that the clock was set back before: nobody knows for how long the one before it spoke', async () => {
    expect(show(await report([run(50, { a: 'pass' }), run(-200, { a: 'pass' })]))).toEqual([[0, 100, 'no-run']]);
  });

  it('a run of long before speaks on where the limit of its day was longer, behind one whose clock was years ahead', async () => {
    const made = await report([run(-100, { a: 'pass' }, { maxAgeMs: 1_000 }), run(9_000_000, { a: 'pass' }), run(50, { a: 'pass' })]);
    expect(show(made)).toEqual([
      [0, 50, 'pass'],
      [50, 90, 'stale'],
      [90, 100, 'pass'],
    ]);
  });

  it.each<[string, RunShape, string]>([
    ['fresh', run(60, { a: 'pass' }), 'pass'],
    ['past its limit', run(59, { a: 'pass' }), 'unknown'],
    ['failing, past its limit', run(59, { a: 'fail' }), 'fail'],
    ['waived, past its limit', run(59, { a: 'accepted' }), 'unknown'],
  ])('the status at the end of what is %s', async (_, shape, expected) => {
    const made = await report([shape, run(100, { a: 'pass' })], { plan: { checks: [checkPlan('one', { maxAgeMs: 40 })] } });
    expect([intentOf(made)?.statusAtEnd, made.claims[0]?.interpretations[1]?.statusAtEnd]).toEqual([expected, expected]);
  });
});

describe('claims', () => {
  it('one that is checked in part is never pass at the end, whatever its numbers', async () => {
    const shapes = [0, 30, 60, 90].flatMap((ms) => [run(ms, { a: 'pass' }), run(ms, { a: 'pass' }, { check: 'two' })]);
    const [claim] = examplePlan().register.claims;
    if (claim === undefined) throw new Error('expected a claim');
    const [whole, part] = [
      await report(shapes),
      await report(shapes, { plan: { register: { claims: [{ ...claim, unchecked: 'the rest' }], notTestable: [] } } }),
    ];
    expect(whole.claims[0]?.interpretations[1]).toMatchObject({ statusAtEnd: 'pass', numbers: { strict: 1, coverage: 1 } });
    expect(part.claims[0]).toMatchObject({ unchecked: 'the rest' });
    expect(part.claims[0]?.interpretations[1]).toMatchObject({ statusAtEnd: 'unknown', numbers: { strict: 1 } });
  });

  it('one blind check makes the claim not measured, and is named', async () => {
    const made = await report([run(0, { a: 'pass' }), run(40, { a: 'pass' }), run(80, { a: 'pass' })]);
    const own = made.claims[0]?.interpretations[1];
    expect(own).toMatchObject({ checks: ['one', 'two'], statusAtEnd: 'unknown', numbers: { strict: 0, measured: null, coverage: 0 } });
    expect(own?.timeline.map(({ gap }) => gap?.message)).toEqual(['two: no run had been recorded yet']);
  });

  it('a check that is not configured any more serves none, and is listed with its runs', async () => {
    const old = run(-10, { a: 'fail' }, { check: 'gone-before' });
    const made = await report([old, run(0, { a: 'fail' }, { check: 'gone' }), run(0, { a: 'pass' }, { check: 'no-file' })]);
    expect(made.checks.map(({ id, runs }) => [id, runs])).toEqual([
      ['one', 0],
      ['two', 0],
      ['gone', 1],
      ['no-file', 1],
    ]);
    expect(made.claims[0]?.interpretations[0]?.checks).toEqual(['one', 'two']);
    expect(made.limits.join('\n')).toContain('gone, no-file');
  });

  it('a claim that no check serves has no numbers', async () => {
    const made = await report([], { plan: { checks: [] } });
    expect(made.claims[0]?.interpretations[0]).toMatchObject({ checks: [], numbers: null, timeline: [], statusAtEnd: 'unknown' });
  });

  it('a report of one control holds only its claims and their checks', async () => {
    const made = await report([run(0, { a: 'pass' })], { needs: { control: 'CC6.7', isChosen: () => false } });
    expect([made.control, made.claims, made.checks, made.evidence.runs]).toEqual(['CC6.7', [], [], 0]);
  });
});

describe('the basis', () => {
  it('of that day, not of today: the freshness limit of each run', async () => {
    const made = await report([run(0, { a: 'pass' }, { maxAgeMs: 10 })], { plan: { checks: [checkPlan('one', { maxAgeMs: 1_000 })] } });
    expect(intentOf(made)?.numbers.passMs).toBe(10);
    expect(made.limits.join('\n')).not.toContain('before the freshness limit was kept');
  });

  it('a run of before that was kept is held to the limit of today, which the report says', async () => {
    const { maxAgeMs: _, ...old } = run(0, { a: 'pass' });
    const made = await report([old]);
    expect(intentOf(made)?.numbers.passMs).toBe(40);
    expect(made.limits.join('\n')).toContain('before the freshness limit was kept');
  });

  it('changes of code, parameters, population and waivers are listed with the run that showed them', async () => {
    const shapes = [
      run(-5, { a: 'pass' }),
      run(0, { a: 'pass' }, { changes: { codeVersion: '0.2.0' } }),
      run(10, { a: 'pass' }, { changes: { codeVersion: '0.2.0' }, maxAgeMs: 50 }),
      run(20, { a: 'pass', b: 'pass' }, { changes: { codeVersion: '0.2.0' }, maxAgeMs: 50 }),
      run(30, { b: 'pass' }, { changes: { codeVersion: '0.2.0' }, maxAgeMs: 50, waivers: [waiver] }),
      run(100, { b: 'pass' }, { changes: { codeVersion: '0.3.0' }, maxAgeMs: 50, waivers: [waiver] }),
    ];
    const made = await report(shapes);
    expect(made.changes.map(({ run: id, what, before, after }) => [id, what, before, after])).toEqual([
      [2, 'code', '0.1.0', '0.2.0'],
      [
        3,
        'parameters',
        '{"defaults":{},"overrides":{}}; data at most 0.04 s old',
        '{"defaults":{},"overrides":{}}; data at most 0.05 s old',
      ],
      [4, 'population', '1 subjects', '2 subjects; added: b.example.com:443'],
      [5, 'population', '2 subjects; removed since: a.example.com:443', '1 subjects'],
      [5, 'waivers', 'none', 'w1'],
    ]);
    expect(made.waivers).toEqual([waiver]);
    expect(made.population).toMatchObject({ smallest: 1, largest: 2, subjects: [endpoint('a').id, endpoint('b').id] });
    expect(made.evidence).toEqual({ runs: 4, firstRun: 2, lastRun: 5, entries: 6 });
  });

  it.each<[string, Partial<Waiver>, number]>([
    ['ended as the period began', { from: at(-50), until: at(0) }, 0],
    ['ended a moment later', { from: at(-50), until: at(1) }, 1],
    ['began at its last moment', { from: at(99), until: at(500) }, 1],
    ['began at its end', { from: at(100), until: at(500) }, 0],
  ])('a waiver that %s', async (_, changes, expected) => {
    const made = await report([run(-1, { a: 'pass' }, { waivers: [{ ...waiver, ...changes }] })]);
    expect(made.waivers).toHaveLength(expected);
  });
});

describe('what is read', () => {
  it('a body that is missing ends the report: nothing is left out in silence', async () => {
    const { store } = recordedPeriod([run(0, { a: 'fail' })]);
    await expect(reportOf({ ...store, bodies: async () => new Map() }, period)).rejects.toThrow('is missing');
  });

  it('more than one page, told as it goes; the pages before and after the period are not read', async () => {
    const shapes = Array.from({ length: 1_200 }, (_, index) => run(index - 400, { a: 'pass' }));
    const asked: number[] = [];
    const told: [number, number][] = [];
    const { store } = recordedPeriod(shapes);
    const watched: typeof store = {
      ...store,
      runsFrom: async (filter) => {
        if (filter.check === undefined) asked.push(filter.first);
        return await store.runsFrom(filter);
      },
    };
    const made = await reportOf(watched, {
      fromMs: baseMs,
      toMs: baseMs + 600,
      needs: { onProgress: (done, of) => told.push([done, of]) },
    });
    expect(made.evidence).toMatchObject({ runs: 600, firstRun: 401, lastRun: 1_000 });
    // 40 before the period, since data may be 40 ms old.
    expect(asked).toEqual([361, 611, 861]);
    expect(told).toEqual([
      [250, 640],
      [500, 640],
      [640, 640],
    ]);
    expect(intentOf(made)?.numbers.strict).toBe(1);
  });

  it('hears between two pages that it shall end, as it does a signal', async () => {
    const shapes = Array.from({ length: 1_000 }, (_, index) => run(index, { a: 'pass' }));
    const stop = new AbortController();
    const told: number[] = [];
    const onProgress = (done: number) => {
      told.push(done);
      setImmediate(() => stop.abort(new Error('enough')));
    };
    const made = reportOf(recordedPeriod(shapes).store, {
      fromMs: baseMs,
      toMs: baseMs + 1_000,
      needs: { signal: stop.signal, onProgress },
    });
    await expect(made).rejects.toThrow('enough');
    expect(told).toEqual([250]);
  });

  it('ends when it is told to', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(reportOf(recordedPeriod([run(0, { a: 'pass' })]).store, { ...period, needs: { signal: stop } })).rejects.toThrow('enough');
  });
});
