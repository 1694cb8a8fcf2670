import type { PropertyVerdict } from '../domain/judge-properties.ts';
import {
  type FirewallNetworkRule,
  type FirewallRuleCollection,
  judgeNetworkRules,
  judgePolicyReference,
  judgeThreatIntelligence,
} from './firewall-policies.ts';

type Text = string | null | undefined;
type Reference = { readonly id?: Text } | null | undefined;
type Action = { readonly type?: Text } | null | undefined;

/** `properties` of an Azure Firewall, as far as they say what it lets through. */
export interface AzureFirewall {
  readonly threatIntelMode?: Text;
  readonly firewallPolicy?: Reference;
  readonly networkRuleCollections?:
    | readonly {
        readonly name?: Text;
        readonly properties?:
          | { readonly action?: Action; readonly rules?: readonly FirewallNetworkRule[] | null | undefined }
          | null
          | undefined;
      }[]
    | null
    | undefined;
}

/** A policy decides instead of what stands in the firewall itself. */
export function judgeFirewall(firewall: AzureFirewall, subscriptions: readonly string[]): readonly PropertyVerdict[] {
  const policy = firewall.firewallPolicy?.id ?? '';
  if (policy !== '') return [judgePolicyReference('properties.firewallPolicy', policy, subscriptions)];
  const intelligence = judgeThreatIntelligence(firewall.threatIntelMode);
  if (firewall.networkRuleCollections === null || firewall.networkRuleCollections === undefined) return [intelligence, noRulesSeen];
  const collections = firewall.networkRuleCollections.map(
    ({ name, properties }): FirewallRuleCollection => ({
      name: name ?? 'a collection without name',
      action: properties?.action?.type,
      rules: properties?.rules ?? null,
    }),
  );
  return [intelligence, ...judgeNetworkRules(collections)];
}

const noRulesSeen: PropertyVerdict = {
  rule: 'properties.networkRuleCollections',
  observed: 'properties.networkRuleCollections is absent; an absent property proves nothing',
  status: 'unknown',
  reason: 'unsupported',
};

/** `properties` of a firewall policy. */
export interface FirewallPolicy {
  readonly threatIntelMode?: Text;
  readonly basePolicy?: Reference;
  readonly ruleCollectionGroups?: readonly { readonly id: string }[] | null | undefined;
}

/** A rule of a policy, which spells the protocols so. */
type PolicyRule = Omit<FirewallNetworkRule, 'protocols'> & {
  readonly ruleType?: Text;
  readonly ipProtocols?: readonly string[] | null | undefined;
};

/** A row of `microsoft.network/firewallpolicies/rulecollectiongroups`. */
export interface RuleCollectionGroup {
  readonly id: string;
  readonly name: string;
  readonly properties: {
    readonly ruleCollections?:
      | readonly { readonly name?: Text; readonly action?: Action; readonly rules?: readonly PolicyRule[] | null | undefined }[]
      | null
      | undefined;
  };
}

/** A base policy puts its rules before those of this one, and its threat intelligence is the least. */
export function judgeFirewallPolicy(
  policy: FirewallPolicy,
  groups: readonly RuleCollectionGroup[],
  subscriptions: readonly string[],
): readonly PropertyVerdict[] {
  const base = policy.basePolicy?.id ?? '';
  return [
    judgeThreatIntelligence(policy.threatIntelMode),
    ...(base === '' ? [] : [judgePolicyReference('properties.basePolicy', base, subscriptions)]),
    ...judgeGroupList(policy, groups),
    ...judgeNetworkRules(groups.flatMap(collectionsOf)),
  ];
}

/** The policy names its groups, which come in a list of their own. */
function judgeGroupList({ ruleCollectionGroups }: FirewallPolicy, groups: readonly RuleCollectionGroup[]): readonly PropertyVerdict[] {
  const seen = new Set(groups.map(({ id }) => id.toLowerCase()));
  const missing = (ruleCollectionGroups ?? []).filter(({ id }) => !seen.has(id.toLowerCase()));
  const rule = 'properties.ruleCollectionGroups';
  return missing.map(({ id }) => ({ rule, observed: `the rules of ${id} were not seen`, status: 'unknown', reason: 'partial' }));
}

function collectionsOf({ name: group, properties }: RuleCollectionGroup): readonly FirewallRuleCollection[] {
  const { ruleCollections } = properties;
  if (ruleCollections === null || ruleCollections === undefined) return [{ name: group, action: null, rules: null }];
  return ruleCollections.map(({ name, action, rules }) => ({
    name: `${group}/${name ?? 'a collection without name'}`,
    action: action?.type,
    rules: rules?.filter(isNetworkRule).map(({ ipProtocols, ...rule }) => ({ ...rule, protocols: ipProtocols })) ?? null,
  }));
}

/** A kind that we do not know is read as one: it may let as much through. */
function isNetworkRule({ ruleType }: PolicyRule): boolean {
  return !['applicationrule', 'natrule'].includes(ruleType?.toLowerCase() ?? '');
}
