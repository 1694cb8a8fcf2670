import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses, refuteOnly } from '../domain/judge-addresses.ts';
import { describeKey, describeSignature, judgeKeyStrength, judgeSignatureStrength } from '../transport/certificate-strength.ts';
import { certificateCoversHost } from '../transport/host-name.ts';
import { opensslCommand, opensslNameCheck } from '../transport/openssl-command.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const trust = z.object({ trusted: z.boolean(), code: z.string().nullable(), store: z.object({ name: z.string() }) });
const handshakeFact = z.object({ address: z.string(), handshake: z.union([z.object({ fault }), z.object({ trust })]) });
const certificate = z.object({
  subject: z.string(),
  keyType: z.string(),
  keyBits: z.number().nullable(),
  signatureAlgorithm: z.string(),
  signatureHash: z.string().nullable(),
  subjectAltNames: z.array(z.string()),
  selfSigned: z.boolean(),
});
const chainFact = z.object({ address: z.string(), chain: z.array(certificate), fault: fault.optional() });
type Certificate = z.infer<typeof certificate>;
type Verdict = { readonly observed: string; readonly rule?: string } & (
  | { readonly status: 'pass' | 'fail' }
  | { readonly status: 'unknown'; readonly reason: z.infer<typeof fault>['code'] }
);

export const check = defineCheck({
  title: 'The certificate is trusted, names the host, and is strong over its whole chain',
  claims: [{ claim: 'unreadable-in-transit', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { tls: z.object({ addresses: z.array(handshakeFact) }), certificates: z.object({ addresses: z.array(chainFact) }) },
  whenNone: 'unknown',
  judge: (subject, { tls, certificates }) => {
    const addresses = [...new Set([...tls.addresses, ...certificates.addresses].map((seen) => seen.address))];
    const expected = `a chain trusted by the root store, for ${subject.host}, with RSA keys of 2048 bits or EC keys of 256, and no SHA-1 or MD5`;
    const verdicts = addresses.flatMap((address) => {
      const handshakes = tls.addresses.filter((seen) => seen.address === address);
      const chains = certificates.addresses.filter((seen) => seen.address === address);
      const found = [...handshakes.map(judgeTrust), ...chains.flatMap((seen) => judgeChain(seen, subject.host))];
      const isWhole = handshakes.length > 0 && chains.length > 0;
      return (isWhole ? found : [...found, unseen('partial', 'handshake and certificates were not both seen')]).map(
        (verdict): AddressVerdict => ({ address, ...verdict }),
      );
    });
    const intent = judgeAddresses({ interpretation: 'intent', expected, rule: 'RFC 5280, RFC 9525' }, verdicts);
    return [refuteOnly(intent, { expected: 'no certificate that lets somebody stand in between', rule: 'RFC 5280, RFC 9525' }), intent];
  },
  repeat: (subject) => `${opensslCommand(subject)} ${opensslNameCheck(subject)} -showcerts </dev/null`,
  mend: 'Install a certificate from a public authority that names this host, with every intermediate, a key of at least RSA 2048 or EC 256, and SHA-256 signatures.',
});

function unseen(reason: z.infer<typeof fault>['code'], observed: string): Verdict {
  return { observed, status: 'unknown', reason };
}

/** Read at SECLEVEL=0, so it says nothing of weak keys and hashes; node looks at the name only where the chain is trusted. */
function judgeTrust({ handshake }: z.infer<typeof handshakeFact>): Verdict {
  if ('fault' in handshake) return unseen(handshake.fault.code, handshake.fault.message);
  const { trusted, code, store } = handshake.trust;
  if (trusted) return { observed: `trusted by ${store.name}`, status: 'pass' };
  return { observed: `not trusted by ${store.name}: ${code ?? 'no code'}`, rule: code ?? 'trust.trusted', status: 'fail' };
}

function judgeChain({ chain, fault }: z.infer<typeof chainFact>, host: string): readonly Verdict[] {
  if (fault !== undefined) return [unseen(fault.code, fault.message)];
  const [leaf] = chain;
  if (leaf === undefined) return [unseen('malformed', 'no certificate was seen')];
  // Nobody relies on the signature that an anchor puts under itself (RFC 5280 6.1).
  const signed = chain.filter((each) => !each.selfSigned);
  return [judgeName(leaf, host), ...chain.map(judgeKey), ...signed.map(judgeSignature)];
}

function judgeName({ subjectAltNames }: Certificate, host: string): Verdict {
  if (certificateCoversHost(subjectAltNames, host)) return { observed: `names ${host}`, status: 'pass' };
  const shown = subjectAltNames.slice(0, 5).join(', ');
  const names = subjectAltNames.length > 5 ? `${shown} and ${subjectAltNames.length - 5} more` : shown || 'no host';
  return { observed: `names ${names}, not ${host}`, rule: 'RFC 9525 6.3', status: 'fail' };
}

function judgeKey(certificate: Certificate): Verdict {
  const observed = `${name(certificate.subject)} has a key of ${describeKey(certificate)}`;
  const strength = judgeKeyStrength(certificate);
  if (strength === 'unknown') return unseen('unsupported', `${observed}, which we cannot judge`);
  return { observed, rule: 'NIST SP 800-57 part 1, 5.6.1', status: strength === 'strong' ? 'pass' : 'fail' };
}

/** Known to be good, known to be broken; what is neither is unknown. */
function judgeSignature(certificate: Certificate): Verdict {
  const observed = `${name(certificate.subject)} is signed with ${describeSignature(certificate)}`;
  const strength = judgeSignatureStrength(certificate);
  if (strength === 'unknown') return unseen('unsupported', `${observed}, which we cannot judge`);
  return { observed, rule: 'RFC 9155, CA/Browser Forum ballot 118', status: strength === 'strong' ? 'pass' : 'fail' };
}

function name(subject: string): string {
  return `certificate "${subject.replaceAll('\n', ', ')}"`;
}
