import fc from 'fast-check';

/** Random bytes, and sound ones that were damaged: bytes changed, cut, put in or taken out, lengths changed. */
export function damagedDer(sound: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const place = fc.nat(0xffff);
  const byte = fc.oneof(fc.nat(0xff), fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff));
  const damage = fc.record({ kind: fc.nat(6), place, other: place, byte });
  const damaged = fc
    .tuple(fc.constantFrom(...sound), fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([bytes, damages]) => damages.reduce(apply, bytes));
  const random = fc.uint8Array({ maxLength: 48 }).map((bytes) => Buffer.from(bytes));
  return fc.oneof({ weight: 1, arbitrary: random }, { weight: 9, arbitrary: damaged });
}

interface Damage {
  readonly kind: number;
  readonly place: number;
  readonly other: number;
  readonly byte: number;
}

function apply(bytes: Buffer, { kind, place, other, byte }: Damage): Buffer {
  if (bytes.length === 0) return bytes;
  const at = place % bytes.length;
  const length = Math.min(other % 24, bytes.length - at);
  const around = (middle: Buffer): Buffer => Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + length)]);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return around(Buffer.alloc(0));
  if (kind === 2) return around(Buffer.concat([bytes.subarray(at, at + length), bytes.subarray(at, at + length)]));
  const copy = Buffer.from(bytes);
  if (kind === 3) copy[at] = (copy[at] ?? 0) ^ (1 << (byte % 8));
  else if (kind === 4) copy[at] = byte;
  else copy[lengthAt(bytes, at)] = byte;
  return copy;
}

/** The next place where a length may stand: behind a tag of a sequence or of another common element. */
function lengthAt(bytes: Buffer, from: number): number {
  const tags = [0x30, 0x02, 0x04, 0x06, 0x03, 0xa0, 0x18];
  const found = bytes.findIndex((byte, index) => index >= from && tags.includes(byte));
  return Math.min(found + 1, bytes.length - 1);
}
