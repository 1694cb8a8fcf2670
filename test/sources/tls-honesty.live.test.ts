import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { startDnsServer } from '../../sandbox/dns-server.ts';
import { findFreePort, type Listening, listen } from '../../sandbox/listen.ts';
import { tlsSource } from '../../src/sources/tls/tls-source.ts';
import { describeCertificate } from '../../src/transport/certificate-facts.ts';
import { certificateCoversHost } from '../../src/transport/host-name.ts';
import { startBlackHole } from '../support/black-hole.ts';
import { addressOf, handshakeOf, lookTls, offeredBy, outcomesOf, type SeenTls } from '../support/look-tls.ts';
import { alertRecord, handshakeMessage, record, serverHello, serverHelloDone } from '../support/tls-bytes.ts';

const subjectDeadlineMs = 3_000;
const listening: Listening[] = [];
afterEach(async () => {
  await Promise.all(listening.splice(0).map((server) => server.close()));
});

async function serve(server: Server): Promise<number> {
  const started = await listen(server);
  listening.push(started);
  return started.port;
}

/** A peer that answers the first bytes of each connection in its own way. */
async function servePeer(answer: (socket: Socket, hello: Buffer, connection: number) => void): Promise<number> {
  let connections = 0;
  return await serve(
    createServer((socket) => {
      connections += 1;
      const connection = connections;
      socket.on('error', () => {}).once('data', (hello) => answer(socket, hello, connection));
    }),
  );
}

/** Looks within the deadline, or fails. */
async function look(port: number, options: { readonly host?: string; readonly resolver?: readonly string[] } = {}): Promise<SeenTls> {
  const startedMs = performance.now();
  const seen = await lookTls({ port, subjectDeadlineMs, ...options });
  expect(performance.now() - startedMs).toBeLessThan(subjectDeadlineMs);
  if (!('fault' in seen)) expect(offeredBy(seen)).toEqual([]);
  return seen;
}

const endless = Buffer.alloc(64 * 1_024);

function manyTimes(piece: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: 2_000 }, () => piece));
}

function sendForEver(socket: Socket, piece: Buffer): void {
  const send = (): void => {
    while (socket.writable && socket.write(piece)) continue;
  };
  socket.on('drain', send);
  send();
}

describe('peers that show nothing', () => {
  const faults: readonly (readonly [title: string, code: string, answer: (socket: Socket, hello: Buffer) => void])[] = [
    ['a black hole', 'timeout', () => {}],
    ['a peer that resets every connection', 'unreachable', (socket) => socket.resetAndDestroy()],
    ['a peer that closes every connection', 'unreachable', (socket) => socket.end()],
    [
      'an endless handshake in one message',
      'malformed',
      (socket) => sendForEver(startFlight(socket, [11, 255, 255, 255]), record(22, endless.subarray(0, 16_000))),
    ],
    [
      'an endless handshake in many messages',
      'malformed',
      (socket) => sendForEver(startFlight(socket, []), record(22, handshakeMessage(11, endless.subarray(0, 9_000)))),
    ],
    [
      'endless requests to say hello',
      'malformed',
      (socket) => sendForEver(socket, manyTimes(record(22, handshakeMessage(0, Buffer.alloc(0))))),
    ],
    ['endless warnings', 'malformed', (socket) => sendForEver(socket, manyTimes(alertRecord(1, 90)))],
    ['bytes that drip', 'timeout', drip],
    ['bytes that are no protocol', 'malformed', (socket) => socket.end(Buffer.from([0, 1, 2, 3, 200, 201, 10, 0]))],
    ['half an answer', 'malformed', (socket) => socket.end(record(22, serverHello(0x0303)).subarray(0, 12))],
    ['internal_error for every hello', 'denied', (socket) => socket.end(alertRecord(2, 80))],
  ];

  it.each(faults)('%s: %s', async (_title, code, answer) => {
    expect(await look(await servePeer(answer))).toMatchObject({ fault: { code } });
  });

  it('a port that swallows every packet: timeout', async () => {
    const hole = await startBlackHole();
    try {
      expect(await look(hole.port)).toMatchObject({ fault: { code: 'timeout' } });
    } finally {
      await hole.close();
    }
  });

  it('a refused port: unreachable', async () => {
    expect(await look(await findFreePort())).toMatchObject({ fault: { code: 'unreachable' } });
  });

  it('a name that does not exist: unreachable', async () => {
    const names = await startDnsServer({});
    try {
      expect(await look(1, { host: 'nobody.example.com', resolver: [names.address] })).toMatchObject({ fault: { code: 'unreachable' } });
    } finally {
      await names.close();
    }
  });

  it('plain HTTP: its first line, and no version', async () => {
    const seen = await look(await serve(createHttpServer((_request, response) => response.end('welcome'))));
    expect(addressOf(seen).plaintext).toBe('HTTP/1.1 400 Bad Request');
    expect(outcomesOf(seen)).toEqual(['fault']);
    expect(addressOf(seen).protocols['TLSv1.3']).toMatchObject({ fault: { code: 'malformed' } });
    expect(addressOf(seen).handshake).toMatchObject({ fault: { code: 'malformed' } });
  });

  it('another protocol with a date in its greeting: only its first word', async () => {
    const port = await serve(
      createServer((socket) => socket.on('error', () => {}).write(`220 mail.example.com ${new Date().toISOString()}\r\n`)),
    );
    expect(addressOf(await look(port)).plaintext).toBe('220');
  });
});

