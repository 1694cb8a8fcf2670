import type { Socket } from 'node:net';
import type { Fault } from '../../domain/fault.ts';
import type { Endpoint } from '../../domain/subject.ts';
import { literalOf } from '../dns/resolve-addresses.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type AskNeeds, exchange, type Headers } from './exchange.ts';
import { readLocation } from './read-location.ts';

/** A path that could not be asked, or whose answer could not be read. */
export type PathFault = { readonly path: string; readonly fault: Pick<Fault, 'code' | 'message'> };

/** What one path answered over plain HTTP. */
export type PathAnswer = { readonly path: string; readonly status: number; readonly location: string | null } | PathFault;

/**
 * Asks for one path on a connection that is used for nothing else, and ends it once the header is read: no redirect is followed, no body is read.
 * @throws FaultError where the signal ended the wait.
 */
export async function askPath(
  endpoint: Endpoint,
  path: string,
  socket: Socket,
  stopwatch: Stopwatch,
  needs: AskNeeds,
): Promise<PathAnswer> {
  const origin = `http://${authorityOf(endpoint.host)}:${endpoint.httpPort}`;
  const exchanged = await exchange(socket, { origin, path, wantsPage: () => false }, stopwatch, needs);
  if ('fault' in exchanged) return { path, fault: exchanged.fault };
  const { status, headers } = exchanged.answer;
  const target = readTarget(headers);
  return 'fault' in target ? { path, ...target } : { path, status, ...target };
}

/** The name, not the address: from here comes the Host header. */
export function authorityOf(host: string): string {
  const literal = literalOf(host);
  return literal?.includes(':') ? `[${literal}]` : host;
}

/** Where an answer sends the client. Two answers in one are none: clients differ in which of two targets they take. */
export function readTarget(headers: Headers): { readonly location: string | null } | Pick<PathFault, 'fault'> {
  const [location = null, ...others] = new Set(headers.flatMap(([name, value]) => (name === 'location' ? [value] : [])));
  if (others.length > 0) return { fault: { code: 'malformed', message: 'the answer has several Location headers that differ' } };
  return { location: location === null ? null : readLocation(location) };
}
