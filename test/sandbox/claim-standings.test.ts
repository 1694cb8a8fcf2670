import { describe, expect, it } from 'vitest';
import { type ClaimStanding, claimMoves } from '../../sandbox/claim-standings.ts';
import { explainClaims, renderClaims, summariseClaims } from '../../sandbox/claim-table.ts';
import { claimsOfMetrics, countsOfMetrics } from '../../sandbox/metrics-claims.ts';
import type { Standing } from '../../sandbox/standings.ts';

const well = { status: 'unknown', because: 'partly-checked', checked: 'pass' };
const fails = { status: 'fail', because: null, checked: 'fail' };
const blind = { status: 'unknown', because: 'findings', checked: 'unknown' };
const unchecked = { status: 'unknown', because: 'no-check', checked: null };

function claim(name: string, given: Partial<ClaimStanding> = {}): ClaimStanding {
  return { claim: name, literal: blind, intent: well, checks: ['a'], ...given };
}

describe('claims that moved', () => {
  it.each([
    ['nothing', claim('one'), []],
    ['the status', claim('one', { intent: fails }), ['one intent']],
    ['only what is checked', claim('one', { intent: blind }), ['one intent']],
    ['both interpretations', claim('one', { literal: fails, intent: fails }), ['one literal', 'one intent']],
    ['only why it is unknown', claim('one', { literal: { ...blind, because: 'stale' } }), []],
  ])('%s', (_what, now, expected) => {
    const moves = claimMoves([claim('other'), claim('one')], [claim('other'), now]);
    expect(moves.map((move) => `${move.claim} ${move.interpretation}`)).toEqual(expected);
  });
});

it('reads the same claims from the metrics of one moment', () => {
  const of = (name: string, labels: { readonly [label: string]: string }, value = 1) => ({ name: `claimwatch_${name}`, labels, value });
  const one = { claim: 'one', interpretation: 'intent' };
  const samples = [
    of('claim_status', { ...one, status: 'fail' }, 0),
    of('claim_status', { ...one, status: 'unknown' }),
    of('claim_unknown_info', { ...one, because: 'partly-checked' }),
    of('claim_status', { ...one, interpretation: 'literal', status: 'fail' }),
    of('check_findings', { check: 'a', interpretation: 'intent', status: 'pass' }, 12),
    of('check_findings', { check: 'a', interpretation: 'literal', status: 'fail' }, 12),
  ];
  const [read, other] = claimsOfMetrics([claim('one', { intent: fails }), claim('other')], samples);
  expect(read).toMatchObject({
    claim: 'one',
    intent: { status: 'unknown', because: 'partly-checked' },
    literal: { status: 'fail', because: null },
  });
  expect(other).toMatchObject({ intent: { status: 'unknown', because: null } });
  expect(countsOfMetrics(samples)).toEqual([
    { check: 'a', interpretation: 'intent', counts: { pass: 12, fail: 0, unknown: 0, waived: 0 } },
  ]);
});

it('shows each checked claim with what its checks found as it is meant, and never calls the unknown a pass', () => {
  const counts = { pass: 12, fail: 0, unknown: 1, waived: 0 };
  const standing: Standing = { check: 'a', interpretation: 'intent', because: null, counts, findings: [] };
  const other: Standing = { ...standing, check: 'b', counts: { ...counts, unknown: 0, fail: 2 } };
  const literal: Standing = { ...standing, interpretation: 'literal', counts: { ...counts, fail: 99 } };
  const claims = [claim('one'), claim('longer', { checks: ['a', 'b'], intent: fails }), claim('later', { checks: [], intent: unchecked })];
  expect(renderClaims(claims, [standing, other, literal], (_style, text) => text)).toEqual([
    'claim   literally        as meant             ✗     ?     ~     ✓  checks',
    'one     ? unknown        ? well so far        .     1     .    12       1',
    'longer  ? unknown        ✗ fails              2     1     .    24       2',
  ]);
  expect(explainClaims(claims)).toMatch(/^1 more have no check yet/);
  expect(summariseClaims(claims)).toBe('claims, as they are meant: 1 fail, 2 unknown; 1 of them well so far');
});
