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
  /**
   * The records that this chunk completed. Null: the peer does not speak TLS.
   * @throws FaultError `malformed`
   */
  read(chunk: Buffer): readonly WireRecord[] | null;
}

/** Copies each byte at most twice, however small the chunks are. */
export function createRecordReader(): RecordReader {
  let chunks: Buffer[] = [];
  let heldBytes = 0;
  let neededBytes = headerBytes;
  let recordCount = 0;
  const read = (chunk: Buffer): readonly WireRecord[] | null => {
    chunks.push(chunk);
    heldBytes += chunk.length;
    if (recordCount === 0 && !startsAnswer(chunks)) return null;
    const records: WireRecord[] = [];
    while (heldBytes >= neededBytes) {
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      const bodyBytes = readBodyBytes(bytes);
      neededBytes = headerBytes + bodyBytes;
      chunks = [bytes];
      if (heldBytes < neededBytes) break;
      records.push({
        type: bytes.readUInt8(0),
        header: bytes.subarray(0, headerBytes),
        content: bytes.subarray(headerBytes, neededBytes),
      });
      recordCount += 1;
      if (recordCount > mostRecords) throw new FaultError('malformed', 'the handshake is cut into too many records');
      chunks = [bytes.subarray(neededBytes)];
      heldBytes -= neededBytes;
      neededBytes = headerBytes;
    }
    return records;
  };
  return { read };
}

/** Only an alert or a handshake can answer a hello; SSH and HTTP begin with letters. */
function startsAnswer(chunks: readonly Buffer[]): boolean {
  const [type, major = 3] = Buffer.concat(chunks).subarray(0, 2);
  if (type === undefined) return true;
  return type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData && major === 3;
}

function readBodyBytes(bytes: Buffer): number {
  const type = bytes.readUInt8(0);
  const bodyBytes = bytes.readUInt16BE(3);
  const isKnown = type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData && bytes.readUInt8(1) === 3;
  if (!isKnown || bodyBytes > mostRecordBytes) throw new FaultError('malformed', 'what came is no TLS record');
  return bodyBytes;
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
