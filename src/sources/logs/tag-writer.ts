import { FaultError } from '../../domain/fault.ts';
import type { Meter } from '../../domain/look.ts';
import { refusalFault } from '../azure/answer-fault.ts';
import type { AzureSettings } from '../azure/azure-settings.ts';
import type { Clock } from '../azure/clock.ts';
import { createIdentity } from '../azure/identity.ts';
import { networkFault } from '../azure/network-fault.ts';
import { createTokenKeeper } from '../azure/token-keeper.ts';
import { readTrustedAuthorities } from '../azure/trusted-authorities.ts';
import { faultOfAbort } from '../until-aborted.ts';
import { type Canary, canaryTag } from './canary-tag.ts';

/** Writes one tag of one resource, and can do nothing else. */
export interface TagWriter {
  /**
   * Gives the correlation id under which Azure says that it filed it, where that is another one than the canary's own.
   * @throws FaultError
   */
  write(canary: Canary, value: string, options: WriteOptions): Promise<string | null>;
}

export interface WriteOptions {
  readonly signal: AbortSignal;
  readonly meter: Meter | undefined;
}

export interface TagWriterNeeds {
  /** With the identity that writes. */
  readonly settings: AzureSettings;
  /** The id of the resource, lower case. */
  readonly resource: string;
  readonly clock: Clock;
}

type PipelinePackage = typeof import('@azure/core-rest-pipeline');

const apiVersion = '2021-04-01';
const writeAction = 'Microsoft.Resources/tags/write';
/** Of an answer no more than an error is read. */
const largestErrorBytes = 64 * 1024;

/**
 * Apart from the client of the looks, which can only read and stays so. The address is made once, of the resource that the options name; the token goes
 * there and nowhere else: no redirect is followed. One attempt: the next look makes another.
 */
export function createTagWriter({ settings, resource, clock }: TagWriterNeeds): TagWriter {
  const url = new URL(settings.cloud.resourceManager);
  url.pathname = `${resource}/providers/Microsoft.Resources/tags/default`.split('/').map(encodeURIComponent).join('/');
  url.searchParams.set('api-version', apiVersion);
  const tokens = createTokenKeeper(createIdentity(settings), clock);

  async function attempt(token: string, canary: Canary, value: string, { signal, meter }: WriteOptions): Promise<Answered> {
    try {
      const answered = await patch(
        url,
        token,
        { canary, value, authorities: await readTrustedAuthorities(settings.certificateAuthority) },
        signal,
      );
      meter?.count('azure_requests_total', { api: 'resources', code: String(answered.status) });
      return answered;
    } catch (error) {
      meter?.count('azure_requests_total', { api: 'resources', code: 'network' });
      if (signal.aborted) throw faultOfAbort(signal);
      throw error instanceof FaultError ? error : networkFault(error, url.host).fault;
    }
  }

  async function writeOnce(canary: Canary, value: string, options: WriteOptions): Promise<string | null> {
    const token = await tokens.get(options.signal);
    let answered = await attempt(token, canary, value, options);
    if (answered.status === 401) answered = await attempt(await tokens.renew(token, null, options.signal), canary, value, options);
    if (answered.status !== 200 && answered.status !== 202) throw refused(answered, url.host);
    return answered.correlationId === canary.id ? null : answered.correlationId;
  }

  return {
    async write(canary, value, options) {
      try {
        return await writeOnce(canary, value, options);
      } catch (error) {
        throw error instanceof FaultError ? ofCanary(error) : error;
      }
    },
  };
}

/** Its identity is another one than that of the section azure, of which such a fault would otherwise speak. */
function ofCanary({ fault: { code, message, about } }: FaultError): FaultError {
  return new FaultError(code, `the canary could not be written: ${message}`, about === undefined ? {} : { about });
}

interface Answered {
  readonly status: number;
  readonly body: string;
  /** Lower case; null where the answer names none. */
  readonly correlationId: string | null;
}

interface Patch {
  readonly canary: Canary;
  readonly value: string;
  readonly authorities: string[] | undefined;
}

async function patch(url: URL, token: string, { canary, value, authorities }: Patch, signal: AbortSignal): Promise<Answered> {
  const packages = await import('@azure/core-rest-pipeline');
  const request = packages.createPipelineRequest({
    url: url.href,
    method: 'PATCH',
    headers: packages.createHttpHeaders({
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json; charset=utf-8',
      'x-ms-correlation-request-id': canary.id,
    }),
    body: JSON.stringify({ operation: 'Merge', properties: { tags: { [canaryTag]: value } } }),
    abortSignal: signal,
    streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
  });
  const response = await makePipeline(packages, authorities).sendRequest(packages.createDefaultHttpClient(), request);
  const body = await readStart(response.readableStreamBody);
  return { status: response.status, body, correlationId: guidIn(response.headers.get('x-ms-correlation-request-id')) };
}

/** No redirect policy, hence none is followed, and none that tries again. */
function makePipeline(packages: PipelinePackage, authorities: string[] | undefined): ReturnType<PipelinePackage['createEmptyPipeline']> {
  const pipeline = packages.createEmptyPipeline();
  if (authorities !== undefined) pipeline.addPolicy(packages.tlsPolicy({ ca: authorities }));
  pipeline.addPolicy(packages.proxyPolicy());
  pipeline.addPolicy(packages.decompressResponsePolicy());
  pipeline.addPolicy(packages.userAgentPolicy({ userAgentPrefix: 'claimwatch' }));
  return pipeline;
}

async function readStart(stream: NodeJS.ReadableStream | undefined): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream ?? []) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (bytes > largestErrorBytes) break;
    pieces.push(buffer);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function guidIn(text: string | undefined): string | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(text?.trim() ?? '')?.[0].toLowerCase() ?? null;
}

function refused(answered: Answered, host: string): FaultError {
  if (answered.status === 429) return new FaultError('throttled', `${host} answers that too much was asked (429)`);
  const error = refusalFault(answered, host);
  return answered.status === 403 ? new FaultError('denied', error.message, { about: writeAction }) : error;
}
