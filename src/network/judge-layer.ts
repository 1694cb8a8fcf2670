import { type AddressSet, isEmptyAddresses, noAddresses } from './address-set.ts';
import type { Doubt, LayerVerdict, LetOn } from './layer-verdict.ts';
import { decidingRuleOf, type LayerName } from './passages.ts';
import { platformTags } from './rule-ends.ts';
import { type Bound, type Letting, partsLetOn, type StandingRule } from './rule-layer.ts';
import { type Bounds, boundsOnceCovered, coversAll, type Destination, type FamilyCoverage, type Knowledge } from './rule-matching.ts';
import { coveragesOf, type ReadRule, type Ruled, readingOf, readRules } from './rule-readings.ts';
import type { SecurityRule } from './security-rules.ts';

/** Remembered by what the verdict depends on: the objects behind the tags and groups, and how the destination is covered. */
export function judgeLayer(
  layer: LayerName,
  ruled: Ruled,
  destination: Destination,
  universe: AddressSet,
  knowledge: Knowledge,
): LayerVerdict {
  const { reading, rules } = readingOf(ruled, destination, universe, knowledge);
  const coverages = coveragesOf(reading, destination);
  const known = reading.verdicts.find(
    (one) => one.layer === layer && one.coverages.every((coverage, index) => coverage === coverages[index]),
  );
  if (known !== undefined) return known.verdict;
  const standing = standingRules(rules ?? readRules(ruled, destination, universe, knowledge).rules, coverages);
  const verdict = judgeRules(layer, ruled, standing, universe, knowledge);
  reading.verdicts = [{ layer, coverages, verdict }, ...reading.verdicts.slice(0, mostJudged - 1)];
  return verdict;
}

/** Of each reading the newest first: most interfaces behind one group are covered in one of a few ways. */
const mostJudged = 8;

function standingRules(rules: readonly ReadRule[], coverages: readonly FamilyCoverage[]): readonly StandingRule[] {
  const standing: StandingRule[] = [];
  for (const { rule, sources, destination } of rules) {
    const met = boundsWhere(rule, boundsOnceCovered(sources, coverages[destination] ?? coversAll));
    if (!isEmptyAddresses(met.most)) standing.push({ rule, sources: met });
  }
  return standing;
}

function judgeRules(
  layer: LayerName,
  ruled: Ruled,
  standing: readonly StandingRule[],
  universe: AddressSet,
  knowledge: Knowledge,
): LayerVerdict {
  const doubts: Doubt[] = [];
  for (const { rule, sources } of standing)
    if (sources.least !== sources.most)
      doubts.push({ why: describeDoubt(ruled, rule, knowledge), protocols: rule.protocols, ports: rule.ports, sources: sources.most });
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
