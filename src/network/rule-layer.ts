import { type AddressSet, isEmptyAddresses, isSameAddresses, subtractAddresses } from './address-set.ts';
import { portBandsOf } from './port-bands.ts';
import { everyPort, isSamePorts, type PortSet } from './port-set.ts';
import { everyProtocol, type ProtocolBits } from './protocols.ts';
import type { Bounds } from './rule-matching.ts';
import type { RuleAccess, SecurityRule } from './security-rules.ts';

/** A rule as it stands before one destination, and to the sources that interest. */
export interface StandingRule {
  readonly rule: SecurityRule;
  readonly sources: Bounds;
}

/** What one rule lets on. Parts of one layer never overlap. */
export interface LayerPart {
  readonly protocols: ProtocolBits;
  readonly ports: PortSet;
  readonly sourcePorts: PortSet;
  readonly sources: AddressSet;
  /** Null: no rule matched, which only admin rules let on. */
  readonly rule: SecurityRule | null;
}

/** `least`: what is surely let on, whatever the truth is about what cannot be known. `most`: what may be. */
export type Bound = 'least' | 'most';

/** What lets on: accesses, and whether that does which no rule matches. */
export interface Letting {
  readonly accesses: readonly RuleAccess[];
  readonly rest: boolean;
}

/** First match, by protocol, source port, port and source. */
export function partsLetOn(rules: readonly StandingRule[], bound: Bound, universe: AddressSet, letting: Letting): readonly LayerPart[] {
  const settled = rules.map((rule) => settle(rule, bound, letting)).filter(({ sources }) => !isEmptyAddresses(sources));
  const parts = classesOf(settled).flatMap(({ protocols, rules: asked }) =>
    sourcePortClassesOf(asked).flatMap(({ sourcePorts, rules: left }) =>
      partsOfClass(left, universe, letting.rest).map((part) => ({ ...part, protocols, sourcePorts })),
    ),
  );
  return mergeProtocols(parts);
}

interface SettledRule {
  readonly rule: SecurityRule;
  readonly lets: boolean;
  readonly sources: AddressSet;
}

/** For the least, what lets on holds where it surely does and what denies wherever it may; for the most, the reverse. */
function settle({ rule, sources }: StandingRule, bound: Bound, { accesses }: Letting): SettledRule {
  const lets = rule.access === 'unknown' ? bound === 'most' : accesses.includes(rule.access);
  return { rule, lets, sources: lets === (bound === 'most') ? sources.most : sources.least };
}

/** Protocols to which the same rules apply. */
function classesOf(rules: readonly SettledRule[]): readonly { readonly protocols: ProtocolBits; readonly rules: readonly SettledRule[] }[] {
  const masks = [...new Set(rules.map(({ rule }) => rule.protocols))];
  const classes = new Map<string, ProtocolBits>();
  for (let bit = 1; bit <= everyProtocol; bit *= 2) {
    const key = masks.filter((mask) => (mask & bit) !== 0).join();
    classes.set(key, (classes.get(key) ?? 0) | bit);
  }
  return [...classes.values()].map((protocols) => ({
    protocols,
    rules: rules.filter(({ rule }) => (rule.protocols & protocols) !== 0),
  }));
}

/** Source ports for which the same rules apply: nearly always all of them. */
function sourcePortClassesOf(
  rules: readonly SettledRule[],
): readonly { readonly sourcePorts: PortSet; readonly rules: readonly SettledRule[] }[] {
  if (rules.every(({ rule }) => rule.sourcePorts === everyPort)) return [{ sourcePorts: everyPort, rules }];
  const classes = new Map<string, number[]>();
  for (const { first, last, active } of portBandsOf([everyPort, ...rules.map(({ rule }) => rule.sourcePorts)])) {
    const key = active.join();
    const ports = classes.get(key) ?? [];
    addBand(ports, first, last);
    classes.set(key, ports);
  }
  return [...classes].map(([key, sourcePorts]) => ({
    sourcePorts,
    rules: key.split(',').flatMap((position) => rules[Number(position) - 1] ?? []),
  }));
}

type Part = Pick<LayerPart, 'rule' | 'ports' | 'sources'>;

interface GrowingPart {
  readonly rule: SecurityRule | null;
  readonly sources: AddressSet;
  readonly ports: number[];
}

/** Walks the bands of ports; the parts of one rule and the same sources are one. */
function partsOfClass(rules: readonly SettledRule[], universe: AddressSet, letsRest: boolean): readonly Part[] {
  const growing = new Map<SecurityRule | null, GrowingPart[]>();
  const known = new Map<string, readonly Share[]>();
  const sets = rules.map(({ rule }) => rule.ports);
  for (const { first, last, active } of portBandsOf(letsRest ? [...sets, everyPort] : sets)) {
    const key = active.join();
    const shares = known.get(key) ?? sharesOf(rules, active, universe, letsRest);
    known.set(key, shares);
    for (const share of shares) growPart(growing, share, first, last);
  }
  return [...growing.values()].flat();
}

interface Share {
  readonly rule: SecurityRule | null;
  readonly sources: AddressSet;
}

/**
 * Who is let on by which rule, where these rules are asked in this order. Takes from each what earlier ones have, instead of keeping what is left of
 * everybody, which would be thousands of intervals behind each service tag.
 */
function sharesOf(rules: readonly SettledRule[], active: readonly number[], universe: AddressSet, letsRest: boolean): readonly Share[] {
  const shares: Share[] = [];
  const earlier: AddressSet[] = [];
  for (const position of active) {
    const asked = rules[position];
    if (asked === undefined) continue;
    if (asked.lets) addShare(shares, asked.rule, asked.sources, earlier);
    if (asked.sources === universe) return shares;
    earlier.push(asked.sources);
  }
  if (letsRest) addShare(shares, null, universe, earlier);
  return shares;
}

function addShare(shares: Share[], rule: SecurityRule | null, sources: AddressSet, earlier: readonly AddressSet[]): void {
  let left = sources;
  for (const taken of earlier) {
    left = subtractAddresses(left, taken);
    if (isEmptyAddresses(left)) return;
  }
  shares.push({ rule, sources: left });
}

function growPart(growing: Map<SecurityRule | null, GrowingPart[]>, { rule, sources }: Share, first: number, last: number): void {
  const parts = growing.get(rule);
  const same = parts?.find((part) => isSameAddresses(part.sources, sources));
  if (same !== undefined) addBand(same.ports, first, last);
  else if (parts === undefined) growing.set(rule, [{ rule, sources, ports: [first, last] }]);
  else parts.push({ rule, sources, ports: [first, last] });
}

/** Bands come in order. */
function addBand(ports: number[], first: number, last: number): void {
  if (ports.length > 0 && ports.at(-1) === first - 1) ports[ports.length - 1] = last;
  else ports.push(first, last);
}

/** One part where a rule lets on the same of several protocols. */
function mergeProtocols(parts: readonly LayerPart[]): readonly LayerPart[] {
  const merged = new Map<SecurityRule | null, LayerPart[]>();
  for (const part of parts) {
    const ofRule = merged.get(part.rule) ?? [];
    const position = ofRule.findIndex(
      (other) =>
        isSamePorts(other.ports, part.ports) &&
        isSamePorts(other.sourcePorts, part.sourcePorts) &&
        isSameAddresses(other.sources, part.sources),
    );
    const same = ofRule[position];
    if (same === undefined) ofRule.push(part);
    else ofRule[position] = { ...same, protocols: same.protocols | part.protocols };
    merged.set(part.rule, ofRule);
  }
  return [...merged.values()].flat();
}
