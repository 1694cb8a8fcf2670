import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeAddresses } from '../domain/judge-addresses.ts';
import { describeSignature, judgeSignatureStrength } from '../transport/certificate-strength.ts';
import { opensslCommand } from '../transport/openssl-command.ts';
import { type ChainVerdict, chainsOfAddress, judgeShownChains } from '../transport/shown-chains.ts';

const certificate = z.object({
  subject: z.string(),
  signatureAlgorithm: z.string(),
  signatureHash: z.string().nullable(),
  selfSigned: z.boolean(),
  fingerprintSha256: z.string().optional(),
});
type Certificate = z.infer<typeof certificate>;
/** SHA256withRSA is Java's name of it (RFC 8017: sha256WithRSAEncryption, 1.2.840.113549.1.1.11). */
const promised = 'sha256WithRSAEncryption';

export const check = defineCheck({
  title: 'The certificates are signed with a sound algorithm',
  claims: [{ claim: 'sha256-with-rsa', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { certificates: z.object({ addresses: z.array(chainsOfAddress(certificate)) }) },
  whenNone: 'unknown',
  judge: (_subject, { certificates }) => [
    judgeAddresses(
      { interpretation: 'literal', expected: `the certificate of the server is signed with ${promised}`, rule: 'signatureAlgorithm' },
      certificates.addresses.flatMap((seen) => judgeShownChains(seen, ([leaf]) => [judgeAsWritten(leaf)])),
    ),
    judgeAddresses(
      {
        interpretation: 'intent',
        expected: 'no certificate of the chain is signed with SHA-1 or MD5',
        rule: 'RFC 9155, CA/Browser Forum ballot 118',
      },
      certificates.addresses.flatMap((seen) => judgeShownChains(seen, (chain) => signedOf(chain).map(judgeSignature))),
    ),
  ],
  repeat: (subject) =>
    `${opensslCommand(subject)} -showcerts </dev/null 2>/dev/null | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -text -noout | grep -E 'Subject:|Signature Algorithm'`,
  mend: 'Have the certificate issued again by an authority that signs with SHA-256 or stronger, and install it with the intermediates that belong to it.',
});

/** Nobody relies on the signature that an anchor above the leaf puts under itself (RFC 5280 6.1). */
function signedOf(chain: readonly Certificate[]): readonly Certificate[] {
  return chain.filter((each, index) => index === 0 || !each.selfSigned);
}

function judgeAsWritten(leaf: Certificate): ChainVerdict {
  const isPromised = leaf.signatureAlgorithm.toLowerCase() === promised.toLowerCase();
  return { observed: describe(leaf), status: isPromised ? 'pass' : 'fail' };
}

function judgeSignature(each: Certificate): ChainVerdict {
  const observed = describe(each);
  switch (judgeSignatureStrength(each)) {
    case 'strong':
      return { observed, status: 'pass' };
    case 'weak':
      return { observed, status: 'fail' };
    case 'unknown':
      return { observed: `${observed}, which we cannot judge`, status: 'unknown', reason: 'unsupported' };
  }
}

function describe(each: Certificate): string {
  return `certificate "${each.subject}" is signed with ${describeSignature(each)}`;
}
