import type { CertificateParts } from './certificate-parts.ts';
import { isSameName } from './distinguished-names.ts';
import { type SignatureVerdict, verifySignature } from './verify-signature.ts';

/** Whether the holder of one certificate issued another: in its name and signed with its key. Whether it may (key usage, path length) is not asked. */
export function verifyIssuance(certificate: CertificateParts, issuer: CertificateParts): SignatureVerdict {
  if (!isSameName(certificate.issuer, issuer.subject)) return 'invalid';
  return verifySignature(certificate, issuer.publicKey);
}
