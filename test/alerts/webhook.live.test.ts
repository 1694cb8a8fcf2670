import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { createOutbox, type Outbox } from '../../src/alerts/outbox.ts';
import { receiver as webhookReceiver } from '../../src/alerts/receivers/webhook.ts';
import type { Notification } from '../../src/domain/alert.ts';
import type { Receiver } from '../../src/domain/ports.ts';
import { epochMs } from '../../src/domain/time.ts';
import { type FakeClock, makeFakeClock } from '../support/fake-clock.ts';
import { type Ended, type MemoryOutbox, makeMemoryOutbox } from '../support/memory-outbox.ts';
import { makeRecordingLog, type RecordingLog } from '../support/recording-log.ts';
import { notification, startMs } from './fixtures.ts';

const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const newSecret = `whsec_${Buffer.alloc(48, 5).toString('base64')}`;
const secretPath = '/very-secret-path?key=very-secret-key';

interface Arrival {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Inbox {
  readonly port: number;
  readonly arrivals: readonly Arrival[];
  /** Resolves when the arrival with this number is there. */
  whenArrived(number: number): Promise<Arrival>;
}

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server | TcpServer, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** `answer` is asked after the whole request was read. */
async function startInbox(answer: (response: ServerResponse, number: number, request: IncomingMessage) => void, port = 0): Promise<Inbox> {
  const arrivals: Arrival[] = [];
  const waiting = new Map<number, (arrival: Arrival) => void>();
  const receive: RequestListener = (request, response) => {
    text(request).then(
      (body) => {
        const arrival = { headers: request.headers, body };
        arrivals.push(arrival);
        waiting.get(arrivals.length - 1)?.(arrival);
        answer(response, arrivals.length, request);
      },
      () => response.destroy(),
    );
  };
  return {
    port: await listen(createServer(receive), port),
    arrivals,
    whenArrived: (number) =>
      new Promise((resolve) => {
        const already = arrivals[number];
        if (already === undefined) waiting.set(number, resolve);
        else resolve(already);
      }),
  };
}

const accept = (response: ServerResponse) => void response.writeHead(204).end();

function webhook(name: string, port: number, changes: object = {}): Receiver {
  const options = { url: `http://127.0.0.1:${port}${secretPath}`, secret, ...changes };
  expect(webhookReceiver.options.safeParse(options).success).toBe(true);
  return webhookReceiver.create(name, options, { log: makeRecordingLog() });
}

interface Started {
  readonly clock: FakeClock;
  readonly store: MemoryOutbox;
  readonly log: RecordingLog;
  readonly outbox: Outbox;
}

function startOutbox(receivers: readonly Receiver[], notifications: readonly Notification[], nowMs = startMs): Started {
  const clock = makeFakeClock(nowMs);
  const store = makeMemoryOutbox();
  const log = makeRecordingLog();
  store.add(notifications);
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  const outbox = createOutbox({ store, clock, log, receivers: byName, random: () => 0.5 });
  outbox.start();
  closers.push(async () => {
    await outbox.stop(0);
    expect(log.text()).not.toContain('very-secret');
    expect(log.text()).not.toContain(secret.slice('whsec_'.length));
    expect(JSON.stringify(store.results())).not.toContain('very-secret');
  });
  return { clock, store, log, outbox };
}

function nth(number: number) {
  return (_ended: Ended, index: number) => index === number;
}

function failed(ended: Ended) {
  if (ended.result.kind !== 'failed') throw new Error('it was accepted');
  return { ...ended.result, dueMs: epochMs(ended.result.nextAttemptAt) };
}

function withoutSendTime(body: string): unknown {
  const parsed = JSON.parse(body);
  return { ...parsed, data: { ...parsed.data, sentAt: null, delayed: null } };
}

describe('a message that arrives', () => {
  it('is signed after Standard Webhooks, by every secret of a rotation', async () => {
    const inbox = await startInbox(accept);
    const { store } = startOutbox([webhook('ops', inbox.port, { secret: [secret, newSecret] })], [notification()], Date.now());
    await store.whenEnded(nth(0));
    const { headers, body } = await inbox.whenArrived(0);
    for (const one of [secret, newSecret]) {
      expect(new Webhook(one).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'claimwatch.alert.firing' });
    }
    expect(() => new Webhook(one64()).verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
    expect(headers).toMatchObject({ 'webhook-id': 'ops-alert-1-0', 'content-type': 'application/json', connection: 'close' });
  });

  it('is accepted by its status, whatever its body does', async () => {
    const inbox = await startInbox((response) => {
      response.writeHead(200);
      response.write('d');
    });
    const { store } = startOutbox([webhook('ops', inbox.port)], [notification()]);
    expect((await store.whenEnded(nth(0))).result).toMatchObject({ kind: 'accepted', receipt: 'HTTP 200' });
  });
});

function one64(): string {
  return `whsec_${Buffer.alloc(64, 9).toString('base64')}`;
}

describe('what a receiver answers', () => {
  it.each([
    [301, 'HTTP 301', false, 300_000],
    [307, 'HTTP 307', false, 300_000],
    [400, 'HTTP 400', false, 300_000],
    [401, 'HTTP 401', false, 300_000],
    [403, 'HTTP 403', false, 300_000],
    [404, 'HTTP 404', false, 300_000],
    [410, 'HTTP 410', false, 300_000],
    [500, 'HTTP 500', true, 1_000],
    [502, 'HTTP 502', true, 1_000],
    [503, 'HTTP 503', false, 1_000],
    [504, 'HTTP 504', true, 1_000],
  ])('%i: %s, may have arrived: %s, again after %i ms; no redirect is followed', async (status, error, mayHaveArrived, delayMs) => {
    const elsewhere = await startInbox(accept);
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    const inbox = await startInbox((response) => void response.writeHead(status, { location }).end(secretPath));
    const { store } = startOutbox([webhook('ops', inbox.port)], [notification()]);
    expect(failed(await store.whenEnded(nth(0)))).toMatchObject({ error, mayHaveArrived, dueMs: startMs + delayMs });
    expect(elsewhere.arrivals).toEqual([]);
  });

  it.each([
    ['30', 31_500],
    [new Date(startMs + 30_000).toUTCString(), 31_500],
    [undefined, 1_000],
    ['99999', 3_780_000],
    ['-5', 1_000],
    ['soon', 1_000],
  ])('429 with Retry-After %s waits %i ms, never less, and then arrives', async (retryAfter, delayMs) => {
    const inbox = await startInbox((response, number) => {
      if (number > 1) return accept(response);
      response.writeHead(429, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    });
    const { clock, store } = startOutbox([webhook('ops', inbox.port)], [notification()]);
    const { dueMs, mayHaveArrived } = failed(await store.whenEnded(nth(0)));
    expect([dueMs - startMs, mayHaveArrived]).toEqual([delayMs, false]);
    clock.advance(delayMs);
    expect((await store.whenEnded(nth(1))).result.kind).toBe('accepted');
    expect(inbox.arrivals).toHaveLength(2);
  });

  it('a reset after the message was taken: the same message under the same id, before what follows', async () => {
    const inbox = await startInbox((response, number, request) => {
      if (number === 1) request.socket.resetAndDestroy();
      else accept(response);
    });
    const { clock, store } = startOutbox([webhook('ops', inbox.port)], [notification()]);
    const end = failed(await store.whenEnded(nth(0)));
    expect(end.mayHaveArrived).toBe(true);
    store.add([notification({ sequence: 1, kind: 'resolved' })]);
    clock.advanceTo(end.dueMs);
    const [first, second, third] = [await inbox.whenArrived(0), await inbox.whenArrived(1), await inbox.whenArrived(2)];
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(withoutSendTime(second.body)).toEqual(withoutSendTime(first.body));
    expect(third.headers['webhook-id']).toBe('ops-alert-1-1');
    expect(JSON.parse(third.body).type).toBe('claimwatch.alert.resolved');
  });

  it('silence and dripping headers end at the deadline, and hold nobody else', async () => {
    const silent = await startInbox(() => {});
    const dripping = await startDripping();
    const ops = await startInbox(accept);
    const receivers = [webhook('silent', silent.port), webhook('dripping', dripping.port), webhook('ops', ops.port)];
    const many = Array.from({ length: 50 }, (_, number) => notification({ receiver: 'silent', lane: `lane-${number}` }));
    const { clock, store } = startOutbox(receivers, [...many, notification({ receiver: 'dripping' }), notification()]);
    await store.whenEnded((ended) => ended.ids[0] === 'ops-alert-1-0');
    await silent.whenArrived(3);
    await dripping.asked;
    expect(clock.now()).toBe(startMs);
    expect(silent.arrivals).toHaveLength(4);
    clock.advance(15_000);
    for (const id of ['silent-lane-0-0', 'dripping-alert-1-0']) {
      const end = failed(await store.whenEnded((ended) => ended.ids[0] === id));
      expect(end).toMatchObject({ mayHaveArrived: true, error: 'no answer within 15 s', dueMs: startMs + 16_000 });
    }
  });
});

/** Begins an answer and never ends its first line. */
async function startDripping(): Promise<{ readonly port: number; readonly asked: Promise<void> }> {
  const asked = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('HTTP/1.1 2');
      asked.resolve();
    });
  });
  const port = await listen(server);
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { port, asked: asked.promise };
}

