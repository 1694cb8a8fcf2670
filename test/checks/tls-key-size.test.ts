import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-key-size.ts';
import { besideEcdsa, blindToMore, onlyFirst, showing } from '../support/chains-of-address.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const rsa = (keyBits: number | null) => ({ subject: 'CN=shop.example.com', keyType: 'rsa', keyBits });
const ec = (keyBits: number) => ({ subject: 'CN=shop.example.com', keyType: 'ec', keyBits });
const other = (keyType: string, keyBits: number | null) => ({ subject: 'CN=shop.example.com', keyType, keyBits });
const timeout = { code: 'timeout', message: 'no answer in time' };
const chainOf = (chain: readonly unknown[], address = '192.0.2.1') => ({ address, chain });

const rows: readonly [what: string, addresses: readonly unknown[], literal: string, intent: string][] = [
  ['RSA of 2048 bits over all', [chainOf([rsa(2048), rsa(2048)])], 'pass', 'pass'],
  ['RSA of 2047 bits', [chainOf([rsa(2047), rsa(4096)])], 'fail', 'fail'],
  ['RSA-PSS of 2048 bits', [chainOf([other('rsa-pss', 2048)])], 'pass', 'pass'],
  ['a small key above', [chainOf([rsa(2048), rsa(1024)])], 'pass', 'fail'],
  ['EC of 256 bits', [chainOf([ec(256), rsa(2048)])], 'fail', 'pass'],
  ['EC of 255 bits', [chainOf([ec(255)])], 'fail', 'fail'],
  ['EC of 384 bits above RSA', [chainOf([rsa(2048), ec(384)])], 'pass', 'pass'],
  ['Ed25519', [chainOf([other('ed25519', 256)])], 'fail', 'pass'],
  ['RSA of nobody knows how many bits', [chainOf([rsa(null)])], 'unknown unsupported', 'unknown unsupported'],
  ['a kind of key that we do not know', [chainOf([other('dsa', 2048)])], 'fail', 'unknown unsupported'],
  ['one of unknown kind above', [chainOf([rsa(2048), other('ml-dsa-44', null)])], 'pass', 'unknown unsupported'],
  ['a fault', [{ ...chainOf([]), fault: timeout }], 'unknown timeout', 'unknown timeout'],
  ['no certificate', [chainOf([])], 'unknown malformed', 'unknown malformed'],
  ['no address', [], 'unknown none-seen', 'unknown none-seen'],
  ['one address good, one small', [chainOf([rsa(2048)]), chainOf([rsa(1024)], '192.0.2.2')], 'fail', 'fail'],
  [
    'one address good, one not seen',
    [chainOf([rsa(2048)]), { ...chainOf([], '192.0.2.2'), fault: timeout }],
    'unknown timeout',
    'unknown timeout',
  ],
  ['RSA beside RSA', [besideEcdsa([rsa(2048)], [rsa(2048)])], 'pass', 'pass'],
  ['RSA beside EC of 256 bits', [besideEcdsa([rsa(2048)], [ec(256)])], 'fail', 'pass'],
  ['RSA beside EC of 255 bits', [besideEcdsa([rsa(2048)], [ec(255)])], 'fail', 'fail'],
  ['RSA beside smaller RSA', [besideEcdsa([rsa(2048)], [rsa(2047)])], 'fail', 'fail'],
  ['a small key above the second', [besideEcdsa([rsa(2048)], [rsa(2048), rsa(1024)])], 'pass', 'fail'],
  ['a small key that belongs to no path', [besideEcdsa([rsa(2048)], [rsa(2048), rsa(1024)], {}, onlyFirst)], 'pass', 'pass'],
  ['there may be more chains', [showing([{ certificates: [rsa(2048)] }], blindToMore)], 'unknown throttled', 'unknown throttled'],
  ['a small key, and there may be more chains', [showing([{ certificates: [rsa(1024)] }], blindToMore)], 'fail', 'fail'],
];

describe('tls-key-size', () => {
  test.each(rows)('%s', (_what, addresses, literal, intent) => {
    const facts = { certificates: { addresses } };
    expect(verdictOf(judgeOne(check, 'literal', facts))).toBe(literal);
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe(intent);
  });

  test('says in which chain', () => {
    const facts = { certificates: { addresses: [besideEcdsa([rsa(2048)], [ec(255)])] } };
    const observed = 'at 192.0.2.1: ecdsa chain: certificate "CN=shop.example.com" has a key of ec, 255 bits';
    expect(judgeOne(check, 'intent', facts).observed).toBe(observed);
  });

  test('says which certificate, and where', () => {
    const facts = { certificates: { addresses: [chainOf([rsa(2048), { ...rsa(1024), subject: 'CN=Old Authority' }])] } };
    expect(judgeOne(check, 'intent', facts).observed).toBe('at 192.0.2.1: certificate "CN=Old Authority" has a key of rsa, 1024 bits');
  });
});
