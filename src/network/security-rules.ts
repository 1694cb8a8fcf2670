import type { Json, JsonObject } from '../domain/json.ts';
import { type PackedRules, packRules, unpackRules } from './packed-rules.ts';
import { everyPort, type PortSet } from './port-set.ts';
import { everyProtocol, type ProtocolBits } from './protocols.ts';
import { anyEnd, type RuleEnd, readGroupIds, readRuleEnd } from './rule-ends.ts';
import { type RuleReading, readEnd, readList, readPorts, readPriority, readProtocol, readWord } from './rule-fields.ts';
import { type RuleTerms, termsOfRules } from './rule-terms.ts';

/** An inbound rule. */
export interface SecurityRule {
  readonly name: string;
  /** -1: not readable. It then stands before all others. */
  readonly priority: number;
  /** `AlwaysAllow` only in admin rules. `unknown`: not readable. */
  readonly access: RuleAccess;
  readonly protocols: ProtocolBits;
  readonly ports: PortSet;
  readonly sourcePorts: PortSet;
  readonly sources: RuleEnd;
  readonly destinations: RuleEnd;
  /** What of it cannot be read, for people; it then stands for anything at those fields, and matches nothing for sure. */
  readonly unreadable: string | null;
}

export type RuleAccess = 'Allow' | 'Deny' | 'AlwaysAllow' | 'unknown';

/** The inbound rules of a network security group, defaults included, in the order in which they are asked. */
export interface SecurityGroup {
  /** Lower case. */
  readonly id: string;
  readonly name: string;
  readonly terms: RuleTerms;
  /** Made anew whenever they are asked for: a large estate has a million. */
  readonly rules: readonly SecurityRule[];
}

/** The inbound admin rules of network managers that apply to one virtual network, in order. */
export interface AdminRules {
  /** Lower case. */
  readonly id: string;
  readonly terms: RuleTerms;
  readonly rules: readonly SecurityRule[];
}

/** Microsoft Learn, "Network security groups": default security rules, which nobody can remove. */
const defaultRules: readonly SecurityRule[] = [
  defaultRule('AllowVnetInBound', 65_000, 'Allow', tagEnd('VirtualNetwork'), tagEnd('VirtualNetwork')),
  defaultRule('AllowAzureLoadBalancerInBound', 65_001, 'Allow', tagEnd('AzureLoadBalancer'), anyEnd),
  defaultRule('DenyAllInBound', 65_500, 'Deny', anyEnd, anyEnd),
];

function tagEnd(tag: string): RuleEnd {
  const end = readRuleEnd([tag], []);
  return 'unreadable' in end ? anyEnd : end;
}

function defaultRule(name: string, priority: number, access: RuleAccess, sources: RuleEnd, destinations: RuleEnd): SecurityRule {
  const all = { protocols: everyProtocol, ports: everyPort, sourcePorts: everyPort };
  return { name, priority, access, ...all, sources, destinations, unreadable: null };
}

/** Of a row `microsoft.network/networksecuritygroups`. */
export function readSecurityGroup(row: Json): SecurityGroup | { readonly malformed: string } {
  if (!isObject(row)) return { malformed: 'the network security group is no object' };
  const { id, name, properties = null } = row;
  if (typeof id !== 'string' || id === '') return { malformed: 'the network security group has no id' };
  const rules = isObject(properties) ? properties['securityRules'] : undefined;
  if (!isObject(properties) || !Array.isArray(rules)) return { malformed: `${id} says no securityRules` };
  const defaults = properties['defaultSecurityRules'] ?? [];
  if (!Array.isArray(defaults)) return { malformed: `${id}: defaultSecurityRules is no list` };
  const written = defaults.flatMap((rule: Json) => readGroupRule(rule) ?? []);
  const missing = defaultRules.filter(({ priority }) => !written.some((rule) => rule.priority === priority));
  const all = [...rules.flatMap((rule: Json) => readGroupRule(rule) ?? []), ...written, ...missing];
  return groupOf(id.toLowerCase(), typeof name === 'string' ? name : lastPartOf(id), termsOfRules(all), packRules(inOrder(all)));
}

function groupOf(id: string, name: string, terms: RuleTerms, packed: PackedRules): SecurityGroup {
  return {
    id,
    name,
    terms,
    get rules() {
      return unpackRules(packed);
    },
  };
}

/** Of a row `microsoft.network/virtualnetworks/effectivesecurityadminrules`, whose `properties.rules` are the elements as the service gives them. */
export function readAdminRules(row: Json): AdminRules | { readonly malformed: string } {
  if (!isObject(row)) return { malformed: 'the admin rules are no object' };
  const { id, properties = null } = row;
  if (typeof id !== 'string' || id === '') return { malformed: 'the admin rules have no id' };
  const elements = isObject(properties) ? properties['rules'] : undefined;
  if (!Array.isArray(elements)) return { malformed: `${id} says no rules` };
  const rules = elements.flatMap((element: Json) => readAdminRule(element) ?? []);
  const managers = new Set(elements.flatMap((element: Json) => managerOf(element) ?? []));
  const note = 'rules of more than one network manager apply here, and which come first is not said';
  return {
    id: id.toLowerCase(),
    terms: termsOfRules(rules),
    rules: inOrder(managers.size < 2 ? rules : rules.map((rule) => withDoubt(rule, note))),
  };
}

