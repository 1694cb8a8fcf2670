import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/checks/tls-cipher-strength.ts';
import { certificateMessage } from '../../support/flight-bytes.ts';
import { judgeAll, verdictOf } from '../../support/judge.ts';
import { addressOf, lookTls, offeredBy, suitesBy } from '../../support/look-tls.ts';
import { record, serverHello, serverHelloDone } from '../../support/tls-bytes.ts';
import { serve } from '../../support/wicked-peers.ts';

/** Selects TLS_RSA_WITH_RC4_128_SHA in one version, whatever it is offered. */
async function serveFixedHello(version: number, selected?: number): Promise<number> {
  const answer = record(
    22,
    Buffer.concat([serverHello(version, selected), certificateMessage(Buffer.from('certificate')), serverHelloDone()]),
  );
  return await serve(createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(answer))));
}

const rc4 = 'TLS_RSA_WITH_RC4_128_SHA';

describe('a peer that selects one suite, offered or not', () => {
  it.each<[what: string, hello: readonly [number, number?], suites: readonly string[], verdicts: readonly string[]]>([
    ['SSLv3', [0x0300], ['SSLv3 below-256: malformed', `SSLv3 broken: ${rc4}`], ['fail', 'fail']],
    ['TLSv1', [0x0301], ['TLSv1 below-256: malformed', `TLSv1 broken: ${rc4}`], ['fail', 'fail']],
    [
      'TLSv1.2',
      [0x0303],
      ['TLSv1.2 below-256: malformed', `TLSv1.2 broken: ${rc4}`, 'TLSv1.2 not-forward-secret-aead: malformed'],
      ['fail', 'fail'],
    ],
  ])('%s: what it was not offered is a fault, and never a pass', async (version, hello, suites, verdicts) => {
    const seen = await lookTls({ port: await serveFixedHello(...hello) });
    expect(offeredBy(seen)).toEqual([version]);
    expect(suitesBy(seen)).toEqual(suites);
    expect(addressOf(seen).handshake).toMatchObject({ fault: { code: 'unsupported' } });
    if ('fault' in seen) return;
    expect(judgeAll(check, { tls: seen.fact }).map(verdictOf)).toEqual(verdicts);
  });

  it('TLSv1.3: what is against the protocol is a fault', async () => {
    expect(await lookTls({ port: await serveFixedHello(0x0303, 0x0304) })).toMatchObject({ fault: { code: 'malformed' } });
  });
});
