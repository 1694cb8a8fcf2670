import { z } from 'zod';
import type { Delivery, DeliveryResult, ReceiverKind } from '../../domain/ports.ts';
import { epochMs } from '../../domain/time.ts';
import { classifyError, classifyStatus } from '../http-outcome.ts';
import { createPoster, type Poster } from '../post.ts';
import { decodeSecret, signatures } from '../standard-webhooks.ts';
import { webhookBody } from '../webhook-body.ts';

const secret = z.string().refine((text) => decodeSecret(text) !== null, 'must be "whsec_" and the base64 of 24 to 64 bytes');

const options = z.strictObject({
  /** Often a secret itself: never logged, told or stored. */
  url: z.string().refine(isAllowedUrl, 'must be an https URL without user and password (http is allowed to a loopback address only)'),
  /** Several while a secret is being replaced: each signs. */
  secret: z.union([secret, z.array(secret).min(1).max(4)]),
  /** Seconds for one attempt, below the outbox's own limit. */
  timeout: z
    .string()
    .regex(/^([1-9]|1[0-5])s$/, 'must be 1s to 15s')
    .optional(),
});

/** Signed JSON by POST, after Standard Webhooks 1.0.0. */
export const receiver: ReceiverKind = {
  kind: 'webhook',
  options,
  create: (name, given) => {
    const { url, secret: secrets, timeout } = options.parse(given);
    const keys = [secrets].flat().flatMap((text) => decodeSecret(text) ?? []);
    const poster = createPoster(url);
    const timeoutMs = timeout === undefined ? null : Number.parseInt(timeout, 10) * 1000;
    return {
      name,
      send: (delivery, signal) => {
        const limit = timeoutMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        return post(poster, keys, delivery, limit);
      },
    };
  },
};

async function post(poster: Poster, keys: readonly Buffer[], delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
  const body = webhookBody(delivery);
  const sentSeconds = Math.floor(epochMs(delivery.sentAt) / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'claimwatch',
    'webhook-id': delivery.id,
    'webhook-timestamp': String(sentSeconds),
    'webhook-signature': signatures(keys, delivery.id, sentSeconds, body),
  };
  try {
    const { status, retryAfter } = await poster.post(headers, body, signal);
    return classifyStatus(status, retryAfter, epochMs(delivery.sentAt));
  } catch (error) {
    return classifyError(error, signal.aborted);
  }
}

function isAllowedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
