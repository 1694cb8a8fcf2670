import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { BasicConstraintsExtension, Extension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } from '@peculiar/x509';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { FaultError } from '../../src/domain/fault.ts';
import { readCertificateExtensions } from '../../src/transport/certificate-extensions.ts';
import { readCertificateParts } from '../../src/transport/certificate-parts.ts';
import { describeChainOrder } from '../../src/transport/chain-order.ts';
import { readDer, readDerSequence } from '../../src/transport/der.ts';
import { readOcspResponse } from '../../src/transport/ocsp-response.ts';
import { describeStaple, judgeStapleFacts } from '../../src/transport/ocsp-staple.ts';
import { damagedDer } from '../support/damaged-der.ts';
import { encodeOcspResponse, sequence } from '../support/der-encoding.ts';

const runs = 100_000;
const budgetMs = 15_000;

/** With everything in it that is read. */
const full = await makeFullCertificate();
const issued = await (await makeAuthority()).issue({ hosts: ['a.test'], intermediate: true });
const certificates = [full, ...issued.chainDer, Buffer.from((rootCertificates[0] ?? '').replaceAll(/-----.*-----|\s/g, ''), 'base64')];
const response = encodeOcspResponse({ certificates: issued.chainDer.slice(0, 1) });

async function makeFullCertificate(): Promise<Buffer> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const raw = (oid: string, hex: string): Extension =>
    new Extension(oid, false, new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
  const timestamp = `00 ${'11'.repeat(32)} 00 00 01 97 00 00 00 00 00 00 04 03 00 08 30 06 02 01 01 02 01 01`;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '4001',
    subject: 'CN=full',
    issuer: 'CN=full',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2056-01-01T00:00:00Z'),
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new BasicConstraintsExtension(true, 2, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      raw('1.3.6.1.5.5.7.1.24', '30 06 02 01 05 02 01 11'),
      raw('2.5.29.37', '30 0a 06 08 2b 06 01 05 05 07 03 09'),
      raw('2.5.29.31', '30 0b 30 09 a0 07 a0 05 86 03 61 3a 62'),
      raw('1.3.6.1.5.5.7.1.1', '30 11 30 0f 06 08 2b 06 01 05 05 07 30 01 86 03 61 3a 62'),
      raw('1.3.6.1.4.1.11129.2.4.2', `04 3b 00 39 00 37 ${timestamp}`),
    ],
  });
  return Buffer.from(certificate.rawData);
}

/** Of the same length, so that all lengths stay right. */
function changed(bytes: Buffer, from: RegExp, to: string): Buffer {
  const before = bytes.toString('hex');
  const after = Buffer.from(before.replace(from, to), 'hex');
  if (after.equals(bytes) || after.length !== bytes.length) throw new Error(`there is no ${from} to change`);
  return after;
}

/** How many were read; the rest were refused as they have to be. */
function countRead(inputs: fc.Arbitrary<Buffer>, numRuns: number, read: (bytes: Buffer) => unknown): number {
  let count = 0;
  const property = fc.property(inputs, (bytes) => {
    try {
      read(bytes);
      count += 1;
    } catch (error) {
      if (!(error instanceof FaultError) || error.fault.code !== 'malformed') throw error;
    }
  });
  fc.assert(property, { numRuns });
  return count;
}

