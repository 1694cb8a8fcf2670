import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import type { PreviousFindings } from '../../src/engine/carry.ts';
import { holdUnconfirmed, type LaggingIndex } from '../../src/engine/hold-unconfirmed.ts';
import { waiverOf } from '../support/estate-checks.ts';
import { minute } from '../support/example-run.ts';

type Said = 'pass' | 'fail' | 'unknown' | 'unrefuted';
type Before = 'nothing' | 'fail' | 'waived' | 'fail unconfirmed' | 'fail unseen' | 'unconfirmed' | 'unknown';

function finding(said: Said, subject = '/x', interpretation: Finding['interpretation'] = 'intent'): Finding {
  const explained = { interpretation, subject, expected: 'good', observed: said, rule: 'state' };
  if (said === 'unrefuted') return { ...explained, status: 'unknown', reason: 'unsupported', cause: null, unrefuted: true };
  if (said === 'unknown') return { ...explained, status: 'unknown', reason: 'denied', cause: 'estate: denied' };
  return said === 'pass' ? { ...explained, status: 'pass' } : { ...explained, status: 'fail', response: 'page' };
}

function knownBefore(before: Before, subject = '/x', interpretation: Finding['interpretation'] = 'intent'): readonly Finding[] {
  const explained = { interpretation, subject, expected: 'good', observed: 'was bad', rule: 'state' };
  const unseen = (reason: 'unconfirmed' | 'denied') => ({ at: minute(-9), reason, cause: null, message: 'not seen' });
  switch (before) {
    case 'nothing':
      return [];
    case 'fail':
      return [{ ...explained, status: 'fail', response: 'page' }];
    case 'waived':
      return [{ ...explained, status: 'waived', response: 'page', waiver: 'w1' }];
    case 'fail unconfirmed':
      return [{ ...explained, status: 'fail', response: 'page', lastSeen: unseen('unconfirmed') }];
    case 'fail unseen':
      return [{ ...explained, status: 'fail', response: 'page', lastSeen: unseen('denied') }];
    case 'unconfirmed':
      return [{ ...explained, status: 'unknown', reason: 'unconfirmed', cause: null }];
    case 'unknown':
      return [{ ...explained, status: 'unknown', reason: 'denied', cause: 'estate: denied' }];
  }
}

function previous(notPass: readonly Finding[]): PreviousFindings {
  return { dataAsOf: minute(0), looks: { estate: 1 }, notPass };
}

function index(changes: Partial<LaggingIndex> = {}): LaggingIndex {
  return {
    isConfirmed: () => false,
    canConfirm: () => true,
    isRead: () => false,
    answers: false,
    isGoneAtOrigin: () => false,
    dataAsOf: minute(1),
    gone: [],
    waivers: [],
    ...changes,
  };
}

/** `fail`, `pass`, `unknown denied`, `fail (seen before: unconfirmed)`. */
function told(one: Finding | undefined): string {
  if (one === undefined) return 'nothing';
  if (one.status === 'unknown') return `unknown ${one.reason}`;
  const lastSeen = one.status === 'fail' ? one.lastSeen : undefined;
  return lastSeen === undefined ? one.status : `${one.status} (not seen: ${lastSeen.reason})`;
}

const origin = { isConfirmed: () => true };
const mute = { canConfirm: () => false };
/** Its own row was read, though the verdict rests on more. */
const ownRow = { ...mute, isRead: () => true };
/** Its own row was read; of the others some could be asked for, and were not answered. */
const halfRead = { isRead: () => true };
const stillStands = 'fail (not seen: unconfirmed)';
const sameLook = { dataAsOf: minute(0) };

