import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeAddresses } from '../domain/judge-addresses.ts';
import { describeKey, isRsa, judgeKeyStrength } from '../transport/certificate-strength.ts';
import { opensslCommand } from '../transport/openssl-command.ts';
import { type ChainVerdict, chainsOfAddress, judgeShownChains } from '../transport/shown-chains.ts';

const certificate = z.object({
  subject: z.string(),
  keyType: z.string(),
  keyBits: z.number().nullable(),
  fingerprintSha256: z.string().optional(),
});
type Certificate = z.infer<typeof certificate>;

export const check = defineCheck({
  title: 'The keys of the certificate chain are large enough',
  claims: [{ claim: 'key-2048', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { certificates: z.object({ addresses: z.array(chainsOfAddress(certificate)) }) },
  whenNone: 'unknown',
  judge: (_subject, { certificates }) => [
    judgeAddresses(
      { interpretation: 'literal', expected: 'an RSA key of at least 2048 bits in the certificate of the server', rule: 'publicKey' },
      certificates.addresses.flatMap((seen) => judgeShownChains(seen, ([leaf]) => [judgeAsWritten(leaf)])),
    ),
    judgeAddresses(
      {
        interpretation: 'intent',
        expected: 'RSA keys of at least 2048 bits or elliptic-curve keys of at least 256, over the whole chain',
        rule: 'NIST SP 800-57 part 1, 5.6.1',
      },
      certificates.addresses.flatMap((seen) => judgeShownChains(seen, (chain) => chain.map(judgeKey))),
    ),
  ],
  repeat: (subject) =>
    `${opensslCommand(subject)} -showcerts </dev/null 2>/dev/null | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -text -noout | grep -E 'Subject:|Public-Key'`,
  mend: 'Make a new key, RSA of at least 2048 bits or elliptic-curve of at least 256, and have a certificate issued for it by an authority whose keys are as large.',
});

function judgeAsWritten(leaf: Certificate): ChainVerdict {
  const observed = describe(leaf);
  if (!isRsa(leaf)) return { observed: `${observed}, which is no RSA key`, status: 'fail' };
  return judgeKey(leaf);
}

function judgeKey(each: Certificate): ChainVerdict {
  const observed = describe(each);
  switch (judgeKeyStrength(each)) {
    case 'strong':
      return { observed, status: 'pass' };
    case 'weak':
      return { observed, status: 'fail' };
    case 'unknown':
      return { observed: `${observed}, which we cannot judge`, status: 'unknown', reason: 'unsupported' };
  }
}

function describe(each: Certificate): string {
  return `certificate "${each.subject}" has a key of ${describeKey(each)}`;
}
