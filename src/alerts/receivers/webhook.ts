import type { Agent } from 'undici';
import { z } from 'zod';
import type { Delivery, DeliveryResult, ReceiverKind } from '../../domain/ports.ts';
import { epochMs } from '../../domain/time.ts';
import { classifyError, classifyStatus } from '../http-outcome.ts';
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

/** So that a host that swallows packets is told from one that took the message and was slow to answer. */
const connectTimeoutMs = 5_000;

/** Signed JSON by POST, after Standard Webhooks 1.0.0. */
export const receiver: ReceiverKind = {
  kind: 'webhook',
  options,
  create: (name, given) => {
    const { url, secret: secrets, timeout } = options.parse(given);
    const keys = [secrets].flat().flatMap((text) => decodeSecret(text) ?? []);
    let agent: Promise<Agent> | null = null;
    // Loaded by who sends: reading a configuration needs no HTTP client.
    const openAgent = () => (agent ??= makeAgent());
    const timeoutMs = timeout === undefined ? null : Number.parseInt(timeout, 10) * 1000;
    return {
      name,
      send: (delivery, signal) => {
        const limit = timeoutMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        return openAgent().then((opened) => post(url, keys, opened, delivery, limit));
      },
    };
  },
};

/** A kept connection that the receiver closes looks like a reset after the message was taken: each attempt makes its own. */
async function makeAgent(): Promise<Agent> {
  const undici = await import('undici');
  return new undici.Agent({ pipelining: 0, connect: { timeout: connectTimeoutMs } });
}

async function post(url: string, keys: readonly Buffer[], agent: Agent, delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
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
    const { origin, pathname, search } = new URL(url);
    const response = await agent.request({ origin, path: pathname + search, method: 'POST', headers, body, signal });
    // The status is the answer; a body that drips must not hold the lane, and one that ends badly changes nothing.
    response.body.on('error', () => {}).destroy();
    return classifyStatus(response.statusCode, response.headers['retry-after'], epochMs(delivery.sentAt));
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
