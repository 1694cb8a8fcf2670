import { noAddresses } from './address-set.ts';
import { everyPort, type PortSet, portSetOfNumber } from './port-set.ts';
import { endOfAddresses, type RuleEnd } from './rule-ends.ts';
import type { RuleAccess, SecurityRule } from './security-rules.ts';

/** Rules in order, of which one takes 50 bytes instead of 300 or more, since a large estate has a million. What does not fit, as few do, is kept as it is. */
export interface PackedRules {
  readonly count: number;
  /** How many ends there are, these (`count of pairs, first, last, ...`, or 0 for the next of `ends`), then the rules (`head, ports ..., ends`, or `unfit`). */
  readonly words: Uint32Array;
  readonly names: string;
  readonly ends: readonly RuleEnd[];
  readonly rules: readonly SecurityRule[];
}

/** In place of a head, which is the priority in 16 bits, the access in 2, the protocols in 6, and how many ranges of ports, in 8: 0 for every port. */
const unfit = 0xffff_ffff;
const accesses: readonly RuleAccess[] = ['Allow', 'Deny', 'AlwaysAllow'];
const mostRanges = 0xff;
const mostPriority = 0xfffe;
const mostEnds = 0xffff;
/** Names of Azure hold none. */
const separator = '\n';

export function packRules(rules: readonly SecurityRule[]): PackedRules {
  const words: number[] = [];
  const fit: SecurityRule[] = [];
  const kept: SecurityRule[] = [];
  const places = new Map<RuleEnd, number>();
  for (const rule of rules) {
    const isFit = doesFit(rule) && places.size + 2 <= mostEnds;
    if (isFit) packRule(words, rule, placeOf(places, rule.sources), placeOf(places, rule.destinations));
    else words.push(unfit);
    (isFit ? fit : kept).push(rule);
  }
  const ends = packEnds([...places.keys()]);
  return {
    count: rules.length,
    words: Uint32Array.from([...ends.words, ...words]),
    names: fit.map(({ name }) => name).join(separator),
    ends: ends.kept,
    rules: kept,
  };
}

function doesFit({ name, priority, access, ports, sourcePorts, unreadable }: SecurityRule): boolean {
  const isPlain = unreadable === null && sourcePorts === everyPort && accesses.includes(access) && !name.includes(separator);
  return isPlain && priority >= 0 && priority <= mostPriority && ports.length > 0 && ports.length / 2 <= mostRanges;
}

function placeOf(places: Map<RuleEnd, number>, end: RuleEnd): number {
  const place = places.get(end) ?? places.size;
  places.set(end, place);
  return place;
}

function packRule(words: number[], { priority, access, protocols, ports }: SecurityRule, source: number, destination: number): void {
  const ranges = ports === everyPort ? 0 : ports.length / 2;
  words.push(pairOf(priority, (accesses.indexOf(access) << 14) | (protocols << 8) | ranges));
  for (let index = 1; index < 2 * ranges; index += 2) words.push(pairOf(ports[index - 1] ?? 0, ports[index] ?? 0));
  words.push(pairOf(source, destination));
}

function pairOf(high: number, low: number): number {
  return ((high << 16) | low) >>> 0;
}

function packEnds(ends: readonly RuleEnd[]): { readonly words: readonly number[]; readonly kept: readonly RuleEnd[] } {
  const words = [ends.length];
  const kept: RuleEnd[] = [];
  for (const end of ends) {
    const { addresses, tags, groups } = end;
    const isPlain = tags.length + groups.length === 0 && addresses.v6 === noAddresses.v6 && addresses.v4.length > 0;
    words.push(isPlain ? addresses.v4.length / 2 : 0);
    if (isPlain) for (const border of addresses.v4) words.push(border);
    else kept.push(end);
  }
  return { words, kept };
}

/** What was packed. Where rules had the same end, they have the same again. */
export function unpackRules({ count, words, names, ends: kept, rules: unfitRules }: PackedRules): readonly SecurityRule[] {
  const next = readerOf(words);
  const nextName = readerOf(names.split(separator));
  const nextUnfit = readerOf(unfitRules);
  const ends = unpackEnds(next, kept);
  const rules: SecurityRule[] = [];
  for (let index = 0; index < count; index += 1) {
    const head = next();
    rules.push(head === unfit ? nextUnfit() : unpackRule(nextName(), head, next, ends));
  }
  return rules;
}

type Next<Item> = () => Item;

function readerOf<Item>(items: { readonly [index: number]: Item }): Next<Item> {
  let at = 0;
  return () => {
    const item = items[at];
    if (item === undefined) throw new RangeError('packed rules end before their count');
    at += 1;
    return item;
  };
}

function unpackRule(name: string, head: number, next: Next<number>, ends: readonly RuleEnd[]): SecurityRule {
  const ports = unpackPorts(next, head & mostRanges);
  const places = next();
  const [sources, destinations] = [ends[places >>> 16], ends[places & mostEnds]];
  const access = accesses[(head >>> 14) & 3];
  if (sources === undefined || destinations === undefined || access === undefined) throw new RangeError('packed rules name no such end');
  return {
    name,
    priority: head >>> 16,
    access,
    protocols: (head >>> 8) & 63,
    ports,
    sourcePorts: everyPort,
    sources,
    destinations,
    unreadable: null,
  };
}

function unpackPorts(next: Next<number>, ranges: number): PortSet {
  if (ranges === 0) return everyPort;
  const pair = next();
  const [first, last] = [pair >>> 16, pair & 0xffff];
  if (ranges === 1) return first === last ? portSetOfNumber(first) : [first, last];
  const ports = [first, last];
  for (let left = ranges - 1; left > 0; left -= 1) {
    const more = next();
    ports.push(more >>> 16, more & 0xffff);
  }
  return ports;
}

function unpackEnds(next: Next<number>, kept: readonly RuleEnd[]): readonly RuleEnd[] {
  const nextKept = readerOf(kept);
  const ends: RuleEnd[] = [];
  for (let left = next(); left > 0; left -= 1) {
    const pairs = next();
    ends.push(pairs === 0 ? nextKept() : endOfAddresses({ v4: unpackBorders(next, 2 * pairs), v6: noAddresses.v6 }));
  }
  return ends;
}

/** As a literal where it can be, since a list that grows takes room for seventeen values. */
function unpackBorders(next: Next<number>, count: number): readonly number[] {
  if (count === 2) return [next(), next()];
  const borders: number[] = [];
  for (let left = count; left > 0; left -= 1) borders.push(next());
  return borders;
}
