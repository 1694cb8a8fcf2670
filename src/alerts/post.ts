import type { Agent } from 'undici';

/** So that a host that swallows packets is told from one that took the message and was slow to answer. */
const connectTimeoutMs = 5_000;

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | readonly string[] | undefined;
}

/** Posts texts to one URL; no redirect is followed, and the answer's body is not read. */
export interface Poster {
  /** @throws what undici throws; the caller says what that means. */
  post(headers: { readonly [name: string]: string }, body: string, signal: AbortSignal): Promise<Posted>;
}

/** Loaded by who posts: reading a configuration needs no HTTP client. */
export function createPoster(url: string): Poster {
  const openAgent = rememberAgent();
  return {
    post: async (headers, body, signal) => {
      const { origin, pathname, search } = new URL(url);
      const opened = await openAgent();
      const response = await opened.request({ origin, path: pathname + search, method: 'POST', headers, body, signal });
      // The status is the answer; a body that drips must not hold the sender, and one that ends badly changes nothing.
      response.body.on('error', () => {}).destroy();
      return { status: response.statusCode, retryAfter: response.headers['retry-after'] };
    },
  };
}

/** More than a status page has. */
const mostAnswerBytes = 1_048_576;

/** The JSON that a URL answers with 200; null for any other answer. */
export function createGetter(url: string): (headers: { readonly [name: string]: string }, signal: AbortSignal) => Promise<unknown> {
  const openAgent = rememberAgent();
  return async (headers, signal) => {
    const { origin, pathname, search } = new URL(url);
    const opened = await openAgent();
    const response = await opened.request({ origin, path: pathname + search, method: 'GET', headers, signal });
    if (response.statusCode !== 200) {
      response.body.on('error', () => {}).destroy();
      return null;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) return null;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  };
}

function rememberAgent(): () => Promise<Agent> {
  let agent: Promise<Agent> | null = null;
  return () => (agent ??= makeAgent());
}

/** A kept connection that the receiver closes looks like a reset after the message was taken: each attempt makes its own. */
async function makeAgent(): Promise<Agent> {
  const undici = await import('undici');
  return new undici.Agent({ pipelining: 0, connect: { timeout: connectTimeoutMs } });
}
