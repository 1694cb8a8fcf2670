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
const signer: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A whole OCSP response about two certificates, one revoked for a reason, with extensions and the certificates given. */
export function encodeOcspResponse(certificates: readonly Buffer[]): Buffer {
  const hash = (text: string): Buffer => der(derTags.octetString, createHash('sha1').update(text).digest());
  const about = (serial: number): Buffer => sequence(sha1, hash('name'), hash('key'), der(derTags.integer, Buffer.of(serial)));
  const end = der(0xa0, time('20260108000000Z'));
  const extension = sequence(hex('06 09 2b 06 01 05 05 07 30 01 02'), der(derTags.octetString, hex('04 02 01 02')));
  const revoked = der(0xa1, time('20260101000000Z'), der(0xa0, hex('0a 01 01')));
  const singles = [
    sequence(about(5), der(0x80), time('20260101000000Z'), end, der(0xa1, sequence(extension))),
    sequence(about(6), revoked, time('20260101000000Z'), end),
  ];
  const data = sequence(der(0xa1, emptyName), time('20260101000000Z'), sequence(...singles), der(0xa1, sequence(extension)));
  const signature = der(derTags.bitString, Buffer.of(0), sign('sha256', data, signer));
  const basic = sequence(data, ecdsaWithSha256, signature, der(0xa0, sequence(...certificates)));
  const bytes = sequence(hex('06 09 2b 06 01 05 05 07 30 01 01'), der(derTags.octetString, basic));
  return sequence(hex('0a 01 00'), der(0xa0, bytes));
}
