import { FaultError } from '../domain/fault.ts';
import { type Timestamp, timestamp } from '../domain/time.ts';
import { type DerElement, derTags } from './der.ts';

/** @throws FaultError `malformed`: DER knows two values, and one byte for each. */
export function readBoolean({ tag, content }: DerElement): boolean {
  const [byte] = content;
  if (tag !== derTags.boolean || content.length !== 1 || (byte !== 0 && byte !== 0xff)) throw malformed('a boolean');
  return byte === 0xff;
}

/** RFC 5280 4.1.2.2 allows 20 bytes, and some authorities need one more for the sign. What is longer is nobody's number. */
const mostIntegerBytes = 32;

/** Upper-case hex without the byte of its sign, as Node writes serial numbers. A negative one has `-` before it. @throws FaultError `malformed` */
export function readIntegerHex({ tag, content }: DerElement): string {
  const [first = 0] = content;
  if (tag !== derTags.integer || content.length > mostIntegerBytes || !isShortestInteger(content)) throw malformed('an integer');
  const hex = content.toString('hex').toUpperCase();
  if (hex === '00') return '0';
  if (first < 0x80) return first === 0 ? hex.slice(2) : hex;
  return `-${(16n ** BigInt(hex.length) - BigInt(`0x${hex}`)).toString(16).toUpperCase()}`;
}

/** Of an INTEGER or an ENUMERATED, not negative, of at most four bytes. @throws FaultError `malformed` */
export function readSmallNumber({ tag, content }: DerElement): number {
  const isNumber = tag === derTags.integer || tag === derTags.enumerated;
  const [first = 0] = content;
  if (!isNumber || first >= 0x80 || content.length > 4 || !isShortestInteger(content)) throw malformed('a small number');
  return content.readUIntBE(0, content.length);
}

/** The first nine bits are neither all zero nor all one (X.690 8.3.2). */
function isShortestInteger([first, second]: Buffer): boolean {
  if (first === undefined) return false;
  if (second === undefined) return true;
  return !(first === 0x00 && second < 0x80) && !(first === 0xff && second >= 0x80);
}

/** The bytes of a BIT STRING whose bits fill them: keys and signatures. @throws FaultError `malformed` */
export function readFullBits({ tag, content }: DerElement): Buffer {
  if (tag !== derTags.bitString || content[0] !== 0) throw malformed('a string of whole bytes');
  return content.subarray(1);
}

/** Which bits of a named list are set, by their number. DER leaves out the zero bits at its end. @throws FaultError `malformed` */
export function readNamedBits({ tag, content }: DerElement): readonly number[] {
  const [unused, ...bytes] = content;
  const last = bytes.at(-1) ?? 0;
  if (tag !== derTags.bitString || unused === undefined || unused > 7 || bytes.length > 4) throw malformed('a list of bits');
  const lowestBit = last === 0 ? 0 : 31 - Math.clz32(last & -last);
  const isShortest = bytes.length === 0 ? unused === 0 : last !== 0 && lowestBit === unused;
  if (!isShortest) throw malformed('a list of bits');
  return bytes.flatMap((byte, index) => bitsOf(byte).map((bit) => index * 8 + bit));
}

/** Bit 0 is the most significant one. */
function bitsOf(byte: number): readonly number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (0x80 >> bit)) !== 0);
}

const timePattern = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** UTCTime (1950 to 2049) or GeneralizedTime, with seconds and in UTC as RFC 5280 4.1.2.5 wants both. @throws FaultError `malformed` */
export function readTime({ tag, content }: DerElement): Timestamp {
  const text = content.toString('latin1');
  const [, yearText = '', month = '', day = '', hour = '', minute = '', second = ''] = timePattern.exec(text) ?? [];
  const isLong = tag === derTags.generalizedTime;
  if ((!isLong && tag !== derTags.utcTime) || text.length !== (isLong ? 15 : 13)) throw malformed('a time');
  const year = isLong ? yearText : `${Number(yearText) < 50 ? '20' : '19'}${yearText}`;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  // The 30th of February becomes a day of March.
  const ms = Date.parse(iso);
  if (Number.isNaN(ms) || timestamp(ms) !== iso) throw malformed('a time');
  return iso;
}

/** Text of one byte per character (IA5String), without control characters. @throws FaultError `malformed` */
export function readAsciiText(content: Buffer): string {
  if (content.some((byte) => byte < 0x20 || byte > 0x7e)) throw malformed('a text');
  return content.toString('latin1');
}

function malformed(what: string): FaultError {
  return new FaultError('malformed', `the bytes are not ${what} of DER`);
}
