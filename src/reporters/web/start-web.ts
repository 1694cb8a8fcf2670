import { fastify } from 'fastify';
import type { Log } from '../../domain/ports.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { indexPage } from './index-page.ts';
import { type DrawnNetwork, networkPage, networkPagePolicy } from './network-page.ts';

export interface Health {
  /** False: the process should be started anew. */
  readonly live: boolean;
  /** False: it does not do its work. */
  readonly ready: boolean;
  /** Why not, for people. */
  readonly problems: readonly string[];
}

export interface WebNeeds {
  /** Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly metrics: Pick<Metrics, 'render'>;
  readonly health: () => Promise<Health>;
  /** Null where nothing is known of a network. */
  readonly network: () => Promise<DrawnNetwork | null>;
  readonly log: Log;
  /** Total deadline of one answer; below the scrape timeout of Prometheus (10 s) unless given, so that it is told. */
  readonly answerWithinMs?: number;
}

export interface Web {
  readonly port: number;
  /** Resolves when no connection is open any more. */
  close(): Promise<void>;
}

function refuseSchema(): never {
  throw new Error('no route has a schema');
}

/** fastify loads compilers of schemas unless it is given some: 150 files that no route needs. */
const schemaController = { compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema } };

/**
 * Serves metrics, health and the index page. What cannot be determined is never shown as well: a health that cannot be had is 503, metrics that cannot
 * be read are 500.
 * @throws where the address cannot be listened on.
 */
export async function startWeb({ listen, metrics, health, network, log, answerWithinMs = 8_000 }: WebNeeds): Promise<Web> {
  const web = fastify({
    logger: false,
    handlerTimeout: answerWithinMs,
    requestTimeout: 10_000,
    forceCloseConnections: true,
    bodyLimit: 1,
    schemaController,
  });

  web.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(indexPage));
  web.get('/metrics', async (_request, reply) => {
    const { body, contentType } = await metrics.render();
    return reply.type(contentType).send(body);
  });
  web.get('/network', async (_request, reply) => {
    const page = networkPage(await network());
    return reply
      .header('content-security-policy', networkPagePolicy)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page);
  });
  web.get('/healthz', async (_request, reply) => {
    const { live, problems } = await health();
    return reply.code(live ? 200 : 503).send(live ? { live } : { live, problems });
  });
  web.get('/readyz', async (_request, reply) => {
    const { live, ready, problems } = await health();
    const isReady = live && ready;
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, problems });
  });
  web.setErrorHandler((error, request, reply) => {
    log.error({ err: error, route: request.routeOptions.url }, 'a request could not be answered');
    const isHealth = request.routeOptions.url === '/healthz' || request.routeOptions.url === '/readyz';
    return reply.code(isHealth ? 503 : 500).send({ error: 'this could not be determined; see the log' });
  });
  web.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'nothing is served here' }));

  // A copy: fastify keeps its own things in what it is given.
  await web.listen({ ...listen });
  const [address] = web.addresses();
  if (address === undefined || typeof address === 'string') throw new Error(`nothing listens on ${listen.host}`);
  return { port: address.port, close: () => web.close() };
}
