import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Authority, type IssuedCertificate, makeAuthority } from '../../../sandbox/certificates.ts';
import { type DnsServer, startDnsServer } from '../../../sandbox/dns-server.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import { startBlackHole } from '../../support/black-hole.ts';
import { lookHttps, lookHttpsAddresses } from '../../support/look-http.ts';
import { startOpenssl, versionOfOpenssl } from '../../support/openssl-server.ts';
import { serve, serveDrippingBytes, serveEndlessHandshake, servePlainHttp, serveReset, serveSilence } from '../../support/wicked-peers.ts';

let authority: Authority;
let certificate: IssuedCertificate;
let names: DnsServer;
beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await authority.issue({ hosts: ['shop.test'] });
  names = await startDnsServer({ 'shop.test': { a: ['127.0.0.1'] }, 'two.test': { a: ['127.0.0.1', '127.0.0.2'] } });
});
afterAll(() => names.close());

function keys(of: IssuedCertificate = certificate) {
  return { key: of.keyPem, cert: of.certificatePem };
}

/** A handshake that breaks off is the server's error as well, and no business of these tests. */
function quiet<S extends Server>(server: S): S {
  server.on('tlsClientError', () => {});
  return server;
}

const serveHttps = (answer: RequestListener, options: ServerOptions = {}): Promise<number> =>
  serve(quiet(createHttpsServer({ ...keys(), ...options }, answer)));

/** Speaks for itself once the handshake is done and something was asked. */
const speak = (answer: (socket: Socket) => void): Promise<number> =>
  serve(
    quiet(
      createTlsServer(keys(), (socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => answer(socket));
      }),
    ),
  );

const greet: RequestListener = (_request, response) => void response.end('welcome');
const shopAt = (port: number) => ({ host: 'shop.test', resolver: [names.address], port });

/** Writes for as long as anybody listens. A turn of the loop lies between, since a write over TLS may be done at once and would leave no time to anybody. */
function writeForever(socket: Socket, text: string): void {
  if (!socket.destroyed) socket.write(text, () => setImmediate(() => writeForever(socket, text)));
}

function writeHeaders(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\n');
  writeForever(socket, 'a: b\r\n'.repeat(100));
}

