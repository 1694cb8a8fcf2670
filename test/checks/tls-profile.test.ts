import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-profile.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import type { ServedFacts } from '../../src/transport/compare-certificates.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';
import { described, leafFacts, servedChain } from '../support/served-chain.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const good: ServedFacts = { served: [servedChain()], servedFault: null };
const factsOf = (seen: readonly (readonly [tls: TlsAddress | null, served: ServedFacts | null, address?: string])[]) => ({
  tls: { addresses: seen.flatMap(([tls, _served, address = '192.0.2.1']) => (tls === null ? [] : [{ ...tls, address }])) },
  certificates: {
    addresses: seen.flatMap(([_tls, served, address = '192.0.2.1']) => (served === null ? [] : [{ address, chain: [], ...served }])),
  },
});
const all = tlsAddress();
const offered = { outcome: 'offered' } as const;
const old = tlsAddress({ protocols: { ...all.protocols, TLSv1: offered } });
const blind = tlsAddress({ protocols: { ...all.protocols, TLSv1: { outcome: 'fault', fault: noAnswer } } });
const chacha = { accepted: ['TLS_CHACHA20_POLY1305_SHA256'], order: null, preferred: null };
const withChaCha = tlsAddress({ suites: { ...all.suites, 'TLSv1.3': { ...chacha, fault: null } } });
const ofRsa = (keyBits: number): ServedFacts => ({
  served: [
    servedChain({
      certificates: [described(leafFacts({ keyType: 'rsa', keyBits, curve: null, signatureAlgorithm: 'sha256WithRSAEncryption' }))],
    }),
  ],
  servedFault: null,
});

const rows: readonly (readonly [
  what: string,
  tls: TlsAddress | null,
  served: ServedFacts | null,
  nist: string,
  intermediate: string,
  modern: string,
])[] = [
  ['TLS 1.2 and 1.3', all, good, 'pass', 'pass', 'fail'],
  ['TLS 1.0 too', old, good, 'fail', 'fail', 'fail'],
  ['TLS 1.0 not tried', blind, good, 'unknown timeout', 'unknown timeout', 'fail'],
  ['ChaCha20', withChaCha, good, 'fail', 'pass', 'fail'],
  [
    'ChaCha20, and maybe more',
    tlsAddress({ suites: { ...all.suites, 'TLSv1.3': { ...chacha, fault: noAnswer } } }),
    good,
    'fail',
    'unknown timeout',
    'fail',
  ],
  ['RSA 2047', all, ofRsa(2047), 'fail', 'fail', 'fail'],
  ['RSA 2048', all, ofRsa(2048), 'pass', 'pass', 'fail'],
  ['certificates not seen', all, { served: [], servedFault: noAnswer }, 'unknown timeout', 'unknown timeout', 'fail'],
  ['certificates of no address', all, null, 'unknown partial', 'unknown partial', 'fail'],
  ['certificates alone', null, good, 'unknown partial', 'unknown partial', 'unknown partial'],
  ['answers in clear', tlsAddress({ plaintext: 'HTTP/1.1 400 Bad Request' }), good, 'fail', 'fail', 'fail'],
  ['no address', null, null, 'unknown none-seen', 'unknown none-seen', 'unknown none-seen'],
];

describe('tls-profile', () => {
  test.each(rows)('%s', (_what, tls, served, nist, intermediate, modern) => {
    const facts = factsOf([[tls, served]]);
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe(nist);
    expect(verdictOf(judgeOne(check, 'intent', facts, { parameters: { profile: 'nist-sp-800-52r2' } }))).toBe(nist);
    expect(verdictOf(judgeOne(check, 'intent', facts, { parameters: { profile: 'mozilla-intermediate' } }))).toBe(intermediate);
    expect(verdictOf(judgeOne(check, 'intent', facts, { parameters: { profile: 'mozilla-modern' } }))).toBe(modern);
  });

  test('says each difference, and the place of the figure', () => {
    const judged = judgeOne(
      check,
      'intent',
      factsOf([
        [tlsAddress({ ...old, suites: withChaCha.suites }), good],
        [all, good, '192.0.2.2'],
      ]),
    );
    expect(judged).toMatchObject({
      status: 'fail',
      observed:
        'at 192.0.2.1: TLS 1.0 is accepted, against NIST SP 800-52r2 3.1; TLS 1.3 accepts TLS_CHACHA20_POLY1305_SHA256, against NIST SP 800-52r2 3.3.1',
      rule: 'NIST SP 800-52r2 3.1',
      expected: 'versions, suites, groups and certificates as NIST SP 800-52 Revision 2 asks',
    });
  });

  test('says what it meets', () => {
    expect(judgeOne(check, 'intent', factsOf([[all, good]])).observed).toBe('at 192.0.2.1: meets NIST SP 800-52 Revision 2');
  });

  test('one address of two could not be seen', () => {
    expect(
      verdictOf(
        judgeOne(
          check,
          'intent',
          factsOf([
            [all, good],
            [blind, good, '192.0.2.2'],
          ]),
        ),
      ),
    ).toBe('unknown timeout');
    expect(
      verdictOf(
        judgeOne(
          check,
          'intent',
          factsOf([
            [old, good],
            [blind, good, '192.0.2.2'],
          ]),
        ),
      ),
    ).toBe('fail');
  });

  test('judges the intent alone, and knows its profiles', () => {
    expect(interpretationsOf(check)).toEqual(['intent']);
    expect(check.parameters.safeParse({ profile: 'mozilla-old' }).success).toBe(false);
    expect(check.parameters.safeParse({ profiles: [] }).success).toBe(false);
  });

  test('a fact of the old kind does not fit', () => {
    const { behaviour: _left, ...without } = all;
    expect(check.needs['tls']?.safeParse({ addresses: [without] }).success).toBe(false);
  });

  test('the look can be repeated by hand', () => {
    expect(check.repeat(shop)).toContain('openssl s_client -connect shop.example.com:443 -servername shop.example.com -$v');
  });
});
