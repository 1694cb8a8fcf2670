import { expect, it } from 'vitest';
import { differencesOf } from '../../src/transport/address-differences.ts';
import { compareTls } from '../../src/transport/tls-drift.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const { protocols, suites, groups, behaviour } = tlsAddress();
const fault = { outcome: 'fault', fault: noAnswer } as const;
const allFaults = { SSLv3: fault, TLSv1: fault, 'TLSv1.1': fault, 'TLSv1.2': fault, 'TLSv1.3': fault };
const silent: Partial<TlsAddress> = { protocols: allFaults, suites: {}, groups: {}, served: { chains: [], fault: noAnswer } };
const plain: Partial<TlsAddress> = { ...silent, plaintext: 'HTTP/1.1 400 Bad Request' };
const chain = { keyKind: 'rsa', version: 'TLSv1.2', certificates: ['AAAA'], staple: null } as const;
const [old, modern] = [
  { accepted: ['secp256r1'], fault: null },
  { accepted: ['x25519'], fault: null },
];

it.each<[title: string, other: Partial<TlsAddress>, expected: readonly string[]]>([
  ['nothing', {}, []],
  ['a version', { protocols: { ...protocols, TLSv1: { outcome: 'offered' } } }, ['protocols']],
  ['a version that could not be tried', { protocols: { ...protocols, TLSv1: fault } }, []],
  ['a group', { groups: { ...groups, 'TLSv1.3': modern } }, ['groups']],
  ['a group, the others unknown', { groups: { ...groups, 'TLSv1.3': { ...modern, fault: noAnswer } } }, []],
  [
    'the groups of a version that is refused',
    { groups: { 'TLSv1.2': old }, protocols: { ...protocols, 'TLSv1.3': { outcome: 'refused', by: 'close' } } },
    ['groups', 'protocols', 'suites'],
  ],
  ['suites that were not asked for', { suites: {} }, []],
  ['a behaviour', { behaviour: { ...behaviour, refusesFallback: { is: false } } }, ['behaviour']],
  ['a behaviour that does not arise', { behaviour: { ...behaviour, refusesFallback: { is: null } } }, []],
  ['a behaviour that is unknown', { behaviour: { ...behaviour, refusesFallback: { fault: noAnswer } } }, []],
  ['a chain', { served: { chains: [chain], fault: null } }, ['served']],
  ['a chain, others unknown', { served: { chains: [chain], fault: noAnswer } }, []],
  ['an answer without TLS', plain, ['plaintext']],
  ['silence', silent, []],
  [
    'the order of what is accepted',
    {
      suites: {
        ...suites,
        'TLSv1.3': { accepted: ['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256'], fault: null, order: null, preferred: null },
      },
    },
    [],
  ],
])('two addresses differ in %s', (_title, other, expected) => {
  expect(differencesOf([tlsAddress(), tlsAddress(other)])).toEqual(expected);
  expect(differencesOf([tlsAddress(other), tlsAddress()])).toEqual(expected);
});

it('silence differs from nothing, not even from an answer without TLS', () => {
  expect(differencesOf([tlsAddress(plain), tlsAddress(silent)])).toEqual([]);
  expect(differencesOf([tlsAddress(silent), tlsAddress(plain), tlsAddress()])).toEqual(['plaintext']);
});

it.each<[title: string, before: Partial<TlsAddress>, after: Partial<TlsAddress>, expected: readonly string[]]>([
  ['falls silent', plain, silent, []],
  ['is heard again', silent, plain, []],
  ['speaks TLS', plain, {}, ['it no longer answers without TLS']],
  ['speaks no more TLS', {}, plain, ['it answers without TLS now ("HTTP/1.1 400 Bad Request")']],
])('of an address that %s', (_title, before, after, expected) => {
  const changes = compareTls({ addresses: [tlsAddress(before)] }, { addresses: [tlsAddress(after)] }).map(({ text }) => text);
  expect(changes.filter((text) => text.includes('without TLS'))).toEqual(expected);
});

it('no address, and one alone, differ in nothing', () => {
  expect(differencesOf([])).toEqual([]);
  expect(differencesOf([tlsAddress()])).toEqual([]);
});
