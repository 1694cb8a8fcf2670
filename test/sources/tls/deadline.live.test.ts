import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { retryRandom } from '../../../src/sources/tls/modern-messages.ts';
import { decodeHello } from '../../support/decoded-hello.ts';
import { addressOf, lookTls, outcomesOf, suitesBy } from '../../support/look-tls.ts';
import { alertRecord, handshakeMessage, record, serverHello, serverHelloDone } from '../../support/tls-bytes.ts';
import { serve, serveSilence } from '../../support/wicked-peers.ts';

/** What a ClientHello asks for: the version that it shows, or TLS 1.3 in `supported_versions`. */
function askedVersion(hello: Buffer): number {
  return hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4])) ? 0x0304 : hello.readUInt16BE(9);
}

/** TLS_RSA_WITH_RC4_128_SHA, which Node never offers. */
function offersRc4(hello: Buffer): boolean {
  return decodeHello(hello).suites.includes('0005');
}

/** Node's own hello asks for a ticket, and none of ours does. */
const sessionTicket = Buffer.from([0, 35, 0, 0]);
/** Asks for a share of x25519. */
const retry = handshakeMessage(
  2,
  Buffer.concat([Buffer.from([3, 3]), retryRandom, Buffer.from([0, 0x13, 0x01, 0, 0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 29])]),
);
const certificate = handshakeMessage(11, Buffer.from([0, 0, 4, 0, 0, 1, 48]));

describe('the deadline', () => {
  it('is kept by a look at a peer that is silent for every connection', async () => {
    const subjectDeadlineMs = 2_000;
    const startedMs = performance.now();
    const seen = await lookTls({ port: await serveSilence(), subjectDeadlineMs });
    expect(performance.now() - startedMs).toBeLessThan(subjectDeadlineMs);
    // Its own limit on a connection said so, not the end of the whole look.
    expect(seen).toEqual({ fault: { code: 'timeout', message: 'no answer in time' } });
  });

  it('is kept by a look at a peer that falls silent in the middle of every answer, and what it said still counts', async () => {
    const subjectDeadlineMs = 3_000;
    const port = await serve(
      createServer((socket) =>
        socket
          .on('error', () => {})
          .once('data', (hello) => {
            const version = askedVersion(hello);
            if (offersRc4(hello)) socket.write(record(22, version === 0x0304 ? serverHello(0x0303, version) : serverHello(version)));
            else socket.write(alertRecord(2, 40));
          }),
      ),
    );
    const startedMs = performance.now();
    const seen = await lookTls({ port, subjectDeadlineMs });
    expect(performance.now() - startedMs).toBeLessThan(subjectDeadlineMs);
    expect(addressOf(seen).protocols).toMatchObject({ SSLv3: { outcome: 'offered' }, TLSv1: { outcome: 'offered' } });
    // What takes no RC4 in TLS 1.3 says so.
    expect(outcomesOf(seen)).toEqual(['offered', 'refused']);
    expect(suitesBy(seen)).toContain('TLSv1.2 broken: TLS_RSA_WITH_RC4_128_SHA');
  });

  it.each([
    ['is silent to', () => {}],
    ['takes its time to reset', (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 400)],
  ] as const)('is kept by a look at a peer that answers every hello and %s every whole handshake', async (_title, hangUp) => {
    const subjectDeadlineMs = 3_000;
    const port = await serve(
      createServer((socket) =>
        socket
          .on('error', () => {})
          .once('data', (hello) => {
            if (hello.includes(sessionTicket)) return void hangUp(socket);
            const version = askedVersion(hello);
            if (version === 0x0304) socket.write(record(22, retry));
            else if (version === 0x0300 || !offersRc4(hello)) socket.write(alertRecord(2, 40));
            else socket.write(record(22, Buffer.concat([serverHello(version), certificate, serverHelloDone()])));
          }),
      ),
    );
    const startedMs = performance.now();
    const seen = addressOf(await lookTls({ port, subjectDeadlineMs }));
    expect(performance.now() - startedMs).toBeLessThan(subjectDeadlineMs);
    expect(Object.values(seen.protocols).filter(({ outcome }) => outcome === 'offered')).toHaveLength(4);
    expect(seen.handshake).toEqual({ fault: { code: 'timeout', message: 'no answer in time' } });
  });
});
