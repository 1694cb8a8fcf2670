import { type AddressSet, publicAddresses } from './address-set.ts';
import { coverageBy, type Interval, intervalsOf } from './intervals.ts';

const mostPrefixesOfAnInterval = 8;

/** What service tags leave of the Internet is thousands of intervals, and the same object for thousands of interfaces. */
const described = new WeakMap<AddressSet, readonly string[]>();

/**
 * IPv4 before IPv6, in order: the fewest CIDRs, or `a-b` where an interval would be more than eight. What holds every public address of a family is
 * `Internet` (where the other family says something else, `Internet (IPv4)`).
 */
export function describeAddresses(set: AddressSet): readonly string[] {
  const known = described.get(set);
  if (known !== undefined) return known;
  const texts = describeBoth(set);
  described.set(set, texts);
  return texts;
}

function describeBoth({ v4, v6 }: AddressSet): readonly string[] {
  const isWhole4 = coverageBy(publicAddresses.v4, v4) === 'all';
  const isWhole6 = coverageBy(publicAddresses.v6, v6) === 'all';
  if ((isWhole4 || isWhole6) && (isWhole4 || v4.length === 0) && (isWhole6 || v6.length === 0)) return ['Internet'];
  return [...(isWhole4 ? ['Internet (IPv4)'] : describeFamily(v4, fours)), ...(isWhole6 ? ['Internet (IPv6)'] : describeFamily(v6, sixes))];
}

interface Family<Value> {
  readonly width: number;
  /** The widest prefix that begins there and does not reach over the end, and what comes behind it. */
  widest(at: Value, last: Value): { readonly bits: number; readonly next: Value };
  write(value: Value): string;
}

function describeFamily<Value extends number | bigint>(flat: readonly Value[], family: Family<Value>): readonly string[] {
  const texts: string[] = [];
  for (const interval of intervalsOf(flat)) texts.push(...describeInterval(interval, family));
  return texts;
}

function describeInterval<Value extends number | bigint>({ first, last }: Interval<Value>, family: Family<Value>): readonly string[] {
  const { width, write, widest } = family;
  const texts: string[] = [];
  for (let at = first; at <= last; ) {
    if (texts.length === mostPrefixesOfAnInterval) return [`${write(first)}-${write(last)}`];
    const { bits, next } = widest(at, last);
    texts.push(bits === width ? write(at) : `${write(at)}/${bits}`);
    at = next;
  }
  return texts;
}

const fours: Family<number> = {
  width: 32,
  widest(at, last) {
    let [bits, size] = [32, 1];
    for (; bits > 0 && at % (2 * size) === 0 && at + 2 * size - 1 <= last; bits -= 1) size *= 2;
    return { bits, next: at + size };
  },
  write: (value) => `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`,
};

const sixes: Family<bigint> = {
  width: 128,
  widest(at, last) {
    let [bits, size] = [128, 1n];
    for (; bits > 0 && at % (2n * size) === 0n && at + 2n * size - 1n <= last; bits -= 1) size *= 2n;
    return { bits, next: at + size };
  },
  write: writeSix,
};

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
