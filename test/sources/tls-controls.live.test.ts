import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { check as cipherStrength } from '../../src/checks/tls-cipher-strength.ts';
import { check as versions } from '../../src/checks/tls-versions.ts';
import { judgeAll, verdictOf } from '../support/judge.ts';
import { lookTls, offeredBy, type SeenTls, suitesBy } from '../support/look-tls.ts';
import { alertRecord } from '../support/tls-bytes.ts';
import { serve } from '../support/wicked-peers.ts';

const handshakeFailure = alertRecord(2, 40);

/** A server that takes every suite of TLS 1.2 that Node has, weak ones too, behind a guard that answers some hellos itself. */
async function serveGuarded(guard: (hello: Buffer, connection: number) => Buffer | null): Promise<number> {
  const { keyPem, certificatePem } = await (await makeAuthority()).issue({ hosts: ['localhost'], key: 'rsa-2048' });
  const weak = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0', honorCipherOrder: true } as const;
  const behind = await serve(createTlsServer({ key: keyPem, cert: certificatePem, ...weak }).on('tlsClientError', () => {}));
  let connections = 0;
  const relay = (socket: Socket, hello: Buffer): void => {
    connections += 1;
    const answer = guard(hello, connections);
    if (answer !== null) return void socket.end(answer);
    const inner = connect(behind, '127.0.0.1').on('error', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    inner.write(hello);
    socket.pipe(inner).pipe(socket);
  };
  return await serve(createServer((socket) => socket.on('error', () => {}).once('data', (hello) => relay(socket, hello))));
}

/** Whether the hello holds the extension, by its number and the empty or any content after it. */
function holdsExtension(hello: Buffer, wanted: number): boolean {
  const suitesAt = 9 + 2 + 32 + 1 + hello.readUInt8(43);
  const compressionsAt = suitesAt + 2 + hello.readUInt16BE(suitesAt);
  let offset = compressionsAt + 1 + hello.readUInt8(compressionsAt) + 2;
  while (offset + 4 <= hello.length) {
    if (hello.readUInt16BE(offset) === wanted) return true;
    offset += 4 + hello.readUInt16BE(offset + 2);
  }
  return false;
}

function strengthOf(seen: SeenTls): readonly string[] {
  if ('fault' in seen) throw new Error(`expected a fact, got ${seen.fault.code}`);
  return judgeAll(cipherStrength, { tls: seen.fact }).map(verdictOf);
}

describe('a refusal of suites', () => {
  it.each([
    ['the extended master secret (RFC 7627)', 23],
    ['secure renegotiation (RFC 5746)', 0xff01],
  ] as const)('is not taken from a server that refuses whoever comes without %s', async (_what, extension) => {
    const port = await serveGuarded((hello) => (holdsExtension(hello, extension) ? null : handshakeFailure));
    const seen = await lookTls({ port });
    expect(offeredBy(seen)).toEqual(['TLSv1.2']);
    expect(suitesBy(seen)).toEqual(
      ['below-256', 'broken', 'not-forward-secret-aead'].map((offer) => expect.stringMatching(`^TLSv1.2 ${offer}: TLS_`)),
    );
    expect(strengthOf(seen)).toEqual(['fail', 'fail']);
  });

  it.each([40, 71])(
    'proves nothing where the server answers every hello of ours with alert %i, though it accepts others',
    async (alert) => {
      const port = await serveGuarded((hello) => (isOfNode(hello) ? null : alertRecord(2, alert)));
      const seen = await lookTls({ port });
      expect(offeredBy(seen)).toEqual(['TLSv1.2']);
      expect(suitesBy(seen)).toEqual(['below-256', 'broken', 'not-forward-secret-aead'].map((offer) => `TLSv1.2 ${offer}: partial`));
      expect(strengthOf(seen)).toEqual(['unknown partial', 'unknown partial']);
      if ('fault' in seen) throw new Error('expected a fact');
      expect(judgeAll(versions, { tls: seen.fact }).map(verdictOf)).toEqual(['pass', 'unknown partial']);
    },
  );

  it('proves nothing where the server has had enough of us, and says so by an alert', async () => {
    let taken = 0;
    const port = await serveGuarded((hello) => {
      if (isOfNode(hello)) return null;
      taken += 1;
      return taken > 3 ? handshakeFailure : null;
    });
    expect(strengthOf(await lookTls({ port }))).not.toContain('pass');
  });
});

describe('a refusal of versions', () => {
  it('proves nothing where the server soon answers every hello with handshake_failure', async () => {
    let taken = 0;
    const port = await serveGuarded((hello) => {
      if (hello.readUInt16BE(9) === 0x0303) taken += 1;
      return taken <= 2 && hello.readUInt16BE(9) === 0x0303 ? null : handshakeFailure;
    });
    const seen = await lookTls({ port });
    expect(offeredBy(seen)).toEqual(['TLSv1.2']);
    if ('fault' in seen) throw new Error('expected a fact');
    expect(seen.address.protocols.TLSv1).toMatchObject({ outcome: 'fault', fault: { code: 'throttled' } });
    expect(judgeAll(versions, { tls: seen.fact }).map(verdictOf)).toEqual(['pass', 'unknown throttled']);
  });
});

/** What OpenSSL says of an old version that its security level lets nobody complete (nginx of Debian as it comes): internal_error. */
describe('alert 80', () => {
  const old = (hello: Buffer): boolean => [0x0301, 0x0302].includes(hello.readUInt16BE(9));
  const rows: readonly (readonly [string, (asked: number) => number, string])[] = [
    ['to whoever asks for an old version refuses it', () => 80, 'pass'],
    ['once, and another word after it, says nothing', (asked) => (asked === 1 ? 80 : 112), 'unknown denied'],
    ['after another word says nothing', (asked) => (asked === 1 ? 112 : 80), 'unknown denied'],
  ];
  it.each(rows)('%s', async (_what, alertFor, verdict) => {
    const asked = new Map<number, number>();
    const port = await serveGuarded((hello) => {
      const version = hello.readUInt16BE(9);
      if (version === 0x0300) return alertRecord(2, 70);
      asked.set(version, (asked.get(version) ?? 0) + 1);
      return old(hello) ? alertRecord(2, alertFor(asked.get(version) ?? 1)) : null;
    });
    const seen = await lookTls({ port });
    if ('fault' in seen) throw new Error('expected a fact');
    expect(judgeAll(versions, { tls: seen.fact }).map(verdictOf)).toEqual(['pass', verdict]);
  });

  it('says nothing where soon everybody hears it', async () => {
    let taken = 0;
    const port = await serveGuarded((hello) => {
      if (!old(hello) && isModern(hello)) return alertRecord(2, 70);
      if (hello.readUInt16BE(9) === 0x0303) taken += 1;
      return taken === 1 && hello.readUInt16BE(9) === 0x0303 ? null : alertRecord(2, 80);
    });
    const seen = await lookTls({ port });
    if ('fault' in seen) throw new Error('expected a fact');
    expect(judgeAll(versions, { tls: seen.fact }).map(verdictOf)).toEqual(['pass', expect.stringMatching('^unknown')]);
  });
});

const isModern = (hello: Buffer): boolean => hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4]));

/** Node's OpenSSL sends encrypt-then-mac, which our own hello leaves out. */
function isOfNode(hello: Buffer): boolean {
  return holdsExtension(hello, 22);
}
