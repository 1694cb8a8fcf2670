import { describe, expect, it, test } from 'vitest';
import type { SeenAddress } from '../../src/commands/tls-audit.ts';
import type { JudgedChain } from '../../src/commands/tls-verdicts.ts';
import type { Fault } from '../../src/domain/fault.ts';
import { described, intermediateFacts, leafFacts, servedChain } from '../support/served-chain.ts';
import { tlsAddress } from '../support/tls-address.ts';
import { blind, judged, judgedChain } from '../support/tls-audited.ts';

const fault: Fault = { code: 'timeout', message: 'no answer in time' };
const trusted = { trusted: true, code: null, store: 'pinned roots' } as const;
const { protocols, suites, groups, behaviour } = tlsAddress();
const offered = { outcome: 'offered' } as const;
const unseen = { outcome: 'fault', fault } as const;
const classic = { accepted: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'], fault: null, order: null, preferred: null } as const;

const leafOf = (change: Parameters<typeof leafFacts>[0]): readonly JudgedChain[] => [
  judgedChain({ chain: servedChain({ certificates: [described(leafFacts(change)), described(intermediateFacts())] }) }),
];

describe('one address', () => {
  it('passes where nothing is wrong and all is known', () => {
    expect(judged()).toMatchObject({ status: 'pass', shortcomings: { found: [], unseen: [] }, notes: [], blindness: null });
  });

  it('is not failed by suites below 256 bits, nor by profiles', () => {
    const report = judged();
    expect(report.facts.suites['TLSv1.2']?.accepted).toContain('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    expect(report.profiles.map(({ id, status }) => [id, status])).toContainEqual(['mozilla-modern', 'fail']);
    expect(report.status).toBe('pass');
  });

  test.each<[string, Partial<SeenAddress>, string]>([
    [
      'an outdated version',
      { protocols: { ...protocols, 'TLSv1.1': offered }, suites: { ...suites, 'TLSv1.1': classic } },
      'TLS 1.1 is accepted',
    ],
    ['a broken suite', { suites: { ...suites, 'TLSv1.2': { ...classic, accepted: ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'] } } }, '3DES'],
    ['compression', { behaviour: { ...behaviour, compression: { is: true } } }, 'CRIME'],
    ['plain text', { plaintext: 'HTTP/1.1 400 Bad Request' }, 'answers without TLS'],
    ['a small field', { dhBits: [1024] }, '1024 bits'],
    ['a suite that was not offered', { oddities: ['suite-not-offered'] }, 'was not offered'],
  ])('fails for %s', (_what, change, words) => {
    const { status, shortcomings } = judged(change);
    expect([status, shortcomings.found.map((one) => one.words).join('; ')]).toEqual(['fail', expect.stringContaining(words)]);
  });

  test.each<[string, readonly JudgedChain[], string]>([
    [
      'no trust',
      [judgedChain({ trust: { trusted: false, code: 'CERT_HAS_EXPIRED', store: 'pinned roots' } })],
      'a certificate has expired (CERT_HAS_EXPIRED)',
    ],
    [
      'a code that nobody explains',
      [judgedChain({ trust: { trusted: false, code: 'HOSTNAME_WEIRD', store: 'pinned roots' } })],
      ': HOSTNAME_WEIRD',
    ],
    ['another name', leafOf({ subjectAltNames: ['DNS:other.example.com'] }), 'is for other.example.com, not for shop.example.com'],
    ['no name', leafOf({ subjectAltNames: [] }), 'is for no host, not for shop.example.com'],
    ['a small key', leafOf({ keyType: 'rsa', keyBits: 2047, curve: null }), 'has a key of rsa, 2047 bits'],
    [
      'a weak signature',
      leafOf({ signatureAlgorithm: 'sha1WithRSAEncryption', signatureHash: 'sha1' }),
      'is signed with sha1WithRSAEncryption',
    ],
    ['one bad chain of two', [judgedChain(), judgedChain({ trust: { trusted: false, code: null, store: 'pinned roots' } })], 'no code'],
    ['a staple that is missing', [judgedChain({ chain: servedChain({ mustStaple: true }) })], 'something has to be'],
  ])('fails for %s', (_what, chains, words) => {
    const { status, shortcomings } = judged({}, chains);
    expect([status, shortcomings.found.map((one) => one.words).join('; ')]).toEqual(['fail', expect.stringContaining(words)]);
  });

  test.each<[string, Partial<SeenAddress>, readonly JudgedChain[] | undefined, string]>([
    ['a version', { protocols: { ...protocols, SSLv3: unseen } }, undefined, 'SSL 3.0 could not be tried'],
    ['suites', { suites: { ...suites, 'TLSv1.3': { ...classic, accepted: [], fault } } }, undefined, 'not all suites of TLS 1.3'],
    ['groups', { groups: { ...groups, 'TLSv1.2': { accepted: [], fault } } }, undefined, 'the groups of TLS 1.2'],
    ['behaviour', { behaviour: { ...behaviour, compression: { fault } } }, undefined, 'compression could not be asked for'],
    ['other names', { otherNames: { none: unseen, unknown: unseen } }, undefined, 'a client that names no host'],
    ['more chains', { served: { chains: [], fault } }, undefined, 'not all chains are known'],
    ['any chain', {}, [], 'no chain is known'],
    ['trust', {}, [judgedChain({ trust: { fault } })], 'is trusted is not known'],
    ['trust of one chain of two', {}, [judgedChain(), judgedChain({ trust: { fault } })], 'is trusted is not known'],
    [
      'a leaf that cannot be read',
      {},
      [judgedChain({ chain: servedChain({ certificates: [described(null)] }) })],
      'the certificate is not known',
    ],
    ['a key of another kind', {}, leafOf({ keyType: 'dsa', keyBits: 2048, curve: null }), 'which we cannot judge'],
    ['the wire', {}, [judgedChain({ isServed: false })], 'the chain on the wire is not known'],
  ])('is unknown where %s could not be seen', (_what, change, chains, words) => {
    const { status, shortcomings } = judged(change, chains ?? [judgedChain()]);
    expect(shortcomings.found).toEqual([]);
    expect([status, shortcomings.unseen.map((one) => one.words).join('; ')]).toEqual(['unknown', expect.stringContaining(words)]);
  });

  it('tells what clients bear apart, and passes', () => {
    const order = { leafIndex: 0, path: [0, 1], end: 'issuer-not-sent', problems: [{ kind: 'superfluous', indexes: [1] }] } as const;
    const { status, notes } = judged({}, [judgedChain({ chain: servedChain({ order }) })]);
    expect([status, notes.map(({ words }) => words)]).toEqual(['pass', [expect.stringContaining('belongs to no path')]]);
  });

  it('says each thing once, though two chains share it', () => {
    const chain = judgedChain({ trust: { fault } });
    expect(judged({}, [chain, chain]).shortcomings.unseen).toHaveLength(1);
  });

  it('is blind only where nothing was seen', () => {
    expect(judged(blind, []).blindness).toEqual(fault);
    expect(judged({ ...blind, plaintext: 'hello' }, []).blindness).toBeNull();
    expect(judged({ ...blind, protocols: { ...blind.protocols, SSLv3: { outcome: 'refused', by: 'close' } } }, []).blindness).toBeNull();
    expect(judged(blind, []).status).toBe('unknown');
  });

  it('trusts the judgement of nobody but the store', () => {
    expect(judged({ handshake: { fault } }, [judgedChain({ trust: trusted })]).status).toBe('pass');
  });
});
