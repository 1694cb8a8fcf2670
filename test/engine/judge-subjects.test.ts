import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Check } from '../../src/domain/check.ts';
import { faultCodes } from '../../src/domain/fault.ts';
import type { Judgement } from '../../src/domain/finding.ts';
import type { Json } from '../../src/domain/json.ts';
import { digestOfValue } from '../../src/engine/body.ts';
import { type Judged, judgeSubjects, type NeededFact } from '../../src/engine/judge-subjects.ts';
import { endpoint, stateCheck } from '../support/engine-fixtures.ts';
import { thing } from '../support/fake-estate.ts';

const subjects = [endpoint('a'), endpoint('b'), endpoint('c')];
const check = stateCheck(['tls', 'http']);
const fact = (value: Json): NeededFact => ({ look: 'tls', value, digest: digestOfValue(value) });
const allGood = (): NeededFact => fact({ state: 'good' });

function judge(changes: Partial<Parameters<typeof judgeSubjects>[0]>): Judged {
  return judgeSubjects({
    id: 'state-good',
    check,
    parameters: { defaults: {}, overrides: {} },
    subjects,
    asOf: '2026-11-24T08:00:00.000Z',
    factOf: allGood,
    ...changes,
  });
}

const judging = (judgeOne: Check['judge']): Check => ({ ...check, judge: judgeOne });
const explained = { expected: 'good', observed: 'good', rule: 'state' };
const passing = (interpretation: 'literal' | 'intent'): Judgement => ({ ...explained, interpretation, status: 'pass' });

describe('facts that cannot be judged', () => {
  const anyFact: fc.Arbitrary<NeededFact> = fc.oneof(
    fc.constantFrom(fact({ state: 'good' }), fact({ state: 'bad' })),
    fc.constantFrom(...faultCodes).map((code) => ({ look: 'tls', fault: { code, message: code } })),
    fc.constantFrom(null, 7, {}, { state: 7 }, [] as Json).map(fact),
  );
  const facts = fc.array(fc.record({ tls: anyFact, http: anyFact }), { minLength: 3, maxLength: 3 });
  const readable = (needed: NeededFact): boolean => 'value' in needed && z.object({ state: z.string() }).safeParse(needed.value).success;

  it('a fault or a misfit in place of any needed fact is never a pass, and without one it is always decided', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const { findings } = judge({
          factOf: (subject, kind) => all[subjects.findIndex(({ id }) => id === subject.id)]?.[kind === 'tls' ? 'tls' : 'http'] ?? allGood(),
        });
        expect(findings).toHaveLength(6);
        for (const finding of findings) {
          const own = all[subjects.findIndex(({ id }) => id === finding.subject)];
          const canBeJudged = own !== undefined && readable(own.tls) && readable(own.http);
          expect(finding.status === 'unknown').toBe(!canBeJudged);
        }
      }),
    );
  });

  it('the order of the subjects changes nothing', () => {
    fc.assert(
      fc.property(facts, fc.shuffledSubarray(subjects, { minLength: 3 }), (all, shuffled) => {
        const factOf = (subject: { readonly id: string }, kind: string): NeededFact =>
          all[subjects.findIndex(({ id }) => id === subject.id)]?.[kind === 'tls' ? 'tls' : 'http'] ?? allGood();
        expect(judge({ subjects: shuffled, factOf })).toEqual(judge({ factOf }));
      }),
    );
  });

  it.each(faultCodes)('%s: unknown under every interpretation, with the look that did not see it as the cause', (code) => {
    const { findings } = judge({
      subjects: [endpoint('a')],
      factOf: (_subject, kind) => (kind === 'http' ? { look: 'plain', fault: { code, message: 'not seen' } } : allGood()),
    });
    const finding = { subject: 'a.example.com:443', status: 'unknown', reason: code, cause: `plain: ${code}`, observed: 'not seen' };
    expect(findings).toMatchObject([
      { ...finding, interpretation: 'literal' },
      { ...finding, interpretation: 'intent' },
    ]);
  });

  it('a misfit names the field, and nothing of its value', () => {
    const { findings } = judge({ factOf: () => fact({ state: { secret: 'hunter2' } }) });
    expect(findings[0]).toMatchObject({ status: 'unknown', reason: 'malformed', cause: 'tls: malformed' });
    expect(findings[0]?.observed).toContain('state');
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});

