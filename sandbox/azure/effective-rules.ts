import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { EstateResource, PretendEstate } from './estate-port.ts';
import { elementsOf, idOf, membersOf, textOf, textsOf } from './loose-json.ts';
import { bitsOfAddress } from './packet-address.ts';
import { prefixesOfTag } from './tag-prefixes.ts';

/**
 * What Azure says of the rules that are in effect at a network interface: one element for each group of each place, rules of both directions, words and
 * ports as Azure spells them there, tags and application security groups with the addresses that they stand for. Null: the interface is not attached to
 * a running machine, and Azure then refuses. Rules of network managers are left out: how Azure shows them here is not known.
 */
export function effectiveRules(networkInterface: EstateResource, estate: PretendEstate): readonly Json[] | null {
  if (!isRunning(estate.get(idOf(networkInterface.properties['virtualMachine'])))) return null;
  const subnets = [...new Set(configurationsOf(networkInterface).map(({ subnet }) => idOf(subnet)))].filter((id) => id !== '');
  const network = estate.get(subnets[0]?.split('/subnets/')[0] ?? '');
  const expand = expandOnce(network, estate);
  const answer = (group: Json | undefined, association: JsonObject): readonly Json[] => {
    const row = estate.get(idOf(group));
    if (row === undefined) return [];
    const rules = rulesOf(row).map((rule) => effectiveRule(rule, expand));
    return [{ networkSecurityGroup: { id: row.id }, association, effectiveSecurityRules: rules }];
  };
  return [
    ...subnets.flatMap((id) => {
      const subnet = subnetOf(id, network);
      return answer(membersOf(subnet['properties'])['networkSecurityGroup'], { subnet: { id: textOf(subnet['id']) ?? id } });
    }),
    ...answer(networkInterface.properties['networkSecurityGroup'], { networkInterface: { id: networkInterface.id } }),
  ];
}

/** Addresses of a tag or of an application security group, by its id; null where the word is neither. */
type Expand = (word: string) => readonly string[] | null;

/** Walks the estate once for each word. */
function expandOnce(network: EstateResource | undefined, estate: PretendEstate): Expand {
  const known = new Map<string, readonly string[] | null>();
  return (word) => {
    const found = known.get(word);
    if (found !== undefined) return found;
    const prefixes = word.startsWith('/') ? membersOfGroup(word, estate) : prefixesOfTag(word, network, estate);
    known.set(word, prefixes);
    return prefixes;
  };
}

/** A machine of which nothing is said runs. */
function isRunning(machine: EstateResource | undefined): boolean {
  if (machine === undefined) return false;
  const view = membersOf(machine.properties['instanceView']);
  const state = membersOf(membersOf(membersOf(machine.properties['extended'])['instanceView'])['powerState']);
  const codes = [state, ...elementsOf(view['statuses']).map(membersOf)].flatMap(({ code }) => textOf(code) ?? []);
  return codes.every((code) => !/^PowerState\//i.test(code) || /^PowerState\/running$/i.test(code));
}

function configurationsOf({ properties }: EstateResource): readonly JsonObject[] {
  return elementsOf(properties['ipConfigurations']).map((one) => membersOf(membersOf(one)['properties']));
}

function subnetOf(id: string, network: EstateResource | undefined): JsonObject {
  return membersOf(elementsOf(network?.properties['subnets']).find((subnet) => idOf(subnet) === id));
}

/** A rule with the part of the group's row that it stands in. */
interface PlacedRule {
  readonly name: string;
  readonly properties: JsonObject;
}

function rulesOf({ properties }: EstateResource): readonly PlacedRule[] {
  const own = elementsOf(properties['securityRules']).map(membersOf);
  return [
    ...own.map((rule) => ({ name: `securityRules/${textOf(rule['name']) ?? ''}`, properties: membersOf(rule['properties']) })),
    ...defaultRules.map(([name, direction, access, priority, source, destination]) => ({
      name: `defaultSecurityRules/${name}`,
      properties: {
        protocol: '*',
        sourcePortRange: '*',
        destinationPortRange: '*',
        sourceAddressPrefix: source,
        destinationAddressPrefix: destination,
        access,
        priority,
        direction,
      },
    })),
  ];
}

const defaultRules = [
  ['AllowVnetInBound', 'Inbound', 'Allow', 65000, 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowAzureLoadBalancerInBound', 'Inbound', 'Allow', 65001, 'AzureLoadBalancer', '*'],
  ['DenyAllInBound', 'Inbound', 'Deny', 65500, '*', '*'],
  ['AllowVnetOutBound', 'Outbound', 'Allow', 65000, 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowInternetOutBound', 'Outbound', 'Allow', 65001, '*', 'Internet'],
  ['DenyAllOutBound', 'Outbound', 'Deny', 65500, '*', '*'],
] as const;

function effectiveRule({ name, properties }: PlacedRule, expand: Expand): Json {
  return {
    name,
    protocol: properties['protocol'] === '*' ? 'All' : capitalised(properties['protocol']),
    ...singleAndList('sourcePortRange', wordsOf(properties, 'sourcePortRange').map(portRange)),
    ...singleAndList('destinationPortRange', wordsOf(properties, 'destinationPortRange').map(portRange)),
    ...addressesOf('source', properties, expand),
    ...addressesOf('destination', properties, expand),
    access: capitalised(properties['access']),
    priority: properties['priority'] ?? null,
    direction: capitalised(properties['direction']),
  };
}

function addressesOf(side: 'source' | 'destination', properties: JsonObject, expand: Expand): JsonObject {
  const words = wordsOf(properties, `${side}AddressPrefix`);
  const groups = elementsOf(properties[`${side}ApplicationSecurityGroups`]).map(idOf);
  const expanded = [...words.filter((word) => !isAddress(word)), ...groups].flatMap((word) => expand(word) ?? []);
  const name = `expanded${capitalised(side)}AddressPrefix`;
  return { ...singleAndList(`${side}AddressPrefix`, words.map(prefix)), ...(expanded.length === 0 ? {} : { [name]: expanded }) };
}

/** The list always; the single value where there is just one. */
function singleAndList(name: string, words: readonly string[]): JsonObject {
  if (words.length === 0) return {};
  return { ...(words.length === 1 ? { [name]: words[0] ?? '' } : {}), [name.endsWith('Prefix') ? `${name}es` : `${name}s`]: words };
}

function wordsOf(properties: JsonObject, name: string): readonly string[] {
  return [...textsOf([properties[name] ?? null]), ...textsOf(properties[name.endsWith('Prefix') ? `${name}es` : `${name}s`])];
}

function portRange(word: string): string {
  if (word === '*') return '0-65535';
  return word.includes('-') ? word : `${word}-${word}`;
}

function isAddress(word: string): boolean {
  return word === '*' || bitsOfAddress(word.split('/')[0] ?? '') !== null;
}

function prefix(word: string): string {
  if (word === '*') return '0.0.0.0/0';
  const bits = bitsOfAddress(word);
  return bits === null ? word : `${word}/${bits.length}`;
}

/** The addresses of the interfaces in an application security group. */
function membersOfGroup(id: string, estate: PretendEstate): readonly string[] {
  return [...estate.all()]
    .filter(({ type }) => type.toLowerCase() === 'microsoft.network/networkinterfaces')
    .flatMap(configurationsOf)
    .filter((configuration) => elementsOf(configuration['applicationSecurityGroups']).some((group) => idOf(group) === id))
    .flatMap((configuration) => textOf(configuration['privateIPAddress']) ?? [])
    .map(prefix);
}

function capitalised(value: Json | undefined): string {
  const text = textOf(value) ?? '';
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}