describe('one subject', () => {
  test.each<[Before, Said, string, Partial<LaggingIndex>, string, boolean]>([
    // What it was, what the index says, and who agrees: what comes of it, and whether the origin is asked.
    ['nothing', 'fail', 'nobody', {}, 'unknown unconfirmed', true],
    ['nothing', 'fail', 'the origin', origin, 'fail', false],
    ['nothing', 'fail', 'nobody, nor can it', mute, 'unknown unconfirmed', true],
    ['nothing', 'fail', 'its own row, which is not enough', ownRow, 'unknown unconfirmed', true],
    ['unconfirmed', 'fail', 'the next look, though the origin could be asked', {}, 'unknown unconfirmed', true],
    ['unconfirmed', 'fail', 'the next look, but not its own row', mute, 'unknown unconfirmed', true],
    ['unconfirmed', 'fail', 'the next look and its own row', ownRow, 'fail', true],
    ['unconfirmed', 'fail', 'the same look and its own row', { ...ownRow, ...sameLook }, 'unknown unconfirmed', true],
    ['unconfirmed', 'fail', 'the next look and its own row, while the origin cannot say the other rows', halfRead, 'fail', true],
    ['nothing', 'fail', 'its own row, while the origin cannot say the other rows', halfRead, 'unknown unconfirmed', true],
    ['unconfirmed', 'fail', 'the same look and its own row', { ...halfRead, ...sameLook }, 'unknown unconfirmed', true],
    ['fail unconfirmed', 'pass', 'the next look and its own row, while the origin cannot say the other rows', halfRead, stillStands, true],
    ['unconfirmed', 'fail', 'the origin', origin, 'fail', false],
    ['unknown', 'fail', 'the next look and its own row', ownRow, 'unknown unconfirmed', true],
    ['fail', 'fail', 'nobody', {}, 'fail', false],
    ['waived', 'fail', 'nobody', {}, 'fail', false],
    ['fail unseen', 'fail', 'nobody', {}, 'fail', false],
    ['fail', 'pass', 'nobody', {}, 'fail (not seen: unconfirmed)', true],
    ['fail', 'pass', 'nobody, nor can it', mute, 'fail (not seen: unconfirmed)', true],
    ['fail', 'unrefuted', 'nobody', {}, 'fail (not seen: unconfirmed)', true],
    ['fail', 'unrefuted', 'the origin', origin, 'unknown unsupported', false],
    ['nothing', 'unrefuted', 'nobody', {}, 'unknown unsupported', false],
    ['fail', 'pass', 'the origin', origin, 'pass', false],
    ['waived', 'pass', 'nobody', {}, 'fail (not seen: unconfirmed)', true],
    ['waived', 'pass', 'the origin', origin, 'pass', false],
    ['fail unseen', 'pass', 'the next look', {}, 'fail (not seen: unconfirmed)', true],
    ['fail unconfirmed', 'pass', 'the next look, though the origin is down', {}, 'fail (not seen: unconfirmed)', true],
    [
      'fail unconfirmed',
      'pass',
      'the next look, but the origin only answers for others',
      { answers: true },
      'fail (not seen: unconfirmed)',
      true,
    ],
    ['fail unconfirmed', 'pass', 'the next look, but not its own row', mute, 'fail (not seen: unconfirmed)', true],
    ['fail unconfirmed', 'pass', 'the next look and its own row', ownRow, 'pass', true],
    ['fail unconfirmed', 'pass', 'the same look', sameLook, 'fail (not seen: unconfirmed)', true],
    ['nothing', 'pass', 'nobody', {}, 'pass', false],
    ['unknown', 'pass', 'nobody', {}, 'pass', false],
    ['unconfirmed', 'pass', 'nobody', {}, 'pass', false],
    ['nothing', 'unknown', 'nobody', {}, 'unknown denied', false],
  ])('that was %s and is %s: agreed to by %s', (before, said, _who, changes, expected, isAsked) => {
    const held = holdUnconfirmed([finding(said)], previous(knownBefore(before)), index(changes));
    expect(held.findings.map(told)).toEqual([expected]);
    expect(held.toConfirm).toEqual(isAsked ? ['/x'] : []);
    expect(held.missing).toEqual([]);
  });

  test.each<[Before, boolean, string]>([
    ['fail', false, 'fail (not seen: unconfirmed)'],
    ['waived', false, 'fail (not seen: unconfirmed)'],
    ['fail unconfirmed', false, 'fail (not seen: unconfirmed)'],
    ['fail', true, 'nothing'],
    ['fail unconfirmed', true, 'nothing'],
  ])('that was %s and is listed no more; the origin says not found: %s', (before, isGone, expected) => {
    const held = holdUnconfirmed([], previous(knownBefore(before)), index({ gone: ['/x'], isGoneAtOrigin: () => isGone }));
    expect(told(held.findings[0])).toBe(expected);
    expect(held.missing).toEqual(isGone ? [] : ['/x']);
    expect(held.toConfirm).toEqual(held.missing);
  });

  it('keeps when it was last seen, however long it waits', () => {
    const [waiting] = holdUnconfirmed([finding('pass')], previous(knownBefore('fail')), index()).findings;
    expect(waiting).toMatchObject({ lastSeen: { at: minute(0) } });
    const [still] = holdUnconfirmed([finding('pass')], previous(waiting === undefined ? [] : [waiting]), index(sameLook)).findings;
    expect(still).toMatchObject({ lastSeen: { at: minute(0) }, observed: 'was bad' });
  });
});

describe('more than the origin is asked for at once', () => {
  const ids = Array.from({ length: 25 }, (_, position) => `/s${String(position).padStart(2, '0')}`);
  const before = previous(ids.flatMap((id) => knownBefore('fail unconfirmed', id)));
  const mended = (changes: Partial<LaggingIndex>) =>
    holdUnconfirmed(
      ids.map((id) => finding('pass', id)),
      before,
      index(changes),
    ).findings.map(told);

  it('the first twenty wait for it, the others take the word of the next look', () => {
    const all = mended({ answers: true });
    expect(all.slice(0, 20)).toEqual(Array(20).fill('fail (not seen: unconfirmed)'));
    expect(all.slice(20)).toEqual(Array(5).fill('pass'));
  });

  it('all wait where it answers for nobody', () => {
    expect(mended({ answers: false })).toEqual(Array(25).fill('fail (not seen: unconfirmed)'));
  });

  it('all wait where the look is the same', () => {
    expect(mended({ answers: true, ...sameLook })).toEqual(Array(25).fill('fail (not seen: unconfirmed)'));
  });
});

