import { wireVersionOf } from '../../transport/protocol-versions.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { Hello } from './hello.ts';

/** Extension numbers of the IANA registry. */
export const extensionNumbers = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  padding: 21,
  extendedMasterSecret: 23,
  supportedVersions: 43,
  cookie: 44,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

/**
 * The extensions of a hello, one after another. Some servers refuse everybody who offers no extended master secret or no secure renegotiation (RFC 7627,
 * 5746), and others do not bear an empty extension at the end.
 */
export function writeExtensions(writer: ByteWriter, hello: Hello, cookie: Uint8Array | null): void {
  if (hello.serverName !== null) writeServerName(writer, hello.serverName);
  writeExtension(writer, extensionNumbers.extendedMasterSecret, nothing);
  if (hello.groups.length > 0) writeGroups(writer, hello.groups);
  if (hello.asksStaple) writeExtension(writer, extensionNumbers.statusRequest, () => writer.bytes(ocspRequest));
  if (hello.alpn.length > 0) writeProtocolNames(writer, hello.alpn);
  if (namesSchemes(hello)) writeCodes(writer, extensionNumbers.signatureAlgorithms, hello.signatureSchemes);
  if (hello.version === 'TLSv1.3') writeModernExtensions(writer, hello, cookie);
  writeExtension(writer, extensionNumbers.renegotiationInfo, () => writer.opaque8(nothing));
}

export function writeExtension(writer: ByteWriter, number: number, write: () => void): void {
  writer.uint16(number);
  writer.opaque16(write);
}

function nothing(): void {}

function namesSchemes(hello: Hello): boolean {
  return hello.signatureSchemes.length > 0 && (hello.version === 'TLSv1.2' || hello.version === 'TLSv1.3');
}

/** Points come uncompressed (RFC 8422 5.1.2). */
function writeGroups(writer: ByteWriter, groups: readonly number[]): void {
  writeCodes(writer, extensionNumbers.supportedGroups, groups);
  writeExtension(writer, extensionNumbers.pointFormats, () => writer.opaque8(() => writer.uint8(0)));
}

function writeModernExtensions(writer: ByteWriter, hello: Hello, cookie: Uint8Array | null): void {
  writeExtension(writer, extensionNumbers.supportedVersions, () => writer.opaque8(() => writer.uint16(wireVersionOf('TLSv1.3'))));
  if (cookie !== null) writeExtension(writer, extensionNumbers.cookie, () => writer.opaque16(() => writer.bytes(cookie)));
  writeExtension(writer, extensionNumbers.keyShare, () => writer.opaque16(() => writeShares(writer, hello.keyShares)));
}

function writeShares(writer: ByteWriter, shares: Hello['keyShares']): void {
  for (const { group, key } of shares) {
    writer.uint16(group);
    writer.opaque16(() => writer.bytes(key));
  }
}

/** RFC 6066 8: of type OCSP, from any responder, with no request extensions. */
const ocspRequest = Buffer.from([1, 0, 0, 0, 0]);

/** RFC 6066 3: a list of one, which is a host's name. */
function writeServerName(writer: ByteWriter, name: string): void {
  writeExtension(writer, extensionNumbers.serverName, () =>
    writer.opaque16(() => {
      writer.uint8(0);
      writer.opaque16(() => writer.bytes(Buffer.from(name, 'latin1')));
    }),
  );
}

/** RFC 7301 3.1. */
function writeProtocolNames(writer: ByteWriter, names: readonly string[]): void {
  writeExtension(writer, extensionNumbers.alpn, () =>
    writer.opaque16(() => {
      for (const name of names) writer.opaque8(() => writer.bytes(Buffer.from(name, 'latin1')));
    }),
  );
}

function writeCodes(writer: ByteWriter, number: number, codes: readonly number[]): void {
  writeExtension(writer, number, () => writer.opaque16(() => writer.uint16s(codes)));
}