describe('judges that break their contract', () => {
  const broken: readonly (readonly [string, Check['judge']])[] = [
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    [
      'throws no Error',
      () => {
        throw 'boom';
      },
    ],
    ['gives none', () => []],
    ['gives only one of two', () => [passing('literal')]],
    ['gives one twice', () => [passing('literal'), passing('intent'), passing('intent')]],
    ['gives a promise', () => Promise.resolve([passing('literal'), passing('intent')]) as unknown as readonly Judgement[]],
    ['never settles', () => new Promise(() => {}) as unknown as readonly Judgement[]],
    ['gives nothing at all', () => undefined as unknown as readonly Judgement[]],
    ['gives an unknown status', () => [passing('literal'), { ...passing('intent'), status: 'ok' } as unknown as Judgement]],
    ['waives by itself', () => [passing('literal'), { ...passing('intent'), status: 'waived' } as unknown as Judgement]],
    ['gives no status', () => [passing('literal'), { ...explained, interpretation: 'intent' } as unknown as Judgement]],
  ];

  it.each(broken)('%s: unknown, defect, and in the log', (_title, judgeOne) => {
    const { findings, defects } = judge({ check: judging(judgeOne), subjects: [endpoint('a')] });
    expect(findings.map(({ status, ...finding }) => [status, 'reason' in finding && finding.reason])).toEqual([
      ['unknown', 'defect'],
      ['unknown', 'defect'],
    ]);
    expect(defects).toMatchObject([{ subject: 'a.example.com:443', error: expect.stringMatching(/./) }]);
  });

  it('gives one that its claims do not name: a verdict that would be lost is a defect', () => {
    const onlyIntent = stateCheck(['tls'], { claims: [{ claim: 'good', interpretations: ['intent'] }] });
    const { findings } = judge({ check: onlyIntent, subjects: [endpoint('a')] });
    expect(findings).toMatchObject([{ interpretation: 'intent', status: 'unknown', reason: 'defect' }]);
  });

  it('breaks for one subject only: the others are judged', () => {
    const { findings, defects } = judge({
      check: judging((subject) => {
        if (subject.id.startsWith('b.')) throw new Error('boom');
        return [passing('literal'), passing('intent')];
      }),
    });
    expect(findings.map(({ status }) => status)).toEqual(['pass', 'pass', 'unknown', 'unknown', 'pass', 'pass']);
    expect(defects).toHaveLength(1);
  });

  it('has parameters that do not fit its schema: unknown', () => {
    const strict = stateCheck(['tls'], { parameters: z.object({ limit: z.number() }) });
    const { findings } = judge({ check: strict, parameters: { defaults: { limit: 3 }, overrides: { 'a.example.com:443': {} } } });
    expect(findings.map(({ status }) => status)).toEqual(['unknown', 'unknown', 'pass', 'pass', 'pass', 'pass']);
  });
});

describe('an empty population', () => {
  it.each([
    ['unknown', { status: 'unknown', reason: 'none-seen', cause: null }],
    ['fail', { status: 'fail', response: 'page' }],
  ] as const)('whenNone %s', (whenNone, verdict) => {
    const { findings } = judge({ check: { ...check, whenNone }, subjects: [] });
    expect(findings).toMatchObject([
      { ...verdict, subject: '*', interpretation: 'literal' },
      { ...verdict, subject: '*', interpretation: 'intent' },
    ]);
  });
});

describe('what a judgement becomes', () => {
  it('a fail has the response of the check unless it asks for a lower one', () => {
    const { findings } = judge({
      subjects: [endpoint('a')],
      check: judging(() => [
        { ...passing('literal'), status: 'fail' },
        { ...passing('intent'), status: 'fail', response: 'report' },
      ]),
    });
    expect(findings).toMatchObject([{ response: 'page' }, { response: 'report' }]);
  });

  it.each([
    ['timeout', 'tls: timeout'],
    // A probe that cannot ask is an outage of ours, and is told.
    ['unsupported', 'tls: unsupported'],
    ['not-provable', null],
    ['defect', null],
  ] as const)('an unknown for %s has the cause %s', (reason, cause) => {
    const { findings } = judge({
      subjects: [endpoint('a')],
      check: judging(() => [passing('literal'), { ...passing('intent'), status: 'unknown', reason }]),
    });
    expect(findings[1]).toMatchObject({ reason, cause });
  });

  it('what no row of a resource says has no cause: it is the same tomorrow', () => {
    const resource = thing('one');
    const check = {
      ...judging(() => [passing('literal'), { ...passing('intent'), status: 'unknown', reason: 'unsupported' }]),
      subjects: { resources: [resource.type] },
    };
    expect(judge({ subjects: [resource], check, factOf: () => allGood() }).findings[1]).toMatchObject({
      reason: 'unsupported',
      cause: null,
    });
  });

  it('takes the parameters of its own subject', () => {
    const { findings } = judge({
      parameters: { defaults: { limit: 1 }, overrides: { 'b.example.com:443': { limit: 2 } } },
      check: stateCheck(['tls'], {
        parameters: z.object({ limit: z.number() }),
        judge: (_subject, _facts, { parameters }) =>
          (['literal', 'intent'] as const).map((interpretation) => ({
            ...passing(interpretation),
            observed: JSON.stringify(parameters),
          })),
      }),
    });
    expect(findings.map(({ observed }) => observed).filter((_text, index) => index % 2 === 0)).toEqual([
      '{"limit":1}',
      '{"limit":2}',
      '{"limit":1}',
    ]);
  });
});
