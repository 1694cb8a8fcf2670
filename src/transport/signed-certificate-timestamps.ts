import { FaultError } from '../domain/fault.ts';
import { type Timestamp, timestamp } from '../domain/time.ts';
import { derTags, readWholeDer } from './der.ts';

/** A log's promise that it will show the certificate (RFC 6962 3.2). Its signature is not verified: that takes the log's key. */
export interface CertificateTimestamp {
  /** Lower-case hex of the SHA-256 of the log's key. */
  readonly logId: string;
  readonly at: Timestamp;
}

export interface CertificateTimestamps {
  readonly timestamps: readonly CertificateTimestamp[];
  /** How many are of a version that we cannot read (RFC 6962 3.3: they are passed over). */
  readonly ofOtherVersions: number;
}

/** The value of the extension: an OCTET STRING with a list of TLS in it (RFC 6962 3.3). @throws FaultError `malformed` */
export function readCertificateTimestamps(value: Buffer): CertificateTimestamps {
  const [list = Buffer.alloc(0), ...others] = readVectors(readWholeDer(value, derTags.octetString).content);
  const items = readVectors(list);
  if (others.length > 0 || items.length === 0 || items.some((item) => item.length === 0)) throw malformed();
  const known = items.filter(([version]) => version === 0);
  return { timestamps: known.map(readTimestamp), ofOtherVersions: items.length - known.length };
}

/** Version, log, time, extensions, hash, kind of signature, signature. */
function readTimestamp(item: Buffer): CertificateTimestamp {
  const fixedBytes = 41;
  if (item.length < fixedBytes) throw malformed();
  const { bytes: extensions, end } = readVector(item, fixedBytes);
  const signature = readVector(item, end + 2);
  if (extensions.length > mostExtensionBytes || signature.bytes.length === 0 || signature.end !== item.length) throw malformed();
  return { logId: item.toString('hex', 1, 33), at: readMilliseconds(item.readBigUInt64BE(33)) };
}

/** Version 1 defines none. */
const mostExtensionBytes = 1_024;

/** Year 9999. */
const lastMs = 253_402_300_799_999n;

function readMilliseconds(ms: bigint): Timestamp {
  if (ms > lastMs) throw malformed();
  return timestamp(Number(ms));
}

/** Vectors one after another, each behind two bytes of length, up to the end. */
function readVectors(bytes: Buffer): readonly Buffer[] {
  const vectors: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const vector = readVector(bytes, offset);
    vectors.push(vector.bytes);
    offset = vector.end;
  }
  return vectors;
}

function readVector(bytes: Buffer, offset: number): { readonly bytes: Buffer; readonly end: number } {
  if (offset + 2 > bytes.length) throw malformed();
  const start = offset + 2;
  const end = start + bytes.readUInt16BE(offset);
  if (end > bytes.length) throw malformed();
  return { bytes: bytes.subarray(start, end), end };
}

function malformed(): FaultError {
  return new FaultError('malformed', 'the bytes are not a list of signed certificate timestamps');
}
