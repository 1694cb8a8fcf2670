import type { Variant } from './variants.ts';

/** Why a check may pass a row although a part of it is absent or cannot be read. */
export interface DocumentedPass {
  readonly check: string;
  /** Types that it holds for; `not` are those that it does not hold for. */
  readonly types: { readonly only: readonly string[] } | { readonly not: readonly string[] };
  /** Paths as `variantsOf` writes them; with `...` at the end also what is below. Of related rows with their name and a colon before it. */
  readonly paths: readonly string[];
  readonly kinds?: readonly Survivor['kind'][];
  /** Only where no more than this interpretation still passes. */
  readonly interpretation?: 'literal' | 'intent';
  readonly why: string;
  /** Not right, and known: the check has to be mended, and then this goes. */
  readonly isHole?: true;
}

const missing: readonly Survivor['kind'][] = ['absent', 'null', 'not given'];
const everyType = { not: [] } as const;
const storage = 'microsoft.storage/storageaccounts';
const cosmos = 'microsoft.documentdb/databaseaccounts';
const sqlDatabase = 'microsoft.sql/servers/databases';
const sqlInstance = 'microsoft.sql/managedinstances';
const flexibleServers = ['microsoft.dbforpostgresql/flexibleservers', 'microsoft.dbformysql/flexibleservers'];
const recoveryVault = 'microsoft.recoveryservices/vaults';
const backupVault = 'microsoft.dataprotection/backupvaults';
const sites = ['microsoft.web/sites', 'microsoft.web/sites/slots'];
const networkGateway = 'microsoft.network/virtualnetworkgateways';
const withCopies = [storage, cosmos, sqlDatabase, sqlInstance, ...flexibleServers, recoveryVault, backupVault];

