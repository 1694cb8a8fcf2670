import type { Fault } from '../../domain/fault.ts';

/** How a connection ended by the network or the peer, or why there never was one. */
export type SocketEnd = { readonly kind: 'reset' } | { readonly kind: 'fault'; readonly fault: Fault };

export const noAnswerInTime: Fault = { code: 'timeout', message: 'no answer in time' };
/** Something came, but not all of it. */
export const noEndInTime: Fault = { code: 'timeout', message: 'the answer did not end in time' };

/** Null where the error is none of a socket's (then it is OpenSSL's). */
export function readSocketError(error: Error, wasConnected: boolean): SocketEnd | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (wasConnected && resets.has(code)) return { kind: 'reset' };
  if (code === 'ETIMEDOUT') return { kind: 'fault', fault: noAnswerInTime };
  if (resets.has(code) || unreachables.has(code))
    return { kind: 'fault', fault: { code: 'unreachable', message: `no connection (${code})` } };
  if (code === 'EAFNOSUPPORT')
    return { kind: 'fault', fault: { code: 'unsupported', message: 'this machine does not speak that address family' } };
  if (ownLimits.has(code))
    return { kind: 'fault', fault: { code: 'defect', message: `this machine could not open a connection (${code})` } };
  return null;
}

const resets: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
/** `EADDRNOTAVAIL` is what a machine without an address of that family says. */
const unreachables: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EACCES',
  'EPERM',
  'EADDRNOTAVAIL',
]);
/** Out of files or memory. */
const ownLimits: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRINUSE']);
