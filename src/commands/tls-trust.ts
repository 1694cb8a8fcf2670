import type { Fault } from '../domain/fault.ts';
import type { CertificateFacts } from '../transport/certificate-facts.ts';
import { describeKey, describeSignature, judgeKeyStrength, judgeSignatureStrength } from '../transport/certificate-strength.ts';
import { certificateCoversHost } from '../transport/host-name.ts';
import { nameSome } from '../transport/name-some.ts';
import type { DescribedChain } from '../transport/served-chains.ts';
import { fallsShort, join, none, notKnown, notSeen, type Shortcomings } from '../transport/shortcomings.ts';

/** What OpenSSL says of one chain, with the roots that it was judged by; the host's name plays no part in it. */
export type ChainTrust = { readonly trusted: boolean; readonly code: string | null; readonly store: string } | { readonly fault: Fault };

/** Whether a client may rely on one chain: an anchor that it trusts, the host's name, keys and signatures. */
export function judgeChainTrust(chain: DescribedChain, trust: ChainTrust, host: string): Shortcomings {
  const path = chain.order.path.flatMap((index) => chain.certificates[index]?.facts ?? []);
  const [leaf] = path;
  return join([
    judgeAnchor(trust, leaf),
    leaf === undefined ? notSeen('the certificate is not known', nameRule, unreadable) : judgeName(leaf, host),
    ...path.map(judgeKey),
    // Nobody relies on the signature that an anchor puts under itself (RFC 5280 6.1).
    ...path.filter(({ selfSigned }) => !selfSigned).map(judgeSignature),
  ]);
}

const unreadable = { code: 'malformed', message: 'it cannot be read' } as const;
export const nameRule = 'RFC 9525 6.3';
const trustRule = 'RFC 5280 6.1';

function judgeAnchor(trust: ChainTrust, leaf: CertificateFacts | undefined): Shortcomings {
  const name = leaf === undefined ? 'the certificate' : nameOf(leaf);
  if ('fault' in trust) return notSeen(`whether ${name} is trusted is not known`, trustRule, trust.fault);
  return trust.trusted ? none : fallsShort(`${name} is not trusted by the ${trust.store}: ${meaningOf(trust.code)}`, trustRule);
}

/** What people meet; the others are as readable as OpenSSL made them. */
const meanings: { readonly [code: string]: string } = {
  CERT_HAS_EXPIRED: 'a certificate has expired',
  CERT_NOT_YET_VALID: 'a certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself alone',
  NO_CERTIFICATE: 'no certificate was shown',
  SELF_SIGNED_CERT_IN_CHAIN: 'its root is none of these',
  UNABLE_TO_GET_ISSUER_CERT: 'an issuer is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is none of these',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer was not sent, and is none of these',
};

export function meaningOf(code: string | null): string {
  const meaning = meanings[code ?? ''];
  return meaning === undefined ? (code ?? 'no code') : `${meaning} (${code})`;
}

function judgeName(leaf: CertificateFacts, host: string): Shortcomings {
  if (certificateCoversHost(leaf.subjectAltNames, host)) return none;
  const names = leaf.subjectAltNames.length === 0 ? 'no host' : nameSome(leaf.subjectAltNames.map(shortName));
  return fallsShort(`${nameOf(leaf)} is for ${names}, not for ${host}`, nameRule);
}

/** `DNS:shop.example.com` without its kind. */
export function shortName(name: string): string {
  return name.replace(/^(DNS|IP Address):/, '');
}

function judgeKey(certificate: CertificateFacts): Shortcomings {
  const words = `${nameOf(certificate)} has a key of ${describeKey(certificate)}`;
  const rule = 'NIST SP 800-57 part 1, 5.6.1';
  const strength = judgeKeyStrength(certificate);
  if (strength === 'unknown') return notKnown(`${words}, which we cannot judge`, rule);
  return strength === 'strong' ? none : fallsShort(words, rule);
}

function judgeSignature(certificate: CertificateFacts): Shortcomings {
  const words = `${nameOf(certificate)} is signed with ${describeSignature(certificate)}`;
  const rule = 'RFC 9155, CA/Browser Forum ballot 118';
  const strength = judgeSignatureStrength(certificate);
  if (strength === 'unknown') return notKnown(`${words}, which we cannot judge`, rule);
  return strength === 'strong' ? none : fallsShort(words, rule);
}

function nameOf({ subject }: Pick<CertificateFacts, 'subject'>): string {
  return `certificate "${subject}"`;
}