/** The documented defaults, and what a check reads of other types only. Each has to explain something, or a test says so. */
export const documentedPasses: readonly DocumentedPass[] = [
  {
    check: 'access-vpn-authentication',
    types: everyType,
    paths: ['properties.gatewayType'],
    why: 'the configuration itself says how people sign in, whatever the kind of the gateway is',
  },
  {
    check: 'access-vpn-authentication',
    types: everyType,
    paths: ['properties.vpnClientConfiguration'],
    kinds: missing,
    why: 'a gateway without one lets nobody sign in (VpnClientConfiguration of Microsoft.Network)',
  },
  {
    check: 'access-vpn-authentication',
    types: everyType,
    paths: ['properties.vpnClientConfiguration.vpnClientRootCertificates'],
    kinds: missing,
    why: 'they only say how people sign in where the types of authentication do not',
  },
  {
    check: 'backup-virtual-machines',
    types: everyType,
    paths: ['items:properties.isScheduledForDeferredDelete'],
    kinds: missing,
    why: 'Azure Backup says it only of what was deleted (ProtectedItem of Microsoft.RecoveryServices)',
  },
  {
    check: 'backup-virtual-machines',
    types: everyType,
    paths: ['managedBy', 'properties', 'properties.storageProfile...'],
    interpretation: 'intent',
    why: 'they only excuse a machine from its backup, and this one has a good backup',
  },
  {
    check: 'backup-virtual-machines',
    types: everyType,
    paths: ['properties.storageProfile.imageReference...'],
    why: 'it only tells the nodes of clusters, and this machine keeps nothing anyhow',
  },
  {
    check: 'backup-virtual-machines',
    types: everyType,
    paths: ['properties.timeCreated'],
    why: 'it only gives a new machine time for its first backup',
  },
  {
    check: 'encryption-storage',
    types: everyType,
    paths: ['properties.encryption.services.blob', 'properties.encryption.services.file'],
    kinds: missing,
    why: 'services that an account does not offer are not listed; one that is listed remains',
  },
  {
    check: 'firewall-policy',
    types: { only: ['microsoft.network/applicationgateways'] },
    paths: ['properties.httpListeners...'],
    why: 'the policy or the configuration of the gateway itself holds for each listener',
  },
  {
    check: 'firewall-policy',
    types: { only: ['microsoft.network/azurefirewalls', 'microsoft.network/firewallpolicies'] },
    paths: [
      'properties.networkRuleCollections.[].name',
      'properties.networkRuleCollections.[].properties.rules.[].name',
      'groups:name',
      'groups:properties.ruleCollections.[].name',
      'groups:properties.ruleCollections.[].rules.[].name',
    ],
    why: 'names are for people',
  },
  {
    check: 'firewall-policy',
    types: { only: ['microsoft.network/azurefirewalls', 'microsoft.network/firewallpolicies'] },
    paths: [
      'properties.networkRuleCollections.[]',
      'properties.networkRuleCollections.[].properties.rules.[]',
      'groups:properties.ruleCollections.[]',
      'groups:properties.ruleCollections.[].rules.[]',
    ],
    kinds: ['absent'],
    why: 'a firewall lets through what a rule allows, and one rule less is as good',
  },
  {
    check: 'firewall-policy',
    types: { only: ['microsoft.network/azurefirewalls', 'microsoft.network/firewallpolicies'] },
    paths: [
      'properties.networkRuleCollections.[].properties.action...',
      'properties.networkRuleCollections.[].properties.rules.[].destinationAddresses...',
      'properties.networkRuleCollections.[].properties.rules.[].destinationPorts...',
      'properties.networkRuleCollections.[].properties.rules.[].protocols...',
      'groups:properties.ruleCollections.[].action...',
      'groups:properties.ruleCollections.[].rules.[].destinationAddresses...',
      'groups:properties.ruleCollections.[].rules.[].destinationPorts...',
      'groups:properties.ruleCollections.[].rules.[].ipProtocols...',
      'groups:properties.ruleCollections.[].rules.[].ruleType',
    ],
    why: 'the rule is narrow in another part, its sources, and one narrow part is enough',
  },
  {
    check: 'firewall-policy',
    types: { only: ['microsoft.network/azurefirewalls', 'microsoft.network/firewallpolicies'] },
    paths: [
      'properties.networkRuleCollections.[].properties.rules.[].sourceAddresses.[]',
      'groups:properties.ruleCollections.[].rules.[].sourceAddresses.[]',
    ],
    kinds: ['a word nobody knows'],
    why: 'a word is a service tag, which stands for some addresses (Azure Firewall, "service tags")',
  },
  {
    check: 'firewall-policy',
    types: { only: ['microsoft.network/firewallpolicies'] },
    paths: ['properties.ruleCollectionGroups', 'properties.ruleCollectionGroups.[]'],
    kinds: ['absent', 'null'],
    why: 'the groups come in a list of their own; it only proves that none is missing there',
  },
  {
    check: 'hosting-inventory',
    types: everyType,
    paths: ['properties.state'],
    interpretation: 'intent',
    why: 'the intent asks for resources of known kinds, whatever the state of the subscription',
  },
  {
    check: 'disclosure-anonymous-storage',
    types: { only: [storage] },
    paths: ['kind'],
    why: 'nobody may open a container, of whatever kind the account is',
  },
  {
    check: 'hosting-regions',
    types: { not: withCopies },
    paths: ['properties...', 'sku...', 'kind'],
    why: 'only its location says where a resource without copies is',
  },
  { check: 'hosting-regions', types: { only: [storage] }, paths: ['kind', 'sku...'], why: 'the region of the copy is given by itself' },
  {
    check: 'hosting-regions',
    types: { only: [storage] },
    paths: ['properties.secondaryLocation'],
    kinds: ['not given'],
    why: 'the sku of these says that no copy is in another region',
  },
  {
    check: 'hosting-regions',
    types: { only: [cosmos] },
    paths: ['kind'],
    why: 'it is read of SQL databases only, where it names those of the system',
  },
  {
    check: 'hosting-regions',
    types: { only: [cosmos] },
    paths: ['properties.backupPolicy...'],
    kinds: missing,
    why: 'backups are periodic and geo-redundant unless somebody chose otherwise, and the pair is allowed here',
  },
  {
    check: 'hosting-regions',
    types: { only: [sqlDatabase, sqlInstance] },
    paths: ['kind', 'sku...', 'properties.defaultSecondaryLocation'],
    why: 'the backups of this one stay in its region',
  },
  {
    check: 'hosting-regions',
    types: { only: [sqlDatabase, sqlInstance] },
    paths: ['properties', 'properties.currentBackupStorageRedundancy'],
    kinds: missing,
    why: 'backups are geo-redundant unless somebody chose otherwise, and the pair is allowed here',
  },
  {
    check: 'hosting-regions',
    types: { only: [...flexibleServers, recoveryVault] },
    paths: ['sku...', 'kind'],
    why: 'properties say where the backups are',
  },
  {
    check: 'hosting-regions',
    types: { only: [recoveryVault] },
    paths: ['properties', 'properties.redundancySettings...'],
    kinds: missing,
    why: 'backups are geo-redundant unless somebody chose otherwise, and the pair is allowed here',
  },
  {
    check: 'https-services',
    types: everyType,
    paths: ['properties.minimumTlsVersion', 'properties.minimalTlsVersion', 'properties.sslPolicy...', 'configurations:...'],
    interpretation: 'literal',
    why: 'the sentence as written asks for no version of TLS',
  },
  {
    check: 'https-services',
    types: { only: ['microsoft.network/applicationgateways'] },
    paths: [
      'properties.httpListeners.[]',
      'properties.httpListeners.[].name',
      'properties.requestRoutingRules.[].id',
      'properties.requestRoutingRules.[].name',
      'properties.redirectConfigurations.[].name',
    ],
    kinds: ['absent', 'a word nobody knows'],
    why: 'names are for people, rules are not referred to, and without its plain listener the gateway is as good',
  },
  {
    check: 'https-services',
    types: { only: ['microsoft.network/applicationgateways'] },
    paths: ['properties.urlPathMaps', 'properties.sslProfiles'],
    kinds: missing,
    why: 'no listener and no rule of this one refers to any',
  },
  {
    check: 'network-flow-logs',
    types: everyType,
    paths: ['id', 'flowLogs:name', 'flowLogs:properties.storageId'],
    kinds: ['a word nobody knows'],
    why: 'the network is known from the subject itself, names are for people, and which account keeps the records is not asked here',
  },
  {
    check: 'network-flow-logs',
    types: everyType,
    paths: ['flowLogs:properties.retentionPolicy.enabled'],
    kinds: missing,
    why: 'a policy that is off deletes nothing, and this one deletes nothing too early',
  },
  {
    check: 'network-peerings',
    types: everyType,
    paths: [
      'properties.virtualNetworkPeerings.[]',
      'properties.virtualNetworkPeerings.[].name',
      'properties.virtualNetworkPeerings.[].properties.peeringState',
    ],
    why: 'the other network is one of ours, whether they are connected or not, and without the peering it is as good',
  },
  {
    check: 'network-private-access',
    types: { not: sites },
    paths: ['properties.privateEndpointConnections...'],
    why: 'they are read of sites only: a private endpoint does not switch public access off',
  },
  {
    check: 'network-private-access',
    types: everyType,
    paths: [
      'properties.networkAcls...',
      'properties.networkRuleSet...',
      'properties.isVirtualNetworkFilterEnabled',
      'properties.ipRules...',
    ],
    why: 'public access is off, so that it does not matter whom it would let in',
  },
  {
    check: 'network-private-access',
    types: { only: ['microsoft.compute/disks', 'microsoft.compute/snapshots'] },
    paths: ['properties.publicNetworkAccess'],
    why: 'either of two properties keeps the export of a disk from the Internet, and the other one does',
  },
  {
    check: 'network-private-access',
    types: { only: flexibleServers },
    paths: ['properties.publicNetworkAccess', 'properties.network.publicNetworkAccess', 'properties.network.delegatedSubnetResourceId'],
    why: 'either of two properties keeps a server private, and the other one does',
  },
  {
    check: 'network-private-access',
    types: { only: sites },
    paths: ['properties.virtualNetworkSubnetId', 'properties.hostingEnvironmentProfile.id'],
    kinds: ['a word nobody knows'],
    why: 'an id is taken as Azure gives it: which network it is of is not asked here',
  },
  {
    check: 'network-subnet-rules',
    types: everyType,
    paths: ['properties.subnets.[]', 'properties.subnets.[].name', 'properties.subnets.[].properties.delegations'],
    why: 'each of these subnets has a group or is delegated to what supports none, which its name does not change; one subnet less is as good',
  },
  {
    check: 'network-subnet-rules',
    types: everyType,
    paths: ['properties.subnets.[].properties.networkSecurityGroup.id'],
    kinds: ['a word nobody knows'],
    why: 'an id is taken as Azure gives it: what the group lets in is not asked here',
  },
  {
    check: 'security-defender-plans',
    types: everyType,
    paths: ['id'],
    kinds: ['a word nobody knows'],
    why: 'the subscription is known from the subject itself',
  },
  {
    check: 'security-defender-plans',
    types: everyType,
    paths: ['pricings:properties.resourcesCoverageStatus'],
    kinds: missing,
    why: 'it is given for plans that can be set for single resources (Microsoft.Security, 2024-01-01)',
  },
  {
    check: 'vpn-redundancy',
    types: { only: [networkGateway] },
    paths: ['properties.sku...', 'properties.vpnType'],
    interpretation: 'literal',
    why: 'the sentence as written asks for no zones and no type of VPN',
  },
  {
    check: 'vpn-redundancy',
    types: { only: [networkGateway] },
    paths: ['properties.bgpSettings...'],
    why: 'it is read of gateways of virtual hubs only',
  },
  {
    check: 'vpn-redundancy',
    types: everyType,
    paths: [
      'properties.ipConfigurations.[].properties.publicIPAddress.id',
      'properties.bgpSettings.bgpPeeringAddresses.[].ipconfigurationId',
    ],
    kinds: ['a word nobody knows'],
    why: 'an id is taken as Azure gives it: only that there are two different ones is asked here',
  },
  {
    check: 'vpn-tunnels',
    types: everyType,
    paths: ['connections:name'],
    kinds: ['a word nobody knows'],
    why: 'names are for people',
  },
  {
    check: 'vpn-tunnels',
    types: everyType,
    paths: ['properties.activeActive'],
    kinds: missing,
    why: 'it only tells how many tunnels one connection can be, and here two are connected',
  },
  {
    check: 'vpn-tunnels',
    types: everyType,
    paths: ['connections:properties.connectionProtocol', 'connections:properties.ipsecPolicies...'],
    interpretation: 'literal',
    why: 'the sentence as written asks for connected tunnels, not how they are encrypted',
  },
];

export interface Survivor {
  readonly check: string;
  readonly type: string;
  readonly path: string;
  /** `not given`: in a body as it is. */
  readonly kind: Variant['kind'] | 'not given';
  readonly interpretations: readonly string[];
}

/** The reasons that explain one pass; none is a mistake of the check, or a reason that nobody wrote down. */
export function reasonsFor(survivor: Survivor): readonly DocumentedPass[] {
  return documentedPasses.filter(
    ({ check, types, paths, kinds, interpretation }) =>
      check === survivor.check &&
      ('only' in types ? types.only.includes(survivor.type) : !types.not.includes(survivor.type)) &&
      paths.some((path) => (path.endsWith('...') ? survivor.path.startsWith(path.slice(0, -3)) : survivor.path === path)) &&
      (kinds === undefined || kinds.includes(survivor.kind)) &&
      (interpretation === undefined || survivor.interpretations.every((one) => one === interpretation)),
  );
}
