import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { listen, loopback } from '../../sandbox/listen.ts';

export type MirrorTrouble = 'none' | 'hang' | 'drip' | 'reset' | number;

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    startsAt: z.string(),
    endsAt: z.string(),
    annotations: z.record(z.string(), z.string()),
  }),
);
export type PostedOne = z.infer<typeof alertsSchema>[number];

/** What of an Alertmanager a sender sees: labels are who an alert is, an end in the past resolves, 400 does not say that nothing was taken. */
export interface FakeAlertmanager {
  readonly url: string;
  /** How many requests were read, whatever was answered. */
  requests(): number;
  /** Of the last request that was read. */
  lastPosted(): readonly PostedOne[];
  /** `subject` of what is open now, sorted. */
  firing(): readonly string[];
  /** What it was told as open at some time. */
  everOpen(): readonly string[];
  setTrouble(trouble: MirrorTrouble): void;
  /** A subject that it does not understand. */
  refuse(subject: string | null): void;
  whenRequested(count: number): Promise<void>;
}

/** `now` is its clock. */
export async function startFakeAlertmanager(now: () => number): Promise<FakeAlertmanager> {
  const held = new Map<string, PostedOne>();
  const opened = new Set<string>();
  const waiting = new Set<() => void>();
  let trouble: MirrorTrouble = 'none';
  let refused: string | null = null;
  let requests = 0;
  let last: readonly PostedOne[] = [];

  /** An alert that is only ever told as ended is told to nobody. */
  function hold(alert: PostedOne): void {
    const sorted = Object.entries(alert.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    held.set(JSON.stringify(sorted), alert);
    if (Date.parse(alert.endsAt) > now()) opened.add(alert.labels['subject'] ?? '');
  }

  function take(body: string, response: ServerResponse): void {
    last = alertsSchema.parse(JSON.parse(body));
    requests += 1;
    if (trouble === 'none') {
      const good = last.filter(({ labels }) => labels['subject'] !== refused);
      for (const alert of good) hold(alert);
      response.writeHead(good.length === last.length ? 200 : 400).end();
    } else misbehave(response, trouble);
    for (const look of waiting) look();
  }

  const server = createServer((request, response) => {
    text(request).then(
      (body) => take(body, response),
      () => response.destroy(),
    );
  });
  const listening = await listen(server);
  onTestFinished(() => listening.close());
  return {
    url: `http://${loopback}:${listening.port}`,
    requests: () => requests,
    lastPosted: () => last,
    firing: () =>
      [...held.values()]
        .filter(({ endsAt }) => Date.parse(endsAt) > now())
        .map(({ labels }) => labels['subject'] ?? '')
        .toSorted(),
    everOpen: () => [...opened].toSorted(),
    setTrouble: (next) => {
      trouble = next;
    },
    refuse: (subject) => {
      refused = subject;
    },
    whenRequested: (count) =>
      new Promise((resolve) => {
        function look(): void {
          if (requests < count) return;
          waiting.delete(look);
          resolve();
        }
        waiting.add(look);
        look();
      }),
  };
}

function misbehave(response: ServerResponse, trouble: Exclude<MirrorTrouble, 'none'>): void {
  if (trouble === 'hang') return;
  if (trouble === 'drip') {
    response.socket?.write('HTTP/1.1 200 O');
    return;
  }
  if (trouble === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const headers = trouble === 429 ? { 'retry-after': '60' } : trouble === 302 ? { location: 'http://127.0.0.1:1/' } : {};
  response.writeHead(trouble, headers).end();
}
