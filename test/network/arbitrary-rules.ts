import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { groupIds } from './network-universe.ts';

/** Rules as ARM sends them, of few words, so that they meet, shadow and overlap often. */

const prefixes = [
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '203.0.113.0/24',
  '203.0.113.0/29',
  '203.0.113.7',
  '203.0.113.8/32',
  '198.51.100.0/24',
  '10.0.0.0/8',
  '10.0.1.0/24',
  '10.0.1.4',
  '192.168.0.0/16',
  '::/0',
  '2001:db8::/32',
  '2001:DB8:0:0::/64',
  '2001:db8::7/128',
  'fd00::/8',
  'fd00::4',
];
const tags = ['Internet', 'VirtualNetwork', 'AzureLoadBalancer', 'Storage', 'AzureCloud', 'internet', 'virtualnetwork'];
const portWords = ['22', '22-22', '20-22', '23-443', '0-21', '443', '0-65535', '65535'];
const sourcePortWords = ['53', '0-1023', '1024-65535'];

type Fields = fc.Arbitrary<JsonObject>;

/** A single value, whose list is empty, null or not there; or a list, whose single value is empty, null or not there. */
function singleOrList(one: string, many: string, single: fc.Arbitrary<string>, listed: fc.Arbitrary<string>): Fields {
  const asSingle = fc.tuple(single, fc.constantFrom<JsonObject>({ [many]: [] }, { [many]: null }, {}));
  const asList = fc.tuple(
    fc.array(listed, { minLength: 1, maxLength: 3 }),
    fc.constantFrom<JsonObject>({ [one]: '' }, { [one]: null }, {}),
  );
  return fc.oneof(
    { weight: 2, arbitrary: asSingle.map(([value, rest]) => ({ [one]: value, ...rest })) },
    { weight: 1, arbitrary: asList.map(([values, rest]) => ({ [many]: values, ...rest })) },
  );
}

function ports(side: 'source' | 'destination', words: readonly string[]): Fields {
  const single = fc.oneof({ weight: 2, arbitrary: fc.constant('*') }, { weight: 3, arbitrary: fc.constantFrom(...words) });
  return singleOrList(`${side}PortRange`, `${side}PortRanges`, single, fc.constantFrom(...words));
}

function addresses(side: 'source' | 'destination', anyWeight: number): Fields {
  const single = fc.oneof(
    { weight: anyWeight, arbitrary: fc.constant('*') },
    { weight: 4, arbitrary: fc.constantFrom(...prefixes) },
    { weight: 3, arbitrary: fc.constantFrom(...tags) },
  );
  const groups = fc
    .subarray([...groupIds, ...groupIds.map((id) => id.toUpperCase())], { minLength: 1, maxLength: 2 })
    .map((ids): JsonObject => ({ [`${side}ApplicationSecurityGroups`]: ids.map((id) => ({ id })), [`${side}AddressPrefixes`]: [] }));
  const words = singleOrList(`${side}AddressPrefix`, `${side}AddressPrefixes`, single, fc.constantFrom(...prefixes));
  return fc.oneof({ weight: 6, arbitrary: words }, { weight: 1, arbitrary: groups });
}

const access = fc.constantFrom('Allow', 'Allow', 'Deny', 'Deny', 'allow', 'DENY');
const direction = fc.constantFrom('Inbound', 'Inbound', 'Inbound', 'Inbound', 'inbound', 'Outbound');
const protocol = fc.constantFrom('Tcp', 'TCP', 'tcp', 'Udp', 'UDP', 'Icmp', 'Esp', 'Ah', '*', '*', '*');

/** Mostly any source port, since each that is not hides what else a rule does. */
const sourcePort = fc.oneof(
  { weight: 3, arbitrary: fc.constant<JsonObject>({ sourcePortRange: '*', sourcePortRanges: [] }) },
  { weight: 1, arbitrary: ports('source', sourcePortWords) },
);

export const arbitraryProperties: Fields = fc
  .tuple(
    fc.record({ access, direction, protocol }),
    sourcePort,
    ports('destination', portWords),
    addresses('source', 2),
    addresses('destination', 8),
  )
  .map((parts): JsonObject => Object.assign({}, ...parts));

/** Of one direction, ARM takes each priority once. */
export function securityRules(maxLength = 6): fc.Arbitrary<readonly Json[]> {
  const priorities = [100, 101, 200, 1000, 1001, 4096];
  return fc
    .tuple(fc.array(arbitraryProperties, { maxLength }), fc.shuffledSubarray(priorities, { minLength: maxLength, maxLength }))
    .map(([rules, order]) =>
      rules.map((properties, index) => namedRule(`rule${index}`, { ...properties, priority: order[index] ?? 4096 })),
    );
}

export function namedRule(name: string, properties: JsonObject): Json {
  return { name, properties };
}

export function group(name: string, rules: readonly Json[]): Json {
  return {
    id: `/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/${name}`,
    name,
    type: 'Microsoft.Network/networkSecurityGroups',
    properties: { securityRules: rules },
  };
}

export function arbitraryGroup(name: string): fc.Arbitrary<Json> {
  return fc.oneof(
    { weight: 5, arbitrary: securityRules().map((rules) => group(name, rules)) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function adminEnd(anyWeight: number): fc.Arbitrary<Json> {
  const item = (addressPrefix: string, addressPrefixType: string): Json => ({ addressPrefix, addressPrefixType });
  return fc.oneof(
    { weight: anyWeight, arbitrary: fc.constant([item('*', 'IPPrefix')]) },
    {
      weight: 3,
      arbitrary: fc
        .array(fc.constantFrom(...prefixes), { minLength: 1, maxLength: 2 })
        .map((words) => words.map((word) => item(word, 'IPPrefix'))),
    },
    { weight: 2, arbitrary: fc.constantFrom(...tags.slice(0, 5)).map((tag) => [item(tag, 'ServiceTag')]) },
  );
}

/** Elements of several configurations may have the same priority; `priorities` says of which they choose. */
export function adminRules(priorities: fc.Arbitrary<readonly number[]>): fc.Arbitrary<readonly Json[]> {
  const rule = fc.record({
    protocol: fc.constantFrom('Tcp', 'Udp', 'Any', 'Any', 'TCP', 'Icmp'),
    sources: adminEnd(2),
    destinations: adminEnd(6),
    sourcePortRanges: fc.constantFrom(['0-65535'], ['0-65535'], ['*'], ['0-1023'], ['53', '1024-65535']),
    destinationPortRanges: fc.constantFrom(['0-65535'], ['22'], ['22-22', '443'], ['0-21'], ['*'], ['23-443']),
    access: fc.constantFrom('Allow', 'AlwaysAllow', 'Deny', 'Deny', 'alwaysallow'),
    direction,
  });
  return fc.tuple(fc.array(rule, { maxLength: 4 }), priorities).map(([rules, order]) =>
    rules.map((properties, index) => ({
      id: `/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/networkManagers/manager/securityAdminConfigurations/one/ruleCollections/all/rules/rule${index}`,
      kind: index % 2 === 0 ? 'Custom' : 'Default',
      properties: { ...properties, priority: order[index] ?? 4096 },
    })),
  );
}

export const distinctPriorities: fc.Arbitrary<readonly number[]> = fc.shuffledSubarray([1, 2, 10, 100], { minLength: 4 });

/** Several configurations, which know nothing of one another's priorities. */
export const sharedPriorities: fc.Arbitrary<readonly number[]> = fc.array(fc.constantFrom(1, 2, 10), { minLength: 4, maxLength: 4 });
