import { createHash } from 'node:crypto';
import { FaultError } from '../domain/fault.ts';
import type { Timestamp } from '../domain/time.ts';
import { describeExtensions } from './certificate-extensions.ts';
import { verifyIssuance } from './certificate-issuance.ts';
import { type CertificateParts, readCertificateParts } from './certificate-parts.ts';
import { isSameName } from './distinguished-names.ts';
import type { BasicOcspResponse, ResponderId } from './ocsp-response.ts';
import { type SignatureVerdict, verifySignature } from './verify-signature.ts';

/** Who signed a response. Times of its certificate: a delegated responder counts only while that is valid. */
export type OcspSigner =
  | { readonly kind: 'issuer' }
  | { readonly kind: 'delegated'; readonly validFrom: Timestamp; readonly validTo: Timestamp };

/** `weak`: signed, but with a hash for which signatures can be forged. */
export interface OcspSignature {
  readonly verdict: SignatureVerdict | 'weak';
  /** Null where it is not valid. */
  readonly signer: OcspSigner | null;
}

/** Public authorities may not sign with them (Baseline Requirements 7.1.3.2). */
const weakHashes: ReadonlySet<string | null> = new Set(['md5', 'sha1']);

interface Candidate {
  readonly certificate: CertificateParts;
  readonly signer: OcspSigner;
}

/** Verifies a response against the issuer of the certificate in question, or a responder that the issuer has delegated (RFC 6960 4.2.2.2). */
export function verifyOcspSignature(response: BasicOcspResponse, issuer: CertificateParts): OcspSignature {
  const direct: Candidate = { certificate: issuer, signer: { kind: 'issuer' } };
  const named = [direct, ...delegatesOf(response, issuer)].filter(({ certificate }) => isNamed(response.responder, certificate));
  const tried = named.map(({ certificate, signer }) => ({ signer, verdict: verifySignature(response, certificate.publicKey) }));
  const valid = tried.find(({ verdict }) => verdict === 'valid');
  if (valid === undefined)
    return { verdict: tried.some(({ verdict }) => verdict === 'unverifiable') ? 'unverifiable' : 'invalid', signer: null };
  return weakHashes.has(response.signatureAlgorithm.hash) ? { verdict: 'weak', signer: null } : valid;
}

function isNamed(responder: ResponderId, certificate: CertificateParts): boolean {
  if ('name' in responder) return isSameName(responder.name, certificate.subject);
  return responder.keyHash === createHash('sha1').update(certificate.keyBytes).digest('hex');
}

/** A certificate that cannot be read delegates nothing. */
function delegatesOf({ certificates }: BasicOcspResponse, issuer: CertificateParts): readonly Candidate[] {
  return certificates.flatMap((der) => {
    const certificate = readIfPossible(der);
    if (certificate === null || !isDelegated(certificate, issuer)) return [];
    return [{ certificate, signer: { kind: 'delegated' as const, validFrom: certificate.validFrom, validTo: certificate.validTo } }];
  });
}

function readIfPossible(der: Buffer): CertificateParts | null {
  try {
    return readCertificateParts(der);
  } catch (error) {
    if (error instanceof FaultError) return null;
    throw error;
  }
}

/** Issued by the issuer itself, for this purpose. */
function isDelegated(certificate: CertificateParts, issuer: CertificateParts): boolean {
  if (weakHashes.has(certificate.signatureAlgorithm.hash) || verifyIssuance(certificate, issuer) !== 'valid') return false;
  const { extendedKeyUsage, keyUsage, unknownCritical } = describeExtensions(certificate);
  const maySign = keyUsage === null || keyUsage.includes('digitalSignature') || keyUsage.includes('nonRepudiation');
  return extendedKeyUsage?.includes('OCSPSigning') === true && maySign && unknownCritical.length === 0;
}
