import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DnsServer, startDnsServer } from '../../../sandbox/dns-server.ts';
import { findFreePort, type Listening, listen } from '../../../sandbox/listen.ts';
import { startBlackHole } from '../../support/black-hole.ts';
import { lookHttp, lookHttpAddresses, lookHttps } from '../../support/look-http.ts';

const manyAddresses = Array.from({ length: 17 }, (_, index) => `127.0.1.${index + 1}`);

const open: { close(): Promise<void> }[] = [];
let names: DnsServer;
beforeAll(async () => {
  names = await startDnsServer({
    'shop.test': { a: ['127.0.0.1'] },
    'two.test': { a: ['127.0.0.1', '127.0.0.2'] },
    'sixteen.test': { a: manyAddresses.slice(1) },
    'seventeen.test': { a: manyAddresses },
    'both.test': { a: ['127.0.0.1'], aaaa: ['::1'] },
  });
});
afterAll(() => names.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function keep(server: Server): Promise<Listening> {
  const listening = await listen(server);
  open.push(listening);
  return listening;
}

const serve = (answer: RequestListener) => keep(createHttpServer(answer));

/** A peer that speaks for itself; an error of its socket is the client's going away. */
const speak = (answer: (socket: Socket) => void) =>
  keep(
    createServer((socket) => {
      socket.on('error', () => socket.destroy());
      answer(socket);
    }),
  );

const redirectTo =
  (status: number, location: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { location, 'set-cookie': `session=${Math.random()}`, date: 'now' });
    response.end('moved');
  };

/** Answers once something was asked: what is unread when a connection ends makes a reset of the end. */
const onceAsked = (answer: (socket: Socket) => void) => (socket: Socket) => socket.once('data', () => answer(socket));

/** Writes for as long as anybody listens. */
function writeForever(socket: Socket, text: string): void {
  if (!socket.destroyed) socket.write(text, () => writeForever(socket, text));
}

function writeHeaders(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\n');
  writeForever(socket, 'a: b\r\n'.repeat(100));
}

describe('what a path answers', () => {
  test.each<[string, RequestListener, number, string | null]>([
    ['301 to https on the same host', redirectTo(301, 'https://shop.test/'), 301, 'https://shop.test/'],
    ['308 to https on the same host', redirectTo(308, 'https://shop.test/a'), 308, 'https://shop.test/a'],
    ['302 to another host', redirectTo(302, 'https://login.example/'), 302, 'https://login.example/'],
    ['301 to http', redirectTo(301, 'http://www.shop.test/'), 301, 'http://www.shop.test/'],
    ['301 to itself', redirectTo(301, '/'), 301, '/'],
    ['307 to a relative place', redirectTo(307, 'next'), 307, 'next'],
    ['user, password and query are not kept', redirectTo(301, 'https://a:b@shop.test/?state=1'), 301, 'https://shop.test/?...'],
    ['a redirect to nowhere', (_request, response) => response.writeHead(301).end(), 301, null],
    ['200 in clear', (_request, response) => response.end('welcome'), 200, null],
    ['500', (_request, response) => response.writeHead(500).end(), 500, null],
    [
      'hints before the answer',
      (_request, response) => response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.end()),
      200,
      null,
    ],
    ['a body without end is not waited for', (_request, response) => writeBody(response), 200, null],
  ])('%s', async (_name, answer, status, location) => {
    const { port } = await serve(answer);
    expect(await lookHttpAddresses({ host: 'shop.test', resolver: [names.address], httpPort: port })).toEqual([
      { address: '127.0.0.1', family: 4, port, outcome: 'answered', otherPortAnswers: null, paths: [{ path: '/', status, location }] },
    ]);
  });

  test('path by path, under the name of the host, each once and on a connection of its own', async () => {
    const asked: string[] = [];
    const connections = new Set<unknown>();
    const { port } = await serve((request, response) => {
      asked.push(`${request.method} ${request.headers.host} ${request.url}`);
      connections.add(request.socket);
      if (request.url === '/') redirectTo(301, 'https://shop.test/')(request, response);
      else response.end('in clear');
    });
    const [seen] = await lookHttpAddresses({ host: 'shop.test', resolver: [names.address], httpPort: port, httpPaths: ['/', '/api'] });
    expect(seen?.paths).toEqual([
      { path: '/', status: 301, location: 'https://shop.test/' },
      { path: '/api', status: 200, location: null },
    ]);
    expect(asked.toSorted()).toEqual([`GET shop.test:${port} /`, `GET shop.test:${port} /api`]);
    expect(connections.size).toBe(2);
  });

  test('the fact is the same from look to look and in whatever order the paths stand', async () => {
    const { port } = await serve(redirectTo(301, 'https://shop.test/'));
    const [there, back] = await Promise.all([
      lookHttpAddresses({ httpPort: port, httpPaths: ['/', '/api', '/a'] }),
      lookHttpAddresses({ httpPort: port, httpPaths: ['/a', '/api', '/'] }),
    ]);
    expect(JSON.stringify(there)).toBe(JSON.stringify(back));
  });

  test('phases are told beside the fact', async () => {
    const { port } = await serve(redirectTo(301, 'https://shop.test/'));
    expect((await lookHttp({ httpPort: port })).phases).toEqual(['resolve', 'connect', 'response']);
  });

  test('where some answer and others fail, each says so itself', async () => {
    const { port } = await serve((request, response) => {
      if (request.url === '/api') request.socket.resetAndDestroy();
      else response.end();
    });
    const [seen] = await lookHttpAddresses({ httpPort: port, httpPaths: ['/', '/api'] });
    expect(seen).toMatchObject({
      outcome: 'answered',
      otherPortAnswers: null,
      paths: [
        { path: '/', status: 200 },
        { path: '/api', fault: { code: 'unreachable', message: 'the connection was ended without an answer' } },
      ],
    });
  });
});

