import { type AddressSet, intersectAddresses, isEmptyAddresses } from './address-set.ts';
import type { LayerVerdict } from './layer-verdict.ts';
import { type Passage, subtractPassages } from './passages.ts';
import { doMeetPorts, everyPort, intersectPorts } from './port-set.ts';
import { protocolsOf } from './protocols.ts';
import type { Bound, LayerPart, Packets } from './rule-layer.ts';

/** What comes in: past every layer, or past the first that lets it through all others. `verdicts`: of the layers, outermost first. */
export function passLayers(verdicts: readonly LayerVerdict[], bound: Bound, universe: AddressSet): readonly Passage[] {
  if (isEmptyAddresses(universe)) return [];
  const through = verdicts.flatMap((verdict) => passagesOf(verdict.through?.[bound] ?? []));
  const whole = passagesOf(verdicts.map(({ on }) => on[bound]).reduce((passed, parts) => passLayer(passed, parts, universe)));
  return through.length === 0 ? whole : [...through, ...subtractPassages(whole, through)];
}

/** Of a large estate one pair in seven has packets in common (127,000 of 919,000): what is made, is made for these. */
function passLayer(passed: readonly LayerPart[], parts: readonly LayerPart[], universe: AddressSet): readonly LayerPart[] {
  const further: LayerPart[] = [];
  for (const before of passed) {
    for (const part of parts) {
      const common = meet(before, part, universe);
      if (common !== null) further.push({ ...common, rules: [...before.rules, ...part.rules], tags: bothTags(before.tags, part.tags) });
    }
  }
  return further;
}

function meet(left: Packets, right: Packets, universe: AddressSet): Packets | null {
  const protocols = left.protocols & right.protocols;
  if (protocols === 0 || !doMeetPorts(left.ports, right.ports)) return null;
  const sourcePorts = intersectPorts(left.sourcePorts, right.sourcePorts);
  if (sourcePorts.length === 0) return null;
  const sources = commonSources(left.sources, right.sources, universe);
  return isEmptyAddresses(sources) ? null : { protocols, ports: intersectPorts(left.ports, right.ports), sourcePorts, sources };
}

/** No part holds sources beyond the universe. */
function commonSources(left: AddressSet, right: AddressSet, universe: AddressSet): AddressSet {
  if (left === universe) return right;
  return right === universe ? left : intersectAddresses(left, right);
}

function bothTags(before: readonly string[], more: readonly string[]): readonly string[] {
  if (before.length === 0) return more;
  return more.length === 0 ? before : [...new Set([...before, ...more])];
}

/** A sender chooses his port, so what comes in from some ports comes in; parts that differ in nothing else may then overlap. */
function passagesOf(parts: readonly LayerPart[]): readonly Passage[] {
  const passages = parts.flatMap(({ protocols, ports, sources, rules, tags }) =>
    protocolsOf(protocols).map((protocol) => ({ protocol, ports, sources, rules, tags })),
  );
  if (parts.every(({ sourcePorts }) => sourcePorts === everyPort)) return passages;
  const disjoint: Passage[] = [];
  for (const passage of passages) disjoint.push(...subtractPassages([passage], disjoint));
  return disjoint;
}
