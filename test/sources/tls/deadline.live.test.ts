import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { decodeHello } from '../../support/decoded-hello.ts';
import { addressOf, lookTls, outcomesOf, suitesBy } from '../../support/look-tls.ts';
import { alertRecord, record, serverHello } from '../../support/tls-bytes.ts';
import { serve, serveSilence } from '../../support/wicked-peers.ts';

/** What a ClientHello asks for: the version that it shows, or TLS 1.3 in `supported_versions`. */
function askedVersion(hello: Buffer): number {
  return hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4])) ? 0x0304 : hello.readUInt16BE(9);
}

/** TLS_RSA_WITH_RC4_128_SHA, which Node never offers. */
function offersRc4(hello: Buffer): boolean {
  return decodeHello(hello).suites.includes('0005');
}

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
});
