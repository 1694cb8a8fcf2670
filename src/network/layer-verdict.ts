import { type AddressSet, isEmptyAddresses, noAddresses } from './address-set.ts';
import { type DecidingRule, decidingRuleOf, decidingWithoutRule, type LayerName } from './passages.ts';
import { everyPort } from './port-set.ts';
import { everyProtocol } from './protocols.ts';
import { platformTags } from './rule-ends.ts';
import { type Bound, type LayerPart, type Letting, partsLetOn, type StandingRule } from './rule-layer.ts';
import { type Bounds, boundsOnceCovered, coversAll, type Destination, type FamilyCoverage, type Knowledge } from './rule-matching.ts';
import { coveragesOf, type Reading, type Ruled, readingOf } from './rule-readings.ts';
import type { SecurityRule } from './security-rules.ts';

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

/** What a layer without rules lets on. The same object for the same universe. */
export const passAll = rememberPlain((universe, layer) => {
  const parts = [everythingFrom(universe, decidingWithoutRule(layer, 'Allow'))];
  return { on: { least: parts, most: parts }, through: null, doubts: [] };
});

/** What a layer lets on of which nothing was seen. The same object for the same universe. */
export const knowNothing = rememberPlain((universe, layer) => {
  const doubt = { why: describeMissing(layer), protocols: everyProtocol, ports: everyPort, sources: universe };
  const on = { least: [], most: [everythingFrom(universe, decidingWithoutRule(layer, 'unknown'))] };
  return { on, through: layer === 'admin' ? on : null, doubts: [doubt] };
});

type PlainVerdict = (universe: AddressSet, layer: LayerName) => LayerVerdict;

function rememberPlain(judge: PlainVerdict): PlainVerdict {
  const verdicts = new WeakMap<AddressSet, Map<LayerName, LayerVerdict>>();
  return (universe, layer) => {
    const ofUniverse = verdicts.get(universe) ?? new Map<LayerName, LayerVerdict>();
    const verdict = ofUniverse.get(layer) ?? judge(universe, layer);
    verdicts.set(universe, ofUniverse.set(layer, verdict));
    return verdict;
  };
}

function everythingFrom(sources: AddressSet, deciding: DecidingRule): LayerPart {
  return { protocols: everyProtocol, ports: everyPort, sourcePorts: everyPort, sources, rules: [deciding], tags: [] };
}

export function describeMissing(layer: LayerName): string {
  const place = layer === 'subnet' ? 'subnet' : 'network interface';
  return layer === 'admin'
    ? 'the rules of network managers are not known'
    : `the rules of the network security group on the ${place} are not known`;
}

/** Remembered by what the verdict depends on: the objects behind the tags and groups, and how the destination is covered. */
export function judgeLayer(
  layer: LayerName,
  ruled: Ruled,
  destination: Destination,
  universe: AddressSet,
  knowledge: Knowledge,
): LayerVerdict {
  const reading = readingOf(ruled, destination, universe, knowledge);
  const coverages = coveragesOf(reading, destination);
  const ofReading = judged.get(reading) ?? [];
  const known = ofReading.find((one) => one.layer === layer && one.coverages.every((coverage, index) => coverage === coverages[index]));
  if (known !== undefined) return known.verdict;
  const verdict = judgeRules(layer, ruled, reading, coverages, knowledge);
  judged.set(reading, [{ layer, coverages, verdict }, ...ofReading.slice(0, mostJudged - 1)]);
  return verdict;
}

interface Judged {
  readonly layer: LayerName;
  readonly coverages: readonly FamilyCoverage[];
  readonly verdict: LayerVerdict;
}

/** Of each reading the newest first: most interfaces behind one group are covered in one of a few ways. */
const judged = new WeakMap<Reading, readonly Judged[]>();
const mostJudged = 8;

function judgeRules(
  layer: LayerName,
  ruled: Ruled,
  { universe, rules }: Reading,
  coverages: readonly FamilyCoverage[],
  knowledge: Knowledge,
): LayerVerdict {
  const standing: StandingRule[] = [];
  const doubts: Doubt[] = [];
  for (const { rule, sources, destination } of rules) {
    const met = boundsWhere(rule, boundsOnceCovered(sources, coverages[destination] ?? coversAll));
    if (isEmptyAddresses(met.most)) continue;
    standing.push({ rule, sources: met });
    if (met.least !== met.most)
      doubts.push({ why: describeDoubt(ruled, rule, knowledge), protocols: rule.protocols, ports: rule.ports, sources: met.most });
  }
  const letOn = (letting: Letting): LetOn => {
    const partsOf = (bound: Bound) => partsLetOn(standing, bound, universe, letting, (rule) => decidingRuleOf(layer, ruled, rule));
    const least = partsOf('least');
    return { least, most: doubts.length === 0 ? least : partsOf('most') };
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
