import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { type AddressVerdict, judgeAddresses, refuteOnly } from '../domain/judge-addresses.ts';
import { epochMs } from '../domain/time.ts';
import { findChainWeaknesses, type TrustOfLeaf } from '../transport/chain-weaknesses.ts';
import { findWeaknesses, postQuantumGroupsOf } from '../transport/connection-weaknesses.ts';
import { opensslConnect } from '../transport/openssl-command.ts';
import { servedFacts } from '../transport/served-schemas.ts';
import { join, notSeen, type Shortcomings, verdictsOf } from '../transport/shortcomings.ts';
import { answeredFlag, fault, groups, protocols, suites, version } from '../transport/tls-fact-schemas.ts';

const nameAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('answered'), suite: z.string(), moreVersions: z.array(version) }),
  z.object({ outcome: z.literal('refused') }),
  z.object({ outcome: z.literal('fault'), fault }),
]);
const tlsAddress = z.object({
  address: z.string(),
  plaintext: z.string().nullable(),
  protocols,
  suites,
  groups,
  dhBits: z.array(z.number()),
  behaviour: z.object({
    refusesFallback: answeredFlag,
    secureRenegotiation: answeredFlag,
    compression: answeredFlag,
    extendedMasterSecret: answeredFlag,
    downgradeSentinel: answeredFlag,
  }),
  otherNames: z.object({ none: nameAnswer, unknown: nameAnswer }).nullable(),
  oddities: z.array(z.enum(['extension-intolerant', 'size-intolerant', 'suite-not-offered', 'version-intolerant', 'warning-first'])),
  handshake: z.union([z.object({ fault }), z.object({ trust: z.object({ trusted: z.boolean() }) })]),
});
const certificatesAddress = z.object({
  address: z.string(),
  chain: z.array(z.object({ fingerprintSha256: z.string() })),
  ...servedFacts,
});
type TlsAddress = z.infer<typeof tlsAddress>;
type CertificatesAddress = z.infer<typeof certificatesAddress>;

export const check = defineCheck({
  title: 'No known weakness of the connection is open',
  claims: [{ claim: 'unreadable-in-transit', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { tls: z.object({ addresses: z.array(tlsAddress) }), certificates: z.object({ addresses: z.array(certificatesAddress) }) },
  whenNone: 'unknown',
  judge: (_subject, { tls, certificates }, { asOf }) => {
    const seenElsewhere = certificates.addresses.filter((seen) => !tls.addresses.some(({ address }) => address === seen.address));
    const seen = tls.addresses.map((each) => ({ ...each, shortcomings: findShortcomings(each, certificates.addresses, epochMs(asOf)) }));
    const blind = seenElsewhere.map(({ address }) => unseen(address));
    const question = {
      interpretation: 'intent',
      expected:
        'no outdated version, broken suite, weak group, silent fallback, open renegotiation, compression, missing mark or bad staple',
      rule: 'RFC 9325',
    } as const;
    const intent = judgeAddresses(question, [...seen.flatMap((each) => judgeAddress(each, each.shortcomings)), ...blind]);
    const refuting = judgeAddresses(question, [...seen.flatMap((each) => judgeAddress(each, withoutReports(each.shortcomings))), ...blind]);
    return [refuteOnly(refuting, { expected: 'no weakness that lets somebody read or change what is sent', rule: refuting.rule }), intent];
  },
  repeat: (subject) => {
    const connect = opensslConnect(subject);
    const old = `for v in tls1 tls1_1 tls1_2; do for o in '-comp -status' -fallback_scsv; do ${connect} -$v -cipher 'ALL:@SECLEVEL=0' $o </dev/null; done; done`;
    const withoutName = `${connect.replace(/-servername \S+/, '-noservername')} -status -showcerts </dev/null`;
    return `(${old}; ${withoutName}) 2>&1 | grep -E 'Protocol|Cipher is|Renegotiation|Compression|Extended master|Server Temp Key|OCSP|Cert Status|fallback| [is]:'`;
  },
  mend: 'Where the connection ends (gateway, front door or server), accept TLS 1.2 and 1.3 only, with ECDHE on P-256 or X25519 and without compression, the same for every name; bring the software up to date; send the chain in order, with a fresh OCSP response where the certificate demands one.',
});

function judgeAddress(seen: TlsAddress, shortcomings: Shortcomings): readonly AddressVerdict[] {
  const { address, plaintext } = seen;
  if (plaintext !== null) return [{ address, observed: `answers without TLS ("${plaintext}")`, status: 'fail' }];
  return verdictsOf(address, shortcomings, `no weakness was found, ${describePostQuantum(seen)}`);
}

function findShortcomings(seen: TlsAddress, others: readonly CertificatesAddress[], asOfMs: number): Shortcomings {
  const certificates = others.find(({ address }) => address === seen.address);
  const ofChains =
    certificates === undefined
      ? notSeen('the chains are not known', 'served', { code: 'partial', message: 'they were not looked at' })
      : findChainWeaknesses(certificates, trustOf(seen, certificates), asOfMs);
  return join([findWeaknesses(seen), ofChains]);
}

/** What clients bear, such as disorder in a chain, lets nobody read or change anything. */
function withoutReports({ found, unseen: blindness }: Shortcomings): Shortcomings {
  return { found: found.filter(({ response }) => response !== 'report'), unseen: blindness };
}

function trustOf({ handshake }: TlsAddress, { chain: [leaf] }: CertificatesAddress): TrustOfLeaf | null {
  if ('fault' in handshake || leaf === undefined) return null;
  return { fingerprintSha256: leaf.fingerprintSha256, trusted: handshake.trust.trusted };
}

/** Not demanded yet: reported. */
function describePostQuantum(seen: TlsAddress): string {
  const found = postQuantumGroupsOf(seen);
  return found.length === 0 ? 'keys are exchanged in no post-quantum group' : `post-quantum groups are offered: ${found.join(', ')}`;
}

function unseen(address: string): AddressVerdict {
  return { address, observed: 'what it offers was not seen', status: 'unknown', reason: 'partial' };
}
