import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-certificate-trust.ts';
import { besideEcdsa, blindToMore, onlyFirst, showing } from '../support/chains-of-address.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';

const leaf = {
  subject: 'CN=shop.example.com',
  keyType: 'rsa',
  keyBits: 2048,
  signatureAlgorithm: 'sha256WithRSAEncryption',
  signatureHash: 'sha256',
  subjectAltNames: ['DNS:shop.example.com'],
  selfSigned: false,
};
const intermediate = { ...leaf, subject: 'CN=Intermediate', keyBits: 4096, subjectAltNames: [] };
const root = { ...intermediate, subject: 'CN=Root', signatureAlgorithm: 'sha1WithRSAEncryption', signatureHash: 'sha1', selfSigned: true };
const trusted = { trusted: true, code: null, store: { name: 'pinned roots', sha256: 'ab' } };
const timeout = { code: 'timeout', message: 'no answer within the deadline' };

interface Seen {
  readonly chain?: readonly unknown[];
  readonly trust?: unknown;
  readonly handshakeFault?: unknown;
  readonly chainFault?: unknown;
}

const factsOf = (seen: { readonly [address: string]: Seen }) => ({
  tls: {
    addresses: Object.entries(seen).map(([address, { trust = trusted, handshakeFault }]) => ({
      address,
      handshake: handshakeFault === undefined ? { trust } : { fault: handshakeFault },
    })),
  },
  certificates: {
    addresses: Object.entries(seen).map(([address, { chain = [leaf, intermediate], chainFault }]) =>
      chainFault === undefined ? { address, chain } : { address, chain: [], fault: chainFault },
    ),
  },
});

const notTrusted = (code: string | null) => ({ ...trusted, trusted: false, code });
const withLeaf = (changes: object) => ({ chain: [{ ...leaf, ...changes }, intermediate] });
const withIntermediate = (changes: object) => ({ chain: [leaf, { ...intermediate, ...changes }] });

interface Row {
  readonly what: string;
  readonly seen: Seen;
  /** Of the intent; the literal differs only where that passes. */
  readonly intent: string;
  readonly observed?: string;
}

const rows: readonly Row[] = [
  { what: 'trusted, named, strong', seen: {}, intent: 'pass' },
  {
    what: 'expired',
    seen: { trust: notTrusted('CERT_HAS_EXPIRED') },
    intent: 'fail',
    observed: 'not trusted by pinned roots: CERT_HAS_EXPIRED',
  },
  { what: 'self-signed', seen: { trust: notTrusted('DEPTH_ZERO_SELF_SIGNED_CERT') }, intent: 'fail' },
  { what: 'intermediate missing', seen: { trust: notTrusted('UNABLE_TO_VERIFY_LEAF_SIGNATURE') }, intent: 'fail' },
  { what: 'not trusted, no code', seen: { trust: notTrusted(null) }, intent: 'fail', observed: 'not trusted by pinned roots: no code' },
  {
    what: 'another name',
    seen: withLeaf({ subjectAltNames: ['DNS:www.example.com'] }),
    intent: 'fail',
    observed: 'names DNS:www.example.com, not shop.example.com',
  },
  { what: 'no name', seen: withLeaf({ subjectAltNames: [] }), intent: 'fail', observed: 'names no host, not shop.example.com' },
  { what: 'wildcard, one label', seen: withLeaf({ subjectAltNames: ['DNS:*.example.com'] }), intent: 'pass' },
  { what: 'wildcard, two labels', seen: withLeaf({ subjectAltNames: ['DNS:*.com'] }), intent: 'fail' },
  {
    what: 'many other names',
    seen: withLeaf({ subjectAltNames: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((label) => `DNS:${label}.test`) }),
    intent: 'fail',
    observed: 'names DNS:a.test, DNS:b.test, DNS:c.test, DNS:d.test, DNS:e.test and 2 more, not shop.example.com',
  },
  {
    what: 'RSA 2047',
    seen: withLeaf({ keyBits: 2047 }),
    intent: 'fail',
    observed: 'certificate "CN=shop.example.com" has a key of rsa, 2047 bits',
  },
  { what: 'RSA-PSS 2048', seen: withLeaf({ keyType: 'rsa-pss' }), intent: 'pass' },
  { what: 'RSA-PSS 1024', seen: withLeaf({ keyType: 'rsa-pss', keyBits: 1024 }), intent: 'fail' },
  { what: 'EC 256', seen: withLeaf({ keyType: 'ec', keyBits: 256 }), intent: 'pass' },
  { what: 'EC 255', seen: withLeaf({ keyType: 'ec', keyBits: 255 }), intent: 'fail' },
  { what: 'Ed25519', seen: withLeaf({ keyType: 'ed25519', keyBits: null }), intent: 'pass' },
  { what: 'a key of unknown length', seen: withLeaf({ keyBits: null }), intent: 'unknown unsupported' },
  { what: 'a key of a type that we do not know', seen: withLeaf({ keyType: 'dsa' }), intent: 'unknown unsupported' },
  { what: 'intermediate with RSA 1024', seen: withIntermediate({ keyBits: 1024 }), intent: 'fail' },
  { what: 'SHA-1 on the leaf', seen: withLeaf({ signatureAlgorithm: 'sha1WithRSAEncryption', signatureHash: 'sha1' }), intent: 'fail' },
  {
    what: 'ECDSA with SHA-1 on the leaf',
    seen: withLeaf({ signatureAlgorithm: 'ecdsa-with-SHA1', signatureHash: 'sha1' }),
    intent: 'fail',
  },
  { what: 'RSA-SHA1 on the leaf', seen: withLeaf({ signatureAlgorithm: 'RSA-SHA1', signatureHash: 'sha1' }), intent: 'fail' },
  {
    what: 'MD5 on the intermediate',
    seen: withIntermediate({ signatureAlgorithm: 'md5WithRSAEncryption', signatureHash: 'md5' }),
    intent: 'fail',
  },
  { what: 'ECDSA with SHA-384', seen: withLeaf({ signatureAlgorithm: 'ecdsa-with-SHA384', signatureHash: 'sha384' }), intent: 'pass' },
  { what: 'SHA-512', seen: withLeaf({ signatureAlgorithm: 'sha512WithRSAEncryption', signatureHash: 'sha512' }), intent: 'pass' },
  {
    what: 'a signature whose hash nobody told',
    seen: withLeaf({ signatureAlgorithm: 'rsassaPss', signatureHash: null }),
    intent: 'unknown unsupported',
  },
  { what: 'SHA-1 on the root that is sent along', seen: { chain: [leaf, intermediate, root] }, intent: 'pass' },
  { what: 'a root with RSA 1024 that is sent along', seen: { chain: [leaf, intermediate, { ...root, keyBits: 1024 }] }, intent: 'fail' },
  { what: 'no handshake', seen: { handshakeFault: timeout }, intent: 'unknown timeout' },
  {
    what: 'certificates unreadable',
    seen: { chainFault: { code: 'malformed', message: 'not a certificate' } },
    intent: 'unknown malformed',
  },
  { what: 'no certificate', seen: { chain: [] }, intent: 'unknown malformed' },
  { what: 'no handshake, wrong name', seen: { handshakeFault: timeout, ...withLeaf({ subjectAltNames: [] }) }, intent: 'fail' },
];

