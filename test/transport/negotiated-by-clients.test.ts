import { expect, test } from 'vitest';
import type { Agreement, Negotiation } from '../../src/transport/negotiate.ts';
import { describeNegotiated, judgeNegotiatedBits, negotiateWithClients } from '../../src/transport/negotiated-by-clients.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const of = (keyBits: number): Agreement => ({ version: 'TLSv1.2', suite: `TLS_WITH_${keyBits}`, keyBits, groups: null });
const agreed = (first: Agreement, ...others: Agreement[]): Negotiation => ({
  outcome: 'agreed',
  possible: [first, ...others],
  doubt: null,
});

test.each<[what: string, result: Negotiation, expected: string]>([
  ['256 bits', agreed(of(256)), 'nothing'],
  ['255 bits', agreed(of(255)), 'found'],
  ['all of the possible below', agreed(of(128), of(112)), 'found'],
  ['one of the possible below', agreed(of(256), of(128)), 'unseen partial'],
  ['below, or refused', { outcome: 'agreed', possible: [of(128)], doubt: noAnswer }, 'unseen partial'],
  ['256 bits, or refused', { outcome: 'agreed', possible: [of(256)], doubt: noAnswer }, 'nothing'],
  ['refused', { outcome: 'refused' }, 'nothing'],
  ['not known, below possible', { outcome: 'unknown', possible: [of(128)], fault: noAnswer }, 'unseen timeout'],
  ['not known, 256 bits possible', { outcome: 'unknown', possible: [of(256)], fault: noAnswer }, 'unseen timeout'],
])('%s: %s', (_what, result, expected) => {
  const { found, unseen } = judgeNegotiatedBits({ clients: 'Chrome 143', result }, 256, 'suites');
  const said = [...found.map(() => 'found'), ...unseen.map(({ code }) => `unseen ${code}`)];
  expect(said.join(', ') || 'nothing').toBe(expected);
});

test('clients for which it comes out the same are told together', () => {
  expect(negotiateWithClients(tlsAddress()).map(describeNegotiated)).toEqual([
    'Chrome 143, Firefox 148, Safari 26, OpenSSL 1.1.1 would negotiate TLS_AES_256_GCM_SHA384',
    'Android 7.0, Java 8u252 would negotiate TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  ]);
  const closed = tlsAddress({ protocols: { ...tlsAddress().protocols, 'TLSv1.2': { outcome: 'refused', by: 'close' } } });
  expect(negotiateWithClients(closed).map(describeNegotiated)[1]).toBe('Android 7.0, Java 8u252 would be refused');
  expect(negotiateWithClients(tlsAddress({ suites: {} })).map(describeNegotiated)).toEqual([
    'Chrome 143, Firefox 148, Safari 26, Android 7.0, Java 8u252, OpenSSL 1.1.1 would negotiate nothing that is known',
  ]);
});
