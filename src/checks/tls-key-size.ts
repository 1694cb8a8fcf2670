import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import { describeKey, isRsa, judgeKeyStrength } from '../transport/certificate-strength.ts';
import { opensslCommand } from '../transport/openssl-command.ts';

const certificate = z.object({ subject: z.string(), keyType: z.string(), keyBits: z.number().nullable() });
const addressFact = z.object({
  address: z.string(),
  chain: z.array(certificate),
  fault: z.object({ code: z.enum(faultCodes), message: z.string() }).optional(),
});
type Certificate = z.infer<typeof certificate>;
type Judge = (chain: readonly [Certificate, ...Certificate[]], address: string) => readonly AddressVerdict[];

export const check = defineCheck({
  title: 'The keys of the certificate chain are large enough',
  claims: [{ claim: 'key-2048', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { certificates: z.object({ addresses: z.array(addressFact) }) },
  whenNone: 'unknown',
  judge: (_subject, { certificates }) => [
    judgeAddresses(
      { interpretation: 'literal', expected: 'an RSA key of at least 2048 bits in the certificate of the server', rule: 'publicKey' },
      certificates.addresses.flatMap((seen) => judgeSeen(seen, ([leaf], address) => [judgeAsWritten(leaf, address)])),
    ),
    judgeAddresses(
      {
        interpretation: 'intent',
        expected: 'RSA keys of at least 2048 bits or elliptic-curve keys of at least 256, over the whole chain',
        rule: 'NIST SP 800-57 part 1, 5.6.1',
      },
      certificates.addresses.flatMap((seen) => judgeSeen(seen, (chain, address) => chain.map((each) => judgeKey(each, address)))),
    ),
  ],
  repeat: (subject) =>
    `${opensslCommand(subject)} -showcerts </dev/null 2>/dev/null | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -text -noout | grep -E 'Subject:|Public-Key'`,
  mend: 'Make a new key, RSA of at least 2048 bits or elliptic-curve of at least 256, and have a certificate issued for it by an authority whose keys are as large.',
});

function judgeSeen({ address, chain, fault }: z.infer<typeof addressFact>, judge: Judge): readonly AddressVerdict[] {
  if (fault !== undefined) return [{ address, observed: fault.message, status: 'unknown', reason: fault.code }];
  const [leaf, ...above] = chain;
  if (leaf === undefined) return [{ address, observed: 'no certificate was seen', status: 'unknown', reason: 'malformed' }];
  return judge([leaf, ...above], address);
}

function judgeAsWritten(leaf: Certificate, address: string): AddressVerdict {
  const observed = describe(leaf);
  if (!isRsa(leaf)) return { address, observed: `${observed}, which is no RSA key`, status: 'fail' };
  return judgeKey(leaf, address);
}

function judgeKey(each: Certificate, address: string): AddressVerdict {
  const observed = describe(each);
  switch (judgeKeyStrength(each)) {
    case 'strong':
      return { address, observed, status: 'pass' };
    case 'weak':
      return { address, observed, status: 'fail' };
    case 'unknown':
      return { address, observed: `${observed}, which we cannot judge`, status: 'unknown', reason: 'unsupported' };
  }
}

function describe(each: Certificate): string {
  return `certificate "${each.subject}" has a key of ${describeKey(each)}`;
}
