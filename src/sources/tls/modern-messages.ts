import { FaultError } from '../../domain/fault.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';

/** RFC 8446 4. */
export const messageTypes = {
  clientHello: 1,
  serverHello: 2,
  encryptedExtensions: 8,
  certificate: 11,
  certificateRequest: 13,
  certificateVerify: 15,
  finished: 20,
  messageHash: 254,
} as const;

const extensionNumbers = { statusRequest: 5, alpn: 16, timestamps: 18, supportedVersions: 43, cookie: 44, keyShare: 51 } as const;

/** SHA-256 of `HelloRetryRequest`: the random that tells one from a ServerHello (RFC 8446 4.1.3). */
export const retryRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

export interface ModernServerHello {
  /** That of `supported_versions`, else the old field. */
  readonly wireVersion: number;
  readonly isRetry: boolean;
  readonly sessionId: Buffer;
  readonly suite: number;
  readonly compression: number;
  /** Of the key share; of the one that is wanted, in a retry. */
  readonly group: number | null;
  /** Null in a retry. */
  readonly peerKey: Buffer | null;
  readonly cookie: Buffer | null;
}

/** @throws FaultError `malformed`, as every reader here does */
export function readServerHello(body: Buffer): ModernServerHello {
  const reader = createByteReader(body);
  const shownVersion = reader.uint16();
  const isRetry = reader.bytes(32).equals(retryRandom);
  const sessionId = reader.opaque8();
  const suite = reader.uint16();
  const compression = reader.uint8();
  // Before TLS 1.3 a hello may end here.
  const extensions = reader.isAtEnd() ? new Map<number, Buffer>() : readExtensions(reader.opaque16());
  reader.end();
  const version = extensions.get(extensionNumbers.supportedVersions);
  const share = extensions.get(extensionNumbers.keyShare);
  const cookie = extensions.get(extensionNumbers.cookie);
  return {
    wireVersion: version === undefined ? shownVersion : readWhole(version, (content) => content.uint16()),
    isRetry,
    sessionId,
    suite,
    compression,
    ...(share === undefined ? { group: null, peerKey: null } : readShare(share, isRetry)),
    cookie: cookie === undefined ? null : readWhole(cookie, (content) => content.opaque16()),
  };
}

function readShare(share: Buffer, isRetry: boolean): Pick<ModernServerHello, 'group' | 'peerKey'> {
  return readWhole(share, (content) => ({ group: content.uint16(), peerKey: isRetry ? null : content.opaque16() }));
}

/** The protocol that was chosen; null: none. @throws FaultError */
export function readAlpn(encryptedExtensions: Buffer): string | null {
  const extensions = readWhole(encryptedExtensions, (body) => readExtensions(body.opaque16()));
  const alpn = extensions.get(extensionNumbers.alpn);
  if (alpn === undefined) return null;
  return readWhole(alpn, (content) => readWhole(content.opaque16(), (list) => list.opaque8())).toString('latin1');
}

/** What the server wants of a client certificate is not our concern, only that it is put in proper form. @throws FaultError */
export function checkCertificateRequest(body: Buffer): void {
  readWhole(body, (content) => {
    content.opaque8();
    return readExtensions(content.opaque16());
  });
}

export interface ShownCertificates {
  /** DER, in the order on the wire. */
  readonly certificates: readonly Buffer[];
  /** OCSP response of the leaf, DER. */
  readonly staple: Buffer | null;
  /** SignedCertificateTimestampList that came beside the leaf (RFC 6962 3.3). */
  readonly timestamps: Buffer | null;
}

/** @throws FaultError */
export function readCertificates(body: Buffer): ShownCertificates {
  const list = readWhole(body, (content) => {
    // A server's own certificate answers no request (RFC 8446 4.4.2).
    if (content.opaque8().length > 0) throw new FaultError('malformed', 'the certificates answer a request that nobody made');
    return content.opaque24();
  });
  const entries = readEntries(list);
  const [leaf] = entries;
  if (leaf === undefined) throw new FaultError('malformed', 'the peer shows no certificate');
  const staple = leaf.extensions.get(extensionNumbers.statusRequest);
  return {
    certificates: entries.map((entry) => entry.der),
    staple: staple === undefined ? null : readStaple(staple),
    timestamps: leaf.extensions.get(extensionNumbers.timestamps) ?? null,
  };
}

interface CertificateEntry {
  readonly der: Buffer;
  readonly extensions: ReadonlyMap<number, Buffer>;
}

function readEntries(list: Buffer): readonly CertificateEntry[] {
  const reader = createByteReader(list);
  const entries: CertificateEntry[] = [];
  while (!reader.isAtEnd()) {
    const der = reader.opaque24();
    if (der.length === 0) throw new FaultError('malformed', 'a certificate is empty');
    entries.push({ der, extensions: readExtensions(reader.opaque16()) });
  }
  return entries;
}

const ocspStatus = 1;

function readStaple(extension: Buffer): Buffer {
  return readWhole(extension, (content) => {
    if (content.uint8() !== ocspStatus) throw new FaultError('malformed', 'the staple is no OCSP response');
    return content.opaque24();
  });
}

export interface CertificateVerify {
  readonly scheme: number;
  readonly signature: Buffer;
}

/** @throws FaultError */
export function readCertificateVerify(body: Buffer): CertificateVerify {
  return readWhole(body, (content) => ({ scheme: content.uint16(), signature: content.opaque16() }));
}

function readExtensions(content: Buffer): ReadonlyMap<number, Buffer> {
  const reader = createByteReader(content);
  const extensions = new Map<number, Buffer>();
  while (!reader.isAtEnd()) {
    const number = reader.uint16();
    if (extensions.has(number)) throw new FaultError('malformed', 'an extension stands twice');
    extensions.set(number, reader.opaque16());
  }
  return extensions;
}

function readWhole<Value>(bytes: Buffer, read: (reader: ByteReader) => Value): Value {
  const reader = createByteReader(bytes);
  const value = read(reader);
  reader.end();
  return value;
}
