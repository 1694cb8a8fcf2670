import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStrictTransportSecurity, type StrictTransportSecurity } from '../../src/transport/strict-transport-security.ts';

const learnt = (maxAgeSeconds: number, includesSubDomains = false): StrictTransportSecurity => ({ maxAgeSeconds, includesSubDomains });
const malformed = { problem: 'it is not well-formed' };
const noNumber = { problem: 'its max-age is no number of seconds' };

describe('a header', () => {
  test.each<[string, StrictTransportSecurity]>([
    ['max-age=31536000', learnt(31_536_000)],
    ['max-age=0', learnt(0)],
    ['max-age=0031', learnt(31)],
    ['max-age="31536000"', learnt(31_536_000)],
    ['MAX-AGE=1; IncludeSubdomains', learnt(1, true)],
    ['includeSubDomains;max-age=1', learnt(1, true)],
    [' max-age = 1 ; includeSubDomains ; ', learnt(1, true)],
    ['\tmax-age=1;;;', learnt(1)],
    ['; max-age=1', learnt(1)],
    ['max-age=1; preload', learnt(1)],
    ['max-age=1; note="a; max-age=2"', learnt(1)],
    ['max-age=1; note="a \\" b"', learnt(1)],
    ['max-age=1; max-age=1', { problem: 'max-age stands twice' }],
    ['max-age=1; Max-Age=2', { problem: 'max-age stands twice' }],
    ['max-age=1; includeSubDomains; includeSubDomains', { problem: 'includesubdomains stands twice' }],
    ['max-age=1; preload; preload', { problem: 'preload stands twice' }],
    ['', { problem: 'it has no max-age' }],
    [';', { problem: 'it has no max-age' }],
    ['includeSubDomains', { problem: 'it has no max-age' }],
    ['max_age=1', { problem: 'it has no max-age' }],
    ['max-age', noNumber],
    ['max-age=-1', noNumber],
    ['max-age=1.5', noNumber],
    ['max-age=1d', noNumber],
    ['max-age=""', noNumber],
    ['max-age="\\1"', noNumber],
    ['max-age=', malformed],
    ['max-age=1; includeSubDomains=true', { problem: 'its includeSubDomains has a value' }],
    ['max-age=1, max-age=1', malformed],
    ['max-age=1 includeSubDomains', malformed],
    ['max-age: 1', malformed],
    ['max-age=1; a=b=c', malformed],
    ['max-age=1; note="open', malformed],
    ['max-age="1"0', malformed],
    ['=1; max-age=1', malformed],
    ['max-age=1; é', malformed],
    ['max-age=1\r\n', malformed],
  ])('%j', (header, expected) => {
    expect(readStrictTransportSecurity(header)).toEqual(expected);
  });

  test('is read to its end whatever it holds, and well-formed directives around the age change nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => void readStrictTransportSecurity(text)));
    const directive = fc
      .tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z0-9]{1,8}$/))
      .map(([name, value]) => `x${name}=${value}`);
    fc.assert(
      fc.property(fc.uniqueArray(directive, { selector: (text) => text.split('=')[0] }), fc.nat(), fc.nat(), (others, age, at) => {
        const header = others.toSpliced(at % (others.length + 1), 0, `max-age=${age}`).join(';');
        expect(readStrictTransportSecurity(header)).toEqual(learnt(age));
      }),
    );
  });

  test('takes time in proportion to its length', () => {
    const header = `max-age=1; ${'a="\\"\\"'.repeat(2_000)}`;
    const startedMs = performance.now();
    expect(readStrictTransportSecurity(header)).toEqual(malformed);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
