import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { FaultError } from '../../src/domain/fault.ts';
import { readDer, readDerSequence, readObjectIdentifier } from '../../src/transport/der.ts';
import { signatureHashOf } from '../../src/transport/signature-hash.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('readDer', () => {
  it.each([
    ['an empty sequence', '30 00', 0, 2],
    ['a short length', '30 02 05 00', 2, 4],
    ['127 bytes', `04 7f ${'00'.repeat(127)}`, 127, 129],
    ['128 bytes', `04 81 80 ${'00'.repeat(128)}`, 128, 131],
  ])('%s', (_what, hex, length, end) => {
    const read = readDer(bytes(hex));
    expect([read.content.length, read.end]).toEqual([length, end]);
  });

  it.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['less than it says', '30 03 05 00'],
    ['an indefinite length', '30 80 00 00'],
    ['127 bytes in the long form', `04 81 7f ${'00'.repeat(127)}`],
    ['a length that begins with zero', `04 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five bytes', '04 85 01 00 00 00 00'],
    ['a length that is cut', '04 82 01'],
    ['a tag of two bytes', '3f 81 01 00'],
  ])('refuses %s', (_what, hex) => {
    expect(() => readDer(bytes(hex))).toThrow(FaultError);
  });

  it('reads elements one after the other, and refuses what is left over', () => {
    expect(readDerSequence(bytes('05 00 02 01 07')).map(({ tag }) => tag)).toEqual([5, 2]);
    expect(() => readDerSequence(bytes('05 00 02'))).toThrow(FaultError);
  });
});

describe('readObjectIdentifier', () => {
  it.each([
    ['06 09 2a 86 48 86 f7 0d 01 01 0b', '1.2.840.113549.1.1.11'],
    ['06 03 88 37 03', '2.999.3'],
    ['06 03 2b 65 70', '1.3.101.112'],
  ])('%s', (hex, dotted) => {
    expect(readObjectIdentifier(readDer(bytes(hex)))).toBe(dotted);
  });

  it.each([
    ['another tag', '04 01 2a'],
    ['nothing in it', '06 00'],
    ['an arc that does not end', '06 02 2a 86'],
    ['an arc that begins with nothing', '06 03 2a 80 01'],
    ['an arc beyond all bounds', `06 0b 2a ${'ff'.repeat(9)} 7f`],
  ])('refuses %s', (_what, hex) => {
    expect(() => readObjectIdentifier(readDer(bytes(hex)))).toThrow(FaultError);
  });
});

/** SEQUENCE { SEQUENCE {}, SEQUENCE { id-RSASSA-PSS, parameters } } */
function pssCertificate(parameters: string): Buffer {
  const algorithm = sequence(`06 09 2a 86 48 86 f7 0d 01 01 0a ${parameters}`);
  return bytes(sequence(`30 00 ${algorithm}`));
}

function sequence(hex: string): string {
  const length = hex.replaceAll(' ', '').length / 2;
  return `30 ${length.toString(16).padStart(2, '0')} ${hex}`;
}

const tagged = (hex: string): string => sequence(hex).replace('30', 'a0');
const sha256 = '06 09 60 86 48 01 65 03 04 02 01';

describe('the hash of a signature', () => {
  it.each([
    ['sha256WithRSAEncryption', 'sha256'],
    ['ecdsa-with-SHA384', 'sha384'],
    ['sha1WithRSAEncryption', 'sha1'],
    ['RSA-SHA1', 'sha1'],
    ['RSA-SHA1-2', 'sha1'],
    ['md5WithRSAEncryption', 'md5'],
    ['dsa_with_SHA256', 'sha256'],
  ])('is in the name %s', (name, hash) => {
    expect(signatureHashOf(Buffer.alloc(0), name)).toBe(hash);
  });

  it.each([
    ['SHA-256', sequence(tagged(sequence(sha256))), 'sha256'],
    ['none named', sequence(''), 'sha1'],
    ['no parameters', '', 'sha1'],
    ['only a salt', sequence('a2 03 02 01 20'), 'sha1'],
    ['a hash that we do not know', sequence(tagged(sequence('06 03 2a 03 04'))), null],
  ])('is in the parameters of RSA-PSS: %s', (_what, parameters, hash) => {
    expect(signatureHashOf(pssCertificate(parameters), 'rsassaPss')).toBe(hash);
  });

  it.each([
    ['a field that ends them in another way', sequence('a3 03 02 01 02')],
    ['fields in disorder', sequence('a2 03 02 01 20 a1 02 30 00')],
    ['a field twice', sequence('a2 03 02 01 20 a2 03 02 01 20')],
    ['something else', '05 00'],
  ])('is not in parameters with %s', (_what, parameters) => {
    expect(() => signatureHashOf(pssCertificate(parameters), 'rsassaPss')).toThrow(FaultError);
    expect(signatureHashOf(pssCertificate(sequence('a3 03 02 01 01')), 'rsassaPss')).toBe('sha1');
  });

  it('is none of an algorithm without one', () => {
    expect(signatureHashOf(bytes(sequence(`30 00 ${sequence('06 03 2b 65 70')}`)), 'ED25519')).toBe(null);
  });

  it('never throws anything but its own error, whatever the bytes are', async () => {
    const [certificate] = (await (await makeAuthority()).issue({ hosts: ['a.test'] })).chainDer;
    const sound = certificate ?? Buffer.alloc(0);
    const broken = fc.tuple(fc.nat(sound.length - 1), fc.nat(255), fc.nat(sound.length)).map(([at, value, length]) => {
      const copy = Buffer.from(sound);
      copy[at] = value;
      return copy.subarray(0, length);
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }).map((own) => Buffer.from(own)),
          broken,
        ),
        (der) => {
          try {
            signatureHashOf(der, 'rsassaPss');
          } catch (error) {
            expect(error).toBeInstanceOf(FaultError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
