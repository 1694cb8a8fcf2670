import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { FaultError } from '../../src/domain/fault.ts';
import { readCertificateExtensions } from '../../src/transport/certificate-extensions.ts';
import { readCertificateParts } from '../../src/transport/certificate-parts.ts';
import { derTags, fieldsOf, readDer, readWholeDer } from '../../src/transport/der.ts';
import { readBoolean, readFullBits, readIntegerHex, readNamedBits, readSmallNumber, readTime } from '../../src/transport/der-values.ts';
import { isSameName } from '../../src/transport/distinguished-names.ts';
import { verifySignature } from '../../src/transport/verify-signature.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const element = (hex: string) => readDer(bytes(hex));
const timeOf = (tag: number, text: string) => readDer(Buffer.concat([Buffer.of(tag, text.length), Buffer.from(text)]));

describe('values of DER', () => {
  it.each([
    ['01 01 ff', true],
    ['01 01 00', false],
  ])('%s is a boolean', (hex, value) => {
    expect(readBoolean(element(hex))).toBe(value);
  });

  it.each(['01 01 01', '01 00', '01 02 ff ff', '02 01 ff'])('%s is no boolean', (hex) => {
    expect(() => readBoolean(element(hex))).toThrow(FaultError);
  });

  it.each([
    ['02 01 00', '0'],
    ['02 01 05', '05'],
    ['02 01 7f', '7F'],
    ['02 02 00 80', '80'],
    ['02 02 01 00', '0100'],
    ['02 01 ff', '-1'],
    ['02 01 80', '-80'],
    ['02 02 ff 7f', '-81'],
    [`02 20 ${'11'.repeat(32)}`, '11'.repeat(32)],
  ])('%s is an integer', (hex, value) => {
    expect(readIntegerHex(element(hex))).toBe(value);
  });

  it.each(['02 00', '02 02 00 7f', '02 02 ff 80', '04 01 01', `02 21 ${'11'.repeat(33)}`])('%s is no integer', (hex) => {
    expect(() => readIntegerHex(element(hex))).toThrow(FaultError);
  });

  it.each([
    ['02 01 00', 0],
    ['0a 01 06', 6],
    ['02 02 00 ff', 255],
    ['02 04 7f ff ff ff', 2_147_483_647],
  ])('%s is a small number', (hex, value) => {
    expect(readSmallNumber(element(hex))).toBe(value);
  });

  it.each(['02 01 80', '02 00', '02 05 00 ff ff ff ff', '02 02 00 01', '04 01 01'])('%s is no small number', (hex) => {
    expect(() => readSmallNumber(element(hex))).toThrow(FaultError);
  });

  it.each([
    ['03 02 07 80', [0]],
    ['03 02 05 a0', [0, 2]],
    ['03 03 07 06 80', [5, 6, 8]],
    ['03 01 00', []],
    ['03 02 00 01', [7]],
  ])('%s is a list of bits', (hex, bits) => {
    expect(readNamedBits(element(hex))).toEqual(bits);
  });

  it.each(['03 02 06 80', '03 02 07 00', '03 00', '03 01 01', '03 02 08 80', '03 02 07 81', '04 02 07 80'])(
    '%s is no list of bits',
    (hex) => {
      expect(() => readNamedBits(element(hex))).toThrow(FaultError);
    },
  );

  it('reads strings of whole bytes', () => {
    expect(readFullBits(element('03 03 00 01 02'))).toEqual(bytes('01 02'));
    for (const hex of ['03 02 01 02', '03 00', '04 02 00 01']) expect(() => readFullBits(element(hex))).toThrow(FaultError);
  });

  it.each([
    [derTags.utcTime, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [derTags.utcTime, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [derTags.utcTime, '240229000000Z', '2024-02-29T00:00:00.000Z'],
    [derTags.generalizedTime, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [derTags.generalizedTime, '20260102030405Z', '2026-01-02T03:04:05.000Z'],
  ])('reads a time (%i, %s)', (tag, text, at) => {
    expect(readTime(timeOf(tag, text))).toBe(at);
  });

  it.each([
    [derTags.utcTime, '230229000000Z'],
    [derTags.utcTime, '261301000000Z'],
    [derTags.utcTime, '260101240000Z'],
    [derTags.utcTime, '260101000060Z'],
    [derTags.utcTime, '2601010000Z'],
    [derTags.utcTime, '260101000000+0100'],
    [derTags.utcTime, '20260102030405Z'],
    [derTags.generalizedTime, '260102030405Z'],
    [derTags.generalizedTime, '20260102030405.5Z'],
    [derTags.generalizedTime, '20260102030405'],
    [derTags.octetString, '20260102030405Z'],
  ])('refuses a time (%i, %s)', (tag, text) => {
    expect(() => readTime(timeOf(tag, text))).toThrow(FaultError);
  });
});

describe('elements of DER', () => {
  it('are whole only with nothing behind them and under their tag', () => {
    expect(readWholeDer(bytes('30 00'), derTags.sequence).whole).toEqual(bytes('30 00'));
    for (const hex of ['30 00 00', '31 00', '']) expect(() => readWholeDer(bytes(hex), derTags.sequence)).toThrow(FaultError);
  });

  it('are read one after another', () => {
    const fields = fieldsOf(element('30 08 01 01 ff 02 03 01 02 03'));
    expect(fields.optional(derTags.integer)).toBe(null);
    expect(fields.next(derTags.boolean).content).toEqual(bytes('ff'));
    expect(() => fields.next(derTags.boolean)).toThrow(FaultError);
    expect(() => fields.end()).toThrow(FaultError);
    expect(fields.optional(derTags.integer)?.whole).toEqual(bytes('02 03 01 02 03'));
    expect(fields.isAtEnd()).toBe(true);
    fields.end();
  });
});

describe('names', () => {
  const nameOf = (tag: string, text: string): Buffer => {
    const value = `${tag} ${text.length.toString(16).padStart(2, '0')} ${Buffer.from(text).toString('hex')}`;
    const wrap = (outer: string, inner: string): string => `${outer} ${bytes(inner).length.toString(16).padStart(2, '0')} ${inner}`;
    return bytes(wrap('30', wrap('31', wrap('30', `06 03 55 04 03 ${value}`))));
  };

  it.each([
    ['0c', 'Test Root', true],
    ['13', 'test  root', true],
    ['13', 'Test Roots', false],
    ['1e', 'Test Root', false],
  ])('as %s, %s', (tag, text, expected) => {
    expect(isSameName(nameOf('13', 'Test Root'), nameOf(tag, text))).toBe(expected);
  });
});

/** The only real ones that there are without asking the internet: what Node trusts. Leaves of public authorities are not among them. */
describe('the certificates of public authorities', () => {
  it('are read as Node reads them, and sign themselves', () => {
    const wrong = rootCertificates.filter((pem) => {
      const certificate = new X509Certificate(pem);
      const parts = readCertificateParts(certificate.raw);
      const extensions = readCertificateExtensions(certificate.raw);
      const isSame =
        parts.serialNumber === certificate.serialNumber &&
        parts.validFrom === certificate.validFromDate.toISOString() &&
        parts.validTo === certificate.validToDate.toISOString() &&
        extensions.basicConstraints?.isAuthority === true &&
        extensions.unknownCritical.length === 0;
      return !isSame || verifySignature(parts, parts.publicKey) !== 'valid';
    });
    expect(rootCertificates.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});
