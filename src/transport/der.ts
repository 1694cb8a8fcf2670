import { FaultError } from '../domain/fault.ts';

/** One element of DER (ITU-T X.690): tag, and where its content stands. Only tags of one byte, which is all that certificates have. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length: what a signature or a hash is over. */
  readonly whole: Buffer;
  /** Where the next element begins. */
  readonly end: number;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  firstContext: 0xa0,
} as const;

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
  const end = start + length;
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(offset, end), end };
}

/** The one element that the bytes are, with nothing behind it. @throws FaultError `malformed` */
export function readWholeDer(bytes: Buffer, tag: number): DerElement {
  const element = readDer(bytes);
  if (element.tag !== tag || element.end !== bytes.length) throw malformed();
  return element;
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

/** Reads the fields of a constructed element in their order. Every method throws a FaultError `malformed` where something else stands there. */
export interface DerFields {
  next(tag: number): DerElement;
  /** Null, and nothing is read, where another tag or nothing follows. */
  optional(tag: number): DerElement | null;
  isAtEnd(): boolean;
  /** Nothing may follow. */
  end(): void;
}

/** @throws FaultError `malformed` where the content is not a run of elements. */
export function fieldsOf({ content }: Pick<DerElement, 'content'>): DerFields {
  const elements = readDerSequence(content);
  let index = 0;
  const optional = (tag: number): DerElement | null => {
    const element = elements[index];
    if (element?.tag !== tag) return null;
    index += 1;
    return element;
  };
  const isAtEnd = (): boolean => index === elements.length;
  return {
    next: (tag) => optional(tag) ?? fail(),
    optional,
    isAtEnd,
    end: () => {
      if (!isAtEnd()) fail();
    },
  };
}

/** Dotted decimal. @throws FaultError `malformed` */
export function readObjectIdentifier({ tag, content }: DerElement): string {
  const [first] = content;
  if (tag !== derTags.objectIdentifier || first === undefined || ((content.at(-1) ?? 0x80) & 0x80) !== 0) throw malformed();
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    // An arc that begins with zero bits is not in its shortest form.
    if (!Number.isSafeInteger(arc) || (arc === 0 && byte === 0x80)) throw malformed();
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

function fail(): never {
  throw malformed();
}

function malformed(): FaultError {
  return new FaultError('malformed', 'the bytes are not DER');
}