describe('an answer', () => {
  test('every path once, under the name of the host, on a connection and a session of its own', async () => {
    const asked: string[] = [];
    const sessions: boolean[] = [];
    const port = await serveHttps((request, response) => {
      const socket = request.socket as Socket & { readonly servername: string; isSessionReused(): boolean };
      asked.push(`${socket.servername} ${request.method} ${request.headers.host} ${request.url}`);
      sessions.push(socket.isSessionReused());
      response.end();
    });
    const [seen] = await lookHttpsAddresses({ ...shopAt(port), httpPaths: ['/', '/api'] });
    expect(seen?.paths.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'configured /',
      'configured /api',
      'error-page /.claimwatch/no-such-page',
    ]);
    expect(asked.toSorted()).toEqual(['/', '/.claimwatch/no-such-page', '/api'].map((path) => `shop.test GET shop.test:${port} ${path}`));
    expect(sessions).toEqual([false, false, false]);
  });

  test('headers as they came: every Strict-Transport-Security in order, products apart, no value of a cookie', async () => {
    const port = await serveHttps((_request, response) => {
      response.setHeader('Strict-Transport-Security', ['max-age=1', 'max-age=2']);
      response.setHeader('Server', 'Kestrel');
      response.setHeader('X-Powered-By', 'PHP/8.1.2');
      response.setHeader('Set-Cookie', `tracker=PHP/7.4.3-${Math.random()}; Path=/`);
      response.setHeader('X-Served-By', 'westeurope');
      response.end('nginx/1.22.1');
    });
    const [seen] = await lookHttpsAddresses(shopAt(port));
    const header = [{ where: 'header x-served-by', what: 'region', text: 'westeurope' }];
    const answer = {
      status: 200,
      location: null,
      strictTransportSecurity: ['max-age=1', 'max-age=2'],
      products: [
        { header: 'server', value: 'Kestrel' },
        { header: 'x-powered-by', value: 'PHP/8.1.2' },
      ],
      answeredWithin: expect.any(Number),
    };
    expect(seen?.paths).toEqual([
      // What a page that is there says is nobody's business.
      { path: '/', kind: 'configured', ...answer, disclosures: header },
      {
        path: '/.claimwatch/no-such-page',
        kind: 'error-page',
        ...answer,
        disclosures: [{ where: 'body', what: 'version', text: 'nginx/1.22.1' }, ...header],
      },
    ]);
  });

  test('the fact is the same from look to look and in whatever order the paths stand', async () => {
    const port = await serveHttps(greet);
    const [there, back] = await Promise.all([
      lookHttpsAddresses({ ...shopAt(port), httpPaths: ['/', '/api', '/a'] }),
      lookHttpsAddresses({ ...shopAt(port), httpPaths: ['/a', '/api', '/'] }),
    ]);
    const withoutTimes = (fact: unknown): string => JSON.stringify(fact).replaceAll(/"answeredWithin":[\d.]+/g, '');
    expect(withoutTimes(there)).toBe(withoutTimes(back));
  });

  test('phases are told beside the fact', async () => {
    expect((await lookHttps(shopAt(await serveHttps(greet)))).phases).toEqual(['resolve', 'connect', 'handshake', 'response']);
  });

  test.each<[string, ServerOptions]>([
    ['TLS 1.0 with weak parameters', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }],
    ['TLS 1.2 only', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }],
    ['TLS 1.3 only', { minVersion: 'TLSv1.3' }],
    ['a client certificate is wished for', { requestCert: true, rejectUnauthorized: false }],
  ])('%s is no reason not to look', async (_what, options) => {
    const [seen] = await lookHttpsAddresses(shopAt(await serveHttps(greet, options)));
    expect(seen).toMatchObject({ outcome: 'answered', paths: [{ status: 200 }, { status: 200 }] });
  });

  test('a certificate for another name, and of nobody that is trusted, is for other checks', async () => {
    const wrong = await authority.issue({ hosts: ['other.test'], issuer: 'self' });
    const [seen] = await lookHttpsAddresses(shopAt(await serveHttps(greet, keys(wrong))));
    expect(seen).toMatchObject({ outcome: 'answered', paths: [{ status: 200 }, { status: 200 }] });
  });

  test('an address is asked without a server name', async () => {
    const asked: unknown[] = [];
    const port = await serveHttps((request, response) => {
      asked.push(Reflect.get(request.socket, 'servername'));
      response.end();
    });
    await lookHttpsAddresses({ port });
    expect(asked).toEqual([false, false]);
  });

  test('where one path fails and another answers, each says so itself', async () => {
    const port = await serveHttps((request, response) => {
      if (request.url === '/api') request.socket.destroy();
      else response.end();
    });
    const [seen] = await lookHttpsAddresses({ ...shopAt(port), httpPaths: ['/', '/api'] });
    expect(seen).toMatchObject({
      outcome: 'answered',
      paths: [
        { path: '/', status: 200 },
        { path: '/api', fault: { code: 'unreachable' } },
        { kind: 'error-page', status: 200 },
      ],
    });
  });

  test('two addresses, one of them shut', async () => {
    const port = await serveHttps(greet);
    expect(await lookHttpsAddresses({ host: 'two.test', resolver: [names.address], port })).toMatchObject([
      { address: '127.0.0.1', outcome: 'answered' },
      { address: '127.0.0.2', outcome: 'refused', otherPortAnswers: null, paths: [] },
    ]);
  });
});

