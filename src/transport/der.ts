import { FaultError } from '../domain/fault.ts';

/** One element of DER (ITU-T X.690): tag, and where its content stands. Only tags of one byte, which is all that certificates have. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Where the next element begins. */
  readonly end: number;
}

export const derTags = { objectIdentifier: 0x06, sequence: 0x30, firstContext: 0xa0 } as const;

/**
 * Strict: definite lengths in their shortest form, nothing beyond the bytes that there are.
 * @throws FaultError `malformed`
 */
export function readDer(bytes: Buffer, offset = 0): DerElement {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed();
  const { length, headerBytes } = first < 0x80 ? { length: first, headerBytes: 2 } : readLongLength(bytes, offset + 1);
  const start = offset + headerBytes;
  if (start + length > bytes.length) throw malformed();
  return { tag, content: bytes.subarray(start, start + length), end: start + length };
}

/** The elements of a constructed content, in order. @throws FaultError `malformed` */
export function readDerSequence(content: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < content.length; ) {
    const element = readDer(content, offset);
    elements.push(element);
    offset = element.end;
  }
  return elements;
}

/** Dotted decimal. @throws FaultError `malformed` */
export function readObjectIdentifier({ tag, content }: DerElement): string {
  const [first] = content;
  if (tag !== derTags.objectIdentifier || first === undefined || ((content.at(-1) ?? 0x80) & 0x80) !== 0) throw malformed();
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw malformed();
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [joined = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(joined / 40));
  return [root, joined - root * 40, ...rest].join('.');
}

/** Four bytes of length are 4 GB: more is nobody's certificate. */
const mostLengthBytes = 4;

function readLongLength(bytes: Buffer, offset: number): { readonly length: number; readonly headerBytes: number } {
  const count = (bytes[offset] ?? 0) & 0x7f;
  if (count === 0 || count > mostLengthBytes || offset + 1 + count > bytes.length) throw malformed();
  const length = bytes.readUIntBE(offset + 1, count);
  const isShortest = length >= 0x80 && length >= 2 ** (8 * (count - 1));
  if (!isShortest) throw malformed();
  return { length, headerBytes: 2 + count };
}

function malformed(): FaultError {
  return new FaultError('malformed', 'the bytes are not DER');
}
