import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { estateLogTables, estateParameters } from './azure/estate-parameters.ts';
import { serviceTags } from './azure/service-tags.ts';
import type { DemoAzure } from './demo-azure.ts';
import { demoChecks } from './demo-checks.ts';
import { type Estate, type EstateName, subjectOf } from './estate.ts';

export interface DemoConfiguration {
  /** An empty folder. */
  readonly folder: string;
  readonly estate: Estate;
  readonly azure: DemoAzure;
  /** PEM: the one root that the daemon trusts besides the well-known ones. */
  readonly authorityPem: string;
  /** `host:port` of the name server that knows the estate. */
  readonly nameServer: string;
  readonly listenPort: number;
  readonly webhookUrl: string;
}

/** The environment variable that hands the webhook's secret to the daemon. */
export const secretVariable = 'CLAIMWATCH_DEMO_WEBHOOK_SECRET';

const packagedConfig = fileURLToPath(new URL('../config', import.meta.url));

/** The region `global` is where front doors stand. */
const parameters: { readonly [check: string]: object } = {
  ...estateParameters,
  'hosting-regions': { ...estateParameters['hosting-regions'], allowed: ['westeurope', 'northeurope', 'global'] },
  // Looks every few seconds are missed on a busy machine; nobody would see whether a claim moved because of what the story does.
  'monitoring-coverage': { ...estateParameters['monitoring-coverage'], ownCoverage: 0 },
};

/**
 * Accepted for the demo, so that what the story breaks has no other failing subject: an alert is about a check, and closes only when nothing under
 * it fails any more; and a claim that fails already would not be seen to turn.
 */
const accepted: readonly { readonly check: string; readonly endpoint: EstateName }[] = [
  { check: 'tls-versions', endpoint: 'old-tls' },
  { check: 'tls-certificate-expiry', endpoint: 'expired' },
  { check: 'tls-certificate-expiry', endpoint: 'short-lived' },
  { check: 'disclosure-http', endpoint: 'chatty' },
];

const dayMs = 86_400_000;

/** Writes a configuration as somebody with these endpoints would, but with a look every few seconds. */
export async function writeConfiguration(demo: DemoConfiguration): Promise<void> {
  await mkdir(join(demo.folder, 'trust'));
  await writeFile(join(demo.folder, 'trust', 'sandbox-root.pem'), demo.authorityPem);
  await writeFile(join(demo.folder, 'azure-secret'), demo.azure.azure.clientSecret, { mode: 0o600 });
  await writeFile(join(demo.folder, 'service-tags.json'), JSON.stringify(tagList));
  await cp(join(packagedConfig, 'claims.yaml'), join(demo.folder, 'claims.yaml'));
  await writeFile(join(demo.folder, 'waivers.yaml'), stringify({ waivers: waiversOf(demo) }));
  await writeFile(join(demo.folder, 'claimwatch.yaml'), stringify(mainFile(demo)));
}

function mainFile(demo: DemoConfiguration): object {
  return {
    mode: 'active',
    signed: { by: 'The demo', on: dateOf(Date.now()) },
    state: './state',
    register: 'claims.yaml',
    waivers: 'waivers.yaml',
    listen: { host: '127.0.0.1', port: demo.listenPort },
    vantage: { name: 'demo', external: false, egressAddress: null, resolver: [demo.nameServer] },
    endpoints: demo.estate.endpoints.map(({ host, server }) => ({
      host,
      port: server.port,
      httpPort: server.httpPort,
      httpPaths: ['/', '/basket'],
    })),
    azure: azureSection(demo.azure),
    looks: {
      tls: { source: 'tls', ...pace, options: { extraRoots: [`\${file:trust/sandbox-root.pem}`], addressFamilies: ['ipv4'] } },
      http: { source: 'http', ...pace, options: { addressFamilies: ['ipv4'] } },
      https: { source: 'https', ...pace, options: { addressFamilies: ['ipv4'] } },
      dns: { source: 'dns', ...pace },
      azure: { source: 'azure', ...pace, schedule: '*/5 * * * * *' },
      ...logLooks,
      // There is nobody outside who could ask.
      'outside-probe': { source: 'outside-probe', ...pace, options: { addresses: [] } },
    },
    checks: Object.fromEntries(demoChecks.map((check) => [check, { maxAge: '2m', parameters: parameters[check] ?? {} }])),
    receivers: {
      inbox: { kind: 'webhook', responses: ['page', 'ticket', 'report'], url: demo.webhookUrl, secret: `\${env:${secretVariable}}` },
      log: { kind: 'log' },
    },
  };
}

const pace = { schedule: '*/3 * * * * *', jitter: '0s', deadline: '20s', subjectDeadline: '3s', concurrency: 6 };
const logPace = { ...pace, schedule: '*/10 * * * * *', subjectDeadline: '15s' };

/** Without the canary: its event takes minutes to arrive, as a real one. */
const logLooks: object = {
  logs: { source: 'logs', ...logPace, options: { tables: estateLogTables } },
  'activity-log': { source: 'activity-log', ...logPace },
  heartbeats: { source: 'heartbeats', ...logPace },
  'diagnostic-settings': { source: 'diagnostic-settings', ...logPace },
  'own-looks': { source: 'own-looks', ...logPace },
  canary: { source: 'canary', ...logPace },
};

/** What stands in Azure is on loopback, so loopback is of the network of Azure, too. */
const { values } = serviceTags('demo', 'westeurope');
const tagList = {
  values: [...values, { name: 'AzureCloud.demo', id: 'AzureCloud.demo', properties: { addressPrefixes: ['127.0.0.0/8'] } }],
};

function azureSection({ azure, estate, ports }: DemoAzure): object {
  return {
    cloud: { resourceManager: azure.origin, authority: azure.authorityHost, scope: azure.scope, logAnalytics: azure.logAnalytics },
    identity: { kind: 'client-secret', tenantId: azure.tenantId, clientId: azure.clientId, secretFile: 'azure-secret' },
    certificateAuthority: join('trust', 'sandbox-root.pem'),
    subscriptions: estate.subscriptions.map(({ id }) => id),
    endpoints: ports,
    serviceTags: 'service-tags.json',
  };
}

function waiversOf({ estate, azure }: DemoConfiguration): readonly object[] {
  const onPurpose = accepted.map(({ check, endpoint }) => ({
    id: `demo-${endpoint}`,
    check,
    subject: subjectOf(estate, endpoint),
    reason: 'Wrong on purpose, so that the demo can show what a waiver does.',
  }));
  const regional = azure.regionalHosts.map((host) => ({
    id: `demo-${host}`,
    check: 'disclosure-names',
    subject: `${host}:${azure.ports.port}`,
    reason: 'Azure puts the region into the name of a public address; the company knows and has accepted it.',
  }));
  return [...onPurpose, ...regional].map((waiver) => ({
    ...waiver,
    interpretations: ['literal', 'intent'],
    requestedBy: 'The demo',
    approvedBy: 'Its reader',
    from: dateOf(Date.now() - dayMs),
    until: dateOf(Date.now() + 30 * dayMs),
  }));
}

/** YYYY-MM-DD in UTC. */
function dateOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
