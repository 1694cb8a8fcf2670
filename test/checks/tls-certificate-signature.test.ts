import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-certificate-signature.ts';
import { besideEcdsa, blindToMore, onlyFirst, showing } from '../support/chains-of-address.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const signed = (signatureAlgorithm: string, signatureHash: string | null, selfSigned = false) => ({
  subject: 'CN=shop.example.com',
  signatureAlgorithm,
  signatureHash,
  selfSigned,
});
const promised = signed('sha256WithRSAEncryption', 'sha256');
const sha1 = signed('sha1WithRSAEncryption', 'sha1');
const timeout = { code: 'timeout', message: 'no answer in time' };
const chainOf = (chain: readonly unknown[], address = '192.0.2.1') => ({ address, chain });

const rows: readonly [what: string, addresses: readonly unknown[], literal: string, intent: string][] = [
  ['as promised', [chainOf([promised, promised])], 'pass', 'pass'],
  ['as promised, spelt otherwise', [chainOf([signed('SHA256WITHRSAENCRYPTION', 'sha256')])], 'pass', 'pass'],
  ['SHA-384 with RSA', [chainOf([signed('sha384WithRSAEncryption', 'sha384')])], 'fail', 'pass'],
  ['ECDSA with SHA-256', [chainOf([signed('ecdsa-with-SHA256', 'sha256')])], 'fail', 'pass'],
  ['RSA-PSS with SHA-256', [chainOf([signed('rsassaPss', 'sha256')])], 'fail', 'pass'],
  ['RSA-PSS with SHA-1', [chainOf([signed('rsassaPss', 'sha1')])], 'fail', 'fail'],
  ['RSA-PSS with a hash that we do not know', [chainOf([signed('rsassaPss', null)])], 'fail', 'unknown unsupported'],
  ['Ed25519', [chainOf([signed('ED25519', null)])], 'fail', 'pass'],
  ['SHA-1', [chainOf([sha1])], 'fail', 'fail'],
  ['MD5', [chainOf([signed('md5WithRSAEncryption', 'md5')])], 'fail', 'fail'],
  ['SHA-1 on an intermediate', [chainOf([promised, sha1])], 'pass', 'fail'],
  ['SHA-1 on the anchor itself', [chainOf([promised, signed('sha1WithRSAEncryption', 'sha1', true)])], 'pass', 'pass'],
  ['SHA-1 on a leaf that signs itself', [chainOf([signed('sha1WithRSAEncryption', 'sha1', true)])], 'fail', 'fail'],
  ['an algorithm that we do not know', [chainOf([signed('1.2.3.4', null)])], 'fail', 'unknown unsupported'],
  ['a fault', [{ ...chainOf([]), fault: timeout }], 'unknown timeout', 'unknown timeout'],
  ['no certificate', [chainOf([])], 'unknown malformed', 'unknown malformed'],
  ['no address', [], 'unknown none-seen', 'unknown none-seen'],
  ['one address good, one not', [chainOf([promised]), chainOf([sha1], '192.0.2.2')], 'fail', 'fail'],
  ['two chains as promised', [besideEcdsa([promised], [promised])], 'pass', 'pass'],
  ['a second chain with ECDSA', [besideEcdsa([promised], [signed('ecdsa-with-SHA256', 'sha256')])], 'fail', 'pass'],
  ['a second chain with SHA-1', [besideEcdsa([promised], [sha1])], 'fail', 'fail'],
  ['SHA-1 on an issuer of the second', [besideEcdsa([promised], [promised, sha1])], 'pass', 'fail'],
  ['SHA-1 on what belongs to no path', [besideEcdsa([promised], [promised, sha1], {}, onlyFirst)], 'pass', 'pass'],
  [
    'SHA-1 on the anchor of the second',
    [besideEcdsa([promised], [promised, signed('sha1WithRSAEncryption', 'sha1', true)])],
    'pass',
    'pass',
  ],
  ['SHA-1 on a second leaf that signs itself', [besideEcdsa([promised], [signed('sha1WithRSAEncryption', 'sha1', true)])], 'fail', 'fail'],
  ['there may be more chains', [showing([{ certificates: [promised] }], blindToMore)], 'unknown throttled', 'unknown throttled'],
  ['SHA-1, and there may be more chains', [showing([{ certificates: [sha1] }], blindToMore)], 'fail', 'fail'],
];

describe('tls-certificate-signature', () => {
  test.each(rows)('%s', (_what, addresses, literal, intent) => {
    const facts = { certificates: { addresses } };
    expect(verdictOf(judgeOne(check, 'literal', facts))).toBe(literal);
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe(intent);
  });

  test('tells the hash of RSA-PSS', () => {
    const facts = { certificates: { addresses: [chainOf([signed('rsassaPss', 'sha1')])] } };
    expect(judgeOne(check, 'intent', facts).observed).toBe(
      'at 192.0.2.1: certificate "CN=shop.example.com" is signed with rsassaPss with sha1',
    );
  });
});
