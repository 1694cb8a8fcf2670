import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { type ActionGroup, type Reach, reachOf, receiverKinds } from '../logs/action-group.ts';
import { allOf, type ExpectedEvent, isAbout, meetsAll, someOf } from '../logs/alert-condition.ts';

const text = z.string().nullish();
const leaf = { field: text, equals: text, containsAny: z.array(z.string()).nullish() };
const alertRule = z.object({
  id: z.string(),
  name: text,
  properties: z.object({
    enabled: z.boolean().nullish(),
    scopes: z.array(z.string()).nullish(),
    condition: z.object({ allOf: z.array(z.object({ ...leaf, anyOf: z.array(z.object(leaf)).nullish() })).nullish() }).nullish(),
    actions: z.object({ actionGroups: z.array(z.object({ actionGroupId: text })).nullish() }).nullish(),
  }),
});
const receivers = z.array(z.object({ status: text, enabled: z.boolean().nullish() })).nullish();
const actionGroup = z.object({
  id: z.string(),
  properties: z.object({
    enabled: z.boolean().nullish(),
    emailReceivers: receivers,
    smsReceivers: receivers,
    webhookReceivers: receivers,
    itsmReceivers: receivers,
    azureAppPushReceivers: receivers,
    automationRunbookReceivers: receivers,
    voiceReceivers: receivers,
    logicAppReceivers: receivers,
    azureFunctionReceivers: receivers,
    armRoleReceivers: receivers,
    eventHubReceivers: receivers,
  }),
});
type AlertRule = z.infer<typeof alertRule>;
type GroupRow = z.infer<typeof actionGroup>;

/** What CIS Microsoft Azure Foundations 3.0 asks activity log alerts for, sections 6.2.1 to 6.2.11. */
const askedByCis = [
  'Microsoft.Authorization/policyAssignments/write',
  'Microsoft.Authorization/policyAssignments/delete',
  'Microsoft.Network/networkSecurityGroups/write',
  'Microsoft.Network/networkSecurityGroups/delete',
  'Microsoft.Security/securitySolutions/write',
  'Microsoft.Security/securitySolutions/delete',
  'Microsoft.Sql/servers/firewallRules/write',
  'Microsoft.Sql/servers/firewallRules/delete',
  'Microsoft.Network/publicIPAddresses/write',
  'Microsoft.Network/publicIPAddresses/delete',
  'ServiceHealth',
] as const;

/** Metric alerts and scheduled queries are not judged: what they have to watch differs from service to service, and no list of it is known. */
export const check = defineCheck({
  title: 'Somebody is told of changes that open doors, and of trouble at Azure',
  claims: [{ claim: 'constantly-monitored', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** Operations (`Microsoft.Network/networkSecurityGroups/write`) and whole categories (`ServiceHealth`) of the activity log; case does not matter. */
    expected: z.array(z.string().min(1)).default([...askedByCis]),
  }),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: { resource: z.object({ id: z.string() }) },
  related: {
    rules: { type: 'microsoft.insights/activitylogalerts', by: 'subscriptionId', row: alertRule },
    groups: { type: 'microsoft.insights/actiongroups', by: 'subscriptionId', row: actionGroup },
  },
  whenNone: 'unknown',
  judge: ({ id }, _facts, { parameters: { expected }, related: { rules, groups } }) => {
    const question = {
      interpretation: 'intent',
      expected: `an activity log alert of the whole subscription that reaches somebody, for each of ${expected.join(', ')}`,
      rule: 'activityLogAlerts.properties',
    } as const;
    if (expected.length === 0)
      return [{ ...question, expected: 'a list of events', observed: 'no event is configured', status: 'unknown', reason: 'unsupported' }];
    const known = new Map(groups.map((group) => [normalId(group.id), group]));
    return [
      judgeProperties(
        question,
        expected.map((event) => judgeEvent(event, id, rules, known)),
      ),
    ];
  },
  repeat: ({ subscription }) =>
    `az monitor activity-log alert list --subscription ${subscription} --query "[].{name: name, enabled: enabled, scopes: scopes, condition: condition.allOf, groups: actions.actionGroups[].actionGroupId}"; az monitor action-group list --subscription ${subscription} --query "[].{id: id, enabled: enabled, emails: emailReceivers[].status, texts: smsReceivers[].status, webhooks: length(webhookReceivers)}"`,
  mend: 'Make the alert: az monitor activity-log alert create --name <name> --resource-group <group> --scope /subscriptions/<id> --condition category=Administrative and operationName=<operation> --action-group <id of an action group that reaches people on call>.',
});

