import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgeFirewall, judgeFirewallPolicy, type RuleCollectionGroup } from '../network/azure-firewalls.ts';
import { judgeGatewayFirewall, judgeWebFirewall } from '../network/web-firewalls.ts';

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const reference = z.object({ id: text }).nullish();
const action = z.object({ type: text }).nullish();
const ends = {
  name: text,
  sourceAddresses: texts,
  sourceIpGroups: texts,
  destinationAddresses: texts,
  destinationIpGroups: texts,
  destinationFqdns: texts,
  destinationPorts: texts,
};
/** Of all types together: each has some of it. */
const row = z.object({
  properties: z.object({
    threatIntelMode: text,
    firewallPolicy: reference,
    basePolicy: reference,
    ruleCollectionGroups: z.array(z.object({ id: z.string() })).nullish(),
    networkRuleCollections: z
      .array(
        z.object({
          name: text,
          properties: z.object({ action, rules: z.array(z.object({ ...ends, protocols: texts })).nullish() }).nullish(),
        }),
      )
      .nullish(),
    policySettings: z.object({ state: text, enabledState: text, mode: text }).nullish(),
    webApplicationFirewallConfiguration: z.object({ enabled: z.boolean().nullish(), firewallMode: text }).nullish(),
    httpListeners: z.array(z.object({ properties: z.object({ firewallPolicy: reference }).nullish() })).nullish(),
  }),
});
const ruleGroup = z.object({
  id: z.string(),
  name: z.string(),
  properties: z.object({
    ruleCollections: z
      .array(z.object({ name: text, action, rules: z.array(z.object({ ...ends, ruleType: text, ipProtocols: texts })).nullish() }))
      .nullish(),
  }),
});
type Properties = z.infer<typeof row>['properties'];

type Judge = (
  properties: Properties,
  groups: readonly RuleCollectionGroup[],
  subscriptions: readonly string[],
) => readonly PropertyVerdict[];

const policyType = 'microsoft.network/firewallpolicies';
const judgeByType: { readonly [type: string]: Judge } = {
  'microsoft.network/azurefirewalls': (properties, _groups, subscriptions) => judgeFirewall(properties, subscriptions),
  [policyType]: judgeFirewallPolicy,
  'microsoft.network/applicationgateways': (properties, _groups, subscriptions) => judgeGatewayFirewall(properties, subscriptions),
  'microsoft.network/applicationgatewaywebapplicationfirewallpolicies': ({ policySettings }) => judgeWebFirewall(policySettings, 'state'),
  'microsoft.network/frontdoorwebapplicationfirewallpolicies': ({ policySettings }) => judgeWebFirewall(policySettings, 'enabledState'),
  'microsoft.cdn/cdnwebapplicationfirewallpolicies': ({ policySettings }) => judgeWebFirewall(policySettings, 'enabledState'),
};

/** Whether traffic goes through any of them is for `firewall-path`. */
export const check = defineCheck({
  title: 'Firewalls refuse what is known to be hostile, and no rule of theirs lets everything through',
  claims: [{ claim: 'firewall-and-private-addresses', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({ ownSubscriptions: z.array(z.string()).default([]) }),
  subjects: { resources: Object.keys(judgeByType) },
  needs: { resource: row },
  related: { groups: { type: 'microsoft.network/firewallpolicies/rulecollectiongroups', by: 'parentId', optional: true, row: ruleGroup } },
  whenNone: 'unknown',
  judge: ({ type, subscription }, { resource: { properties } }, { parameters: { ownSubscriptions }, related: { groups } }) => [
    judgeProperties(
      {
        interpretation: 'intent',
        expected:
          'threat intelligence in Alert or Deny and no network rule that lets everybody reach everything; web application firewalls on and in Prevention',
        rule: 'properties',
      },
      judgeByType[type]?.(properties, groups, [subscription, ...ownSubscriptions]) ?? [],
    ),
  ],
  repeat: ({ id, type }) =>
    [
      showCommand({ id }, shown[type] ?? 'properties.policySettings'),
      ...(type === policyType ? [`az rest --method get --url '${id}/ruleCollectionGroups?api-version=2023-09-01'`] : []),
    ].join('; '),
  mend: 'Turn threat intelligence on (az network firewall policy update --ids <id> --threat-intel-mode Deny; without a policy az network firewall update --ids <id> --threat-intel-mode Deny), replace rules that let everything through by what is needed, and set web application firewalls to prevention (az network application-gateway waf-policy policy-setting update --policy-name <name> --resource-group <group> --state Enabled --mode Prevention; az network front-door waf-policy update --ids <id> --disabled false --mode Prevention), having read in their logs what that will refuse.',
});

const shown: { readonly [type: string]: string } = {
  'microsoft.network/azurefirewalls':
    'properties.{threatIntelMode: threatIntelMode, policy: firewallPolicy.id, networkRuleCollections: networkRuleCollections}',
  [policyType]: 'properties.{threatIntelMode: threatIntelMode, base: basePolicy.id, groups: ruleCollectionGroups[].id}',
  'microsoft.network/applicationgateways':
    'properties.{policy: firewallPolicy.id, configuration: webApplicationFirewallConfiguration, listeners: httpListeners[].properties.firewallPolicy.id}',
};
