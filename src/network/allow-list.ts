import type { Entry, NetworkProtocol, Reach, UnknownReach } from '../domain/exposure.ts';
import {
  type AddressSet,
  addressSetOf,
  countAddresses,
  everyAddress,
  intersectAddresses,
  isEmptyAddresses,
  isSameAddresses,
  isWithinAddresses,
  noAddresses,
  publicAddresses,
  subtractAddresses,
  uniteAddresses,
} from './address-set.ts';
import { type AllowEntry, isDestination, type ReachedSubject, type ReadEntry, readEntry } from './allow-entry.ts';
import { describeAddresses } from './describe-addresses.ts';
import { everyPort, intersectPorts, isEmptyPorts, type PortSet, portSetOf } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';
import { subtractEntries } from './subtract-entries.ts';

/** What is let in and stands in no entry. */
export interface UnlistedPart {
  readonly outcome: 'exposed' | 'narrow';
  readonly protocol: NetworkProtocol;
  /** At the interface. */
  readonly ports: string;
  readonly sources: readonly string[];
  /** What of the reach's sources is allowed at these ports: for people, for whom `Internet but for a/24` is shorter than all the rest. */
  readonly allowedSources: readonly string[];
}

export interface Remainder<Part> {
  /** In a fixed order; none where all of it is allowed. */
  readonly left: readonly Part[];
  /** The entries that allow some of it, in the order of the list. */
  readonly allowedBy: readonly AllowEntry[];
}

type ReadReach = Pick<Reach, 'outcome' | 'protocol' | 'ports' | 'sources' | 'tags'> & { readonly entry: Pick<Entry, 'id'> };
type ReadUnknown = Pick<UnknownReach, 'protocol' | 'ports' | 'tags'>;

/**
 * What is left of a reach without what the entries allow, exactly: a part of its ports or sources that no entry names stays. The order of the entries
 * and how they are cut into several changes nothing. What cannot be read is everything in a reach, and nothing in an entry.
 */
export function subtractAllowed(entries: readonly AllowEntry[], place: ReachedSubject, reach: ReadReach): Remainder<UnlistedPart> {
  const sources = sourcesOf(reach.sources);
  const own = entriesFor(entries, place, reach, reach.entry.id);
  const left = subtractEntries(own, boxOf(reach), (covering) =>
    areTagsNamed(covering, reach.tags) ? noAddresses : subtractAddresses(sources, addressesOf(covering)),
  );
  const isUsed = ({ tags, addresses }: ReadEntry) =>
    reach.tags.some((tag) => tags.has(tag.toLowerCase())) || !isEmptyAddresses(intersectAddresses(addresses, sources));
  return {
    left: left.map(({ sources: rest, ...part }) => ({
      outcome: reach.outcome === 'narrow' ? 'narrow' : outcomeOf(rest),
      ...part,
      sources: isSameAddresses(rest, sources) ? reach.sources : describeAddresses(rest),
      allowedSources: describeAddresses(subtractAddresses(sources, rest)),
    })),
    allowedBy: own.filter(isUsed).map(({ entry }) => entry),
  };
}

/**
 * The ports of what cannot be known that no entry allows whatever is behind it. Only service tags whose addresses nobody gave can be allowed, by
 * their names or by `Internet`: of what else is missing nobody knows what it would let in.
 */
export function subtractAllowedUnknown(
  entries: readonly AllowEntry[],
  place: ReachedSubject,
  unknown: ReadUnknown,
): Remainder<Pick<UnlistedPart, 'protocol' | 'ports'>> {
  if (unknown.tags.length === 0) return { left: [{ protocol: unknown.protocol, ports: unknown.ports }], allowedBy: [] };
  const own = entriesFor(entries, place, unknown, null);
  const isAllowed = (covering: readonly ReadEntry[]) =>
    areTagsNamed(covering, unknown.tags) || isWithinAddresses(publicAddresses, addressesOf(covering));
  const left = subtractEntries(own, boxOf(unknown), (covering) => (isAllowed(covering) ? noAddresses : everyAddress));
  return {
    left: left.map(({ protocol, ports }) => ({ protocol, ports })),
    allowedBy: own.filter((read) => isAllowed([read])).map(({ entry }) => entry),
  };
}

/** The border between `exposed` and `narrow` of what is left. */
function outcomeOf(sources: AddressSet): 'exposed' | 'narrow' {
  const { v4, v6 } = countAddresses(sources);
  return v4 > 2 ** 24 || v6 > 1n << 96n ? 'exposed' : 'narrow';
}

/** As `describeAddresses` writes them. No source at all is nothing that a reach can have. */
export function sourcesOf(texts: readonly string[]): AddressSet {
  const plain = addressSetOf(texts.filter((text) => !wholeInternet.has(text)));
  if (plain === null || texts.length === 0) return everyAddress;
  return texts.reduce((all, text) => uniteAddresses(all, wholeInternet.get(text) ?? noAddresses), plain);
}

const wholeInternet: ReadonlyMap<string, AddressSet> = new Map([
  ['Internet', publicAddresses],
  ['Internet (IPv4)', { ...noAddresses, v4: publicAddresses.v4 }],
  ['Internet (IPv6)', { ...noAddresses, v6: publicAddresses.v6 }],
]);

function boxOf({ protocol, ports }: ReadUnknown | ReadReach): { readonly protocol: NetworkProtocol; readonly ports: PortSet } {
  return { protocol, ports: portSetOf([ports]) ?? everyPort };
}

function entriesFor(
  entries: readonly AllowEntry[],
  place: ReachedSubject,
  part: ReadUnknown | ReadReach,
  lettingIn: string | null,
): readonly ReadEntry[] {
  const { protocol, ports } = boxOf(part);
  return entries
    .filter((entry) => isDestination(entry, place, lettingIn))
    .map(readEntry)
    .filter((read) => (read.protocols & bitsOfProtocol(protocol)) !== 0 && !isEmptyPorts(intersectPorts(read.ports, ports)));
}

/** Every address behind the tags is allowed where each tag is. No tags: their addresses say it. */
function areTagsNamed(covering: readonly ReadEntry[], tags: readonly string[]): boolean {
  return tags.length > 0 && tags.every((tag) => covering.some((read) => read.tags.has(tag.toLowerCase())));
}

function addressesOf(covering: readonly ReadEntry[]): AddressSet {
  return covering.reduce((all, { addresses }) => uniteAddresses(all, addresses), noAddresses);
}
