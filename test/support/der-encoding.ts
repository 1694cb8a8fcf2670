import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { derTags } from '../../src/transport/der.ts';

/** An element of DER, of the tag and what stands in it. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  if (body.length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, body.length), body]);
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 0xff), body]);
}

export const sequence = (...content: readonly Buffer[]): Buffer => der(derTags.sequence, ...content);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const time = (text: string): Buffer => der(derTags.generalizedTime, Buffer.from(text));
const ecdsaWithSha256 = sequence(hex('06 08 2a 86 48 ce 3d 04 03 02'));
const sha1 = sequence(hex('06 05 2b 0e 03 02 1a 05 00'));
const emptyName = sequence();
const ownSigner = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

export interface EncodedAbout {
  readonly issuerName: Buffer;
  readonly issuerKey: Buffer;
  /** Content of the integer. */
  readonly serial: Buffer;
}

export interface EncodedResponse {
  readonly certificates?: readonly Buffer[];
  /** The first is good, all others are revoked. */
  readonly about?: readonly EncodedAbout[];
  readonly responderName?: Buffer;
  /** A key on P-256. */
  readonly signer?: KeyObject;
  /** What stands in the status `good`. */
  readonly inGood?: Buffer;
}

const anyAbout = (serial: number): EncodedAbout => ({
  issuerName: Buffer.from('name'),
  issuerKey: Buffer.from('key'),
  serial: Buffer.of(serial),
});

/** A whole OCSP response, with extensions and reasons: by itself about two certificates that there are not. */
export function encodeOcspResponse(options: EncodedResponse = {}): Buffer {
  const {
    certificates = [],
    about = [anyAbout(5), anyAbout(6)],
    responderName = emptyName,
    signer = ownSigner,
    inGood = Buffer.alloc(0),
  } = options;
  const good = der(0x80, inGood);
  const revoked = der(0xa1, time('20260101000000Z'), der(0xa0, hex('0a 01 01')));
  const singles = about.map((one, index) => encodeSingle(one, index === 0 ? good : revoked));
  const data = sequence(der(0xa1, responderName), time('20260101000000Z'), sequence(...singles), der(0xa1, sequence(nonce)));
  const signature = der(derTags.bitString, Buffer.of(0), sign('sha256', data, signer));
  const basic = sequence(data, ecdsaWithSha256, signature, der(0xa0, sequence(...certificates)));
  const bytes = sequence(hex('06 09 2b 06 01 05 05 07 30 01 01'), der(derTags.octetString, basic));
  return sequence(hex('0a 01 00'), der(0xa0, bytes));
}

const nonce = sequence(hex('06 09 2b 06 01 05 05 07 30 01 02'), der(derTags.octetString, hex('04 02 01 02')));

function encodeSingle({ issuerName, issuerKey, serial }: EncodedAbout, status: Buffer): Buffer {
  const hashed = (bytes: Buffer): Buffer => der(derTags.octetString, createHash('sha1').update(bytes).digest());
  const about = sequence(sha1, hashed(issuerName), hashed(issuerKey), der(derTags.integer, serial));
  return sequence(about, status, time('20260101000000Z'), der(0xa0, time('20260108000000Z')), der(0xa1, sequence(nonce)));
}
