import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim, Interpretation, Standing } from '../../src/domain/claim.ts';
import { claimStatuses, currentStatuses, type StatusCheck } from '../../src/domain/claim-status.ts';
import type { CheckStatus } from '../../src/domain/ports.ts';
import { freshStatus, statusOfCounts } from '../../src/domain/status.ts';
import { timestamp } from '../../src/domain/time.ts';

const nowMs = Date.parse('2026-11-24T08:00:00.000Z');
const binding: Standing = { kind: 'binding' };
const claim = (id: string, literal: Standing = binding): Claim => ({
  id,
  quotes: [id],
  document: 'security-policy',
  owner: 'Jane Doe',
  literal,
  intent: binding,
  intentText: 'as written',
  controls: { soc2: [], iso27001: [], cisAzure: [], pciDss: [] },
});
const serving = (id: string, interpretations: readonly Interpretation[] = ['literal', 'intent'], maxAgeMs = 60_000): StatusCheck => ({
  claims: [{ claim: id, interpretations }],
  maxAgeMs,
});
const recorded = (check: string, interpretation: Interpretation, counts: Partial<CheckStatus['counts']>, ageMs = 0): CheckStatus => ({
  check,
  interpretation,
  counts: { pass: 0, fail: 0, unknown: 0, waived: 0, ...counts },
  since: timestamp(nowMs - ageMs),
  run: 1,
  trigger: 'looked',
  dataAsOf: timestamp(nowMs - ageMs),
  finishedAt: timestamp(nowMs - ageMs),
});
const shown = (claims: readonly Claim[], checks: ReadonlyMap<string, StatusCheck>, statuses: readonly CheckStatus[]) =>
  claimStatuses({ claims }, checks, statuses, nowMs).map((each) =>
    `${each.claim} ${each.interpretation}: ${each.status} ${each.because ?? ''}`.trim(),
  );

describe('the status of a claim', () => {
  test('no check: unknown; not testable: said so', () => {
    const claims = [claim('a'), claim('b', { kind: 'not-testable', reason: 'no measure' })];
    expect(shown(claims, new Map(), [])).toEqual([
      'a literal: unknown no-check',
      'a intent: unknown no-check',
      'b literal: not-testable',
      'b intent: unknown no-check',
    ]);
  });

  test('a failing check is not hidden by a register that calls the sentence not testable', () => {
    const claims = [claim('b', { kind: 'not-testable', reason: 'no measure' })];
    expect(shown(claims, new Map([['x', serving('b', ['literal'])]]), [recorded('x', 'literal', { fail: 1 })])[0]).toBe('b literal: fail');
  });

  test('no run yet: unknown', () => {
    expect(shown([claim('a')], new Map([['x', serving('a')]]), [])).toEqual(['a literal: unknown no-run', 'a intent: unknown no-run']);
  });

  test('one of two checks never ran: unknown, unless the other fails', () => {
    const checks = new Map([
      ['x', serving('a', ['intent'])],
      ['y', serving('a', ['intent'])],
    ]);
    expect(shown([claim('a')], checks, [recorded('x', 'intent', { pass: 5 })])[1]).toBe('a intent: unknown no-run');
    expect(shown([claim('a')], checks, [recorded('x', 'intent', { pass: 5, fail: 1 })])[1]).toBe('a intent: fail');
  });

  test.each([
    ['a pass of a part does not pass the whole', { pass: 3 }, 'unknown partly-checked', 'pass'],
    ['nor does an accepted risk', { pass: 2, waived: 1 }, 'unknown partly-checked', 'waived'],
    ['a failure of a part fails the whole', { pass: 2, fail: 1 }, 'fail', 'fail'],
    ['an unknown part says why it is', { pass: 2, unknown: 1 }, 'unknown findings', 'unknown'],
  ])('partly checked: %s', (_what, counts, expected, checked) => {
    const claims = [{ ...claim('a'), unchecked: 'the rest' }];
    const checks = new Map([['x', serving('a', ['intent'])]]);
    const statuses = [recorded('x', 'intent', counts)];
    expect(shown(claims, checks, statuses)[1]).toBe(`a intent: ${expected}`);
    expect(claimStatuses({ claims }, checks, statuses, nowMs)[1]?.checked).toBe(checked);
  });

  test('past its limit by a millisecond: unknown; a fail stays', () => {
    const checks = new Map([['x', serving('a')]]);
    const statuses = [recorded('x', 'literal', { pass: 1 }, 60_000), recorded('x', 'intent', { pass: 1 }, 60_001)];
    expect(shown([claim('a')], checks, statuses)).toEqual(['a literal: pass', 'a intent: unknown stale']);
    expect(shown([claim('a')], checks, [recorded('x', 'intent', { fail: 1, pass: 9 }, 60_001)])[1]).toBe('a intent: fail');
  });

  test('only the interpretation that the check serves, only the claims that it serves, only configured checks', () => {
    const statuses = [recorded('x', 'literal', { fail: 1 }), recorded('x', 'intent', { pass: 1 }), recorded('gone', 'intent', { fail: 1 })];
    expect(shown([claim('a'), claim('b')], new Map([['x', serving('a', ['intent'])]]), statuses)).toEqual([
      'a literal: unknown no-check',
      'a intent: pass',
      'b literal: unknown no-check',
      'b intent: unknown no-check',
    ]);
  });

  test('a run that judged nothing is unknown', () => {
    expect(shown([claim('a')], new Map([['x', serving('a')]]), [recorded('x', 'intent', {})])[1]).toBe('a intent: unknown findings');
  });
});

