import type { Json } from '../domain/json.ts';
import {
  addressAt,
  listAt,
  lowerTextAt,
  type Member,
  memberAt,
  type Problems,
  parentOf,
  portAt,
  propertiesOf,
  referenceAt,
  textAt,
  textsAt,
} from './row-reading.ts';

export interface FirewallRow {
  readonly id: string;
  readonly name: string;
  readonly policy: string | null;
  /** Of its own network; none in a virtual hub. */
  readonly subnets: readonly string[];
  readonly privateAddresses: readonly string[];
  /** Public address resources. */
  readonly publicAddresses: readonly string[];
  /** Of a virtual hub, which has no resources for them. */
  readonly hubPublicAddresses: readonly string[];
  readonly isInHub: boolean;
  /** Classic ones, without a policy. */
  readonly translations: readonly Translation[];
  readonly problems: readonly string[];
}

/** A DNAT rule. */
export interface Translation {
  readonly name: string;
  readonly sources: readonly string[];
  /** Ids of IP groups. */
  readonly sourceGroups: readonly string[];
  /** Public addresses of the firewall. */
  readonly destinations: readonly string[];
  readonly ports: readonly string[];
  readonly protocols: readonly string[];
  readonly address: string | null;
  readonly domainName: string | null;
  /** Null: the port that was knocked at. */
  readonly port: string | null;
}

export function readFirewall(id: string, row: Json): FirewallRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const configurations = listAt(problems, properties, 'ipConfigurations').map((item) => propertiesOf(problems, item));
  const hub = memberAt(problems, properties, 'hubIPAddresses');
  const hubAddress = textAt(problems, hub, 'privateIPAddress');
  const isInHub = (memberAt(problems, properties, 'virtualHub') ?? null) !== null || (hub ?? null) !== null;
  return {
    id,
    name: textAt(problems, row, 'name') ?? id,
    policy: referenceAt(problems, properties, 'firewallPolicy'),
    subnets: configurations.flatMap((configuration) => referenceAt(problems, configuration, 'subnet') ?? []),
    privateAddresses: [
      ...configurations.flatMap((it) => textAt(problems, it, 'privateIPAddress') ?? []),
      ...(hubAddress === null ? [] : [hubAddress]),
    ],
    publicAddresses: configurations.flatMap((it) => referenceAt(problems, it, 'publicIPAddress') ?? []),
    hubPublicAddresses: listAt(problems, hub, 'publicIPs', 'addresses').flatMap((item) => textAt(problems, item, 'address') ?? []),
    isInHub,
    translations: listAt(problems, properties, 'natRuleCollections').flatMap((item) => readClassicCollection(problems, item)),
    problems,
  };
}

/** A classic collection has its members in `properties`. */
function readClassicCollection(problems: Problems, item: Json): readonly Translation[] {
  const properties = propertiesOf(problems, item);
  if ((lowerTextAt(problems, properties, 'action', 'type') ?? 'dnat') !== 'dnat') return [];
  const collection = textAt(problems, item, 'name') ?? '';
  return listAt(problems, properties, 'rules').map((rule) => readTranslation(problems, collection, rule, 'protocols'));
}

export interface RuleGroupRow {
  readonly id: string;
  readonly policy: string;
  readonly translations: readonly Translation[];
  readonly problems: readonly string[];
}

export function readRuleGroup(id: string, row: Json): RuleGroupRow {
  const problems: Problems = [];
  const group = textAt(problems, row, 'name') ?? id;
  const translations = listAt(problems, row, 'properties', 'ruleCollections').flatMap((item) => readCollection(problems, group, item));
  return { id, policy: parentOf(id), translations, problems };
}

function readCollection(problems: Problems, group: string, item: Json): readonly Translation[] {
  if (lowerTextAt(problems, item, 'ruleCollectionType') === 'firewallpolicyfilterrulecollection') return [];
  const collection = `${group}/${textAt(problems, item, 'name') ?? ''}`;
  const rules = listAt(problems, item, 'rules').filter((rule) => (lowerTextAt(problems, rule, 'ruleType') ?? 'natrule') === 'natrule');
  return rules.map((rule) => readTranslation(problems, collection, rule, 'ipProtocols'));
}

function readTranslation(problems: Problems, collection: string, rule: Member, protocols: string): Translation {
  return {
    name: `${collection}/${textAt(problems, rule, 'name') ?? ''}`,
    sources: textsAt(problems, rule, 'sourceAddresses'),
    sourceGroups: textsAt(problems, rule, 'sourceIpGroups').map((id) => id.toLowerCase()),
    destinations: textsAt(problems, rule, 'destinationAddresses'),
    ports: textsAt(problems, rule, 'destinationPorts'),
    protocols: textsAt(problems, rule, protocols),
    address: addressAt(problems, rule, 'translatedAddress'),
    domainName: lowerTextAt(problems, rule, 'translatedFqdn'),
    port: portAt(problems, rule, 'translatedPort'),
  };
}

export interface FirewallPolicyRow {
  readonly id: string;
  /** Its rules come first. */
  readonly parent: string | null;
  /** Rule collection groups that it names. */
  readonly groups: readonly string[];
  readonly problems: readonly string[];
}

export function readFirewallPolicy(id: string, row: Json): FirewallPolicyRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const groups = listAt(problems, properties, 'ruleCollectionGroups').flatMap((item) => textAt(problems, item, 'id')?.toLowerCase() ?? []);
  return { id, parent: referenceAt(problems, properties, 'basePolicy'), groups, problems };
}

export interface IpGroupRow {
  readonly addresses: readonly string[];
  readonly problems: readonly string[];
}

export function readIpGroup(row: Json): IpGroupRow {
  const problems: Problems = [];
  return { addresses: textsAt(problems, row, 'properties', 'ipAddresses'), problems };
}