/** A ServerHello in the version that was asked for, then the start of something. */
function startFlight(socket: Socket, rest: readonly number[]): Socket {
  socket.write(record(22, Buffer.concat([serverHello(0x0303), Buffer.from(rest)])));
  return socket;
}

/** A byte every 20 ms of a record that would be good one day. */
function drip(socket: Socket): void {
  const bytes = record(22, Buffer.concat([serverHello(0x0303), handshakeMessage(11, Buffer.alloc(4_000))]));
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, 20);
  socket.on('close', () => clearInterval(timer));
}

describe('old versions', () => {
  const versionAlert = alertRecord(2, 70);
  const flight = (version: number): Buffer =>
    record(22, Buffer.concat([serverHello(version), handshakeMessage(11, Buffer.alloc(3)), serverHelloDone()]));
  const shownVersion = (hello: Buffer): number => hello.readUInt16BE(9);
  const takesRc4 = (hello: Buffer): boolean => hello.includes(Buffer.from([0x00, 0x04, 0x00, 0x05]));
  const isModern = (hello: Buffer): boolean => hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4]));

  it('SSL 3.0 is offered where a ServerHello answers', async () => {
    const port = await servePeer((socket, hello) => socket.write(shownVersion(hello) === 0x0300 ? flight(0x0300) : versionAlert));
    const seen = await lookTls({ port, subjectDeadlineMs });
    expect(offeredBy(seen)).toEqual(['SSLv3']);
    expect(addressOf(seen).protocols['TLSv1.2']).toEqual({ outcome: 'refused', by: 'alert', alert: 70 });
    expect(addressOf(seen).handshake).toMatchObject({ fault: { code: 'unsupported' } });
  });

  it('SSL 3.0 is offered where the peer falls silent after its ServerHello', async () => {
    const hello = record(22, serverHello(0x0300));
    const port = await servePeer((socket, asked) => socket.write(shownVersion(asked) === 0x0300 ? hello : versionAlert));
    expect(offeredBy(await lookTls({ port, subjectDeadlineMs }))).toEqual(['SSLv3']);
  });

  it('TLS 1.0 with nothing but RC4 is offered, though Node cannot ask for it', async () => {
    const port = await servePeer((socket, hello) => {
      if (shownVersion(hello) === 0x0301) socket.write(takesRc4(hello) ? flight(0x0301) : alertRecord(2, 40));
      else socket.write(versionAlert);
    });
    expect(offeredBy(await lookTls({ port, subjectDeadlineMs }))).toEqual(['TLSv1']);
  });

  it('a server that answers with another version refuses the one asked for', async () => {
    const port = await servePeer((socket, hello) => socket.write(shownVersion(hello) === 0x0300 ? versionAlert : flight(0x0301)));
    const seen = await lookTls({ port, subjectDeadlineMs });
    expect(offeredBy(seen)).toEqual(['TLSv1']);
    expect(addressOf(seen).protocols['TLSv1.3']).toEqual({ outcome: 'refused', by: 'other-version' });
  });

  it.each(['close', 'reset'] as const)('a %s refuses only where another hello is accepted, before and after', async (act) => {
    const refuse = (socket: Socket): unknown => (act === 'close' ? socket.end() : socket.resetAndDestroy());
    const accepts = (hello: Buffer): boolean => shownVersion(hello) === 0x0303 && !isModern(hello);
    const steady = await servePeer((socket, hello) => (accepts(hello) ? socket.write(flight(0x0303)) : refuse(socket)));
    const seen = await lookTls({ port: steady, subjectDeadlineMs });
    expect(offeredBy(seen)).toEqual(['TLSv1.2']);
    expect(addressOf(seen).protocols.SSLv3).toEqual({ outcome: 'refused', by: act });

    // Takes its first connections and then nobody's any more: a limit on how often we may ask.
    let taken = 0;
    const limiting = await servePeer((socket, hello) => {
      if (accepts(hello)) taken += 1;
      if (accepts(hello) && taken <= 2) socket.write(flight(0x0303));
      else refuse(socket);
    });
    const limited = await lookTls({ port: limiting, subjectDeadlineMs });
    expect(addressOf(limited).protocols.SSLv3).toMatchObject({ outcome: 'fault', fault: { code: 'throttled' } });
  });
});