describe('a page', () => {
  const pageFault = { code: 'partial', message: 'the page did not come whole' };
  const tooLong = { code: 'partial', message: 'only the first 256 KiB of the page were read' };
  const compressed = { code: 'unsupported', message: 'the page is compressed, which was not asked for' };
  const found = [{ where: 'body', what: 'version', text: 'nginx/1.22.1' }];

  test.each<[string, (socket: Socket) => void, object]>([
    ['of known length', (socket) => socket.end('HTTP/1.1 404 N\r\ncontent-length: 12\r\n\r\nnginx/1.22.1'), { disclosures: found }],
    ['until the end of the connection', (socket) => socket.end('HTTP/1.1 404 N\r\n\r\n<p>nginx/1.22.1</p>'), { disclosures: found }],
    [
      'in chunks',
      (socket) => socket.end('HTTP/1.1 404 N\r\ntransfer-encoding: chunked\r\n\r\nc\r\nnginx/1.22.1\r\n0\r\n\r\n'),
      { disclosures: found },
    ],
    ['without a byte', (socket) => socket.end('HTTP/1.1 404 N\r\ncontent-length: 0\r\n\r\n'), { disclosures: [] }],
    ['that breaks off', (socket) => socket.end('HTTP/1.1 404 N\r\ncontent-length: 99\r\n\r\nnginx'), { disclosures: [], pageFault }],
    ['that is reset', (socket) => socket.write('HTTP/1.1 404 N\r\ncontent-length: 99\r\n\r\nnginx', () => socket.destroy()), { pageFault }],
    ['that does not end', (socket) => socket.write('HTTP/1.1 404 N\r\ncontent-length: 99\r\n\r\nnginx'), { pageFault }],
    ['in chunks that are none', (socket) => socket.write('HTTP/1.1 404 N\r\ntransfer-encoding: chunked\r\n\r\nx\r\n'), { pageFault }],
    [
      'that is compressed',
      (socket) => socket.end('HTTP/1.1 404 N\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\na'),
      { pageFault: compressed },
    ],
    [
      'without end, of which the beginning is read',
      (socket) => {
        socket.write('HTTP/1.1 404 N\r\n\r\n<p>nginx/1.22.1</p>');
        writeForever(socket, ' '.repeat(1_000));
      },
      { disclosures: found, pageFault: tooLong },
    ],
  ])('%s', async (_what, answer, expected) => {
    const [seen] = await lookHttpsAddresses({ ...shopAt(await speak(answer)), subjectDeadlineMs: 3_000 });
    expect(seen?.paths).toHaveLength(2);
    for (const path of seen?.paths ?? []) {
      expect(path).toMatchObject({ status: 404, ...expected });
      expect('pageFault' in path).toBe('pageFault' in expected);
    }
  });

  test.each([
    ['a detailed error page of 100 KiB is searched to its end', 100 * 1_024, { disclosures: found }],
    ['what stands behind 256 KiB is not read, and not taken for clean', 256 * 1_024, { disclosures: [], pageFault: tooLong }],
  ])('%s', async (_what, padding, expected) => {
    const port = await serveHttps((_request, response) => {
      response.writeHead(404).end(`${' '.repeat(padding)}nginx/1.22.1`);
    });
    const [seen] = await lookHttpsAddresses(shopAt(port));
    expect(seen?.paths).toMatchObject([expected, expected]);
  });
});

