import type { Interval } from './intervals.ts';

const zero = 48;
const dot = 46;
const slash = 47;

/**
 * `192.0.2.7`, `192.0.2.0/24` in whole numbers, since a million rules and each interface name such. Null where it is anything else or written in any
 * other way: the careful reader says then what it is.
 */
export function plainFour(text: string): Interval<number> | null {
  let [address, part, digits, dots] = [0, 0, 0, 0];
  let at = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === slash) break;
    if (code === dot) {
      if (digits === 0 || part > 255) return null;
      address = address * 256 + part;
      [part, digits, dots] = [0, 0, dots + 1];
      continue;
    }
    const digit = code - zero;
    // A zero in front may mean octal.
    if (digit < 0 || digit > 9 || (digits > 0 && part === 0) || digits === 3) return null;
    part = part * 10 + digit;
    digits += 1;
  }
  if (dots !== 3 || digits === 0 || part > 255) return null;
  const bits = at === text.length ? 32 : readBits(text, at + 1);
  return bits === null ? null : intervalOf(address * 256 + part, bits);
}

function readBits(text: string, from: number): number | null {
  const [tens, ones] = [text.charCodeAt(from) - zero, text.charCodeAt(from + 1) - zero];
  const length = text.length - from;
  if (!(tens >= 0 && tens <= 9) || length > 2 || (length === 2 && !(ones >= 0 && ones <= 9))) return null;
  const bits = length === 1 ? tens : 10 * tens + ones;
  return bits > 32 ? null : bits;
}

function intervalOf(address: number, bits: number): Interval<number> {
  const size = 2 ** (32 - bits);
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}
