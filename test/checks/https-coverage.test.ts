import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/https-coverage.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const claim = 'https-everywhere';
const resourceTypes = {
  'a/judged': { holds: ['traffic'], judgedFor: [claim], exempt: {} },
  'a/judged-for-another': { holds: ['traffic'], judgedFor: ['encrypted-at-rest'], exempt: {} },
  'a/excused': { holds: ['data', 'traffic'], judgedFor: [], exempt: { [claim]: 'judged elsewhere' } },
  'a/other': { holds: ['data'], judgedFor: [], exempt: {} },
};
const subject = subscriptionResource('00000000-0000-0000-0000-00000000000A');

describe('https-coverage', () => {
  test.each([
    ['all judged or excused', ['a/judged', 'A/Excused', 'a/other'], { resourceTypes }, 'pass'],
    ['a type that is judged for another claim only', ['a/judged', 'a/judged-for-another'], { resourceTypes }, 'unknown unsupported'],
    ['a type that nobody sorted', ['a/judged', 'b/new'], { resourceTypes }, 'unknown unsupported'],
    ['an empty subscription', [], { resourceTypes }, 'unknown none-seen'],
    ['no sorting at all', ['a/judged'], {}, 'unknown unsupported'],
  ])('%s', (_what, types, parameters, verdict) => {
    const facts = { census: { types: types.map((type) => ({ type, resources: 2 })) } };
    for (const interpretation of ['literal', 'intent'] as const) {
      expect(verdictOf(judgeOne(check, interpretation, facts, { subject, parameters }))).toBe(verdict);
    }
  });

  test('names the type, and the command that lists them', () => {
    const facts = { census: { types: [{ type: 'B/New', resources: 2 }] } };
    expect(judgeOne(check, 'literal', facts, { subject, parameters: { resourceTypes } }).observed).toBe('nobody has sorted b/new');
    expect(check.repeat(subject)).toContain('--subscriptions 00000000-0000-0000-0000-00000000000a ');
  });

  test('a census that does not say what it counts is refused', () => {
    expect(check.needs['census']?.safeParse({ types: [{ type: 'a/judged' }] }).success).toBe(false);
    expect(check.needs['census']?.safeParse({}).success).toBe(false);
  });
});
