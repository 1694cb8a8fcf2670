import { parseAddress, parseRange } from '../domain/address-range.ts';
import { bigintIntervals, type Interval, intervalsOf, isSameIntervals, numberIntervals } from './intervals.ts';
import { plainFour } from './plain-four.ts';

/**
 * Addresses as intervals: flat inclusive pairs `first, last, first, last, ...`, sorted, disjoint and never adjacent, so that equal sets are equal
 * lists. IPv4 addresses are numbers below 2^32. An IPv6 address that stands for an IPv4 one is that one.
 */
export interface AddressSet {
  readonly v4: readonly number[];
  readonly v6: readonly bigint[];
}

export const noAddresses: AddressSet = { v4: [], v6: [] };
export const everyAddress: AddressSet = { v4: [0, 0xffff_ffff], v6: [0n, (1n << 128n) - 1n] };

/** Where Azure's health probes, DHCP and DNS come from, in every virtual network; no stranger has it. */
export const azurePlatformAddress = '168.63.129.16';

/** What strangers have. IANA special-purpose registries; the documentation ranges count as public, since examples use them. */
export const publicAddresses: AddressSet = {
  v4: numberIntervals.subtract(
    everyAddress.v4,
    readSet([
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      `${azurePlatformAddress}/32`,
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '224.0.0.0/4',
      '240.0.0.0/4',
    ]).v4,
  ),
  v6: readSet(['2000::/3']).v6,
};

export function uniteAddresses(left: AddressSet, right: AddressSet): AddressSet {
  return sharedOf(numberIntervals.unite(left.v4, right.v4), bigintIntervals.unite(left.v6, right.v6), left, right);
}

export const intersectAddresses = rememberLong((left, right) =>
  sharedOf(numberIntervals.intersect(left.v4, right.v4), bigintIntervals.intersect(left.v6, right.v6), left, right),
);

/** What of the first is not in the second. */
export const subtractAddresses = rememberLong((from, taken) =>
  sharedOf(numberIntervals.subtract(from.v4, taken.v4), bigintIntervals.subtract(from.v6, taken.v6), from, noAddresses),
);

type Operation = (left: AddressSet, right: AddressSet) => AddressSet;

/** From so many borders on; a few are quickly looked up in many. */
const longList = 64;
const fewBorders = 8;

/** Service tags hold thousands of prefixes and stand in thousands of groups: of the same objects the result is the same object. */
function rememberLong(operate: Operation): Operation {
  const results = new WeakMap<AddressSet, WeakMap<AddressSet, AddressSet>>();
  return (left, right) => {
    if (sizeOf(left) <= fewBorders || sizeOf(right) < longList) return operate(left, right);
    const ofLeft = results.get(left) ?? new WeakMap<AddressSet, AddressSet>();
    const known = ofLeft.get(right);
    if (known !== undefined) return known;
    const result = operate(left, right);
    results.set(left, ofLeft.set(right, result));
    return result;
  };
}

function sizeOf({ v4, v6 }: AddressSet): number {
  return v4.length + v6.length;
}

/** One of the two where it has these lists, so that sets which did not change stay the same object. */
function sharedOf(v4: readonly number[], v6: readonly bigint[], left: AddressSet, right: AddressSet): AddressSet {
  if (v4 === left.v4 && v6 === left.v6) return left;
  if (v4 === right.v4 && v6 === right.v6) return right;
  return v4.length === 0 && v6.length === 0 ? noAddresses : { v4, v6 };
}

export function isEmptyAddresses({ v4, v6 }: AddressSet): boolean {
  return v4.length === 0 && v6.length === 0;
}

export function isSameAddresses(left: AddressSet, right: AddressSet): boolean {
  return left === right || (isSameIntervals(left.v4, right.v4) && isSameIntervals(left.v6, right.v6));
}

/** All of `part` lies within `whole`. */
export function isWithinAddresses(part: AddressSet, whole: AddressSet): boolean {
  return isEmptyAddresses(subtractAddresses(part, whole));
}

export function countAddresses({ v4, v6 }: AddressSet): { readonly v4: number; readonly v6: bigint } {
  let [fours, sixes] = [0, 0n];
  for (let index = 1; index < v4.length; index += 2) fours += (v4[index] ?? 0) - (v4[index - 1] ?? 0) + 1;
  for (let index = 1; index < v6.length; index += 2) sixes += (v6[index] ?? 0n) - (v6[index - 1] ?? 0n) + 1n;
  return { v4: fours, v6: sixes };
}

/** Null where the text is no address. */
export function holdsAddress({ v4, v6 }: AddressSet, text: string): boolean | null {
  const address = parseAddress(text);
  if (address === null) return null;
  const intervals: readonly (number | bigint)[] = address.family === 4 ? v4 : v6;
  return isWithinSome(intervals, address.value);
}

function isWithinSome(intervals: readonly (number | bigint)[], value: bigint): boolean {
  for (const { first, last } of intervalsOf(intervals)) if (value >= first && value <= last) return true;
  return false;
}

/** Of `192.0.2.0/24`, `2001:db8::1`, `192.0.2.1-192.0.2.7`; null where one of them is none of these. */
export function addressSetOf(texts: readonly string[]): AddressSet | null {
  const v4: Interval<number>[] = [];
  const v6: Interval<bigint>[] = [];
  for (const text of texts) {
    const four = plainFour(text);
    if (four !== null) {
      v4.push(four);
      continue;
    }
    const range = parseRange(text) ?? parseSpan(text);
    if (range === null) return null;
    if (range.family === 4) v4.push({ first: Number(range.first), last: Number(range.last) });
    else v6.push(range);
  }
  return {
    v4: v4.length === 0 ? noAddresses.v4 : numberIntervals.collect(v4),
    v6: v6.length === 0 ? noAddresses.v6 : bigintIntervals.collect(v6),
  };
}

function parseSpan(text: string): { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint } | null {
  const [from, to, ...rest] = text.split('-');
  if (from === undefined || to === undefined || rest.length > 0) return null;
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (first === null || last === null || first.family !== last.family || first.value > last.value) return null;
  return { family: first.family, first: first.value, last: last.value };
}

function readSet(texts: readonly string[]): AddressSet {
  return addressSetOf(texts) ?? noAddresses;
}
