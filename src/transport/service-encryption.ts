import { z } from 'zod';
import { isFlag, isOneOf, isSameText, judgeProperty, type PropertyValue, type PropertyVerdict } from '../domain/judge-properties.ts';
import { gatewayProperties, judgeListenerVersions, judgePlaintextListeners } from './gateway-listeners.ts';
import { isSecureMinimum } from './tls-version-names.ts';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const protocols = 'Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols';
const oldProtocols = [`${protocols}.Ssl30`, `${protocols}.Tls10`, `${protocols}.Tls11`] as const;

const domains = 'customDomains: properties.tlsSettings.minimumTlsVersion (built-in policy 679da822)';

/** Of all types together: each has some of it. */
export const serviceRow = z.object({
  properties: z.object({
    supportsHttpsTrafficOnly: flag,
    minimumTlsVersion: text,
    minimalTlsVersion: text,
    httpsOnly: flag,
    enableNonSslPort: flag,
    isHttpAllowed: flag,
    deliveryPolicy: z.object({}).nullish(),
    customProperties: z.record(z.string(), z.string()).nullish(),
    ...gatewayProperties,
  }),
});
export type ServiceRow = z.infer<typeof serviceRow>;

/** Of `sites/config`. */
export const siteConfigurationRow = z.object({
  id: z.string(),
  properties: z.object({ minTlsVersion: text, scmMinTlsVersion: text, ftpsState: text }),
});
export type SiteConfiguration = z.infer<typeof siteConfigurationRow>;

/** How a service is asked: whether it refuses plaintext, and what else its encryption must have. */
export interface ServiceVerdicts {
  readonly plaintext: readonly PropertyVerdict[];
  readonly beyond: readonly PropertyVerdict[];
}

type JudgeService = (row: ServiceRow, configurations: readonly SiteConfiguration[]) => ServiceVerdicts;

/** By ARM type, lower case. What a service does at all times, whatever its properties say, stands here as Microsoft documents it. */
export const services: { readonly [type: string]: JudgeService } = {
  'microsoft.storage/storageaccounts': ({ properties }) => ({
    // The default changed with the version of the interface that made the account (2019-04-01).
    plaintext: [judgeFlag('properties.supportsHttpsTrafficOnly', true, properties.supportsHttpsTrafficOnly, { policy: '404c3081' })],
    beyond: [judgeMinimum('properties.minimumTlsVersion', properties.minimumTlsVersion, { byDefault: 'TLS1_0', policy: 'fe83a0eb' })],
  }),
  'microsoft.web/sites': judgeSite,
  'microsoft.web/sites/slots': judgeSite,
  'microsoft.cache/redis': ({ properties }) => ({
    plaintext: [judgeFlag('properties.enableNonSslPort', false, properties.enableNonSslPort, { byDefault: false, policy: '22bee202' })],
    beyond: [judgeMinimum('properties.minimumTlsVersion', properties.minimumTlsVersion, { byDefault: '1.0' })],
  }),
  'microsoft.sql/servers': judgeSqlServer,
  'microsoft.sql/managedinstances': judgeSqlServer,
  'microsoft.documentdb/databaseaccounts': judgeCosmosAccount,
  'microsoft.eventhub/namespaces': judgeNamespace,
  'microsoft.servicebus/namespaces': judgeNamespace,
  'microsoft.network/applicationgateways': ({ properties }) => ({
    plaintext: judgePlaintextListeners(properties),
    beyond: judgeListenerVersions(properties),
  }),
  'microsoft.cdn/profiles/endpoints': ({ properties }) => ({
    plaintext: [judgeEdge(properties)],
    beyond: [unseen('customDomains', 'the minimum TLS version stands in the custom domains of the endpoint')],
  }),
  'microsoft.cdn/profiles/afdendpoints': () => ({
    plaintext: [unseen('routes: properties.httpsRedirect', 'what happens to plain HTTP stands in the routes of the endpoint')],
    beyond: [unseen(domains, 'the minimum TLS version stands in the custom domains of the profile')],
  }),
  'microsoft.cdn/profiles': () => ({
    plaintext: [unseen('routes: properties.httpsRedirect', 'what happens to plain HTTP stands in the routes of its endpoints')],
    beyond: [unseen(domains, 'the minimum TLS version stands in the custom domains of the profile')],
  }),
  'microsoft.dbforpostgresql/flexibleservers': () => ({
    plaintext: [
      unseen(
        'configurations/require_secure_transport (built-in policy c29c38cb)',
        'the server parameter require_secure_transport would have to be read',
      ),
    ],
    beyond: [
      unseen(
        'configurations/ssl_min_protocol_version (built-in policy a43d5475)',
        'the server parameter ssl_min_protocol_version would have to be read',
      ),
    ],
  }),
  'microsoft.dbformysql/flexibleservers': () => ({
    plaintext: [unseen('configurations/require_secure_transport', 'the server parameter require_secure_transport would have to be read')],
    beyond: [unseen('configurations/tls_version', 'the server parameter tls_version would have to be read')],
  }),
  'microsoft.apimanagement/service': ({ properties }) => ({
    plaintext: [unseen('apis: properties.protocols', 'whether it takes plain HTTP stands in the protocols of each API')],
    beyond: oldProtocols.map((name) =>
      judgeProperty({ path: `properties.customProperties["${name}"]`, isGood: isFlag(false) }, properties.customProperties?.[name]),
    ),
  }),
};

