import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type IssuedCertificate, makeAuthority } from '../../sandbox/certificates.ts';
import { type RunningEndpoint, startEndpoint } from '../../sandbox/endpoints.ts';
import { findFreePort, loopback } from '../../sandbox/listen.ts';

/** One HTTPS endpoint on loopback with a certificate that is good and one that has expired, of the same key, and the root that issued both. */
export interface WatchedEndpoint {
  readonly server: RunningEndpoint;
  /** As the daemon names it. */
  readonly subject: string;
  readonly valid: IssuedCertificate;
  readonly expired: IssuedCertificate;
  /** Good too, with another key. */
  readonly rekeyed: IssuedCertificate;
  readonly rootPem: string;
}

const dayMs = 86_400_000;
const packagedRegister = fileURLToPath(new URL('../../config/claims.yaml', import.meta.url));

export async function startWatchedEndpoint(): Promise<WatchedEndpoint> {
  const authority = await makeAuthority();
  // Keys of this kind are made once: another one would be told as a change.
  const key = 'rsa-2048';
  const valid = await authority.issue({ hosts: [loopback], key });
  const rekeyed = await authority.issue({ hosts: [loopback] });
  const expired = await authority.issue({
    hosts: [loopback],
    key,
    notBefore: new Date(Date.now() - 91 * dayMs),
    notAfter: new Date(Date.now() - dayMs),
  });
  const server = await startEndpoint({ certificate: valid });
  onTestFinished(() => server.close());
  return { server, subject: `${loopback}:${server.port}`, valid, expired, rekeyed, rootPem: authority.certificatePem };
}

/** The environment variable that hands the webhooks' secret to the daemon. */
export const secretVariable = 'WEBHOOK_SECRET';
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export const watchedChecks = ['tls-certificate-expiry', 'tls-certificate-trust', 'https-redirect'] as const;

export interface WatchChanges {
  /** Six fields; every second unless said otherwise. */
  readonly schedule?: string;
  readonly checks?: readonly string[];
  /** Longer than the schedule's gaps. */
  readonly maxAge?: string;
  /** Receiver name -> where it is posted to. */
  readonly webhooks: { readonly [name: string]: string };
}

/** The folder of a configuration that watches one endpoint; `rewrite` changes it for the next start. */
export interface WatchFolder {
  readonly path: string;
  readonly statePath: string;
  rewrite(changes: WatchChanges): Promise<void>;
}

export async function makeWatchFolder(endpoint: WatchedEndpoint, first: WatchChanges): Promise<WatchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'claimwatch-faults-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const port = await findFreePort();
  const rewrite = (changes: WatchChanges) => writeFile(join(path, 'claimwatch.yaml'), stringify(mainFile(endpoint, port, changes)));
  await writeFile(join(path, 'root.pem'), endpoint.rootPem);
  await cp(packagedRegister, join(path, 'claims.yaml'));
  await writeFile(join(path, 'waivers.yaml'), stringify({ waivers: [] }));
  await rewrite(first);
  return { path, statePath: join(path, 'state', 'claimwatch.sqlite'), rewrite };
}

function mainFile(endpoint: WatchedEndpoint, port: number, changes: WatchChanges) {
  const { schedule = '* * * * * *', checks = watchedChecks, maxAge = '2m', webhooks } = changes;
  const pace = { schedule, jitter: '0s', deadline: '10s', subjectDeadline: '5s', concurrency: 4 };
  const to = (url: string) => ({ kind: 'webhook', responses: ['page', 'ticket', 'report'], url, secret: `\${env:${secretVariable}}` });
  return {
    mode: 'active',
    signed: { by: 'The tests', on: '2026-11-24' },
    state: './state',
    register: 'claims.yaml',
    waivers: 'waivers.yaml',
    listen: { host: loopback, port },
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    endpoints: [{ host: loopback, port: endpoint.server.port, httpPort: endpoint.server.httpPort, httpPaths: ['/'] }],
    looks: {
      tls: { source: 'tls', ...pace, options: { extraRoots: [`\${file:root.pem}`], addressFamilies: ['ipv4'] } },
      http: { source: 'http', ...pace, options: { addressFamilies: ['ipv4'] } },
    },
    checks: Object.fromEntries(checks.map((check) => [check, { maxAge }])),
    receivers: { ...Object.fromEntries(Object.entries(webhooks).map(([name, url]) => [name, to(url)])), log: { kind: 'log' } },
  };
}
