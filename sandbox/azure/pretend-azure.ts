import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Json } from '../../src/domain/json.ts';
import type { Authority } from '../certificates.ts';
import { listen, loopback } from '../listen.ts';
import { type Answer, type AzureParts, answerIdentity, answerSecure, answerWorkspaces, type Call } from './answer-api.ts';
import { makeResourceManager } from './arm-answer.ts';
import { deliver, pause } from './deliver.ts';
import { effectiveRules } from './effective-rules.ts';
import type { EstateResource, PretendEstate } from './estate-port.ts';
import { type Faults, makeFaults } from './faults.ts';
import { makeResourceGraph } from './graph-answer.ts';
import { makeLimits } from './limits.ts';
import { makePretendLogs } from './logs/pretend-logs.ts';
import { makeRequestLog, type RequestLog } from './request-log.ts';
import { makeRights } from './rights.ts';
import type { Role } from './role.ts';
import { makeTokens } from './tokens.ts';

export interface PretendAzureOptions {
  readonly estate: PretendEstate;
  /** Issues the certificate of the server. */
  readonly authority: Authority;
  /** Null, which is the default: everything is allowed. */
  readonly role?: Role | null;
  /** Whether the limits of the real services hold; default false. */
  readonly limits?: boolean;
  /** Delays each answer; default 0. */
  readonly latencyMs?: number;
  readonly tenantId?: string;
  /** Default an hour, as of the real ones. */
  readonly tokenLifetimeSeconds?: number;
  /** How many items a page of a list of Azure Resource Manager holds; default 100. */
  readonly pageSize?: number;
  /** The Retry-After of long-running operations; default 1. */
  readonly pollAfterSeconds?: number;
  /**
   * The effective security rules of a network interface, as Azure's list; null: it is not attached to a running machine. Default: as they follow from the
   * estate.
   */
  readonly oracle?: (networkInterface: EstateResource) => Json;
  /** How many events each subscription has in a day, at the least; default: a handful an hour. */
  readonly eventsPerDay?: number;
  /** How many rows an answer of Log Analytics holds; default 500,000, as of the real one. */
  readonly maxLogRows?: number;
  /** How many events a page of the activity log holds; default 200. */
  readonly eventPageSize?: number;
  /** Milliseconds since the epoch, for tokens and limits; logs go by the clock of the estate. */
  readonly now?: () => number;
}

export interface PretendAzure {
  /** Of Azure Resource Manager and Resource Graph: `https://127.0.0.1:port`. */
  readonly origin: string;
  /** Of Microsoft Entra ID; the same server. */
  readonly authorityHost: string;
  /** What a token must be asked for. */
  readonly scope: string;
  /** Of Log Analytics, another server; tokens for it are asked for with this and `/.default`. */
  readonly logAnalytics: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The only right one. */
  readonly clientSecret: string;
  /** A second identity, which may write tags and nothing else unless it is given another role. */
  readonly second: { readonly clientId: string; readonly clientSecret: string; setRole(role: Role | null): void };
  /** Plain HTTP, for IDENTITY_ENDPOINT. */
  readonly identityEndpoint: string;
  /** For IDENTITY_HEADER. */
  readonly identityHeader: string;
  /** Plain HTTP, for AZURE_POD_IDENTITY_AUTHORITY_HOST. */
  readonly metadataHost: string;
  readonly requests: RequestLog;
  readonly faults: Faults;
  setRole(role: Role | null): void;
  hideSubscription(id: string): void;
  showSubscription(id: string): void;
  /** All tokens that were given out are invalid from now on. */
  revokeTokens(): void;
  /** Those that were given out, to look for them where they must not be. */
  givenTokens(): readonly string[];
  close(): Promise<void>;
}

