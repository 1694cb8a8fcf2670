import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';

/** One Azure: where its resource manager and its sign-in stand, and what a token for it is asked for. Always set together. */
export interface AzureCloud {
  /** Origin without path: `https://management.azure.com` */
  readonly resourceManager: string;
  /** Origin without path: `https://login.microsoftonline.com` */
  readonly authority: string;
  /** `https://management.azure.com/.default` */
  readonly scope: string;
  /** Origin without path, of Log Analytics: `https://api.loganalytics.io`. Absent: logs cannot be asked for. */
  readonly logAnalytics?: string;
}

/**
 * Microsoft's own three. Source: AzureAuthorityHosts of @azure/identity for the authorities; Microsoft's pages on Azure Government and Azure
 * operated by 21Vianet for the resource managers; KnownMonitorLogsQueryAudience of @azure/monitor-query for Log Analytics.
 */
export const azureClouds: { readonly [name in 'public' | 'government' | 'china']: AzureCloud } = {
  public: {
    resourceManager: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
    scope: 'https://management.azure.com/.default',
    logAnalytics: 'https://api.loganalytics.io',
  },
  government: {
    resourceManager: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
    scope: 'https://management.usgovcloudapi.net/.default',
    logAnalytics: 'https://api.loganalytics.us',
  },
  china: {
    resourceManager: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    scope: 'https://management.chinacloudapi.cn/.default',
    logAnalytics: 'https://api.loganalytics.azure.cn',
  },
};

/** A message in two parts, as the settings' loader shows them: what is expected, and what to do. */
function mistake(expected: string, remedy: string): string {
  return `${expected}; remedy: ${remedy}`;
}

const httpsOrigin = z
  .string()
  .transform((text) => text.trim().replace(/\/+$/, '').toLowerCase())
  .refine(isHttpsOrigin, mistake('expected an https address without a path', 'write for example "https://management.azure.com"'));

function isHttpsOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.origin === text && url.username === '';
}

const tokenScope = z
  .string()
  .refine(
    (text) => URL.parse(text)?.protocol === 'https:' && text.endsWith('/.default'),
    mistake('expected an https address that ends in /.default', 'write for example "https://management.azure.com/.default"'),
  );

const cloudSchema = z.union(
  [
    z.enum(['public', 'government', 'china']).transform((name) => azureClouds[name]),
    z.strictObject({ resourceManager: httpsOrigin, authority: httpsOrigin, scope: tokenScope, logAnalytics: httpsOrigin.exactOptional() }),
  ],
  mistake(
    'expected public, government, china, or the addresses resourceManager, authority, scope and, for logs, logAnalytics',
    'write "cloud: public", or all three addresses and that of Log Analytics: a token of one Azure is of no use in another',
  ),
);

const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function guid(what: string, remedy: string): z.ZodType<string, string> {
  return z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .refine((text) => guidPattern.test(text), mistake(`expected ${what}, for example 11111111-2222-3333-4444-555555555555`, remedy));
}

const clientId = guid('the client id of the identity', 'copy it from the page of the managed identity or app registration');
/** A tenant is also known by its domains. */
const tenantId = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .refine(
    (text) => /^[0-9a-z][0-9a-z.-]*$/.test(text),
    mistake('expected the id of the tenant', 'copy it from `az account show --query tenantId`'),
  );
/** The loader makes it absolute: relative to the settings' own folder. */
const fileName = z.string().trim().min(1).max(4_096);

/** Also of an identity of its own that a look may have. */
export const identitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('managed-identity'), clientId: clientId.exactOptional() }),
  z.strictObject({
    kind: z.literal('workload-identity'),
    tenantId: tenantId.exactOptional(),
    clientId: clientId.exactOptional(),
    tokenFile: fileName.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('client-secret'), tenantId, clientId, secretFile: fileName }),
  z.strictObject({ kind: z.literal('client-certificate'), tenantId, clientId, certificateFile: fileName }),
  z.strictObject({ kind: z.literal('azure-cli'), tenantId: tenantId.exactOptional() }),
]);

/** What Azure lets one caller ask. Raise one only where Microsoft has raised it for you. */
const limitsSchema = z.strictObject({
  resourceGraphPer5Seconds: z.int().min(1).max(1_000_000).default(15),
  storageListsPer5Minutes: z.int().min(1).max(1_000_000).default(100),
  cdnReadsPer5Minutes: z.int().min(1).max(1_000_000).default(50),
  activityLogPer30Seconds: z.int().min(1).max(1_000_000).default(50),
  /** Reads of one subscription that may come at once. */
  readsAtOnce: z.int().min(1).max(1_000_000).default(250),
  readsPerSecond: z.int().min(1).max(1_000_000).default(25),
});

const subscriptionsSchema = z
  .array(guid('the id of a subscription', 'copy it from `az account list --query "[].id"`'))
  .min(1, mistake('expected at least one subscription', 'add the id of each subscription that the policy is about'))
  // Microsoft, "Troubleshoot errors using Azure Resource Graph": questions about more have to be asked in parts.
  .max(1_000, mistake('expected at most 1,000 subscriptions', 'watch the others with a claimwatch of their own'))
  .refine((ids) => new Set(ids).size === ids.length, mistake('expected each subscription once', 'remove the one that is named twice'));

/** The section `azure` of the settings. */
export const azureSettingsSchema = z.strictObject({
  cloud: cloudSchema.default(azureClouds.public),
  identity: identitySchema,
  subscriptions: subscriptionsSchema,
  /** PEM: authorities to trust besides those of the system. */
  certificateAuthority: fileName.exactOptional(),
  limits: limitsSchema.prefault({}),
});

export type AzureSettings = Readonly<z.output<typeof azureSettingsSchema>>;
export type AzureIdentity = AzureSettings['identity'];
export type AzureLimits = AzureSettings['limits'];

/** What a token for Log Analytics is asked for; null where no address of it is known. */
export function logAnalyticsScope({ logAnalytics }: AzureCloud): string | null {
  return logAnalytics === undefined ? null : `${logAnalytics}/.default`;
}

/** What the loader has validated, in its shape again. */
export function settingsOf(azure: JsonObject): AzureSettings {
  const parsed = azureSettingsSchema.safeParse(azure);
  if (parsed.success) return parsed.data;
  throw new FaultError('defect', 'the section azure of the settings came without its shape');
}
