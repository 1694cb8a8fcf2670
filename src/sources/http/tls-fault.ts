import type { Fault } from '../../domain/fault.ts';

/** What OpenSSL did not like of a peer, or the peer of us; null where the error is none of OpenSSL's. */
export function faultOfTlsError(error: Error): Fault | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const alert = readAlert(error);
  if (alert !== null)
    return alerts.get(alert) ?? { code: 'unsupported', message: `the server ended the TLS connection with alert ${alert}` };
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO') return null;
  if (notTls.has(code)) return { code: 'malformed', message: 'the port does not answer with TLS' };
  return { code: 'malformed', message: `the TLS connection failed (${code})` };
}

/** The number stands nowhere but in OpenSSL's message. */
function readAlert(error: Error): number | null {
  const [, number] = /SSL alert number (\d+)/.exec(error.message) ?? [];
  return number === undefined ? null : Number(number);
}

/** RFC 8446 6. Our client shows no certificate, and asks for HTTP/1.1 only. */
const alerts: ReadonlyMap<number, Fault> = new Map<number, Fault>([
  [
    40,
    { code: 'unsupported', message: 'the server found no TLS parameters in common with ours, or wants a client certificate (alert 40)' },
  ],
  [70, { code: 'unsupported', message: 'the server accepts no TLS version that we offer (alert 70)' }],
  [112, { code: 'malformed', message: 'the server does not know this host name (alert 112)' }],
  [116, { code: 'denied', message: 'the server wants a client certificate (alert 116)' }],
  [120, { code: 'unsupported', message: 'the server does not speak HTTP/1.1 (alert 120)' }],
]);

/** What plain HTTP and other protocols look like to OpenSSL. */
const notTls: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_UNKNOWN_PROTOCOL',
  'ERR_SSL_BAD_RECORD_TYPE',
]);
