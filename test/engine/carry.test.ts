import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultCodes } from '../../src/domain/fault.ts';
import type { Finding, UnknownReason } from '../../src/domain/finding.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import {
  applyWaivers,
  areUnjudged,
  carryFails,
  findGone,
  keyOf,
  type PreviousFindings,
  tellUnjudgedFails,
} from '../../src/engine/carry.ts';

const explained = { interpretation: 'intent', subject: 'a:443', expected: 'good', observed: 'bad', rule: 'state' } as const;
const fail: Finding = { ...explained, status: 'fail', response: 'ticket' };
const pass: Finding = { ...explained, observed: 'good', status: 'pass' };
const waived: Finding = { ...explained, status: 'waived', response: 'ticket', waiver: 'w1' };
const unknownFor = (reason: UnknownReason): Finding => ({
  ...explained,
  observed: `not seen: ${reason}`,
  status: 'unknown',
  reason,
  cause: `tls: ${reason}`,
});
const before = (...notPass: readonly Finding[]): PreviousFindings => ({
  dataAsOf: '2026-11-24T08:00:00.000Z',
  looks: { state: 1 },
  notPass,
});
const blindReasons: readonly UnknownReason[] = [...faultCodes, 'stale', 'none-seen'];

describe('a fail that can no longer be seen', () => {
  it.each(blindReasons)('%s: stays as it was, last seen when the run before looked', (reason) => {
    expect(carryFails([unknownFor(reason)], before(fail))).toEqual([
      {
        ...fail,
        lastSeen: { at: '2026-11-24T08:00:00.000Z', reason, cause: `tls: ${reason}`, message: `not seen: ${reason}` },
      },
    ]);
  });

  it('keeps the first time it was last seen, and takes the newest reason', () => {
    const [first] = carryFails([unknownFor('timeout')], before(fail));
    if (first === undefined) throw new Error('expected a finding');
    const later = { dataAsOf: '2026-11-24T09:00:00.000Z', looks: { state: 2 }, notPass: [first] };
    expect(carryFails([unknownFor('denied')], later)).toMatchObject([
      { status: 'fail', observed: 'bad', lastSeen: { at: '2026-11-24T08:00:00.000Z', reason: 'denied' } },
    ]);
  });

  it('seen again it is no longer "last seen"', () => {
    const [first] = carryFails([unknownFor('timeout')], before(fail));
    if (first === undefined) throw new Error('expected a finding');
    expect(carryFails([fail], before(first))).toEqual([fail]);
  });

  it('was waived: stays a fail, and the waiver decides anew', () => {
    expect(carryFails([unknownFor('timeout')], before(waived))).toMatchObject([
      { status: 'fail', response: 'ticket', lastSeen: { reason: 'timeout' } },
    ]);
    expect(carryFails([unknownFor('timeout')], before(waived))[0]).not.toHaveProperty('waiver');
  });
});

describe('what is not carried', () => {
  it.each<readonly [string, Finding, PreviousFindings | null]>([
    ['nothing before', unknownFor('timeout'), null],
    ['not-provable: it was seen, and nothing refuted it', unknownFor('not-provable'), before(fail)],
    ['a pass: it was seen', pass, before(fail)],
    ['an unknown before', unknownFor('timeout'), before(unknownFor('denied'))],
    ['a fail of another subject', unknownFor('timeout'), before({ ...fail, subject: 'b:443' })],
    ['a fail of the other interpretation', unknownFor('timeout'), before({ ...fail, interpretation: 'literal' })],
  ])('%s', (_title, finding, previous) => {
    expect(carryFails([finding], previous)).toEqual([finding]);
  });

  it('gone: a failing or waived subject that the population no longer holds, once, in order', () => {
    const of = (subject: string, finding: Finding): Finding => ({ ...finding, subject });
    const notPass = [of('c', fail), of('a', waived), of('b', unknownFor('timeout')), of('d', fail), of('*', fail)];
    const twice = [...notPass, { ...of('c', fail), interpretation: 'literal' as const }];
    expect(findGone(before(...twice), new Set(['d']))).toEqual(['a', 'c']);
    expect(findGone(null, new Set())).toEqual([]);
  });
});

const anyFinding: fc.Arbitrary<Finding> = fc
  .tuple(
    fc.constantFrom(fail, pass, waived, ...[...blindReasons, 'not-provable' as const].map(unknownFor)),
    fc.constantFrom('a:443', 'b:443'),
    fc.constantFrom('literal' as const, 'intent' as const),
  )
  .map(([finding, subject, interpretation]) => ({ ...finding, subject, interpretation }));
