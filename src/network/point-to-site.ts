import { isOneOf, isSameText, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;
type Texts = readonly string[] | null | undefined;

/** How people sign in to a VPN gateway, wherever a kind of gateway keeps it. */
export interface PointToSite {
  /** Where it stands in the row: `properties.vpnClientConfiguration`. */
  readonly path: string;
  readonly authenticationTypes: Texts;
  readonly protocols: Texts;
  /** `https://login.microsoftonline.com/<tenant>/` */
  readonly tenantAddress: Text;
  /** `https://sts.windows.net/<tenant>/` */
  readonly issuer: Text;
  /** Other ways in that are set up, which say how people sign in where the types are absent. */
  readonly hasRootCertificates: boolean;
  readonly hasRadiusServer: boolean;
  /** Whether there are addresses to give to those who come in; null: the row does not say. */
  readonly hasAddressPool: boolean | null;
}

/** Only accounts of one tenant of Entra come in, each with the second factor and the conditions that the tenant asks for (built-in policy 21a6bc25). */
export function judgePointToSite(one: PointToSite, tenant: string | null): readonly PropertyVerdict[] {
  if (isEmpty(one)) return [judgeEmpty(one)];
  return [...judgeTypes(one), ...judgeProtocols(one), ...judgeTenant(one, tenant)];
}

/** Gateways on which nobody ever set it up can have the configuration all the same, with nothing in it. */
function isEmpty({ authenticationTypes, tenantAddress, hasRootCertificates, hasRadiusServer, hasAddressPool }: PointToSite): boolean {
  const hasTypes = (authenticationTypes ?? []).length > 0;
  return !hasTypes && !hasRootCertificates && !hasRadiusServer && (tenantAddress ?? '') === '' && hasAddressPool !== true;
}

function judgeEmpty({ path, hasAddressPool }: PointToSite): PropertyVerdict {
  const rule = `${path}.vpnClientAddressPool`;
  if (hasAddressPool === false) return { rule, observed: 'nobody signs in: there are no addresses to give to anybody', status: 'pass' };
  const observed = `${path} names no way to sign in; whether nobody can is not said`;
  return { rule, observed, status: 'unknown', reason: 'unsupported', unrefuted: true };
}

function judgeTypes({ path, authenticationTypes, hasRootCertificates, hasRadiusServer }: PointToSite): readonly PropertyVerdict[] {
  const rule = `${path}.vpnAuthenticationTypes (built-in policy 21a6bc25)`;
  const given = authenticationTypes ?? [];
  const isGood = isOneOf(['AAD'], ['Certificate', 'Radius']);
  if (given.length > 0) return given.map((type) => judgeProperty({ path: 'vpnAuthenticationTypes', rule, isGood }, type));
  const absent = 'vpnAuthenticationTypes is absent';
  if (hasRootCertificates)
    return [{ rule, observed: `${absent}, and root certificates let in whoever holds one of theirs`, status: 'fail' }];
  if (hasRadiusServer) return [{ rule, observed: `${absent}, and a RADIUS server lets people in`, status: 'fail' }];
  return [{ rule, observed: `${absent}, so how people sign in is not said`, status: 'unknown', reason: 'unsupported' }];
}

/** Entra signs people in over OpenVPN only; what else is offered lets in by other means. */
function judgeProtocols({ path, protocols }: PointToSite): readonly PropertyVerdict[] {
  const rule = `${path}.vpnClientProtocols`;
  const given = protocols ?? [];
  if (given.length === 0) return [{ rule, observed: 'vpnClientProtocols is absent', status: 'unknown', reason: 'unsupported' }];
  return given.map((protocol) =>
    judgeProperty({ path: 'vpnClientProtocols', rule, isGood: isOneOf(['OpenVPN'], ['IkeV2', 'SSTP']) }, protocol),
  );
}

/** Whose accounts come in: both the place where people sign in and the issuer of their tokens name the tenant. */
function judgeTenant({ path, tenantAddress, issuer }: PointToSite, tenant: string | null): readonly PropertyVerdict[] {
  const signIn = judgeTenantOf(`${path}.aadTenant`, tenantAddress, { hosts: signInHosts, tenant });
  const named = tenantIn(tenantAddress, signInHosts);
  // Without a tenant to compare with, both have to name the same one.
  return [signIn, judgeTenantOf(`${path}.aadIssuer`, issuer, { hosts: issuerHosts, tenant: tenant ?? named })];
}

const signInHosts = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'];
const issuerHosts = ['sts.windows.net', 'sts.chinacloudapi.cn', ...signInHosts];

interface WantedTenant {
  readonly hosts: readonly string[];
  /** Null: any one tenant. */
  readonly tenant: string | null;
}

function judgeTenantOf(rule: string, address: Text, { hosts, tenant }: WantedTenant): PropertyVerdict {
  const name = rule.split('.').at(-1) ?? rule;
  if (address === null || address === undefined || address === '')
    return { rule, observed: `${name} is absent`, status: 'unknown', reason: 'unsupported' };
  const observed = `${name} is ${address}`;
  const named = tenantIn(address, hosts);
  if (named === null) return { rule, observed: `${observed}, which names no tenant that we know`, status: 'unknown', reason: 'malformed' };
  if (anyTenant.includes(named)) return { rule, observed: `${observed}, which is every tenant`, status: 'fail' };
  if (!isIdentifier(named))
    return { rule, observed: `${observed}, a name that may stand for any tenant`, status: 'unknown', reason: 'unsupported' };
  if (tenant === null || isSameText(tenant, named)) return { rule, observed, status: 'pass' };
  if (!isIdentifier(tenant)) return { rule, observed, status: 'unknown', reason: 'unsupported' };
  return { rule, observed: `${observed}, expected the tenant ${tenant.toLowerCase()}`, status: 'fail' };
}

/** What Entra takes in the place of a tenant, for accounts of all of them. */
const anyTenant = ['common', 'organizations', 'consumers'];

function tenantIn(address: Text, hosts: readonly string[]): string | null {
  const [, host, tenant] = /^https:\/\/([^/]+)\/([^/]+)(?:\/v2\.0)?\/?$/.exec((address ?? '').toLowerCase()) ?? [];
  return host !== undefined && tenant !== undefined && hosts.includes(host) ? tenant : null;
}

function isIdentifier(tenant: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant);
}
