import { type KeyObject, X509Certificate } from 'node:crypto';
import { FaultError } from '../domain/fault.ts';
import type { Timestamp } from '../domain/time.ts';
import { signatureHashOf } from './signature-hash.ts';
import { namesOfCertificate } from './subject-alternative-names.ts';

/** What one certificate says, as far as it can be said without trusting it. */
export interface CertificateFacts {
  /** One `type=value` per part, joined by `, `. For people; never parsed. */
  readonly subject: string;
  readonly issuer: string;
  /** Upper-case hex. */
  readonly serialNumber: string;
  readonly validFrom: Timestamp;
  readonly validTo: Timestamp;
  /** `rsa`, `rsa-pss`, `ec`, `ed25519`, ... as Node calls them. */
  readonly keyType: string;
  /** Modulus, or size of the curve's field; null for a kind of key that we do not know. */
  readonly keyBits: number | null;
  /** OpenSSL's name (`prime256v1`); null where the key is on no named curve. */
  readonly curve: string | null;
  /** OpenSSL's name (`sha256WithRSAEncryption`), or the OID where it has none. `rsassaPss` names no hash. */
  readonly signatureAlgorithm: string;
  /** `sha256`; null where the algorithm has none to choose (Ed25519) or is not known. */
  readonly signatureHash: string | null;
  /** Sorted, with their kind: `DNS:shop.example.com`, `IP Address:192.0.2.1`. */
  readonly subjectAltNames: readonly string[];
  /** Lower-case hex, of the DER. */
  readonly fingerprintSha256: string;
  /** Issued in its own name and signed with its own key. */
  readonly selfSigned: boolean;
}

/** @throws FaultError `malformed` where the DER or its key cannot be decoded. */
export function describeCertificate(base64Der: string): CertificateFacts {
  try {
    return factsOf(new X509Certificate(Buffer.from(base64Der, 'base64')));
  } catch (error) {
    throw new FaultError('malformed', 'a certificate cannot be decoded', { cause: error });
  }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  const key = certificate.publicKey;
  const signatureAlgorithm = certificate.signatureAlgorithm ?? certificate.signatureAlgorithmOid;
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serialNumber: certificate.serialNumber,
    validFrom: readDate(certificate.validFrom, certificate.validFromDate).toISOString(),
    validTo: endOf(certificate).toISOString(),
    keyType: key.asymmetricKeyType ?? 'unknown',
    ...describeKey(key),
    signatureAlgorithm,
    signatureHash: signatureHashOf(certificate.raw, signatureAlgorithm),
    subjectAltNames: namesOfCertificate(certificate),
    fingerprintSha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    selfSigned: isSelfSigned(certificate),
  };
}

/** The last moment at which it is valid; an invalid date where that cannot be read. */
export function endOf({ validTo, validToDate }: Pick<X509Certificate, 'validTo' | 'validToDate'>): Date {
  return readDate(validTo, validToDate);
}

/** For a date that OpenSSL cannot read Node gives what stood in memory before, at times a good date (measured on 24.21). The text of it tells. */
function readDate(text: string, date: Date): Date {
  return text === 'Bad time value' ? new Date(Number.NaN) : date;
}

/** The signature costs more than all the rest: it is verified only where the names are the same. False where the key cannot be decoded. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  if (certificate.subject !== certificate.issuer) return false;
  try {
    return certificate.verify(certificate.publicKey);
  } catch {
    return false;
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function describeKey(key: KeyObject): { readonly keyBits: number | null; readonly curve: string | null } {
  const details = key.asymmetricKeyDetails;
  const curve = details?.namedCurve ?? null;
  return { keyBits: details?.modulusLength ?? fieldBits.get(curve ?? key.asymmetricKeyType ?? '') ?? null, curve };
}

/** Curves that certificates use (SEC 2, RFC 5639, RFC 8410), and the bits of their field. */
const fieldBits: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 256],
  ['secp256k1', 256],
  ['secp384r1', 384],
  ['secp521r1', 521],
  ['secp224r1', 224],
  ['prime192v1', 192],
  ['brainpoolP256r1', 256],
  ['brainpoolP384r1', 384],
  ['brainpoolP512r1', 512],
  ['ed25519', 256],
  ['ed448', 456],
]);
