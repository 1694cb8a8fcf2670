import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type IssuedCertificate, makeAuthority } from '../../../sandbox/certificates.ts';
import { FaultError } from '../../../src/domain/fault.ts';
import { createMessageReader } from '../../../src/sources/tls/handshake-messages.ts';
import { ModernHandshake } from '../../../src/sources/tls/modern-handshake.ts';
import {
  checkCertificateRequest,
  readAlpn,
  readCertificates,
  readCertificateVerify,
  readServerHello,
} from '../../../src/sources/tls/modern-messages.ts';
import { createRecordReader, openRecord } from '../../../src/sources/tls/modern-records.ts';
import { checkSignature, verifiableSchemes } from '../../../src/sources/tls/modern-signature.ts';
import { modernSuiteOf } from '../../../src/sources/tls/modern-suites.ts';
import { pretendServer } from '../../support/pretend-modern-server.ts';

/** Whatever comes: a value, or a fault that is the peer's. */
function onlyFaults(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FaultError) || !['malformed', 'unsupported'].includes(error.fault.code)) throw error;
  }
}

/** Cheaper than an array of arbitrary bytes, which took most of the time. */
const anything = fc
  .tuple(fc.nat(), fc.integer({ min: 1, max: 400 }))
  .map(([seed, outputLength]) => createHash('shake256', { outputLength }).update(String(seed)).digest());

/** Good bytes with some of them overwritten, cut off or doubled. */
function damaged(good: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 127, 128, 254, 255)), { maxLength: 4 });
  return fc.tuple(fc.constantFrom(...good), changes, fc.nat(), fc.boolean()).map(([bytes, overwrites, end, isCut]) => {
    const copy = Buffer.from(isCut ? bytes.subarray(0, end % (bytes.length + 1)) : bytes);
    for (const [at, byte] of overwrites) if (copy.length > 0) copy.writeUInt8(byte, at % copy.length);
    return copy;
  });
}

let issued: IssuedCertificate;
let bodies: readonly Buffer[];
beforeAll(async () => {
  issued = await (await makeAuthority()).issue({ hosts: ['localhost'], intermediate: true });
  const said: Buffer[] = [];
  const client = new ModernHandshake(asked);
  pretendServer({
    issued,
    asksForCertificate: true,
    staple: Buffer.from('a response'),
    changeHello: (body) => {
      said.push(body);
      return body;
    },
    change: (_part, message) => {
      said.push(message.subarray(4));
      return [message];
    },
  }).answer(client.firstBytes);
  bodies = said;
});

const asked = { serverName: 'localhost', signatureSchemes: verifiableSchemes, namesCertificateSchemes: true, alpn: ['h2'] };
const readers = [readServerHello, readAlpn, checkCertificateRequest, readCertificates, readCertificateVerify];

describe('readers of messages', () => {
  it('give a fault for what is none, and nothing else (100,000 inputs)', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.oneof(damaged(bodies), anything), (body) => {
        for (const read of readers) onlyFaults(() => read(body));
      }),
      { numRuns: 100_000 },
    );
  });

  it('read what is good, each its own', () => {
    const [hello = Buffer.alloc(0), extensions = hello, request = hello, certificate = hello, verify = hello] = bodies;
    expect(readServerHello(hello)).toMatchObject({ wireVersion: 0x0304, group: 0x1d, isRetry: false, cookie: null });
    expect(readAlpn(extensions)).toBe('h2');
    expect(() => checkCertificateRequest(request)).not.toThrow();
    expect(readCertificates(certificate)).toEqual({ certificates: issued.chainDer, staple: Buffer.from('a response'), timestamps: null });
    expect(readCertificateVerify(verify).scheme).toBe(0x0403);
  });
});

describe('records and handshakes', () => {
  it('splits the same records however they come, or gives a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (pieces) => {
        onlyFaults(() => {
          const reader = createRecordReader();
          const messages = createMessageReader(4_096);
          for (const piece of [Buffer.from([22, 3, 3, 0]), ...pieces.map((bytes) => Buffer.from(bytes))]) {
            for (const { content } of reader.read(piece)) messages.read(content);
          }
        });
      }),
      { numRuns: 5_000 },
    );
  });

  it('opens no record but its own', () => {
    const suites = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305].map(modernSuiteOf).filter((suite) => suite !== undefined);
    expect(suites).toHaveLength(5);
    fc.assert(
      fc.property(fc.constantFrom(...suites), fc.uint8Array({ maxLength: 80 }), fc.nat(5), (suite, bytes, sequence) => {
        const keys = { key: Buffer.alloc(suite.keyBytes, 7), iv: Buffer.alloc(12, 9) };
        const wire = { type: 23, header: Buffer.from([23, 3, 3, 0, bytes.length]), content: Buffer.from(bytes) };
        expect(() => openRecord(suite, keys, sequence, wire)).toThrow(FaultError);
      }),
    );
  });

  it('lets no damaged flight pass for a handshake', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 2_000 }), (at, change, pieceBytes) => {
        const client = new ModernHandshake(asked);
        const bytes = Buffer.from(pretendServer({ issued }).answer(client.firstBytes));
        const helloBytes = 5 + bytes.readUInt16BE(3);
        // The second byte of a version in the clear says nothing (RFC 8446 5.1).
        const idle = [2, helloBytes + 2];
        const offset = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(offset) ^ change, offset);
        onlyFaults(() => {
          for (let start = 0; start < bytes.length; start += pieceBytes) {
            const step = client.receive(bytes.subarray(start, start + pieceBytes));
            if (!idle.includes(offset)) expect(step?.kind).not.toBe('chain');
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('takes no random signature', () => {
    const [leaf = Buffer.alloc(0)] = issued.chainDer;
    fc.assert(
      fc.property(fc.constantFrom(...verifiableSchemes), fc.uint8Array({ maxLength: 200 }), (scheme, signature) => {
        expect(() => checkSignature(leaf, scheme, Buffer.alloc(32), Buffer.from(signature))).toThrow(FaultError);
      }),
      { numRuns: 1_000 },
    );
  });
});
