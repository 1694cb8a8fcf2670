import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import { compareWithProfile } from '../transport/compare-with-profile.ts';
import { opensslConnect } from '../transport/openssl-command.ts';
import { servedFacts } from '../transport/served-schemas.ts';
import { verdictsOf } from '../transport/shortcomings.ts';
import { answeredFlag, groups, protocols, suites } from '../transport/tls-fact-schemas.ts';
import { type TlsProfile, tlsProfiles } from '../transport/tls-profiles.ts';

const address = z.string();
const tlsAddress = z.object({
  address,
  plaintext: z.string().nullable(),
  protocols,
  suites,
  groups,
  dhBits: z.array(z.number()),
  behaviour: z.object({ secureRenegotiation: answeredFlag, extendedMasterSecret: answeredFlag, compression: answeredFlag }),
});
const certificatesAddress = z.object({ address, ...servedFacts });
type TlsAddress = z.infer<typeof tlsAddress>;
type CertificatesAddress = z.infer<typeof certificatesAddress>;

export const check = defineCheck({
  title: 'What the endpoint offers meets a named profile',
  claims: [{ claim: 'bank-grade', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    profile: z.enum(['nist-sp-800-52r2', 'mozilla-intermediate', 'mozilla-modern']).default('nist-sp-800-52r2'),
  }),
  subjects: 'endpoint',
  needs: { tls: z.object({ addresses: z.array(tlsAddress) }), certificates: z.object({ addresses: z.array(certificatesAddress) }) },
  whenNone: 'unknown',
  judge: (_subject, { tls, certificates }, { parameters }) => {
    const profile: TlsProfile = tlsProfiles[parameters.profile];
    const question = {
      interpretation: 'intent',
      expected: `versions, suites, groups and certificates as ${profile.name} asks`,
      rule: profile.name,
    } as const;
    const seenElsewhere = certificates.addresses.filter((seen) => !tls.addresses.some((own) => own.address === seen.address));
    return [
      judgeAddresses(question, [
        ...tls.addresses.flatMap((seen) => judgeAddress(profile, seen, certificates.addresses)),
        ...seenElsewhere.map((seen) => unseen(seen.address)),
      ]),
    ];
  },
  repeat: (subject) => {
    const connect = opensslConnect(subject);
    const versions = `for v in tls1 tls1_1 tls1_2 tls1_3; do ${connect} -$v -cipher 'ALL:@SECLEVEL=0' -status </dev/null; done`;
    return `(${versions}) 2>&1 | grep -E 'Protocol|Cipher is|Server Temp Key|Server public key|OCSP' # one suite or group: add -cipher, -ciphersuites or -groups`;
  },
  mend: 'Where the connection ends (gateway, front door or server), set the TLS policy of the profile, and have certificates issued with the keys and the lifetime that it asks for.',
});

function judgeAddress(profile: TlsProfile, seen: TlsAddress, others: readonly CertificatesAddress[]): readonly AddressVerdict[] {
  if (seen.plaintext !== null) return [{ address: seen.address, observed: `answers without TLS ("${seen.plaintext}")`, status: 'fail' }];
  const served = others.find((other) => other.address === seen.address) ?? null;
  return verdictsOf(seen.address, compareWithProfile(profile, seen, served), `meets ${profile.name}`);
}

function unseen(of: string): AddressVerdict {
  return { address: of, observed: 'what it offers was not seen', status: 'unknown', reason: 'partial' };
}
