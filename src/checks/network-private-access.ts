import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import {
  judgeDelegatedSubnet,
  judgeDiskAccess,
  judgePublicAccess,
  judgeSiteNetwork,
  type SelectedNetworks,
} from '../network/private-access.ts';

const text = z.string().nullish();
const networkRules = z.object({ defaultAction: text, ipRules: z.array(z.object({ value: z.string() })).nullish() }).nullish();
/** Of all types together: each has some of it. */
const row = z.object({
  properties: z.object({
    publicNetworkAccess: text,
    networkAcls: networkRules,
    networkRuleSet: networkRules,
    isVirtualNetworkFilterEnabled: z.boolean().nullish(),
    ipRules: z.array(z.object({ ipAddressOrRange: z.string() })).nullish(),
    network: z.object({ publicNetworkAccess: text, delegatedSubnetResourceId: text }).nullish(),
    subnetId: text,
    networkAccessPolicy: text,
    virtualNetworkSubnetId: text,
    hostingEnvironmentProfile: z.object({ id: text }).nullish(),
    privateEndpointConnections: z
      .array(z.object({ properties: z.object({ privateLinkServiceConnectionState: z.object({ status: text }).nullish() }).nullish() }))
      .nullish(),
  }),
});
type Properties = z.infer<typeof row>['properties'];
type JudgeAccess = (properties: Properties, allowSelectedNetworks: boolean) => readonly PropertyVerdict[];

const judgeSite: JudgeAccess = ({ virtualNetworkSubnetId, hostingEnvironmentProfile, privateEndpointConnections }) =>
  judgeSiteNetwork({
    virtualNetworkSubnetId,
    environment: hostingEnvironmentProfile?.id,
    connections: privateEndpointConnections?.map(({ properties }) => properties?.privateLinkServiceConnectionState?.status) ?? null,
  });

/** The expectation is that of the built-in policy named with each. */
const judgeByType: { readonly [type: string]: JudgeAccess } = {
  'microsoft.storage/storageaccounts': judgeWithRules('b2982f36', ({ networkAcls }) => selectedBy('properties.networkAcls', networkAcls)),
  'microsoft.keyvault/vaults': judgeWithRules('55615ac9', ({ networkAcls }) => selectedBy('properties.networkAcls', networkAcls)),
  'microsoft.containerregistry/registries': judgeWithRules('0fdf0491', ({ networkRuleSet }) =>
    selectedBy('properties.networkRuleSet', networkRuleSet),
  ),
  'microsoft.documentdb/databaseaccounts': judgeWithRules('797b37f7', selectedByAccount),
  'microsoft.sql/servers': judgeWithRules('1b8ca024', () => null),
  'microsoft.dbforpostgresql/flexibleservers': judgeFlexibleServer('5e1de0e3'),
  'microsoft.dbformysql/flexibleservers': judgeFlexibleServer('c9299215'),
  'microsoft.cache/redis': (properties, allowSelected) =>
    judgeDelegatedSubnet(properties.subnetId, judgeWithRules('470baccb', () => null)(properties, allowSelected), 'properties.subnetId'),
  'microsoft.compute/disks': judgeDiskAccess,
  'microsoft.compute/snapshots': judgeDiskAccess,
  'microsoft.web/sites': judgeSite,
  'microsoft.web/sites/slots': judgeSite,
};

export const check = defineCheck({
  title: 'Data stores and sites of the platform are reached from our own networks only',
  claims: [{ claim: 'servers-in-own-networks', interpretations: ['intent'] }],
  response: 'ticket',
  /** Whether a firewall of the service that lets in chosen networks and addresses counts as private. */
  parameters: z.strictObject({ allowSelectedNetworks: z.boolean().default(false) }),
  subjects: { resources: Object.keys(judgeByType) },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: (subject, { resource }, { parameters }) => [
    judgeProperties(
      {
        interpretation: 'intent',
        expected: subject.type.startsWith('microsoft.web/')
          ? 'the site is integrated into a network of ours, or has an approved private endpoint'
          : `access from public networks is off${parameters.allowSelectedNetworks ? ', or let in from chosen networks only' : ''}`,
        rule: 'properties.publicNetworkAccess',
      },
      judgeByType[subject.type]?.(resource.properties, parameters.allowSelectedNetworks) ?? [],
    ),
  ],
  repeat: (subject) => showCommand(subject, 'properties'),
  mend: 'Make a private endpoint and switch public access off: az resource update --ids <id> --set properties.publicNetworkAccess=Disabled (disks: az disk update --ids <id> --network-access-policy DenyAll --public-network-access Disabled; sites: az webapp vnet-integration add; flexible servers get their subnet when they are made).',
});

function judgeWithRules(policy: string, selectedOf: (properties: Properties) => SelectedNetworks | null): JudgeAccess {
  return (properties, allowSelectedNetworks) =>
    judgePublicAccess({ policy, value: properties.publicNetworkAccess, selected: selectedOf(properties) }, allowSelectedNetworks);
}

/** Older versions of the interface keep it beside `network`; what is said in both places must hold in both. */
function judgeFlexibleServer(policy: string): JudgeAccess {
  return ({ network, publicNetworkAccess }, allowSelectedNetworks) => {
    const within = { policy, path: 'properties.network.publicNetworkAccess', value: network?.publicNetworkAccess, selected: null };
    const beside = { policy, value: publicNetworkAccess, selected: null };
    const said = [within, beside].filter(({ value }) => value !== null && value !== undefined);
    const verdicts = (said.length === 0 ? [within] : said).flatMap((access) => judgePublicAccess(access, allowSelectedNetworks));
    return judgeDelegatedSubnet(network?.delegatedSubnetResourceId, verdicts, 'properties.network.delegatedSubnetResourceId');
  };
}

function selectedBy(path: string, rules: z.infer<typeof networkRules>): SelectedNetworks {
  return { path, defaultAction: rules?.defaultAction, addresses: (rules?.ipRules ?? []).map(({ value }) => value) };
}

/** Cosmos DB lets everybody in until there is a rule. */
function selectedByAccount({ isVirtualNetworkFilterEnabled, ipRules }: Properties): SelectedNetworks {
  const addresses = (ipRules ?? []).map(({ ipAddressOrRange }) => ipAddressOrRange);
  const hasRules = isVirtualNetworkFilterEnabled === true || addresses.length > 0;
  return { path: 'properties', defaultAction: hasRules ? 'Deny' : 'Allow', addresses };
}