describe('tls-certificate-trust', () => {
  test.each(rows)('$what: $intent', ({ seen, intent, observed }) => {
    const facts = factsOf({ '192.0.2.1': seen });
    const judgement = judgeOne(check, 'intent', facts);
    expect(verdictOf(judgement)).toBe(intent);
    expect(verdictOf(judgeOne(check, 'literal', facts))).toBe(intent === 'pass' ? 'unknown not-provable' : intent);
    if (observed !== undefined) expect(judgement.observed).toBe(`at 192.0.2.1: ${observed}`);
  });

  test('one address fails, another could not be seen', () => {
    const facts = factsOf({
      '192.0.2.1': {},
      '192.0.2.2': { handshakeFault: timeout, chainFault: timeout },
      '2001:db8::1': { trust: notTrusted('X') },
    });
    expect(judgeOne(check, 'intent', facts).observed).toBe('at 2001:db8::1: not trusted by pinned roots: X');
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe('fail');
  });

  test('one address passes, another could not be seen', () => {
    const facts = factsOf({ '192.0.2.1': {}, '192.0.2.2': { handshakeFault: timeout, chainFault: timeout } });
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe('unknown timeout');
    expect(verdictOf(judgeOne(check, 'literal', facts))).toBe('unknown timeout');
  });

  test('an address that only one of the facts knows is unknown', () => {
    const facts = factsOf({ '192.0.2.1': {}, '192.0.2.2': {} });
    const tlsOnly = { ...facts, certificates: { addresses: facts.certificates.addresses.slice(0, 1) } };
    const certificatesOnly = { ...facts, tls: { addresses: facts.tls.addresses.slice(1) } };
    expect(verdictOf(judgeOne(check, 'intent', tlsOnly))).toBe('unknown partial');
    expect(verdictOf(judgeOne(check, 'intent', certificatesOnly))).toBe('unknown partial');
  });

  test('no address at all', () => {
    expect(verdictOf(judgeOne(check, 'intent', factsOf({})))).toBe('unknown none-seen');
    expect(verdictOf(judgeOne(check, 'literal', factsOf({})))).toBe('unknown none-seen');
  });

  test('an address literal is looked up among the addresses', () => {
    const subject = { ...shop, host: '192.0.2.1' };
    const judge = (names: readonly string[]) =>
      verdictOf(judgeOne(check, 'intent', factsOf({ '192.0.2.1': withLeaf({ subjectAltNames: names }) }), { subject }));
    expect(judge(['IP Address:192.0.2.1'])).toBe('pass');
    expect(judge(['IP Address:192.0.2.2'])).toBe('fail');
    expect(judge(['DNS:192.0.2.1'])).toBe('fail');
  });

  test('the look can be repeated by hand', () => {
    expect(check.repeat(shop)).toBe(
      "openssl s_client -connect shop.example.com:443 -servername shop.example.com -cipher 'ALL:@SECLEVEL=0' -verify_hostname shop.example.com -showcerts </dev/null",
    );
    expect(check.repeat({ ...shop, host: '2001:db8::1' })).toBe(
      "openssl s_client -connect [2001:db8::1]:443 -noservername -cipher 'ALL:@SECLEVEL=0' -verify_ip 2001:db8::1 -showcerts </dev/null",
    );
  });

  const ecdsa = { ...leaf, keyType: 'ec', keyBits: 256 };
  const two = besideEcdsa([leaf, intermediate], [ecdsa, intermediate]);
  const leafSha256 = (index: number): string => `${index}0`.repeat(32);
  const both = [0, 1].map((index) => ({ leafSha256: leafSha256(index), trusted: true, code: null }));
  const expired = { leafSha256: leafSha256(1), trusted: false, code: 'CERT_HAS_EXPIRED' };
  const notSeen = { leafSha256: leafSha256(1), fault: timeout };

  const same = { ...leaf, fingerprintSha256: 'ab' };
  const twice = showing([{ certificates: [same, intermediate] }, { certificates: [same] }]);
  const trustedLeaf = { leafSha256: 'ab', trusted: true, code: null };

  test.each<[what: string, certificates: object, trustOfChains: readonly object[] | undefined, intent: string, observed?: string]>([
    ['both trusted', two, both, 'pass', 'rsa chain: trusted by pinned roots'],
    ['the second expired', two, [both[0] ?? {}, expired], 'fail', 'ecdsa chain: not trusted by pinned roots: CERT_HAS_EXPIRED'],
    ['the second not asked', two, [both[0] ?? {}, notSeen], 'unknown timeout', 'ecdsa chain: trust: no answer within the deadline'],
    ['the second without a verdict', two, both.slice(0, 1), 'unknown partial'],
    ['no verdicts on chains', two, undefined, 'unknown partial'],
    ['a verdict on another chain', two, [both[0] ?? {}, { ...both[1], leafSha256: leafSha256(2) }], 'unknown partial'],
    [
      'the second for another name',
      besideEcdsa([leaf], [{ ...ecdsa, subjectAltNames: ['DNS:other.test'] }]),
      both,
      'fail',
      'ecdsa chain: names DNS:other.test, not shop.example.com',
    ],
    ['the second with a weak key', besideEcdsa([leaf], [{ ...ecdsa, keyBits: 255 }]), both, 'fail'],
    ['a weak key above the second', besideEcdsa([leaf], [ecdsa, { ...intermediate, keyBits: 1024 }]), both, 'fail'],
    ['a weak key that belongs to no path', besideEcdsa([leaf], [ecdsa, { ...intermediate, keyBits: 1024 }], {}, onlyFirst), both, 'pass'],
    ['SHA-1 in the second', besideEcdsa([leaf], [{ ...ecdsa, signatureHash: 'sha1' }]), both, 'fail'],
    ['the anchor of the second with SHA-1', besideEcdsa([leaf], [ecdsa, root]), both, 'pass'],
    ['the second cannot be read', besideEcdsa([leaf], [null]), both, 'unknown malformed'],
    ['one chain', showing([{ certificates: [leaf] }]), both.slice(0, 1), 'pass', 'names shop.example.com'],
    ['one chain, a verdict of the handshake only', showing([{ certificates: [leaf] }]), undefined, 'pass'],
    ['the same leaf twice, a verdict of the handshake only', twice, undefined, 'unknown partial'],
    ['the same leaf twice, trusted with its issuer only', twice, [trustedLeaf, { ...trustedLeaf, trusted: false }], 'fail'],
    ['one chain, and there may be more', showing([{ certificates: [leaf] }], blindToMore), both.slice(0, 1), 'unknown throttled'],
    ['none on the wire', showing([], { chain: [leaf] }), [], 'unknown partial'],
    ['another in the handshake', { ...showing([{ certificates: [ecdsa] }]), chain: [leaf] }, [{ ...both[0], trusted: false }], 'fail'],
  ])('chains on the wire: %s', (_what, certificates, trustOfChains, intent, observed = '') => {
    const tls = { addresses: [{ address: '192.0.2.1', handshake: { trust: trusted }, ...(trustOfChains && { trustOfChains }) }] };
    const facts = { tls, certificates: { addresses: [certificates] } };
    const judgement = judgeOne(check, 'intent', facts);
    expect([verdictOf(judgement), judgement.observed]).toEqual([intent, expect.stringContaining(observed)]);
    expect(verdictOf(judgeOne(check, 'literal', facts))).toBe(intent === 'pass' ? 'unknown not-provable' : intent);
  });
});
