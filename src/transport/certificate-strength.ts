import type { CertificateFacts } from './certificate-facts.ts';

/** `unknown`: neither known to be strong nor known to be weak. */
export type Strength = 'strong' | 'weak' | 'unknown';

/** RSA of 2,048 bits and elliptic curves of 256 give 112 and 128 bits of security (NIST SP 800-57 part 1 revision 5, 5.6.1). */
export function judgeKeyStrength({ keyType, keyBits }: Pick<CertificateFacts, 'keyType' | 'keyBits'>): Strength {
  if (keyType === 'ed25519' || keyType === 'ed448') return 'strong';
  const leastBits = isRsa({ keyType }) ? 2048 : keyType === 'ec' ? 256 : null;
  if (leastBits === null || keyBits === null) return 'unknown';
  return keyBits >= leastBits ? 'strong' : 'weak';
}

export function isRsa({ keyType }: Pick<CertificateFacts, 'keyType'>): boolean {
  return keyType === 'rsa' || keyType === 'rsa-pss';
}

/** MD5 and SHA-1 are broken (RFC 9155, CA/Browser Forum ballot 118). */
export function judgeSignatureStrength({ signatureAlgorithm, signatureHash }: SignatureFacts): Strength {
  if (signatureHash !== null) return /^(md[245]|sha1)$/.test(signatureHash) ? 'weak' : 'strong';
  return /^ed(25519|448)$/i.test(signatureAlgorithm) ? 'strong' : 'unknown';
}

export type SignatureFacts = Pick<CertificateFacts, 'signatureAlgorithm' | 'signatureHash'>;

/** `rsa, 2048 bits` */
export function describeKey({ keyType, keyBits }: Pick<CertificateFacts, 'keyType' | 'keyBits'>): string {
  return `${keyType}${keyBits === null ? '' : `, ${keyBits} bits`}`;
}

/** `sha256WithRSAEncryption`, `rsassaPss with sha256` */
export function describeSignature({ signatureAlgorithm, signatureHash }: SignatureFacts): string {
  const isNamed = signatureHash === null || signatureAlgorithm.toLowerCase().replace('-', '').includes(signatureHash);
  return isNamed ? signatureAlgorithm : `${signatureAlgorithm} with ${signatureHash}`;
}
