import {
  type AddressSet,
  addressSetOf,
  azurePlatformAddress,
  everyAddress,
  intersectAddresses,
  isEmptyAddresses,
  isSameAddresses,
  noAddresses,
  publicAddresses,
  subtractAddresses,
  uniteAddresses,
} from './address-set.ts';
import { type Coverage, coverageBy } from './intervals.ts';
import { isNetworkGroup, type RuleEnd } from './rule-ends.ts';

/** One IP configuration of an interface, or of a scale set's model. */
export interface Destination {
  /** Where more than one: it is one of these, and not known which. None: nothing is known. */
  readonly addresses: AddressSet;
  /** Ids of its application security groups, lower case. */
  readonly groups: ReadonlySet<string>;
  /** What the tag `VirtualNetwork` means there. Give the same object for the same network: it is what results are remembered by. */
  readonly virtualNetwork: AddressSet;
}

/** What rules refer to. Null: not known. Give the same object for the same answer. */
export interface Knowledge {
  /** Of a service tag as the rule spells it; never asked for `VirtualNetwork`, `Internet`, `AzureLoadBalancer`. */
  addressesOf(tag: string): AddressSet | null;
  /** Of an application security group or a network group, id in lower case. */
  membersOf(group: string): AddressSet | null;
}

/** The addresses that an end surely means, and those that it may mean. The same object where all is known. */
export interface Bounds {
  readonly least: AddressSet;
  readonly most: AddressSet;
}

const platform = addressSetOf([azurePlatformAddress]) ?? noAddresses;

/**
 * What strangers have, seen from a virtual network that may use public addresses itself. Where the tag VirtualNetwork holds every address it holds a
 * default route, which takes nothing from the Internet: that is what lies outside of the network itself (Microsoft, "Virtual network service tags").
 */
const internets = new WeakMap<AddressSet, AddressSet>();

export function addressesOfTag(tag: string, virtualNetwork: AddressSet, knowledge: Knowledge): AddressSet | null {
  if (tag === 'VirtualNetwork') return virtualNetwork;
  if (tag === 'AzureLoadBalancer') return platform;
  if (tag !== 'Internet') return knowledge.addressesOf(tag);
  const known = internets.get(virtualNetwork) ?? internetOutside(virtualNetwork);
  internets.set(virtualNetwork, known);
  return known;
}

function internetOutside(virtualNetwork: AddressSet): AddressSet {
  const rest = subtractAddresses(publicAddresses, virtualNetwork);
  const isWhole = rest.v4.length > 0 && rest.v6.length > 0;
  return isWhole ? rest : { v4: rest.v4.length > 0 ? rest.v4 : publicAddresses.v4, v6: rest.v6.length > 0 ? rest.v6 : publicAddresses.v6 };
}

/** Whom a rule means by its sources. */
export function boundsOfSources(end: RuleEnd, virtualNetwork: AddressSet, knowledge: Knowledge): Bounds {
  const { addresses, tags, groups } = end;
  if (tags.length + groups.length === 0) return { least: addresses, most: addresses };
  const parts = [
    ...tags.map((tag) => addressesOfTag(tag, virtualNetwork, knowledge)),
    ...groups.map((group) => knowledge.membersOf(group)),
  ];
  const least = parts.reduce<AddressSet>((all, part) => (part === null ? all : uniteAddresses(all, part)), addresses);
  return { least, most: parts.includes(null) ? everyAddress : least };
}

export interface FamilyCoverage {
  readonly v4: Coverage;
  readonly v6: Coverage;
}

export const coversAll: FamilyCoverage = { v4: 'all', v6: 'all' };

/** One object for each, so that they compare by identity. */
const coverages: Record<Coverage, Record<Coverage, FamilyCoverage>> = {
  all: { all: coversAll, part: { v4: 'all', v6: 'part' }, none: { v4: 'all', v6: 'none' } },
  part: { all: { v4: 'part', v6: 'all' }, part: { v4: 'part', v6: 'part' }, none: { v4: 'part', v6: 'none' } },
  none: { all: { v4: 'none', v6: 'all' }, part: { v4: 'none', v6: 'part' }, none: { v4: 'none', v6: 'none' } },
};

/** Whom a rule means by its destinations, but for the members of application security groups, who say so themselves. */
export interface NamedAddresses {
  readonly addresses: AddressSet;
  /** What a tag or a network group stands for is not known. */
  readonly isOpen: boolean;
  readonly groups: readonly string[];
}

export function namedAddresses(end: RuleEnd, virtualNetwork: AddressSet, knowledge: Knowledge): NamedAddresses {
  const parts = [
    ...end.tags.map((tag) => addressesOfTag(tag, virtualNetwork, knowledge)),
    ...end.groups.filter(isNetworkGroup).map((group) => knowledge.membersOf(group)),
  ];
  const addresses = parts.reduce<AddressSet>((all, part) => (part === null ? all : uniteAddresses(all, part)), end.addresses);
  return { addresses, isOpen: parts.includes(null), groups: end.groups };
}

/** The same object for the same coverage. */
export function coverageWithin({ addresses, isOpen, groups }: NamedAddresses, destination: Destination): FamilyCoverage {
  if (addresses === everyAddress || groups.some((group) => destination.groups.has(group))) return coversAll;
  const { v4, v6 } = destination.addresses;
  return coverages[coverageIn(v4, addresses.v4, isOpen)][coverageIn(v6, addresses.v6, isOpen)];
}

export function coverageOf(end: RuleEnd, destination: Destination, knowledge: Knowledge): FamilyCoverage {
  return coverageWithin(namedAddresses(end, destination.virtualNetwork, knowledge), destination);
}

function coverageIn<Value extends number | bigint>(where: readonly Value[], known: readonly Value[], isOpen: boolean): Coverage {
  const coverage = coverageBy(where, known);
  return coverage === 'none' && isOpen ? 'part' : coverage;
}

/** What of the sources can reach a destination that is covered so: IPv4 reaches IPv4 only. */
export function boundsOnceCovered({ least, most }: Bounds, { v4, v6 }: FamilyCoverage): Bounds {
  const reached = restrict(least, v4 === 'all', v6 === 'all');
  const reachable = restrict(most, v4 !== 'none', v6 !== 'none');
  return least === most && v4 !== 'part' && v6 !== 'part' ? { least: reachable, most: reachable } : { least: reached, most: reachable };
}

function restrict(set: AddressSet, hasFour: boolean, hasSix: boolean): AddressSet {
  if ((hasFour || set.v4.length === 0) && (hasSix || set.v6.length === 0)) return set;
  const restricted = { v4: hasFour ? set.v4 : noAddresses.v4, v6: hasSix ? set.v6 : noAddresses.v6 };
  return isEmptyAddresses(restricted) ? noAddresses : restricted;
}

/** Whom of the universe a rule means by its sources: the universe itself where that is all of it. */
export function sourcesWithin(end: RuleEnd, universe: AddressSet, virtualNetwork: AddressSet, knowledge: Knowledge): Bounds {
  const { least, most } = boundsOfSources(end, virtualNetwork, knowledge);
  const possible = intersectUniverse(most, universe);
  // Of most rules nobody is in the universe.
  if (possible === noAddresses) return nobody;
  return { least: least === most ? possible : intersectUniverse(least, universe), most: possible };
}

const nobody: Bounds = { least: noAddresses, most: noAddresses };

function intersectUniverse(addresses: AddressSet, universe: AddressSet): AddressSet {
  const common = intersectAddresses(addresses, universe);
  return isSameAddresses(common, universe) ? universe : common;
}
