import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type IssuedCertificate, makeAuthority } from '../../../sandbox/certificates.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import { type ModernAnswer, readModernChain } from '../../../src/sources/tls/modern-chain.ts';
import type { ModernChain } from '../../../src/sources/tls/modern-handshake.ts';
import { type ModernAsker, readModernChains, viewOfChains } from '../../../src/sources/tls/modern-served.ts';
import { schemesOfSameKey, verifiableSchemes } from '../../../src/sources/tls/modern-signature.ts';
import type { Served } from '../../../src/transport/tls-facts.ts';
import { makeByHand } from '../../support/hand-made-certificate.ts';
import { startNginx, versionOfNginx } from '../../support/nginx-server.ts';
import { makeOpensslCertificate } from '../../support/openssl-certificate.ts';
import { startOpenssl, versionOfOpenssl } from '../../support/openssl-server.ts';
import { type PretendOptions, type PretendServer, pretendServer } from '../../support/pretend-modern-server.ts';
import { serve, serveDrippingBytes, serveEndlessHandshake, servePlainHttp, serveReset, serveSilence } from '../../support/wicked-peers.ts';

const authority = await makeAuthority();
const stops: (() => unknown)[] = [];
afterEach(async () => {
  // What was started last may use what was made first.
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function readServedChains(asker: ModernAsker, serverName: string | null): Promise<Served> {
  return viewOfChains(await readModernChains(asker, serverName)).served;
}

interface Question {
  readonly signatureSchemes?: readonly number[];
  readonly serverName?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

function ask(port: number, question: Question = {}): Promise<ModernAnswer> {
  const {
    signatureSchemes = verifiableSchemes,
    serverName = 'localhost',
    timeoutMs = 10_000,
    signal = new AbortController().signal,
  } = question;
  const hello = { serverName, signatureSchemes, namesCertificateSchemes: true, alpn: ['h2', 'http/1.1'] };
  return readModernChain({ address: '127.0.0.1', port, serverName }, hello, { timeoutMs, signal });
}

async function chainAt(port: number, question?: Question): Promise<ModernChain> {
  const answer = await ask(port, question);
  if (answer.kind !== 'chain') throw new Error(`expected a chain, got ${JSON.stringify(answer)}`);
  return answer.chain;
}

const askerOf =
  (port: number): ModernAsker =>
  (hello) =>
    readModernChain({ address: '127.0.0.1', port, serverName: hello.serverName }, hello, {
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    });

describe.skipIf(versionOfOpenssl() === null)('openssl s_server (skipped where it is not installed)', () => {
  const serveOpenssl = async (issued: IssuedCertificate, args: readonly string[] = []): Promise<number> => {
    const server = await startOpenssl(issued, ['-tls1_3', ...args]);
    stops.push(server.stop);
    return server.port;
  };
  const curve = (name: string): readonly string[] => ['ec', '-pkeyopt', `ec_paramgen_curve:${name}`];

  it.each([
    ['RSA', ['rsa:2048'], 0x0804],
    ['RSA-PSS', ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'], 0x0809],
    ['P-256', curve('P-256'), 0x0403],
    ['P-384', curve('P-384'), 0x0503],
    ['P-521', curve('P-521'), 0x0603],
    ['Ed25519', ['ed25519'], 0x0807],
    ['Ed448', ['ed448'], 0x0808],
  ])('shows its %s key, and no other', async (_name, key, scheme) => {
    const issued = makeOpensslCertificate({ key });
    const port = await serveOpenssl(issued);
    const chain = await chainAt(port);
    expect(chain).toMatchObject({ certificates: issued.chainDer, signatureScheme: scheme, staple: null, wantsClientCertificate: false });
    const others = verifiableSchemes.filter((one) => !schemesOfSameKey(scheme).includes(one));
    expect(await ask(port, { signatureSchemes: others })).toEqual({ kind: 'alert', alert: 40 });
  });

  it.each([
    ['TLS_AES_128_GCM_SHA256', 'X25519', 0x1301, 0x1d],
    ['TLS_AES_256_GCM_SHA384', 'P-256', 0x1302, 0x17],
    ['TLS_CHACHA20_POLY1305_SHA256', 'P-384', 0x1303, 0x18],
    ['TLS_AES_128_CCM_SHA256', 'P-521', 0x1304, 0x19],
    ['TLS_AES_128_CCM_8_SHA256', 'X448', 0x1305, 0x1e],
  ])('completes %s on %s', async (name, groups, suite, group) => {
    const issued = await authority.issue({ hosts: ['localhost'] });
    const port = await serveOpenssl(issued, ['-ciphersuites', name, '-groups', groups]);
    expect(await chainAt(port)).toMatchObject({ suite, group, certificates: issued.chainDer });
  });

  it('shows what is superfluous and misplaced, in its order', async () => {
    const issued = await authority.issue({ hosts: ['localhost'], intermediate: true });
    const [leaf = '', between = ''] = splitPem(issued.certificatePem);
    const pems = [leaf, authority.certificatePem.trim(), between, leaf];
    const port = await serveOpenssl({ ...issued, leafPem: leaf, certificatePem: pems.join('\n') });
    expect((await chainAt(port)).certificates.map(hexOf)).toEqual(pems.map((pem) => hexOf(derOf(pem))));
  });

  it('shows its staple, and that it wants a client certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'staple-'));
    stops.push(() => rmSync(folder, { recursive: true }));
    // An OCSP response that says `tryLater`.
    const staple = Buffer.from('30030a0103', 'hex');
    writeFileSync(join(folder, 'staple.der'), staple);
    const port = await serveOpenssl(await authority.issue({ hosts: ['localhost'] }), [
      '-status_file',
      join(folder, 'staple.der'),
      '-Verify',
      '1',
    ]);
    expect(await chainAt(port)).toMatchObject({ staple, wantsClientCertificate: true });
  });

  it('with two keys shows both', async () => {
    const [rsa, ecdsa] = await Promise.all(
      (['rsa-2048', 'p-384'] as const).map((key) => authority.issue({ hosts: ['localhost'], key, intermediate: true })),
    );
    if (rsa === undefined || ecdsa === undefined) throw new Error('expected two certificates');
    const folder = mkdtempSync(join(tmpdir(), 'second-key-'));
    stops.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'key.pem'), ecdsa.keyPem);
    writeFileSync(join(folder, 'leaf.pem'), ecdsa.leafPem);
    const port = await serveOpenssl(rsa, ['-dkey', join(folder, 'key.pem'), '-dcert', join(folder, 'leaf.pem')]);
    const { chains, fault } = await readServedChains(askerOf(port), 'localhost');
    expect(fault).toBeNull();
    expect(chains.map(({ keyKind, version, certificates }) => [keyKind, version, certificates[0]])).toEqual([
      ['ecdsa', 'TLSv1.3', ecdsa.chainDer[0]?.toString('base64')],
      ['rsa', 'TLSv1.3', rsa.chainDer[0]?.toString('base64')],
    ]);
  });

  it('without TLS 1.3 shows nothing', async () => {
    const server = await startOpenssl(await authority.issue({ hosts: ['localhost'] }), ['-tls1_2']);
    stops.push(server.stop);
    expect(await ask(server.port)).toEqual({ kind: 'alert', alert: 70 });
    expect(await readServedChains(askerOf(server.port), 'localhost')).toMatchObject({ chains: [], fault: { code: 'denied' } });
  });
});

function splitPem(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function hexOf(bytes: Buffer): string {
  return bytes.toString('hex');
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
}

it.skipIf(versionOfNginx() === null)('nginx with two certificates shows both (skipped where it is not installed)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'second-key-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  const rsa = await authority.issue({ hosts: ['localhost'], key: 'rsa-2048', intermediate: true });
  const ecdsa = await authority.issue({ hosts: ['localhost'], intermediate: true });
  writeFileSync(join(folder, 'key.pem'), ecdsa.keyPem);
  writeFileSync(join(folder, 'all.pem'), ecdsa.certificatePem);
  const nginx = await startNginx(rsa, [
    'ssl_protocols TLSv1.3;',
    `ssl_certificate ${join(folder, 'all.pem')};`,
    `ssl_certificate_key ${join(folder, 'key.pem')};`,
  ]);
  stops.push(nginx.stop);
  const { chains, fault } = await readServedChains(askerOf(nginx.port), 'localhost');
  const expected = [ecdsa, rsa].map(({ chainDer }) => chainDer.map((der) => der.toString('base64')));
  expect([fault, chains.map(({ certificates }) => certificates)]).toEqual([null, expected]);
});

const gnutls = 'gnutls-serv';
const isGnutlsMissing = spawnSync(gnutls, ['--version']).error !== undefined;

it.skipIf(isGnutlsMissing)('gnutls-serv with two keys shows both (skipped where it is not installed)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gnutls-server-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  const issued = await Promise.all((['p-256', 'rsa-2048'] as const).map((key) => authority.issue({ hosts: ['localhost'], key })));
  const files = issued.flatMap(({ keyPem, certificatePem }, index) => {
    const [keyFile, file] = [join(folder, `key-${index}.pem`), join(folder, `leaf-${index}.pem`)];
    writeFileSync(keyFile, keyPem);
    writeFileSync(file, certificatePem);
    return ['--x509keyfile', keyFile, '--x509certfile', file];
  });
  const port = await findFreePort();
  const child = spawn(gnutls, ['--http', '--port', String(port), '--priority', 'NORMAL:-VERS-ALL:+VERS-TLS1.3', ...files]);
  const exited = once(child, 'exit');
  stops.push(() => child.kill('SIGKILL') && exited);
  // `HTTP Server listening on IPv4 0.0.0.0 port 41234...done`
  for await (const said of child.stderr) if (String(said).includes('done')) break;
  const { chains, fault } = await readServedChains(askerOf(port), 'localhost');
  const expected = issued.map(({ chainDer }) => chainDer.map((der) => der.toString('base64')));
  expect([fault, chains.map(({ certificates }) => certificates)]).toEqual([null, expected]);
});

