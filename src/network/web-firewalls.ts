import { isFlag, isOneOf, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgePolicyReference } from './firewall-policies.ts';

type Text = string | null | undefined;

/** `policySettings` of a policy; that of an application gateway spells whether it is on in a word of its own. */
export interface WebFirewallSettings {
  readonly state?: Text;
  readonly enabledState?: Text;
  readonly mode?: Text;
}

/** `state`: of application gateways. `enabledState`: of Front Door and of the CDN. */
export function judgeWebFirewall(
  settings: WebFirewallSettings | null | undefined,
  stateName: 'state' | 'enabledState',
): readonly PropertyVerdict[] {
  const path = 'properties.policySettings';
  const state = { path: `${path}.${stateName}`, rule: `${path}.${stateName}`, isGood: isOneOf(['Enabled'], ['Disabled']) };
  const mode = { path: `${path}.mode`, rule: `${path}.mode`, isGood: isOneOf(['Prevention'], ['Detection']) };
  return [judgeProperty(state, settings?.[stateName]), judgeProperty(mode, settings?.mode)];
}

/** `properties` of an application gateway: a policy, or what stands in the gateway itself, or policies of its listeners. */
export interface GatewayWithFirewall {
  readonly firewallPolicy?: Reference;
  readonly webApplicationFirewallConfiguration?:
    | { readonly enabled?: boolean | null | undefined; readonly firewallMode?: Text }
    | null
    | undefined;
  readonly httpListeners?:
    | readonly { readonly properties?: { readonly firewallPolicy?: Reference } | null | undefined }[]
    | null
    | undefined;
}
type Reference = { readonly id?: Text } | null | undefined;

/** A policy decides instead of what stands in the gateway itself, and that of a listener instead of both. */
export function judgeGatewayFirewall(gateway: GatewayWithFirewall, subscriptions: readonly string[]): readonly PropertyVerdict[] {
  const policies = (gateway.httpListeners ?? []).map(({ properties }) => properties?.firewallPolicy?.id ?? '');
  const own = judgeOwnFirewall(gateway, subscriptions);
  if (own === null && (policies.length === 0 || policies.includes(''))) return [noWebFirewall];
  const ofListeners = [...new Set(policies)].filter((id) => id !== '');
  return [...(own ?? []), ...ofListeners.map((id) => judgePolicyReference('properties.httpListeners.firewallPolicy', id, subscriptions))];
}

/** Null: the gateway has none. */
function judgeOwnFirewall(gateway: GatewayWithFirewall, subscriptions: readonly string[]): readonly PropertyVerdict[] | null {
  const policy = gateway.firewallPolicy?.id ?? '';
  if (policy !== '') return [judgePolicyReference('properties.firewallPolicy', policy, subscriptions)];
  const classic = gateway.webApplicationFirewallConfiguration;
  return classic === null || classic === undefined ? null : judgeClassic(classic);
}

function judgeClassic({
  enabled,
  firewallMode,
}: NonNullable<GatewayWithFirewall['webApplicationFirewallConfiguration']>): readonly PropertyVerdict[] {
  const path = 'properties.webApplicationFirewallConfiguration';
  const on = { path: `${path}.enabled`, rule: `${path}.enabled`, isGood: isFlag(true) };
  const mode = { path: `${path}.firewallMode`, rule: `${path}.firewallMode`, isGood: isOneOf(['Prevention'], ['Detection']) };
  return [judgeProperty(on, enabled), judgeProperty(mode, firewallMode)];
}

const noWebFirewall: PropertyVerdict = {
  rule: 'properties.firewallPolicy (built-in policy 564feb30)',
  observed: 'the application gateway has no web application firewall, nor has each of its listeners',
  status: 'fail',
};
