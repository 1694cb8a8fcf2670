import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { type Estate, openEstate } from '../../../sandbox/azure/estate.ts';
import { type PretendAzure, startPretendAzure } from '../../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import type { Source, SourceKind } from '../../../src/domain/ports.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import { type AzureAccess, createAzureAccess } from '../../../src/sources/azure/azure-access.ts';
import { realClock } from '../../../src/sources/azure/clock.ts';

export const minuteMs = 60_000;

export interface LookWorld {
  readonly estate: Estate;
  readonly azure: PretendAzure;
  readonly folder: string;
  readonly access: AzureAccess;
  /** Of the section azure. */
  readonly settings: JsonObject;
  /** Of the second identity. */
  readonly second: JsonObject;
  nowMs(): number;
  /** Moves the clocks of Azure and ours. */
  pass(ms: number): void;
  /** What is seen of each, by id. Ids in any casing. */
  look(source: Source, kind: Pick<SourceKind, 'options'>, ids: readonly string[], options?: object): Promise<ReadonlyMap<string, Seen>>;
}

/** The pretend Azure with its written estate, and what a look at it takes. */
export async function startLookWorld(): Promise<LookWorld> {
  let passedMs = 0;
  const nowMs = (): number => Date.now() + passedMs;
  const [estate, authority] = await Promise.all([openEstate({ now: nowMs }), makeAuthority()]);
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-logs-'));
  const azure = await startPretendAzure({ estate, authority });
  onTestFinished(async () => {
    await azure.close();
    await rm(folder, { recursive: true });
  });
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const certificateAuthority = await write('authority.pem', authority.certificatePem);
  const identityOf = async ({ clientId, clientSecret }: Pick<PretendAzure, 'clientId' | 'clientSecret'>): Promise<JsonObject> => {
    return { kind: 'client-secret', tenantId: azure.tenantId, clientId, secretFile: await write(`secret-${clientId}`, clientSecret) };
  };
  const settings = {
    cloud: { resourceManager: azure.origin, authority: azure.authorityHost, scope: azure.scope, logAnalytics: azure.logAnalytics },
    identity: await identityOf(azure),
    subscriptions: estate.subscriptions.map(({ id }) => id),
    certificateAuthority,
  };
  const access = createAzureAccess({ ...realClock, wallNow: nowMs, sleep: (ms, signal) => realClock.sleep(Math.min(ms, 2), signal) });
  return {
    estate,
    azure,
    folder,
    access,
    settings,
    second: await identityOf(azure.second),
    nowMs,
    pass: (ms) => {
      passedMs += ms;
    },
    look: async (source, kind, ids, options = {}) => {
      const request = requestOf(estate, settings, ids, kind.options.parse(options) as JsonObject);
      return await seenOf(source, request);
    },
  };
}

function requestOf(estate: Estate, azure: JsonObject, ids: readonly string[], options: JsonObject): LookRequest {
  const subjects = ids.map((id) => resourceFromId(id)).filter((subject) => subject !== null);
  const rows = new Map(subjects.map(({ id }) => [id, rowOf(estate, id)]));
  return {
    subjects,
    rows,
    azure,
    options,
    vantage: { name: 'here', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 4,
    subjectDeadlineMs: 20_000,
    signal: new AbortController().signal,
  };
}

function rowOf(estate: Estate, id: string): Json {
  const resource = estate.get(id);
  return resource === undefined ? {} : { id: resource.id, properties: resource.properties };
}

async function seenOf(source: Source, request: LookRequest): Promise<ReadonlyMap<string, Seen>> {
  const found = new Map<string, Seen>();
  for await (const { subject, seen, thrown } of source.look(request)) {
    if (thrown !== undefined) throw thrown;
    const [one] = Object.values(seen);
    if (one !== undefined) found.set(subject.id, one);
  }
  return found;
}

/** That no secret of either identity stands in what was told or thrown. */
export function holdsNoSecret({ azure }: LookWorld, told: unknown): boolean {
  const text = inspect(told, { depth: null });
  return ![azure.clientSecret, azure.second.clientSecret].some((secret) => text.includes(secret));
}
