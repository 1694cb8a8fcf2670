import { type AddressSet, isSameAddresses, publicAddresses } from './address-set.ts';
import { coverageBy } from './intervals.ts';
import { Recent } from './remembered.ts';

const mostPrefixesOfAnInterval = 8;

/**
 * IPv4 before IPv6, in order: the fewest CIDRs, or `a-b` where an interval would be more than eight. What holds every public address of a family is
 * `Internet` (where the other family says something else, `Internet (IPv4)`).
 */
export function describeAddresses(set: AddressSet): readonly string[] {
  return sharedTexts(described, set, describeBoth);
}

const mostTexts = 20;
const mostBorders = 2 * mostTexts;

/** As `describeAddresses`, for people: of many the first twenty, then `and more, 980 ranges in all`. */
export function describeFewAddresses(set: AddressSet): readonly string[] {
  const isLong = rangesOf(set) > mostTexts;
  return isLong ? sharedTexts(describedShortly, set, describeFirst) : describeAddresses(set);
}

function describeFirst(set: AddressSet): readonly string[] {
  // Nothing is called the Internet that is a part of it: that has few borders.
  const texts = describeBoth({ v4: set.v4.slice(0, mostBorders), v6: set.v6.slice(0, mostBorders) }).slice(0, mostTexts);
  return [...texts, `and more, ${rangesOf(set)} ranges in all`];
}

function rangesOf({ v4, v6 }: AddressSet): number {
  return (v4.length + v6.length) / 2;
}

interface Described {
  readonly set: AddressSet;
  readonly texts: readonly string[];
}

const described = new Recent<number, Described>(4_096);
const describedShortly = new Recent<number, Described>(4_096);

/** The same list for equal sets: of 18,000 that are open behind 400 groups some 700 differ. */
function sharedTexts(
  recent: Recent<number, Described>,
  set: AddressSet,
  describe: (set: AddressSet) => readonly string[],
): readonly string[] {
  const key = mixOf(set);
  const known = recent.get(key);
  if (known !== undefined && isSameAddresses(known.set, set)) return known.texts;
  const texts = describe(set);
  recent.set(key, { set, texts });
  return texts;
}

const mostMixed = 64;
const largestPrime31 = 0x7fff_ffffn;

/** A number that is the same for equal sets and hardly for others. Of thousands of prefixes the first say enough. */
function mixOf({ v4, v6 }: AddressSet): number {
  let mixed = v4.length * 31 + v6.length;
  for (let index = 0; index < v4.length && index < mostMixed; index += 1) mixed = mix(mixed, v4[index] ?? 0);
  for (let index = 0; index < v6.length && index < mostMixed; index += 1) mixed = mix(mixed, Number((v6[index] ?? 0n) % largestPrime31));
  return mixed;
}

function mix(mixed: number, value: number): number {
  return Math.imul(mixed ^ value, 0x9e37_79b1);
}

function describeBoth({ v4, v6 }: AddressSet): readonly string[] {
  const isWhole4 = coverageBy(publicAddresses.v4, v4) === 'all';
  const isWhole6 = coverageBy(publicAddresses.v6, v6) === 'all';
  if ((isWhole4 || isWhole6) && (isWhole4 || v4.length === 0) && (isWhole6 || v6.length === 0)) return ['Internet'];
  return [...(isWhole4 ? ['Internet (IPv4)'] : describeFamily(v4, fours)), ...(isWhole6 ? ['Internet (IPv6)'] : describeFamily(v6, sixes))];
}

interface Family<Value> {
  /** The widest prefix that begins there and does not reach over the end, and what comes behind it. */
  widest(at: Value, last: Value): { readonly bits: number; readonly next: Value };
  write(value: Value): string;
  writePrefix(first: Value, bits: number): string;
}

function describeFamily<Value extends number | bigint>(flat: readonly Value[], family: Family<Value>): readonly string[] {
  const texts: string[] = [];
  for (let index = 1; index < flat.length; index += 2) {
    const first = flat[index - 1];
    const last = flat[index];
    if (first === undefined || last === undefined) break;
    if (first === last) texts.push(family.write(first));
    else describeInterval(first, last, family, texts);
  }
  return texts.slice();
}

function describeInterval<Value extends number | bigint>(
  first: Value,
  last: Value,
  { write, writePrefix, widest }: Family<Value>,
  texts: string[],
): void {
  const before = texts.length;
  for (let at = first; at <= last; ) {
    if (texts.length - before === mostPrefixesOfAnInterval) {
      texts.length = before;
      texts.push([write(first), write(last)].join('-'));
      return;
    }
    const { bits, next } = widest(at, last);
    texts.push(writePrefix(at, bits));
    at = next;
  }
}

/** The bits of a number say how wide a prefix may be that begins there; this is asked a million times. */
function widestFour(at: number, last: number): { readonly bits: number; readonly next: number } {
  const span = last - at + 1;
  const aligned = at === 0 ? 32 : 31 - Math.clz32(at & -at);
  const free = span > 0xffff_ffff ? 32 : 31 - Math.clz32(span);
  const width = Math.min(aligned, free);
  return { bits: 32 - width, next: at + 2 ** width };
}

function widestSix(at: bigint, last: bigint): { readonly bits: number; readonly next: bigint } {
  let [bits, size] = [128, 1n];
  for (; bits > 0 && at % (2n * size) === 0n && at + 2n * size - 1n <= last; bits -= 1) size *= 2n;
  return { bits, next: at + size };
}

function writeFour(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/** The same texts stand in the facts of thousands of interfaces. */
const prefixes = new Recent<number, string>(4_096);

function writePrefixFour(first: number, bits: number): string {
  const key = first * 64 + bits;
  const known = prefixes.get(key);
  if (known !== undefined) return known;
  // Joined, since a text that is put together otherwise keeps its pieces.
  const text = bits === 32 ? writeFour(first) : [writeFour(first), bits].join('/');
  prefixes.set(key, text);
  return text;
}

const fours: Family<number> = { widest: widestFour, write: writeFour, writePrefix: writePrefixFour };

const sixes: Family<bigint> = {
  widest: widestSix,
  write: writeSix,
  writePrefix: (first, bits) => (bits === 128 ? writeSix(first) : `${writeSix(first)}/${bits}`),
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
