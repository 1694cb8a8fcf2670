import { type AddressSet, isEmptyAddresses, isSameAddresses, subtractAddresses } from './address-set.ts';
import type { DecidingRule } from './passages.ts';
import { doMeetPorts, everyPort, intersectPorts, isEmptyPorts, isSamePorts, type PortSet, subtractPorts, unitePorts } from './port-set.ts';
import { everyProtocol, type ProtocolBits } from './protocols.ts';
import type { Bounds } from './rule-matching.ts';
import type { RuleAccess, SecurityRule } from './security-rules.ts';

/** A rule as it stands before one destination, and to the sources that interest. */
export interface StandingRule {
  readonly rule: SecurityRule;
  readonly sources: Bounds;
}

export interface Packets {
  readonly protocols: ProtocolBits;
  readonly ports: PortSet;
  readonly sourcePorts: PortSet;
  readonly sources: AddressSet;
}

/** What is let on, by one layer or past some of them. Parts of the same never overlap. */
export interface LayerPart extends Packets {
  /** Of each layer that let it on the rule that did: none where no rule matched, which only admin rules let on. */
  readonly rules: readonly DecidingRule[];
  /** Service tags in the sources of these rules. */
  readonly tags: readonly string[];
}

/** `least`: what is surely let on, whatever the truth is about what cannot be known. `most`: what may be. */
export type Bound = 'least' | 'most';

/** What lets on: accesses, and whether that does which no rule matches. */
export interface Letting {
  readonly accesses: readonly RuleAccess[];
  readonly rest: boolean;
}

/**
 * First match: what each rule lets on, without what earlier ones have. It takes from each what these have, instead of keeping what is left of everybody,
 * which would be thousands of intervals behind each service tag.
 */
export function partsLetOn(
  rules: readonly StandingRule[],
  bound: Bound,
  universe: AddressSet,
  letting: Letting,
  decidedBy: (rule: SecurityRule) => DecidingRule,
): readonly LayerPart[] {
  const parts: LayerPart[] = [];
  const earlier: Packets[] = [];
  for (const standing of rules) {
    const { rule } = standing;
    const lets = doesLet(rule, bound, letting);
    const sources = lets === (bound === 'most') ? standing.sources.most : standing.sources.least;
    if (isEmptyAddresses(sources)) continue;
    const { protocols, ports, sourcePorts } = rule;
    const packets: Packets = { protocols, ports, sourcePorts, sources };
    if (lets) addParts(parts, leftOf(packets, earlier), [decidedBy(rule)], rule.sources.tags);
    earlier.push(packets);
  }
  if (letting.rest) addParts(parts, leftOf(everythingFrom(universe), earlier), [], []);
  return parts;
}

function addParts(parts: LayerPart[], pieces: readonly Packets[], rules: LayerPart['rules'], tags: LayerPart['tags']): void {
  for (const { protocols, ports, sourcePorts, sources } of pieces) parts.push({ protocols, ports, sourcePorts, sources, rules, tags });
}

/** For the least, what lets on holds where it surely does and what denies wherever it may; for the most, the reverse. */
function doesLet({ access }: SecurityRule, bound: Bound, { accesses }: Letting): boolean {
  return access === 'unknown' ? bound === 'most' : accesses.includes(access);
}

function everythingFrom(sources: AddressSet): Packets {
  return { protocols: everyProtocol, ports: everyPort, sourcePorts: everyPort, sources };
}

/** Pieces that never overlap. */
function leftOf(packets: Packets, earlier: readonly Packets[]): readonly Packets[] {
  let pieces: readonly Packets[] = [packets];
  for (const taken of earlier) {
    if (pieces.length === 0) return pieces;
    if (pieces.some((piece) => doOverlap(piece, taken))) pieces = pieces.flatMap((piece) => subtractPackets(piece, taken));
  }
  return pieces.length > 1 ? joinPieces(pieces) : pieces;
}

/** Whether they may have packets in common: a first look, which most pairs do not pass. */
function doOverlap(piece: Packets, taken: Packets): boolean {
  return (piece.protocols & taken.protocols) !== 0 && doMeetPorts(piece.ports, taken.ports);
}

/** The other ports and at the common ones the other sources, the other source ports, the other protocols. */
function subtractPackets(piece: Packets, taken: Packets): readonly Packets[] {
  if (!doOverlap(piece, taken)) return [piece];
  const sources = subtractAddresses(piece.sources, taken.sources);
  const sourcePorts = intersectPorts(piece.sourcePorts, taken.sourcePorts);
  if (sources === piece.sources || isEmptyPorts(sourcePorts)) return [piece];
  const protocols = piece.protocols & taken.protocols;
  const otherPorts = subtractPorts(piece.ports, taken.ports);
  const otherSourcePorts = subtractPorts(piece.sourcePorts, taken.sourcePorts);
  const otherProtocols = piece.protocols & ~taken.protocols;
  const left: Packets[] = [];
  if (!isEmptyPorts(otherPorts)) left.push({ protocols, sourcePorts, ports: otherPorts, sources: piece.sources });
  if (!isEmptyAddresses(sources)) left.push({ protocols, sourcePorts, ports: intersectPorts(piece.ports, taken.ports), sources });
  if (!isEmptyPorts(otherSourcePorts)) left.push({ ...piece, protocols, sourcePorts: otherSourcePorts });
  if (otherProtocols !== 0) left.push({ ...piece, protocols: otherProtocols });
  return left;
}

/** Pieces that differ in one thing only are one. */
function joinPieces(pieces: readonly Packets[]): readonly Packets[] {
  const joined: Packets[] = [];
  for (const piece of pieces) {
    let whole = piece;
    for (let index = 0; index < joined.length; index += 1) {
      const other = joined[index];
      const both = other === undefined ? null : joinPackets(other, whole);
      if (both === null) continue;
      // What it is now may be joined with others before.
      joined.splice(index, 1);
      whole = both;
      index = -1;
    }
    joined.push(whole);
  }
  return joined;
}

function joinPackets(left: Packets, right: Packets): Packets | null {
  if (!isSameAddresses(left.sources, right.sources)) return null;
  const [isPorts, isSourcePorts] = [isSamePorts(left.ports, right.ports), isSamePorts(left.sourcePorts, right.sourcePorts)];
  if (isPorts && isSourcePorts) return { ...left, protocols: left.protocols | right.protocols };
  if (left.protocols !== right.protocols) return null;
  if (isSourcePorts) return { ...left, ports: unitePorts(left.ports, right.ports) };
  return isPorts ? { ...left, sourcePorts: unitePorts(left.sourcePorts, right.sourcePorts) } : null;
}
