import { describe, expect, test } from 'vitest';
import { judgeProperties, type PropertyVerdict } from '../../src/domain/judge-properties.ts';
import { verdictOf } from '../support/judge.ts';

const question = { interpretation: 'literal', expected: 'all of it', rule: 'properties' } as const;
const pass: PropertyVerdict = { observed: 'good', rule: 'a', status: 'pass' };
const unknown: PropertyVerdict = { observed: 'unclear', status: 'unknown', reason: 'malformed' };
const ticket: PropertyVerdict = { observed: 'bad', rule: 'b', status: 'fail', response: 'ticket' };
const own: PropertyVerdict = { observed: 'worse', rule: 'c', status: 'fail' };

describe('parts of a resource', () => {
  test.each([
    ['none', [], 'unknown none-seen', 'nothing was seen', 'properties'],
    ['one good', [pass], 'pass', 'good', 'a'],
    ['the same twice', [pass, pass], 'pass', 'good', 'a'],
    ['good and unclear', [pass, unknown], 'unknown malformed', 'unclear', 'properties'],
    ['unclear and bad', [unknown, ticket, pass], 'fail ticket', 'bad', 'b'],
    ['bad twice', [ticket, own], 'fail', 'bad; worse', 'b, c'],
  ] satisfies [string, PropertyVerdict[], string, string, string][])('%s', (_what, parts, verdict, observed, rule) => {
    const judgement = judgeProperties(question, parts);
    expect(verdictOf(judgement)).toBe(verdict);
    expect(judgement).toMatchObject({ observed, rule });
    expect(verdictOf(judgeProperties(question, parts.toReversed()))).toBe(verdict);
  });
});
