import { isOneOf, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { addressSetOf, everyAddress, isWithinAddresses } from './address-set.ts';
import { isWithinPorts, portSetOf } from './port-set.ts';

type Text = string | null | undefined;
type Texts = readonly string[] | null | undefined;

/** `Alert` unless somebody chose otherwise (Azure Firewall, "threat intelligence-based filtering"). */
export function judgeThreatIntelligence(mode: Text): PropertyVerdict {
  const path = 'properties.threatIntelMode';
  return judgeProperty({ path, rule: path, isGood: isOneOf(['Alert', 'Deny'], ['Off']), byDefault: 'Alert' }, mode);
}

/** Another policy that decides here: it is a resource of its own, and judged as one where its subscription is watched. */
export function judgePolicyReference(path: string, id: string, subscriptions: readonly string[]): PropertyVerdict {
  const policy = resourceFromId(id);
  if (policy === null)
    return { rule: path, observed: `${path} is "${id}", which is no id of a resource`, status: 'unknown', reason: 'malformed' };
  const observed = `${path} is ${policy.id}`;
  if (subscriptions.includes(policy.subscription))
    return { rule: path, observed: `${observed}, which is judged by itself`, status: 'pass' };
  return { rule: path, observed: `${observed}, of a subscription that is not watched`, status: 'unknown', reason: 'unsupported' };
}

/** A network rule of a firewall or of a policy; both spell the protocols differently. */
export interface FirewallNetworkRule {
  readonly name?: Text;
  readonly sourceAddresses?: Texts;
  readonly sourceIpGroups?: Texts;
  readonly destinationAddresses?: Texts;
  readonly destinationIpGroups?: Texts;
  readonly destinationFqdns?: Texts;
  readonly destinationPorts?: Texts;
  readonly protocols?: Texts;
}

export interface FirewallRuleCollection {
  readonly name: string;
  /** `Allow`, `Deny`, `DNAT` */
  readonly action: Text;
  /** Null: the row does not hold them. */
  readonly rules: readonly FirewallNetworkRule[] | null;
}

/**
 * No rule lets everybody reach everything, whatever rules of a higher priority forbid. One verdict where there is none, else one for each. What a DNAT
 * rule lets in is for `network-exposure`.
 */
export function judgeNetworkRules(collections: readonly FirewallRuleCollection[]): readonly PropertyVerdict[] {
  const open = collections.flatMap(judgeCollection);
  if (open.length > 0) return open;
  const count = collections.reduce((sum, { rules }) => sum + (rules?.length ?? 0), 0);
  return [{ rule: networkRules, observed: `none of ${count} network rules lets everybody reach everything`, status: 'pass' }];
}

const networkRules = 'network rules';

function judgeCollection({ name, action, rules }: FirewallRuleCollection): readonly PropertyVerdict[] {
  const kind = action?.toLowerCase() ?? '';
  if (kind === 'deny' || kind === 'dnat') return [];
  if (rules === null) return [{ rule: networkRules, observed: `${name}: its rules are absent`, status: 'unknown', reason: 'malformed' }];
  return rules.flatMap((rule) => {
    const what = `${name}/${rule.name ?? 'a rule without name'}`;
    return judgeReaches(what, [...reachesOf(rule), kind === 'allow' ? 'all' : 'unreadable']);
  });
}

function judgeReaches(what: string, reaches: readonly Reach[]): readonly PropertyVerdict[] {
  const rule = networkRules;
  if (reaches.includes('some')) return [];
  if (reaches.includes('unreadable')) return [{ rule, observed: `${what}: cannot be read whole`, status: 'unknown', reason: 'malformed' }];
  if (!reaches.includes('groups')) return [{ rule, observed: `${what} lets everybody reach everything at every port`, status: 'fail' }];
  const observed = `${what} names nobody but groups of addresses at one end and everybody at the other, at every port: the addresses would be needed`;
  return [{ rule, observed, status: 'unknown', reason: 'unsupported', unrefuted: true }];
}

/** How much of what there is one part of a rule names. */
type Reach = 'all' | 'some' | 'groups' | 'unreadable';

function reachesOf(rule: FirewallNetworkRule): readonly Reach[] {
  return [
    reachOfAddresses(rule.sourceAddresses, rule.sourceIpGroups, null),
    reachOfAddresses(rule.destinationAddresses, rule.destinationIpGroups, rule.destinationFqdns),
    reachOfPorts(rule.destinationPorts),
    reachOfProtocols(rule.protocols),
  ];
}

function reachOfAddresses(addresses: Texts, groups: Texts, names: Texts): Reach {
  const [texts, domains] = [addresses ?? [], names ?? []];
  if ([...texts, ...domains].some((text) => /^(\*|any)$/i.test(text.trim()))) return 'all';
  // Service tags and names of domains are only a part of all there is.
  const ranges = texts.filter((text) => addressSetOf([text]) !== null);
  if (isWithinAddresses(everyFour, addressSetOf(ranges) ?? everyFour)) return 'all';
  if ((groups ?? []).length > 0) return 'groups';
  return texts.length + domains.length > 0 ? 'some' : 'unreadable';
}

const everyFour = { v4: everyAddress.v4, v6: [] };

function reachOfPorts(texts: Texts): Reach {
  const ports = portSetOf(texts ?? []);
  if (ports === null || ports.length === 0) return 'unreadable';
  return isWithinPorts([1, 65_535], ports) ? 'all' : 'some';
}

/** Pings alone open nothing. */
function reachOfProtocols(protocols: Texts): Reach {
  const given = (protocols ?? []).map((protocol) => protocol.toLowerCase());
  if (given.length === 0) return 'unreadable';
  return given.every((protocol) => protocol === 'icmp') ? 'some' : 'all';
}
