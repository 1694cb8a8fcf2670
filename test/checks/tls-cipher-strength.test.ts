import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-cipher-strength.ts';
import type { SuitesOfVersion, TlsAddress } from '../../src/transport/tls-facts.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const refused = { outcome: 'refused', by: 'alert', alert: 40 } as const;
const offered = { outcome: 'offered' } as const;
const faulty = { outcome: 'fault', fault: noAnswer } as const;
const aes256 = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';
const aes128 = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const cbc256 = 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA';
const modern256 = 'TLS_AES_256_GCM_SHA384';
const modern128 = 'TLS_AES_128_GCM_SHA256';
const suites = (...accepted: string[]): SuitesOfVersion => ({ accepted, fault: null, order: null, preferred: null });
const notWhole = (...accepted: string[]): SuitesOfVersion => ({ ...suites(...accepted), fault: noAnswer });

type Suites = TlsAddress['suites'];
const protocols = tlsAddress().protocols;
const bestSuites: Suites = { 'TLSv1.2': suites(aes256), 'TLSv1.3': suites(modern256) };
const best = { ...tlsAddress({ suites: bestSuites }), handshake: { cipherSuite: modern256 } };
const withSuites = (own: Suites) => ({ ...best, suites: { ...bestSuites, ...own } });
const withVersion = (name: keyof TlsAddress['protocols'], seen: TlsAddress['protocols']['SSLv3'], own: Suites = {}) => ({
  ...withSuites(own),
  protocols: { ...protocols, [name]: seen },
});
const without = (name: 'TLSv1.2' | 'TLSv1.3') => {
  const { [name]: _left, ...rest } = bestSuites;
  return { ...best, protocols: { ...protocols, [name]: refused }, suites: rest };
};

