import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import { judgeAcceptedSuites, judgeSuites, judgeVersionRefused, type SuiteDemand } from '../transport/accepted-suites.ts';
import { nameSome } from '../transport/name-some.ts';
import {
  describeNegotiated,
  judgeNegotiatedBits,
  type NegotiatedByClients,
  negotiateWithClients,
} from '../transport/negotiated-by-clients.ts';
import { opensslConnect } from '../transport/openssl-command.ts';
import { labelOfVersion, type ProtocolVersion } from '../transport/protocol-versions.ts';
import { join, notSeen, type Shortcomings, verdictsOf } from '../transport/shortcomings.ts';
import { fault, groups, protocols, suites, version } from '../transport/tls-fact-schemas.ts';

const addressFact = z.object({
  address: z.string(),
  plaintext: z.string().nullable(),
  protocols,
  suites,
  groups,
  handshake: z.union([z.object({ cipherSuite: z.string() }), z.object({ fault })]),
});
/** As OpenSSL names suites: all without authenticated encryption or forward secrecy, and all with less than 256 bits. */
const strong = ['AESGCM', 'CHACHA20', 'AESCCM', 'ARIAGCM'].flatMap((cipher) => [`!ECDHE+${cipher}`, `!DHE+${cipher}`]).join(':');
const unwanted = `ALL:COMPLEMENTOFALL:${strong}:@SECLEVEL=0`;
const below256 = 'ALL:COMPLEMENTOFALL:!AES256:!CAMELLIA256:!ARIA256:!CHACHA20:@SECLEVEL=0';
const modernBelow256 = 'TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256';
type AddressFact = z.infer<typeof addressFact>;
const asWritten: SuiteDemand = { isMet: ({ keyBits, brokenBy }) => keyBits >= 256 && brokenBy === null, rule: 'suites' };
const asMeant: SuiteDemand = {
  isMet: ({ isAead, isForwardSecret, brokenBy }) => isAead && isForwardSecret && brokenBy === null,
  rule: 'RFC 9325 4.2',
};
const current: readonly ProtocolVersion[] = ['TLSv1.2', 'TLSv1.3'];
const outdated = version.options.filter((name) => !current.includes(name));

export const check = defineCheck({
  title: 'Only strong cipher suites are accepted',
  claims: [{ claim: 'cipher-256', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { tls: z.object({ addresses: z.array(addressFact) }) },
  whenNone: 'unknown',
  judge: (_subject, { tls }) => {
    const addresses = tls.addresses.map((seen) => ({ seen, negotiated: negotiateWithClients(seen) }));
    const literal = {
      interpretation: 'literal',
      expected: 'no SSL; only keys of 256 bits, in every suite that is accepted and in what each kind of client negotiates',
      rule: 'suites',
    } as const;
    const intent = {
      interpretation: 'intent',
      expected: 'only TLS 1.2 and 1.3, with authenticated encryption and forward secrecy',
      rule: 'RFC 9325 4.2',
    } as const;
    return [judgeAddresses(literal, addresses.flatMap(judgeAsWritten)), judgeAddresses(intent, addresses.flatMap(judgeAsMeant))];
  },
  repeat: (subject) => {
    const connect = opensslConnect(subject);
    const classic = `for v in tls1 tls1_1 tls1_2; do for c in '${unwanted}' '${below256}'; do ${connect} -$v -cipher "$c" </dev/null 2>/dev/null; done; done`;
    const modern = `${connect} -tls1_3 -ciphersuites ${modernBelow256} </dev/null 2>/dev/null`;
    return `(${classic}; ${modern}) | grep 'Cipher is' # (NONE): refused. SSL 3.0, RC4, DES and EXPORT need an openssl built with them`;
  },
  mend: 'Where the connection ends (gateway, front door or server), leave only cipher suites with ECDHE and AES-GCM or ChaCha20-Poly1305.',
});

interface NegotiatingAddress {
  readonly seen: AddressFact;
  readonly negotiated: readonly NegotiatedByClients[];
}

function judgeAsWritten(address: NegotiatingAddress): readonly AddressVerdict[] {
  const { seen, negotiated } = address;
  return judgeParts(address, [
    judgeVersionRefused(seen, 'SSLv3'),
    ...version.options.map((name) => judgeAcceptedSuites(seen, name, asWritten)),
    ...negotiated.map((each) => judgeNegotiatedBits(each, 256, 'suites')),
    judgeHandshake(seen, asWritten),
  ]);
}

function judgeAsMeant(address: NegotiatingAddress): readonly AddressVerdict[] {
  const { seen } = address;
  return judgeParts(address, [
    ...outdated.map((name) => judgeVersionRefused(seen, name)),
    ...current.map((name) => judgeAcceptedSuites(seen, name, asMeant)),
    judgeHandshake(seen, asMeant),
  ]);
}

function judgeHandshake({ handshake }: AddressFact, demand: SuiteDemand): Shortcomings {
  if ('fault' in handshake) return notSeen('no handshake was completed', 'handshake.cipherSuite', handshake.fault);
  return judgeSuites([handshake.cipherSuite], 'our own handshake negotiated', demand);
}

function judgeParts({ seen, negotiated }: NegotiatingAddress, parts: readonly Shortcomings[]): readonly AddressVerdict[] {
  const { address, plaintext } = seen;
  if (plaintext !== null) return [{ address, observed: `answers without TLS ("${plaintext}")`, status: 'fail' }];
  return verdictsOf(address, join(parts), describe(seen, negotiated));
}

/** What is offered, and what comes of it. */
function describe({ suites: lists, handshake }: AddressFact, negotiated: readonly NegotiatedByClients[]): string {
  const offered = version.options.flatMap((name) => {
    const list = lists[name];
    return list === undefined ? [] : [`${labelOfVersion(name)} accepts ${nameSome(list.accepted)}`];
  });
  const own = 'fault' in handshake ? [] : [`our own handshake negotiated ${handshake.cipherSuite}`];
  return [...offered, ...negotiated.map(describeNegotiated), ...own].join('; ');
}
