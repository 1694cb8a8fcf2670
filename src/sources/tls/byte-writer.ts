/** Writes numbers and lists one after another as TLS has them (RFC 8446 3). Every method throws RangeError for what does not fit. */
export interface ByteWriter {
  uint8(value: number): void;
  uint16(value: number): void;
  uint16s(values: readonly number[]): void;
  bytes(content: Uint8Array): void;
  /** Whatever `write` writes, behind its length in 1, 2 or 3 bytes. */
  opaque8(write: () => void): void;
  opaque16(write: () => void): void;
  opaque24(write: () => void): void;
  /** So far. */
  byteCount(): number;
  /** What was written. */
  written(): Buffer;
}

export function createByteWriter(): ByteWriter {
  let space = Buffer.allocUnsafe(1_024);
  let end = 0;
  const makeRoom = (bytes: number): void => {
    if (end + bytes <= space.length) return;
    const larger = Buffer.allocUnsafe(2 * (end + bytes));
    space.copy(larger, 0, 0, end);
    space = larger;
  };
  const number = (length: number, value: number): void => {
    makeRoom(length);
    end = space.writeUIntBE(value, end, length);
  };
  const opaque = (length: number, write: () => void): void => {
    const start = end;
    number(length, 0);
    write();
    space.writeUIntBE(end - start - length, start, length);
  };
  return {
    uint8: (value) => number(1, value),
    uint16: (value) => number(2, value),
    uint16s: (values) => {
      makeRoom(2 * values.length);
      for (const value of values) end = space.writeUInt16BE(value, end);
    },
    bytes: (content) => {
      makeRoom(content.length);
      space.set(content, end);
      end += content.length;
    },
    opaque8: (write) => opaque(1, write),
    opaque16: (write) => opaque(2, write),
    opaque24: (write) => opaque(3, write),
    byteCount: () => end,
    written: () => space.subarray(0, end),
  };
}
