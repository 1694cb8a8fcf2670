import { describe, expect, test } from 'vitest';
import type { CertificateFacts } from '../../src/transport/certificate-facts.ts';
import { suiteOfName } from '../../src/transport/cipher-suites.ts';
import type { ServedFacts } from '../../src/transport/compare-certificates.ts';
import { compareWithProfile } from '../../src/transport/compare-with-profile.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { type TlsProfileId, tlsProfiles } from '../../src/transport/tls-profiles.ts';
import { described, intermediateFacts, leafFacts, servedChain } from '../support/served-chain.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const refused = { outcome: 'refused', by: 'alert', alert: 70 } as const;
const offered = { outcome: 'offered' } as const;
const faulty = { outcome: 'fault', fault: noAnswer } as const;
const all = tlsAddress();
const ofLeaf = (change: Partial<CertificateFacts>): ServedFacts => ({
  served: [servedChain({ certificates: [described(leafFacts(change)), described(intermediateFacts())] })],
  servedFault: null,
});
const ofIntermediate = (change: Partial<CertificateFacts>): ServedFacts => ({
  served: [servedChain({ certificates: [described(leafFacts()), described(intermediateFacts(change))] })],
  servedFault: null,
});
const rsa = (keyBits: number | null): Partial<CertificateFacts> => ({
  keyType: 'rsa',
  keyBits,
  curve: null,
  signatureAlgorithm: 'sha256WithRSAEncryption',
});
const only = (version: 'TLSv1.2' | 'TLSv1.3', change: Partial<TlsAddress> = {}): TlsAddress =>
  tlsAddress({ protocols: { ...all.protocols, 'TLSv1.2': refused, 'TLSv1.3': refused, [version]: offered }, ...change });
const suites12 = (...accepted: string[]) => ({ ...all.suites, 'TLSv1.2': { accepted, fault: null, order: null, preferred: null } });
const suites13 = (...accepted: string[]) => ({ ...all.suites, 'TLSv1.3': { accepted, fault: null, order: null, preferred: null } });
const groups13 = (...accepted: string[]) => ({ ...all.groups, 'TLSv1.3': { accepted, fault: null } });
const good: ServedFacts = { served: [servedChain()], servedFault: null };

interface Row {
  readonly what: string;
  readonly profile?: TlsProfileId;
  readonly address?: TlsAddress;
  readonly served?: ServedFacts | null;
  /** Words and rules of the differences, then codes of what was not seen. */
  readonly expected: readonly string[];
}