describe('what is no answer', () => {
  const ended = { code: 'unreachable', message: 'the connection was ended without an answer' };
  const cutShort = { code: 'malformed', message: 'the connection was ended before the header' };
  const notHttp = { code: 'malformed', message: 'the answer is not HTTP' };
  const overlong = { code: 'malformed', message: 'the header is longer than 16384 bytes' };
  const unanswered = { code: 'timeout', message: 'the connection was accepted and nothing was answered' };
  const unfinished = { code: 'timeout', message: 'the answer began and its header did not end' };
  const severalTargets = { code: 'malformed', message: 'the answer has several Location headers that differ' };

  const faults: readonly (readonly [string, (socket: Socket) => void, object])[] = [
    ['reset at once', (socket) => socket.resetAndDestroy(), ended],
    ['reset once asked', onceAsked((socket) => socket.resetAndDestroy()), ended],
    ['closed at once', (socket) => socket.end(), ended],
    ['closed once asked', onceAsked((socket) => socket.end()), ended],
    ['closed within the header', onceAsked((socket) => socket.end('HTTP/1.1 301 Moved\r\nLocation: https')), cutShort],
    ['another protocol', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), notHttp],
    ['a TLS alert', onceAsked((socket) => socket.end(Buffer.of(0x15, 3, 1, 0, 2, 2, 70))), notHttp],
    ['a status that is none', onceAsked((socket) => socket.write('HTTP/1.1 OK\r\n\r\n')), notHttp],
    ['one header too long', onceAsked((socket) => socket.write(`HTTP/1.1 200 OK\r\na: ${'b'.repeat(20_000)}\r\n\r\n`)), overlong],
    ['headers without end', onceAsked((socket) => writeHeaders(socket)), overlong],
    ['hints without end', onceAsked((socket) => writeForever(socket, 'HTTP/1.1 103 Early Hints\r\na: b\r\n\r\n'.repeat(20))), overlong],
    [
      'two targets',
      onceAsked((socket) => socket.write('HTTP/1.1 301 M\r\nlocation: https://a\r\nlocation: http://b\r\n\r\n')),
      severalTargets,
    ],
    ['accepted, and nothing more', () => {}, unanswered],
    ['one byte after the other', dripHeader, unfinished],
  ];

  test.each(faults)('%s: a fault of the address where the other port answers', async (_name, answer, fault) => {
    const { port: httpPort } = await speak(answer);
    const { port } = await speak(() => {});
    const look = { port, httpPort, httpPaths: ['/', '/api'], subjectDeadlineMs: 1_800 };
    expect(await lookHttpAddresses(look)).toEqual([
      {
        address: '127.0.0.1',
        family: 4,
        port: httpPort,
        outcome: 'fault',
        fault,
        otherPortAnswers: true,
        paths: expect.toSatisfy((paths: readonly object[]) => paths.length === 0 || paths.length === 2),
      },
    ]);
  });

  test.each(faults)('%s: a fault of the kind where nothing else answers', async (_name, answer, fault) => {
    const { port: httpPort } = await speak(answer);
    const look = { port: await findFreePort(), httpPort, httpPaths: ['/', '/api'], subjectDeadlineMs: 1_800 };
    expect((await lookHttp(look)).seen).toEqual({ fault });
  });

  test('the same target twice is one', async () => {
    const { port } = await speak(
      onceAsked((socket) => socket.write('HTTP/1.1 301 M\r\nlocation: https://a/\r\nlocation: https://a/\r\n\r\n')),
    );
    expect((await lookHttpAddresses({ httpPort: port }))[0]?.paths).toEqual([{ path: '/', status: 301, location: 'https://a/' }]);
  });
});

