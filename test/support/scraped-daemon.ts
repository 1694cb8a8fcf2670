import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startBlackHole } from '../../sandbox/endpoints.ts';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import { readyMessage, startDaemonProcess } from './daemon-process.ts';
import { fileOfProject } from './prometheus-rules.ts';
import { startTroubledInbox } from './troubled-inbox.ts';
import { secretVariable, startWatchedEndpoint, type WatchedEndpoint, watchedChecks, webhookSecret } from './watched-endpoint.ts';

/** The unchanged daemon with two endpoints: one that is well until a test breaks it, and one that never says a word. */
export interface ScrapedDaemon {
  readonly endpoint: WatchedEndpoint;
  /** Where it serves its metrics. */
  readonly port: number;
}

/**
 * The Alertmanager gets the alerts, another receiver answers 500 to everything; a waiver is in force; another endpoint is out of scope. Looks come
 * every second.
 */
export async function startScrapedDaemon(alertmanagerPort: number): Promise<ScrapedDaemon> {
  const endpoint = await startWatchedEndpoint();
  const silent = await startBlackHole();
  onTestFinished(() => silent.close());
  const inbox = await startTroubledInbox(500);
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-scraped-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const port = await findFreePort();
  await cp(fileURLToPath(fileOfProject('config/claims.yaml')), join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'root.pem'), endpoint.rootPem);
  await writeFile(join(folder, 'waivers.yaml'), stringify({ waivers: [waiverFor(`${loopback}:${silent.port}`)] }));
  const endpoints = [endpoint.server, silent].map((server) => ({
    host: loopback,
    port: server.port,
    httpPort: server.httpPort,
    httpPaths: ['/'],
  }));
  await writeFile(
    join(folder, 'claimwatch.yaml'),
    stringify(mainFile({ port, endpoints, webhookUrl: inbox.url, alertmanagerUrl: `http://${loopback}:${alertmanagerPort}` })),
  );
  const daemon = startDaemonProcess(folder, { [secretVariable]: webhookSecret });
  await daemon.whenLogged(readyMessage);
  return { endpoint, port };
}

const dayMs = 86_400_000;

function waiverFor(subject: string) {
  const dateIn = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
  const people = { requestedBy: 'The tests', approvedBy: 'Their reader' };
  return {
    id: 'w1',
    check: 'https-redirect',
    subject,
    interpretations: ['intent'],
    reason: 'A test.',
    ...people,
    from: dateIn(-1),
    until: dateIn(30),
  };
}

function mainFile(given: {
  readonly port: number;
  readonly endpoints: readonly object[];
  readonly webhookUrl: string;
  readonly alertmanagerUrl: string;
}) {
  const pace = { schedule: '* * * * * *', jitter: '0s', deadline: '10s', subjectDeadline: '500ms', concurrency: 4 };
  return {
    mode: 'active',
    signed: { by: 'The tests', on: '2026-11-24' },
    state: './state',
    register: 'claims.yaml',
    waivers: 'waivers.yaml',
    listen: { host: loopback, port: given.port },
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    endpoints: given.endpoints,
    scope: { excluded: [{ subject: 'old.example.com:443', owner: 'The tests', reason: 'A test.' }] },
    looks: {
      tls: { source: 'tls', ...pace, options: { extraRoots: [`\${file:root.pem}`], addressFamilies: ['ipv4'] } },
      http: { source: 'http', ...pace, options: { addressFamilies: ['ipv4'] } },
    },
    checks: Object.fromEntries(watchedChecks.map((check) => [check, { maxAge: '2m' }])),
    receivers: {
      inbox: { kind: 'webhook', responses: ['page', 'ticket', 'report'], url: given.webhookUrl, secret: `\${env:${secretVariable}}` },
      alertmanager: { kind: 'alertmanager', responses: ['page', 'ticket', 'report'], urls: [given.alertmanagerUrl] },
      log: { kind: 'log' },
    },
  };
}
