import { type AddressSet, isEmptyAddresses } from './address-set.ts';
import type { LayerVerdict } from './layer-verdict.ts';
import type { LayerName } from './passages.ts';
import { Recent } from './remembered.ts';
import { anyEnd, type RuleEnd } from './rule-ends.ts';
import {
  addressesOfTag,
  type Bounds,
  coverageWithin,
  type Destination,
  type FamilyCoverage,
  type Knowledge,
  type NamedAddresses,
  namedAddresses,
  sourcesWithin,
} from './rule-matching.ts';
import type { RuleTerms } from './rule-terms.ts';
import type { AdminRules, SecurityGroup, SecurityRule } from './security-rules.ts';

export type Ruled = AdminRules | SecurityGroup;

/** Rules where the tags and groups mean this. */
export interface Reading {
  readonly universe: AddressSet;
  /** Of the tags and groups, in the order of the terms: the reading holds for as long as they are these objects. */
  readonly meanings: readonly (AddressSet | null)[];
  /** The ends of its rules that do not stand for anybody. */
  readonly destinations: readonly NamedAddresses[];
  /** What it was found to say. */
  verdicts: readonly ReadVerdict[];
}

export interface ReadVerdict {
  readonly layer: LayerName;
  /** Of the destinations. */
  readonly coverages: readonly FamilyCoverage[];
  readonly verdict: LayerVerdict;
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

/** Not all are kept: those of a large estate would be a gigabyte. With 1,000 there are 18 MB more and no time is won. */
const recent = new Recent<Ruled, readonly Reading[]>(250);
const mostReadings = 4;

/**
 * The same object for as long as all that the rules refer to means the same. `rules`: those that were read for it now, null where it was known. They are
 * not kept: what lives for longer than the rules of some groups is carried out of the nursery, and these were most of it.
 */
export function readingOf(
  ruled: Ruled,
  destination: Destination,
  universe: AddressSet,
  knowledge: Knowledge,
): { readonly reading: Reading; readonly rules: readonly ReadRule[] | null } {
  const readings = recent.get(ruled) ?? [];
  const meaningAt = (index: number) => meaningOf(ruled.terms, index, destination.virtualNetwork, knowledge);
  const known = readings.find(
    (reading) => reading.universe === universe && reading.meanings.every((one, index) => one === meaningAt(index)),
  );
  if (known !== undefined) return { reading: known, rules: null };
  const meanings = Array.from({ length: ruled.terms.tags.length + ruled.terms.groups.length }, (_, index) => meaningAt(index));
  const { rules, destinations } = readRules(ruled, destination, universe, knowledge);
  const reading: Reading = { universe, meanings, destinations, verdicts: [] };
  recent.set(ruled, [reading, ...readings.slice(0, mostReadings - 1)]);
  return { reading, rules };
}

/** Without those that let nobody on and keep nobody away who is of interest. */
export function readRules(
  ruled: Ruled,
  { virtualNetwork }: Destination,
  universe: AddressSet,
  knowledge: Knowledge,
): { readonly rules: readonly ReadRule[]; readonly destinations: Reading['destinations'] } {
  const rules: ReadRule[] = [];
  const places = new Map<RuleEnd, number>([[anyEnd, -1]]);
  for (const rule of ruled.rules) {
    const sources = sourcesWithin(rule.sources, universe, virtualNetwork, knowledge);
    if (isEmptyAddresses(sources.most)) continue;
    const destination = places.get(rule.destinations) ?? places.size - 1;
    places.set(rule.destinations, destination);
    rules.push({ rule, sources, destination });
  }
  const destinations = [...places.keys()].slice(1).map((end) => namedAddresses(end, virtualNetwork, knowledge));
  return { rules, destinations };
}

function meaningOf({ tags, groups }: RuleTerms, index: number, virtualNetwork: AddressSet, knowledge: Knowledge): AddressSet | null {
  const tag = tags[index];
  return tag === undefined ? knowledge.membersOf(groups[index - tags.length] ?? '') : addressesOfTag(tag, virtualNetwork, knowledge);
}
