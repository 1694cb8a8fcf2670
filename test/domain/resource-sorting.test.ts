import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Census, judgeCensus, nameSome, type ResourceSorting, unsortedTypes } from '../../src/domain/resource-sorting.ts';
import { verdictOf } from '../support/judge.ts';

const claim = 'encrypted-at-rest';
const question = { interpretation: 'literal', claim, holding: 'data' } as const;
const sorting: ResourceSorting = {
  'a/judged': { holds: ['data'], judgedFor: [claim], exempt: {} },
  'a/judged-for-another': { holds: ['data'], judgedFor: ['multiple-backups'], exempt: {} },
  'a/excused': { holds: ['data', 'traffic'], judgedFor: [], exempt: { [claim]: 'its disks are judged' } },
  'a/excused-for-another': { holds: ['data'], judgedFor: [], exempt: { 'multiple-backups': 'a copy' } },
  'a/excused-by-blanks': { holds: ['data'], judgedFor: [], exempt: { [claim]: ' ' } },
  'a/traffic': { holds: ['traffic'], judgedFor: [], exempt: {} },
  'a/neither': { holds: [], judgedFor: [], exempt: {} },
};
const censusOf = (...types: string[]): Census => ({ types: types.map((type) => ({ type, resources: 1 })) });

describe('a census', () => {
  test.each([
    ['a judged type', censusOf('a/judged'), sorting, 'pass'],
    ['a judged type in other letters', censusOf('A/Judged'), sorting, 'pass'],
    ['a sorting in other letters', censusOf('a/judged'), { 'A/Judged': { holds: ['data'], judgedFor: [claim], exempt: {} } }, 'pass'],
    ['an excused type', censusOf('a/excused'), sorting, 'pass'],
    ['types that hold no data', censusOf('a/traffic', 'a/neither'), sorting, 'pass'],
    ['a type judged for another claim', censusOf('a/judged', 'a/judged-for-another'), sorting, 'unknown unsupported'],
    ['a type excused from another claim', censusOf('a/judged', 'a/excused-for-another'), sorting, 'unknown unsupported'],
    ['a reason of blanks', censusOf('a/excused-by-blanks'), sorting, 'unknown unsupported'],
    ['an unsorted type', censusOf('a/judged', 'b/new'), sorting, 'unknown unsupported'],
    ['a type named like a member of every object', censusOf('constructor'), sorting, 'unknown unsupported'],
    ['an unsorted type without resources', { types: [...censusOf('a/judged').types, { type: 'b/new', resources: 0 }] }, sorting, 'pass'],
    ['no sorting', censusOf('a/judged'), {}, 'unknown unsupported'],
    ['an empty census', censusOf(), sorting, 'unknown none-seen'],
    ['a census of zeros', { types: [{ type: 'a/judged', resources: 0 }] }, sorting, 'unknown none-seen'],
    ['an empty census and no sorting', censusOf(), {}, 'unknown unsupported'],
  ] satisfies [string, Census, ResourceSorting, string][])('with %s', (_what, census, sorted, verdict) => {
    expect(verdictOf(judgeCensus(question, census, sorted))).toBe(verdict);
  });

  test('names what is unsorted and what nobody judges', () => {
    expect(judgeCensus(question, censusOf('B/new', 'a/judged-for-another', 'a/judged'), sorting).observed).toBe(
      'nobody has sorted b/new; no configured check judges a/judged-for-another',
    );
  });

  test('says how many were judged, and why some need not be', () => {
    expect(judgeCensus(question, censusOf('a/judged', 'a/excused', 'a/neither'), sorting).observed).toBe(
      '2 types here hold data, none without a check or a reason; excused: a/excused (its disks are judged)',
    );
    expect(judgeCensus({ ...question, holding: 'traffic' }, censusOf('a/excused'), sorting).observed).toContain(
      '1 type here serves traffic',
    );
  });

  test('is asked for what is held: traffic is not data', () => {
    expect(verdictOf(judgeCensus({ ...question, holding: 'traffic' }, censusOf('a/traffic'), sorting))).toBe('unknown unsupported');
    expect(verdictOf(judgeCensus({ ...question, holding: 'traffic' }, censusOf('a/judged'), sorting))).toBe('pass');
  });

  test('one more type never turns unknown into pass, and the order changes nothing', () => {
    const type = fc.constantFrom(...Object.keys(sorting), 'b/new', 'c/newer');
    fc.assert(
      fc.property(fc.array(type, { minLength: 1 }), type, (types, more) => {
        const before = judgeCensus(question, censusOf(...types), sorting);
        const after = judgeCensus(question, censusOf(...types, more), sorting);
        if (before.status === 'unknown') expect(after.status).toBe('unknown');
        expect(judgeCensus(question, censusOf(...types.toReversed()), sorting)).toEqual(before);
      }),
    );
  });
});

test('unsorted types are named once each, in lower case and in order', () => {
  expect(unsortedTypes(censusOf('c/New', 'b/new', 'C/new', 'a/judged'), sorting)).toEqual(['b/new', 'c/new']);
});

test.each([
  [0, []],
  [1, ['seen n1']],
  [20, [`seen ${namesTo(20)}`]],
  [21, [`seen ${namesTo(20)} and 1 more`]],
])('%i names', (count, expected) => {
  expect(
    nameSome(
      'seen',
      Array.from({ length: count }, (_, index) => `n${index + 1}`),
    ),
  ).toEqual(expected);
});

function namesTo(count: number): string {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`).join(', ');
}
