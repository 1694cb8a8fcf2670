import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from './certificates.ts';
import { type DaemonEnd, makeRestartable, type RestartableDaemon, type RunningDaemon, startDaemon } from './daemon.ts';
import { type DemoAzure, startDemoAzure } from './demo-azure.ts';
import { secretVariable, writeConfiguration } from './demo-configuration.ts';
import { startDnsServer } from './dns-server.ts';
import { type Estate, startEstate } from './estate.ts';
import { findFreePort, loopback } from './listen.ts';
import { type Arrival, startWebhookInbox, type WebhookInbox } from './webhook-inbox.ts';

/** Everything that the demo starts. */
export interface DemoWorld {
  readonly folder: string;
  readonly estate: Estate;
  readonly azure: DemoAzure;
  readonly inbox: WebhookInbox;
  readonly daemon: RestartableDaemon;
  /** `http://127.0.0.1:<port>` */
  readonly daemonUrl: string;
}

/** Started one after the other, ended in the opposite order. */
export interface Closers {
  add(close: () => Promise<void>): void;
  closeAll(): Promise<void>;
}

export function makeClosers(): Closers {
  const closers: (() => Promise<void>)[] = [];
  return {
    add: (close) => {
      closers.push(close);
    },
    async closeAll() {
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
    },
  };
}

const daemonPatienceMs = 10_000;

export async function restartDaemon(daemon: RestartableDaemon): Promise<void> {
  await daemon.restart(daemonPatienceMs);
}

export async function stopDaemon(daemon: RunningDaemon): Promise<DaemonEnd> {
  return await daemon.stop(daemonPatienceMs);
}

/** What was started is in `closers` at once, so that nothing stays where a later part fails. */
export async function startWorld(closers: Closers, onArrival: (arrival: Arrival) => void): Promise<DemoWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-demo-'));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  const authority = await makeAuthority({ name: 'Claimwatch Demo Root' });
  const estate = await startEstate(authority);
  closers.add(estate.close);
  const azure = await startDemoAzure(authority);
  closers.add(azure.close);
  const shopNames = Object.fromEntries(estate.endpoints.map(({ host }) => [host, { a: [loopback] }]));
  const nameServer = await startDnsServer({ ...shopNames, ...azure.names });
  closers.add(nameServer.close);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const inbox = await startWebhookInbox(secret, onArrival);
  closers.add(inbox.close);
  const listenPort = await findFreePort();
  await writeConfiguration({
    folder,
    estate,
    azure,
    authorityPem: authority.certificatePem,
    nameServer: nameServer.address,
    listenPort,
    webhookUrl: inbox.url,
  });
  const daemon = makeRestartable(() => startDaemon(folder, { [secretVariable]: secret }));
  closers.add(async () => {
    await stopDaemon(daemon);
  });
  return { folder, estate, azure, inbox, daemon, daemonUrl: `http://${loopback}:${listenPort}` };
}
