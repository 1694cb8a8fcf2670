import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Estate, type EstateName, subjectOf } from './estate.ts';

export interface DemoConfiguration {
  /** An empty folder. */
  readonly folder: string;
  readonly estate: Estate;
  /** PEM: the one root that the daemon trusts besides the well-known ones. */
  readonly authorityPem: string;
  /** `host:port` of the name server that knows the estate. */
  readonly nameServer: string;
  readonly listenPort: number;
  readonly webhookUrl: string;
}

/** The environment variable that hands the webhook's secret to the daemon. */
export const secretVariable = 'CLAIMWATCH_DEMO_WEBHOOK_SECRET';

/** Every check that there is. */
export const demoChecks = [
  'tls-versions',
  'tls-cipher-strength',
  'tls-key-size',
  'tls-certificate-signature',
  'tls-certificate-trust',
  'tls-certificate-expiry',
  'https-redirect',
  'https-hsts',
  'disclosure-http',
  'disclosure-names',
  'availability-endpoints',
] as const;
export type DemoCheck = (typeof demoChecks)[number];

/**
 * Accepted for the demo, so that the check that is broken on the good endpoint has no other failing subject:
 * an alert is about a check, and closes only when nothing under it fails any more.
 */
const accepted: readonly { readonly check: DemoCheck; readonly endpoint: EstateName }[] = [
  { check: 'tls-versions', endpoint: 'old-tls' },
  { check: 'tls-certificate-expiry', endpoint: 'expired' },
  { check: 'tls-certificate-expiry', endpoint: 'short-lived' },
];

const packagedConfig = fileURLToPath(new URL('../config', import.meta.url));
const dayMs = 86_400_000;

/** Writes a configuration as somebody with these endpoints would, but with a look every two seconds. */
export async function writeConfiguration(demo: DemoConfiguration): Promise<void> {
  await mkdir(join(demo.folder, 'trust'));
  await writeFile(join(demo.folder, 'trust', 'sandbox-root.pem'), demo.authorityPem);
  await cp(join(packagedConfig, 'claims.yaml'), join(demo.folder, 'claims.yaml'));
  await writeFile(join(demo.folder, 'waivers.yaml'), stringify({ waivers: waiversOf(demo.estate) }));
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
    looks: {
      tls: { source: 'tls', ...pace, options: { extraRoots: [`\${file:trust/sandbox-root.pem}`], addressFamilies: ['ipv4'] } },
      http: { source: 'http', ...pace, options: { addressFamilies: ['ipv4'] } },
      https: { source: 'https', ...pace, options: { addressFamilies: ['ipv4'] } },
      dns: { source: 'dns', ...pace },
    },
    checks: Object.fromEntries(demoChecks.map((check) => [check, { maxAge: '2m' }])),
    receivers: {
      inbox: { kind: 'webhook', responses: ['page', 'ticket', 'report'], url: demo.webhookUrl, secret: `\${env:${secretVariable}}` },
      log: { kind: 'log' },
    },
  };
}

const pace = { schedule: '*/2 * * * * *', jitter: '0s', deadline: '20s', subjectDeadline: '2s', concurrency: 16 };

function waiversOf(estate: Estate): readonly object[] {
  return accepted.map(({ check, endpoint }) => ({
    id: `demo-${endpoint}`,
    check,
    subject: subjectOf(estate, endpoint),
    interpretations: ['literal', 'intent'],
    reason: 'Wrong on purpose, so that the demo can show what a waiver does.',
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
