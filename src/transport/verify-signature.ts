import { constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { algorithmIdentifiers, keyTypeOf, type SignatureAlgorithm } from './signature-algorithm.ts';

/** `unverifiable`: we cannot tell, as the key or the algorithm is one that we do not know. */
export type SignatureVerdict = 'valid' | 'invalid' | 'unverifiable';

export interface SignedBytes {
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

/** `publicKey`: DER of a SubjectPublicKeyInfo. Says nothing of how strong the algorithm is. */
export function verifySignature({ signed, signature, signatureAlgorithm }: SignedBytes, publicKey: Buffer): SignatureVerdict {
  const key = readKey(publicKey);
  const way = key === null ? null : wayOf(signatureAlgorithm, key);
  if (key === null || way === null) return 'unverifiable';
  if (way === 'other-key') return 'invalid';
  return isSigned(way, signed, signature) ? 'valid' : 'invalid';
}

/** How Node is to be asked. */
interface Way {
  readonly hash: string | null;
  readonly input: VerifyKeyObjectInput;
}

/** Null: we do not know the algorithm. `other-key`: such a key cannot have signed in this way. */
function wayOf(algorithm: SignatureAlgorithm, key: KeyObject): Way | 'other-key' | null {
  if (algorithm.pss !== null) return pssWay(algorithm.pss, key);
  const own = ownHashKeys.get(algorithm.identifier);
  const keyType = own ?? keyTypeOf(algorithm);
  if (keyType === null) return null;
  if (key.asymmetricKeyType !== keyType) return 'other-key';
  return { hash: own === undefined ? algorithm.hash : null, input: { key } };
}

/** Algorithms with a hash of their own. */
const ownHashKeys: ReadonlyMap<string, 'ed25519' | 'ed448'> = new Map([
  [algorithmIdentifiers.ed25519, 'ed25519'],
  [algorithmIdentifiers.ed448, 'ed448'],
]);

/** Node takes one hash for text and mask; nobody uses two. */
function pssWay({ hash, maskHash, saltBytes }: NonNullable<SignatureAlgorithm['pss']>, key: KeyObject): Way | 'other-key' | null {
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'rsa-pss') return 'other-key';
  if (hash === null || hash !== maskHash) return null;
  return { hash, input: { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes } };
}

/** Null where OpenSSL cannot read it. */
function readKey(publicKey: Buffer): KeyObject | null {
  try {
    return createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** A signature that OpenSSL cannot even read is none. */
function isSigned({ hash, input }: Way, signed: Buffer, signature: Buffer): boolean {
  try {
    return verify(hash, signed, input, signature);
  } catch {
    return false;
  }
}
