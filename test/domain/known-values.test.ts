import { describe, expect, test } from 'vitest';
import type { PropertyVerdict } from '../../src/domain/judge-properties.ts';
import { judgeValue, type KnownValues } from '../../src/domain/known-values.ts';

const known: KnownValues = {
  rule: 'properties.encryption.state',
  good: ['on'],
  bad: ['off'],
  whenAbsent: { status: 'unknown', because: 'another row says it' },
};
const offByDefault: KnownValues = { ...known, whenAbsent: { status: 'fail', because: 'off by default' }, response: 'report' };
const verdictOf = (part: PropertyVerdict): string => (part.status === 'unknown' ? `unknown ${part.reason}` : part.status);

describe('a value', () => {
  test.each([
    ['on', 'pass', 'pass'],
    ['On', 'pass', 'pass'],
    ['OFF', 'fail', 'fail'],
    ['of tomorrow', 'unknown malformed', 'unknown malformed'],
    [' on', 'unknown malformed', 'unknown malformed'],
    ['', 'unknown unsupported', 'fail'],
    [null, 'unknown unsupported', 'fail'],
    [undefined, 'unknown unsupported', 'fail'],
  ])('%j', (value, expected, whenOffByDefault) => {
    expect(verdictOf(judgeValue(value, known))).toBe(expected);
    expect(verdictOf(judgeValue(value, offByDefault))).toBe(whenOffByDefault);
  });
});

test('says which property, what it says, and what its absence means', () => {
  expect(judgeValue('OFF', known)).toEqual({ rule: known.rule, observed: 'encryption.state OFF', status: 'fail' });
  expect(judgeValue(null, offByDefault)).toEqual({
    rule: known.rule,
    observed: 'encryption.state is absent: off by default',
    status: 'fail',
    response: 'report',
  });
});
