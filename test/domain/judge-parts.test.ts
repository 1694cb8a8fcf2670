import { describe, expect, test } from 'vitest';
import { judgeParts, type PartVerdict } from '../../src/domain/judge-parts.ts';
import { verdictOf } from '../support/judge.ts';

const question = { interpretation: 'literal', expected: 'all of it', rule: 'properties' } as const;
const pass: PartVerdict = { observed: 'good', rule: 'a', status: 'pass' };
const unknown: PartVerdict = { observed: 'unclear', status: 'unknown', reason: 'malformed' };
const ticket: PartVerdict = { observed: 'bad', rule: 'b', status: 'fail', response: 'ticket' };
const own: PartVerdict = { observed: 'worse', rule: 'c', status: 'fail' };

describe('parts of a resource', () => {
  test.each([
    ['none', [], 'unknown none-seen', 'nothing was seen', 'properties'],
    ['one good', [pass], 'pass', 'good', 'a'],
    ['the same twice', [pass, pass], 'pass', 'good', 'a'],
    ['good and unclear', [pass, unknown], 'unknown malformed', 'unclear', 'properties'],
    ['unclear and bad', [unknown, ticket, pass], 'fail ticket', 'bad', 'b'],
    ['bad twice', [ticket, own], 'fail', 'bad; worse', 'b, c'],
  ] satisfies [string, PartVerdict[], string, string, string][])('%s', (_what, parts, verdict, observed, rule) => {
    const judgement = judgeParts(question, parts);
    expect(verdictOf(judgement)).toBe(verdict);
    expect(judgement).toMatchObject({ observed, rule });
    expect(verdictOf(judgeParts(question, parts.toReversed()))).toBe(verdict);
  });
});
