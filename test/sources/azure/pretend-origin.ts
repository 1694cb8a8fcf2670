import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import type { Meter } from '../../../src/domain/look.ts';
import { type AzureSettings, azureSettingsSchema } from '../../../src/sources/azure/azure-settings.ts';
import type { Clock } from '../../../src/sources/azure/clock.ts';

export const tenant = '99999999-0000-4000-8000-000000000009';
export const clientId = '88888888-0000-4000-8000-000000000008';
export const subscription = '11111111-0000-4000-8000-000000000001';
export const secretText = 'wDx8Q~never-to-be-seen-anywhere-42';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly authorization: string;
  readonly body: string;
}

/** What the origin does with one request. */
export type Reaction = (request: Received, response: ServerResponse) => void;

export interface Origin {
  readonly url: string;
  readonly folder: string;
  readonly certificateFile: string;
  /** Of the resource manager, oldest first. */
  readonly received: Received[];
  /** Of the sign-in. */
  readonly signIns: Received[];
  readonly tokens: string[];
  /** The reactions to the next requests; the last one stays. */
  react(...reactions: Reaction[]): void;
  signIn(reaction: Reaction | null): void;
  close(): Promise<void>;
}

/** One loopback server that is resource manager and sign-in at once, under a certificate of its own authority. */
export async function startOrigin(): Promise<Origin> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-azure-'));
  const authority = await makeAuthority({ name: 'Pretend Azure' });
  const certificateFile = join(folder, 'authority.pem');
  await writeFile(certificateFile, authority.certificatePem);
  await writeFile(join(folder, 'secret'), `${secretText}\n`);
  const { keyPem, certificatePem } = await authority.issue({ hosts: ['localhost', '127.0.0.1'] });
  const received: Received[] = [];
  const signIns: Received[] = [];
  const tokens: string[] = [];
  let reactions: Reaction[] = [];
  let signInReaction: Reaction | null = null;
  const server = createServer({ key: keyPem, cert: certificatePem }, (message, response) => {
    receive(message).then(
      (request) => answer(request, response),
      () => response.destroy(),
    );
  });
  const answer: Reaction = (request, response) => {
    if (request.url.includes(tenant)) {
      signIns.push(request);
      return signInReaction === null ? giveToken(request, response, tokens) : signInReaction(request, response);
    }
    received.push(request);
    const reaction = reactions.length > 1 ? reactions.shift() : reactions[0];
    reaction?.(request, response);
  };
  const url = await listen(server);
  return {
    url,
    folder,
    certificateFile,
    received,
    signIns,
    tokens,
    react(...next) {
      reactions = next;
      received.length = 0;
    },
    signIn(reaction) {
      signInReaction = reaction;
      signIns.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

async function receive(message: IncomingMessage): Promise<Received> {
  let body = '';
  for await (const piece of message) body += String(piece);
  const { method = '', url = '', headers } = message;
  return { method, url, host: headers.host ?? '', authorization: headers.authorization ?? '', body };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `https://localhost:${address.port}`;
}

function giveToken(request: Received, response: ServerResponse, tokens: string[]): void {
  const authority = `https://${request.host}/${tenant}`;
  if (request.method === 'GET') {
    const metadata = {
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      issuer: `${authority}/v2.0`,
    };
    json(200, metadata)(request, response);
    return;
  }
  const token = `token-${tokens.length + 1}-never-to-be-seen`;
  tokens.push(token);
  json(200, { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: token })(request, response);
}

export function json(status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Reaction {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function armError(status: number, code: string, message: string, headers: { readonly [name: string]: string } = {}): Reaction {
  return json(status, { error: { code, message } }, headers);
}

export const secretIdentity = { kind: 'client-secret', tenantId: tenant, clientId } as const;

export function settingsOf(origin: Origin, changes: object = {}): AzureSettings {
  return azureSettingsSchema.parse({
    cloud: { resourceManager: origin.url, authority: origin.url, scope: 'https://management.azure.com/.default' },
    identity: { ...secretIdentity, secretFile: join(origin.folder, 'secret') },
    subscriptions: [subscription],
    certificateAuthority: origin.certificateFile,
    ...changes,
  });
}

export interface Counted extends Meter {
  /** `name{label="value"}` -> value */
  readonly series: Map<string, number>;
}

export function createMeter(): Counted {
  const series = new Map<string, number>();
  const key = (name: string, labels: object): string => `${name} ${Object.values(labels).join(' ')}`;
  return {
    series,
    count: (name, labels, by = 1) => void series.set(key(name, labels), (series.get(key(name, labels)) ?? 0) + by),
    set: (name, labels, value) => void series.set(key(name, labels), value),
  };
}

export interface ToldClock extends Clock {
  readonly slept: number[];
}

/** Waits take no time, and are told. */
export function createToldClock(): ToldClock {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    wallNow: () => Date.now(),
    random: () => 0,
    timeout: (ms) => AbortSignal.timeout(ms),
    async sleep(ms) {
      slept.push(ms);
      nowMs += ms;
      await Promise.resolve();
    },
  };
}