describe('laws', () => {
  const count = fc.integer({ min: 0, max: 3 });
  const counts = fc.record({ pass: count, fail: count, unknown: count, waived: count });
  const ageMs = fc.integer({ min: 0, max: 120_000 });
  const states = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.option(fc.record({ counts, ageMs })), { minKeys: 1 });
  const build = (all: { readonly [id: string]: { readonly counts: CheckStatus['counts']; readonly ageMs: number } | null }) => ({
    checks: new Map(Object.keys(all).map((id) => [id, serving('a', ['intent'])])),
    statuses: Object.entries(all).flatMap(([id, state]) => (state === null ? [] : [recorded(id, 'intent', state.counts, state.ageMs)])),
  });

  test('passes only where every check has run in time and found nothing but passes', () => {
    fc.assert(
      fc.property(states, (all) => {
        const { checks, statuses } = build(all);
        const intent = claimStatuses({ claims: [claim('a')] }, checks, statuses, nowMs)[1];
        const isSound = Object.values(all).every(
          (state) =>
            state !== null &&
            state.ageMs <= 60_000 &&
            state.counts.pass > 0 &&
            state.counts.fail + state.counts.unknown + state.counts.waived === 0,
        );
        expect(intent?.status === 'pass').toBe(isSound);
      }),
    );
  });

  test('says of each check what `freshStatus` says, and counts nothing stale as pass or waived', () => {
    fc.assert(
      fc.property(states, (all) => {
        const { checks, statuses } = build(all);
        for (const current of currentStatuses(checks, statuses, nowMs)) {
          const state = all[current.check];
          if (state === null || state === undefined) continue;
          expect(current.status).toBe(freshStatus(statusOfCounts(state.counts), timestamp(nowMs - state.ageMs), 60_000, nowMs));
          if (state.ageMs > 60_000) expect(current.counts).toMatchObject({ pass: 0, waived: 0, fail: state.counts.fail });
          expect(current.because === null).toBe(current.status !== 'unknown');
        }
      }),
    );
  });

  test('waiting never turns a status into pass', () => {
    fc.assert(
      fc.property(states, fc.integer({ min: 0, max: 1_000_000 }), (all, waitedMs) => {
        const { checks, statuses } = build(all);
        const before = claimStatuses({ claims: [claim('a')] }, checks, statuses, nowMs)[1]?.status;
        const after = claimStatuses({ claims: [claim('a')] }, checks, statuses, nowMs + waitedMs)[1]?.status;
        if (after === 'pass') expect(before).toBe('pass');
        if (before === 'fail') expect(after).toBe('fail');
      }),
    );
  });
});