describe('what is no answer', () => {
  const wantsCertificate = { code: 'denied', message: 'the server wants a client certificate (alert 116)' };
  const ended = { code: 'unreachable', message: 'the connection was ended without an answer' };
  const unanswered = { code: 'timeout', message: 'the connection was accepted and nothing was answered' };
  const unfinished = { code: 'timeout', message: 'the answer began and its header did not end' };
  const handshake = { code: 'timeout', message: 'the connection was accepted and the TLS handshake did not end' };
  const notTls = { code: 'malformed', message: 'the port does not answer with TLS' };
  const overlong = { code: 'malformed', message: 'the header is longer than 16384 bytes' };

  const peers: readonly (readonly [string, () => Promise<number>, object])[] = [
    ['silence', serveSilence, handshake],
    ['reset', serveReset, ended],
    ['plain HTTP', servePlainHttp, notTls],
    ['closed at once', () => serve(createServer((socket) => socket.end())), ended],
    ['another protocol', () => serve(createServer((socket) => socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.2\r\n'))), notTls],
    ['a handshake without end', serveEndlessHandshake, { code: 'malformed' }],
    ['a handshake byte by byte', serveDrippingBytes, handshake],
    ['a client certificate is demanded', () => serveHttps(greet, { requestCert: true, rejectUnauthorized: true }), wantsCertificate],
    [
      'only HTTP/2',
      () => serveHttps(greet, { ALPNProtocols: ['h2'] }),
      { code: 'unsupported', message: 'the server does not speak HTTP/1.1 (alert 120)' },
    ],
    ['closed once asked', () => speak((socket) => socket.end()), ended],
    ['accepted, and nothing more', () => speak(() => {}), unanswered],
    [
      'not HTTP inside TLS',
      () => speak((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')),
      { code: 'malformed', message: 'the answer is not HTTP' },
    ],
    ['a header without end', () => speak(writeHeaders), overlong],
    ['hints without end', () => speak((socket) => writeForever(socket, 'HTTP/1.1 103 Early Hints\r\na: b\r\n\r\n'.repeat(20))), overlong],
    ['a header byte by byte', () => speak(dripHeader), unfinished],
    [
      'two targets',
      () => speak((socket) => void socket.end('HTTP/1.1 301 M\r\nlocation: https://a\r\nlocation: http://b\r\n\r\n')),
      { code: 'malformed', message: 'the answer has several Location headers that differ' },
    ],
  ];

  test.each(peers)('%s: a fault, for the total time at the most', async (_what, start, fault) => {
    const startedMs = performance.now();
    const { seen } = await lookHttps({ ...shopAt(await start()), httpPaths: ['/', '/api'], subjectDeadlineMs: 1_800 });
    expect(seen).toMatchObject({ fault });
    expect(performance.now() - startedMs).toBeLessThan(1_800);
  });

  const noOpenssl = versionOfOpenssl() === null;
  test.skipIf(noOpenssl).each<[string, object]>([
    ['-tls1_3', wantsCertificate],
    ['-tls1_2', { code: 'unsupported', message: expect.stringContaining('wants a client certificate (alert 40)') }],
  ])(
    `a client certificate is demanded by openssl s_server %s${noOpenssl ? ' (skipped: openssl is not installed)' : ''}`,
    async (option, fault) => {
      const server = await startOpenssl(certificate, ['-Verify', '1', '-verify_return_error', '-www', option]);
      onTestFinished(() => server.stop());
      expect((await lookHttps(shopAt(server.port))).seen).toEqual({ fault });
    },
  );

  test('a port that refuses is a fact', async () => {
    const port = await findFreePort();
    expect(await lookHttpsAddresses(shopAt(port))).toEqual([
      { address: '127.0.0.1', family: 4, addressClass: 'loopback', outcome: 'refused', otherPortAnswers: null, paths: [] },
    ]);
  });

  describe.skipIf(process.platform !== 'linux')('a black hole', () => {
    test('is silent where the plain HTTP port answers, and a timeout where nothing does', async () => {
      const hole = await startBlackHole();
      onTestFinished(() => hole.close());
      const httpPort = await serveSilence();
      const look = { ...shopAt(hole.port), subjectDeadlineMs: 1_800 };
      expect(await lookHttpsAddresses({ ...look, httpPort })).toMatchObject([{ outcome: 'silent', otherPortAnswers: true, paths: [] }]);
      expect((await lookHttps({ ...look, httpPort: await findFreePort() })).seen).toMatchObject({ fault: { code: 'timeout' } });
      expect((await lookHttps({ ...look, httpPort: hole.port })).seen).toMatchObject({ fault: { code: 'timeout' } });
    });
  });

  test('a look that is ended gives up at once', async () => {
    const { seen } = await lookHttps({ ...shopAt(await serveSilence()), subjectDeadlineMs: 30 });
    expect(seen).toMatchObject({ fault: { code: 'timeout' } });
  });
});

/** Slow, yet never so slow that a limit per byte would end it. */
function dripHeader(socket: Socket): void {
  const timer = setInterval(() => socket.write('H'), 20);
  socket.write('HTTP/1.1 200 OK\r\n');
  socket.once('close', () => clearInterval(timer));
}
