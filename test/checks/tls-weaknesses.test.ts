import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-weaknesses.ts';
import type { ChainProblemKind } from '../../src/transport/chain-order.ts';
import type { StapleFacts } from '../../src/transport/ocsp-staple.ts';
import type { DescribedChain } from '../../src/transport/served-chains.ts';
import type { Behaviour, NameAnswer, TlsAddress } from '../../src/transport/tls-facts.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';
import { chainOrder, described, goodStaple, intermediateFacts, leafFacts, servedChain } from '../support/served-chain.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const all = tlsAddress();
const refused = { outcome: 'refused', by: 'alert', alert: 70 } as const;
const offered = { outcome: 'offered' } as const;
const faulty = { outcome: 'fault', fault: noAnswer } as const;

interface Seen {
  readonly tls?: Partial<TlsAddress>;
  /** False: node:tls does not trust the chain; null: it made no handshake. */
  readonly trusted?: boolean | null;
  readonly served?: readonly DescribedChain[];
  readonly servedFault?: typeof noAnswer;
}

const addressOf = ({ tls = {}, trusted = true }: Seen, address: string) => ({
  ...tlsAddress(tls),
  address,
  handshake: trusted === null ? { fault: noAnswer } : { trust: { trusted } },
});
const certificatesOf = ({ served = [servedChain()], servedFault }: Seen, address: string) => ({
  address,
  chain: [leafFacts(), intermediateFacts()],
  served,
  servedFault: servedFault ?? null,
});
const factsOf = (...seen: readonly Seen[]) => ({
  tls: { addresses: seen.map((each, index) => addressOf(each, `192.0.2.${index + 1}`)) },
  certificates: { addresses: seen.map((each, index) => certificatesOf(each, `192.0.2.${index + 1}`)) },
});

const version = (name: keyof TlsAddress['protocols'], seen: TlsAddress['protocols']['SSLv3'], rest: Partial<TlsAddress> = {}): Seen => ({
  tls: { protocols: { ...all.protocols, [name]: seen }, ...rest },
});
const suites = (...accepted: string[]): Seen => ({
  tls: { suites: { ...all.suites, 'TLSv1.2': { accepted, fault: null, order: null, preferred: null } }, dhBits: [2048] },
});
const behaves = (change: Partial<Behaviour>): Seen => ({ tls: { behaviour: { ...all.behaviour, ...change } } });
const groups = (...accepted: string[]): Seen => ({ tls: { groups: { ...all.groups, 'TLSv1.2': { accepted, fault: null } } } });
const answered = (change: Partial<Extract<NameAnswer, { outcome: 'answered' }>> = {}): NameAnswer => ({
  outcome: 'answered',
  version: 'TLSv1.3',
  suite: 'TLS_AES_256_GCM_SHA384',
  certificate: null,
  moreVersions: [],
  ...change,
});
const named = (none: NameAnswer, unknown: NameAnswer = answered()): Seen => ({ tls: { otherNames: { none, unknown } } });
const chain = (change: Partial<DescribedChain>): Seen => ({ served: [servedChain(change)] });
const problem = (kind: ChainProblemKind, indexes: readonly number[], rest: Seen = {}): Seen => ({
  ...rest,
  served: [servedChain({ order: chainOrder([{ kind, indexes }]) })],
});
const stapled = (staple: StapleFacts | null, mustStaple: boolean | null = false): Seen => chain({ staple, mustStaple });
const statusOf = (status: 'good' | 'revoked' | 'unknown', thisUpdate: string, nextUpdate: string | null) =>
  goodStaple({ answer: { status, revocation: null, thisUpdate, nextUpdate } });
/** The look is as of 2026-11-24T08:00:00.000Z. */
const before = '2026-11-23T00:00:00.000Z';

interface Row {
  readonly what: string;
  readonly seen: Seen;
  readonly intent: string;
  readonly observed?: string;
  readonly rule?: string;
}

