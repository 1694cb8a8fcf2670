import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnknownReason } from '../../src/domain/finding.ts';
import { type AddressVerdict, judgeAddresses, refuteOnly } from '../../src/domain/judge-addresses.ts';

const question = { interpretation: 'intent', expected: 'all well', rule: 'a rule' } as const;
const reasons: readonly UnknownReason[] = ['timeout', 'unreachable', 'malformed', 'not-provable'];
const place = fc.record({ address: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'), observed: fc.constantFrom('a', 'b') });
const verdict: fc.Arbitrary<AddressVerdict> = fc.oneof(
  place.map((at) => ({ ...at, status: 'pass' }) as const),
  place.chain((at) => fc.constantFrom('page', 'ticket', 'report').map((response) => ({ ...at, status: 'fail', response }) as const)),
  place.map((at) => ({ ...at, status: 'fail' }) as const),
  place.chain((at) => fc.constantFrom(...reasons).map((reason) => ({ ...at, status: 'unknown', reason }) as const)),
);
const verdicts = fc.array(verdict, { maxLength: 6 });
const gravity = ['fail', 'unknown', 'pass'];

describe('one judgement over all addresses', () => {
  test('nothing seen is unknown', () => {
    expect(judgeAddresses(question, [])).toMatchObject({ status: 'unknown', reason: 'none-seen' });
  });

  test('passes only where every address passes', () => {
    fc.assert(
      fc.property(verdicts, (all) => {
        const allPass = all.length > 0 && all.every(({ status }) => status === 'pass');
        expect(judgeAddresses(question, all).status === 'pass').toBe(allPass);
      }),
    );
  });

  test('the order of the addresses changes nothing', () => {
    fc.assert(
      fc.property(
        verdicts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(judgeAddresses(question, shuffled)).toEqual(judgeAddresses(question, all));
        },
      ),
    );
  });

  test('one more verdict never makes it better', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 6 }), verdict, (all, more) => {
        const before = gravity.indexOf(judgeAddresses(question, all).status);
        const after = gravity.indexOf(judgeAddresses(question, [...all, more]).status);
        expect(after).toBeLessThanOrEqual(before);
      }),
    );
  });

  test('a fail is a fail whatever else was not seen, with the gravest response', () => {
    fc.assert(
      fc.property(verdicts, place, (all, at) => {
        const judged = judgeAddresses(question, [...all, { ...at, status: 'fail', response: 'page' }]);
        expect(judged.status).toBe('fail');
        expect(['page', undefined]).toContain(judged.status === 'fail' ? judged.response : 'none');
      }),
    );
  });

  test('`not-provable` is said only where nothing was left unseen', () => {
    fc.assert(
      fc.property(verdicts, (all) => {
        const judged = judgeAddresses(question, all);
        const unseen = all.some((each) => each.status === 'unknown' && each.reason !== 'not-provable');
        if (judged.status === 'unknown' && unseen) expect(judged.reason).not.toBe('not-provable');
      }),
    );
  });

  test('a fault at one address outweighs `not-provable` at another', () => {
    const notProvable = { address: 'a', observed: 'fine', status: 'unknown', reason: 'not-provable' } as const;
    const timeout = { address: 'b', observed: 'no answer', status: 'unknown', reason: 'timeout' } as const;
    expect(judgeAddresses(question, [notProvable, timeout])).toMatchObject({ reason: 'timeout', observed: 'at b: no answer' });
  });

  test('says at which addresses it was decided', () => {
    const at = (address: string, observed: string) => ({ address, observed, status: 'fail' }) as const;
    const all = [
      at('b', 'old'),
      at('c', 'new'),
      at('a', 'old'),
      at('c', 'old'),
      { address: 'd', observed: 'fine', status: 'pass' } as const,
    ];
    expect(judgeAddresses(question, all).observed).toBe('at a, b: old; at c: new; old');
  });
});

describe('a sentence that can only be refuted', () => {
  const literal = { expected: 'impossible', rule: 'the sentence' };

  test('never passes, and follows the intent in everything else', () => {
    fc.assert(
      fc.property(verdicts, (all) => {
        const intent = judgeAddresses(question, all);
        const judged = refuteOnly(intent, literal);
        if (intent.status === 'pass') expect(judged).toMatchObject({ status: 'unknown', reason: 'not-provable' });
        else expect(judged).toEqual({ ...intent, ...literal, interpretation: 'literal' });
      }),
    );
  });
});
