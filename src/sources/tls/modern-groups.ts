import * as crypto from 'node:crypto';
import { FaultError } from '../../domain/fault.ts';

/** One key of ours for one group, used once. */
export interface KeyShare {
  readonly group: number;
  /** What goes over the wire. */
  readonly key: Buffer;
  /** The agreed secret. @throws FaultError `malformed` where the peer's share is none of this group. */
  agree(peerKey: Buffer): Buffer;
}

type Half = Omit<KeyShare, 'group'>;

/** Groups by their code that we can agree on a key in: RFC 8446 4.2.8.2, RFC 8734 and, with ML-KEM, draft-ietf-tls-ecdhe-mlkem and draft-ietf-tls-mlkem. Finite fields are left out: node:crypto has only those of IKE. */
const makers: ReadonlyMap<number, () => Half> = new Map([
  [0x001d, () => montgomeryHalf('x25519')],
  [0x0017, () => curveHalf('prime256v1')],
  [0x0018, () => curveHalf('secp384r1')],
  [0x0019, () => curveHalf('secp521r1')],
  [0x001e, () => montgomeryHalf('x448')],
  [0x001f, () => curveHalf('brainpoolP256r1')],
  [0x0020, () => curveHalf('brainpoolP384r1')],
  [0x0021, () => curveHalf('brainpoolP512r1')],
  // The order of the two halves is not the same in all: NIST wants the approved one first.
  [0x11ec, () => joined(latticeHalf('ml-kem-768'), montgomeryHalf('x25519'), latticeBytes['ml-kem-768'])],
  [0x11eb, () => joined(curveHalf('prime256v1'), latticeHalf('ml-kem-768'), 65)],
  [0x11ed, () => joined(curveHalf('secp384r1'), latticeHalf('ml-kem-1024'), 97)],
  [0x0200, () => latticeHalf('ml-kem-512')],
  [0x0201, () => latticeHalf('ml-kem-768')],
  [0x0202, () => latticeHalf('ml-kem-1024')],
]);

/** Those that are offered, classic ones first: a share with ML-KEM makes a hello too big for some devices, and is sent only to who asks for it. */
export const agreeableGroups: readonly number[] = [...makers.keys()];

export function canAgreeIn(group: number): boolean {
  return makers.has(group);
}

/** @throws FaultError `unsupported` where this Node has no such keys. */
export function makeKeyShare(group: number): KeyShare {
  const make = makers.get(group);
  if (make === undefined) throw cannotAgree();
  return { group, ...make() };
}

type Curve = 'prime256v1' | 'secp384r1' | 'secp521r1' | 'brainpoolP256r1' | 'brainpoolP384r1' | 'brainpoolP512r1';

/** OpenSSL refuses a point that is not on the curve, but would take a compressed one, which RFC 8446 4.2.8.2 does not allow. */
function curveHalf(curve: Curve): Half {
  const ecdh = crypto.createECDH(curve);
  const key = ecdh.generateKeys();
  return { key, agree: (peerKey) => agreeOrFault(() => ecdh.computeSecret(peerKey.length === key.length ? peerKey : Buffer.alloc(0))) };
}

const montgomeryCurves = {
  x25519: { name: 'X25519', make: () => crypto.generateKeyPairSync('x25519') },
  x448: { name: 'X448', make: () => crypto.generateKeyPairSync('x448') },
} as const;

function montgomeryHalf(curve: keyof typeof montgomeryCurves): Half {
  const { name, make } = montgomeryCurves[curve];
  const { privateKey, publicKey } = make();
  const agree = (peerKey: Buffer): Buffer => {
    const key = crypto.createPublicKey({ key: { kty: 'OKP', crv: name, x: peerKey.toString('base64url') }, format: 'jwk' });
    // Refused by OpenSSL where the result is zero, as RFC 7748 6 wants it.
    return crypto.diffieHellman({ privateKey, publicKey: key });
  };
  return { key: readRawKey(publicKey), agree: (peerKey) => agreeOrFault(() => agree(peerKey)) };
}

function readRawKey(key: crypto.KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** FIPS 203 table 3: bytes of what the other side answers with. */
const latticeBytes = { 'ml-kem-512': 768, 'ml-kem-768': 1_088, 'ml-kem-1024': 1_568 } as const;
/** And of the key; its SubjectPublicKeyInfo ends with it. */
const latticeKeyBytes = { 'ml-kem-512': 800, 'ml-kem-768': 1_184, 'ml-kem-1024': 1_568 } as const;

function latticeHalf(kind: keyof typeof latticeBytes): Half {
  const { privateKey, publicKey } = makeLatticeKeys(kind);
  return {
    key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-latticeKeyBytes[kind]),
    agree: (answer) => agreeOrFault(() => Buffer.from(crypto.decapsulate(privateKey, answer))),
  };
}

/** The overloads of node:crypto are one for each kind. */
const latticeKeys = {
  'ml-kem-512': () => crypto.generateKeyPairSync('ml-kem-512'),
  'ml-kem-768': () => crypto.generateKeyPairSync('ml-kem-768'),
  'ml-kem-1024': () => crypto.generateKeyPairSync('ml-kem-1024'),
} as const;

/** Before 24.7 Node has no ML-KEM, nor has one that was built with an older OpenSSL. */
function makeLatticeKeys(kind: keyof typeof latticeBytes): crypto.KeyPairKeyObjectResult {
  try {
    return latticeKeys[kind]();
  } catch (error) {
    throw cannotAgree(error);
  }
}

/** `firstBytes`: how much of what the peer sends belongs to the first half. */
function joined(first: Half, second: Half, firstBytes: number): Half {
  return {
    key: Buffer.concat([first.key, second.key]),
    agree: (peerKey) => Buffer.concat([first.agree(peerKey.subarray(0, firstBytes)), second.agree(peerKey.subarray(firstBytes))]),
  };
}

/** OpenSSL's words about a key say nothing to anybody, and are dropped with what they may hold. */
function agreeOrFault(agree: () => Buffer): Buffer {
  try {
    return agree();
  } catch {
    throw new FaultError('malformed', 'the key share of the peer is no key of its group');
  }
}

function cannotAgree(cause?: unknown): FaultError {
  return new FaultError('unsupported', 'this Node cannot agree on a key in the group that the peer wants', { cause });
}
