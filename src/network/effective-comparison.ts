import type { EffectiveRules } from '../domain/effective-rules.ts';
import type { Json } from '../domain/json.ts';
import { type AddressSet, addressSetOf, noAddresses, publicAddresses, uniteAddresses } from './address-set.ts';
import { describeAddresses } from './describe-addresses.ts';
import { type Inbound, inboundOf, type Layers } from './inbound.ts';
import { describeRule, type Passage, subtractPassages } from './passages.ts';
import { describePorts } from './port-set.ts';
import { platformTags, type RuleEnd } from './rule-ends.ts';
import { type RuleReading, readEnd, readList, readPorts, readPriority, readProtocol, readWord } from './rule-fields.ts';
import type { Destination, Knowledge } from './rule-matching.ts';
import { readSecurityGroup, type SecurityGroup, type SecurityRule } from './security-rules.ts';

/** Our own reading, of one IP configuration of the interface. */
export interface OwnReading {
  readonly layers: Pick<Layers, 'subnet' | 'networkInterface'>;
  readonly destination: Destination;
}

/** Azure writes anybody as `0.0.0.0/0`, so of IPv6 its answer says nothing. */
const compared: AddressSet = { v4: publicAddresses.v4, v6: noAddresses.v6 };

/**
 * Whether what Azure says of the groups of an interface lets in exactly what our own reading of the same groups lets in, from public IPv4 addresses to
 * every port. Null: it does, or there is nothing to compare: the groups are others now, or what Azure says cannot be read. Else what differs, for people.
 *
 * Not compared, since it may have changed since without the groups: what a service tag or an application security group stands for (tag is compared
 * with tag), who belongs to which group, and the rules of network managers.
 */
export function compareEffective(fact: EffectiveRules, own: readonly OwnReading[], knowledge: Knowledge): string | null {
  const groups = own.flatMap(({ layers }) => [layers.subnet, layers.networkInterface]).filter((group) => group !== null);
  if (groups.length === 0 && fact.effective.length === 0) return null;
  const known = groups.filter((group) => group !== 'unknown');
  if (known.length < groups.length || !isAboutThese(fact, known)) return null;
  const read = new Map<string, SecurityGroup>();
  for (const group of known) {
    const said = readEffectiveGroup(fact.effective, group);
    if (said === null) return null;
    read.set(group.id, said);
  }
  const saidOf = (group: SecurityGroup | null | 'unknown') =>
    group === null || group === 'unknown' ? group : (read.get(group.id) ?? 'unknown');
  for (const { layers, destination } of own) {
    const ours = inboundOf({ ...layers, admin: null }, destination, compared, knowledge);
    const saidLayers = { admin: null, subnet: saidOf(layers.subnet), networkInterface: saidOf(layers.networkInterface) };
    const difference = describeDifference(inboundOf(saidLayers, destination, compared, knowledge), ours);
    if (difference !== null) return difference;
  }
  return null;
}

/** The fact as it is kept; null where it is none. */
export function readEffectiveRules(fact: Json): EffectiveRules | null {
  const { effective, groups } = isObject(fact) ? fact : {};
  return Array.isArray(effective) && Array.isArray(groups) ? { effective, groups } : null;
}

/** The groups that it names are these, and their rows say what ours say. */
function isAboutThese(fact: EffectiveRules, groups: readonly SecurityGroup[]): boolean {
  const named = new Set(fact.effective.flatMap((element) => groupIdOf(element) ?? []));
  if (named.size !== new Set(groups.map(({ id }) => id)).size) return false;
  const rows = fact.groups.map(readSecurityGroup).flatMap((group) => ('malformed' in group ? [] : [group]));
  return groups.every((group) => named.has(group.id) && rows.some(({ id, rules }) => id === group.id && isSameRules(rules, group.rules)));
}

function isSameRules(left: readonly SecurityRule[], right: readonly SecurityRule[]): boolean {
  return textOf(left) === textOf(right);
}

