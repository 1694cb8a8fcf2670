import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import { suiteOfName } from '../transport/cipher-suites.ts';
import { opensslConnect } from '../transport/openssl-command.ts';
import { labelOfVersion, type ProtocolVersion, protocolVersions } from '../transport/protocol-versions.ts';

const version = z.enum(protocolVersions.map(({ name }) => name));
const refused = z.object({ outcome: z.literal('refused') });
const failed = z.object({ outcome: z.literal('fault'), fault: z.object({ code: z.enum(faultCodes), message: z.string() }) });
const versionProbe = z.discriminatedUnion('outcome', [z.object({ outcome: z.literal('offered') }), refused, failed]);
const suiteProbe = z.discriminatedUnion('outcome', [z.object({ outcome: z.literal('offered'), suite: z.string() }), refused, failed]);
const offer = z.enum(['below-256', 'broken', 'not-forward-secret-aead']);
const addressFact = z.object({
  address: z.string(),
  plaintext: z.string().nullable(),
  protocols: z.record(version, versionProbe),
  suites: z.partialRecord(version, z.partialRecord(offer, suiteProbe)),
  handshake: z.union([z.object({ cipherSuite: z.string() }), failed.pick({ fault: true })]),
});
/** As OpenSSL names suites: all without authenticated encryption or forward secrecy, and all with less than 256 bits. */
const strong = ['AESGCM', 'CHACHA20', 'AESCCM', 'ARIAGCM'].flatMap((cipher) => [`!ECDHE+${cipher}`, `!DHE+${cipher}`]).join(':');
const unwanted = `ALL:COMPLEMENTOFALL:${strong}:@SECLEVEL=0`;
const below256 = 'ALL:COMPLEMENTOFALL:!AES256:!CAMELLIA256:!ARIA256:!CHACHA20:@SECLEVEL=0';
const modernBelow256 = 'TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256';
type AddressFact = z.infer<typeof addressFact>;
type Offer = z.infer<typeof offer>;
type Verdict =
  | Omit<Extract<AddressVerdict, { status: 'pass' | 'fail' }>, 'address'>
  | Omit<Extract<AddressVerdict, { status: 'unknown' }>, 'address'>;