interface Source {
  readonly byDefault?: string | boolean;
  /** Built-in policy whose expectation it is. */
  readonly policy?: string;
}

function judgeFlag(path: string, wanted: boolean, value: PropertyValue, { byDefault, policy }: Source = {}): PropertyVerdict {
  return judgeProperty({ path, isGood: isFlag(wanted), ...withDefault(byDefault), rule: ruleOf(path, policy) }, value);
}

/** A minimum of 1.3 is as good as one of 1.2. */
function judgeMinimum(path: string, value: PropertyValue, { byDefault, policy }: Source = {}): PropertyVerdict {
  return judgeProperty({ path, isGood: isSecureMinimum, ...withDefault(byDefault), rule: ruleOf(path, policy) }, value);
}

function withDefault(byDefault: string | boolean | undefined): { readonly byDefault?: string | boolean } {
  return byDefault === undefined ? {} : { byDefault };
}

function ruleOf(path: string, policy: string | undefined): string {
  return policy === undefined ? path : `${path} (built-in policy ${policy})`;
}

function unseen(rule: string, what: string): PropertyVerdict {
  return { observed: `the row does not say it: ${what}`, rule, status: 'unknown', reason: 'unsupported' };
}

/** `None` lets clients connect without encryption too; it was the default until 2026-07 (Microsoft, "No minimum TLS" of Azure SQL). */
function judgeSqlServer({ properties }: ServiceRow): ServiceVerdicts {
  const path = 'properties.minimalTlsVersion';
  const isEncrypted = (value: string | boolean) => {
    const secure = isSecureMinimum(value);
    return secure === null ? null : !isSameText(String(value), 'None');
  };
  return {
    plaintext: [judgeProperty({ path, isGood: isEncrypted, byDefault: 'None' }, properties.minimalTlsVersion)],
    beyond: [judgeMinimum(path, properties.minimalTlsVersion, { byDefault: 'None', policy: '32e6bbec' })],
  };
}

/** The default was 1.0 and is 1.2 today. */
function judgeCosmosAccount({ properties }: ServiceRow): ServiceVerdicts {
  return {
    plaintext: [{ observed: 'Azure Cosmos DB has no plaintext listener', status: 'pass' }],
    beyond: [judgeMinimum('properties.minimalTlsVersion', properties.minimalTlsVersion)],
  };
}

function judgeNamespace({ properties }: ServiceRow): ServiceVerdicts {
  return {
    plaintext: [{ observed: 'Event Hubs and Service Bus have no plaintext listener', status: 'pass' }],
    beyond: [judgeMinimum('properties.minimumTlsVersion', properties.minimumTlsVersion, { byDefault: '1.0' })],
  };
}

/** A delivery rule may redirect plain HTTP; the row says that there are rules, and reading them is not worth a retired service. */
function judgeEdge({ isHttpAllowed, deliveryPolicy }: ServiceRow['properties']): PropertyVerdict {
  const verdict = judgeFlag('properties.isHttpAllowed', false, isHttpAllowed, { byDefault: true });
  if (verdict.status !== 'fail' || deliveryPolicy === null || deliveryPolicy === undefined) return verdict;
  return unseen('properties.deliveryPolicy', 'plain HTTP is allowed, and a rule of properties.deliveryPolicy may redirect it');
}

function judgeSite({ properties }: ServiceRow, configurations: readonly SiteConfiguration[]): ServiceVerdicts {
  const own = configurations.filter(({ id }) => /\/config\/web$/i.test(id));
  return {
    plaintext: [judgeFlag('properties.httpsOnly', true, properties.httpsOnly, { byDefault: false, policy: 'a4af4a39' })],
    beyond: own.length === 0 ? [noConfiguration] : own.flatMap(judgeSiteConfiguration),
  };
}

const noConfiguration: PropertyVerdict = {
  observed: 'the configuration of the site (config/web) was not listed with it, so its TLS and FTP are not known',
  status: 'unknown',
  reason: 'partial',
};

/** Absent minimums mean 1.2 since the service documents it, and meant 1.0 before: nothing that could be told. */
function judgeSiteConfiguration({ properties }: SiteConfiguration): readonly PropertyVerdict[] {
  const ftp = 'config/web: properties.ftpsState';
  return [
    judgeMinimum('config/web: properties.minTlsVersion', properties.minTlsVersion, { policy: 'f0e6e85b' }),
    judgeMinimum('config/web: properties.scmMinTlsVersion', properties.scmMinTlsVersion),
    judgeProperty(
      { path: ftp, isGood: isOneOf(['FtpsOnly', 'Disabled'], ['AllAllowed']), rule: ruleOf(ftp, '4d24b6d4') },
      properties.ftpsState,
    ),
  ];
}
