import { describe, expect, it } from 'vitest';
import { compareFindings, type FindingChange, type FoundByRun } from '../../src/commands/compare-findings.ts';
import type { Interpretation } from '../../src/domain/claim.ts';
import type { Finding, FindingStatus } from '../../src/domain/finding.ts';

const none = { pass: 0, fail: 0, unknown: 0, waived: 0 };

function finding(subject: string, status: Exclude<FindingStatus, 'pass'>, interpretation: Interpretation = 'intent'): Finding {
  const explained = { subject, interpretation, expected: 'good', observed: `${status} at ${subject}`, rule: 'state' };
  if (status === 'unknown') return { ...explained, status, reason: 'timeout', cause: null };
  return status === 'fail' ? { ...explained, status, response: 'page' } : { ...explained, status, response: 'page', waiver: 'W-1' };
}

function found(
  population: readonly string[] | null,
  notPass: readonly Finding[],
  judged: readonly Interpretation[] = ['intent'],
): FoundByRun {
  const counts = Object.fromEntries(judged.map((interpretation) => [interpretation, none]));
  return { run: { counts }, population: population && new Set(population), notPass };
}

const texts = (changes: readonly FindingChange[]) =>
  changes.map(({ subject, interpretation, before, after }) => `${subject} ${interpretation}: ${before} -> ${after}`);

function between(before: FoundByRun, after: FoundByRun) {
  const { changed, came, went } = compareFindings(before, after);
  return { changed: texts(changed), came: texts(came), went: texts(went) };
}

describe('findings of two runs', () => {
  it.each<[name: string, before: FoundByRun, after: FoundByRun, changes: Partial<ReturnType<typeof between>>]>([
    ['nothing', found(['a'], []), found(['a'], []), {}],
    ['the same failure', found(['a'], [finding('a', 'fail')]), found(['a'], [finding('a', 'fail')]), {}],
    ['a pass that fails', found(['a', 'b'], []), found(['a', 'b'], [finding('b', 'fail')]), { changed: ['b intent: pass -> fail'] }],
    ['a failure that passes', found(['a'], [finding('a', 'fail')]), found(['a'], []), { changed: ['a intent: fail -> pass'] }],
    [
      'a failure that is waived',
      found(['a'], [finding('a', 'fail')]),
      found(['a'], [finding('a', 'waived')]),
      { changed: ['a intent: fail -> waived'] },
    ],
    ['one that came and passes', found(['a'], []), found(['a', 'b'], []), { came: ['b intent: null -> pass'] }],
    ['one that went and failed', found(['a', 'b'], [finding('b', 'fail')]), found(['a'], []), { went: ['b intent: fail -> null'] }],
    [
      'nobody in particular',
      found([], [finding('*', 'unknown')]),
      found(['a'], []),
      { changed: ['* intent: unknown -> null'], came: ['a intent: null -> pass'] },
    ],
    [
      'each interpretation for itself',
      found(['a'], [finding('a', 'fail', 'literal')], ['literal', 'intent']),
      found(['a'], [finding('a', 'unknown')], ['literal', 'intent']),
      { changed: ['a literal: fail -> pass', 'a intent: pass -> unknown'] },
    ],
    [
      'an interpretation that was not judged before',
      found(['a'], []),
      found(['a'], [], ['literal', 'intent']),
      { changed: ['a literal: null -> pass'] },
    ],
    [
      'a population that is not stored any more',
      found(null, [finding('a', 'fail')]),
      found(null, [finding('a', 'unknown')]),
      { changed: ['a intent: fail -> unknown'] },
    ],
  ])('%s', (_name, before, after, changes) => {
    expect(between(before, after)).toEqual({ changed: [], came: [], went: [], ...changes });
  });

  it('say what was observed, where that is kept', () => {
    expect(compareFindings(found(['a'], []), found(['a'], [finding('a', 'fail')])).changed).toEqual([
      { subject: 'a', interpretation: 'intent', before: 'pass', after: 'fail', observedBefore: null, observedAfter: 'fail at a' },
    ]);
  });
});
