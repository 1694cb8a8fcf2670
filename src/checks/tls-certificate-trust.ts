import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import type { Fault } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses, refuteOnly } from '../domain/judge-addresses.ts';
import { describeKey, describeSignature, judgeKeyStrength, judgeSignatureStrength } from '../transport/certificate-strength.ts';
import { certificateCoversHost } from '../transport/host-name.ts';
import { opensslCommand, opensslNameCheck } from '../transport/openssl-command.ts';
import { type ChainVerdict, chainsOfAddress, judgeShownChains, nameChains, withName } from '../transport/shown-chains.ts';
import { fault } from '../transport/tls-fact-schemas.ts';

const verdict = z.object({ trusted: z.boolean(), code: z.string().nullable() });
const trust = verdict.extend({ store: z.object({ name: z.string() }) });
const trustOfChain = z.union([z.object({ leafSha256: z.string(), fault }), verdict.extend({ leafSha256: z.string() })]);
const handshakeFact = z.object({
  address: z.string(),
  handshake: z.union([z.object({ fault }), z.object({ trust })]),
  /** Absent in facts of older runs. */
  trustOfChains: z.array(trustOfChain).optional(),
});
const certificate = z.object({
  subject: z.string(),
  keyType: z.string(),
  keyBits: z.number().nullable(),
  signatureAlgorithm: z.string(),
  signatureHash: z.string().nullable(),
  subjectAltNames: z.array(z.string()),
  selfSigned: z.boolean(),
  fingerprintSha256: z.string().optional(),
});
const chainFact = chainsOfAddress(certificate);
type HandshakeFact = z.infer<typeof handshakeFact>;
type ChainFact = z.infer<typeof chainFact>;
type Certificate = z.infer<typeof certificate>;

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
      const found = [
        ...handshakes.map((seen) => named(chains[0] === undefined ? null : nameChains(chains[0]).ofHandshake, judgeHandshake(seen))),
        ...handshakes.flatMap((seen) => chains.flatMap((other) => judgeTrustOfChains(seen, other))),
        ...chains.flatMap((seen) => judgeShownChains(seen, (chain) => judgeChain(chain, subject.host))),
      ];
      const isWhole = handshakes.length > 0 && chains.length > 0;
      return (isWhole ? found : [...found, unseen(handshakeOrCertificates)]).map((own): AddressVerdict => ({ ...own, address }));
    });
    const intent = judgeAddresses({ interpretation: 'intent', expected, rule: 'RFC 5280, RFC 9525' }, verdicts);
    return [refuteOnly(intent, { expected: 'no certificate that lets somebody stand in between', rule: 'RFC 5280, RFC 9525' }), intent];
  },
  repeat: (subject) => `${opensslCommand(subject)} ${opensslNameCheck(subject)} -showcerts </dev/null`,
  mend: 'Install a certificate from a public authority that names this host, with every intermediate, a key of at least RSA 2048 or EC 256, and SHA-256 signatures.',
});

const handshakeOrCertificates: Fault = { code: 'partial', message: 'handshake and certificates were not both seen' };

function unseen({ code, message }: Fault): ChainVerdict {
  return { observed: message, status: 'unknown', reason: code };
}

/** Read at SECLEVEL=0, so it says nothing of weak keys and hashes; node looks at the name only where the chain is trusted. */
function judgeHandshake({ handshake }: HandshakeFact): ChainVerdict {
  return 'fault' in handshake ? unseen(handshake.fault) : judgeTrust(handshake.trust, handshake.trust.store.name);
}

function judgeTrust({ trusted, code }: z.infer<typeof verdict>, store: string): ChainVerdict {
  if (trusted) return { observed: `trusted by ${store}`, status: 'pass' };
  return { observed: `not trusted by ${store}: ${code ?? 'no code'}`, rule: code ?? 'trust.trusted', status: 'fail' };
}

/** Each chain on the wire by its own verdict; the two facts have them in the same order. */
function judgeTrustOfChains({ handshake, trustOfChains = [] }: HandshakeFact, seen: ChainFact): readonly ChainVerdict[] {
  const store = 'fault' in handshake ? 'the roots' : handshake.trust.store.name;
  const { ofServed } = nameChains(seen);
  const judged = trustOfChains.map((own, index) =>
    named(
      ofServed[index] ?? null,
      'fault' in own ? unseen({ ...own.fault, message: `trust: ${own.fault.message}` }) : judgeTrust(own, store),
    ),
  );
  const isJudged = seen.served.every(
    (_chain, index) => isSameLeaf(trustOfChains[index]?.leafSha256, seen, index) || isOfHandshake(seen, index),
  );
  return isJudged ? judged : [...judged, unseen(trustNotSeen)];
}

function leafOf({ served }: ChainFact, index: number): string | undefined {
  return served[index]?.certificates[0]?.facts?.fingerprintSha256;
}

function isSameLeaf(leafSha256: string | undefined, seen: ChainFact, index: number): boolean {
  return leafSha256 !== undefined && leafSha256 === (leafOf(seen, index) ?? leafSha256);
}

/** The handshake's verdict is that of the only chain with its leaf. */
function isOfHandshake(seen: ChainFact, index: number): boolean {
  const own = leafOf(seen, index);
  const same = seen.served.filter((_chain, other) => leafOf(seen, other) === own);
  return own !== undefined && own === seen.chain[0]?.fingerprintSha256 && same.length === 1;
}

function named(name: string | null, verdict: ChainVerdict): ChainVerdict {
  return { ...verdict, observed: withName(name, verdict.observed) };
}

const trustNotSeen: Fault = { code: 'partial', message: 'whether every chain is trusted was not seen' };

function judgeChain(chain: readonly [Certificate, ...Certificate[]], host: string): readonly ChainVerdict[] {
  // Nobody relies on the signature that an anchor puts under itself (RFC 5280 6.1).
  const signed = chain.filter((each) => !each.selfSigned);
  return [judgeName(chain[0], host), ...chain.map(judgeKey), ...signed.map(judgeSignature)];
}

function judgeName({ subjectAltNames }: Certificate, host: string): ChainVerdict {
  if (certificateCoversHost(subjectAltNames, host)) return { observed: `names ${host}`, status: 'pass' };
  const shown = subjectAltNames.slice(0, 5).join(', ');
  const names = subjectAltNames.length > 5 ? `${shown} and ${subjectAltNames.length - 5} more` : shown || 'no host';
  return { observed: `names ${names}, not ${host}`, rule: 'RFC 9525 6.3', status: 'fail' };
}

function judgeKey(certificate: Certificate): ChainVerdict {
  const observed = `${name(certificate.subject)} has a key of ${describeKey(certificate)}`;
  const strength = judgeKeyStrength(certificate);
  if (strength === 'unknown') return unseen({ code: 'unsupported', message: `${observed}, which we cannot judge` });
  return { observed, rule: 'NIST SP 800-57 part 1, 5.6.1', status: strength === 'strong' ? 'pass' : 'fail' };
}

/** Known to be good, known to be broken; what is neither is unknown. */
function judgeSignature(certificate: Certificate): ChainVerdict {
  const observed = `${name(certificate.subject)} is signed with ${describeSignature(certificate)}`;
  const strength = judgeSignatureStrength(certificate);
  if (strength === 'unknown') return unseen({ code: 'unsupported', message: `${observed}, which we cannot judge` });
  return { observed, rule: 'RFC 9155, CA/Browser Forum ballot 118', status: strength === 'strong' ? 'pass' : 'fail' };
}

function name(subject: string): string {
  return `certificate "${subject.replaceAll('\n', ', ')}"`;
}