describe('node:tls', () => {
  it.each([
    ['X25519MLKEM768', 0x11ec],
    ['SecP256r1MLKEM768', 0x11eb],
    ['SecP384r1MLKEM1024', 0x11ed],
    ['MLKEM512', 0x0200],
    ['MLKEM768', 0x0201],
    ['MLKEM1024', 0x0202],
    ['brainpoolP256r1tls13', 0x001f],
    ['brainpoolP384r1tls13', 0x0020],
    ['brainpoolP512r1tls13', 0x0021],
  ])('on %s alone is seen', async (ecdhCurve, group) => {
    const issued = await authority.issue({ hosts: ['localhost'], intermediate: true });
    const server = createTlsServer({ key: issued.keyPem, cert: issued.certificatePem, ecdhCurve, ALPNProtocols: ['http/1.1'] });
    const port = await serve(server.on('tlsClientError', () => {}));
    expect(await chainAt(port)).toMatchObject({ group, alpn: 'http/1.1', certificates: issued.chainDer });
  });

  it.each([
    ['ml-dsa-44', 0x0904, 'mldsa44', 'other'],
    ['ml-dsa-65', 0x0905, 'mldsa65', 'other'],
    ['brainpoolP256r1', 0x081a, 'ecdsa_brainpoolP256r1tls13_sha256', 'ecdsa'],
    ['brainpoolP384r1', 0x081b, 'ecdsa_brainpoolP384r1tls13_sha384', 'ecdsa'],
  ] as const)('shows a key of the rare kind %s', async (kind, signatureScheme, sigalgs, keyKind) => {
    const issued = makeByHand(kind);
    const server = createTlsServer({ key: issued.keyPem, cert: issued.certificatePem, sigalgs, minVersion: 'TLSv1.3' });
    const port = await serve(server.on('tlsClientError', () => {}));
    expect(await chainAt(port)).toMatchObject({ signatureScheme, certificates: issued.chainDer });
    expect(await readServedChains(askerOf(port), 'localhost')).toMatchObject({ chains: [{ keyKind }], fault: null });
  });

  it('shows the certificate of the name that it is asked for', async () => {
    const [plain, named] = await Promise.all(['localhost', 'shop.example.com'].map((host) => authority.issue({ hosts: [host] })));
    if (plain === undefined || named === undefined) throw new Error('expected two certificates');
    const server = createTlsServer({ key: plain.keyPem, cert: plain.certificatePem });
    server.addContext('shop.example.com', { key: named.keyPem, cert: named.certificatePem });
    const port = await serve(server.on('tlsClientError', () => {}));
    expect((await chainAt(port)).certificates).toEqual(plain.chainDer);
    expect((await chainAt(port, { serverName: 'shop.example.com' })).certificates).toEqual(named.chainDer);
  });
});

