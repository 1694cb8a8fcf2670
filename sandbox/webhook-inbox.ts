import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { listen, loopback } from './listen.ts';

/** A message whose signature was right. */
export interface Arrival {
  /** The `webhook-id` header: the same for every attempt. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly arrivedAtMs: number;
  /** The parsed body. */
  readonly body: unknown;
}

export interface WebhookInbox {
  readonly url: string;
  /** In the order of arrival; a message that arrived twice stands here twice. */
  arrivals(): readonly Arrival[];
  /** How many requests were turned away because their signature was wrong. */
  refusedCount(): number;
  /**
   * The first arrival, past or coming, that `pick` makes something of.
   * Rejects with the signal's reason when it aborts.
   */
  waitFor<Picked>(pick: (arrival: Arrival) => Picked | undefined, signal: AbortSignal): Promise<Picked>;
  close(): Promise<void>;
}

/** Receives Standard Webhooks on loopback; answers 204, or 401 where the signature is wrong. */
export async function startWebhookInbox(secret: string, onArrival: (arrival: Arrival) => void = () => {}): Promise<WebhookInbox> {
  const webhook = new Webhook(secret);
  const arrivals: Arrival[] = [];
  const waiting = new Set<(arrival: Arrival) => void>();
  let refused = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verified = verify(webhook, await text(request), request.headers);
    if (verified === null) {
      refused += 1;
      response.writeHead(401).end('wrong signature\n');
      return;
    }
    const arrival: Arrival = { ...verified, arrivedAtMs: Date.now() };
    arrivals.push(arrival);
    response.writeHead(204).end();
    onArrival(arrival);
    for (const tell of waiting) tell(arrival);
  }

  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const { port, close } = await listen(server);
  return {
    url: `http://${loopback}:${port}/hook`,
    arrivals: () => [...arrivals],
    refusedCount: () => refused,
    waitFor: (pick, signal) => waitForArrival(arrivals, waiting, pick, signal),
    close,
  };
}

function verify(
  webhook: Webhook,
  body: string,
  headers: IncomingMessage['headers'],
): { readonly id: string; readonly body: unknown } | null {
  const signed = {
    'webhook-id': String(headers['webhook-id'] ?? ''),
    'webhook-timestamp': String(headers['webhook-timestamp'] ?? ''),
    'webhook-signature': String(headers['webhook-signature'] ?? ''),
  };
  try {
    return { id: signed['webhook-id'], body: webhook.verify(body, signed) };
  } catch (error) {
    if (error instanceof WebhookVerificationError) return null;
    throw error;
  }
}

function waitForArrival<Picked>(
  arrivals: readonly Arrival[],
  waiting: Set<(arrival: Arrival) => void>,
  pick: (arrival: Arrival) => Picked | undefined,
  signal: AbortSignal,
): Promise<Picked> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    function tell(arrival: Arrival): void {
      const picked = pick(arrival);
      if (picked === undefined) return;
      settle();
      resolve(picked);
    }
    function giveUp(): void {
      settle();
      reject(signal.reason);
    }
    function settle(): void {
      waiting.delete(tell);
      signal.removeEventListener('abort', giveUp);
    }
    waiting.add(tell);
    signal.addEventListener('abort', giveUp);
    for (const arrival of arrivals) tell(arrival);
  });
}