describe('resumption', () => {
  it('never hides a wrong host behind a good visit', async () => {
    const authority = await makeAuthority();
    const good = await authority.issue({ hosts: ['localhost'] });
    const wrong = await authority.issue({ hosts: ['other.example.com'], issuer: 'self' });
    const [ticketKeys, extraRoots] = [Buffer.alloc(48, 7), [authority.certificatePem]];
    const server = createTlsServer({ key: good.keyPem, cert: good.certificatePem, ticketKeys }).on('tlsClientError', () => {});
    const port = await serve(server);
    const source = tlsSource.create();
    const before = handshakeOf(await lookTls({ port, extraRoots }, source));
    expect(before.trust.trusted).toBe(true);
    server.setSecureContext({ key: wrong.keyPem, cert: wrong.certificatePem, ticketKeys });
    const after = handshakeOf(await lookTls({ port, extraRoots }, source));
    expect(after.trust).toMatchObject({ trusted: false, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(after.chain).toEqual(wrong.chainDer.map((der) => der.toString('base64')));
    expect(certificateCoversHost(describeCertificate(after.chain[0] ?? '').subjectAltNames, 'localhost')).toBe(false);
  });
});

describe('the server name', () => {
  it.each([
    ['localhost', 'localhost'],
    ['127.0.0.1', false],
  ] as const)('of %s is sent as %s', async (host, sent) => {
    const authority = await makeAuthority();
    const { keyPem, certificatePem } = await authority.issue({ hosts: [host] });
    const { promise: name, resolve: complete } = Promise.withResolvers<unknown>();
    const server = createTlsServer({ key: keyPem, cert: certificatePem }, (socket) => complete(socket.servername));
    const port = await serve(server.on('tlsClientError', () => {}));
    const { chain, trust } = handshakeOf(await lookTls({ host, port, extraRoots: [authority.certificatePem] }));
    expect(await name).toBe(sent);
    expect(trust.trusted && certificateCoversHost(describeCertificate(chain[0] ?? '').subjectAltNames, host)).toBe(true);
  });
});

describe('addresses', () => {
  it('shows the good address and the silent one side by side', async () => {
    const authority = await makeAuthority();
    const certificate = await authority.issue({ hosts: ['shop.example.com'] });
    const server = createTlsServer({ key: certificate.keyPem, cert: certificate.certificatePem }).on('tlsClientError', () => {});
    const port = await serve(server);
    const names = await startDnsServer({ 'shop.example.com': { a: ['127.0.0.1', '127.0.0.2'] } });
    const looked = tlsSource.create().look({
      subjects: [{ kind: 'endpoint', id: 'shop.example.com:1', host: 'shop.example.com', port, httpPort: 80, httpPaths: ['/'] }],
      options: { addressFamilies: ['ipv4'] },
      vantage: { name: 'test', external: false, egressAddress: null, resolver: [names.address] },
      concurrency: 1,
      subjectDeadlineMs,
      signal: new AbortController().signal,
    });
    try {
      for await (const observation of looked) {
        expect(observation.seen['tls']).toMatchObject({
          fact: {
            addresses: [
              { address: '127.0.0.1', handshake: { protocol: 'TLSv1.3', trust: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } } },
              {
                address: '127.0.0.2',
                protocols: { SSLv3: { fault: { code: 'unreachable' } } },
                handshake: { fault: { code: 'unreachable' } },
              },
            ],
          },
        });
      }
    } finally {
      await names.close();
    }
  });
});
