import { createDecipheriv } from 'node:crypto';
import { FaultError } from '../../domain/fault.ts';
import type { TrafficKeys } from './modern-key-schedule.ts';
import type { ModernSuite } from './modern-suites.ts';

export const recordTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

export interface TlsRecord {
  readonly type: number;
  readonly content: Buffer;
}

/** A record as it stands on the wire; the header is authenticated where the content is encrypted. */
export interface WireRecord extends TlsRecord {
  readonly header: Buffer;
}

const headerBytes = 5;
/** RFC 5246 6.2.3: 2^14 plus 2,048. TLS 1.3 allows less, but nothing hangs on the difference. */
const mostRecordBytes = 18_432;
/** A handshake of 256 KiB in full records has 16. Empty ones cost us and not the peer. */
const mostRecords = 1_024;

export interface RecordReader {
  /** The records that this chunk completed. @throws FaultError `malformed` */
  read(chunk: Buffer): readonly WireRecord[];
}

/** Copies no byte more often than there are pieces of its record, and holds no more than one record that is not whole. */
export function createRecordReader(): RecordReader {
  let pending: Buffer = Buffer.alloc(0);
  let recordCount = 0;
  const read = (chunk: Buffer): readonly WireRecord[] => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const records: WireRecord[] = [];
    for (let next = takeRecord(pending); next !== null; next = takeRecord(pending)) {
      records.push(next);
      pending = pending.subarray(headerBytes + next.content.length);
      recordCount += 1;
      if (recordCount > mostRecords) throw new FaultError('malformed', 'the handshake is cut into too many records');
    }
    return records;
  };
  return { read };
}

/** Null: it has not come whole. */
function takeRecord(bytes: Buffer): WireRecord | null {
  const [type, major] = bytes;
  if (type === undefined) return null;
  const isKnown = type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData && (major === undefined || major === 3);
  if (!isKnown) throw new FaultError('malformed', 'what came is no TLS');
  if (bytes.length < headerBytes) return null;
  const contentBytes = bytes.readUInt16BE(3);
  if (contentBytes > mostRecordBytes) throw new FaultError('malformed', 'a record is longer than any may be');
  const end = headerBytes + contentBytes;
  return bytes.length < end ? null : { type, header: bytes.subarray(0, headerBytes), content: bytes.subarray(headerBytes, end) };
}

/**
 * The content of an encrypted record, without padding (RFC 8446 5.2 to 5.4). `sequence`: how many records were opened with these keys before.
 * @throws FaultError `malformed` where it was not made with these keys
 */
export function openRecord(suite: ModernSuite, keys: TrafficKeys, sequence: number, { header, content }: WireRecord): TlsRecord {
  if (content.length < suite.tagBytes) throw unopenable();
  const sealed = content.subarray(0, content.length - suite.tagBytes);
  const decipher = createDecipher(suite, keys.key, nonceOf(keys, sequence));
  decipher.setAAD(header, { plaintextLength: sealed.length });
  decipher.setAuthTag(content.subarray(sealed.length));
  const opened = finishOpening(decipher, sealed);
  const end = opened.findLastIndex((byte) => byte !== 0);
  if (end === -1) throw new FaultError('malformed', 'an encrypted record holds nothing');
  return { type: opened.readUInt8(end), content: opened.subarray(0, end) };
}

type RecordDecipher = ReturnType<typeof createDecipher>;

function createDecipher(suite: ModernSuite, key: Buffer, nonce: Buffer) {
  const options = { authTagLength: suite.tagBytes };
  // The overloads of node:crypto are one for each mode.
  switch (suite.cipher) {
    case 'aes-128-gcm':
    case 'aes-256-gcm':
      return createDecipheriv(suite.cipher, key, nonce, options);
    case 'aes-128-ccm':
      return createDecipheriv(suite.cipher, key, nonce, options);
    case 'chacha20-poly1305':
      return createDecipheriv(suite.cipher, key, nonce, options);
  }
}

/** OpenSSL's error says only that the tag does not fit. */
function finishOpening(decipher: RecordDecipher, sealed: Buffer): Buffer {
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch (error) {
    throw unopenable(error);
  }
}

function unopenable(cause?: unknown): FaultError {
  return new FaultError('malformed', 'a record was not encrypted with the keys that were agreed', { cause });
}

/** The sequence number in 64 bits, of which a handshake uses few (RFC 8446 5.3). */
export function nonceOf({ iv }: Pick<TrafficKeys, 'iv'>, sequence: number): Buffer {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return nonce;
}