function textOf(rules: readonly SecurityRule[]): string {
  return JSON.stringify(rules, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** Lower case; null of what has none, as the rules of a network manager. */
function groupIdOf(element: Json): string | null {
  const group = isObject(element) ? element['networkSecurityGroup'] : undefined;
  const id = isObject(group) ? group['id'] : undefined;
  return typeof id === 'string' && id !== '' ? id.toLowerCase() : null;
}

/** The group as Azure says it is in effect; null where that cannot be read. Where it stands on both subnet and interface, Azure says it twice. */
function readEffectiveGroup(effective: readonly Json[], own: SecurityGroup): SecurityGroup | null {
  const element = effective.find((each) => groupIdOf(each) === own.id);
  const list = isObject(element) ? element['effectiveSecurityRules'] : undefined;
  if (!Array.isArray(list)) return null;
  const rules: SecurityRule[] = [];
  for (const each of list as readonly Json[]) {
    const rule = readEffectiveRule(each, own);
    if (rule === 'unreadable') return null;
    if (rule !== null) rules.push(rule);
  }
  return { ...own, rules: rules.sort((left, right) => left.priority - right.priority) };
}

/** Null of an outbound rule. */
function readEffectiveRule(rule: Json, own: SecurityGroup): SecurityRule | null | 'unreadable' {
  if (!isObject(rule)) return 'unreadable';
  const reading: RuleReading = { fields: rule, problems: [] };
  const direction = readWord(reading, 'direction', ['Inbound', 'Outbound']);
  if (direction !== 'Inbound') return direction === null ? 'unreadable' : null;
  const priority = readPriority(reading);
  const access = readWord(reading, 'access', ['Allow', 'Deny']);
  const counterpart = own.rules.find((each) => each.priority === priority);
  const read: SecurityRule = {
    name: typeof rule['name'] === 'string' ? (rule['name'].split('/').at(-1) ?? '') : '',
    priority: priority ?? -1,
    access: access ?? 'unknown',
    protocols: readProtocol(reading),
    ports: readPorts(reading, 'destinationPortRange', 'destinationPortRanges'),
    sourcePorts: readPorts(reading, 'sourcePortRange', 'sourcePortRanges'),
    sources: readSide(reading, 'source', counterpart?.sources),
    destinations: readSide(reading, 'destination', counterpart?.destinations),
    unreadable: null,
  };
  return reading.problems.length === 0 ? read : 'unreadable';
}

/**
 * Of `VirtualNetwork`, `Internet` and `AzureLoadBalancer`, which depend on where the interface stands, what Azure says that they stand for there. Where it
 * names only the members of an application security group, the group that our rule names.
 */
function readSide(reading: RuleReading, side: 'source' | 'destination', own: RuleEnd | undefined): RuleEnd {
  const [single, list] = [`${side}AddressPrefix`, `${side}AddressPrefixes`];
  const isByGroups = (reading.fields[single] ?? '') === '' && readList({ ...reading, problems: [] }, list)?.length === 0;
  if (isByGroups && own !== undefined && own.groups.length > 0) return own;
  const expanded = readExpansion(reading, side);
  if (isByGroups && expanded !== null) return { addresses: expanded, tags: [], groups: [] };
  const end = readEnd(reading, single, list, []);
  if (expanded === null || end.tags.length === 0 || !end.tags.every((tag) => platformTags.has(tag))) return end;
  return { ...end, addresses: uniteAddresses(end.addresses, expanded), tags: [] };
}

/** Null where there is none. */
function readExpansion(reading: RuleReading, side: 'source' | 'destination'): AddressSet | null {
  const name = side === 'source' ? 'expandedSourceAddressPrefix' : 'expandedDestinationAddressPrefix';
  const prefixes = readList(reading, name) ?? [];
  if (prefixes.length === 0) return null;
  const addresses = addressSetOf(prefixes.map((prefix) => (typeof prefix === 'string' ? prefix : '')));
  if (addresses === null) reading.problems.push(`${name} holds what is no prefix`);
  return addresses;
}

/** What one of the two surely lets in, and the other surely not. */
function describeDifference(azure: Inbound, ours: Inbound): string | null {
  const [more] = subtractPassages(azure.sure, ours.possible);
  if (more !== undefined) return `Azure ${describePassage(more)}; our own reading of the same rules does not`;
  const [less] = subtractPassages(ours.sure, azure.possible);
  return less === undefined ? null : `our own reading of the rules ${describePassage(less)}; Azure does not`;
}

const mostSourcesNamed = 6;

/** `lets 203.0.113.0/24 in to Tcp 22 by nsg-web/allow-ssh (priority 100)` */
function describePassage({ protocol, ports, sources, rules }: Passage): string {
  const named = describeAddresses(sources);
  const more = named.length - mostSourcesNamed;
  const from = `${named.slice(0, mostSourcesNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `lets ${from} in to ${protocol === 'any' ? 'any protocol' : protocol} ${describePorts(ports)} by ${rules.map(describeRule).join(', ')}`;
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
