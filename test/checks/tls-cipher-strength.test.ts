import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-cipher-strength.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const refused = { outcome: 'refused', by: 'alert', alert: 40 };
const offered = { outcome: 'offered' };
const selected = (suite: string) => ({ outcome: 'offered', suite });
const timeout = { code: 'timeout', message: 'no answer in time' };
const faulty = { outcome: 'fault', fault: timeout };
const aes256 = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';

const protocols = { SSLv3: refused, TLSv1: refused, 'TLSv1.1': refused, 'TLSv1.2': offered, 'TLSv1.3': offered };
const none = { 'below-256': refused, broken: refused };
const noneOf12 = { ...none, 'not-forward-secret-aead': refused };
const best = {
  address: '192.0.2.1',
  plaintext: null,
  protocols,
  suites: { 'TLSv1.2': noneOf12, 'TLSv1.3': none },
  handshake: { cipherSuite: 'TLS_AES_256_GCM_SHA384' },
};
const withSuites = (version: 'TLSv1.2' | 'TLSv1.3', changes: object) => ({
  ...best,
  suites: { ...best.suites, [version]: { ...(version === 'TLSv1.2' ? noneOf12 : none), ...changes } },
});
const withVersion = (name: string, probe: unknown, suites: object = {}) => ({
  ...best,
  protocols: { ...protocols, [name]: probe },
  suites: { ...best.suites, ...suites },
});
const without = (name: 'TLSv1.2' | 'TLSv1.3') => {
  const { [name]: _left, ...suites } = best.suites;
  return { ...withVersion(name, refused), suites };
};

const rows: readonly [what: string, address: object, literal: string, intent: string][] = [
  ['256 bits, authenticated, forward secret', best, 'pass', 'pass'],
  ['TLS 1.2 only', without('TLSv1.3'), 'pass', 'pass'],
  ['TLS 1.3 only', without('TLSv1.2'), 'pass', 'pass'],
  ['TLS 1.3 takes its 128-bit suite', withSuites('TLSv1.3', { 'below-256': selected('TLS_AES_128_GCM_SHA256') }), 'fail', 'pass'],
  [
    'TLS 1.2 takes 128 bits, else sound',
    withSuites('TLSv1.2', { 'below-256': selected('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256') }),
    'fail',
    'pass',
  ],
  [
    'CBC with 256 bits',
    withSuites('TLSv1.2', { 'not-forward-secret-aead': selected('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA') }),
    'pass',
    'fail',
  ],
  ['RC4', withSuites('TLSv1.2', { broken: selected('TLS_RSA_WITH_RC4_128_SHA') }), 'fail', 'fail'],
  ['integrity only in TLS 1.3', withSuites('TLSv1.3', { broken: selected('TLS_SHA256_SHA256') }), 'fail', 'fail'],
  ['negotiates 128 bits', { ...best, handshake: { cipherSuite: 'TLS_AES_128_GCM_SHA256' } }, 'fail', 'pass'],
  ['negotiates without forward secrecy', { ...best, handshake: { cipherSuite: 'TLS_RSA_WITH_AES_256_GCM_SHA384' } }, 'pass', 'fail'],
  ['negotiates CBC', { ...best, handshake: { cipherSuite: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384' } }, 'pass', 'fail'],
  ['negotiates what nobody knows', { ...best, handshake: { cipherSuite: 'TLS_NEW' } }, 'unknown unsupported', 'unknown unsupported'],
  ['no handshake', { ...best, handshake: { fault: timeout } }, 'unknown timeout', 'unknown timeout'],
  ['SSL 3.0', withVersion('SSLv3', offered, { SSLv3: none }), 'fail', 'fail'],
  ['SSL 3.0 not tried', withVersion('SSLv3', faulty), 'unknown timeout', 'unknown timeout'],
  ['TLS 1.0 with 256 bits', withVersion('TLSv1', offered, { TLSv1: none }), 'pass', 'fail'],
  [
    'TLS 1.0 with 128 bits',
    withVersion('TLSv1', offered, { TLSv1: { ...none, 'below-256': selected('TLS_RSA_WITH_AES_128_CBC_SHA') } }),
    'fail',
    'fail',
  ],
  ['TLS 1.1 not tried', withVersion('TLSv1.1', faulty), 'unknown timeout', 'unknown timeout'],
  ['TLS 1.2 not tried', withVersion('TLSv1.2', faulty), 'unknown timeout', 'unknown timeout'],
  ['below 256 not tried', withSuites('TLSv1.2', { 'below-256': faulty }), 'unknown timeout', 'pass'],
  ['broken ones not tried', withSuites('TLSv1.2', { broken: faulty }), 'unknown timeout', 'unknown timeout'],
  ['CBC not tried', withSuites('TLSv1.2', { 'not-forward-secret-aead': faulty }), 'pass', 'unknown timeout'],
  ['nothing was asked of TLS 1.3', { ...best, suites: { 'TLSv1.2': noneOf12 } }, 'unknown partial', 'unknown partial'],
  ['one offer was not asked', { ...best, suites: { ...best.suites, 'TLSv1.2': none } }, 'pass', 'unknown partial'],
  [
    'RC4, and a fault besides',
    withSuites('TLSv1.2', { broken: selected('TLS_RSA_WITH_RC4_128_SHA'), 'below-256': faulty }),
    'fail',
    'fail',
  ],
  ['answers in clear', { ...best, plaintext: 'HTTP/1.1 400 Bad Request' }, 'fail', 'fail'],
];

describe('tls-cipher-strength', () => {
  test.each(rows)('%s', (_what, address, literal, intent) => {
    const facts = { tls: { addresses: [address] } };
    expect(verdictOf(judgeOne(check, 'literal', facts))).toBe(literal);
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe(intent);
  });

  test('no address is unknown, the gravest of several decides', () => {
    expect(verdictOf(judgeOne(check, 'intent', { tls: { addresses: [] } }))).toBe('unknown none-seen');
    const weak = { ...withSuites('TLSv1.2', { broken: selected('TLS_RSA_WITH_RC4_128_SHA') }), address: '192.0.2.2' };
    const judged = judgeOne(check, 'intent', { tls: { addresses: [best, weak] } });
    expect(judged).toMatchObject({ status: 'fail', observed: 'at 192.0.2.2: TLS 1.2 accepts TLS_RSA_WITH_RC4_128_SHA', rule: 'RFC 7465' });
  });

  test('names what is negotiated where all is well', () => {
    const judged = judgeOne(check, 'literal', { tls: { addresses: [{ ...best, handshake: { cipherSuite: aes256 } }] } });
    expect(judged.observed).toContain(`negotiates ${aes256}`);
  });
});