describe('a peer that is not what it says', () => {
  const flip = (part: string): Pick<PretendOptions, 'change'> => ({
    change: (name, message) => [
      name === part ? Buffer.concat([message.subarray(0, -1), Buffer.from([(message.at(-1) ?? 0) ^ 1])]) : message,
    ],
  });
  async function pretend(
    options: Partial<PretendOptions>,
    say: (server: PretendServer, hello: Buffer, socket: Socket) => void,
  ): Promise<number> {
    const issued = await authority.issue({ hosts: ['localhost'] });
    const talk = (socket: Socket): void => {
      const server = pretendServer({ issued, ...options });
      socket.on('error', () => {}).on('data', (hello) => say(server, hello, socket));
    };
    return await serve(createServer(talk));
  }

  it.each([
    ['nothing wrong', {}, { kind: 'chain', chain: { isVerified: true } }],
    ['a false signature', flip('verify'), { kind: 'fault', fault: { code: 'malformed' } }],
    ['a false end', flip('finished'), { kind: 'fault', fault: { code: 'malformed' } }],
  ])('%s', async (_title, options, expected) => {
    expect(await ask(await pretend(options, (server, hello, socket) => socket.write(server.answer(hello))))).toMatchObject(expected);
  });

  it('stays unknown where it ends in the middle', async () => {
    const port = await pretend({}, (server, hello, socket) => socket.end(server.answer(hello).subarray(0, -1)));
    expect(await ask(port)).toMatchObject({
      kind: 'fault',
      fault: { code: 'malformed', message: expect.stringMatching(/ended in the middle/) },
    });
  });

  it('is told to have closed where it says nothing to the second hello', async () => {
    let hellos = 0;
    const port = await pretend({}, (server, hello, socket) => {
      hellos += 1;
      if (hellos === 1) socket.write(server.retry(hello, { cookie: Buffer.from('a') }));
      else socket.end();
    });
    expect(await ask(port)).toEqual({ kind: 'close' });
  });

  it.each([
    ['plain HTTP', servePlainHttp, { kind: 'fault', fault: { code: 'malformed' } }],
    ['a reset', serveReset, { kind: 'reset' }],
    ['silence', serveSilence, { kind: 'fault', fault: { code: 'timeout' } }],
    ['dripping bytes', serveDrippingBytes, { kind: 'fault', fault: { code: 'timeout' } }],
    ['a handshake without end', serveEndlessHandshake, { kind: 'fault', fault: { code: 'malformed' } }],
  ])('%s', async (_title, start, expected) => {
    expect(await ask(await start(), { timeoutMs: 300 })).toMatchObject(expected);
  });

  it('is left at once when the look is called off', async () => {
    const port = await serveSilence();
    expect(await ask(port, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'fault', fault: { code: 'timeout' } });
  });

  it('is left when the look is called off in the middle', async () => {
    const calling = new AbortController();
    const port = await pretend({}, () => calling.abort());
    expect(await ask(port, { signal: calling.signal })).toMatchObject({ kind: 'fault', fault: { code: 'timeout' } });
  });

  it('gets no hello that fits into none', async () => {
    await expect(ask(1, { serverName: 'x'.repeat(20_000) })).rejects.toThrow(RangeError);
  });

  it('is unreachable where nobody listens', async () => {
    const server = createServer();
    const port = await serve(server);
    server.close();
    expect(await ask(port)).toMatchObject({ kind: 'fault', fault: { code: 'unreachable' } });
  });
});
