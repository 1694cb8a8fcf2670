import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { listen, loopback } from '../../sandbox/listen.ts';
import type { Arrival } from '../../sandbox/webhook-inbox.ts';

/** `drip`: the headers begin and never end. A number: this status; 429 asks for a minute. */
export type Trouble = 'none' | 'hang' | 'drip' | number;

/** A webhook's receiver that reads every message and then answers as it is told to. */
export interface TroubledInbox {
  readonly url: string;
  /** What was read, in order, whatever was answered. */
  arrivals(): readonly Arrival[];
  /** What was answered with 204. */
  accepted(): readonly Arrival[];
  setTrouble(trouble: Trouble): void;
  /** Resolves when so many messages have been read. */
  whenRead(count: number): Promise<void>;
}

/** `port` 0: any free one. */
export async function startTroubledInbox(trouble: Trouble, port = 0): Promise<TroubledInbox> {
  const arrivals: Arrival[] = [];
  const accepted: Arrival[] = [];
  const waiting = new Set<() => void>();
  let now = trouble;
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const arrival = { id: String(request.headers['webhook-id']), arrivedAtMs: Date.now(), body: JSON.parse(body) as unknown };
        arrivals.push(arrival);
        if (now === 'none') accepted.push(arrival);
        answer(response, now);
        for (const look of waiting) look();
      },
      () => response.destroy(),
    );
  });
  const listening = await listen(server, port);
  onTestFinished(() => listening.close());
  return {
    url: `http://${loopback}:${listening.port}/hook`,
    arrivals: () => [...arrivals],
    accepted: () => [...accepted],
    setTrouble: (next) => {
      now = next;
    },
    whenRead: (count) =>
      new Promise((resolve) => {
        function look(): void {
          if (arrivals.length < count) return;
          waiting.delete(look);
          resolve();
        }
        waiting.add(look);
        look();
      }),
  };
}

function answer(response: ServerResponse, trouble: Trouble): void {
  if (trouble === 'hang') return;
  if (trouble === 'drip') {
    response.socket?.write('HTTP/1.1 204 No Con');
    return;
  }
  const headers = trouble === 429 ? { 'retry-after': '60' } : {};
  response.writeHead(trouble === 'none' ? 204 : trouble, headers).end();
}
