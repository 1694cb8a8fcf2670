import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { showFindings } from '../../src/commands/finding-report.ts';
import { defineCheck } from '../../src/domain/check.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { examplePlan } from '../support/engine-fixtures.ts';
import { shop } from '../support/judge.ts';

const check = defineCheck({
  title: 'a check',
  claims: [{ claim: 'https-everywhere', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: {},
  whenNone: 'unknown',
  judge: () => [],
  repeat: () => 'a command '.repeat(20).trim(),
  mend: 'mend it',
});
const plan = examplePlan({ subjects: [shop] });
const paper = { coloured: false, columns: 80 };

type Verdict = 'pass' | 'fail' | 'unknown' | 'not-provable';

function finding(interpretation: 'literal' | 'intent', verdict: Verdict): Finding {
  const explained = {
    subject: shop.id,
    interpretation,
    expected: `${interpretation} expected`,
    observed: `${interpretation} observed`,
    rule: 'a rule',
  };
  if (verdict === 'pass') return { ...explained, status: 'pass' };
  if (verdict === 'fail') return { ...explained, status: 'fail', response: 'ticket' };
  return { ...explained, status: 'unknown', reason: verdict === 'unknown' ? 'timeout' : 'not-provable', cause: null };
}

const show = (literal: Verdict, intent: Verdict): string =>
  showFindings(
    [finding('literal', literal), finding('intent', intent)].map((each) => ({ check: 'a-check', finding: each })),
    new Map([['a-check', check]]),
    plan,
    paper,
  );

describe('what is said of both interpretations', () => {
  test.each([
    ['pass', 'pass', '✓ pass     a-check', null],
    ['fail', 'fail', '✗ fail     a-check', 'intent'],
    ['pass', 'fail', '✗ fail     a-check  literal pass', 'intent'],
    ['fail', 'pass', '✓ pass     a-check  literal fail', 'literal'],
    ['unknown', 'pass', '✓ pass     a-check  literal unknown', 'literal'],
    ['not-provable', 'pass', '✓ pass     a-check  literal unknown: it can only be refuted', null],
    ['not-provable', 'fail', '✗ fail     a-check  literal unknown: it can only be refuted', 'intent'],
    ['unknown', 'unknown', '? unknown  a-check', 'intent'],
    ['fail', 'unknown', '? unknown  a-check  literal fail', 'literal'],
    ['pass', 'unknown', '? unknown  a-check  literal pass', 'intent'],
  ] as const)('literal %s, intent %s', (literal, intent, head, explained) => {
    const [, first, ...rest] = show(literal, intent).split('\n');
    expect(first?.trim()).toBe(head);
    expect(rest.find((line) => line.includes('observed'))?.trim()).toBe(explained === null ? undefined : `observed  ${explained} observed`);
  });
});

test('a check of the literal alone says so', () => {
  const text = (verdict: Verdict) => showFindings([{ check: 'a-check', finding: finding('literal', verdict) }], new Map(), plan, paper);
  expect(text('not-provable').split('\n').slice(1)).toEqual(['  ? unknown  a-check  literal unknown: it can only be refuted']);
  expect(text('fail')).toContain('observed  literal observed');
});

test('a command stands on one line, to be copied', () => {
  expect(show('fail', 'fail')).toContain(`repeat    ${check.repeat(shop)}`);
});

test('the names of all checks take the same room', () => {
  const both = ['short', 'a-check-with-a-very-long-name'].flatMap((id) => [
    { check: id, finding: finding('literal', 'not-provable') },
    { check: id, finding: finding('intent', 'pass') },
  ]);
  const lines = showFindings(both, new Map(), plan, paper).split('\n').slice(1);
  expect(new Set(lines.map((line) => line.indexOf('literal')))).toEqual(new Set([13 + 'a-check-with-a-very-long-name'.length + 2]));
});
