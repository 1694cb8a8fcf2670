import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { AzureFault } from './faults.ts';
import { type Reply, replyError } from './reply.ts';

/** The answer in place of the true one; null where the fault leaves it. */
export function replaceReply(fault: AzureFault | null): Reply | null {
  switch (fault?.name) {
    case 'throttled': {
      const seconds = String(fault.retryAfterSeconds ?? 1);
      return replyError(429, 'TooManyRequests', `The request was throttled. Please try again after '${seconds}' seconds.`, {
        'retry-after': seconds,
      });
    }
    case 'throttled-without-wait':
      return replyError(429, 'TooManyRequests', 'The request was throttled.');
    case 'unavailable':
      return replyError(503, 'ServiceUnavailable', 'The service is temporarily unavailable.');
    case 'html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><html><body>Sign in to your network</body></html>',
      };
    case 'empty-object':
      return { status: 200, body: {} };
    default:
      return null;
  }
}

/** Sends a reply, in the way that the fault spoils; resolves when nothing more will be sent. */
export async function deliver(response: ServerResponse, reply: Reply, fault: AzureFault | null, signal: AbortSignal): Promise<void> {
  if (fault?.name === 'connection-reset') {
    response.socket?.destroy();
    return;
  }
  const bytes = Buffer.from(typeof reply.body === 'string' ? reply.body : textOf(reply));
  const requestId = randomUUID();
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': requestId,
    'cache-control': 'no-cache',
    ...reply.headers,
    'content-length': bytes.length,
  });
  if (fault?.name === 'cut-body') return cut(response, bytes);
  if (fault?.name === 'slow-drip') return await drip(response, bytes, fault.dripMs ?? 200, signal);
  response.end(bytes);
}

function textOf(reply: Reply): string {
  return reply.body === null ? '' : JSON.stringify(reply.body);
}

function cut(response: ServerResponse, bytes: Buffer): void {
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}

async function drip(response: ServerResponse, bytes: Buffer, dripMs: number, signal: AbortSignal): Promise<void> {
  for (const byte of bytes) {
    if (response.destroyed || signal.aborted) return;
    response.write(Buffer.of(byte));
    await pause(dripMs, signal);
  }
  response.end();
}

/** Ends early, without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return;
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
