/**
 * Addresses as intervals: flat inclusive pairs `first, last, first, last, ...`, sorted, disjoint and never adjacent, so that equal sets are equal
 * lists. IPv4 addresses are numbers below 2^32.
 */
export interface AddressSet {
  readonly v4: readonly number[];
  readonly v6: readonly bigint[];
}

export const noAddresses: AddressSet = { v4: [], v6: [] };
export const everyAddress: AddressSet = { v4: [0, 0xffff_ffff], v6: [0n, (1n << 128n) - 1n] };
export const publicAddresses: AddressSet = everyAddress;

export function uniteAddresses(_left: AddressSet, _right: AddressSet): AddressSet {
  throw new Error('not yet');
}
export function intersectAddresses(_left: AddressSet, _right: AddressSet): AddressSet {
  throw new Error('not yet');
}
export function subtractAddresses(_from: AddressSet, _taken: AddressSet): AddressSet {
  throw new Error('not yet');
}
export function isEmptyAddresses({ v4, v6 }: AddressSet): boolean {
  return v4.length === 0 && v6.length === 0;
}
export function isSameAddresses(_left: AddressSet, _right: AddressSet): boolean {
  throw new Error('not yet');
}
/** `part` lies within `whole`. */
export function isWithinAddresses(_part: AddressSet, _whole: AddressSet): boolean {
  throw new Error('not yet');
}
export function countAddresses(_set: AddressSet): { readonly v4: number; readonly v6: bigint } {
  throw new Error('not yet');
}
/** Null where the text is no address. */
export function holdsAddress(_set: AddressSet, _address: string): boolean | null {
  throw new Error('not yet');
}
/** Of `192.0.2.0/24`, `2001:db8::1`, `192.0.2.1-192.0.2.7`; null where one of them is none of these. */
export function addressSetOf(_texts: readonly string[]): AddressSet | null {
  throw new Error('not yet');
}
/** IPv4 before IPv6, in order: `Internet`, CIDR, or `a-b` where an interval would be more than eight CIDRs. */
export function describeAddresses(_set: AddressSet): readonly string[] {
  throw new Error('not yet');
}
