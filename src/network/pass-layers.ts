import { type AddressSet, intersectAddresses, isEmptyAddresses } from './address-set.ts';
import type { LayerVerdict } from './layer-verdict.ts';
import { type DecidingRule, type LayerName, type Passage, subtractPassages } from './passages.ts';
import { doMeetPorts, everyPort, intersectPorts } from './port-set.ts';
import { everyProtocol, protocolsOf } from './protocols.ts';
import type { Bound, LayerPart, Packets } from './rule-layer.ts';
import type { AdminRules, SecurityGroup, SecurityRule } from './security-rules.ts';

export interface JudgedLayer {
  readonly layer: LayerName;
  readonly rules: AdminRules | SecurityGroup | null | 'unknown';
  readonly verdict: LayerVerdict;
}

/** Packets on their way, with the rules that let them on. */
interface Chain extends Packets {
  readonly rules: readonly DecidingRule[];
  readonly tags: readonly string[];
}

/** What comes in: past every layer, or past the first that lets it through all others. */
export function passLayers(judged: readonly JudgedLayer[], bound: Bound, universe: AddressSet): readonly Passage[] {
  if (isEmptyAddresses(universe)) return [];
  const through = judged.flatMap((layer) => {
    const parts = layer.verdict.through?.[bound] ?? [];
    return passagesOf(passLayer(startOf(universe), layer, parts, universe));
  });
  const whole = passagesOf(
    judged.reduce((chains, layer) => passLayer(chains, layer, layer.verdict.on[bound], universe), startOf(universe)),
  );
  return through.length === 0 ? whole : [...through, ...subtractPassages(whole, through)];
}

function startOf(universe: AddressSet): readonly Chain[] {
  return [{ protocols: everyProtocol, ports: everyPort, sourcePorts: everyPort, sources: universe, rules: [], tags: [] }];
}

/** Of a large estate one pair in seven has packets in common (127,000 of 919,000): what is made, is made for these. */
function passLayer(chains: readonly Chain[], judged: JudgedLayer, parts: readonly LayerPart[], universe: AddressSet): readonly Chain[] {
  const passed: Chain[] = [];
  for (const chain of chains) {
    for (const part of parts) {
      const common = meet(chain, part, universe);
      if (common === null) continue;
      const deciding = decidingRuleOf(judged, part.rule);
      const rules = deciding === null ? chain.rules : [...chain.rules, deciding];
      passed.push({ ...common, rules, tags: withTags(chain.tags, part.rule) });
    }
  }
  return passed;
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

function withTags(tags: readonly string[], rule: SecurityRule | null): readonly string[] {
  const more = rule?.sources.tags ?? [];
  return more.length === 0 ? tags : [...new Set([...tags, ...more])];
}

/** Null where admin rules had nothing to say. */
export function decidingRuleOf({ layer, rules }: Omit<JudgedLayer, 'verdict'>, rule: SecurityRule | null): DecidingRule | null {
  if (rules === null || rules === 'unknown') {
    return { layer, group: null, groupName: null, rule: null, priority: null, access: rules === null ? 'Allow' : 'unknown' };
  }
  if (rule === null) return null;
  const { name, priority, access } = rule;
  return { layer, group: rules.id, groupName: 'name' in rules ? rules.name : null, rule: name, priority, access };
}

/** A sender chooses his port, so what comes in from some ports comes in; parts that differ in nothing else may then overlap. */
function passagesOf(chains: readonly Chain[]): readonly Passage[] {
  const passages = chains.flatMap(({ protocols, ports, sources, rules, tags }) =>
    protocolsOf(protocols).map((protocol) => ({ protocol, ports, sources, rules, tags })),
  );
  if (chains.every(({ sourcePorts }) => sourcePorts === everyPort)) return passages;
  const disjoint: Passage[] = [];
  for (const passage of passages) disjoint.push(...subtractPassages([passage], disjoint));
  return disjoint;
}