describe('a new fail that is not confirmed', () => {
  const fails = [finding('fail', '/new'), finding('fail', '/stands')];

  it('joins one of the same interpretation that stands', () => {
    const held = holdUnconfirmed(fails, previous(knownBefore('fail', '/stands')), index());
    expect(held.findings.map(told)).toEqual(['fail', 'fail']);
    expect(held.toConfirm).toEqual(['/new']);
  });

  it('does not join one of the other interpretation', () => {
    const stands = [finding('fail', '/new'), finding('fail', '/stands', 'literal')];
    const held = holdUnconfirmed(stands, previous(knownBefore('fail', '/stands', 'literal')), index());
    expect(held.findings.map(told)).toEqual(['unknown unconfirmed', 'fail']);
  });

  it('does not join one that is waived', () => {
    const held = holdUnconfirmed(fails, previous(knownBefore('waived', '/stands')), index({ waivers: [waiverOf('/stands')] }));
    expect(held.findings.map(told)).toEqual(['unknown unconfirmed', 'fail']);
  });

  it('joins one that the origin confirms at the same time', () => {
    const held = holdUnconfirmed(fails, null, index({ isConfirmed: (subject) => subject === '/stands' }));
    expect(held.findings.map(told)).toEqual(['fail', 'fail']);
  });

  it('does not join another that is not confirmed', () => {
    expect(holdUnconfirmed(fails, null, index()).findings.map(told)).toEqual(['unknown unconfirmed', 'unknown unconfirmed']);
  });
});

describe('laws', () => {
  const befores: readonly Before[] = ['nothing', 'fail', 'waived', 'fail unconfirmed', 'fail unseen', 'unconfirmed', 'unknown'];
  const subjects = ['/a', '/b', '/c', '/d'];
  const life = fc.record({
    before: fc.tuple(...subjects.map(() => fc.constantFrom(...befores))),
    said: fc.tuple(...subjects.map(() => fc.constantFrom<Said | 'missing'>('pass', 'fail', 'unknown', 'missing'))),
    confirmed: fc.subarray(subjects),
    mute: fc.subarray(subjects),
    isLater: fc.boolean(),
    order: fc.shuffledSubarray(subjects, { minLength: 4 }),
  });
  type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

  function hold({ before, said, confirmed, mute: silent, isLater }: Life, order: readonly string[]): ReturnType<typeof holdUnconfirmed> {
    const saidOf = (subject: string): Said | 'missing' => said[subjects.indexOf(subject)] ?? 'missing';
    const findings = order.flatMap((subject) => {
      const own = saidOf(subject);
      return own === 'missing' ? [] : [finding(own, subject)];
    });
    const notPass = subjects.flatMap((subject, position) => knownBefore(before[position] ?? 'nothing', subject));
    return holdUnconfirmed(
      findings,
      previous(notPass),
      index({
        isConfirmed: (subject) => confirmed.includes(subject),
        canConfirm: (subject) => !silent.includes(subject),
        dataAsOf: minute(isLater ? 1 : 0),
        gone: order.filter((subject) => saidOf(subject) === 'missing' && notPass.some((one) => one.subject === subject && stood(one))),
      }),
    );
  }

  const stood = ({ status }: Finding): boolean => status === 'fail' || status === 'waived';
  const toldOf = (held: ReturnType<typeof hold>, subject: string): string => told(held.findings.find((one) => one.subject === subject));

  it('the order of the findings changes nothing', () => {
    fc.assert(
      fc.property(life, (one) => {
        const [held, again] = [hold(one, subjects), hold(one, one.order)];
        for (const subject of subjects) expect(toldOf(again, subject)).toBe(toldOf(held, subject));
        expect(again.toConfirm).toEqual(held.toConfirm);
      }),
    );
  });

  it('the index alone ends no fail and begins none, unless one stands', () => {
    fc.assert(
      fc.property(life, (one) => {
        const held = hold({ ...one, confirmed: [], isLater: false }, subjects);
        const stands = one.before.some((before) => before.startsWith('fail') || before === 'waived');
        for (const [position, subject] of subjects.entries()) {
          const before = one.before[position] ?? 'nothing';
          const now = toldOf(held, subject);
          if ((before.startsWith('fail') || before === 'waived') && one.said[position] !== 'unknown') expect(now).toMatch(/^fail/);
          else if (!stands) expect(now).not.toMatch(/^fail/);
        }
      }),
    );
  });

  it('nothing passes that the index does not call a pass, and whoever is held is asked for', () => {
    fc.assert(
      fc.property(life, (one) => {
        const held = hold(one, subjects);
        for (const [position, subject] of subjects.entries()) {
          const now = toldOf(held, subject);
          if (now === 'pass') expect(one.said[position]).toBe('pass');
          if (now === 'unknown unconfirmed') expect(held.toConfirm).toContain(subject);
        }
      }),
    );
  });
});