const findings = fc.uniqueArray(anyFinding, { selector: keyOf });

it('whatever the findings: blindness never ends a fail, and nothing becomes a pass', () => {
  fc.assert(
    fc.property(findings, findings, (now, earlier) => {
      const carried = carryFails(now, before(...earlier.filter((finding) => finding.status !== 'pass')));
      expect(carried.map(keyOf)).toEqual(now.map(keyOf));
      carried.forEach((finding, index) => {
        const seen = now[index];
        const was = earlier.find((one) => keyOf(one) === keyOf(finding));
        const isBlind = seen?.status === 'unknown' && seen.reason !== 'not-provable';
        const failed = was?.status === 'fail' || was?.status === 'waived';
        expect(finding.status).toBe(isBlind && failed ? 'fail' : seen?.status);
      });
    }),
  );
});

describe('waivers', () => {
  const waiver: Waiver = {
    id: 'w1',
    check: 'state-good',
    subject: 'a:443',
    interpretations: ['intent'],
    reason: 'being replaced',
    requestedBy: 'Jane Doe',
    approvedBy: 'John Roe',
    from: '2026-11-01T00:00:00.000Z',
    until: '2026-12-01T00:00:00.000Z',
  };

  it.each<readonly [string, Partial<Waiver>, Finding['status']]>([
    ['its subject', {}, 'waived'],
    ['every subject', { subject: '*' }, 'waived'],
    ['another subject', { subject: 'b:443' }, 'fail'],
    ['another interpretation', { interpretations: ['literal'] }, 'fail'],
  ])('covers %s', (_title, changes, status) => {
    expect(applyWaivers([fail], [{ ...waiver, ...changes }])).toMatchObject([{ ...explained, status }]);
  });

  it('keeps since when a fail was last seen', () => {
    const lastSeen = { at: '2026-11-24T08:00:00.000Z', reason: 'timeout', cause: null, message: 'silent' } as const;
    expect(applyWaivers([{ ...fail, lastSeen }], [waiver])).toEqual([{ ...waived, lastSeen }]);
  });

  it('whatever they cover: only fails change, and only to waived', () => {
    fc.assert(
      fc.property(findings, (all) => {
        const waivedAll = applyWaivers(all, [{ ...waiver, subject: '*', interpretations: ['literal', 'intent'] }]);
        expect(waivedAll.map(({ status }) => status)).toEqual(all.map(({ status }) => (status === 'fail' ? 'waived' : status)));
      }),
    );
  });
});

describe('looks that nobody judged', () => {
  it.each<readonly [Run['looks'], Run['looks'] | null, boolean, string]>([
    [{}, null, false, 'no look at all'],
    [{ tls: 1 }, null, true, 'the first one'],
    [{ tls: 5 }, { tls: 4 }, true, 'a newer one'],
    [{ tls: 4 }, { tls: 4 }, false, 'the one that was judged'],
    [{ tls: 5, http: 3 }, { tls: 4, http: 3 }, true, 'one of two'],
    [{ tls: 5, http: 6 }, { tls: 4, http: 3 }, true, 'both'],
    [{ tls: 4, http: 6 }, { tls: 4 }, true, 'one that the check did not need before'],
    [{ old: 2 }, { tls: 4 }, false, 'one that is older than what was judged without it'],
    [{ old: 2, tls: 5 }, { tls: 4 }, false, 'a newer one, with one that is older than what was judged without it'],
  ])('%o after %o: %s (%s)', (looks, judgedBefore, expected) => {
    expect(areUnjudged(looks, judgedBefore)).toBe(expected);
  });

  const at = '2026-11-24T07:00:00.000Z';

  it.each(['literal', 'intent'] as const)('a failure in them is told, last seen then (%s)', (interpretation) => {
    const blind = { ...unknownFor('stale'), interpretation };
    expect(tellUnjudgedFails([blind], [{ ...fail, interpretation }], at)).toEqual([
      { ...fail, interpretation, lastSeen: { at, reason: 'stale', cause: 'tls: stale', message: 'not seen: stale' } },
    ]);
  });

  it.each<[string, readonly Finding[]]>([
    ['a pass', [pass]],
    ['an unknown', [unknownFor('timeout')]],
    ['a failure of another subject', [{ ...fail, subject: 'b:443' }]],
    ['a failure of the other interpretation', [{ ...fail, interpretation: 'literal' }]],
    ['nothing', []],
  ])('%s in them says nothing', (_title, judged) => {
    expect(tellUnjudgedFails([unknownFor('stale')], judged, at)).toEqual([unknownFor('stale')]);
  });
});
