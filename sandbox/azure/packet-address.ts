/**
 * Addresses as texts of bits, for the oracle: `1100...` with 32 digits (IPv4) or 128 (IPv6), so that a prefix holds an address when the address starts
 * with its bits. Slow and plain on purpose. Null: not an address.
 */
export function bitsOfAddress(text: string): string | null {
  return text.includes(':') ? bitsOfLongAddress(text) : bitsOfShortAddress(text);
}

/** Address -> prefix -> the answer: an oracle asks the same few again and again. */
const asked = new Map<string, Map<string, boolean | null>>();

/** The bits that all addresses of a prefix begin with, and how many bits its addresses have. An address alone is a prefix of its full length. */
export function bitsOfPrefix(text: string): { readonly bits: string; readonly of: number } | null {
  const [address, length, ...rest] = text.split('/');
  if (address === undefined || rest.length > 0) return null;
  const bits = bitsOfAddress(address);
  if (bits === null) return null;
  if (length === undefined) return { bits, of: bits.length };
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits.length) return null;
  return { bits: bits.slice(0, Number(length)), of: bits.length };
}

/** Null: one of them is none. */
export function isWithin(address: string, prefix: string): boolean | null {
  const answers = asked.get(address) ?? new Map<string, boolean | null>();
  const known = answers.get(prefix);
  if (known !== undefined) return known;
  const found = compareBits(bitsOfAddress(address), bitsOfPrefix(prefix));
  asked.set(address, answers.set(prefix, found));
  return found;
}

function compareBits(inner: string | null, outer: ReturnType<typeof bitsOfPrefix>): boolean | null {
  if (inner === null || outer === null) return null;
  return inner.length === outer.of && inner.startsWith(outer.bits);
}

function bitsOfShortAddress(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return null;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function bitsOfLongAddress(text: string): string | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [front, back] = halves.map(bitsOfGroups);
  if (front === undefined || front === null || back === null) return null;
  if (back === undefined) return front.length === 128 ? front : null;
  const missing = 128 - front.length - back.length;
  return missing >= 16 ? front + '0'.repeat(missing) + back : null;
}

/** Of groups of four hexadecimal digits; the last may be an IPv4 address. */
function bitsOfGroups(text: string): string | null {
  if (text === '') return '';
  let bits = '';
  for (const group of text.split(':')) {
    const more = group.includes('.') ? bitsOfShortAddress(group) : bitsOfGroup(group);
    if (more === null) return null;
    bits += more;
  }
  return bits;
}

function bitsOfGroup(group: string): string | null {
  return /^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16).toString(2).padStart(16, '0') : null;
}
