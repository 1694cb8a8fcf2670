import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import { askHello } from '../../../src/sources/tls/ask-hello.ts';
import { usualHello } from '../../../src/sources/tls/client-hello.ts';
import type { Hello, HelloAnswer, ReadUntil } from '../../../src/sources/tls/hello.ts';
import { suiteOfName } from '../../../src/transport/cipher-suites.ts';
import { groupOfName } from '../../../src/transport/named-groups.ts';
import type { ProtocolVersion } from '../../../src/transport/protocol-versions.ts';
import { schemeOfName } from '../../../src/transport/signature-schemes.ts';
import { startBlackHole } from '../../support/black-hole.ts';
import { startGnutls, versionOfGnutls } from '../../support/gnutls-server.ts';
import { startNginx, versionOfNginx } from '../../support/nginx-server.ts';
import { startOpenssl, versionOfOpenssl } from '../../support/openssl-server.ts';
import { alertRecord } from '../../support/tls-bytes.ts';
import { serve, serveDrippingBytes, serveEndlessHandshake, servePlainHttp, serveReset, serveSilence } from '../../support/wicked-peers.ts';

const host = 'shop.example.com';
const authority = await makeAuthority();
const rsa = await authority.issue({ hosts: [host], key: 'rsa-2048', intermediate: true });
const ecdsa = await authority.issue({ hosts: [host], key: 'p-256' });

const folder = mkdtempSync(join(tmpdir(), 'ask-hello-'));
afterAll(() => rmSync(folder, { recursive: true }));
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

interface Question extends Partial<Hello> {
  readonly until?: ReadUntil;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly address?: string;
}

function ask(port: number, version: ProtocolVersion, question: Question = {}): Promise<HelloAnswer> {
  const { until = 'flight', timeoutMs = 10_000, signal = new AbortController().signal, address = '127.0.0.1', ...change } = question;
  return askHello({ address, port, serverName: host }, usualHello(version, host, change), until, { timeoutMs, signal });
}

function suite(name: string): number {
  return suiteOfName(name)?.code ?? Number.NaN;
}

function group(name: string): number {
  return groupOfName(name)?.code ?? Number.NaN;
}

function scheme(name: string): number {
  return schemeOfName(name)?.code ?? Number.NaN;
}

/** RFC 6960 4.2.1: a responder that says `unauthorized`, and nothing else. */
const shortResponse = Buffer.from('30030a0106', 'hex');