export const check = defineCheck({
  title: 'Only strong cipher suites are accepted',
  claims: [{ claim: 'cipher-256', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { tls: z.object({ addresses: z.array(addressFact) }) },
  whenNone: 'unknown',
  judge: (_subject, { tls }) => [
    judgeAddresses(
      { interpretation: 'literal', expected: 'no SSL, and in every version of TLS keys of 256 bits only', rule: 'suites' },
      tls.addresses.flatMap((seen) => withAddress(seen, judgeAsWritten(seen))),
    ),
    judgeAddresses(
      {
        interpretation: 'intent',
        expected: 'only TLS 1.2 and 1.3, with authenticated encryption and forward secrecy',
        rule: 'RFC 9325 4.2',
      },
      tls.addresses.flatMap((seen) => withAddress(seen, judgeAsMeant(seen))),
    ),
  ],
  repeat: (subject) => {
    const connect = opensslConnect(subject);
    const classic = `for v in tls1 tls1_1 tls1_2; do for c in '${unwanted}' '${below256}'; do ${connect} -$v -cipher "$c" </dev/null 2>/dev/null; done; done`;
    const modern = `${connect} -tls1_3 -ciphersuites ${modernBelow256} </dev/null 2>/dev/null`;
    return `(${classic}; ${modern}) | grep 'Cipher is' # (NONE): refused. SSL 3.0, RC4, DES and EXPORT need an openssl built with them`;
  },
  mend: 'Where the connection ends (gateway, front door or server), leave only cipher suites with ECDHE and AES-GCM or ChaCha20-Poly1305.',
});

function withAddress({ address, plaintext }: AddressFact, verdicts: readonly Verdict[]): readonly AddressVerdict[] {
  if (plaintext !== null) return [{ address, observed: `answers without TLS ("${plaintext}")`, status: 'fail' }];
  return verdicts.map((verdict) => ({ address, ...verdict }));
}

function judgeAsWritten(seen: AddressFact): readonly Verdict[] {
  const accepted = version.options.filter((name) => seen.protocols[name].outcome !== 'refused');
  return [
    judgeVersionRefused(seen, 'SSLv3'),
    ...accepted.flatMap((name) => [judgeOfferRefused(seen, name, 'below-256'), judgeOfferRefused(seen, name, 'broken')]),
    judgeNegotiated(seen, ({ keyBits }) => keyBits >= 256),
  ];
}

const current = ['TLSv1.2', 'TLSv1.3'] as const;

function judgeAsMeant(seen: AddressFact): readonly Verdict[] {
  const outdated = version.options.filter((name) => !current.some((each) => each === name));
  const accepted = current.filter((name) => seen.protocols[name].outcome !== 'refused');
  return [
    ...outdated.map((name) => judgeVersionRefused(seen, name)),
    ...accepted.map((name) => judgeOfferRefused(seen, name, 'broken')),
    ...accepted.filter((name) => name === 'TLSv1.2').map((name) => judgeOfferRefused(seen, name, 'not-forward-secret-aead')),
    judgeNegotiated(seen, ({ isAead, isForwardSecret, brokenBy }) => isAead && isForwardSecret && brokenBy === null),
  ];
}

function judgeVersionRefused({ protocols }: AddressFact, name: ProtocolVersion): Verdict {
  const probe = protocols[name];
  const label = labelOfVersion(name);
  switch (probe.outcome) {
    case 'refused':
      return { observed: `${label} refused`, status: 'pass' };
    case 'offered':
      return { observed: `${label} accepted`, rule: deprecationOf(name), status: 'fail' };
    case 'fault':
      return { observed: `${label} could not be tried: ${probe.fault.message}`, status: 'unknown', reason: probe.fault.code };
  }
}

function deprecationOf(name: ProtocolVersion): string {
  return protocolVersions.find((each) => each.name === name)?.deprecatedBy ?? 'protocols';
}

const wordsOf: { readonly [O in Offer]: string } = {
  'below-256': 'keys of less than 256 bits',
  broken: 'broken cipher suites',
  'not-forward-secret-aead': 'cipher suites without authenticated encryption or forward secrecy',
};

/** A version that could not be tried, or whose suites were not asked for, has told nothing of them. */
function judgeOfferRefused({ protocols, suites }: AddressFact, name: ProtocolVersion, asked: Offer): Verdict {
  const label = labelOfVersion(name);
  const whole = protocols[name];
  if (whole.outcome === 'fault')
    return { observed: `${label} could not be tried: ${whole.fault.message}`, status: 'unknown', reason: whole.fault.code };
  const probe = suites[name]?.[asked];
  if (probe === undefined) return { observed: `${label} was not asked for ${wordsOf[asked]}`, status: 'unknown', reason: 'partial' };
  switch (probe.outcome) {
    case 'refused':
      return { observed: `${label} refuses ${wordsOf[asked]}`, status: 'pass' };
    case 'offered':
      return { observed: `${label} accepts ${probe.suite}`, rule: ruleAgainst(probe.suite), status: 'fail' };
    case 'fault':
      return {
        observed: `${label} could not be asked for ${wordsOf[asked]}: ${probe.fault.message}`,
        status: 'unknown',
        reason: probe.fault.code,
      };
  }
}

function ruleAgainst(suite: string): string {
  return suiteOfName(suite)?.brokenBy ?? 'suites';
}

function judgeNegotiated({ handshake }: AddressFact, isGood: (suite: NonNullable<ReturnType<typeof suiteOfName>>) => boolean): Verdict {
  if ('fault' in handshake)
    return { observed: `no handshake was completed: ${handshake.fault.message}`, status: 'unknown', reason: handshake.fault.code };
  const suite = suiteOfName(handshake.cipherSuite);
  const observed = `negotiates ${handshake.cipherSuite}`;
  if (suite === null) return { observed: `${observed}, which we do not know`, status: 'unknown', reason: 'unsupported' };
  return { observed, rule: 'handshake.cipherSuite', status: isGood(suite) ? 'pass' : 'fail' };
}
