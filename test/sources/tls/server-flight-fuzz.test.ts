import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HelloAnswer, ReadUntil } from '../../../src/sources/tls/hello.ts';
import { createFlightReader } from '../../../src/sources/tls/server-flight.ts';
import {
  certificateMessage,
  curveParams,
  doneMessage,
  flight,
  helloMessage,
  keyExchangeMessage,
  modernHelloMessage,
  requestMessage,
  stapleMessage,
} from '../../support/flight-bytes.ts';
import { alertRecord, handshakeMessage, record } from '../../support/tls-bytes.ts';

const leaf = Buffer.alloc(20, 9);
const field = '0003800001000102000103';
const originals: readonly Buffer[] = [
  flight(
    helloMessage({
      extensions: [
        [0xff01, '00'],
        [23, ''],
        [16, '0003026832'],
      ] as const,
    }),
    certificateMessage(leaf, leaf),
    stapleMessage(leaf),
    keyExchangeMessage(curveParams),
    requestMessage(),
    doneMessage(),
  ),
  Buffer.concat([
    alertRecord(1, 112),
    flight(helloMessage({ suite: 0x0033, version: 0x0301 }), certificateMessage(leaf)),
    flight(keyExchangeMessage(field, null), doneMessage()),
  ]),
  flight(modernHelloMessage('001d00020102', { sessionId: Buffer.alloc(32) })),
  alertRecord(2, 40),
  Buffer.from('HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n'),
];

type Edit = readonly [place: number, value: number, kind: 'set' | 'insert' | 'remove' | 'repeat'];

/** A flight with a few things wrong in it, or bytes that never were one. */
const arbitraryBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...originals), fc.array(arbitraryEdit(), { maxLength: 4 })).map(edited) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => record(22, Buffer.from(bytes))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => flight(handshakeMessage(2, Buffer.from(bytes)))) },
);

function arbitraryEdit(): fc.Arbitrary<Edit> {
  return fc.tuple(fc.nat(200), fc.oneof(fc.constantFrom(0, 1, 255), fc.nat(255)), fc.constantFrom('set', 'insert', 'remove', 'repeat'));
}

function edited([original, edits]: readonly [Buffer, readonly Edit[]]): Buffer {
  return edits.reduce<Buffer>((bytes, [place, value, kind]) => {
    const at = bytes.length === 0 ? 0 : place % bytes.length;
    const middle = { set: [value], insert: [value, ...bytes.subarray(at, at + 1)], remove: [], repeat: [...bytes.subarray(at, at + 9)] }[
      kind
    ];
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), bytes.subarray(at + (kind === 'repeat' ? 0 : 1))]);
  }, original);
}

function read(chunks: readonly Buffer[], until: ReadUntil): HelloAnswer | null {
  const reader = createFlightReader(until);
  for (const chunk of chunks) reader.push(chunk);
  return reader.end();
}

describe('createFlightReader', () => {
  it('gives an answer, nothing or a fault for a hundred thousand inputs, the same however they are cut', { timeout: 60_000 }, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryBytes, fc.constantFrom('hello', 'flight'), fc.nat(250), (bytes, until, cut) => {
        const answer = read([bytes], until);
        expectSame(read([bytes.subarray(0, cut), bytes.subarray(cut)], until), answer);
        if (answer?.kind === 'fault' && (answer.fault.code !== 'malformed' || answer.fault.message === ''))
          throw new Error('a fault says nothing');
        if (answer?.kind === 'hello' && answer.suite > 0xff_ff) throw new Error('a suite is out of range');
        seen.set(answer?.kind ?? 'none', (seen.get(answer?.kind ?? 'none') ?? 0) + 1);
      }),
      { numRuns: 100_000 },
    );
    for (const kind of ['hello', 'alert', 'close', 'foreign', 'fault', 'none']) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(10);
  });

  it('takes bytes one by one as it takes them at once', () => {
    fc.assert(
      fc.property(arbitraryBytes, (bytes) => {
        const single = [...bytes].map((byte) => Buffer.from([byte]));
        expectSame(read(single, 'flight'), read([bytes], 'flight'));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Far quicker than a comparison that can say what differs, which is asked only then. */
function expectSame(left: HelloAnswer | null, right: HelloAnswer | null): void {
  if (JSON.stringify(left) !== JSON.stringify(right)) expect(left).toEqual(right);
}

const kibibyte = 1_024;
setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

function heldBytes(): number {
  if (typeof collectGarbage !== 'function') throw new Error('garbage cannot be collected at will');
  // The second waits until the first has given back what it found.
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

describe('memory', () => {
  const endless = Buffer.concat([Buffer.from([11, 3, 0xff, 0xf0]), Buffer.alloc(250 * kibibyte)]);
  const shapes: readonly (readonly [title: string, piece: Buffer, kibibytes: number])[] = [
    ['zeros', Buffer.alloc(64 * kibibyte), 10_240],
    ['text without lines', Buffer.alloc(64 * kibibyte, 'x'), 10_240],
    ['records of nonsense', record(22, Buffer.alloc(16_384, 3)), 10_240],
    ['records that never end', Buffer.concat([Buffer.from([22, 3, 3, 0x48, 0]), Buffer.alloc(9_000)]), 10_240],
    ['empty fragments', Buffer.concat(new Array<Buffer>(5_000).fill(record(22, Buffer.alloc(0)))), 10_240],
    ['a message that is never whole', Buffer.concat([flight(helloMessage()), ...inRecords(endless, 16_384)]), 1],
    ['the same in short records', Buffer.concat([flight(helloMessage()), ...inRecords(endless, 50)]), 1],
  ];

  it.each(shapes)('of a reader that meets %s is less than 300 KiB', (_title, piece, kibibytes) => {
    const readers = Array.from({ length: 8 }, () => createFlightReader('flight'));
    const before = heldBytes();
    for (const reader of readers) {
      for (let sent = 0; sent < kibibytes * kibibyte; sent += piece.length) {
        // As the network hands it over: nothing else keeps it.
        for (let offset = 0; offset < piece.length; offset += 65_536) reader.push(Buffer.from(piece.subarray(offset, offset + 65_536)));
      }
    }
    expect((heldBytes() - before) / readers.length).toBeLessThan(300 * kibibyte);
    for (const reader of readers) expect(reader.end()).toMatchObject({ kind: expect.stringMatching(/fault|foreign/) });
  });
});

function inRecords(bytes: Buffer, contentBytes: number): readonly Buffer[] {
  const count = Math.ceil(bytes.length / contentBytes);
  return Array.from({ length: count }, (_, index) => record(22, bytes.subarray(index * contentBytes, (index + 1) * contentBytes)));
}