function judgeEvent(
  event: string,
  subscription: string,
  rules: readonly AlertRule[],
  groups: ReadonlyMap<string, GroupRow>,
): PropertyVerdict {
  const expected: ExpectedEvent = event.includes('/') ? { operation: event } : { category: event };
  const near = rules.map((rule) => judgeRule(expected, subscription, rule, groups)).filter((each) => each !== null);
  const good = near.find(({ tells }) => tells === true);
  if (good !== undefined) return { observed: `${event}: ${good.what}`, status: 'pass' };
  const doubted = near.filter(({ tells }) => tells === null);
  if (doubted.length > 0) return { observed: `${event}: ${describe(doubted)}`, status: 'unknown', reason: 'unsupported' };
  return { observed: `${event}: ${near.length === 0 ? 'no alert' : describe(near)}`, status: 'fail' };
}

function describe(rules: readonly JudgedRule[]): string {
  return rules.map(({ what }) => what).join(', ');
}

interface JudgedRule {
  readonly tells: boolean | null;
  readonly what: string;
}

/** Null: it has nothing to do with the event. */
function judgeRule(
  expected: ExpectedEvent,
  subscription: string,
  rule: AlertRule,
  groups: ReadonlyMap<string, GroupRow>,
): JudgedRule | null {
  const { enabled, scopes, condition, actions } = rule.properties;
  const what = `alert ${rule.name ?? rule.id}`;
  const conditions = condition?.allOf ?? [];
  const meets = meetsAll(expected, conditions);
  if (meets === false && !isAbout(expected, conditions)) return null;
  const holds = scopes === undefined || scopes === null ? null : scopes.some((scope) => normalId(scope) === subscription);
  const reach = reachOfAny(actions?.actionGroups ?? [], subscription, groups);
  const parts: readonly (readonly [is: boolean | null, notSo: string, unclear: string])[] = [
    [meets, 'has conditions that not all such events meet', 'has conditions of which we do not know what meets them'],
    [enabled ?? null, 'is disabled', 'does not say whether it is enabled'],
    [holds, 'is not for the whole subscription', 'does not say what it is for'],
    [reach.reaches, ...bothWays(reach)],
  ];
  const tells = allOf(parts.map(([is]) => is));
  if (tells === true) return { tells, what };
  const whys = parts.flatMap(([is, notSo, unclear]) => (is === tells ? [tells === null ? unclear : notSo] : []));
  return { tells, what: `${what} ${whys.join(' and ')}` };
}

function bothWays(reach: Reach): readonly [string, string] {
  return reach.reaches === true ? ['', ''] : [reach.why, reach.why];
}

/** One of them is enough. */
function reachOfAny(
  named: readonly { readonly actionGroupId?: string | null | undefined }[],
  subscription: string,
  groups: ReadonlyMap<string, GroupRow>,
): Reach {
  const reaches = named.map(({ actionGroupId }) => reachOfNamed(actionGroupId ?? '', subscription, groups));
  const reached = someOf(reaches.map((one) => one.reaches));
  if (reached === true) return { reaches: true };
  if (reaches.length === 0) return { reaches: false, why: 'names no action group' };
  const whys = reaches.flatMap((one) => (one.reaches !== true && one.reaches === reached ? [one.why] : []));
  return { reaches: reached, why: whys.join(' and ') };
}

function reachOfNamed(id: string, subscription: string, groups: ReadonlyMap<string, GroupRow>): Reach {
  const resource = resourceFromId(normalId(id));
  if (resource === null) return { reaches: null, why: 'names an action group by no id that we can read' };
  if (`/subscriptions/${resource.subscription}` !== subscription)
    return { reaches: null, why: `names the action group ${resource.id}, which stands in another subscription` };
  const group = groups.get(resource.id);
  if (group === undefined) return { reaches: false, why: `names the action group ${resource.name}, which is not there` };
  const reach = reachOf(groupOf(group));
  return reach.reaches === true ? reach : { reaches: reach.reaches, why: `names the action group ${resource.name}, which ${reach.why}` };
}

function groupOf({ properties }: GroupRow): ActionGroup {
  return { enabled: properties.enabled, receivers: receiverKinds.map((kind) => ({ kind, receivers: properties[kind] ?? [] })) };
}

/** Some rules write `subscriptions/...`, without the first slash. */
function normalId(id: string): string {
  return `/${id.toLowerCase().replaceAll(/^\/+|\/+$/g, '')}`;
}
