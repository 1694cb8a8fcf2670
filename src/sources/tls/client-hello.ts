import { randomBytes } from 'node:crypto';
import { namedGroups } from '../../transport/named-groups.ts';
import { type ProtocolVersion, wireVersionOf } from '../../transport/protocol-versions.ts';
import { signatureSchemes } from '../../transport/signature-schemes.ts';
import { type ByteWriter, createByteWriter } from './byte-writer.ts';
import type { Hello } from './hello.ts';
import { extensionNumbers, writeExtension, writeExtensions } from './hello-extensions.ts';
import { classicSuites, modernSuites } from './hello-suites.ts';

/** What must be said again in the hello that follows a HelloRetryRequest (RFC 8446 4.1.2). */
export interface HelloConstants {
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** At most 32 bytes. */
  readonly sessionId: Uint8Array;
  /** What the server wants to see again; null: it gave none. */
  readonly cookie: Uint8Array | null;
}

/**
 * One record with a ClientHello. TLS 1.3 hides behind 1.2 and says so in an extension (RFC 8446 4.1.2); a hello without extensions can therefore not ask for it.
 * Throws RangeError for what fits into no hello.
 */
export function buildHello(hello: Hello, constants: HelloConstants = freshConstants(hello.version)): Buffer {
  const writer = createByteWriter();
  writer.uint8(handshakeRecord);
  writer.uint16(hello.version === 'SSLv3' ? wireVersionOf('SSLv3') : wireVersionOf('TLSv1'));
  writer.opaque16(() => {
    writer.uint8(clientHello);
    writer.opaque24(() => writeBody(writer, hello, constants));
  });
  const messageBytes = writer.byteCount() - recordHeaderBytes;
  if (messageBytes > mostFragmentBytes) throw new RangeError(`a hello of ${messageBytes} bytes does not fit into a record`);
  return writer.written();
}

function writeBody(writer: ByteWriter, hello: Hello, constants: HelloConstants): void {
  writer.uint16(wireVersionOf(hello.version === 'TLSv1.3' ? 'TLSv1.2' : hello.version));
  writer.bytes(constants.random);
  writer.opaque8(() => writer.bytes(constants.sessionId));
  writer.opaque16(() => writer.uint16s(withSignals(hello)));
  writer.opaque8(() => writer.bytes(Uint8Array.from(hello.compressions)));
  if (!bearsExtensions(hello)) return;
  writer.opaque16(() => {
    writeExtensions(writer, hello, constants.cookie);
    writePadding(writer);
  });
}

/** A session's number makes boxes on the way take TLS 1.3 for a resumed TLS 1.2 (RFC 8446 D.4). */
export function freshConstants(version: ProtocolVersion): HelloConstants {
  return { random: randomBytes(32), sessionId: version === 'TLSv1.3' ? randomBytes(32) : Buffer.alloc(0), cookie: null };
}

/**
 * A hello that any server should be able to answer: all that we know, the common ones first. Without key shares, which costs nobody a key. One for TLS 1.3
 * also names older suites: a server without it should be able to say what it would choose instead.
 */
export function usualHello(version: ProtocolVersion, serverName: string | null, change: Partial<Hello> = {}): Hello {
  return {
    version,
    serverName,
    suites: version === 'TLSv1.3' ? usualSuites.modern : usualSuites.classic,
    groups: usualGroups,
    signatureSchemes: usualSchemes,
    keyShares: [],
    compressions: [0],
    alpn: [],
    asksStaple: false,
    isFallback: false,
    hasExtensions: version !== 'SSLv3',
    ...change,
  };
}

/** Old firewalls drop a hello with 128 or more. Two places are kept for the numbers that are no suites. */
export const mostSuites = 125;

const usualSuites = {
  modern: [...modernSuites, ...classicSuites].slice(0, mostSuites),
  classic: classicSuites.slice(0, mostSuites),
} as const;

const commonGroups: readonly number[] = [0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x11ec, 0x11eb, 0x11ed];
const commonSchemes: readonly number[] = [0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401];
const usualGroups = commonFirst(
  commonGroups,
  namedGroups.map(({ code }) => code),
);
const usualSchemes = commonFirst(
  commonSchemes,
  signatureSchemes.map(({ code }) => code),
);

function commonFirst(common: readonly number[], all: readonly number[]): readonly number[] {
  return [...common, ...all.filter((code) => !common.includes(code))];
}

const clientHello = 1;
const handshakeRecord = 22;
/** RFC 8446 5.1. */
const mostFragmentBytes = 16_384;

function bearsExtensions(hello: Hello): boolean {
  return hello.hasExtensions && hello.version !== 'SSLv3';
}

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV stands for the extension where there is none (RFC 5746 3.3). TLS_FALLBACK_SCSV: RFC 7507. */
function withSignals(hello: Hello): readonly number[] {
  return [...hello.suites, ...(bearsExtensions(hello) ? [] : [0x00ff]), ...(hello.isFallback ? [0x5600] : [])];
}

/** Some load balancers lose a message of 256 to 511 bytes (RFC 7685 1). */
const avoidedBytes = { from: 256, to: 511 } as const;
const recordHeaderBytes = 5;
const extensionHeaderBytes = 4;

/** At least one byte of content: some servers do not bear an empty extension at the end. */
function writePadding(writer: ByteWriter): void {
  const messageBytes = writer.byteCount() - recordHeaderBytes;
  if (messageBytes < avoidedBytes.from || messageBytes > avoidedBytes.to) return;
  const contentBytes = Math.max(1, avoidedBytes.to + 1 - messageBytes - extensionHeaderBytes);
  writeExtension(writer, extensionNumbers.padding, () => writer.bytes(new Uint8Array(contentBytes)));
}
