import { describe, expect, test } from 'vitest';
import { type ClaimLine, showClaims } from '../../src/commands/claim-report.ts';
import type { ClaimStatus } from '../../src/domain/claim-status.ts';

const base = { checked: null, checks: [] } as const;
const passing: ClaimStatus = { claim: 'a', interpretation: 'literal', status: 'pass', because: null, ...base };
const partly: ClaimStatus = { ...passing, status: 'unknown', because: 'partly-checked' };
const stale: ClaimStatus = { ...passing, status: 'unknown', because: 'stale' };
const failing: ClaimStatus = { ...passing, status: 'fail' };

function line(literal: ClaimStatus, intent: ClaimStatus, unchecked?: string): ClaimLine {
  const binding = { kind: 'binding' } as const;
  return {
    claim: {
      id: 'a',
      quotes: ['a'],
      document: 'security-policy',
      owner: 'Jane Doe',
      literal: binding,
      intent: binding,
      intentText: 'a',
      controls: { soc2: [], iso27001: [], cisAzure: [], pciDss: [] },
      ...(unchecked === undefined ? {} : { unchecked }),
    },
    literal,
    intent: { ...intent, interpretation: 'intent' },
    checked: true,
  };
}

const show = (shown: ClaimLine, columns = 200) => showClaims([shown], { coloured: false, columns }).split('\n').slice(1);

describe('why a claim is unknown', () => {
  test.each([
    ['both in part', line(partly, partly), '? unknown  ? unknown  what is checked passes; the rest is open'],
    [
      'the literal in part, the intent fails',
      line(partly, failing),
      '? unknown  ✗ fail  literal: what is checked passes; the rest is open',
    ],
    ['the literal old, the intent fails', line(stale, failing), '? unknown  ✗ fail  literal: the last look is older than the check allows'],
    ['the intent in part, the literal fails', line(failing, partly), '✗ fail   ? unknown  what is checked passes; the rest is open'],
    ['both fail', line(failing, failing), '✗ fail   ✗ fail'],
    ['both pass', line(passing, passing), '✓ pass   ✓ pass'],
  ])('%s', (_what, shown, expected) => {
    expect(show(shown).map((each) => each.replace(/ {3,}/g, '  '))).toEqual([`a  ${expected.replace(/ {3,}/g, '  ')}`]);
  });
});

test('what is open is broken where the paper ends, under its own column', () => {
  const rows = show(line(failing, failing, 'word '.repeat(30).trim()), 70);
  expect(rows.length).toBeGreaterThan(2);
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(70);
  expect(new Set(rows.map((row) => row.indexOf('word'))).size).toBe(1);
});

test('narrow paper does not break it into single words', () => {
  expect(show(line(failing, failing, 'word '.repeat(12).trim()), 10)).toHaveLength(2);
});
