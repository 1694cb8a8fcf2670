import { expect, test } from 'vitest';
import type { Check } from '../../src/domain/check.ts';
import { type JudgeInput, judgeSubjects, type NeededFact } from '../../src/engine/judge-subjects.ts';
import { judgeBoth, thingCheck } from '../support/estate-checks.ts';
import { thing } from '../support/fake-estate.ts';

const one = thing('one');

/** Judges `one` on this fact; tells how often the judge was asked. */
function judging(check: Check = thingCheck) {
  let asked = 0;
  const passedOn = new Map<string, string>();
  const counting: Check = {
    ...check,
    judge: (...parameters) => {
      asked += 1;
      return check.judge(...parameters);
    },
  };
  const judge = (state: string, digest: string, changes: Partial<JudgeInput> = {}) => {
    const fact: NeededFact = { look: 'estate', digest, value: { properties: { state } } };
    const input = {
      id: 'things-good',
      check: counting,
      parameters: { defaults: {}, overrides: {} },
      subjects: [one],
      asOf: '2026-11-24T08:00:00.000Z',
    };
    const judged = judgeSubjects({ ...input, factOf: () => fact, passedOn, ...changes });
    return judged.findings.map(({ status }) => status);
  };
  return { judge, asked: () => asked };
}

test('who passed on a fact passes on it again, without being judged', () => {
  const { judge, asked } = judging();
  expect(judge('good', 'a')).toEqual(['pass', 'pass']);
  expect(judge('good', 'a')).toEqual(['pass', 'pass']);
  expect(asked()).toBe(1);
});

test('another fact is judged, and so is the first one when it comes back', () => {
  const { judge, asked } = judging();
  judge('good', 'a');
  expect(judge('bad', 'b')).toEqual(['fail', 'fail']);
  expect(judge('good', 'a')).toEqual(['pass', 'pass']);
  expect(asked()).toBe(3);
});

test('whoever fails is judged each time', () => {
  const { judge, asked } = judging();
  expect([judge('bad', 'a'), judge('bad', 'a')]).toEqual([
    ['fail', 'fail'],
    ['fail', 'fail'],
  ]);
  expect(asked()).toBe(2);
});

test('what a fault hides is unknown, whatever passed before', () => {
  const { judge } = judging();
  judge('good', 'a');
  const fault = { look: 'estate', fault: { code: 'denied', message: 'not allowed' } } as const;
  expect(judge('good', 'a', { factOf: () => fault })).toEqual(['unknown', 'unknown']);
});

test('a judge that asks for the time is asked each time', () => {
  const byTime: Check = { ...thingCheck, judge: (_subject, _facts, { asOf }) => judgeBoth(asOf > '2026-12', asOf) };
  const { judge, asked } = judging(byTime);
  expect(judge('good', 'a')).toEqual(['pass', 'pass']);
  expect(judge('good', 'a', { asOf: '2026-12-24T08:00:00.000Z' })).toEqual(['fail', 'fail']);
  expect(asked()).toBe(2);
});

test('another memory knows nothing of it', () => {
  const { judge, asked } = judging();
  judge('good', 'a');
  judge('good', 'a', { passedOn: new Map() });
  expect(asked()).toBe(2);
});
