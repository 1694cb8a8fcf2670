import { FaultError } from '../../domain/fault.ts';

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
  /** With its header, as it goes into the transcript. */
  readonly whole: Buffer;
}

/** Puts handshake messages together that come in one record or in many. */
export interface MessageReader {
  /** The messages that this content completed. @throws FaultError `malformed` where one says that it is longer than any may be */
  read(content: Buffer): readonly HandshakeMessage[];
  /** False while a message has begun and not ended. */
  isBetweenMessages(): boolean;
}

const headerBytes = 4;

export function createMessageReader(mostMessageBytes: number): MessageReader {
  let pieces: readonly Buffer[] = [];
  let pendingBytes = 0;
  let neededBytes = headerBytes;
  const read = (content: Buffer): readonly HandshakeMessage[] => {
    pieces = [...pieces, content];
    pendingBytes += content.length;
    const messages: HandshakeMessage[] = [];
    // A message of many records is put together once, when all are there.
    while (pendingBytes >= neededBytes) {
      const bytes = Buffer.concat(pieces);
      neededBytes = headerBytes + bytes.readUIntBE(1, 3);
      if (neededBytes > mostMessageBytes) throw new FaultError('malformed', 'a message is longer than any may be');
      pieces = [bytes];
      if (pendingBytes < neededBytes) break;
      messages.push({ type: bytes.readUInt8(0), body: bytes.subarray(headerBytes, neededBytes), whole: bytes.subarray(0, neededBytes) });
      pieces = [bytes.subarray(neededBytes)];
      pendingBytes -= neededBytes;
      neededBytes = headerBytes;
    }
    return messages;
  };
  return { read, isBetweenMessages: () => pendingBytes === 0 };
}