/** Null for an outbound rule. */
function readGroupRule(rule: Json): SecurityRule | null {
  return readRule(rule, ['Allow', 'Deny'], (reading, side) => {
    const groups = readList(reading, `${side}ApplicationSecurityGroups`);
    const ids = groups === null ? null : readGroupIds(groups);
    return readEnd(reading, `${side}AddressPrefix`, `${side}AddressPrefixes`, ids);
  });
}

/** Their ends are lists of `{ addressPrefix, addressPrefixType }`, of which the type may be `NetworkGroup`. */
function readAdminRule(rule: Json): SecurityRule | null {
  return readRule(rule, ['Allow', 'Deny', 'AlwaysAllow'], (reading, side) => {
    const items = readList(reading, `${side}s`) ?? [];
    const groups = items.filter((item) => isObject(item) && isSameWord(item['addressPrefixType'], 'NetworkGroup'));
    const texts = items.filter((item) => !groups.includes(item)).map((item) => (isObject(item) ? (item['addressPrefix'] ?? '') : ''));
    const ids = readGroupIds(groups.map((item) => ({ id: isObject(item) ? (item['addressPrefix'] ?? '') : '' })));
    return readEnd({ fields: { list: texts }, problems: reading.problems }, `${side}s`, 'list', ids);
  });
}

type Side = 'source' | 'destination';

function readRule(
  rule: Json,
  accesses: readonly RuleAccess[],
  readSide: (reading: RuleReading, side: Side) => RuleEnd,
): SecurityRule | null {
  const { properties = null } = isObject(rule) ? rule : {};
  const reading: RuleReading = { fields: isObject(properties) ? properties : {}, problems: [] };
  if (readWord(reading, 'direction', ['Inbound', 'Outbound']) === 'Outbound') return null;
  const [access, priority] = [readWord(reading, 'access', accesses), readPriority(reading)];
  const protocols = readProtocol(reading);
  const ports = readPorts(reading, 'destinationPortRange', 'destinationPortRanges');
  const sourcePorts = readPorts(reading, 'sourcePortRange', 'sourcePortRanges');
  const [sources, destinations] = [readSide(reading, 'source'), readSide(reading, 'destination')];
  return {
    name: nameOf(rule),
    priority: priority ?? -1,
    access: access ?? 'unknown',
    protocols,
    ports,
    sourcePorts,
    sources,
    destinations,
    unreadable: reading.problems.length === 0 ? null : reading.problems.join(', '),
  };
}

/** By priority; of equal ones, which Azure refuses, none is sure to come first where they say different things. */
function inOrder(rules: readonly SecurityRule[]): readonly SecurityRule[] {
  const sorted = [...rules].sort((left, right) => left.priority - right.priority || compareTexts(left.name, right.name));
  if (!sorted.some(({ priority }, index) => priority !== -1 && sorted[index - 1]?.priority === priority)) return sorted;
  return sorted.map((rule) => {
    const isDisputed = sorted.some((other) => other.priority === rule.priority && other.access !== rule.access);
    return isDisputed && rule.priority !== -1 ? withDoubt(rule, `another rule has the priority ${rule.priority} too`) : rule;
  });
}

/** Admin rules as they take effect have an id only. */
function nameOf(rule: Json): string {
  const { name = '', id = '' } = isObject(rule) ? rule : {};
  const text = typeof name === 'string' && name !== '' ? name : typeof id === 'string' ? lastPartOf(id) : '';
  return text === '' ? 'a rule without a name' : text;
}

function withDoubt(rule: SecurityRule, doubt: string): SecurityRule {
  return { ...rule, unreadable: rule.unreadable === null ? doubt : `${rule.unreadable}, ${doubt}` };
}

const doubted = new WeakMap<AdminRules, Map<string, AdminRules>>();

/** Rules that may be heeded or not. The same object for the same rules and reason. */
export function withDoubtOfAll(rules: AdminRules, doubt: string): AdminRules {
  const known = doubted.get(rules) ?? new Map<string, AdminRules>();
  doubted.set(rules, known);
  const all = known.get(doubt) ?? { ...rules, rules: rules.rules.map((rule) => withDoubt(rule, doubt)) };
  known.set(doubt, all);
  return all;
}

/** `.../networkmanagers/one` of the id of an admin rule; null where it names none. */
function managerOf(element: Json): string | null {
  const id = isObject(element) && typeof element['id'] === 'string' ? element['id'].toLowerCase() : '';
  return /^(.*\/networkmanagers\/[^/]+)\//.exec(id)?.[1] ?? null;
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isSameWord(value: Json | undefined, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word.toLowerCase();
}

function lastPartOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
