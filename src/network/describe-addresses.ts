import { type AddressSet, publicAddresses } from './address-set.ts';
import { bigintIntervals, type Interval, intervalsOf, numberIntervals } from './intervals.ts';

const mostPrefixesOfAnInterval = 8;

/**
 * IPv4 before IPv6, in order: the fewest CIDRs, or `a-b` where an interval would be more than eight. What holds every public address of a family is
 * `Internet` (where the other family says something else, `Internet (IPv4)`).
 */
export function describeAddresses({ v4, v6 }: AddressSet): readonly string[] {
  const isWhole4 = numberIntervals.subtract(publicAddresses.v4, v4).length === 0;
  const isWhole6 = bigintIntervals.subtract(publicAddresses.v6, v6).length === 0;
  if ((isWhole4 || isWhole6) && (isWhole4 || v4.length === 0) && (isWhole6 || v6.length === 0)) return ['Internet'];
  return [
    ...(isWhole4 ? ['Internet (IPv4)'] : describeIntervals(v4.map(BigInt), 32)),
    ...(isWhole6 ? ['Internet (IPv6)'] : describeIntervals(v6, 128)),
  ];
}

function describeIntervals(flat: readonly bigint[], width: 32 | 128): readonly string[] {
  return [...intervalsOf(flat)].flatMap((interval) => {
    const prefixes = prefixesOf(interval, width);
    return prefixes.length > mostPrefixesOfAnInterval
      ? [`${writeAddress(interval.first, width)}-${writeAddress(interval.last, width)}`]
      : prefixes.map(({ first, bits }) => (bits === width ? writeAddress(first, width) : `${writeAddress(first, width)}/${bits}`));
  });
}

/** From the left, always the widest prefix that begins there and does not reach over the end. */
function prefixesOf({ first, last }: Interval<bigint>, width: number): readonly { readonly first: bigint; readonly bits: number }[] {
  const prefixes: { first: bigint; bits: number }[] = [];
  let at = first;
  while (at <= last) {
    let bits = width;
    while (bits > 0 && fits(at, bits - 1, width, last)) bits -= 1;
    prefixes.push({ first: at, bits });
    at += sizeOf(bits, width);
  }
  return prefixes;
}

function fits(at: bigint, bits: number, width: number, last: bigint): boolean {
  const size = sizeOf(bits, width);
  return at % size === 0n && at + size - 1n <= last;
}

function sizeOf(bits: number, width: number): bigint {
  return 1n << BigInt(width - bits);
}

function writeAddress(value: bigint, width: 32 | 128): string {
  return width === 32 ? writeFour(value) : writeSix(value);
}

function writeFour(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

/** RFC 5952: the longest run of zeros, the first of equal ones, and none of a single group, is `::`. */
function writeSix(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const runs = groups
    .map((_, index) => groups.slice(index).findIndex((group) => group !== '0'))
    .map((run, index) => (run === -1 ? 8 - index : run));
  const longest = Math.max(...runs);
  if (longest < 2) return groups.join(':');
  const start = runs.indexOf(longest);
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`;
}
