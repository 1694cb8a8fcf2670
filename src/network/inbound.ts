import { type AddressSet, everyAddress, intersectAddresses, isEmptyAddresses, noAddresses } from './address-set.ts';
import { judgeLayer } from './judge-layer.ts';
import { type Doubt, knowNothing, type LayerVerdict, passAll } from './layer-verdict.ts';
import { passLayers } from './pass-layers.ts';
import { type LayerName, type Passage, subtractPassages } from './passages.ts';
import { intersectPorts } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';
import type { Destination, Knowledge } from './rule-matching.ts';
import type { AdminRules, SecurityGroup } from './security-rules.ts';

/** What a packet has to pass, outermost first. Null: there is none, which lets everything on. `unknown`: there may be, and what it says was not seen. */
export interface Layers {
  readonly admin: AdminRules | null | 'unknown';
  readonly subnet: SecurityGroup | null | 'unknown';
  readonly networkInterface: SecurityGroup | null | 'unknown';
}

/** Passages of one list never overlap. */
export interface Inbound {
  /** What comes in, whatever the truth is about what cannot be known. */
  readonly sure: readonly Passage[];
  /** The same object as `sure` where all is known. */
  readonly possible: readonly Passage[];
  /** What is missing, where `possible` is more than `sure`. */
  readonly why: readonly string[];
  /** The same with the packets that it concerns: `reasonsOf` says it of one passage. */
  readonly doubts: readonly Doubt[];
}

/**
 * What comes in from the sources of `universe`: admin rules of network managers first, then the subnet's group, then the interface's. The same object
 * where the same layers let the same on.
 */
export function inboundOf(layers: Layers, destination: Destination, universe: AddressSet, knowledge: Knowledge): Inbound {
  const where = wherePlaced(destination);
  const sources = sourcesThatReach(where.addresses, universe);
  return rememberInbound(
    layersOf(layers).map(({ layer, rules }) => verdictOf(layer, rules, where, sources, knowledge)),
    sources,
  );
}

/** Why it cannot be known whether this passage of `subtractPassages(possible, sure)` is open. */
export function reasonsOf({ doubts }: Pick<Inbound, 'doubts'>, passage: Passage): readonly string[] {
  const bits = bitsOfProtocol(passage.protocol);
  const touching = doubts.filter(
    ({ protocols, ports, sources }) =>
      (protocols & bits) !== 0 &&
      intersectPorts(ports, passage.ports).length > 0 &&
      !isEmptyAddresses(intersectAddresses(sources, passage.sources)),
  );
  return [...new Set(touching.map(({ why }) => why))];
}

export interface NamedLayer {
  readonly layer: LayerName;
  readonly rules: AdminRules | SecurityGroup | null | 'unknown';
}

/** Those that are asked, in order. */
export function layersOf({ admin, subnet, networkInterface }: Layers): readonly NamedLayer[] {
  const groups = [
    { layer: 'subnet', rules: subnet },
    { layer: 'network-interface', rules: networkInterface },
  ] as const;
  return admin === null ? groups : [{ layer: 'admin', rules: admin }, ...groups];
}

/** An address that is not known may be any. */
export function wherePlaced(destination: Destination): Destination {
  return isEmptyAddresses(destination.addresses) ? { ...destination, addresses: everyAddress } : destination;
}

const restricted = new WeakMap<AddressSet, { readonly v4: AddressSet; readonly v6: AddressSet }>();

/** IPv4 reaches IPv4 only. The same object for the same universe. */
function sourcesThatReach({ v4, v6 }: AddressSet, universe: AddressSet): AddressSet {
  if (v4.length > 0 && v6.length > 0) return universe;
  const known = restricted.get(universe) ?? {
    v4: { v4: universe.v4, v6: noAddresses.v6 },
    v6: { v4: noAddresses.v4, v6: universe.v6 },
  };
  restricted.set(universe, known);
  return v4.length > 0 ? known.v4 : known.v6;
}

function verdictOf(
  layer: LayerName,
  rules: NamedLayer['rules'],
  destination: Destination,
  sources: AddressSet,
  knowledge: Knowledge,
): LayerVerdict {
  if (rules === null) return passAll(sources, layer);
  return rules === 'unknown' ? knowNothing(sources, layer) : judgeLayer(layer, rules, destination, sources, knowledge);
}

interface Combined {
  inbound: Inbound | null;
  /** With one more layer. Null until there is one: it is mostly the last. */
  next: WeakMap<LayerVerdict, Combined> | null;
}

const nothingAsked: Combined = { inbound: null, next: null };

/** By the verdicts, which are the same objects where they say the same; each is of one universe. */
function rememberInbound(verdicts: readonly LayerVerdict[], universe: AddressSet): Inbound {
  const combined = verdicts.reduce(withLayer, nothingAsked);
  combined.inbound ??= combineLayers(verdicts, universe);
  return combined.inbound;
}

function withLayer(before: Combined, verdict: LayerVerdict): Combined {
  before.next ??= new WeakMap();
  const known = before.next.get(verdict);
  if (known !== undefined) return known;
  const combined: Combined = { inbound: null, next: null };
  before.next.set(verdict, combined);
  return combined;
}

function combineLayers(verdicts: readonly LayerVerdict[], universe: AddressSet): Inbound {
  const sure = passLayers(verdicts, 'least', universe);
  if (verdicts.every(({ on }) => on.least === on.most)) return { sure, possible: sure, why: [], doubts: [] };
  const possible = passLayers(verdicts, 'most', universe);
  const open = subtractPassages(possible, sure);
  if (open.length === 0) return { sure, possible: sure, why: [], doubts: [] };
  const doubts = verdicts.flatMap(({ doubts: some }) => some);
  return { sure, possible, doubts, why: [...new Set(open.flatMap((passage) => reasonsOf({ doubts }, passage)))] };
}
