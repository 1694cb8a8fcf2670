import { X509Certificate } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type RunningServer, startBlackHole, startEndpoint } from '../../sandbox/endpoints.ts';

const authority = await makeAuthority();
const certificate = await authority.issue({ hosts: ['good.shop.test'] });
const other = await authority.issue({ hosts: ['good.shop.test'] });
const running: RunningServer[] = [];

afterAll(async () => {
  await Promise.all(running.map((server) => server.close()));
});

describe('the TLS port', () => {
  it('shows its certificate under its authority', async () => {
    const { port } = keep(await startEndpoint({ certificate }));
    expect(await shakeHands(port)).toEqual({ protocol: 'TLSv1.3', authorized: true, fingerprint: fingerprintOf(certificate.leafPem) });
  });

  it('swaps its certificate without moving', async () => {
    const endpoint = keep(await startEndpoint({ certificate }));
    endpoint.useCertificate(other);
    expect(await shakeHands(endpoint.port)).toMatchObject({ fingerprint: fingerprintOf(other.leafPem) });
    endpoint.useCertificate(certificate);
    expect(await shakeHands(endpoint.port)).toMatchObject({ fingerprint: fingerprintOf(certificate.leafPem) });
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s until it is switched on, and again after', async (version) => {
    const endpoint = keep(await startEndpoint({ certificate }));
    await expect(shakeHands(endpoint.port, version)).rejects.toThrow(/alert protocol version/);
    endpoint.offerFrom('TLSv1');
    expect(await shakeHands(endpoint.port, version)).toMatchObject({ protocol: version });
    expect(await shakeHands(endpoint.port)).toMatchObject({ protocol: 'TLSv1.3' });
    endpoint.offerFrom('TLSv1.2');
    await expect(shakeHands(endpoint.port, version)).rejects.toThrow(/alert protocol version/);
  });

  it('keeps to its versions', async () => {
    const { port } = keep(await startEndpoint({ certificate, maxVersion: 'TLSv1.2' }));
    expect(await shakeHands(port)).toMatchObject({ protocol: 'TLSv1.2' });
    await expect(shakeHands(port, 'TLSv1.3')).rejects.toThrow(/alert protocol version/);
  });
});

describe('the plain HTTP port', () => {
  it('redirects to the same path over TLS', async () => {
    const { port, httpPort } = keep(await startEndpoint({ certificate }));
    const response = await fetch(`http://127.0.0.1:${httpPort}/basket?id=1`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, `https://127.0.0.1:${port}/basket?id=1`]);
  });

  it('serves content', async () => {
    const { httpPort } = keep(await startEndpoint({ certificate, plainHttp: 'content' }));
    const response = await fetch(`http://127.0.0.1:${httpPort}/`, { redirect: 'manual' });
    expect([response.status, await response.text()]).toEqual([200, 'Welcome to the shop.\n']);
  });

  it('is absent', async () => {
    const { httpPort } = keep(await startEndpoint({ certificate, plainHttp: 'absent' }));
    await expect(connectPlainly(httpPort)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('closing', () => {
  it('ends both ports, open connections included', async () => {
    const endpoint = await startEndpoint({ certificate });
    const socket = await connectPlainly(endpoint.port);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await endpoint.close();
    await ended;
    await expect(connectPlainly(endpoint.port)).rejects.toThrow(/ECONNREFUSED/);
    await expect(connectPlainly(endpoint.httpPort)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('ends a black hole that somebody is caught in', async () => {
    const hole = await startBlackHole();
    const sockets = [await connectPlainly(hole.port), await connectPlainly(hole.httpPort)];
    const heard: string[] = [];
    for (const socket of sockets) socket.on('data', (data) => heard.push(String(data))).write('hello\n');
    const ended = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await hole.close();
    await Promise.all(ended);
    expect(heard).toEqual([]);
  });
});

function keep<Kept extends RunningServer>(server: Kept): Kept {
  running.push(server);
  return server;
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

interface Handshake {
  readonly protocol: string | null;
  readonly authorized: boolean;
  readonly fingerprint: string;
}

function shakeHands(port: number, version?: SecureVersion): Promise<Handshake> {
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' };
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'good.shop.test', ca: authority.certificatePem, ...versions }, () => {
      const { fingerprint256 } = socket.getPeerCertificate();
      resolve({ protocol: socket.getProtocol(), authorized: socket.authorized, fingerprint: fingerprint256 });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function connectPlainly(port: number): Promise<ReturnType<typeof connectTcp>> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: '127.0.0.1', port }, () => resolve(socket));
    socket.once('error', reject);
  });
}
