/** Numbers and lists as TLS writes them (RFC 8446 3). Throw RangeError for what does not fit. */

export function uint8(value: number): readonly number[] {
  return [within(value, 0xff)];
}

export function uint16(value: number): readonly number[] {
  return [within(value, 0xff_ff) >> 8, value & 0xff];
}

export function uint24(value: number): readonly number[] {
  return [within(value, 0xff_ff_ff) >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** Bytes after their number. */
export function opaque8(bytes: ArrayLike<number> & Iterable<number>): readonly number[] {
  return [...uint8(bytes.length), ...bytes];
}

export function opaque16(bytes: ArrayLike<number> & Iterable<number>, mostBytes = 0xff_ff): readonly number[] {
  return [...uint16(within(bytes.length, mostBytes)), ...bytes];
}

function within(value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new RangeError(`${value} does not fit into a hello, at most ${most} does`);
  return value;
}
