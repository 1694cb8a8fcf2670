import type { ApplicationGatewayRow } from './application-gateway-rows.ts';
import type { FirewallRow, RuleGroupRow } from './firewall-rows.ts';
import { configurationKey, type InterfaceRow } from './interface-rows.ts';
import type { LoadBalancerRow } from './load-balancer-rows.ts';
import type { NetworkRecords, NetworkType } from './network-rows.ts';
import { resourceWith } from './public-address-owner.ts';
import { parentOf } from './row-reading.ts';

/**
 * What a row says about others, as keys under which it is found from there: `<IP configuration>` (it sends traffic there, or a public address is there),
 * `<network interface>` (a machine has it), `to:10.0.0.4` (it sends traffic there), `front:10.0.0.9` (it takes traffic there and sends it on),
 * `uses:<public address>`, `holds:10.0.0.4`, `member:<application security group>`, `in-pool:<backend pool>`, `forwards-in:<network>`, `sends` (to
 * addresses), `ends:<gateway>`, `in:<network>`, `policy:<firewall policy>`, `below:<firewall policy>`, `named:<DNS name>`, `to-name:<DNS name>`. A key
 * that is an id is just that, so that none has to be made to ask for it.
 */
export function keysOfRow<Type extends NetworkType>(type: Type, record: NetworkRecords[Type]): readonly string[] {
  const keys = keysByType[type];
  return keys === undefined ? [] : [...new Set(keys(record))];
}

/**
 * What changes where rows come or go that are found by the key. Where it is of one resource it is that one, which whoever asks looks at anyway, and
 * addresses to which something is sent are taken together by 256: of 100,000 interfaces no keys have to be kept.
 */
export function inputOfKey(key: string): string {
  if (key.startsWith('/')) return resourceWith(key);
  return key.startsWith('to:') ? `by:${key.slice(0, key.lastIndexOf('.') + 1) || key}` : `by:${key}`;
}

const keysByType: { readonly [Type in NetworkType]?: (record: NetworkRecords[Type]) => readonly string[] } = {
  'microsoft.network/networkinterfaces': keysOfInterface,
  'microsoft.compute/virtualmachinescalesets': (interfaces) => interfaces.flatMap(keysOfInterface),
  'microsoft.compute/virtualmachines': (interfaces) => interfaces,
  'microsoft.network/publicipaddresses': ({ address, configuration, domainName }) => [
    ...(configuration === null ? [] : [configurationKey(configuration)]),
    ...(address === null ? [] : [`public:${normalAddress(address)}`]),
    ...(domainName === null ? [] : [`named:${domainName}`]),
  ],
  'microsoft.network/loadbalancers': keysOfLoadBalancer,
  'microsoft.network/applicationgateways': keysOfApplicationGateway,
  'microsoft.network/azurefirewalls': keysOfFirewall,
  'microsoft.network/firewallpolicies': ({ parent }) => (parent === null ? [] : [`below:${parent}`]),
  'microsoft.network/firewallpolicies/rulecollectiongroups': keysOfRuleGroup,
  'microsoft.network/bastionhosts': ({ publicAddresses }) => publicAddresses.map((id) => `uses:${id}`),
  'microsoft.network/natgateways': ({ publicAddresses }) => publicAddresses.map((id) => `uses:${id}`),
  'microsoft.network/virtualnetworkgateways': ({ networks, publicAddresses }) => [
    ...networks.map((id) => `in:${id}`),
    ...publicAddresses.map((id) => `uses:${id}`),
  ],
  'microsoft.network/connections': ({ gateways }) => gateways.map((id) => `ends:${id}`),
};

function keysOfInterface({ configurations, isForwarding }: InterfaceRow): readonly string[] {
  return configurations.flatMap(({ addresses, applicationGroups, publicAddress, pools, natRules, natPools, subnet }) => [
    ...(isForwarding && subnet !== null ? [`forwards-in:${parentOf(subnet)}`] : []),
    ...[...pools, ...natRules, ...natPools].map((id) => `in-pool:${id}`),
    ...(addresses ?? []).flatMap(singleAddresses).map((address) => `holds:${address}`),
    ...applicationGroups.map((id) => `member:${id}`),
    ...(publicAddress?.kind === 'resource' ? [`uses:${publicAddress.id}`] : []),
  ]);
}

