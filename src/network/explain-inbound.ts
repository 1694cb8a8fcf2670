import { parseAddress } from '../domain/address-range.ts';
import type { NetworkProtocol } from '../domain/exposure.ts';
import { holdsAddress } from './address-set.ts';
import { type Layers, layersOf, type NamedLayer, wherePlaced } from './inbound.ts';
import { describeDoubt } from './judge-layer.ts';
import { describeMissing } from './layer-verdict.ts';
import { type DecidingRule, decidingRuleOf, decidingWithoutRule } from './passages.ts';
import { everyPort, holdsPort } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';
import { boundsOfSources, coverageOf, type Destination, type Knowledge } from './rule-matching.ts';
import type { SecurityRule } from './security-rules.ts';

export interface Packet {
  /** An address. */
  readonly source: string;
  /** Absent: the sender chooses it. */
  readonly sourcePort?: number;
  /** `any`: one of which nothing is known. */
  readonly protocol: NetworkProtocol;
  readonly port: number;
}

export interface InboundExplanation {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  /** Of each layer that was asked, outermost first, the last one being that which ended it: the rule that decided, or the first that may have. */
  readonly rules: readonly DecidingRule[];
  /** What is missing, where the verdict is unknown. */
  readonly why: readonly string[];
}

/** Asks rule by rule, as a person would. Null where the source is no address. */
export function explainInbound(layers: Layers, destination: Destination, packet: Packet, knowledge: Knowledge): InboundExplanation | null {
  const family = parseAddress(packet.source)?.family;
  if (family === undefined) return null;
  const where = wherePlaced(destination);
  if ((family === 4 ? where.addresses.v4 : where.addresses.v6).length === 0)
    return { verdict: 'denied', rules: [], why: [`IPv${family} cannot reach an address of the other family`] };
  const asked = layersOf(layers);
  const explanations = sourcePortsToTry(asked, packet).map((sourcePort) =>
    explainPacket(asked, { ...packet, sourcePort, family }, where, knowledge),
  );
  const likeliest = (['allowed', 'unknown', 'denied'] as const).flatMap((verdict) =>
    explanations.filter((each) => each.verdict === verdict),
  );
  return likeliest[0] ?? null;
}

/** One of each stretch of source ports that the rules tell apart. */
function sourcePortsToTry(asked: readonly NamedLayer[], { sourcePort }: Packet): readonly number[] {
  if (sourcePort !== undefined) return [sourcePort];
  const rules = asked.flatMap((layer) => (layer.rules === null || layer.rules === 'unknown' ? [] : layer.rules.rules));
  const borders = rules.flatMap(({ sourcePorts }) =>
    sourcePorts === everyPort ? [] : sourcePorts.map((port, index) => port + (index % 2)),
  );
  return [...new Set([0, ...borders])].filter((port) => port <= 65_535);
}

type Probe = Required<Packet> & { readonly family: 4 | 6 };

function explainPacket(asked: readonly NamedLayer[], probe: Probe, destination: Destination, knowledge: Knowledge): InboundExplanation {
  const rules: DecidingRule[] = [];
  const why: string[] = [];
  let [mayPass, mayFail, goesOn] = [false, false, true];
  for (const layer of asked) {
    if (!goesOn) break;
    const candidates = candidatesOf(layer, probe, destination, knowledge);
    rules.push(...candidates.slice(0, 1).flatMap(({ deciding }) => deciding ?? []));
    why.push(...candidates.flatMap(({ doubt }) => doubt ?? []));
    mayPass ||= candidates.some(({ ends }) => ends.includes('through'));
    mayFail ||= candidates.some(({ ends }) => ends.includes('denied'));
    goesOn = candidates.some(({ ends }) => ends.includes('on'));
  }
  mayPass ||= goesOn;
  if (mayPass && mayFail) return { verdict: 'unknown', rules, why: [...new Set(why)] };
  return { verdict: mayPass ? 'allowed' : 'denied', rules, why: [] };
}

/** A rule that decides, or may; `doubt` says why only may. */
interface Candidate {
  readonly deciding: DecidingRule | null;
  readonly ends: readonly ('on' | 'through' | 'denied')[];
  readonly doubt: string | null;
}

/** Every rule that may match, up to the first that surely does. */
function candidatesOf(layer: NamedLayer, probe: Probe, destination: Destination, knowledge: Knowledge): readonly Candidate[] {
  const { rules: ruled } = layer;
  const isAdmin = layer.layer === 'admin';
  if (ruled === null) return [{ deciding: decidingWithoutRule(layer.layer, 'Allow'), ends: ['on'], doubt: null }];
  if (ruled === 'unknown') {
    const ends = isAdmin ? (['on', 'through', 'denied'] as const) : (['on', 'denied'] as const);
    return [{ deciding: decidingWithoutRule(layer.layer, 'unknown'), ends, doubt: describeMissing(layer.layer) }];
  }
  const candidates: Candidate[] = [];
  for (const rule of ruled.rules) {
    const match = matchRule(rule, probe, destination, knowledge);
    if (match === 'no') continue;
    const doubt = match === 'yes' ? null : describeDoubt(ruled, rule, knowledge);
    candidates.push({ deciding: decidingRuleOf(layer.layer, ruled, rule), ends: endsOf(rule, isAdmin), doubt });
    if (match === 'yes') return candidates;
  }
  // Groups deny what no rule of theirs matches, admin rules leave it to the groups.
  return [...candidates, { deciding: null, ends: [isAdmin ? 'on' : 'denied'], doubt: null }];
}

function endsOf({ access }: SecurityRule, isAdmin: boolean): Candidate['ends'] {
  if (access === 'unknown') return isAdmin ? ['on', 'through', 'denied'] : ['on', 'denied'];
  if (access === 'AlwaysAllow') return ['through'];
  return [access === 'Allow' ? 'on' : 'denied'];
}

function matchRule(rule: SecurityRule, probe: Probe, destination: Destination, knowledge: Knowledge): 'yes' | 'maybe' | 'no' {
  const bits = bitsOfProtocol(probe.protocol);
  if ((rule.protocols & bits) === 0 || !holdsPort(rule.ports, probe.port) || !holdsPort(rule.sourcePorts, probe.sourcePort)) return 'no';
  const { least, most } = boundsOfSources(rule.sources, destination.virtualNetwork, knowledge);
  const coverage = coverageOf(rule.destinations, destination, knowledge)[probe.family === 4 ? 'v4' : 'v6'];
  if (coverage === 'none' || holdsAddress(most, probe.source) !== true) return 'no';
  const isSure =
    rule.unreadable === null && coverage === 'all' && (rule.protocols & bits) === bits && holdsAddress(least, probe.source) === true;
  return isSure ? 'yes' : 'maybe';
}
