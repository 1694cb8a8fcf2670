import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, describe, it } from 'vitest';
import { type Listening, listen, loopback } from '../../../sandbox/listen.ts';
import { modernSuites } from '../../support/openssl-defaults.ts';
import { type Configured, expectTruth, truthHost } from '../../support/tls-truth.ts';
import { openTruthCertificates } from '../../support/truth-certificates.ts';

const own = await openTruthCertificates();
const rsa = await own.issue('rsa-2048', 'rsa 2048 sha256', { intermediate: true });
const other = await own.issue('rsa-1024', 'rsa 1024 sha256', { hosts: ['intranet.example.com'] });
const running: Listening[] = [];
afterAll(() => Promise.all(running.map(({ close }) => close())));

async function start(server: Server): Promise<number> {
  const listening = await listen(server);
  running.push(listening);
  return listening.port;
}

function startTls(options: TlsOptions, { keyPem, certificatePem } = rsa): Promise<number> {
  const server = createTlsServer({ key: keyPem, cert: certificatePem, honorCipherOrder: true, ...options });
  return start(server.on('tlsClientError', () => {}));
}

const gcm = 'ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const oneSuite = 'ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';
const usual = { suites: { 'TLSv1.2': [gcm], 'TLSv1.3': modernSuites }, chains: [rsa] };

const cases: Readonly<Record<string, Configured & { readonly options: TlsOptions }>> = {
  'X25519MLKEM768 before others': {
    ...usual,
    options: { ciphers: oneSuite, ecdhCurve: 'X25519MLKEM768:X25519:P-256' },
    groups: { 'TLSv1.2': ['x25519', 'secp256r1'], 'TLSv1.3': ['X25519MLKEM768', 'x25519', 'secp256r1'] },
  },
  'groups with ML-KEM alone': {
    options: { ecdhCurve: 'X25519MLKEM768:SecP256r1MLKEM768:MLKEM1024', minVersion: 'TLSv1.3' },
    suites: { 'TLSv1.3': modernSuites },
    groups: { 'TLSv1.3': ['X25519MLKEM768', 'SecP256r1MLKEM768', 'MLKEM1024'] },
    chains: [rsa],
    sslscan: 'group',
  },
  'an application protocol': {
    ...usual,
    options: { ciphers: oneSuite, ecdhCurve: 'P-256', ALPNProtocols: ['http/1.1'] },
    groups: { 'TLSv1.2': ['secp256r1'], 'TLSv1.3': ['secp256r1'] },
    behaviour: { alpn: { is: 'http/1.1' } },
  },
  'an application protocol in TLS 1.3 alone': {
    options: { ecdhCurve: 'P-256', ALPNProtocols: ['h2'], minVersion: 'TLSv1.3' },
    suites: { 'TLSv1.3': modernSuites },
    groups: { 'TLSv1.3': ['secp256r1'] },
    chains: [rsa],
    behaviour: { alpn: { is: 'h2' } },
  },
};

describe.concurrent('node:tls', () => {
  it.each(Object.entries(cases))('%s', async (_name, { options, ...configured }) => {
    await expectTruth(await startTls(options), configured);
  });

  it('an older server behind the same port for whoever names none', async () => {
    const named = await startTls({ ciphers: oneSuite, ecdhCurve: 'P-256' });
    const older = await startTls({ ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.2' }, other);
    const seen = { outcome: 'answered', version: 'TLSv1.2', certificate: 'rsa 1024 sha256', moreVersions: ['TLSv1', 'TLSv1.1'] } as const;
    await expectTruth(await start(routeByName(named, older)), {
      ...usual,
      groups: { 'TLSv1.2': ['secp256r1'], 'TLSv1.3': ['secp256r1'] },
      otherNames: [seen, seen],
    });
  });
});

/** As a load balancer does it: by the name in the hello, which stands there in the clear. */
function routeByName(named: number, others: number): Server {
  const route = (socket: Socket): void => {
    socket
      .on('error', () => {})
      .once('data', (hello) => {
        const behind = connect({ host: loopback, port: hello.includes(truthHost) ? named : others });
        behind.on('error', () => socket.destroy()).write(hello);
        behind.pipe(socket).pipe(behind);
      });
  };
  return createServer(route);
}
