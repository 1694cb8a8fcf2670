import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFlag, isOneOf, judgeProperties, judgeProperty, type PropertyVerdict } from '../../src/domain/judge-properties.ts';
import { verdictOf } from '../support/judge.ts';

const question = { interpretation: 'literal', expected: 'x', rule: 'whole' } as const;
const pass: PropertyVerdict = { observed: 'good', status: 'pass' };
const fail: PropertyVerdict = { observed: 'bad', rule: 'own', status: 'fail' };
const lesser: PropertyVerdict = { observed: 'worse things happen', status: 'fail', response: 'report' };
const unknown: PropertyVerdict = { observed: 'not said', status: 'unknown', reason: 'unsupported' };

describe('judgeProperties', () => {
  test.each([
    ['none at all', [], 'unknown none-seen', 'no property was seen', 'whole'],
    ['all pass', [pass, { ...pass, observed: 'fine' }], 'pass', 'good; fine', 'whole'],
    ['one is not known', [pass, unknown], 'unknown unsupported', 'not said', 'whole'],
    ['one fails', [pass, unknown, fail], 'fail', 'bad', 'own'],
    ['two fail', [fail, pass, { ...fail, observed: 'ugly' }], 'fail', 'bad; ugly', 'own'],
    ['the only fail asks for less', [lesser, pass], 'fail report', 'worse things happen', 'whole'],
    ['one fail asks for less, the other does not', [lesser, fail], 'fail', 'worse things happen; bad', 'whole, own'],
    ['both ask for less', [lesser, { ...lesser, response: 'ticket' }], 'fail ticket', 'worse things happen', 'whole'],
  ] as const)('%s', (_what, verdicts, verdict, observed, rule) => {
    const judgement = judgeProperties(question, verdicts);
    expect(verdictOf(judgement)).toBe(verdict);
    expect(judgement).toMatchObject({ observed, rule });
  });

  test('passes only where there is something and all of it passes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(pass, fail, lesser, unknown)), (verdicts) => {
        const allPass = verdicts.length > 0 && verdicts.every(({ status }) => status === 'pass');
        expect(judgeProperties(question, verdicts).status === 'pass').toBe(allPass);
        if (verdicts.some(({ status }) => status === 'fail')) expect(judgeProperties(question, verdicts).status).toBe('fail');
      }),
    );
  });
});

describe('judgeProperty', () => {
  const wanted = { path: 'properties.access', isGood: isOneOf(['Disabled'], ['Enabled']) };
  test.each([
    ['good', 'Disabled', {}, 'pass', 'properties.access is Disabled'],
    ['good in another casing', 'dISABLED', {}, 'pass', 'properties.access is dISABLED'],
    ['bad', 'Enabled', {}, 'fail', 'properties.access is Enabled'],
    ['a value that we do not know', 'Partly', {}, 'unknown malformed', 'properties.access is "Partly", which we do not know'],
    ['a boolean', true, {}, 'unknown malformed', 'properties.access is "true", which we do not know'],
    [
      'absent, with a bad default',
      undefined,
      { byDefault: 'Enabled' },
      'fail',
      'properties.access is absent, for which the default of the service is Enabled',
    ],
    ['null, with a bad default', null, { byDefault: 'Enabled' }, 'fail', 'properties.access is absent, for which'],
    ['absent, with a good default', undefined, { byDefault: 'Disabled' }, 'unknown unsupported', 'an absent property proves nothing'],
    ['absent, with a default that we do not know', undefined, { byDefault: 'Partly' }, 'unknown unsupported', 'proves nothing'],
    ['absent, with no default', undefined, {}, 'unknown unsupported', 'which does not say what the service does'],
    ['absent, and what would help', null, { otherwise: 'read the parameters' }, 'unknown unsupported', '; read the parameters'],
    ['a value, whatever the default', 'Disabled', { byDefault: 'Enabled' }, 'pass', 'properties.access is Disabled'],
  ] as const)('%s', (_what, value, more, verdict, observed) => {
    const judgement = judgeProperties(question, [judgeProperty({ ...wanted, ...more }, value)]);
    expect(verdictOf(judgement)).toBe(verdict);
    expect(judgement.observed).toContain(observed);
  });

  test('an absent property never passes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(null, undefined),
        fc.option(fc.oneof(fc.string(), fc.boolean()), { nil: undefined }),
        fc.boolean(),
        (value, byDefault, good) => {
          const verdict = judgeProperty({ path: 'p', isGood: () => good, ...(byDefault === undefined ? {} : { byDefault }) }, value);
          expect(verdict.status).not.toBe('pass');
        },
      ),
    );
  });
});

describe('isFlag', () => {
  test.each([
    [true, true, true],
    [true, false, false],
    [false, false, true],
    [false, true, false],
    [true, 'True', true],
    [true, 'on', null],
    [false, '0', null],
    [false, '', null],
  ] as const)('wanted %s, %j: %s', (wanted, value, good) => {
    expect(isFlag(wanted)(value)).toBe(good);
  });
});
