import type { HttpClient, Pipeline, PipelineRequest } from '@azure/core-rest-pipeline';
import { FaultError } from '../../domain/fault.ts';
import { isAllowedRequest, type Method } from './allowed-requests.ts';
import type { AnswerHeaders } from './retry-after.ts';

export interface OutgoingRequest {
  readonly method: Method;
  readonly url: URL;
  readonly body?: string;
  /** Header of that name. */
  readonly prefer?: string;
}

/** What one origin may be asked, and how much it may answer. */
export interface SendRules {
  readonly isAllowed: (method: Method, path: string) => boolean;
  readonly largestBytes: number;
  readonly tooLarge: () => FaultError;
}

export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string;
}

/** Sends one request and reads its whole answer. Rejects with what the network said, or `BodyCut`; a FaultError is final. */
export type SendOnce = (request: OutgoingRequest, token: string, signal: AbortSignal) => Promise<Answer>;

/** The answer began and did not end. */
export class BodyCut extends Error {
  override readonly name = 'BodyCut';
}

/** Of Azure Resource Manager: more than any page of it (16 MiB) has, and less than would hurt. */
const managerRules: SendRules = {
  isAllowed: isAllowedRequest,
  largestBytes: 64 * 1024 * 1024,
  tooLarge: () => new FaultError('malformed', 'an answer of over 64 MiB, which Azure never gives'),
};

type PipelinePackage = typeof import('@azure/core-rest-pipeline');

/** `authorities`: PEM certificates to trust, all of them; undefined for Node's own. */
export async function createSendOnce(
  origin: string,
  authorities: string[] | undefined,
  rules: SendRules = managerRules,
): Promise<SendOnce> {
  const packages = await import('@azure/core-rest-pipeline');
  const client = packages.createDefaultHttpClient();
  const pipeline = makePipeline(packages, authorities);
  return async (request, token, signal) => {
    assertAllowed(origin, request, rules);
    return await exchange(client, pipeline, toPipelineRequest(packages, request, token, signal), rules);
  };
}

/** No redirect policy: a redirect is an answer like any other, and the token goes nowhere else. No retry policy: see `ask.ts`. */
function makePipeline(packages: PipelinePackage, authorities: string[] | undefined): Pipeline {
  const pipeline = packages.createEmptyPipeline();
  if (authorities !== undefined) pipeline.addPolicy(packages.tlsPolicy({ ca: authorities }));
  pipeline.addPolicy(packages.proxyPolicy());
  pipeline.addPolicy(packages.decompressResponsePolicy());
  pipeline.addPolicy(packages.userAgentPolicy({ userAgentPrefix: 'claimwatch' }));
  pipeline.addPolicy(packages.setClientRequestIdPolicy());
  return pipeline;
}

/** A defect of ours if it ever throws: nothing of it was sent. */
function assertAllowed(origin: string, { method, url }: OutgoingRequest, { isAllowed }: SendRules): void {
  const path = decodePath(url.pathname);
  if (url.origin !== origin) throw new Error('a request to another origin than the one that is to be asked was about to be sent');
  if (!isAllowed(method, path)) throw new Error(`${method} ${path} is not on the list of what may be sent`);
}

/** A path that cannot be decoded decodes to nothing, which is never allowed. */
export function decodePath(path: string): string {
  try {
    return path
      .split('/')
      .map((segment) => decodeSegment(segment))
      .join('/');
  } catch {
    return '';
  }
}

function decodeSegment(segment: string): string {
  const text = decodeURIComponent(segment);
  if (text.includes('/')) throw new Error('a segment with a slash in it');
  return text;
}

function toPipelineRequest(packages: PipelinePackage, request: OutgoingRequest, token: string, signal: AbortSignal): PipelineRequest {
  const headers = packages.createHttpHeaders({ accept: 'application/json', authorization: `Bearer ${token}` });
  if (request.body !== undefined) headers.set('content-type', 'application/json; charset=utf-8');
  if (request.prefer !== undefined) headers.set('prefer', request.prefer);
  return packages.createPipelineRequest({
    url: request.url.href,
    method: request.method,
    headers,
    abortSignal: signal,
    streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
    ...(request.body === undefined ? {} : { body: request.body }),
  });
}

async function exchange(client: HttpClient, pipeline: Pipeline, request: PipelineRequest, rules: SendRules): Promise<Answer> {
  const response = await pipeline.sendRequest(client, request);
  const stream = response.readableStreamBody;
  const body = stream === undefined ? (response.bodyAsText ?? '') : await readBody(stream, rules);
  return { status: response.status, headers: response.headers, body };
}

async function readBody(stream: NodeJS.ReadableStream, { largestBytes, tooLarge }: SendRules): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream) {
      const buffer = Buffer.from(piece);
      bytes += buffer.length;
      if (bytes > largestBytes) throw tooLarge();
      pieces.push(buffer);
    }
  } catch (error) {
    throw error instanceof FaultError ? error : new BodyCut('the answer was cut off');
  }
  return Buffer.concat(pieces).toString('utf8');
}
