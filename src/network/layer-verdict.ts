import { type AddressSet, isEmptyAddresses, noAddresses } from './address-set.ts';
import type { LayerName } from './passages.ts';
import { everyPort } from './port-set.ts';
import { everyProtocol } from './protocols.ts';
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

/** The verdicts of one group that are kept, since interfaces with the same group come one after the other. */
const mostKept = 32;

const kept = new WeakMap<Ruled, Map<string, LayerVerdict>>();

/** Remembered by what the verdict depends on: the objects behind the tags and groups, and how the destination is covered. */
export function judgeLayer(ruled: Ruled, destination: Destination, universe: AddressSet, knowledge: Knowledge): LayerVerdict {
  const terms = termsOf(ruled);
  const coverages = terms.destinations.map((end) => coverageOf(end, destination, knowledge));
  const key = keyOf(terms, coverages, destination, universe, knowledge);
  const verdicts = kept.get(ruled) ?? new Map<string, LayerVerdict>();
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = judgeRules(
    ruled,
    new Map(terms.destinations.map((end, index) => [end, coverages[index] ?? coversAll])),
    destination,
    universe,
    knowledge,
  );
  if (verdicts.size >= mostKept) verdicts.clear();
  kept.set(ruled, verdicts.set(key, verdict));
  return verdict;
}

/** What of the rules the verdict may depend on, beyond their own words. */
interface Terms {
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  /** The ends that do not stand for anybody. */
  readonly destinations: readonly RuleEnd[];
}

const termsKept = new WeakMap<Ruled, Terms>();

function termsOf(ruled: Ruled): Terms {
  const known = termsKept.get(ruled);
  if (known !== undefined) return known;
  const ends = new Set(ruled.rules.flatMap(({ sources, destinations }) => [sources, destinations]));
  const terms: Terms = {
    tags: [...new Set([...ends].flatMap(({ tags }) => tags))],
    groups: [...new Set([...ends].flatMap(({ groups }) => groups))],
    destinations: [...new Set(ruled.rules.map(({ destinations }) => destinations))].filter((end) => end !== anyEnd),
  };
  termsKept.set(ruled, terms);
  return terms;
}

function keyOf(
  { tags, groups }: Terms,
  coverages: readonly FamilyCoverage[],
  { virtualNetwork }: Destination,
  universe: AddressSet,
  knowledge: Knowledge,
): string {
  const sets = [
    universe,
    ...tags.map((tag) => addressesOfTag(tag, virtualNetwork, knowledge)),
    ...groups.map((group) => knowledge.membersOf(group)),
  ];
  return `${sets.map(identityOf).join()} ${coverages.map(({ v4, v6 }) => coverageLetters[v4] + coverageLetters[v6]).join('')}`;
}

const coverageLetters = { all: 'a', part: 'p', none: 'n' } as const;

const identities = new WeakMap<AddressSet, number>();
let lastIdentity = 0;

/** A number for the object, since equal sets come as the same object. */
function identityOf(set: AddressSet | null): number {
  if (set === null) return 0;
  const known = identities.get(set);
  if (known !== undefined) return known;
  lastIdentity += 1;
  identities.set(set, lastIdentity);
  return lastIdentity;
}

type Coverages = ReadonlyMap<RuleEnd, FamilyCoverage>;

function judgeRules(
  ruled: Ruled,
  coverages: Coverages,
  { virtualNetwork }: Destination,
  universe: AddressSet,
  knowledge: Knowledge,
): LayerVerdict {
  const standing: StandingRule[] = [];
  const doubts: Doubt[] = [];
  for (const rule of ruled.rules) {
    const coverage = coverages.get(rule.destinations) ?? coversAll;
    const meant = boundsOfSources(rule.sources, virtualNetwork, knowledge);
    const sources = boundsWhere(rule, withinUniverse(boundsOnceCovered(meant, coverage), universe));
    if (isEmptyAddresses(sources.most)) continue;
    standing.push({ rule, sources });
    if (sources.least === sources.most) continue;
    const { protocols, ports } = rule;
    doubts.push({ why: describeDoubt(ruled, rule, knowledge), protocols, ports, sources: sources.most });
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
function boundsWhere({ unreadable }: SecurityRule, { least, most }: Bounds): Bounds {
  return unreadable === null ? { least, most } : { least: noAddresses, most };
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
