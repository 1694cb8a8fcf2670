import type { NetworkProtocol } from '../domain/exposure.ts';
import {
  type AddressSet,
  everyAddress,
  isEmptyAddresses,
  isWithinAddresses,
  noAddresses,
  subtractAddresses,
  uniteAddresses,
} from './address-set.ts';
import type { Arrival } from './arrivals.ts';
import { type Inbound, inboundOf, type Layers, reasonsOf } from './inbound.ts';
import { describeMissing } from './layer-verdict.ts';
import { describeRule, type Passage, passagesAt, passagesFrom, subtractPassages } from './passages.ts';
import { intersectPorts, isEmptyPorts, type PortSet, subtractPorts } from './port-set.ts';
import { protocolsOf } from './protocols.ts';
import { lastNameOf } from './row-reading.ts';
import type { Destination, Knowledge } from './rule-matching.ts';

/** Something that packets stand before, and what they have to pass there. */
export interface Door {
  readonly layers: Layers;
  readonly destination: Omit<Destination, 'virtualNetwork'>;
  /** What the tag `VirtualNetwork` surely and possibly means; the same object twice where that is known. */
  readonly virtualNetwork: { readonly sure: AddressSet; readonly possible: AddressSet };
  /** False of gateways: what stands behind the group of their subnet is not ours. */
  readonly hasInterface: boolean;
  /** What counts as a stranger. */
  readonly universe: AddressSet;
  /** Why layers are `unknown`. */
  readonly layerDoubts: readonly string[];
  /** Why the tag `VirtualNetwork` is not known. */
  readonly tagDoubts: readonly string[];
}

/** A part of an arrival that comes through a door. */
export interface Passed {
  readonly protocol: NetworkProtocol;
  /** Behind the door. */
  readonly ports: PortSet;
  /** Strangers at the gate. */
  readonly strangers: AddressSet;
  /** Service tags behind which all of these strangers stand. */
  readonly tags: readonly string[];
  readonly rules: readonly string[];
}

export interface Judgement {
  readonly sure: readonly Passed[];
  /** May come through. */
  readonly unsure: readonly (Passed & { readonly why: string })[];
}

const nothing: Judgement = { sure: [], unsure: [] };

/** Where the tag is not known, each address is within it or not: what both readings let in is sure, what one lets in may come in. */
export function inboundAt({ layers, destination, virtualNetwork }: Door, sources: AddressSet, knowledge: Knowledge): Inbound {
  const { sure, possible } = virtualNetwork;
  const narrow = inboundOf(layers, { ...destination, virtualNetwork: sure }, sources, knowledge);
  if (sure === possible) return narrow;
  const wide = inboundOf(layers, { ...destination, virtualNetwork: possible }, sources, knowledge);
  return narrow === wide ? narrow : bothReadings(narrow, wide);
}

const combined = new WeakMap<Inbound, WeakMap<Inbound, Inbound>>();

function bothReadings(narrow: Inbound, wide: Inbound): Inbound {
  const known = combined.get(narrow) ?? new WeakMap<Inbound, Inbound>();
  combined.set(narrow, known);
  const before = known.get(wide);
  if (before !== undefined) return before;
  const sure = subtractPassages(narrow.sure, subtractPassages(narrow.sure, wide.sure));
  const possible = [...narrow.possible, ...subtractPassages(wide.possible, narrow.possible)];
  const isSame = subtractPassages(possible, sure).length === 0;
  const inbound: Inbound = {
    sure,
    possible: isSame ? sure : possible,
    why: [...new Set([...narrow.why, ...wide.why])],
    doubts: [...narrow.doubts, ...wide.doubts],
  };
  known.set(wide, inbound);
  return inbound;
}

/** What of an arrival comes through the door. */
export function judgeArrival(door: Door, arrival: Arrival, knowledge: Knowledge): Judgement {
  const closing = whyClosedWithoutGroup(door, arrival);
  if (closing === 'closed') return nothing;
  const isNowhere = arrival.source !== null && isEmptyAddresses(arrival.source);
  const source = isNowhere ? everyAddress : arrival.source;
  const inbound = inboundOfArrival(door, arrival, source ?? door.universe, source === null ? knowledgeOfStrangers(knowledge) : knowledge);
  const doubts = [
    ...arrival.doubts,
    ...(closing === null ? [] : [closing]),
    ...(isNowhere ? [`which addresses ${lastNameOf(arrival.gate.id)} sends from is not known`] : []),
  ];
  const possible = passagesOf(inbound.possible, arrival);
  if (possible.length === 0) return nothing;
  const sure = doubts.length > 0 ? [] : passagesOf(inbound.sure, arrival);
  const parts = source === null ? strangersThrough(arrival, sure, possible) : sentThrough(arrival, source, sure, possible);
  return {
    sure: parts.sure.map((passage) => passedOf(door, arrival, passage, knowledge)),
    unsure: parts.unsure.map((passage) => ({
      ...passedOf(door, arrival, passage, knowledge),
      ...unsureOf(door, arrival, doubts, inbound, passage, knowledge),
    })),
  };
}