const connections: readonly Row[] = [
  { what: 'nothing weak', seen: {}, intent: 'pass', observed: 'no weakness was found, keys are exchanged in no post-quantum group' },
  {
    what: 'nothing weak, and a post-quantum group',
    seen: { tls: { groups: { ...all.groups, 'TLSv1.3': { accepted: ['x25519', 'X25519MLKEM768'], fault: null } } } },
    intent: 'pass',
    observed: 'no weakness was found, post-quantum groups are offered: X25519MLKEM768',
  },
  {
    what: 'SSL 3.0',
    seen: version('SSLv3', offered, {
      suites: { ...all.suites, SSLv3: { accepted: ['TLS_RSA_WITH_AES_256_CBC_SHA'], fault: null, order: null, preferred: null } },
    }),
    intent: 'fail',
    observed: 'SSL 3.0 is accepted',
    rule: 'RFC 7568',
  },
  {
    what: 'TLS 1.1 not tried',
    seen: version('TLSv1.1', faulty),
    intent: 'unknown timeout',
    observed: 'TLS 1.1 could not be tried: no answer in time',
  },
  { what: 'TLS 1.3 not tried', seen: version('TLSv1.3', faulty), intent: 'unknown timeout' },
  {
    what: 'TLS 1.3 refused',
    seen: version('TLSv1.3', refused, { behaviour: { ...all.behaviour, refusesFallback: { is: null }, downgradeSentinel: { is: null } } }),
    intent: 'pass',
  },
  {
    what: 'RC4',
    seen: suites('TLS_ECDHE_RSA_WITH_RC4_128_SHA'),
    intent: 'fail',
    observed: 'TLS 1.2 accepts TLS_ECDHE_RSA_WITH_RC4_128_SHA',
    rule: 'RFC 7465',
  },
  { what: 'CBC is no broken suite', seen: suites('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'), intent: 'pass' },
  {
    what: 'a suite that nobody knows',
    seen: suites('0xfefe'),
    intent: 'unknown unsupported',
    observed: 'TLS 1.2 accepts 0xfefe, which we do not know',
  },
  {
    what: 'RC4, and maybe more',
    seen: {
      tls: {
        suites: { ...all.suites, 'TLSv1.2': { accepted: ['TLS_RSA_WITH_RC4_128_SHA'], fault: noAnswer, order: null, preferred: null } },
      },
    },
    intent: 'fail',
  },
  {
    what: 'maybe more suites',
    seen: {
      tls: {
        suites: { ...all.suites, 'TLSv1.3': { accepted: ['TLS_AES_256_GCM_SHA384'], fault: noAnswer, order: null, preferred: null } },
      },
    },
    intent: 'unknown timeout',
  },
  { what: 'suites not asked for', seen: { tls: { suites: {} } }, intent: 'unknown partial' },
  { what: 'a version without a suite', seen: suites(), intent: 'unknown partial' },
  { what: 'a fallback is accepted', seen: behaves({ refusesFallback: { is: false } }), intent: 'fail', rule: 'RFC 7507' },
  { what: 'a fallback was not tried', seen: behaves({ refusesFallback: { fault: noAnswer } }), intent: 'unknown timeout' },
  { what: 'fallbacks not asked for though they arise', seen: behaves({ refusesFallback: { is: null } }), intent: 'unknown partial' },
  { what: 'renegotiation is not secure', seen: behaves({ secureRenegotiation: { is: false } }), intent: 'fail', rule: 'RFC 5746' },
  { what: 'renegotiation was not tried', seen: behaves({ secureRenegotiation: { fault: noAnswer } }), intent: 'unknown timeout' },
  {
    what: 'compression',
    seen: behaves({ compression: { is: true } }),
    intent: 'fail',
    observed: 'compression is accepted (CRIME)',
    rule: 'RFC 9325 3.3',
  },
  { what: 'compression was not tried', seen: behaves({ compression: { fault: noAnswer } }), intent: 'unknown timeout' },
  { what: 'no extended master secret', seen: behaves({ extendedMasterSecret: { is: false } }), intent: 'fail', rule: 'RFC 7627' },
  { what: 'no mark against downgrades', seen: behaves({ downgradeSentinel: { is: false } }), intent: 'fail', rule: 'RFC 8446 4.1.3' },
  { what: 'marks not asked for though they arise', seen: behaves({ downgradeSentinel: { is: null } }), intent: 'unknown partial' },
  { what: 'ALPN does not matter', seen: behaves({ alpn: { fault: noAnswer } }), intent: 'pass' },
  { what: 'a curve of 224 bits', seen: groups('secp224r1'), intent: 'pass' },
  { what: 'a curve of 193 bits', seen: groups('sect193r2', 'x25519'), intent: 'fail', observed: 'TLS 1.2 exchanges keys in sect193r2' },
  {
    what: 'a curve that the server describes itself',
    seen: groups('0xff01'),
    intent: 'fail',
    observed: 'TLS 1.2 exchanges keys in 0xff01',
  },
  { what: 'a curve that nobody knows', seen: groups('0x1234'), intent: 'unknown unsupported' },
  {
    what: 'maybe more groups',
    seen: { tls: { groups: { ...all.groups, 'TLSv1.3': { accepted: ['x25519'], fault: noAnswer } } } },
    intent: 'unknown timeout',
  },
  { what: 'groups not asked for', seen: { tls: { groups: {} } }, intent: 'unknown partial' },
  {
    what: 'a finite field of 2047 bits',
    seen: { tls: { dhBits: [2047] } },
    intent: 'fail',
    observed: 'keys are exchanged in a finite field of 2047 bits',
    rule: 'RFC 9325 4.5',
  },
  { what: 'a finite field of 2048 bits', seen: suites('TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'), intent: 'pass' },
  {
    what: 'a finite field whose size nobody saw',
    seen: { tls: { ...suites('TLS_DHE_RSA_WITH_AES_256_GCM_SHA384').tls, dhBits: [] } },
    intent: 'unknown partial',
  },
  {
    what: 'a suite that was not offered',
    seen: { tls: { oddities: ['suite-not-offered'] } },
    intent: 'fail',
    rule: 'RFC 8446 4.1.3, RFC 5246 7.4.1.3',
  },
  { what: 'other oddities', seen: { tls: { oddities: ['version-intolerant', 'warning-first'] } }, intent: 'pass' },
  { what: 'the same for every name', seen: named(answered()), intent: 'pass' },
  {
    what: 'other names are refused',
    seen: named({ outcome: 'refused', by: 'alert' }, { outcome: 'refused', by: 'close' }),
    intent: 'pass',
  },
  {
    what: 'more without a name',
    seen: named(answered({ moreVersions: ['TLSv1.1', 'TLSv1'] })),
    intent: 'fail',
    observed: 'a client that names no host gets TLS 1.0, TLS 1.1 as well',
    rule: 'RFC 8996',
  },
  {
    what: 'more for a wrong name',
    seen: named(answered(), answered({ moreVersions: ['SSLv3', 'TLSv1'] })),
    intent: 'fail',
    observed: 'a client that names a host that is not known here gets SSL 3.0, TLS 1.0 as well',
    rule: 'RFC 7568, RFC 8996',
  },
  { what: 'TLS 1.2 without a name only', seen: named(answered({ moreVersions: ['TLSv1.2'] })), intent: 'fail' },
  { what: 'TLS 1.3 without a name only', seen: named(answered({ moreVersions: ['TLSv1.3'] })), intent: 'pass' },
  { what: 'a broken suite without a name', seen: named(answered({ suite: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA' })), intent: 'fail' },
  { what: 'other names not tried', seen: named(answered(), { outcome: 'fault', fault: noAnswer }), intent: 'unknown timeout' },
  { what: 'answers in clear', seen: { tls: { plaintext: 'HTTP/1.1 400 Bad Request' } }, intent: 'fail' },
];

const chains: readonly Row[] = [
  { what: 'the root is sent along', seen: problem('root-included', [1]), intent: 'pass' },
  {
    what: 'wrong order',
    seen: problem('out-of-order', [1]),
    intent: 'fail report',
    observed: 'certificate 2 of "CN=shop.example.com" is sent before what it issued',
  },
  { what: 'a superfluous certificate', seen: problem('superfluous', [1]), intent: 'fail report' },
  { what: 'a certificate twice', seen: problem('duplicate', [1]), intent: 'fail report' },
  { what: 'leaf not first', seen: problem('leaf-not-first', [1]), intent: 'fail report' },
  { what: 'a certificate that cannot be read', seen: problem('unreadable', [1]), intent: 'unknown malformed' },
  {
    what: 'no intermediate, not trusted',
    seen: problem('missing-intermediate', [0], { trusted: false }),
    intent: 'fail',
    observed: 'the chain of "CN=shop.example.com" came without the certificate that issued it',
  },
  { what: 'no intermediate, trusted as it is', seen: problem('missing-intermediate', [0]), intent: 'pass' },
  { what: 'no intermediate, no handshake', seen: problem('missing-intermediate', [0], { trusted: null }), intent: 'unknown unsupported' },
  {
    what: 'no intermediate of another leaf than the handshake saw',
    seen: chain({
      certificates: [described(leafFacts({ fingerprintSha256: 'ef' }))],
      order: chainOrder([{ kind: 'missing-intermediate', indexes: [0] }]),
    }),
    intent: 'unknown unsupported',
  },
  { what: 'a good staple', seen: stapled(goodStaple(), true), intent: 'pass' },
  { what: 'nothing stapled', seen: stapled(null), intent: 'pass' },
  {
    what: 'nothing stapled though demanded',
    seen: stapled(null, true),
    intent: 'fail',
    observed: 'nothing is stapled to "CN=shop.example.com", and its certificate says that something has to be',
    rule: 'RFC 7633',
  },
  { what: 'nothing stapled, and nobody knows whether it is demanded', seen: stapled(null, null), intent: 'unknown malformed' },
  {
    what: 'revoked',
    seen: stapled(statusOf('revoked', before, null)),
    intent: 'fail',
    observed: '"CN=shop.example.com": the certificate was revoked',
    rule: 'RFC 6960',
  },
  { what: 'not known to the responder', seen: stapled(statusOf('unknown', before, '2026-11-29T00:00:00.000Z')), intent: 'fail' },
  { what: 'a staple at its last moment', seen: stapled(statusOf('good', before, '2026-11-24T08:00:00.000Z')), intent: 'pass' },
  { what: 'a staple after its last moment', seen: stapled(statusOf('good', before, '2026-11-24T07:59:59.999Z')), intent: 'fail' },
  { what: 'a staple at its first moment', seen: stapled(statusOf('good', '2026-11-24T08:00:00.000Z', null)), intent: 'pass' },
  { what: 'a staple before its first moment', seen: stapled(statusOf('good', '2026-11-24T08:00:00.001Z', null)), intent: 'fail' },
  { what: 'a staple about another certificate', seen: stapled(goodStaple({ matchesLeaf: false, answer: null })), intent: 'fail' },
  { what: 'a staple that is badly signed', seen: stapled(goodStaple({ signature: { verdict: 'invalid', signer: null } })), intent: 'fail' },
  {
    what: 'a staple whose signature we cannot verify',
    seen: stapled(goodStaple({ signature: { verdict: 'unverifiable', signer: null } })),
    intent: 'unknown unsupported',
  },
  { what: 'a staple that cannot be read', seen: stapled({ kind: 'malformed', fault: noAnswer }), intent: 'unknown malformed' },
  { what: 'a responder that gave no answer', seen: stapled({ kind: 'refused', status: 'tryLater' }), intent: 'pass' },
  { what: 'a responder that gave no answer though demanded', seen: stapled({ kind: 'refused', status: 'tryLater' }, true), intent: 'fail' },
  { what: 'no chain', seen: { served: [] }, intent: 'unknown partial' },
  { what: 'a chain of nothing', seen: chain({ certificates: [] }), intent: 'unknown partial' },
  { what: 'maybe more chains', seen: { servedFault: noAnswer }, intent: 'unknown timeout' },
  { what: 'maybe more chains, one that demands a staple', seen: { ...stapled(null, true), servedFault: noAnswer }, intent: 'fail' },
];

describe('tls-weaknesses', () => {
  test.each([...connections, ...chains])('$what: $intent', ({ seen, intent, observed, rule }) => {
    const judgement = judgeOne(check, 'intent', factsOf(seen));
    expect(verdictOf(judgement)).toBe(intent);
    // Disorder in a chain lets nobody read anything.
    const refutesNothing = intent === 'pass' || intent === 'fail report';
    expect(verdictOf(judgeOne(check, 'literal', factsOf(seen)))).toBe(refutesNothing ? 'unknown not-provable' : intent);
    if (observed !== undefined) expect(judgement.observed).toBe(`at 192.0.2.1: ${observed}`);
    if (rule !== undefined) expect(judgement.rule).toBe(rule);
  });

  test('the gravest of several addresses decides', () => {
    const weak = suites('TLS_RSA_WITH_RC4_128_SHA');
    expect(judgeOne(check, 'intent', factsOf({}, weak, version('TLSv1', faulty)))).toMatchObject({
      status: 'fail',
      observed: 'at 192.0.2.2: TLS 1.2 accepts TLS_RSA_WITH_RC4_128_SHA',
    });
    expect(verdictOf(judgeOne(check, 'intent', factsOf({}, version('TLSv1', faulty))))).toBe('unknown timeout');
    expect(verdictOf(judgeOne(check, 'intent', factsOf()))).toBe('unknown none-seen');
  });

  test('what is only to be reported does not refute the sentence, and hides nothing that could not be seen', () => {
    const twice = problem('duplicate', [1]);
    const weak = suites('TLS_RSA_WITH_RC4_128_SHA');
    expect(verdictOf(judgeOne(check, 'literal', factsOf(twice, weak)))).toBe('fail');
    expect(judgeOne(check, 'literal', factsOf(twice, weak)).observed).toBe('at 192.0.2.2: TLS 1.2 accepts TLS_RSA_WITH_RC4_128_SHA');
    expect(verdictOf(judgeOne(check, 'literal', factsOf(twice, version('TLSv1', faulty))))).toBe('unknown timeout');
  });

  test('an address that only one of the facts knows is unknown', () => {
    const facts = factsOf({}, {});
    const judge = (changed: object) => verdictOf(judgeOne(check, 'intent', { ...facts, ...changed }));
    expect(judge({ certificates: { addresses: facts.certificates.addresses.slice(0, 1) } })).toBe('unknown partial');
    expect(judge({ tls: { addresses: facts.tls.addresses.slice(1) } })).toBe('unknown partial');
  });

  test('what many suites have in common is said once', () => {
    const many = suites(
      ...['RC4_128_MD5', 'RC4_128_SHA', '3DES_EDE_CBC_SHA', 'DES_CBC_SHA', 'NULL_SHA', 'NULL_MD5'].map((name) => `TLS_RSA_WITH_${name}`),
    );
    expect(judgeOne(check, 'intent', factsOf(many)).observed).toBe(
      [
        'at 192.0.2.1: TLS 1.2 accepts TLS_RSA_WITH_3DES_EDE_CBC_SHA, against RFC 9325 4.1, NIST SP 800-131A Revision 2 (blocks of 64 bits)',
        'TLS 1.2 accepts TLS_RSA_WITH_DES_CBC_SHA, against RFC 5469',
        'TLS 1.2 accepts TLS_RSA_WITH_NULL_SHA, TLS_RSA_WITH_NULL_MD5, against RFC 9325 4.1 (nothing is encrypted)',
        'TLS 1.2 accepts TLS_RSA_WITH_RC4_128_MD5, TLS_RSA_WITH_RC4_128_SHA, against RFC 7465',
      ].join('; '),
    );
  });

  test('the look can be repeated by hand', () => {
    expect(check.repeat(shop)).toContain('openssl s_client -connect shop.example.com:443 -servername shop.example.com');
    expect(check.repeat(shop)).toContain('-fallback_scsv');
    expect(check.repeat(shop)).toContain('; openssl s_client -connect shop.example.com:443 -noservername -status');
    expect(check.repeat({ ...shop, host: '2001:db8::1' })).not.toContain('-servername');
  });
});
