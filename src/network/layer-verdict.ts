import { type AddressSet, isEmptyAddresses, noAddresses } from './address-set.ts';
import { identityOf } from './identity.ts';
import type { LayerName } from './passages.ts';
import { everyPort } from './port-set.ts';
import { everyProtocol } from './protocols.ts';
import { Recent } from './remembered.ts';
import { anyEnd, platformTags, type RuleEnd } from './rule-ends.ts';
import { type LayerPart, type Letting, partsLetOn, type StandingRule } from './rule-layer.ts';
import {
  addressesOfTag,
  type Bounds,
  boundsOfSources,
  boundsOnceCovered,
  coverageOf,
  coversAll,
  type Destination,
  type FamilyCoverage,
  type Knowledge,
  withinUniverse,
} from './rule-matching.ts';
import type { AdminRules, SecurityGroup, SecurityRule } from './security-rules.ts';

/** What one layer lets on to one destination. */
export interface LayerVerdict {
  /** To the next layer. */
  readonly on: LetOn;
  /** Past all other layers, as `AlwaysAllow` does; it is within `on` too. Null: nothing. */
  readonly through: LetOn | null;
  readonly doubts: readonly Doubt[];
}

export interface LetOn {
  readonly least: readonly LayerPart[];
  /** The same object as `least` where all is known. */
  readonly most: readonly LayerPart[];
}

/** Why something of a layer is not known, and of which packets. */
export interface Doubt extends Pick<LayerPart, 'protocols' | 'ports' | 'sources'> {
  readonly why: string;
}

type Ruled = AdminRules | SecurityGroup;

const open = new WeakMap<AddressSet, LayerVerdict>();

/** What a layer without rules lets on. The same object for the same universe. */
export function passAll(universe: AddressSet): LayerVerdict {
  const known = open.get(universe);
  if (known !== undefined) return known;
  const parts = [{ protocols: everyProtocol, ports: everyPort, sourcePorts: everyPort, sources: universe, rule: null }];
  const verdict = { on: { least: parts, most: parts }, through: null, doubts: [] };
  open.set(universe, verdict);
  return verdict;
}

const blind = new WeakMap<AddressSet, Map<LayerName, LayerVerdict>>();

/** What a layer lets on of which nothing was seen. The same object for the same universe. */
export function knowNothing(universe: AddressSet, layer: LayerName): LayerVerdict {
  const ofUniverse = blind.get(universe) ?? new Map<LayerName, LayerVerdict>();
  blind.set(universe, ofUniverse);
  const known = ofUniverse.get(layer);
  if (known !== undefined) return known;
  const doubt = { why: describeMissing(layer), protocols: everyProtocol, ports: everyPort, sources: universe };
  const on = { least: [], most: passAll(universe).on.most };
  const verdict = { on, through: layer === 'admin' ? on : null, doubts: [doubt] };
  ofUniverse.set(layer, verdict);
  return verdict;
}

export function describeMissing(layer: LayerName): string {
  const place = layer === 'subnet' ? 'subnet' : 'network interface';
  return layer === 'admin'
    ? 'the rules of network managers are not known'
    : `the rules of the network security group on the ${place} are not known`;
}

/** Not all are kept: those of a large estate would be a gigabyte. */
const readings = new Recent<Ruled, readonly Reading[]>(1_000);
const mostReadings = 4;
const verdicts = new Recent<string, LayerVerdict>(2_000);

/** Remembered by what the verdict depends on: the objects behind the tags and groups, and how the destination is covered. */
export function judgeLayer(ruled: Ruled, destination: Destination, universe: AddressSet, knowledge: Knowledge): LayerVerdict {
  const reading = readingOf(ruled, destination, universe, knowledge);
  const coverages = new Map(reading.destinations.map((end) => [end, coverageOf(end, destination, knowledge)]));
  let key = `${identityOf(reading)} `;
  for (const { v4, v6 } of coverages.values()) key += coverageLetters[v4] + coverageLetters[v6];
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = judgeRules(ruled, reading, coverages);
  verdicts.set(key, verdict);
  return verdict;
}

const coverageLetters = { all: 'a', part: 'p', none: 'n' } as const;

/** Rules as they are read where the tags and groups mean this: without those that let nobody on and keep nobody away who is of interest. */
interface Reading {
  readonly universe: AddressSet;
  /** Of the tags and groups, in the order of the terms: the reading holds for as long as they are these objects. */
  readonly meanings: readonly (AddressSet | null)[];
  readonly rules: readonly StandingRule[];
  /** What is missing to know whom the rule means, if anything. */
  readonly describe: (rule: SecurityRule) => string;
  /** The ends of these rules that do not stand for anybody. */
  readonly destinations: readonly RuleEnd[];
}