function keysOfLoadBalancer({ frontends, rules, members }: LoadBalancerRow): readonly string[] {
  return [
    ...(members.some(({ address }) => address !== null) ? ['sends'] : []),
    ...frontKeys(frontends.values()),
    ...rules.flatMap(({ configuration }) => (configuration === null ? [] : [configurationKey(configuration)])),
    ...members.flatMap(({ configuration, address }) => [
      ...(configuration === null ? [] : [configurationKey(configuration)]),
      ...(address === null ? [] : [`to:${normalAddress(address)}`]),
    ]),
  ];
}

function frontKeys(
  frontends: Iterable<{ readonly publicAddress: string | null; readonly privateAddress: string | null }>,
): readonly string[] {
  return [...frontends].flatMap(({ publicAddress, privateAddress }) => [
    ...(publicAddress === null ? [] : [`uses:${publicAddress}`]),
    ...(privateAddress === null ? [] : [`front:${normalAddress(privateAddress)}`]),
  ]);
}

function keysOfApplicationGateway({ frontends, pools }: ApplicationGatewayRow): readonly string[] {
  return [
    ...frontKeys(frontends.values()),
    'sends',
    ...[...pools.values()].flatMap(({ addresses, configurations, names }) => [
      ...addresses.map((address) => `to:${normalAddress(address)}`),
      ...configurations.map(configurationKey),
      ...names.flatMap(nameKeys),
    ]),
  ];
}

function keysOfFirewall({ policy, privateAddresses, publicAddresses, translations }: FirewallRow): readonly string[] {
  return [
    'firewall',
    'sends',
    ...(policy === null ? [] : [`policy:${policy}`]),
    ...privateAddresses.map((address) => `firewall:${normalAddress(address)}`),
    ...publicAddresses.map((id) => `uses:${id}`),
    ...keysOfTranslations(translations),
  ];
}

function keysOfRuleGroup({ policy, translations }: RuleGroupRow): readonly string[] {
  return [`group-of:${policy}`, 'sends', ...keysOfTranslations(translations)];
}

function keysOfTranslations(translations: FirewallRow['translations']): readonly string[] {
  return translations.flatMap(({ address, domainName }) => [
    ...(address === null ? [] : [`to:${normalAddress(address)}`]),
    ...(domainName === null ? [] : nameKeys(domainName)),
  ]);
}

/** Where a name leads is known of few; of the others it may be anywhere, so they are found together. */
function nameKeys(name: string): readonly string[] {
  return [`to-name:${name}`, 'to-names'];
}

/** As addresses are compared: IPv6 is written in more than one way. */
export function normalAddress(text: string): string {
  if (!text.includes(':')) return text;
  const groups = groupsOf(text.toLowerCase());
  return groups === null ? text.toLowerCase() : groups.join(':');
}

function groupsOf(text: string): readonly string[] | null {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0 || text.includes('.')) return null;
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const all = [...first, ...(tail === undefined ? [] : zeros), ...last];
  return all.length === 8 ? all.map((group) => group.replace(/^0+(?=.)/, '')) : null;
}

/** The addresses of a small block one by one; an interface may own up to a /28. Larger ones are named by their text alone. */
export function singleAddresses(text: string): readonly string[] {
  if (!text.includes('/')) return [normalAddress(text)];
  const [network = '', length] = text.split('/');
  const parts = network.split('.').map(Number);
  const bits = length === undefined ? 32 : Number(length);
  if (length === undefined || parts.length !== 4 || !(bits >= 24 && bits <= 32)) return [normalAddress(network)];
  const size = 2 ** (32 - bits);
  const first = Math.floor((parts[3] ?? 0) / size) * size;
  const prefix = parts.slice(0, 3).join('.');
  return Array.from({ length: size }, (_, index) => `${prefix}.${first + index}`);
}
