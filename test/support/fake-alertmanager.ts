import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { listen, loopback } from '../../sandbox/listen.ts';

/** `no-status`: it does not say which life of it this is; `silent-status`: it never answers that. */
export type MirrorTrouble = 'none' | 'hang' | 'drip' | 'reset' | 'no-status' | 'silent-status' | number;

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
  /** What it told its people, in order: `firing a`, `resolved a`. With a `group_wait` of 0. */
  told(): readonly string[];
  /** It is killed and started again, and has forgotten everything. */
  forget(): void;
  setTrouble(trouble: MirrorTrouble): void;
  /** A subject that it does not understand. */
  refuse(subject: string | null): void;
  whenRequested(count: number): Promise<void>;
}

/** `now` is its clock. */
export async function startFakeAlertmanager(now: () => number): Promise<FakeAlertmanager> {
  const held = new Map<string, PostedOne>();
  /** By its notification log. */
  const toldOpen = new Set<string>();
  const told: string[] = [];
  let life = 1;
  const waiting = new Set<() => void>();
  let trouble: MirrorTrouble = 'none';
  let refused: string | null = null;
  let requests = 0;
  let last: readonly PostedOne[] = [];

  /** Of an alert that it only knows as ended it tells nobody. */
  function hold(alert: PostedOne): void {
    const sorted = Object.entries(alert.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(sorted);
    held.set(key, alert);
    const isOpen = Date.parse(alert.endsAt) > now();
    if (isOpen === toldOpen.has(key)) return;
    told.push(`${isOpen ? 'firing' : 'resolved'} ${alert.labels['subject']}`);
    if (isOpen) toldOpen.add(key);
    else toldOpen.delete(key);
  }

  function take(body: string, response: ServerResponse): void {
    last = alertsSchema.parse(JSON.parse(body));
    requests += 1;
    if (trouble === 'none' || trouble === 'no-status' || trouble === 'silent-status') {
      const good = last.filter(({ labels }) => labels['subject'] !== refused);
      for (const alert of good) hold(alert);
      response.writeHead(good.length === last.length ? 200 : 400).end();
    } else misbehave(response, trouble);
    for (const look of waiting) look();
  }

  function answerStatus(response: ServerResponse): void {
    if (trouble === 'no-status') response.writeHead(404).end();
    else if (trouble !== 'silent-status') response.end(JSON.stringify({ uptime: `life ${life}` }));
  }

  const server = createServer((request, response) => {
    if (request.method === 'GET') return answerStatus(response);
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
    told: () => [...told],
    forget: () => {
      held.clear();
      toldOpen.clear();
      life += 1;
    },
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

function misbehave(response: ServerResponse, trouble: Exclude<MirrorTrouble, 'none' | 'no-status' | 'silent-status'>): void {
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