function readingOf(ruled: Ruled, { virtualNetwork }: Destination, universe: AddressSet, knowledge: Knowledge): Reading {
  const terms = termsOf(ruled);
  const meaningAt = (index: number) => meaningOf(terms, index, virtualNetwork, knowledge);
  const ofRuled = readings.get(ruled) ?? [];
  const known = ofRuled.find(
    (reading) => reading.universe === universe && reading.meanings.every((meaning, index) => meaning === meaningAt(index)),
  );
  if (known !== undefined) return known;
  const rules = ruled.rules.flatMap((rule) => {
    const sources = withinUniverse(boundsOfSources(rule.sources, virtualNetwork, knowledge), universe);
    return isEmptyAddresses(sources.most) ? [] : [{ rule, sources }];
  });
  const destinations = [...new Set(rules.map(({ rule }) => rule.destinations))].filter((end) => end !== anyEnd);
  const describe = (rule: SecurityRule) => describeDoubt(ruled, rule, knowledge);
  const meanings = Array.from({ length: terms.tags.length + terms.groups.length }, (_, index) => meaningAt(index));
  const reading: Reading = { universe, meanings, rules, describe, destinations };
  readings.set(ruled, [reading, ...ofRuled.slice(0, mostReadings - 1)]);
  return reading;
}

/** What the reading of rules depends on, beyond their own words; who is in a destination group, the destination says. */
interface Terms {
  readonly tags: readonly string[];
  readonly groups: readonly string[];
}

const termsKept = new WeakMap<Ruled, Terms>();

function termsOf(ruled: Ruled): Terms {
  const known = termsKept.get(ruled);
  if (known !== undefined) return known;
  const tags = new Set<string>();
  const groups = new Set<string>();
  for (const { sources, destinations } of ruled.rules) {
    for (const tag of sources.tags) tags.add(tag);
    for (const tag of destinations.tags) tags.add(tag);
    for (const group of sources.groups) groups.add(group);
  }
  const terms: Terms = { tags: [...tags], groups: [...groups] };
  termsKept.set(ruled, terms);
  return terms;
}

function meaningOf({ tags, groups }: Terms, index: number, virtualNetwork: AddressSet, knowledge: Knowledge): AddressSet | null {
  const tag = tags[index];
  return tag === undefined ? knowledge.membersOf(groups[index - tags.length] ?? '') : addressesOfTag(tag, virtualNetwork, knowledge);
}

function judgeRules(ruled: Ruled, { universe, rules, describe }: Reading, coverages: ReadonlyMap<RuleEnd, FamilyCoverage>): LayerVerdict {
  const standing: StandingRule[] = [];
  const doubts: Doubt[] = [];
  for (const { rule, sources } of rules) {
    const met = boundsWhere(rule, boundsOnceCovered(sources, coverages.get(rule.destinations) ?? coversAll));
    if (isEmptyAddresses(met.most)) continue;
    standing.push({ rule, sources: met });
    if (met.least !== met.most) doubts.push({ why: describe(rule), protocols: rule.protocols, ports: rule.ports, sources: met.most });
  }
  const letOn = (letting: Letting): LetOn => {
    const least = partsLetOn(standing, 'least', universe, letting);
    return { least, most: doubts.length === 0 ? least : partsLetOn(standing, 'most', universe, letting) };
  };
  const isAdmin = !('name' in ruled);
  const hasThrough = isAdmin && standing.some(({ rule }) => throughAccess.accesses.includes(rule.access) || rule.access === 'unknown');
  return { on: letOn(isAdmin ? adminAccess : groupAccess), through: hasThrough ? letOn(throughAccess) : null, doubts };
}

/**
 * Admin rules have three answers, so two questions are asked, of which each has two: does it get past them, and does it get past everything. An
 * `Allow` that may or may not hold before an `AlwaysAllow` is in neither of the bounds of the second.
 */
const throughAccess: Letting = { accesses: ['AlwaysAllow'], rest: false };
const adminAccess: Letting = { accesses: ['Allow', 'AlwaysAllow'], rest: true };
const groupAccess: Letting = { accesses: ['Allow'], rest: false };

/** What cannot be read matches nothing for sure. */
function boundsWhere({ unreadable }: SecurityRule, bounds: Bounds): Bounds {
  const { most } = bounds;
  return unreadable === null ? bounds : { least: noAddresses, most };
}

/** What is missing to know whether the rule matches. */
export function describeDoubt(ruled: Ruled, { name, unreadable, sources, destinations }: SecurityRule, knowledge: Knowledge): string {
  const rule = 'name' in ruled ? `${ruled.name}/${name}` : name;
  if (unreadable !== null) return `the rule ${rule} cannot be relied on: ${unreadable}`;
  const tags = [...sources.tags, ...destinations.tags].filter((tag) => !platformTags.has(tag) && knowledge.addressesOf(tag) === null);
  if (tags.length > 0) return `the addresses of the service tag ${tags.join(', ')} are not known (rule ${rule})`;
  const groups = sources.groups.filter((group) => knowledge.membersOf(group) === null);
  if (groups.length > 0) return `the members of ${groups.join(', ')} are not known (rule ${rule})`;
  return `the rule ${rule} holds for a part of the addresses where it may be`;
}
