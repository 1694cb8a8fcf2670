import type { NetworkProtocol } from '../domain/exposure.ts';
import { type AddressSet, intersectAddresses, isEmptyAddresses, subtractAddresses } from './address-set.ts';
import { intersectPorts, type PortSet, subtractPorts } from './port-set.ts';
import { bitsOfProtocol, protocolsOf } from './protocols.ts';
import type { AdminRules, RuleAccess, SecurityGroup, SecurityRule } from './security-rules.ts';

export type LayerName = 'admin' | 'subnet' | 'network-interface';

export interface DecidingRule {
  readonly layer: LayerName;
  /** Id of the group or of the admin rules; null: there is none, so all goes on. */
  readonly group: string | null;
  readonly groupName: string | null;
  readonly rule: string | null;
  readonly priority: number | null;
  /** `unknown`: what stands there could not be read. */
  readonly access: RuleAccess;
}

export function decidingRuleOf(
  layer: LayerName,
  rules: AdminRules | SecurityGroup,
  { name, priority, access }: SecurityRule,
): DecidingRule {
  return { layer, group: rules.id, groupName: 'name' in rules ? rules.name : null, rule: name, priority, access };
}

/** Of a layer that has no rules, or of which they were not seen. */
export function decidingWithoutRule(layer: LayerName, access: 'Allow' | 'unknown'): DecidingRule {
  return { layer, group: null, groupName: null, rule: null, priority: null, access };
}

/** Packets that come in: these protocols, to these ports, from these sources. */
export interface Passage {
  readonly protocol: NetworkProtocol;
  /** At the interface. */
  readonly ports: PortSet;
  readonly sources: AddressSet;
  /** One per layer that let it in, outermost first. Of admin rules only where one matched. */
  readonly rules: readonly DecidingRule[];
  /** Service tags in the sources of these rules. */
  readonly tags: readonly string[];
}

const layerTexts = { admin: 'network manager', subnet: 'subnet', 'network-interface': 'network interface' } as const;

/** The rule of a subnet's group decides about thousands of passages: it is put into words once. */
const texts = new WeakMap<DecidingRule, string>();

/** `nsg-web/allow-ssh (priority 100)`, `no network security group on the subnet` */
export function describeRule(deciding: DecidingRule): string {
  const known = texts.get(deciding);
  if (known !== undefined) return known;
  const text = writeRule(deciding);
  texts.set(deciding, text);
  return text;
}

function writeRule({ layer, groupName, rule, priority, access }: DecidingRule): string {
  const place = layer === 'admin' ? 'rules of the network manager' : `network security group on the ${layerTexts[layer]}`;
  if (rule === null) return access === 'unknown' ? `not known: ${place}` : `no ${place}`;
  const named = groupName === null ? rule : [groupName, rule].join('/');
  // Joined, since a text that is put together otherwise keeps its pieces.
  return priority === null || priority < 0 ? named : [named, `(priority ${priority})`].join(' ');
}

/** What of the passages is at these ports of this protocol (`any`: of each). */
export function passagesAt(passages: readonly Passage[], protocol: NetworkProtocol, ports: PortSet): readonly Passage[] {
  return passages.flatMap((passage) => {
    const common = intersectPorts(passage.ports, ports);
    if (common.length === 0) return [];
    const protocols = protocolsOf(bitsOfProtocol(passage.protocol) & bitsOfProtocol(protocol));
    return protocols.map((each) => ({ ...passage, protocol: each, ports: common }));
  });
}

/** What of the passages comes from these addresses. */
export function passagesFrom(passages: readonly Passage[], sources: AddressSet): readonly Passage[] {
  return passages.flatMap((passage) => {
    const common = intersectAddresses(passage.sources, sources);
    return isEmptyAddresses(common) ? [] : [common === passage.sources ? passage : { ...passage, sources: common }];
  });
}

/** What of `from` is not in `taken`: `subtractPassages(possible, sure)` is what cannot be known. */
export function subtractPassages(from: readonly Passage[], taken: readonly Passage[]): readonly Passage[] {
  return from.flatMap((passage) =>
    taken.reduce<readonly Passage[]>((left, away) => left.flatMap((each) => withoutPassage(each, away)), [passage]),
  );
}

/** The other protocols, the other ports, and at the common ones the other sources. */
function withoutPassage(from: Passage, taken: Passage): readonly Passage[] {
  const [bits, takenBits] = [bitsOfProtocol(from.protocol), bitsOfProtocol(taken.protocol)];
  const ports = intersectPorts(from.ports, taken.ports);
  if ((bits & takenBits) === 0 || ports.length === 0) return [from];
  const sources = subtractAddresses(from.sources, taken.sources);
  if (sources === from.sources) return [from];
  const otherPorts = subtractPorts(from.ports, taken.ports);
  const common = protocolsOf(bits & takenBits);
  return [
    ...protocolsOf(bits & ~takenBits).map((protocol) => ({ ...from, protocol })),
    ...(otherPorts.length === 0 ? [] : common.map((protocol) => ({ ...from, protocol, ports: otherPorts }))),
    ...(isEmptyAddresses(sources) ? [] : common.map((protocol) => ({ ...from, protocol, ports, sources }))),
  ];
}