describe('a receiver that cannot be reached', () => {
  async function freePort(): Promise<number> {
    const port = await listen(createServer());
    await closers.pop()?.();
    return port;
  }

  it('for six hours: then one message per alert, combined where it has closed, marked as delayed', async () => {
    const port = await freePort();
    const { clock, store } = startOutbox([webhook('ops', port)], [notification()]);
    let ends = 0;
    while (clock.now() < startMs + 6 * 3_600_000) {
      const end = failed(await store.whenEnded(nth(ends)));
      expect(end).toMatchObject({ error: 'ECONNREFUSED', mayHaveArrived: false });
      ends += 1;
      if (ends === 20) store.add([notification({ sequence: 1, kind: 'update' }), notification({ sequence: 2, kind: 'resolved' })]);
      if (end.dueMs >= startMs + 6 * 3_600_000) break;
      clock.advanceTo(end.dueMs);
    }
    expect(ends).toBeLessThan(90);
    const inbox = await startInbox(accept, port);
    clock.advance(330_000);
    await store.whenEnded((ended) => ended.result.kind === 'accepted');
    expect(store.pending()).toEqual([]);
    expect(inbox.arrivals).toHaveLength(1);
    const arrival = await inbox.whenArrived(0);
    expect(arrival.headers['webhook-id']).toBe('ops-alert-1-0');
    const { type, data } = JSON.parse(arrival.body);
    expect(type).toBe('claimwatch.alert.resolved');
    expect(data).toMatchObject({ delayed: true, decidedAt: notification().at });
    expect(data.notifications.map((one: { kind: string }) => one.kind)).toEqual(['firing', 'update', 'resolved']);
  });

  it('because its certificate is not trusted: not arrived, nothing sent', async () => {
    const authority = await makeAuthority();
    const { keyPem, certificatePem } = await authority.issue({ hosts: ['127.0.0.1'] });
    let requests = 0;
    const server = createHttpsServer({ key: keyPem, cert: certificatePem }, (_request, response) => {
      requests += 1;
      response.end();
    });
    const port = await listen(server);
    const { store } = startOutbox([webhook('ops', port, { url: `https://127.0.0.1:${port}${secretPath}` })], [notification()]);
    expect(failed(await store.whenEnded(nth(0)))).toMatchObject({ error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', mayHaveArrived: false });
    expect(requests).toBe(0);
  });

  it('because it speaks no TLS, or has no address: not arrived', async () => {
    const plain = await startInbox(accept);
    const receivers = [
      webhook('plain', plain.port, { url: `https://127.0.0.1:${plain.port}${secretPath}` }),
      webhook('nowhere', 0, { url: `https://very-secret.invalid${secretPath}` }),
    ];
    const { store } = startOutbox(receivers, [notification({ receiver: 'plain' }), notification({ receiver: 'nowhere' })]);
    for (const [id, error] of [
      ['plain-alert-1-0', /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/],
      ['nowhere-alert-1-0', /^(ENOTFOUND|EAI_AGAIN)$/],
    ] as const) {
      const end = failed(await store.whenEnded((ended) => ended.ids[0] === id));
      expect(end.error).toMatch(error);
      expect(end.mayHaveArrived).toBe(false);
    }
  });
});

describe('stopping while a message is on its way', () => {
  it('lets it arrive within the grace time', async () => {
    const release = Promise.withResolvers<ServerResponse>();
    const inbox = await startInbox((response) => release.resolve(response));
    const { store, outbox } = startOutbox([webhook('ops', inbox.port)], [notification()]);
    const response = await release.promise;
    const stopped = outbox.stop(10_000);
    accept(response);
    await stopped;
    expect(store.pending()).toEqual([]);
  });

  it('cuts it off after the grace time; it stays pending and may have arrived', async () => {
    const inbox = await startInbox(() => {});
    const { clock, store, outbox } = startOutbox([webhook('ops', inbox.port)], [notification()]);
    await inbox.whenArrived(0);
    const stopped = outbox.stop(10_000);
    await clock.whenSleeping((ms) => ms === 10_000);
    clock.advance(10_000);
    await stopped;
    expect(store.pending()).toMatchObject([{ attempts: 1, mayHaveArrived: true }]);
    expect(store.results()).toEqual([]);
  });
});
