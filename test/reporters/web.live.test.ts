import { afterEach, describe, expect, test } from 'vitest';
import type { Log } from '../../src/domain/ports.ts';
import { networkBody } from '../../src/reporters/network/network-body.ts';
import { type Health, startWeb, type Web, type WebNeeds } from '../../src/reporters/web/start-web.ts';
import { examplePicture } from '../support/pictured-network.ts';
import { metricsOf, someState } from './metrics-fixtures.ts';

const fine: Health = { live: true, ready: true, problems: [] };
let open: Web | undefined;

interface Given {
  readonly health?: () => Promise<Health>;
  readonly network?: WebNeeds['network'];
  readonly answerWithinMs?: number;
  readonly render?: () => Promise<{ readonly body: string; readonly contentType: string }>;
}

async function serve({ health = async () => fine, network = async () => null, render, answerWithinMs = 5_000 }: Given = {}) {
  const logged: string[] = [];
  const note = (_fields: object, message: string): void => void logged.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  open = await startWeb({
    listen: { host: '127.0.0.1', port: 0 },
    metrics: render === undefined ? metricsOf(someState) : { render },
    health,
    network,
    log,
    answerWithinMs,
  });
  const { port } = open;
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(20_000), ...init });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      policy: response.headers.get('content-security-policy'),
      body: await response.text(),
    };
  };
  return { get, logged };
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe('the web', () => {
  test('/metrics is what Prometheus reads', async () => {
    const { get } = await serve();
    const { status, type, body } = await get('/metrics');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(body).toContain('claimwatch_claim_status{claim="https-everywhere",interpretation="intent",status="fail"} 1');
  });

  test('/healthz and /readyz say yes', async () => {
    const { get } = await serve();
    expect(await get('/healthz')).toMatchObject({ status: 200, body: '{"live":true}' });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: '{"ready":true,"problems":[]}' });
  });

  test('/readyz says why not', async () => {
    const { get } = await serve({ health: async () => ({ live: true, ready: false, problems: ['the state is being checked'] }) });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toMatchObject({ status: 503, body: '{"ready":false,"problems":["the state is being checked"]}' });
  });

  test('what does not live is not ready either', async () => {
    const { get } = await serve({ health: async () => ({ live: false, ready: true, problems: ['no tick'] }) });
    expect(await get('/healthz')).toMatchObject({ status: 503, body: '{"live":false,"problems":["no tick"]}' });
    expect(await get('/readyz')).toMatchObject({ status: 503 });
  });

  test('a health that cannot be determined is no good health, and its error is not shown', async () => {
    const { get, logged } = await serve({ health: () => Promise.reject(new Error('secret detail')) });
    for (const path of ['/healthz', '/readyz']) {
      const { status, body } = await get(path);
      expect(status).toBe(503);
      expect(body).not.toContain('secret');
    }
    expect(logged.length).toBe(2);
  });

  test('metrics that cannot be read are an error, not an old answer', async () => {
    const { get } = await serve({ render: () => Promise.reject(new Error('secret detail')) });
    const { status, body } = await get('/metrics');
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
  });

  test('metrics that never come are an error in time', async () => {
    const { get } = await serve({ render: () => new Promise(() => {}), answerWithinMs: 100 });
    expect((await get('/metrics')).status).toBe(500);
  });

  test('the index page says what is where', async () => {
    const { get } = await serve();
    const { status, type, body } = await get('/');
    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    for (const link of ['href="metrics"', 'href="healthz"', 'href="readyz"']) expect(body).toContain(link);
  });

  test('nothing else is served, and nothing is taken', async () => {
    const { get } = await serve();
    expect((await get('/state.db')).status).toBe(404);
    expect((await get('/metrics', { method: 'POST', body: 'x' })).status).toBe(404);
  });

  test('/network says that nothing is known where nothing was looked at', async () => {
    const { status, type, body } = await (await serve()).get('/network');
    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    expect(body).toContain('Not known.');
    expect(body).not.toContain('<svg');
  });

  test.each([
    [true, 'older than the check network-exposure allows'],
    [false, 'Data as of'],
  ])('/network shows what was drawn, stale: %s', async (isStale, sentence) => {
    const body = networkBody(examplePicture());
    const { get } = await serve({ network: async () => ({ dataAsOf: '2026-11-24T08:00:00.000Z', isStale, body }) });
    const answer = await get('/network');
    expect(answer.body).toContain(sentence);
    expect(answer.body).toContain(body);
    expect(answer.body).toContain('<time datetime="2026-11-24T08:00:00.000Z">2026-11-24 08:00:00</time>');
    expect(answer.body.includes('Stale.')).toBe(isStale);
    expect(answer.policy).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  test('/network that could not be drawn is an error, and no empty picture', async () => {
    const { get, logged } = await serve({ network: () => Promise.reject(new Error('secret detail')) });
    const { status, body } = await get('/network');
    expect({ status, body }).toEqual({ status: 500, body: '{"error":"this could not be determined; see the log"}' });
    expect(logged).toEqual(['a request could not be answered']);
  });

  test('closes with a connection kept alive, and the port is free again', async () => {
    const { get } = await serve();
    await get('/');
    const port = open?.port ?? 0;
    await open?.close();
    await expect(get('/')).rejects.toThrow();
    open = await startWeb({
      listen: { host: '127.0.0.1', port },
      metrics: metricsOf({}),
      health: async () => fine,
      network: async () => null,
      log: console,
    });
    expect(open.port).toBe(port);
  });

  test('an address in use is an error at the start', async () => {
    await serve();
    const listen = { host: '127.0.0.1', port: open?.port ?? 0 };
    await expect(
      startWeb({ listen, metrics: metricsOf({}), health: async () => fine, network: async () => null, log: console }),
    ).rejects.toThrow('EADDRINUSE');
  });
});
