import { z } from 'zod';
import { isOneOf, isSameText, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';
import { isSecureMinimum } from './tls-version-names.ts';

const reference = z.object({ id: z.string() }).nullish();
const sslPolicy = z
  .object({
    policyName: z.string().nullish(),
    minProtocolVersion: z.string().nullish(),
    disabledSslProtocols: z.array(z.string()).nullish(),
  })
  .nullish();
const listOf = <Properties extends z.ZodRawShape>(properties: Properties) =>
  z.array(z.object({ id: z.string(), name: z.string(), properties: z.object(properties) })).nullish();

/** Of an application gateway just what says which listeners are plaintext and which TLS they speak. */
export const gatewayProperties = {
  httpListeners: listOf({ protocol: z.string().nullish(), sslProfile: reference }),
  listeners: listOf({ protocol: z.string().nullish() }),
  requestRoutingRules: listOf({ httpListener: reference, redirectConfiguration: reference, urlPathMap: reference }),
  urlPathMaps: listOf({
    defaultRedirectConfiguration: reference,
    pathRules: z.array(z.object({ properties: z.object({ redirectConfiguration: reference }) })).nullish(),
  }),
  redirectConfigurations: listOf({ targetListener: reference, targetUrl: z.string().nullish() }),
  sslPolicy,
  sslProfiles: listOf({ sslPolicy }),
};
const gateway = z.object(gatewayProperties);
export type Gateway = z.infer<typeof gateway>;
type HttpListener = NonNullable<Gateway['httpListeners']>[number];
type Rule = NonNullable<Gateway['requestRoutingRules']>[number];
type Reference = z.infer<typeof reference>;

/** Each listener either speaks HTTPS, or everything that it is asked is redirected to HTTPS. */
export function judgePlaintextListeners(gateway: Gateway): readonly PropertyVerdict[] {
  return [
    ...(gateway.httpListeners ?? []).map((listener) => judgeListener(gateway, listener)),
    ...(gateway.listeners ?? []).map(({ name, properties }) => judgeStream(name, properties.protocol)),
  ];
}

/** TCP is passed on as it comes: what is in it is seen nowhere here. */
function judgeStream(name: string, protocol: string | null | undefined): PropertyVerdict {
  const path = `properties.listeners[${name}].protocol`;
  if (protocol !== null && protocol !== undefined && isSameText(protocol, 'Tcp'))
    return { observed: `${path} is Tcp, which does not say what is in it`, status: 'unknown', reason: 'unsupported' };
  return judgeProperty({ path, isGood: isOneOf(['Tls'], []) }, protocol);
}

function judgeListener(gateway: Gateway, listener: HttpListener): PropertyVerdict {
  const path = `properties.httpListeners[${listener.name}].protocol`;
  const verdict = judgeProperty({ path, isGood: isOneOf(['Https'], ['Http']) }, listener.properties.protocol);
  if (verdict.status !== 'fail') return verdict;
  const rules = (gateway.requestRoutingRules ?? []).filter(({ properties }) => refersTo(properties.httpListener, listener.id));
  if (rules.length === 0) return { ...verdict, observed: `${verdict.observed}, and no rule redirects it to https` };
  const targets = rules.flatMap((rule) => redirectsOf(gateway, rule)).map((redirect) => targetOf(gateway, redirect));
  if (targets.includes('elsewhere')) return { ...verdict, observed: `${verdict.observed}, and not all of it is redirected to https` };
  if (targets.includes('not found'))
    return { observed: `${verdict.observed}, and it is redirected to what the row does not hold`, status: 'unknown', reason: 'malformed' };
  return { observed: `${verdict.observed}, and all of it is redirected to https`, status: 'pass' };
}

/** The redirection of everything that a rule routes: null where it goes to a backend instead. */
function redirectsOf(gateway: Gateway, { properties }: Rule): readonly Reference[] {
  if (!isSet(properties.urlPathMap)) return [properties.redirectConfiguration];
  const map = (gateway.urlPathMaps ?? []).find(({ id }) => refersTo(properties.urlPathMap, id));
  // A map that is not there is a redirection that is not there.
  if (map === undefined) return [properties.urlPathMap];
  return [
    map.properties.defaultRedirectConfiguration,
    ...(map.properties.pathRules ?? []).map((rule) => rule.properties.redirectConfiguration),
  ];
}

function targetOf(gateway: Gateway, redirect: Reference): 'https' | 'elsewhere' | 'not found' {
  if (!isSet(redirect)) return 'elsewhere';
  const found = (gateway.redirectConfigurations ?? []).find(({ id }) => refersTo(redirect, id));
  if (found === undefined) return 'not found';
  const { targetUrl, targetListener } = found.properties;
  if (targetUrl !== null && targetUrl !== undefined) return /^https:/i.test(targetUrl) ? 'https' : 'elsewhere';
  const listener = (gateway.httpListeners ?? []).find(({ id }) => refersTo(targetListener, id));
  if (listener === undefined) return 'not found';
  return isSameText(listener.properties.protocol ?? '', 'Https') ? 'https' : 'elsewhere';
}

/** The TLS of every listener that speaks it: that of its own profile, else that of the gateway. */
export function judgeListenerVersions(gateway: Gateway): readonly PropertyVerdict[] {
  const secure = (gateway.httpListeners ?? []).filter(({ properties }) => isSameText(properties.protocol ?? '', 'Https'));
  const streams = (gateway.listeners ?? []).filter(({ properties }) => isSameText(properties.protocol ?? '', 'Tls'));
  const policies = new Map(secure.map(({ properties }) => policyOf(gateway, properties.sslProfile)).map((one) => [one.path, one]));
  if (streams.length > 0) policies.set('properties.sslPolicy', policyOf(gateway, null));
  return Array.from(policies.values(), ({ path, policy }) => judgePolicy(path, policy));
}

interface NamedPolicy {
  readonly path: string;
  /** `not found`: of a profile that the row does not hold. */
  readonly policy: z.infer<typeof sslPolicy> | 'not found';
}

function policyOf(gateway: Gateway, profile: Reference): NamedPolicy {
  const whole = { path: 'properties.sslPolicy', policy: gateway.sslPolicy };
  if (!isSet(profile)) return whole;
  const found = (gateway.sslProfiles ?? []).find(({ id }) => refersTo(profile, id));
  if (found === undefined) return { path: `properties.sslProfiles[${profile.id.split('/').at(-1)}].sslPolicy`, policy: 'not found' };
  const own = found.properties.sslPolicy;
  return own === null || own === undefined ? whole : { path: `properties.sslProfiles[${found.name}].sslPolicy`, policy: own };
}

/** What each predefined policy still accepts (Microsoft, "Application Gateway TLS policy overview"). */
const securePolicies = ['AppGwSslPolicy20170401S', 'AppGwSslPolicy20220101', 'AppGwSslPolicy20220101S'];
const insecurePolicies = ['AppGwSslPolicy20150501', 'AppGwSslPolicy20170401'];

function judgePolicy(path: string, policy: NamedPolicy['policy']): PropertyVerdict {
  if (policy === 'not found') return { observed: `${path} is not in the row`, status: 'unknown', reason: 'malformed' };
  const { minProtocolVersion, policyName, disabledSslProtocols } = policy ?? {};
  if (isSet(minProtocolVersion)) return judgeProperty({ path: `${path}.minProtocolVersion`, isGood: isSecureMinimum }, minProtocolVersion);
  // Without a policy it is that of 2015 or of 2022, by the version of the interface (2023-02-01) that made the gateway.
  const named = { path: `${path}.policyName`, isGood: isOneOf(securePolicies, insecurePolicies) };
  if (isSet(policyName) || !isSet(disabledSslProtocols)) return judgeProperty(named, policyName);
  const stillOn = ['TLSv1_0', 'TLSv1_1'].filter((old) => !disabledSslProtocols.some((off) => isSameText(off, old)));
  const observed = `${path}.disabledSslProtocols is ${disabledSslProtocols.join(', ') || 'empty'}`;
  return stillOn.length === 0 ? { observed, status: 'pass' } : { observed: `${observed}, without ${stillOn.join(', ')}`, status: 'fail' };
}

function refersTo(reference: Reference, id: string): boolean {
  return isSet(reference) && isSameText(reference.id, id);
}

function isSet<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
