import { FaultError } from '../../domain/fault.ts';

/**
 * Reads what stands one after another in a message of TLS. Every method moves on, and throws a FaultError `malformed` where there is less than it wants.
 */
export interface ByteReader {
  uint8(): number;
  uint16(): number;
  uint24(): number;
  bytes(length: number): Buffer;
  /** Behind a length of 1, 2 or 3 bytes. */
  opaque8(): Buffer;
  opaque16(): Buffer;
  opaque24(): Buffer;
  isAtEnd(): boolean;
  /** Nothing may follow. */
  end(): void;
}

export function createByteReader(source: Buffer): ByteReader {
  let offset = 0;
  const bytes = (length: number): Buffer => {
    if (offset + length > source.length) throw tooShort();
    offset += length;
    return source.subarray(offset - length, offset);
  };
  const number = (length: number): number => bytes(length).readUIntBE(0, length);
  return {
    uint8: () => number(1),
    uint16: () => number(2),
    uint24: () => number(3),
    bytes,
    opaque8: () => bytes(number(1)),
    opaque16: () => bytes(number(2)),
    opaque24: () => bytes(number(3)),
    isAtEnd: () => offset === source.length,
    end: () => {
      if (offset !== source.length) throw new FaultError('malformed', 'a message is longer than what it says');
    },
  };
}

function tooShort(): FaultError {
  return new FaultError('malformed', 'a message is shorter than what it says');
}
