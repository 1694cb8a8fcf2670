import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { mostProbesInARow } from '../../src/sources/tls/probe-address.ts';
import { addressOf, lookTls, offeredBy, outcomesOf, suitesBy } from '../support/look-tls.ts';
import { alertRecord, record, serverHello, serverHelloDone } from '../support/tls-bytes.ts';
import { serve, serveSilence } from '../support/wicked-peers.ts';

/** What a ClientHello asks for: the version that it shows, or TLS 1.3 in `supported_versions`. */
function askedVersion(hello: Buffer): number {
  return hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4])) ? 0x0304 : hello.readUInt16BE(9);
}

/** TLS_RSA_WITH_RC4_128_SHA beside its neighbour: hellos of ours with every suite, and those with the broken ones; never one of Node. */
function offersRc4(hello: Buffer): boolean {
  return hello.includes(Buffer.from([0x00, 0x04, 0x00, 0x05]));
}

function serverFlight(version: number): Buffer {
  const hello = version === 0x0304 ? serverHello(0x0303, version) : serverHello(version);
  return record(22, Buffer.concat([hello, serverHelloDone()]));
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How many of them, at most, follow one another. */
function longestRow(spans: readonly Span[]): number {
  let row = 0;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.toMs - b.toMs)) {
    if (fromMs < endMs) continue;
    row += 1;
    endMs = toMs;
  }
  return row;
}

/** Takes its time over every answer, and makes the look ask as often as it ever does. */
async function serveMostTroublesome(answerAfterMs: number, spans: Span[]): Promise<number> {
  let oldest = 0;
  const answer = (socket: Socket, hello: Buffer): void => {
    const version = askedVersion(hello);
    if (version === 0x0300) oldest += 1;
    if (version === 0x0300 && oldest === 1) socket.end();
    else socket.write(offersRc4(hello) ? serverFlight(version) : alertRecord(2, 40));
  };
  return await serve(
    createServer((socket) => {
      const fromMs = performance.now();
      socket
        .on('error', () => {})
        .once('data', (hello) => {
          setTimeout(() => {
            spans.push({ fromMs, toMs: performance.now() });
            answer(socket, hello);
          }, answerAfterMs);
        });
    }),
  );
}

describe('the deadline', () => {
  it('is shared out by as many connections as ever follow one another', async () => {
    const spans: Span[] = [];
    const seen = await lookTls({ port: await serveMostTroublesome(100, spans) });
    expect(offeredBy(seen)).toEqual(['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
    expect(longestRow(spans)).toBe(mostProbesInARow);
    // Nothing of it was cut short: four handshakes, six hellos, eleven offers, five proofs.
    expect(spans).toHaveLength(26);
  });

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
    expect(outcomesOf(seen)).toEqual(['offered']);
    expect(suitesBy(seen)).toContain('TLSv1.2 broken: TLS_RSA_WITH_RC4_128_SHA');
  });
});