const ofStrangers = new WeakMap<Knowledge, Knowledge>();

/** Members of an application security group all stand in the network itself (Azure refuses others), so that none is a stranger, whoever they are. */
function knowledgeOfStrangers(knowledge: Knowledge): Knowledge {
  const known = ofStrangers.get(knowledge) ?? {
    addressesOf: (tag: string) => knowledge.addressesOf(tag),
    membersOf: (group: string) => (group.includes('/applicationsecuritygroups/') ? noAddresses : knowledge.membersOf(group)),
  };
  ofStrangers.set(knowledge, known);
  return known;
}

/** Rules see a floating address as the destination, as the rules rely on that Kubernetes writes; what they would let in to the interface's own may come in. */
function inboundOfArrival(door: Door, { floatingTo }: Arrival, source: AddressSet, knowledge: Knowledge): Inbound {
  const own = inboundAt(door, source, knowledge);
  if (floatingTo === null) return own;
  const floating = inboundAt({ ...door, destination: { ...door.destination, addresses: floatingTo } }, source, knowledge);
  const possible = [...floating.possible, ...subtractPassages(own.possible, floating.possible)];
  return { ...floating, possible, doubts: [...floating.doubts, ...own.doubts] };
}

/** A Standard address is closed until a network security group opens it; a rule `AlwaysAllow` may do the same. */
function whyClosedWithoutGroup({ layers }: Door, { needsGroup }: Arrival): string | null {
  const groups = [layers.subnet, layers.networkInterface];
  if (needsGroup === 'no' || groups.some((group) => group !== null && group !== 'unknown')) return null;
  if (groups.includes('unknown')) return null;
  if (needsGroup === 'unknown') return 'whether it is closed without a network security group is not known, since its SKU is not';
  const mayBypass =
    layers.admin === 'unknown' || layers.admin?.rules.some(({ access }) => access === 'AlwaysAllow' || access === 'unknown');
  return mayBypass ? 'whether a rule AlwaysAllow opens a Standard address without a network security group is not known' : 'closed';
}

function passagesOf(passages: readonly Passage[], { protocols, ports }: Arrival): readonly Passage[] {
  return protocolsOf(protocols).flatMap((protocol) => passagesAt(passages, protocol, ports));
}

interface Parts {
  readonly sure: readonly Passage[];
  readonly unsure: readonly Passage[];
}

/** They come with their own addresses. */
function strangersThrough({ strangers }: Arrival, sure: readonly Passage[], possible: readonly Passage[]): Parts {
  const surely = passagesFrom(sure, strangers.sure);
  return { sure: surely, unsure: subtractPassages(passagesFrom(possible, strangers.possible), surely) };
}

/** They come with addresses of what sent them on, of which any may be used: what lets in some of these only may let them in. */
function sentThrough({ strangers, ports }: Arrival, source: AddressSet, sure: readonly Passage[], possible: readonly Passage[]): Parts {
  const surely = isEmptyAddresses(strangers.sure) ? [] : sure.flatMap((passage) => wholeOf(passage, source, ports, sure));
  const withStrangers = (passages: readonly Passage[], from: AddressSet) => passages.map((passage) => ({ ...passage, sources: from }));
  const rest = subtractAddresses(strangers.possible, strangers.sure);
  return {
    sure: withStrangers(surely, strangers.sure),
    unsure: [
      ...withStrangers(subtractPassages(possible, surely), strangers.possible),
      ...(isEmptyAddresses(rest) ? [] : withStrangers(surely, rest)),
    ].filter(({ sources }) => !isEmptyAddresses(sources)),
  };
}

/** The ports of the passage at which the whole source comes through, by this passage and others. */
function wholeOf(passage: Passage, source: AddressSet, ports: PortSet, all: readonly Passage[]): readonly Passage[] {
  const whole: Passage = { ...passage, ports, sources: source };
  const lacking = subtractPassages([whole], all).reduce((left, { ports: missing }) => subtractPorts(left, missing), passage.ports);
  return isEmptyPorts(lacking) ? [] : [{ ...passage, ports: lacking }];
}