/** Azure on loopback, in the wire format of the real one: Entra ID, Resource Manager, Resource Graph, Log Analytics and the identity of a host. */
export async function startPretendAzure(options: PretendAzureOptions): Promise<PretendAzure> {
  const log = makeRequestLog();
  const stop = new AbortController();
  const certificate = await options.authority.issue({ hosts: [loopback, 'localhost'] });
  const origins = { azure: '', logs: '' };
  const names = {
    tenantId: options.tenantId ?? randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomUUID(),
    identityHeader: randomUUID(),
  };
  const second = { clientId: randomUUID(), clientSecret: randomUUID() };
  const parts = makeParts(options, { ...names, others: [second] }, origins);
  const serve = (answer: (call: Call, parts: AzureParts) => Answer) => (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, (call) => answer(call, parts), { log, latencyMs: options.latencyMs ?? 0, signal: stop.signal }).catch(
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  };
  const listenSecurely = async (answer: typeof answerSecure) => {
    const server = createHttpsServer({ key: certificate.keyPem, cert: certificate.certificatePem }, serve(answer));
    server.on('tlsClientError', () => {});
    return await listen(server);
  };
  const [manager, logs] = await Promise.all([listenSecurely(answerSecure), listenSecurely(answerWorkspaces)]);
  const host = await listen(createHttpServer(serve(answerIdentity)));
  const origin = `https://${loopback}:${manager.port}`;
  origins.azure = origin;
  origins.logs = `https://${loopback}:${logs.port}`;
  const metadataHost = `http://${loopback}:${host.port}`;
  return {
    ...names,
    second: { ...second, setRole: parts.second.rights.setRole },
    origin,
    authorityHost: origin,
    scope: `${origin}/.default`,
    logAnalytics: origins.logs,
    identityEndpoint: `${metadataHost}/msi/token`,
    metadataHost,
    requests: log,
    faults: parts.faults,
    setRole: parts.rights.setRole,
    hideSubscription: parts.rights.hideSubscription,
    showSubscription: parts.rights.showSubscription,
    revokeTokens: parts.tokens.forgetAll,
    givenTokens: parts.tokens.all,
    async close() {
      stop.abort();
      await Promise.all([manager.close(), logs.close(), host.close()]);
    },
  };
}

interface Names {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly identityHeader: string;
  readonly others: readonly { readonly clientId: string; readonly clientSecret: string }[];
}

/** Origins are known only once the servers listen. */
function makeParts(options: PretendAzureOptions, names: Names, origins: { readonly azure: string; readonly logs: string }): AzureParts {
  const { estate, now = Date.now, role = null, limits = false } = options;
  const { tenantId, clientId } = names;
  const origin = () => origins.azure;
  const secondId = names.others[0]?.clientId ?? '';
  const tokens = makeTokens({ lifetimeSeconds: options.tokenLifetimeSeconds ?? 3599, authorityUri: () => `${origin()}/${tenantId}`, now });
  const manager = makeResourceManager({
    estate,
    tenantId,
    origin,
    pageSize: options.pageSize ?? 100,
    pollAfterSeconds: options.pollAfterSeconds ?? 1,
    oracle: options.oracle ?? ((networkInterface) => effectiveRules(networkInterface, estate)),
  });
  const logs = makePretendLogs(estate, { eventsPerDay: options.eventsPerDay ?? null });
  const logClock = () => (estate.now ?? now)();
  return {
    activity: { estate, logs, origin, pageSize: options.eventPageSize ?? 200, now: logClock },
    faults: makeFaults(),
    graph: makeResourceGraph(estate, tenantId),
    identity: { ...names, resources: () => [origins.azure, origins.logs], tokens },
    limits: makeLimits(limits, now),
    logs: { logs, origin: () => origins.logs, maxRows: options.maxLogRows ?? 500_000, now: logClock },
    manager,
    rights: makeRights({ clientId, objectId: randomUUID() }, role),
    second: { clientId: secondId, rights: makeRights({ clientId: secondId, objectId: randomUUID() }, onlyTags) },
    tokens,
  };
}

const onlyTags: Role = { Actions: ['Microsoft.Resources/tags/write'] };

interface Serving {
  readonly log: RequestLog;
  readonly latencyMs: number;
  readonly signal: AbortSignal;
}

async function handle(request: IncomingMessage, response: ServerResponse, answer: (call: Call) => Answer, serving: Serving): Promise<void> {
  const method = request.method ?? '';
  const url = new URL(request.url ?? '/', `https://${request.headers.host ?? 'localhost'}`);
  const { api, reply, fault, query, done } = answer({ method, url, headers: request.headers, body: await text(request) });
  const status = fault?.name === 'connection-reset' ? 0 : reply.status;
  serving.log.add({ method, api, path: url.pathname, status, atMs: Date.now(), ...(query === undefined ? {} : { query }) });
  try {
    await pause(serving.latencyMs, serving.signal);
    await deliver(response, reply, fault, serving.signal);
  } finally {
    done?.();
  }
}
