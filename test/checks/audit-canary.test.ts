import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/audit-canary.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.OperationalInsights/workspaces', 'central');
const asOf = '2026-11-24T12:00:00.000Z';
const at = (minutesAgo: number) => new Date(Date.parse(asOf) - minutesAgo * 60_000).toISOString();
const took = (tookMinutes: number) => ({ writtenAt: at(90), tookMinutes });
const late = (minutesAgo: number) => ({ writtenAt: at(minutesAgo) });

const judge = (canary: object, parameters: object = {}) =>
  judgeOne(check, 'literal', { resource: { id: subject.id }, canary: { usualMinutes: 30, ...canary } }, { subject, parameters, asOf });

const rows: readonly [what: string, canary: object, verdict: string][] = [
  ['the last one took no time', { arrived: took(0), waiting: null }, 'pass'],
  ['the last one took as long as may be', { arrived: took(30), waiting: null }, 'pass'],
  ['the last one took a step longer', { arrived: took(35), waiting: null }, 'fail'],
  ['one waits for as long as may be', { arrived: took(5), waiting: late(30) }, 'pass'],
  ['one waits for a moment longer', { arrived: took(5), waiting: late(30 + 1 / 60_000) }, 'fail'],
  ['one waits for days', { arrived: took(5), waiting: late(3 * 1_440) }, 'fail'],
  ['one waits too long, and none is known to have arrived', { arrived: null, waiting: late(31) }, 'fail'],
  ['none is known to have arrived, and one may still', { arrived: null, waiting: late(30) }, 'unknown none-seen'],
  ['nothing is known', { arrived: null, waiting: null }, 'unknown none-seen'],
  ['a late one would be told of too late', { arrived: took(5), waiting: null, usualMinutes: 31 }, 'unknown unsupported'],
  ['the last one was late, and a late one would be told of too late', { arrived: took(35), waiting: null, usualMinutes: 60 }, 'fail'],
];

describe('audit-canary', () => {
  test.each(rows)('%s', (_what, canary, verdict) => {
    expect(verdictOf(judge(canary))).toBe(verdict);
  });

  test.each([
    [32, 35, 'pass'],
    [32, 40, 'fail'],
    [45, 45, 'pass'],
    [45, 50, 'fail'],
  ])('within %d minutes, %d were taken: %s', (withinMinutes, tookMinutes, verdict) => {
    expect(verdictOf(judge({ arrived: took(tookMinutes), waiting: null }, { withinMinutes }))).toBe(verdict);
  });

  test('says which one, and how to see it', () => {
    expect(judge({ arrived: took(5), waiting: late(40) })).toMatchObject({
      observed: `the event of ${at(40)} has not arrived; that of ${at(90)} took 5 minutes`,
    });
    expect(check.repeat(subject)).toContain(subject.id);
  });
});
