import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';

/** Kinds of key that neither our library nor the usual openssl program makes certificates of. */
export type RareKey = 'ml-dsa-44' | 'ml-dsa-65' | 'brainpoolP256r1' | 'brainpoolP384r1';

/** A certificate for localhost that signs itself. */
export function makeByHand(kind: RareKey): IssuedCertificate {
  const { privateKey, publicKey } = makeKeys(kind);
  const key = publicKey.export({ format: 'der', type: 'spki' });
  const isCurve = kind === 'brainpoolP256r1' || kind === 'brainpoolP384r1';
  // ML-DSA has one name for key and signature; the other is ecdsa-with-SHA256.
  const algorithm = element(0x30, isCurve ? hex('06082a8648ce3d040302') : firstIdentifier(key));
  const name = element(0x30, element(0x31, element(0x30, hex('0603550403'), element(0x0c, Buffer.from('localhost')))));
  const validity = element(0x30, utcTime('250101000000Z'), utcTime('450101000000Z'));
  const signed = element(0x30, element(0xa0, hex('020102')), hex('020101'), algorithm, name, validity, name, key);
  const signature = sign(isCurve ? 'sha256' : null, signed, privateKey);
  const der = element(0x30, signed, algorithm, element(0x03, Buffer.from([0]), signature));
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  const keyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { keyPem, certificatePem: pem, leafPem: pem, chainDer: [der] };
}

function makeKeys(kind: RareKey): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  switch (kind) {
    case 'ml-dsa-44':
      return generateKeyPairSync(kind);
    case 'ml-dsa-65':
      return generateKeyPairSync(kind);
    default:
      return generateKeyPairSync('ec', { namedCurve: kind });
  }
}

/** The first object identifier of a SubjectPublicKeyInfo. */
function firstIdentifier(key: Buffer): Buffer {
  const start = key.indexOf(0x06);
  return key.subarray(start, start + 2 + key.readUInt8(start + 1));
}

function utcTime(text: string): Buffer {
  return element(0x17, Buffer.from(text));
}

function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const long = [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([
    Buffer.from([tag, ...(content.length < 0x80 ? [content.length] : content.length < 0x1_00 ? [0x81, content.length] : long)]),
    content,
  ]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