function passedOf({ hasInterface }: Door, arrival: Arrival, passage: Passage, knowledge: Knowledge): Passed {
  const { protocol, ports, sources, rules, tags } = passage;
  return {
    protocol,
    ports,
    strangers: sources,
    tags: arrival.source === null ? coveringTags(tags, sources, knowledge) : arrival.tags,
    rules: [...arrival.rules, ...rules.filter(({ layer }) => hasInterface || layer !== 'network-interface').map(describeRule)],
  };
}

/** Tags are named only where all the sources stand behind them: who allows the tags allows the sources. */
function coveringTags(tags: readonly string[], sources: AddressSet, knowledge: Knowledge): readonly string[] {
  const sets = tags.filter((tag) => !platformTags.has(tag)).map((tag) => knowledge.addressesOf(tag));
  const covered = sets.reduce<AddressSet | null>((all, set) => (set === null ? all : all === null ? set : uniteAddresses(all, set)), null);
  return covered !== null && isWithinAddresses(sources, covered) ? tags.filter((tag) => !platformTags.has(tag)) : [];
}

const platformTags: ReadonlySet<string> = new Set(['Internet', 'VirtualNetwork', 'AzureLoadBalancer']);

function unsureOf(
  door: Door,
  arrival: Arrival,
  doubts: readonly string[],
  inbound: Inbound,
  passage: Passage,
  knowledge: Knowledge,
): { readonly why: string; readonly tags: readonly string[] } {
  const reasons = reasonsOf(inbound, passage);
  const [missing, others] = [reasons.filter((reason) => missingLayers.has(reason)), reasons.filter((reason) => !missingLayers.has(reason))];
  const isByTag = reasons.length === 0 && door.virtualNetwork.sure !== door.virtualNetwork.possible;
  const isByFloating = arrival.floatingTo !== null && doubts.length + reasons.length === 0 && !isByTag;
  const isByPart = arrival.source !== null && doubts.length + reasons.length === 0 && !isByTag && !isByFloating;
  const why = [
    ...doubts,
    ...(missing.length > 0 && door.layerDoubts.length > 0 ? door.layerDoubts : missing),
    ...(isByTag ? door.tagDoubts : []),
    ...others,
    ...(isByFloating
      ? ['whether rules for its own address hold for what keeps the address of the frontend (floating IP) is not known']
      : []),
    ...(isByPart ? [`not all addresses that ${lastNameOf(arrival.gate.id)} may send from are let in`] : []),
  ];
  const unknownTags = passage.tags.filter((tag) => !platformTags.has(tag) && knowledge.addressesOf(tag) === null);
  const isOnlyTags = doubts.length + missing.length === 0 && others.length > 0 && others.every(isAboutTags);
  return { why: [...new Set(why)].join('; '), tags: isOnlyTags && arrival.source === null ? unknownTags : [] };
}

const missingLayers: ReadonlySet<string> = new Set((['admin', 'subnet', 'network-interface'] as const).map(describeMissing));

function isAboutTags(reason: string): boolean {
  return reason.startsWith('the addresses of the service tag ');
}

/** What is open at the door to strangers by a rule, whether or not a way leads there. */
export function openToStrangers(door: Door, arrivals: readonly Arrival[], knowledge: Knowledge): readonly Passage[] {
  const byRule = openByRule(inboundAt(door, door.universe, knowledgeOfStrangers(knowledge)));
  const direct = arrivals.filter(({ source }) => source === null);
  if (byRule.length === 0 || direct.length === 0) return byRule;
  const covered = direct.flatMap(({ protocols, ports }) =>
    protocolsOf(protocols).map((protocol): Passage => ({ protocol, ports, sources: door.universe, rules: [], tags: [] })),
  );
  return covered.reduce<readonly Passage[]>((left, one) => subtractPassages(left, [one]), byRule);
}

const byRules = new WeakMap<Inbound, readonly Passage[]>();

/** The same list for the same object, so that what is said of it can be shared. */
function openByRule(inbound: Inbound): readonly Passage[] {
  const known = byRules.get(inbound);
  if (known !== undefined) return known;
  const byRule = inbound.sure.filter(({ rules }) => rules.some(({ rule }) => rule !== null));
  byRules.set(inbound, byRule);
  return byRule;
}

/** Ports of the entry that lead to these ports. */
export function entryPortsOf({ isSamePort, entryPorts }: Arrival, ports: PortSet): PortSet {
  return isSamePort ? intersectPorts(entryPorts, ports) : entryPorts;
}