describe.skipIf(versionOfOpenssl() === null)('openssl s_server (skipped where it is not installed)', () => {
  const serveOpenssl = async (certificate: typeof rsa, args: readonly string[]): Promise<number> => {
    const server = await startOpenssl(certificate, args);
    stops.push(server.stop);
    return server.port;
  };

  it('shows all of its flight in the clear', async () => {
    const forwardSecret = { suites: [suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')] };
    const staple = file('staple.der', shortResponse);
    const port = await serveOpenssl(rsa, ['-curves', 'P-384', '-Verify', '1', '-alpn', 'h2', '-status_file', staple]);
    const answer = await ask(port, 'TLSv1.2', { ...forwardSecret, alpn: ['http/1.1', 'h2'], asksStaple: true, compressions: [1, 0] });
    expect(answer).toEqual({
      kind: 'hello',
      wireVersion: 0x0303,
      suite: suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'),
      isRetry: false,
      compression: 0,
      group: group('secp384r1'),
      dhBits: null,
      signatureScheme: scheme('rsa_pss_rsae_sha256'),
      secureRenegotiation: true,
      extendedMasterSecret: true,
      hasDowngradeSentinel: true,
      alpn: 'h2',
      certificates: rsa.chainDer,
      staple: shortResponse,
      wantsClientCertificate: true,
      hadWarning: false,
    });
    expect(await ask(port, 'TLSv1.2')).toMatchObject({ staple: null, alpn: null });
    expect(await ask(port, 'TLSv1.1')).toMatchObject({ wireVersion: 0x0302, signatureScheme: null, certificates: rsa.chainDer });
  });

  it('asks for a group in TLS 1.3, or takes a share', async () => {
    const port = await serveOpenssl(ecdsa, ['-groups', 'P-521:X25519']);
    const retry = await ask(port, 'TLSv1.3', { groups: [group('secp521r1')] });
    expect(retry).toMatchObject({ kind: 'hello', wireVersion: 0x0304, isRetry: true, group: group('secp521r1'), suite: 0x1301 });
    const keyShares = [{ group: group('x25519'), key: Buffer.alloc(32, 9) }];
    expect(await ask(port, 'TLSv1.3', { keyShares })).toMatchObject({ isRetry: false, group: group('x25519') });
    expect(await ask(port, 'TLSv1.3', { groups: [group('x448')] })).toEqual({ kind: 'alert', alert: 40 });
  });

  it.each([
    ['TLS_DHE_RSA_WITH_AES_128_CBC_SHA', 'TLSv1', { dhBits: 1_024, group: null, certificates: rsa.chainDer }],
    ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'TLSv1.2', { dhBits: 1_024, signatureScheme: scheme('rsa_pss_rsae_sha256') }],
    ['TLS_DH_anon_WITH_AES_256_CBC_SHA', 'TLSv1', { dhBits: 1_024, certificates: [] }],
    ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'TLSv1.2', { group: group('x25519'), certificates: [], signatureScheme: null }],
    ['TLS_RSA_WITH_NULL_SHA', 'TLSv1', { group: null, dhBits: null, certificates: rsa.chainDer }],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'TLSv1.2', { group: group('x25519') }],
  ] as const)('takes %s', async (name, version, expected) => {
    const port = await serveOpenssl(rsa, ['-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0', '-dhparam', file('dh.pem', weakParams)]);
    expect(await ask(port, version, { suites: [suite(name)] })).toMatchObject({ kind: 'hello', suite: suite(name), ...expected });
    expect(await ask(port, version, { suites: [suite(name)], until: 'hello' })).toMatchObject({ kind: 'hello', suite: suite(name) });
  });

  it('refuses who fell back, and bears a hello without extensions', async () => {
    const port = await serveOpenssl(rsa, []);
    const inappropriateFallback = 86;
    expect(await ask(port, 'TLSv1.1', { isFallback: true })).toEqual({ kind: 'alert', alert: inappropriateFallback });
    const bare = await ask(port, 'TLSv1', { hasExtensions: false });
    expect(bare).toMatchObject({ kind: 'hello', wireVersion: 0x0301, secureRenegotiation: true, extendedMasterSecret: false });
    expect(await ask(port, 'SSLv3')).toMatchObject({ kind: 'alert' });
  });

  it('gives no hint and wants no signature where a secret is shared', async () => {
    const port = await serveOpenssl(rsa, ['-psk', 'abcd', '-psk_hint', 'who', '-cipher', 'PSK:@SECLEVEL=0', '-tls1_2']);
    for (const name of ['TLS_PSK_WITH_AES_128_CBC_SHA', 'TLS_DHE_PSK_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA']) {
      expect(await ask(port, 'TLSv1.2', { suites: [suite(name)] })).toMatchObject({
        kind: 'hello',
        certificates: [],
        signatureScheme: null,
      });
    }
    const withCertificate = await ask(port, 'TLSv1.2', { suites: [suite('TLS_RSA_PSK_WITH_AES_128_CBC_SHA')] });
    expect(withCertificate).toMatchObject({ kind: 'hello', certificates: rsa.chainDer });
  });
});

