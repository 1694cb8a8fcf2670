import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, connect as startTls, type TLSSocket } from 'node:tls';
import type { Fault } from '../../domain/fault.ts';
import { endedFault } from '../http/connect-tcp.ts';
import type { AskNeeds } from '../http/exchange.ts';
import { faultOfTlsError } from '../http/tls-fault.ts';
import { allSuites } from '../tls/trust-store.ts';
import { faultOfAbort } from '../until-aborted.ts';

export type SecureConnection = { readonly kind: 'secured'; readonly socket: TLSSocket } | { readonly kind: 'fault'; readonly fault: Fault };

/**
 * TLS over a connection that is there, never on a resumed session. Whom it is with and how strong it is are the questions of other checks, so any
 * certificate and every suite that this OpenSSL has will do. The socket of `secured` belongs to the caller, and ends the connection with it.
 * @throws FaultError where the signal ended the wait; other errors are our own.
 */
export function secureConnection(socket: Socket, serverName: string | null, needs: AskNeeds): Promise<SecureConnection> {
  return new Promise((resolve, reject) => {
    const secure = startTls({
      socket,
      servername: serverName ?? '',
      secureContext: anyContext(),
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ALPNProtocols: ['http/1.1'],
    });
    const stopWaiting = (): void => {
      clearTimeout(timer);
      needs.signal.removeEventListener('abort', giveUp);
    };
    const drop = (): void => {
      stopWaiting();
      secure.destroy();
      socket.destroy();
    };
    const end = (fault: Fault): void => {
      drop();
      resolve({ kind: 'fault', fault });
    };
    const giveUp = (): void => {
      drop();
      reject(faultOfAbort(needs.signal));
    };
    const timer = setTimeout(() => end(unfinished), needs.timeoutMs);
    needs.signal.addEventListener('abort', giveUp, { once: true });
    // Never inside the caller's own set-up.
    if (needs.signal.aborted) queueMicrotask(giveUp);
    secure.once('secureConnect', () => {
      stopWaiting();
      resolve({ kind: 'secured', socket: secure });
    });
    // Stays: an error that comes after the wait is the next reader's to see, and must not end the process meanwhile.
    secure.on('error', (error: Error) => {
      const fault = faultOfHandshake(error);
      if (fault !== null) return end(fault);
      drop();
      reject(error);
    });
    secure.once('close', () => end(endedFault));
  });
}

const unfinished: Fault = { code: 'timeout', message: 'the connection was accepted and the TLS handshake did not end' };

/** A peer's end and its reset are told alike: which of them is seen depends on timing. Null where the failure is our own. */
function faultOfHandshake(error: Error): Fault | null {
  const code = 'code' in error ? error.code : null;
  if (code === 'ETIMEDOUT') return unfinished;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' ? endedFault : faultOfTlsError(error);
}

let context: SecureContext | undefined;

/** Without roots: nothing is judged by them here, and reading them takes milliseconds. */
function anyContext(): SecureContext {
  context ??= createSecureContext({ ca: [], ciphers: allSuites, minVersion: 'TLSv1', maxVersion: 'TLSv1.3' });
  return context;
}
