import { type Fault, FaultError } from '../../domain/fault.ts';
import { createFlightMessages } from './flight-messages.ts';
import { createForeignReader } from './foreign-answer.ts';
import { createGrowingBytes } from './growing-bytes.ts';
import type { HelloAnswer, ReadUntil } from './hello.ts';

/** Reads what comes back to one ClientHello, however it is cut into chunks. Handles each byte a fixed number of times, and never throws. */
export interface FlightReader {
  /** Null: more has to come. After an answer, always that answer. */
  push(chunk: Buffer): HelloAnswer | null;
  /** What stands when no more comes. Null: nothing came but perhaps warnings. */
  end(): HelloAnswer | null;
}

const headerBytes = 5;
/** RFC 5246 6.2.3: 2^14 plus 2,048. */
const mostRecordBytes = 18_432;
/** A chunk is taken in parts, so that no more than one record waits for its rest. */
const mostPartBytes = 16_384;

export function createFlightReader(until: ReadUntil): FlightReader {
  const incoming = createGrowingBytes(headerBytes + mostRecordBytes + mostPartBytes);
  const foreign = createForeignReader();
  const contents = createContentReader(until);
  let isForeign = false;
  let hadRecord = false;
  let answer: HelloAnswer | null = null;
  const readRecords = (): HelloAnswer | null => {
    for (let bytes = incoming.unread(); bytes.length > 0; bytes = incoming.unread()) {
      if (!mayStartRecord(bytes)) {
        if (hadRecord) throw new FaultError('malformed', 'what follows a record is none');
        isForeign = true;
        return foreign.push(bytes);
      }
      if (bytes.length < headerBytes) return null;
      const recordBytes = headerBytes + bytes.readUInt16BE(3);
      if (recordBytes > headerBytes + mostRecordBytes) throw new FaultError('malformed', 'a record is longer than any may be');
      if (bytes.length < recordBytes) return null;
      hadRecord = true;
      incoming.take(recordBytes);
      const outcome = contents.read(bytes.readUInt8(0), bytes.subarray(headerBytes, recordBytes));
      if (outcome !== null) return outcome;
    }
    return null;
  };
  const pushPart = (part: Buffer): HelloAnswer | null => {
    if (isForeign) return foreign.push(part);
    incoming.append(part);
    return orFault(readRecords);
  };
  const push = (chunk: Buffer): HelloAnswer | null => {
    for (let offset = 0; offset < chunk.length && answer === null; offset += mostPartBytes) {
      answer = pushPart(chunk.subarray(offset, offset + mostPartBytes));
    }
    return answer;
  };
  const end = (): HelloAnswer | null => {
    if (isForeign) answer ??= foreign.end();
    else if (incoming.unread().length > 0 || contents.hasBegun()) answer ??= { kind: 'fault', fault: cutOff };
    return answer;
  };
  return { push, end };
}

const cutOff: Fault = { code: 'malformed', message: 'the connection ended in the middle of an answer' };
const recordTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

function mayStartRecord(bytes: Buffer): boolean {
  const [type = recordTypes.handshake, majorVersion = 3] = bytes;
  return type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData && majorVersion === 3;
}

function orFault(read: () => HelloAnswer | null): HelloAnswer | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return { kind: 'fault', fault: error.fault };
  }
}

/** Takes the contents of records. */
interface ContentReader {
  /** @throws FaultError `malformed` */
  read(type: number, content: Buffer): HelloAnswer | null;
  /** Something was said that must go on. */
  hasBegun(): boolean;
}

/** Empty fragments and warnings, which cost us and not the peer. */
const mostIdleRecords = 100;

function createContentReader(until: ReadUntil): ContentReader {
  const handshakes = createHandshakeReader(until);
  let idleRecords = 0;
  let hadWarning = false;
  const read: ContentReader['read'] = (type, content) => {
    if (type === recordTypes.handshake && content.length > 0) return handshakes.read(content, hadWarning);
    idleRecords += 1;
    if (idleRecords > mostIdleRecords) throw new FaultError('malformed', `more than ${mostIdleRecords} records came that say nothing`);
    if (type === recordTypes.handshake) return null;
    if (type !== recordTypes.alert)
      throw new FaultError('malformed', `a record of type ${type} came where a handshake should have gone on`);
    hadWarning = true;
    return readAlerts(content, handshakes.hasBegun());
  };
  return { read, hasBegun: handshakes.hasBegun };
}

const alertLevels = { warning: 1, fatal: 2 } as const;
const closeNotify = 0;

/** Null: only warnings. Old versions may put several into one record (RFC 5246 6.2.1). */
function readAlerts(content: Buffer, hasBegun: boolean): HelloAnswer | null {
  if (content.length === 0 || content.length % 2 !== 0) throw new FaultError('malformed', 'an alert is not two bytes long');
  for (let offset = 0; offset < content.length; offset += 2) {
    const level = content.readUInt8(offset);
    const alert = content.readUInt8(offset + 1);
    if (level === alertLevels.fatal) return { kind: 'alert', alert };
    if (level !== alertLevels.warning) throw new FaultError('malformed', `an alert is of level ${level}`);
    if (alert === closeNotify) return hasBegun ? { kind: 'fault', fault: cutOff } : { kind: 'close' };
  }
  return null;
}

/** A peer that sends more than this before it is our turn never meant to end. */
export const mostHandshakeBytes = 256 * 1_024;
const messageHeaderBytes = 4;

interface HandshakeReader {
  read(content: Buffer, hadWarning: boolean): HelloAnswer | null;
  hasBegun(): boolean;
}

function createHandshakeReader(until: ReadUntil): HandshakeReader {
  const waiting = createGrowingBytes(mostHandshakeBytes);
  const messages = createFlightMessages(until);
  let receivedBytes = 0;
  const read: HandshakeReader['read'] = (content, hadWarning) => {
    receivedBytes += content.length;
    if (receivedBytes > mostHandshakeBytes) throw new FaultError('malformed', endless);
    waiting.append(content);
    for (let bytes = waiting.unread(); bytes.length >= messageHeaderBytes; bytes = waiting.unread()) {
      const messageBytes = messageHeaderBytes + bytes.readUIntBE(1, 3);
      if (messageBytes > mostHandshakeBytes) throw new FaultError('malformed', endless);
      if (bytes.length < messageBytes) return null;
      waiting.take(messageBytes);
      const flight = messages.read(bytes.readUInt8(0), bytes.subarray(messageHeaderBytes, messageBytes));
      if (flight !== null) return { ...flight, hadWarning };
    }
    return null;
  };
  return { read, hasBegun: () => messages.hasBegun() || waiting.unread().length > 0 };
}

const endless = `more than ${mostHandshakeBytes / 1_024} KiB came where a handshake should have gone on`;
