import { type AddressSet, isEmptyAddresses } from './address-set.ts';
import { Recent } from './remembered.ts';
import { anyEnd, type RuleEnd } from './rule-ends.ts';
import {
  addressesOfTag,
  type Bounds,
  boundsOfSources,
  coverageWithin,
  type Destination,
  type FamilyCoverage,
  isNetworkGroup,
  type Knowledge,
  type NamedAddresses,
  namedAddresses,
  withinUniverse,
} from './rule-matching.ts';
import type { AdminRules, SecurityGroup, SecurityRule } from './security-rules.ts';

export type Ruled = AdminRules | SecurityGroup;

/** Rules as they are read where the tags and groups mean this: without those that let nobody on and keep nobody away who is of interest. */
export interface Reading {
  readonly universe: AddressSet;
  /** Of the tags and groups, in the order of the terms: the reading holds for as long as they are these objects. */
  readonly meanings: readonly (AddressSet | null)[];
  readonly rules: readonly ReadRule[];
  /** The ends of these rules that do not stand for anybody. */
  readonly destinations: readonly NamedAddresses[];
}

export interface ReadRule {
  readonly rule: SecurityRule;
  readonly sources: Bounds;
  /** Its place among the destinations; -1: anybody. */
  readonly destination: number;
}

/** How each of the destinations of the reading covers this one: the same objects where it is the same. */
export function coveragesOf({ destinations }: Reading, destination: Destination): readonly FamilyCoverage[] {
  return destinations.map((named) => coverageWithin(named, destination));
}

interface Read {
  readonly terms: Terms;
  readonly readings: readonly Reading[];
}

/** Not all are kept: those of a large estate would be a gigabyte. With 1,000 there are 18 MB more and no time is won. */
const recent = new Recent<Ruled, Read>(250);
const mostReadings = 4;

/** The same object for as long as all that the rules refer to means the same. */
export function readingOf(ruled: Ruled, { virtualNetwork }: Destination, universe: AddressSet, knowledge: Knowledge): Reading {
  const { terms, readings } = recent.get(ruled) ?? { terms: termsOf(ruled), readings: [] };
  const meaningAt = (index: number) => meaningOf(terms, index, virtualNetwork, knowledge);
  const known = readings.find(
    (reading) => reading.universe === universe && reading.meanings.every((one, index) => one === meaningAt(index)),
  );
  if (known !== undefined) return known;
  const meanings = Array.from({ length: terms.tags.length + terms.groups.length }, (_, index) => meaningAt(index));
  const reading: Reading = { universe, meanings, ...readRules(ruled, virtualNetwork, universe, knowledge) };
  recent.set(ruled, { terms, readings: [reading, ...readings.slice(0, mostReadings - 1)] });
  return reading;
}

function readRules(
  ruled: Ruled,
  virtualNetwork: AddressSet,
  universe: AddressSet,
  knowledge: Knowledge,
): Pick<Reading, 'rules' | 'destinations'> {
  const rules: ReadRule[] = [];
  const places = new Map<RuleEnd, number>([[anyEnd, -1]]);
  for (const rule of ruled.rules) {
    const sources = withinUniverse(boundsOfSources(rule.sources, virtualNetwork, knowledge), universe);
    if (isEmptyAddresses(sources.most)) continue;
    const destination = places.get(rule.destinations) ?? places.size - 1;
    places.set(rule.destinations, destination);
    rules.push({ rule, sources, destination });
  }
  const destinations = [...places.keys()].slice(1).map((end) => namedAddresses(end, virtualNetwork, knowledge));
  return { rules, destinations };
}

/** What the reading of rules depends on, beyond their own words; who is in an application security group, the destination says. */
interface Terms {
  readonly tags: readonly string[];
  readonly groups: readonly string[];
}

function termsOf(ruled: Ruled): Terms {
  const tags = new Set<string>();
  const groups = new Set<string>();
  for (const { sources, destinations } of ruled.rules) {
    for (const tag of sources.tags) tags.add(tag);
    for (const tag of destinations.tags) tags.add(tag);
    for (const group of sources.groups) groups.add(group);
    for (const group of destinations.groups) if (isNetworkGroup(group)) groups.add(group);
  }
  return { tags: [...tags], groups: [...groups] };
}

function meaningOf({ tags, groups }: Terms, index: number, virtualNetwork: AddressSet, knowledge: Knowledge): AddressSet | null {
  const tag = tags[index];
  return tag === undefined ? knowledge.membersOf(groups[index - tags.length] ?? '') : addressesOfTag(tag, virtualNetwork, knowledge);
}
