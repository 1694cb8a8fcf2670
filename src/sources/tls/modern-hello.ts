import { signatureSchemes } from '../../transport/signature-schemes.ts';
import { buildHello, type HelloConstants } from './client-hello.ts';
import type { Hello } from './hello.ts';
import { agreeableGroups, type KeyShare } from './modern-groups.ts';
import { openableSuites } from './modern-suites.ts';

/** What one handshake of TLS 1.3 asks for. */
export interface ModernHello {
  /** Null: no server name extension. */
  readonly serverName: string | null;
  /** Codes of those that the handshake may be signed with: they say which of its certificates a server shows. */
  readonly signatureSchemes: readonly number[];
  /**
   * Whether to say with which schemes the certificates themselves may be signed (RFC 8446 4.2.3): all that there are. Left out, some servers take the list
   * above for both, and hide an ECDSA certificate that an RSA key signed; said, others hide what is signed with a scheme that they do not know.
   */
  readonly namesCertificateSchemes: boolean;
  readonly alpn: readonly string[];
}

/** One record with the ClientHello. @throws RangeError where the name is too long for any hello */
export function buildModernHello(asked: ModernHello, shares: readonly KeyShare[], constants: HelloConstants): Buffer {
  const hello: Hello = {
    version: 'TLSv1.3',
    serverName: asked.serverName,
    suites: openableSuites,
    groups: agreeableGroups,
    signatureSchemes: asked.signatureSchemes,
    keyShares: shares,
    compressions: [0],
    alpn: asked.alpn,
    asksStaple: true,
    isFallback: false,
    hasExtensions: true,
  };
  return withFirstExtensions(buildHello(hello, constants), [timestamps, ...(asked.namesCertificateSchemes ? [certificateSchemes] : [])]);
}

/** RFC 6962 3.3.1. */
const timestamps = extension(18, Buffer.alloc(0));
const certificateSchemes = extension(50, lengthAnd(Buffer.concat(signatureSchemes.map(({ code }) => uint16(code)))));

/** Behind record header, message header, version, random and the number of the session. */
const sessionIdOffset = 5 + 4 + 2 + 32;

/** Puts extensions before the others, and the four lengths around them right. */
function withFirstExtensions(record: Buffer, extensions: readonly Buffer[]): Buffer {
  const suitesOffset = sessionIdOffset + 1 + record.readUInt8(sessionIdOffset);
  const compressionsOffset = suitesOffset + 2 + record.readUInt16BE(suitesOffset);
  const offset = compressionsOffset + 1 + record.readUInt8(compressionsOffset);
  const longer = Buffer.concat([record.subarray(0, offset + 2), ...extensions, record.subarray(offset + 2)]);
  const addedBytes = longer.length - record.length;
  longer.writeUInt16BE(record.readUInt16BE(3) + addedBytes, 3);
  longer.writeUIntBE(record.readUIntBE(6, 3) + addedBytes, 6, 3);
  longer.writeUInt16BE(record.readUInt16BE(offset) + addedBytes, offset);
  return longer;
}

function extension(number: number, content: Buffer): Buffer {
  return Buffer.concat([uint16(number), lengthAnd(content)]);
}

function lengthAnd(content: Buffer): Buffer {
  return Buffer.concat([uint16(content.length), content]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