const nist: readonly Row[] = [
  { what: 'TLS 1.2 and 1.3', expected: [] },
  { what: 'TLS 1.3 alone', address: only('TLSv1.3'), expected: [] },
  { what: 'TLS 1.2 alone', address: only('TLSv1.2'), expected: ['TLS 1.3 is refused (NIST SP 800-52r2 3.1)'] },
  {
    what: 'TLS 1.1 too',
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.1': offered } }),
    expected: ['TLS 1.1 is accepted (NIST SP 800-52r2 3.1)'],
  },
  { what: 'TLS 1.1 not tried', address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.1': faulty } }), expected: ['timeout'] },
  {
    what: 'TLS 1.3 not tried',
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.3': faulty } }),
    expected: ['timeout', 'timeout', 'timeout'],
  },
  { what: 'CBC with SHA-1', address: tlsAddress({ suites: suites12('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA') }), expected: [] },
  {
    what: 'key transport by RSA, and ChaCha20',
    address: tlsAddress({
      suites: {
        ...suites12('TLS_RSA_WITH_AES_128_GCM_SHA256'),
        'TLSv1.3': { accepted: ['TLS_CHACHA20_POLY1305_SHA256'], fault: noAnswer, order: null, preferred: null },
      },
    }),
    expected: [
      'TLS 1.2 accepts TLS_RSA_WITH_AES_128_GCM_SHA256 (NIST SP 800-52r2 3.3.1)',
      'TLS 1.3 accepts TLS_CHACHA20_POLY1305_SHA256 (NIST SP 800-52r2 3.3.1)',
      'timeout',
    ],
  },
  {
    what: 'suites not asked for',
    address: tlsAddress({ suites: { 'TLSv1.2': all.suites['TLSv1.2'] ?? suites12()['TLSv1.2'] } }),
    expected: ['partial'],
  },
  { what: 'a version without suites', address: tlsAddress({ suites: suites13() }), expected: ['partial'] },
  {
    what: 'no group of NIST',
    address: tlsAddress({ groups: groups13('x25519') }),
    expected: ['TLS 1.3 exchanges keys in none of secp256r1, secp384r1 (NIST SP 800-52r2 3.4.2)'],
  },
  {
    what: 'no group of NIST was seen yet',
    address: tlsAddress({ groups: { ...all.groups, 'TLSv1.3': { accepted: ['x25519'], fault: noAnswer } } }),
    expected: ['timeout'],
  },
  { what: 'a curve of 224 bits', address: tlsAddress({ groups: groups13('secp224r1', 'secp256r1') }), expected: [] },
  {
    what: 'a curve of 193 bits',
    address: tlsAddress({ groups: groups13('sect193r1', 'secp256r1') }),
    expected: ['TLS 1.3 exchanges keys in sect193r1 (NIST SP 800-52r2 3.4.2)'],
  },
  { what: 'a group that nobody knows', address: tlsAddress({ groups: groups13('0xfe00', 'secp256r1') }), expected: ['unsupported'] },
  { what: 'groups not asked for', address: tlsAddress({ groups: {} }), expected: ['partial', 'partial'] },
  {
    what: 'groups not asked for, where none is used',
    address: tlsAddress({
      groups: { 'TLSv1.3': all.groups['TLSv1.3'] ?? groups13()['TLSv1.3'] },
      suites: suites12('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'),
      dhBits: [2048],
    }),
    expected: [],
  },
  { what: 'no group though one is needed', address: tlsAddress({ groups: groups13() }), expected: ['partial'] },
  {
    what: 'no group, and maybe more suites',
    address: tlsAddress({
      suites: { ...all.suites, 'TLSv1.2': { accepted: [], fault: noAnswer, order: null, preferred: null } },
      groups: { ...all.groups, 'TLSv1.2': { accepted: [], fault: null } },
    }),
    expected: ['timeout'],
  },
  {
    what: 'a finite field of 2047 bits',
    address: tlsAddress({ dhBits: [2047, 4096] }),
    expected: ['keys are exchanged in a finite field of 2047 bits (NIST SP 800-52r2 3.4.2)'],
  },
  { what: 'a finite field of 2048 bits', address: tlsAddress({ dhBits: [2048] }), expected: [] },
  {
    what: 'a finite field whose size nobody saw',
    address: tlsAddress({ suites: suites12('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256') }),
    expected: ['partial'],
  },
  {
    what: 'no secure renegotiation',
    address: tlsAddress({ behaviour: { ...all.behaviour, secureRenegotiation: { is: false } } }),
    expected: ['secure renegotiation is not supported (NIST SP 800-52r2 3.4.1)'],
  },
  {
    what: 'compression',
    address: tlsAddress({ behaviour: { ...all.behaviour, compression: { is: true } } }),
    expected: ['compression is accepted (CRIME) (NIST SP 800-52r2 3.7)'],
  },
  {
    what: 'compression not asked for',
    address: tlsAddress({ behaviour: { ...all.behaviour, compression: { fault: noAnswer } } }),
    expected: ['timeout'],
  },
  {
    what: 'extended master secret not asked for',
    address: tlsAddress({ behaviour: { ...all.behaviour, extendedMasterSecret: { fault: noAnswer } } }),
    expected: ['timeout'],
  },
  {
    what: 'extended master secret not known',
    address: tlsAddress({ behaviour: { ...all.behaviour, extendedMasterSecret: { is: null } } }),
    expected: ['partial'],
  },
  {
    what: 'extended master secret where it does not arise',
    address: only('TLSv1.3', { behaviour: { ...all.behaviour, extendedMasterSecret: { is: null } } }),
    expected: [],
  },
  { what: 'RSA 2048', served: ofLeaf(rsa(2048)), expected: [] },
  {
    what: 'RSA 2047',
    served: ofLeaf(rsa(2047)),
    expected: ['certificate "CN=shop.example.com" has a key of rsa, 2047 bits (NIST SP 800-52r2 3.2.1)'],
  },
  { what: 'RSA of no known size', served: ofLeaf(rsa(null)), expected: ['unsupported'] },
  {
    what: 'RSA 1024 above the leaf',
    served: ofIntermediate(rsa(1024)),
    expected: ['certificate "CN=Intermediate" has a key of rsa, 1024 bits (NIST SP 800-52r2 3.2.1)'],
  },
  {
    what: 'SHA-1 above the leaf',
    served: ofIntermediate({ signatureAlgorithm: 'ecdsa-with-SHA1', signatureHash: 'sha1' }),
    expected: ['certificate "CN=Intermediate" is signed with ecdsa-with-SHA1 (NIST SP 800-52r2 3.2.1, table 3-1)'],
  },
  {
    what: 'SHA-1 of an anchor',
    served: ofIntermediate({ signatureAlgorithm: 'ecdsa-with-SHA1', signatureHash: 'sha1', selfSigned: true }),
    expected: [],
  },
  {
    what: 'SHA-1 of a leaf that signed itself',
    served: ofLeaf({ signatureAlgorithm: 'ecdsa-with-SHA1', signatureHash: 'sha1', selfSigned: true }),
    expected: ['certificate "CN=shop.example.com" is signed with ecdsa-with-SHA1 (NIST SP 800-52r2 3.2.1, table 3-1)'],
  },
  { what: 'a hash that nobody told', served: ofLeaf({ signatureAlgorithm: 'rsassaPss', signatureHash: null }), expected: ['unsupported'] },
  {
    what: 'Ed25519',
    served: ofLeaf({ keyType: 'ed25519', curve: null }),
    expected: ['certificate "CN=shop.example.com" has a key of ed25519, 256 bits (NIST SP 800-52r2 3.2.1)'],
  },
  {
    what: 'another curve',
    served: ofLeaf({ curve: 'secp256k1' }),
    expected: ['certificate "CN=shop.example.com" has a key of ec, 256 bits, on secp256k1 (NIST SP 800-52r2 3.2.1)'],
  },
  { what: 'three years', served: ofLeaf({ validFrom: '2024-01-01T00:00:00.000Z', validTo: '2027-01-01T00:00:00.000Z' }), expected: [] },
  {
    what: 'three years and a second',
    served: ofLeaf({ validFrom: '2024-01-01T00:00:00.000Z', validTo: '2027-01-01T00:00:01.000Z' }),
    expected: [
      'certificate "CN=shop.example.com" is valid from 2024-01-01T00:00:00.000Z to 2027-01-01T00:00:01.000Z, longer than 1096 days (NIST SP 800-52r2 3.2.1, table 3-1)',
    ],
  },
  {
    what: 'no staple where a responder is named',
    served: { served: [servedChain({ ocspUrls: ['http://ocsp.test'] })], servedFault: null },
    expected: [],
  },
  { what: 'no certificates', served: null, expected: ['partial'] },
  { what: 'an empty chain', served: { served: [servedChain({ certificates: [] })], servedFault: null }, expected: ['partial'] },
  {
    what: 'a certificate that cannot be read',
    served: { served: [servedChain({ certificates: [described(null)] })], servedFault: null },
    expected: ['malformed'],
  },
  { what: 'maybe another chain', served: { ...good, servedFault: noAnswer }, expected: ['timeout'] },
  {
    what: 'a second chain with a small key',
    served: { served: [servedChain(), ...ofLeaf(rsa(1024)).served], servedFault: null },
    expected: ['certificate "CN=shop.example.com" has a key of rsa, 1024 bits (NIST SP 800-52r2 3.2.1)'],
  },
];

const intermediate = 'Mozilla guideline 6.0 intermediate';
const modern = 'Mozilla guideline 6.0 modern';
const name = 'certificate "CN=shop.example.com"';
const days = (validTo: string): Partial<CertificateFacts> => ({ validFrom: '2026-01-01T00:00:00.000Z', validTo });
const mozilla: readonly Row[] = [
  { what: 'intermediate: TLS 1.2 and 1.3', profile: 'mozilla-intermediate', expected: [] },
  { what: 'intermediate: TLS 1.2 alone', profile: 'mozilla-intermediate', address: only('TLSv1.2'), expected: [] },
  {
    what: 'intermediate: nothing accepted',
    profile: 'mozilla-intermediate',
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.2': refused, 'TLSv1.3': refused } }),
    expected: [`TLS 1.2 or TLS 1.3 is not accepted (${intermediate}: tls_versions)`],
  },
  {
    what: 'intermediate: CBC',
    profile: 'mozilla-intermediate',
    address: tlsAddress({ suites: suites12('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA') }),
    expected: [`TLS 1.2 accepts TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA (${intermediate}: ciphers, ciphersuites)`],
  },
  {
    what: 'intermediate: four groups',
    profile: 'mozilla-intermediate',
    address: tlsAddress({ groups: groups13('X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1') }),
    expected: [],
  },
  {
    what: 'intermediate: a fifth group',
    profile: 'mozilla-intermediate',
    address: tlsAddress({ groups: groups13('x25519', 'secp521r1') }),
    expected: [`TLS 1.3 exchanges keys in secp521r1 (${intermediate}: tls_curves)`],
  },
  { what: 'intermediate: RSA 2048', profile: 'mozilla-intermediate', served: ofLeaf(rsa(2048)), expected: [] },
  {
    what: 'intermediate: RSA with SHA-384',
    profile: 'mozilla-intermediate',
    served: ofLeaf({ signatureAlgorithm: 'sha384WithRSAEncryption', signatureHash: 'sha384' }),
    expected: [`${name} is signed with sha384WithRSAEncryption (${intermediate}: certificate_signatures)`],
  },
  { what: 'intermediate: nobody asks above the leaf', profile: 'mozilla-intermediate', served: ofIntermediate(rsa(1024)), expected: [] },
  { what: 'intermediate: 366 days', profile: 'mozilla-intermediate', served: ofLeaf(days('2027-01-02T00:00:00.000Z')), expected: [] },
  {
    what: 'intermediate: 366 days and a second',
    profile: 'mozilla-intermediate',
    served: ofLeaf(days('2027-01-02T00:00:01.000Z')),
    expected: [
      `${name} is valid from 2026-01-01T00:00:00.000Z to 2027-01-02T00:00:01.000Z, longer than 366 days (${intermediate}: maximum_certificate_lifespan)`,
    ],
  },
  {
    what: 'intermediate: a responder, no staple',
    profile: 'mozilla-intermediate',
    served: { served: [servedChain({ ocspUrls: ['http://ocsp.test'] })], servedFault: null },
    expected: [`no OCSP response is stapled to ${name}, which names a responder (${intermediate}: ocsp_staple)`],
  },
  { what: 'modern: TLS 1.3 alone', profile: 'mozilla-modern', address: only('TLSv1.3'), expected: [] },
  { what: 'modern: TLS 1.2 too', profile: 'mozilla-modern', expected: [`TLS 1.2 is accepted (${modern}: tls_versions)`] },
  {
    what: 'modern: TLS 1.2 not tried',
    profile: 'mozilla-modern',
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.2': faulty } }),
    expected: ['timeout'],
  },
  {
    what: 'modern: RSA',
    profile: 'mozilla-modern',
    address: only('TLSv1.3'),
    served: ofLeaf({ ...rsa(4096), signatureAlgorithm: 'ecdsa-with-SHA256' }),
    expected: [`${name} has a key of rsa, 4096 bits (${modern}: certificate_types, certificate_curves)`],
  },
  {
    what: 'modern: 90 days',
    profile: 'mozilla-modern',
    address: only('TLSv1.3'),
    served: ofLeaf(days('2026-04-01T00:00:00.000Z')),
    expected: [],
  },
  {
    what: 'modern: 90 days and a second',
    profile: 'mozilla-modern',
    address: only('TLSv1.3'),
    served: ofLeaf(days('2026-04-01T00:00:01.000Z')),
    expected: [
      `${name} is valid from 2026-01-01T00:00:00.000Z to 2026-04-01T00:00:01.000Z, longer than 90 days (${modern}: maximum_certificate_lifespan)`,
    ],
  },
];

describe('compareWithProfile', () => {
  test.each([...nist, ...mozilla])('$what', ({ profile = 'nist-sp-800-52r2', address = all, served = good, expected }) => {
    const { found, unseen } = compareWithProfile(tlsProfiles[profile], address, served);
    expect([...found.map(({ words, rule }) => `${words} (${rule})`), ...unseen.map(({ code }) => code)]).toEqual(expected);
  });
});

test('a profile allows a suite once, and none that is broken', () => {
  for (const { suites } of Object.values(tlsProfiles)) {
    expect(new Set(suites.allowed).size).toBe(suites.allowed.length);
    expect(suites.allowed.filter((name) => suiteOfName(name)?.brokenBy !== null)).toEqual([]);
  }
});
