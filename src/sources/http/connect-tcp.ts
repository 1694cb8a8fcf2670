import { connect, type Socket } from 'node:net';
import type { Fault } from '../../domain/fault.ts';
import { listenFor } from '../listen-for.ts';
import { faultOfAbort } from '../until-aborted.ts';

export interface ConnectTarget {
  readonly address: string;
  readonly port: number;
}

export interface ConnectNeeds {
  /** How long an answer to the connection attempt is waited for, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** `silent`: nothing came back in the time in which it was listened for. The socket of `connected` belongs to the caller. */
export type Connection =
  | { readonly kind: 'connected'; readonly socket: Socket }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'fault'; readonly fault: Fault };

/**
 * One attempt at a TCP connection.
 * @throws FaultError where the signal ended the wait; other errors (no file descriptor left) are our own.
 */
export function connectTcp(target: ConnectTarget, needs: ConnectNeeds): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (needs.signal.aborted) return reject(faultOfAbort(needs.signal));
    const socket = connect({ host: target.address, port: target.port });
    const end = (connection: Connection): void => {
      stopWaiting();
      if (connection.kind !== 'connected') socket.destroy();
      resolve(connection);
    };
    const fail = (error: Error): void => {
      stopWaiting();
      socket.destroy();
      reject(error);
    };
    const giveUp = (): void => fail(faultOfAbort(needs.signal));
    const stopListening = listenFor(needs.timeoutMs, () => end({ kind: 'silent' }));
    const stopWaiting = (): void => {
      stopListening();
      needs.signal.removeEventListener('abort', giveUp);
    };
    needs.signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => end({ kind: 'connected', socket }));
    // Stays: an error that comes after the wait is the next reader's to see, and must not end the process meanwhile.
    socket.on('error', (error) => {
      const connection = connectionOfError(error, target.port);
      if (connection === null) fail(error);
      else end(connection);
    });
  });
}

/** Whether the port accepts a connection at all. */
export async function answersTcp(target: ConnectTarget, needs: ConnectNeeds): Promise<boolean> {
  const connection = await connectTcp(target, needs);
  if (connection.kind !== 'connected') return false;
  connection.socket.destroy();
  return true;
}

/** The same whether the end came during the connection attempt or just after it. */
export const endedFault: Fault = { code: 'unreachable', message: 'the connection was ended without an answer' };

/** Null where the failure is our own. */
function connectionOfError(error: NodeJS.ErrnoException, port: number): Connection | null {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (code === 'ETIMEDOUT') return { kind: 'silent' };
  if (code === 'ECONNRESET') return { kind: 'fault', fault: endedFault };
  if (!unreachable.has(code)) return null;
  return { kind: 'fault', fault: { code: 'unreachable', message: `port ${port} cannot be reached (${code})` } };
}

const unreachable: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  // A link-local address without its zone.
  'EINVAL',
]);