describe('a port that does not accept', () => {
  test('refused, and whether the other port answers', async () => {
    const [httpPort, closed] = [await findFreePort(), await findFreePort()];
    const { port } = await speak(() => {});
    const seen = { address: '127.0.0.1', family: 4, port: httpPort, outcome: 'refused', paths: [] };
    expect(await lookHttpAddresses({ port, httpPort })).toEqual([{ ...seen, otherPortAnswers: true }]);
    expect(await lookHttpAddresses({ port: closed, httpPort })).toEqual([{ ...seen, otherPortAnswers: false }]);
    expect(await lookHttpAddresses({ port: httpPort, httpPort })).toEqual([{ ...seen, otherPortAnswers: null }]);
  });

  const isLinux = process.platform === 'linux';
  describe.skipIf(!isLinux)(isLinux ? 'a black hole' : 'a black hole (skipped: needs a Linux listen queue)', () => {
    test('is silent where the other port answers; one attempt decides for all paths', async () => {
      const hole = await startBlackHole();
      open.push(hole);
      const { port } = await speak(() => {});
      const httpPaths = Array.from({ length: 20 }, (_, index) => `/${index}`);
      expect(await lookHttpAddresses({ port, httpPort: hole.port, httpPaths, subjectDeadlineMs: 1_800 })).toEqual([
        { address: '127.0.0.1', family: 4, port: hole.port, outcome: 'silent', otherPortAnswers: true, paths: [] },
      ]);
    });

    test('is a timeout where nothing else answers', async () => {
      const hole = await startBlackHole();
      open.push(hole);
      const message = `neither port ${hole.port} nor port ${hole.port} of 127.0.0.1 answers`;
      const { seen } = await lookHttp({ port: hole.port, httpPort: hole.port, subjectDeadlineMs: 1_800 });
      expect(seen).toEqual({ fault: { code: 'timeout', message } });
    });
  });
});

describe('addresses', () => {
  test('a name without any is unreachable', async () => {
    const { seen } = await lookHttp({ host: 'nowhere.test', resolver: [names.address] });
    expect(seen).toEqual({ fault: { code: 'unreachable', message: 'nowhere.test has no IPv4 or IPv6 address' } });
  });

  test('each is asked for itself: one that refuses hides nothing of the other', async () => {
    const { port } = await serve((_request, response) => response.end('in clear'));
    const look = { host: 'two.test', resolver: [names.address], httpPort: port, port: await findFreePort() };
    expect(await lookHttpAddresses(look)).toMatchObject([
      { address: '127.0.0.1', outcome: 'answered', paths: [{ path: '/', status: 200 }] },
      { address: '127.0.0.2', outcome: 'refused', otherPortAnswers: false, paths: [] },
    ]);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
  test.skipIf(!hasIpv6)(hasIpv6 ? 'IPv4 and IPv6 both' : 'IPv4 and IPv6 both (skipped: no ::1 here)', async () => {
    const four = await serve((_request, response) => response.end());
    const six = createHttpServer(redirectTo(301, 'https://both.test/')).listen(four.port, '::1');
    await once(six, 'listening');
    open.push({ close: async () => void (await once(six.close(), 'close')) });
    const look = { host: 'both.test', resolver: [names.address], httpPort: four.port };
    expect(await lookHttpAddresses(look)).toMatchObject([
      { address: '127.0.0.1', family: 4, paths: [{ status: 200 }] },
      { address: '::1', family: 6, paths: [{ status: 301 }] },
    ]);
    expect(await lookHttpAddresses({ ...look, addressFamilies: ['ipv6'] })).toMatchObject([{ address: '::1', family: 6 }]);
    expect(await lookHttpAddresses({ host: '::1', httpPort: four.port })).toMatchObject([{ address: '::1', paths: [{ status: 301 }] }]);
  });
});

function writeBody(response: Parameters<RequestListener>[1]): void {
  if (!response.destroyed) response.write('a'.repeat(1_000), () => writeBody(response));
}

/** Slow, yet never so slow that a limit per byte would end it. */
function dripHeader(socket: Socket): void {
  const timer = setInterval(() => socket.write('H'), 20);
  socket.write('HTTP/1.1 200 OK\r\n');
  socket.once('close', () => clearInterval(timer));
}

test.each([
  ['http', lookHttp],
  ['https', lookHttps],
] as const)('%s: more than 16 addresses are not asked one and all', async (kind, look) => {
  const endpoint = { port: 1, httpPort: 1, resolver: [names.address] };
  const message = 'seventeen.test has more than 16 addresses';
  expect((await look({ ...endpoint, host: 'seventeen.test' })).seen).toEqual({ fault: { code: 'partial', message } });
  expect((await look({ ...endpoint, host: 'sixteen.test' })).seen, kind).toMatchObject({ fact: { addresses: { length: 16 } } });
});
