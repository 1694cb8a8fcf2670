import { constants, type KeyObject, type VerifyKeyObjectInput, verify, X509Certificate } from 'node:crypto';
import { FaultError } from '../../domain/fault.ts';

/** How a signature scheme of TLS 1.3 is verified, and which keys it is for (RFC 8446 4.2.3; RFC 8734; draft-ietf-tls-mldsa). */
interface SchemeRules {
  readonly code: number;
  /** As Node calls it. */
  readonly keyType: string;
  /** OpenSSL's name; null where the key is on none. */
  readonly curve: string | null;
  /** Null: the scheme has its own. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}

/** Common ones first: a server may take the client's order for its own. */
const rules: readonly SchemeRules[] = [
  { code: 0x0403, keyType: 'ec', curve: 'prime256v1', hash: 'sha256' },
  { code: 0x0804, keyType: 'rsa', curve: null, hash: 'sha256' },
  { code: 0x0503, keyType: 'ec', curve: 'secp384r1', hash: 'sha384' },
  { code: 0x0805, keyType: 'rsa', curve: null, hash: 'sha384' },
  { code: 0x0806, keyType: 'rsa', curve: null, hash: 'sha512' },
  { code: 0x0603, keyType: 'ec', curve: 'secp521r1', hash: 'sha512' },
  { code: 0x0807, keyType: 'ed25519', curve: null, hash: null },
  { code: 0x0808, keyType: 'ed448', curve: null, hash: null },
  { code: 0x0809, keyType: 'rsa-pss', curve: null, hash: 'sha256' },
  { code: 0x080a, keyType: 'rsa-pss', curve: null, hash: 'sha384' },
  { code: 0x080b, keyType: 'rsa-pss', curve: null, hash: 'sha512' },
  { code: 0x081a, keyType: 'ec', curve: 'brainpoolP256r1', hash: 'sha256' },
  { code: 0x081b, keyType: 'ec', curve: 'brainpoolP384r1', hash: 'sha384' },
  { code: 0x081c, keyType: 'ec', curve: 'brainpoolP512r1', hash: 'sha512' },
  { code: 0x0904, keyType: 'ml-dsa-44', curve: null, hash: null },
  { code: 0x0905, keyType: 'ml-dsa-65', curve: null, hash: null },
  { code: 0x0906, keyType: 'ml-dsa-87', curve: null, hash: null },
];

/** Codes of the schemes that can be verified. */
export const verifiableSchemes: readonly number[] = rules.map((rule) => rule.code);

/** The schemes that a key which signed with this one could also have signed with. */
export function schemesOfSameKey(code: number): readonly number[] {
  const signed = rules.find((rule) => rule.code === code);
  return rules.filter(({ keyType, curve }) => keyType === signed?.keyType && curve === signed.curve).map((rule) => rule.code);
}

/** RFC 8446 4.4.3: spaces, a text and a zero byte, so that no signature for anything else can be taken for this one. */
const prefix = Buffer.concat([Buffer.alloc(64, ' '), Buffer.from('TLS 1.3, server CertificateVerify\0', 'latin1')]);

/** `transcript`: hash of all messages up to Certificate. @throws FaultError where the holder of the leaf's key did not sign it. */
export function checkSignature(leaf: Buffer, scheme: number, transcript: Buffer, signature: Buffer): void {
  const rule = rules.find((one) => one.code === scheme);
  const key = readKey(leaf);
  if (rule === undefined || !isFor(rule, key)) throw new FaultError('malformed', 'the peer signed in a way that its key is not for');
  if (!isSigned(rule, key, Buffer.concat([prefix, transcript]), signature))
    throw new FaultError('malformed', 'the signature of the handshake is not that of the certificate');
}

function readKey(leaf: Buffer): KeyObject {
  try {
    return new X509Certificate(leaf).publicKey;
  } catch (error) {
    throw new FaultError('unsupported', 'the certificate or its key cannot be decoded here', { cause: error });
  }
}

function isFor({ keyType, curve }: SchemeRules, key: KeyObject): boolean {
  return key.asymmetricKeyType === keyType && (curve === null || key.asymmetricKeyDetails?.namedCurve === curve);
}

/** A signature that OpenSSL cannot even read is none. */
function isSigned(rule: SchemeRules, key: KeyObject, signed: Buffer, signature: Buffer): boolean {
  try {
    return verify(rule.hash, signed, withPadding(rule, key), signature);
  } catch {
    return false;
  }
}

/** The salt is as long as the hash. */
function withPadding({ keyType }: SchemeRules, key: KeyObject): VerifyKeyObjectInput {
  if (keyType !== 'rsa' && keyType !== 'rsa-pss') return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}