describe('the strict readers', () => {
  it('read what is sound', () => {
    expect(readCertificateExtensions(full)).toMatchObject({
      mustStaple: true,
      crlUrls: ['a:b'],
      ocspUrls: ['a:b'],
      extendedKeyUsage: ['OCSPSigning'],
      timestamps: { timestamps: [{ logId: '11'.repeat(32), at: '2025-05-24T01:54:49.472Z' }] },
    });
    expect(readOcspResponse(response)).toMatchObject({
      singles: [{ status: 'good' }, { status: 'revoked', revocation: { reason: 'keyCompromise' } }],
    });
  });

  it.each([
    ['another algorithm inside than outside', full, /(?<=2a8648ce3d04030)2(?!.*2a8648ce3d04030)/, '3'],
    ['an extension twice', full, /551d1f/, '551d25'],
    ['a timestamp with something behind its signature', full, /0008(30060201)/, '0007$1'],
    ['a timestamp of no time', full, /00000197/, 'ffff0197'],
  ])('refuse a certificate with %s', (_what, sound, from, to) => {
    expect(() => readCertificateExtensions(changed(sound, from, to))).toThrow(FaultError);
  });

  it('pass over a timestamp of a later version', () => {
    const { timestamps } = readCertificateExtensions(changed(full, /003700(1111)/, '003701$1'));
    expect(timestamps).toEqual({ timestamps: [], ofOtherVersions: 1 });
  });

  it.each([
    ['a critical extension', changed(response, /(2b0601050507300102)040404020102/, '$10101ff040105')],
    ['something in `good`', encodeOcspResponse({ inGood: Buffer.of(0) })],
    ['another type', changed(response, /2b0601050507300101/, '2b0601050507300109')],
    ['an answer behind an error', changed(response, /0a0100a0/, '0a0103a0')],
    ['nine certificates', encodeOcspResponse({ certificates: Array.from({ length: 9 }, () => sequence()) })],
    ['no certificate that it is about', encodeOcspResponse({ about: [] })],
  ])('refuse an OCSP response with %s', (_what, bytes) => {
    expect(() => readOcspResponse(bytes)).toThrow(FaultError);
  });

  it('throw nothing but that it is malformed, whatever the bytes are', { timeout: 120_000 }, () => {
    const before = process.threadCpuUsage();
    const counts = [
      countRead(damagedDer([full]), runs, (bytes) => readDerSequence(readDer(bytes).content)),
      countRead(damagedDer(certificates), runs, readCertificateExtensions),
      countRead(damagedDer([response]), runs, readOcspResponse),
    ];
    // Else what is damaged would never come further than the first byte, or nothing would ever be refused.
    for (const count of counts) expect(count).toBeGreaterThan(runs / 50);
    for (const count of counts) expect(count).toBeLessThan((runs * 4) / 5);
    // Of this thread alone: others keep the machine busy.
    expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(budgetMs);
  });

  it('give a verdict on every staple, and an order to every chain', () => {
    const leaf = readCertificateParts(issued.chainDer[0] ?? full);
    const issuer = readCertificateParts(issued.chainDer[1] ?? full);
    const judged = countRead(damagedDer([response]), 2_000, (bytes) => {
      expect(judgeStapleFacts(describeStaple(bytes, leaf, issuer), 0).verdict).not.toBe('good');
    });
    const ordered = countRead(damagedDer(certificates), 1_000, (bytes) => describeChainOrder([bytes, ...issued.chainDer, bytes]));
    expect([judged, ordered]).toEqual([2_000, 1_000]);
  });

  it.each([
    ['16,000 sequences within one another', nest(16_000)],
    ['30,000 elements one after another', sequence(Buffer.alloc(60_000, Buffer.of(5, 0)))],
  ])('come to an end at once with %s', (_what, bytes) => {
    const beganMs = performance.now();
    for (const read of [readCertificateExtensions, readOcspResponse]) expect(() => read(bytes)).toThrow(FaultError);
    expect(describeChainOrder([bytes]).path).toEqual([]);
    expect(performance.now() - beganMs).toBeLessThan(1_000);
  });

  it('take nothing that is larger than any real one', () => {
    const large = sequence(Buffer.alloc(65_535));
    expect(() => readCertificateParts(large)).toThrow('larger');
    expect(() => readOcspResponse(large)).toThrow('larger');
  });
});

function nest(depth: number): Buffer {
  const bytes = Buffer.alloc(depth * 4);
  // Each says in two bytes how much is left behind it.
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(0x30820000 + Math.min(0xffff, bytes.length - at - 4), at);
  return bytes;
}
