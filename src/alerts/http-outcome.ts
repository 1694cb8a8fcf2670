import type { DeliveryResult } from '../domain/ports.ts';

const longestRetryAfterMs = 3_600_000;

/** What an HTTP status says of a message. Only 2xx is accepted; redirects are not followed. No error text names the URL. */
export function classifyStatus(status: number, retryAfter: string | readonly string[] | undefined, nowMs: number): DeliveryResult {
  if (status >= 200 && status < 300) return { kind: 'accepted', receipt: `HTTP ${status}` };
  const failed = { kind: 'failed', error: `HTTP ${status}`, retryAfterMs: null } as const;
  if (status === 429 || status === 503) {
    return { ...failed, reason: 'throttled', mayHaveArrived: false, retryAfterMs: parseRetryAfter(retryAfter, nowMs) };
  }
  // 500, 502 and 504 may come from behind, after the message was taken.
  if (status >= 500) return { ...failed, reason: 'server', mayHaveArrived: true };
  return { ...failed, reason: 'rejected', mayHaveArrived: false };
}

/** Retry-After as seconds or HTTP date (RFC 9110 10.2.3), capped at an hour; null where it is neither or lies in the past. */
export function parseRetryAfter(header: string | readonly string[] | undefined, nowMs: number): number | null {
  const text = typeof header === 'string' ? header.trim() : undefined;
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestRetryAfterMs);
  if (!/^[A-Z][a-z]{2},? /.test(text)) return null;
  const waitMs = Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) || waitMs < 0 ? null : Math.min(waitMs, longestRetryAfterMs);
}

/**
 * Where these happen no byte of the message was sent. Only what is certain stands here: a TLS error that can also
 * come later (`ERR_SSL_DECRYPTION_FAILED...`) counts as "may have arrived", which costs at most a duplicate.
 */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EADDRNOTAVAIL',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const certificateRefused = /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_)/;
const timeouts: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** Codes only: messages of the client may name addresses and paths. */
export function classifyError(error: unknown, isAborted: boolean): DeliveryResult {
  const failed = { kind: 'failed', retryAfterMs: null } as const;
  if (isAborted) return { ...failed, reason: 'timeout', mayHaveArrived: true, error: 'no answer in time' };
  const code = codeOf(error);
  const reason = timeouts.has(code) ? 'timeout' : 'network';
  return { ...failed, reason, mayHaveArrived: !isBeforeSending(error, code), error: code };
}

function isBeforeSending(error: unknown, code: string): boolean {
  const isConnecting = typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'connect';
  return isConnecting || beforeSending.has(code) || certificateRefused.test(code);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && !hasCode(error)) return codeOf(error.errors[0]);
  return hasCode(error) ? error.code : 'an error without a code';
}

function hasCode(error: unknown): error is { readonly code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && error.code !== '';
}