describe.skipIf(versionOfNginx() === null)('nginx (skipped where it is not installed)', () => {
  it('shows the certificate that a suite needs', async () => {
    const nginx = await startNginx(rsa, [
      `ssl_certificate ${file('ecdsa.pem', ecdsa.certificatePem)};`,
      `ssl_certificate_key ${file('ecdsa-key.pem', ecdsa.keyPem)};`,
      'ssl_protocols TLSv1.2 TLSv1.3;',
    ]);
    stops.push(nginx.stop);
    const [ofRsa, ofEcdsa] = [suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'), suite('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')];
    expect(await ask(nginx.port, 'TLSv1.2', { suites: [ofRsa] })).toMatchObject({ certificates: rsa.chainDer });
    expect(await ask(nginx.port, 'TLSv1.2', { suites: [ofEcdsa] })).toMatchObject({
      certificates: ecdsa.chainDer,
      signatureScheme: scheme('ecdsa_secp256r1_sha256'),
      wantsClientCertificate: false,
      hasDowngradeSentinel: true,
    });
    expect(await ask(nginx.port, 'TLSv1.3')).toMatchObject({ isRetry: true, certificates: [], wantsClientCertificate: null });
    expect(await ask(nginx.port, 'TLSv1.1')).toEqual({ kind: 'alert', alert: 70 });
  });
});

describe.skipIf(versionOfGnutls() === null)('gnutls-serv (skipped where it is not installed)', () => {
  it('takes what openssl no longer has', async () => {
    const old = 'NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+MD5:+DHE-RSA:+ANON-DH:+SIGN-RSA-SHA1:%ALLOW_SMALL_RECORDS';
    const gnutls = await startGnutls(rsa, old);
    stops.push(gnutls.stop);
    const rc4 = { suites: [suite('TLS_RSA_WITH_RC4_128_MD5')] };
    expect(await ask(gnutls.port, 'TLSv1', rc4)).toMatchObject({
      kind: 'hello',
      wireVersion: 0x0301,
      certificates: rsa.chainDer,
      wantsClientCertificate: true,
    });
    const dhe = await ask(gnutls.port, 'TLSv1.2', { suites: [suite('TLS_DHE_RSA_WITH_AES_128_CBC_SHA')], groups: [group('ffdhe3072')] });
    expect(dhe).toMatchObject({ kind: 'hello', dhBits: 3_072, group: null });
    expect(await ask(gnutls.port, 'TLSv1.3', { groups: [group('ffdhe2048')] })).toMatchObject({ isRetry: true, group: group('ffdhe2048') });
  });
});

describe('a peer that does otherwise', () => {
  const timeout = { kind: 'fault', fault: { code: 'timeout', message: 'no answer in time' } };
  const short = { timeoutMs: 150 };

  it('and says nothing, or a byte now and then, is not waited for longer than it may take', async () => {
    const startedMs = performance.now();
    expect(await ask(await serveSilence(), 'TLSv1.2', short)).toEqual(timeout);
    const halfAnswer = { kind: 'fault', fault: { code: 'timeout', message: 'the answer did not end in time' } };
    expect(await ask(await serveDrippingBytes(), 'TLSv1.2', { timeoutMs: 600 })).toEqual(halfAnswer);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('and cannot be reached is told apart', async () => {
    const hole = await startBlackHole();
    stops.push(hole.close);
    expect(await ask(hole.port, 'TLSv1.2', short)).toEqual(timeout);
    const closed = { kind: 'fault', fault: { code: 'unreachable', message: 'no connection (ECONNREFUSED)' } };
    expect(await ask(await findFreePort(), 'TLSv1.2')).toEqual(closed);
  });

  it('and hangs up, resets or speaks another language is told apart', async () => {
    const closing = await serve(createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end())));
    expect(await ask(closing, 'TLSv1.2')).toEqual({ kind: 'close' });
    expect(await ask(await serveReset(), 'TLSv1.2')).toEqual({ kind: 'reset' });
    const http = await ask(await servePlainHttp(), 'TLSv1.2');
    expect(http).toEqual({ kind: 'foreign', firstLine: 'HTTP/1.1 400 Bad Request' });
  });

  it('and never ends, or ends in the middle, is against the protocol', async () => {
    const endless = await ask(await serveEndlessHandshake(), 'TLSv1.2');
    expect(endless).toMatchObject({ kind: 'fault', fault: { code: 'malformed' } });
    const cut = await serve(
      createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(alertRecord(2, 40).subarray(0, 6)))),
    );
    const middle = { kind: 'fault', fault: { code: 'malformed', message: 'the connection ended in the middle of an answer' } };
    expect(await ask(cut, 'TLSv1.2')).toEqual(middle);
  });

  it('and greets without being asked is heard, also where it says no more', async () => {
    const greeting = await serve(createServer((socket) => socket.on('error', () => {}).write('+OK ready')));
    expect(await ask(greeting, 'TLSv1.2', short)).toEqual({ kind: 'foreign', firstLine: '+OK' });
  });

  it('is not asked when time is already up, and left when it is up in between', async () => {
    let connections = 0;
    const port = await serve(
      createServer((socket) => {
        connections += 1;
        socket.on('error', () => {});
      }),
    );
    expect(await ask(port, 'TLSv1.2', { signal: AbortSignal.abort() })).toEqual(timeout);
    expect(connections).toBe(0);
    const controller = new AbortController();
    const answer = ask(port, 'TLSv1.2', { signal: controller.signal });
    controller.abort();
    expect(await answer).toEqual(timeout);
  });

  it('has its connection closed, whatever came, and nothing stays behind', async () => {
    const closed: Promise<void>[] = [];
    const watch = (answer: (socket: Socket) => void) =>
      createServer((socket) => {
        socket.on('error', () => {}).resume();
        closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
        answer(socket);
      });
    const ports = [
      await serve(watch((socket) => socket.write(alertRecord(2, 40)))),
      await serve(watch((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n'))),
      await serve(watch(() => {})),
    ];
    const before = countTimers();
    const { signal } = new AbortController();
    const kinds: string[] = [];
    for (const port of ports) kinds.push((await ask(port, 'TLSv1.2', { timeoutMs: 1_000, signal })).kind);
    expect(kinds).toEqual(['alert', 'foreign', 'fault']);
    await Promise.all(closed);
    expect(closed).toHaveLength(ports.length);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(countTimers()).toBeLessThanOrEqual(before);
  });

  it('is never asked what fits into no hello', async () => {
    await expect(ask(1, 'TLSv1.2', { suites: [-1] })).rejects.toThrow(RangeError);
  });
});

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** Of 1,024 bits, made for this test. */
const weakParams = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAKBK6tW3jNKZ/tC/zXCyEtQ8zLsMo0pzZsPj0ADGMmaBC2kHuztiGsXq
Ms5nPyo2ZqWxWDW3DpuW4LPGLsnoIFCEWqd4tyY1OJYm7J622+lGZHFByxPZquzL
foAAfVCZZnp/T+P6G0ksxVDvxpMLXvP7bC2YLE7Q/juH56F84ijPAgEC
-----END DH PARAMETERS-----
`;