const rows: readonly [what: string, address: object, literal: string, intent: string][] = [
  ['256 bits, authenticated, forward secret', best, 'pass', 'pass'],
  ['TLS 1.2 only', without('TLSv1.3'), 'pass', 'pass'],
  ['TLS 1.3 only', without('TLSv1.2'), 'pass', 'pass'],
  ['TLS 1.3 takes its 128-bit suite', withSuites({ 'TLSv1.3': suites(modern128, modern256) }), 'fail', 'pass'],
  ['TLS 1.2 takes 128 bits, else sound', withSuites({ 'TLSv1.2': suites(aes128, aes256) }), 'fail', 'pass'],
  ['CBC with 256 bits', withSuites({ 'TLSv1.2': suites(cbc256) }), 'pass', 'fail'],
  ['no forward secrecy, 256 bits', withSuites({ 'TLSv1.2': suites('TLS_RSA_WITH_AES_256_GCM_SHA384') }), 'pass', 'fail'],
  ['RC4', withSuites({ 'TLSv1.2': suites('TLS_RSA_WITH_RC4_128_SHA', aes256) }), 'fail', 'fail'],
  ['nobody proves who he is, 256 bits', withSuites({ 'TLSv1.2': suites('TLS_DH_anon_WITH_AES_256_GCM_SHA384', aes256) }), 'fail', 'fail'],
  ['integrity only in TLS 1.3', withSuites({ 'TLSv1.3': suites('TLS_SHA256_SHA256', modern256) }), 'fail', 'fail'],
  ['a suite that nobody knows', withSuites({ 'TLSv1.2': suites('0xfefe', aes256) }), 'unknown unsupported', 'unknown unsupported'],
  ['negotiates 128 bits', { ...best, handshake: { cipherSuite: modern128 } }, 'fail', 'pass'],
  ['negotiates without forward secrecy', { ...best, handshake: { cipherSuite: 'TLS_RSA_WITH_AES_256_GCM_SHA384' } }, 'pass', 'fail'],
  ['negotiates what nobody knows', { ...best, handshake: { cipherSuite: 'TLS_NEW' } }, 'unknown unsupported', 'unknown unsupported'],
  ['no handshake', { ...best, handshake: { fault: noAnswer } }, 'unknown timeout', 'unknown timeout'],
  ['SSL 3.0', withVersion('SSLv3', offered, { SSLv3: suites('TLS_RSA_WITH_AES_256_CBC_SHA') }), 'fail', 'fail'],
  ['SSL 3.0 not tried', withVersion('SSLv3', faulty), 'unknown timeout', 'unknown timeout'],
  ['TLS 1.0 with 256 bits', withVersion('TLSv1', offered, { TLSv1: suites(cbc256) }), 'pass', 'fail'],
  ['TLS 1.0 with 128 bits', withVersion('TLSv1', offered, { TLSv1: suites('TLS_RSA_WITH_AES_128_CBC_SHA') }), 'fail', 'fail'],
  ['TLS 1.1 not tried', withVersion('TLSv1.1', faulty), 'unknown timeout', 'unknown timeout'],
  ['TLS 1.2 not tried', withVersion('TLSv1.2', faulty), 'unknown timeout', 'unknown timeout'],
  ['maybe more suites of TLS 1.2', withSuites({ 'TLSv1.2': notWhole(aes256) }), 'unknown timeout', 'unknown timeout'],
  ['nothing of TLS 1.2 is known', withSuites({ 'TLSv1.2': notWhole() }), 'unknown timeout', 'unknown timeout'],
  ['maybe more suites of TLS 1.0', withVersion('TLSv1', offered, { TLSv1: notWhole(cbc256) }), 'unknown timeout', 'fail'],
  ['nothing was asked of TLS 1.3', { ...best, suites: { 'TLSv1.2': suites(aes256) } }, 'unknown partial', 'unknown partial'],
  ['a version without a suite', withSuites({ 'TLSv1.2': suites() }), 'unknown partial', 'unknown partial'],
  ['RC4, and maybe more', withSuites({ 'TLSv1.2': notWhole('TLS_RSA_WITH_RC4_128_SHA') }), 'fail', 'fail'],
  ['128 bits, and maybe more', withSuites({ 'TLSv1.2': notWhole(aes128) }), 'fail', 'unknown timeout'],
  ['groups not asked for', { ...best, groups: {} }, 'pass', 'pass'],
  [
    'no group for any client',
    { ...best, groups: { 'TLSv1.2': { accepted: ['sect571r1'], fault: null }, 'TLSv1.3': { accepted: ['x448'], fault: null } } },
    'pass',
    'pass',
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
    const weak = { ...withSuites({ 'TLSv1.2': suites('TLS_RSA_WITH_RC4_128_SHA', aes256) }), address: '192.0.2.2' };
    const judged = judgeOne(check, 'intent', { tls: { addresses: [best, weak] } });
    expect(judged).toMatchObject({ status: 'fail', observed: 'at 192.0.2.2: TLS 1.2 accepts TLS_RSA_WITH_RC4_128_SHA', rule: 'RFC 7465' });
  });

  test('tells apart what is offered and what is negotiated', () => {
    const both = { ...suites(modern128, modern256), order: 'server', preferred: modern256 } as const;
    const judge = (own: SuitesOfVersion) => judgeOne(check, 'literal', { tls: { addresses: [withSuites({ 'TLSv1.3': own })] } });
    expect(judge(both).observed).toBe(`at 192.0.2.1: TLS 1.3 accepts ${modern128}`);
    expect(judge({ ...both, order: 'client', preferred: null }).observed).toBe(
      `at 192.0.2.1: Chrome 143, Firefox 148 would negotiate ${modern128}; TLS 1.3 accepts ${modern128}`,
    );
    expect(judge(suites(modern256)).observed).toBe(
      `at 192.0.2.1: TLS 1.2 accepts ${aes256}; TLS 1.3 accepts ${modern256}; Chrome 143, Firefox 148, Safari 26, OpenSSL 1.1.1 would negotiate ${modern256}; Android 7.0, Java 8u252 would negotiate ${aes256}; our own handshake negotiated ${modern256}`,
    );
  });

  test('names no more than three of many', () => {
    const many = ['NULL_MD5', 'NULL_SHA', 'NULL_SHA256', 'RC4_128_MD5', 'RC4_128_SHA'].map((cipher) => `TLS_RSA_WITH_${cipher}`);
    const weak = withSuites({ 'TLSv1.2': suites(...many, 'TLS_ECDHE_RSA_WITH_NULL_SHA') });
    expect(judgeOne(check, 'intent', { tls: { addresses: [weak] } }).observed).toBe(
      'at 192.0.2.1: TLS 1.2 accepts TLS_RSA_WITH_NULL_MD5, TLS_RSA_WITH_NULL_SHA, TLS_RSA_WITH_NULL_SHA256 and 1 more, against RFC 9325 4.1 (nothing is encrypted); TLS 1.2 accepts TLS_RSA_WITH_RC4_128_MD5, TLS_RSA_WITH_RC4_128_SHA, against RFC 7465',
    );
  });

  test('a fact of the old kind does not fit', () => {
    const old = { ...best, suites: { 'TLSv1.2': { broken: refused } } };
    expect(check.needs['tls']?.safeParse({ addresses: [old] }).success).toBe(false);
  });
});
