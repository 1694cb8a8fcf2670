import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import type { Fault } from '../../domain/fault.ts';
import type { Endpoint } from '../../domain/subject.ts';
import { literalOf } from '../dns/resolve-addresses.ts';
import { untilAborted } from '../until-aborted.ts';
import { endedFault } from './connect-tcp.ts';
import { readLocation } from './read-location.ts';

/** What one path answered over plain HTTP. */
export type PathAnswer =
  | { readonly path: string; readonly status: number; readonly location: string | null }
  | { readonly path: string; readonly fault: Pick<Fault, 'code' | 'message'> };

export interface AskNeeds {
  /** Total time for the whole header of the answer, in milliseconds: what restarts at every byte ends nothing. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** As Node's own limit for a header. */
const mostHeaderBytes = 16_384;

/**
 * Asks for one path on a connection that is used for nothing else, and ends it once the header is read: no redirect is followed, no body is read.
 * @throws FaultError where the signal ended the wait.
 */
export async function askPath(endpoint: Endpoint, path: string, socket: Socket, needs: AskNeeds): Promise<PathAnswer> {
  const client = new Client(originOf(endpoint), {
    // Called back later, as a real connector does: undici sends nothing on a socket that it is given at once.
    connect: (_options, callback) => queueMicrotask(() => (socket.destroyed ? callback(lossOf(socket), null) : callback(null, socket))),
    maxHeaderSize: mostHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxCachedSessions: 0,
  });
  const answer = Promise.withResolvers<PathAnswer>();
  const timer = setTimeout(() => answer.resolve({ path, fault: timeoutFault(socket) }), needs.timeoutMs);
  client.dispatch(
    { method: 'GET', path, headers: { 'user-agent': 'claimwatch', accept: '*/*' }, reset: true },
    {
      onRequestStart: ignore,
      onResponseData: ignore,
      onResponseEnd: ignore,
      onResponseStart: (_controller, status, headers) => {
        if (status >= 200) answer.resolve({ path, ...readAnswer(status, headers['location']) });
        // Interim answers (RFC 9110, 15.2) may come without end.
        else if (socket.bytesRead > mostHeaderBytes) answer.resolve({ path, fault: overlong });
      },
      onResponseError: (_controller, error) => {
        const fault = faultOfError(error, socket);
        if (fault === null) answer.reject(error);
        else answer.resolve({ path, fault });
      },
    },
  );
  try {
    return await untilAborted(answer.promise, needs.signal);
  } finally {
    clearTimeout(timer);
    socket.destroy();
    await client.destroy();
  }
}

/** What is not needed of an exchange, and has to be named for undici all the same. */
function ignore(): void {}

/** The name, not the address: from here comes the Host header. */
function originOf({ host, httpPort }: Endpoint): string {
  const literal = literalOf(host);
  return `http://${literal?.includes(':') ? `[${literal}]` : host}:${httpPort}`;
}

/** Two answers in one are none: clients differ in which of two targets they take. */
function readAnswer(status: number, header: string | readonly string[] | undefined) {
  const [location = null, ...others] = new Set([header ?? []].flat());
  if (others.length > 0) return { fault: { code: 'malformed', message: 'the answer has several Location headers that differ' } } as const;
  return { status, location: location === null ? null : readLocation(location) };
}

function lossOf(socket: Socket): Error {
  return socket.errored ?? new errors.SocketError('closed');
}

function timeoutFault(socket: Socket): Fault {
  const message =
    socket.bytesRead === 0 ? 'the connection was accepted and nothing was answered' : 'the answer began and its header did not end';
  return { code: 'timeout', message };
}

const overlong: Fault = { code: 'malformed', message: `the header is longer than ${mostHeaderBytes} bytes` };

/** Null where the failure is our own. A peer's end and its reset are told alike: which of them is seen depends on timing. */
function faultOfError(error: Error, socket: Socket): Fault | null {
  if (error instanceof errors.HTTPParserError) return { code: 'malformed', message: 'the answer is not HTTP' };
  if (error instanceof errors.HeadersOverflowError) return overlong;
  const code = 'code' in error ? error.code : null;
  if (code === 'ETIMEDOUT') return timeoutFault(socket);
  if (code !== 'ECONNRESET' && code !== 'EPIPE' && !(error instanceof errors.SocketError)) return null;
  if (socket.bytesRead === 0) return endedFault;
  return { code: 'malformed', message: 'the connection was ended before the header' };
}
